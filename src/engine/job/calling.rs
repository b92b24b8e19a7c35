//! The calls of a job: its lanes side by side, what is seen of them while they run, and what their answers come to.

use std::time::Instant;

use super::asking::{Caller, Printing};
use super::lane::{Answered, Failed, Lane};
use super::{Job, Stage, World};
use crate::action::{AnswerForm, EngineKind, Sink};
use crate::engine::call::{CallId, Label};
use crate::engine::effect::{Doing, Effect, Print, Wait};
use crate::engine::event::BackendFailure;
use crate::engine::guard::Guard;
use crate::engine::outcome::{Answer, Beside, Failure, Note, Outcome};
use crate::engine::plan::{Frame, Plan};
use crate::llm::request::{Chunk, Completion};
use crate::text::sealed::AnswerText;

/// All that is asked for a job.
#[derive(Debug)]
pub(super) struct Calling {
    frame: Frame,
    lanes: Vec<Lane>,
    guard: Guard,
}

impl Job {
    /// Asks everybody whom the plan names.
    pub(super) fn call_planned(&mut self, plan: Plan, guard: Guard, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.notes.extend(plan.notes);
        let lanes = plan.lanes.into_iter().zip(0..).map(|(lane, number)| Lane::new(self.id, number, lane));
        let lanes: Vec<_> = lanes.collect();
        if lanes.len() > 1 && self.printing() != Printing::Nothing {
            let labels = lanes.iter().map(|lane| lane.label.clone()).collect();
            effects.push(Effect::Print { job: self.id, print: Print::Lanes(labels) });
            // Who could not even be asked.
            lanes.iter().filter(|lane| lane.end.is_some()).for_each(|lane| lane.print_end(effects));
        }
        self.stage = Stage::Calling(Box::new(Calling { frame: plan.frame, lanes, guard }));
        self.with_lanes(world, effects, |lane, caller| lane.go_on(caller));
    }

    /// A piece of an answer.
    pub fn delta(&mut self, call: CallId, chunk: Chunk, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.with_lane(call, world, effects, |lane, caller| lane.delta(call, chunk, caller));
    }

    /// A call is over.
    pub fn done(
        &mut self,
        call: CallId,
        result: Result<Completion, BackendFailure>,
        world: &World<'_>,
        effects: &mut Vec<Effect>,
    ) {
        self.with_lane(call, world, effects, |lane, caller| lane.done(call, result, caller));
    }

    /// Sends again what has waited long enough.
    pub(super) fn wake_calls(&mut self, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.with_lanes(world, effects, |lane, caller| lane.wake(world.now.at, caller));
    }

