//! The calls of a job: the one that runs, who stands in where it fails, and what its answer comes to.

use std::collections::VecDeque;

use super::{Job, Stage, World};
use crate::action::{AnswerForm, EngineKind, Sink};
use crate::engine::call::{Backend, CallId, Request};
use crate::engine::effect::{Effect, Print};
use crate::engine::event::BackendFailure;
use crate::engine::outcome::{Answer, Failure, Note, Outcome};
use crate::engine::plan::Plan;
use crate::llm::request::{CallFailure, Chunk, Completion, Conversation, Finish, Turn};
use crate::llm::roster::Target;
use crate::text::plain;
use crate::text::sealed::AnswerText;

/// One model's way to the answer: the call that runs now, and who stands in for it.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) call: CallId,
    pub(super) by: String,
    request: Request,
    fallback: VecDeque<Target>,
    arrived: String,
}

impl Job {
    /// Runs the plan's first call.
    pub(super) fn call_planned(&mut self, plan: Plan, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.notes.extend(plan.notes);
        let lane = Lane {
            call: CallId { job: self.id, lane: 0, step: 0, part: 0, attempt: 0 },
            by: plan.backend.name(),
            request: plan.request,
            fallback: plan.fallback,
            arrived: String::new(),
        };
        self.call(lane, plan.backend, world, effects);
    }

    /// Runs the lane's call on `backend`, telling once where the text goes.
    fn call(&mut self, lane: Lane, backend: Backend, world: &World<'_>, effects: &mut Vec<Effect>) {
        if let Backend::Model(Target { provider, .. }) = &backend
            && !provider.is_local()
            && !(world.told)(&provider.name)
        {
            let note = Note::SentTo { provider: provider.name.clone(), host: provider.host().to_owned() };
            // A stand-in may be another model of the same provider.
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        effects.push(Effect::Run { call: lane.call, backend, request: Box::new(lane.request.clone()) });
        self.stage = Stage::Calling(Box::new(lane));
    }

    /// A piece of the answer.
    pub fn delta(&mut self, chunk: Chunk, effects: &mut Vec<Effect>) {
        let streams = self.streams_to_terminal();
        let Stage::Calling(lane) = &mut self.stage else { return };
        match chunk {
            Chunk::Answer(text) => {
                lane.arrived.push_str(text.expose());
                if streams {
                    self.sign_due = None;
                    effects.push(Effect::Print { job: self.id, print: Print::Answer(text) });
                }
            }
            Chunk::Reasoning(text) if streams => {
                effects.push(Effect::Print { job: self.id, print: Print::Reasoning(text) });
            }
            Chunk::Reasoning(_) => {}
        }
    }

    /// Whether pieces go to the terminal as they come. An answer that is to be plain has to be whole first.
    fn streams_to_terminal(&self) -> bool {
        self.sinks.contains(&Sink::Stdout) && self.action.answer == AnswerForm::Markdown
    }

    /// Whether the whole answer was printed piece by piece already.
    pub fn printed_as_it_came(&self) -> bool {
        self.streams_to_terminal()
    }

    /// The running call is over.
    pub fn done(&mut self, result: Result<Completion, BackendFailure>, world: &World<'_>, effects: &mut Vec<Effect>) {
        let Stage::Calling(lane) = std::mem::replace(&mut self.stage, Stage::Over) else { return };
        match result {
            Ok(completion) => self.completed(*lane, completion, effects),
            Err(failure) => self.call_failed(*lane, failure, world, effects),
        }
    }

    fn completed(&mut self, lane: Lane, completion: Completion, effects: &mut Vec<Effect>) {
        let Lane { by, request, arrived, .. } = lane;
        self.notes.extend(completion.notes);
        match completion.finish {
            Finish::Length => self.notes.push(Note::CutByModel),
            Finish::Filtered if arrived.trim().is_empty() => return self.fail(Failure::Filtered { by }, effects),
            Finish::Filtered => self.notes.push(Note::CutByFilter),
            Finish::Stop | Finish::Refused => {}
        }
        let opened = matches!(self.action.engine, EngineKind::Open(_));
        if arrived.trim().is_empty() && !opened {
            return self.fail(Failure::EmptyAnswer { by }, effects);
        }
        let conversation = (self.action.engine == EngineKind::Model).then(|| said(&request.conversation, &arrived));
        let arrived = AnswerText::from(arrived);
        let text = match self.action.answer {
            AnswerForm::Plain => plain::plain(&arrived, request.text.expose()),
            AnswerForm::Markdown => arrived,
        };
        let notes = std::mem::take(&mut self.notes);
        effects.extend(notes.iter().filter_map(|note| match note {
            // It is said with this answer.
            Note::SentTo { provider, .. } => Some(Effect::RememberTold(provider.clone())),
            _ => None,
        }));
        let answer = Answer { text, finish: completion.finish, by, usage: completion.usage, conversation, notes };
        match opened {
            // What was opened is in sight.
            true => self.end(Outcome::Answered(answer), effects),
            false => self.deliver(Outcome::Answered(answer), effects),
        }
    }

    /// Another model stands in where nothing was shown yet; else what had arrived goes with the failure.
    fn call_failed(&mut self, mut lane: Lane, failure: BackendFailure, world: &World<'_>, effects: &mut Vec<Effect>) {
        let next = match lane.arrived.is_empty() && stands_in_for(&failure) {
            true => lane.fallback.pop_front(),
            false => None,
        };
        if let Some(target) = next {
            let wanted = std::mem::replace(&mut lane.by, target.label());
            self.notes.push(Note::StoodIn { wanted, why: Box::new(failure) });
            lane.call.attempt += 1;
            return self.call(lane, Backend::Model(target), world, effects);
        }
        let partial = (!lane.arrived.trim().is_empty()).then(|| AnswerText::from(lane.arrived));
        // Of several that failed, the one that was wanted is the one to do something about.
        let first = self.notes.drain(..).find_map(|note| match note {
            Note::StoodIn { wanted, why } => Some(Failure::Backend { by: wanted, failure: *why }),
            _ => None,
        });
        let failure = first.filter(|_| partial.is_none()).unwrap_or(Failure::Backend { by: lane.by, failure });
        self.deliver(Outcome::Failed { failure, partial }, effects);
    }
}

/// The conversation with what was just answered.
fn said(conversation: &Conversation, answer: &str) -> Conversation {
    let mut conversation = conversation.clone();
    conversation.turns.push(Turn::Answer(AnswerText::from(answer)));
    conversation
}

/// Whether another model could do better: not where the request itself is at fault.
fn stands_in_for(failure: &BackendFailure) -> bool {
    matches!(failure, BackendFailure::Model(failure) if !matches!(failure, CallFailure::Refused { status: 400, .. }))
}