    fn with_lane(
        &mut self,
        call: CallId,
        world: &World<'_>,
        effects: &mut Vec<Effect>,
        step: impl FnOnce(&mut Lane, &mut Caller<'_>),
    ) {
        let mut step = Some(step);
        self.with_lanes(world, effects, |lane, caller| {
            if lane.awaits(call)
                && let Some(step) = step.take()
            {
                step(lane, caller);
            }
        });
    }

    /// Takes every lane that runs a step further, and sees to what comes of it.
    fn with_lanes(
        &mut self,
        world: &World<'_>,
        effects: &mut Vec<Effect>,
        mut step: impl FnMut(&mut Lane, &mut Caller<'_>),
    ) {
        let printing = self.printing();
        let Stage::Calling(calling) = &mut self.stage else { return };
        let Calling { frame, lanes, guard } = calling.as_mut();
        let several = lanes.len() > 1;
        for lane in lanes.iter_mut() {
            if lane.end.is_some() {
                continue;
            }
            step(lane, &mut Caller { world, frame, guard, notes: &mut self.notes, effects, printing });
            if several && printing != Printing::Nothing && lane.end.is_some() {
                lane.print_end(effects);
            }
        }
        if lanes.iter().any(|lane| lane.printed) {
            // The answer itself shows that it works.
            self.sign_due = None;
        }
        match lanes.iter().all(|lane| lane.end.is_some()) {
            true => self.settle(effects),
            false => self.show_progress(effects),
        }
    }

    fn printing(&self) -> Printing {
        match (self.sinks.contains(&Sink::Stdout), self.is_in_panel(), self.action.answer) {
            (false, false, _) => Printing::Nothing,
            (true, _, AnswerForm::Plain) => Printing::Whole,
            // The panel is told the whole at the end, without what was around it.
            (true, _, AnswerForm::Markdown) | (false, true, _) => Printing::Pieces,
        }
    }

    /// Every lane is over: what the job comes to.
    fn settle(&mut self, effects: &mut Vec<Effect>) {
        let Stage::Calling(calling) = std::mem::replace(&mut self.stage, Stage::Over) else { return };
        let lanes = calling.lanes;
        self.printed = lanes.len() > 1 || lanes.iter().any(|lane| lane.printed);
        let outcome = self.outcome_of(lanes);
        if let Outcome::Answered(answer) = &outcome {
            // It is said with this answer.
            effects.extend(answer.notes.iter().filter_map(|note| match note {
                Note::SentTo { provider, .. } => Some(Effect::RememberTold(provider.clone())),
                _ => None,
            }));
        }
        match matches!(self.action.engine, EngineKind::Open(_)) && matches!(outcome, Outcome::Answered(_)) {
            // What was opened is in sight.
            true => self.end(outcome, effects),
            false => self.deliver(outcome, effects),
        }
    }

    /// The first lane that answered is the answer, and the others stand beside it.
    fn outcome_of(&mut self, lanes: Vec<Lane>) -> Outcome {
        let several = lanes.len() > 1;
        let (mut first, mut others) = (None, Vec::new());
        for lane in lanes {
            let toll = lane.toll();
            match lane.end {
                Some(Ok(answered)) if first.is_none() => {
                    first = Some((answered, toll, lane.number, lane.label, lane.notes));
                }
                Some(end) => others.push(Other { lane: lane.number, label: lane.label, end, notes: lane.notes }),
                None => {}
            }
        }
        let Some((answered, toll, lane, label, of_lane)) = first else { return failed(others) };
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(of_lane);
        let beside = others.into_iter().map(|Other { lane, label, end, notes }| {
            let (result, conversation) = match end {
                Ok(answered) => (Ok(answered.text), answered.conversation),
                Err(failed) => (Err(failed.failure), None),
            };
            Beside { label, lane, result, conversation, notes }
        });
        let Answered { text, finish, by, usage, conversation } = answered;
        let (label, beside) = (several.then_some(label), beside.collect());
        Outcome::Answered(Answer { text, finish, by, usage, conversation, notes, toll, label, lane, beside })
    }
}

impl Lane {
    /// One of several is over; what is complete of it and not printed yet is.
    fn print_end(&self, effects: &mut Vec<Effect>) {
        let (job, lane) = (self.job, self.number);
        if let Some(Ok(answered)) = &self.end
            && !self.printed
        {
            let text = answered.text.clone();
            effects.push(Effect::Print { job, print: Print::Answer { lane, text } });
        }
        let failure = match &self.end {
            Some(Err(failed)) => Some(Box::new(failed.failure.clone())),
            _ => None,
        };
        effects.push(Effect::Print { job, print: Print::LaneOver { lane, failure, toll: self.toll() } });
    }
}

impl Calling {
    pub(super) fn awaits(&self, call: CallId) -> bool {
        self.lanes.iter().any(|lane| lane.awaits(call))
    }

    pub(super) fn abort(&self, effects: &mut Vec<Effect>) {
        self.lanes.iter().filter(|lane| lane.end.is_none()).for_each(|lane| lane.abort(effects));
    }

    /// The first moment at which something that waits is to be sent again.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.waits().map(|wait| wait.until).min()
    }

    fn waits(&self) -> impl Iterator<Item = &Wait> {
        self.running().flat_map(Lane::asked).filter_map(|asking| asking.waiting.as_ref())
    }

    fn running(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter().filter(|lane| lane.end.is_none())
    }

    pub(super) fn doing(&self) -> Doing {
        let mut asked: Vec<_> = Vec::new();
        for name in self.running().filter_map(|lane| lane.asked().next()).map(|asking| asking.backend.name()) {
            if !asked.contains(&name) {
                asked.push(name);
            }
        }
        let somebody_works = self.running().flat_map(Lane::asked).any(|asking| asking.waiting.is_none());
        let waiting = self.waits().min_by_key(|wait| wait.until).filter(|_| !somebody_works).cloned();
        let mut running = self.running();
        let places = match (running.next(), running.next()) {
            (Some(alone), None) => alone.places(),
            _ => Vec::new(),
        };
        Doing { by: asked.join(", "), places, waiting }
    }
}

/// A lane that is over and is not the answer.
struct Other {
    lane: u16,
    label: Label,
    end: Result<Answered, Failed>,
    notes: Vec<Note>,
}

/// No lane has answered.
fn failed(lanes: Vec<Other>) -> Outcome {
    let mut failures = Vec::new();
    let mut partial: Option<AnswerText> = None;
    for Other { label, end, .. } in lanes {
        if let Err(failed) = end {
            partial = partial.or(failed.partial);
            failures.push((label, failed.failure));
        }
    }
    let failure = match failures.len() {
        1 => failures.remove(0).1,
        _ => Failure::EachFailed(failures),
    };
    Outcome::Failed { failure, partial }
}
