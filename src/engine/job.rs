//! One job, from its trigger to its end: a state machine that reads, runs, delivers.
//!
//! A job knows its own state and nothing of other jobs; what concerns several (a second press, pausing, the last
//! answers) is decided in [`Engine`](super::Engine).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::action::{Action, AnswerForm, EngineKind, ModelChoice, OptionValues, Sink, Source};
use crate::config::Settings;
use crate::desktop::{Found, ReadFailure, TriggerContext};
use crate::engine::Now;
use crate::engine::call::{Backend, CallId, JobId, Request};
use crate::engine::deliver;
use crate::engine::effect::{Effect, Print};
use crate::engine::event::{BackendFailure, SinkFailure};
use crate::engine::outcome::{Answer, Failure, Note, Outcome, Planned};
use crate::engine::plan::{self, Brief, Plan};
use crate::llm::request::{CallFailure, Chunk, Completion, Conversation, Finish, Turn};
use crate::llm::roster::{Survey, Target};
use crate::text::plain;
use crate::text::sealed::{AnswerText, PromptText, UserText};
use crate::text::sentences;

/// After this long without an answer the user is shown that it works (spec: what takes longer than 300 ms).
pub const SIGN_AFTER: Duration = Duration::from_millis(300);

/// A trigger that is being worked on.
#[derive(Debug)]
pub struct Job {
    pub id: JobId,
    pub action: Arc<Action>,
    pub instruction: Option<(PromptText, Conversation)>,
    pub context: TriggerContext,
    pub sinks: Vec<Sink>,
    pub model: Option<ModelChoice>,
    pub options: OptionValues,
    dry_run: bool,
    /// The applications whose text is used.
    owners: Vec<String>,
    awaited: bool,
    /// When to show that it works; `None` once shown.
    pub sign_due: Option<Instant>,
    /// Said with the answer.
    notes: Vec<Note>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Asking one source after the other; `rest` are those not asked yet.
    Reading {
        rest: VecDeque<Source>,
        missing: Vec<(Source, ReadFailure)>,
    },
    /// The text is there; the prompt also names the clipboard.
    ReadingClipboard(UserText),
    Running(Box<Lane>),
    Delivering {
        waiting: Vec<Sink>,
        outcome: Outcome,
    },
    Over,
}

/// One model's way to the answer: the call that runs now, and who stands in for it.
#[derive(Debug)]
struct Lane {
    call: CallId,
    by: String,
    request: Request,
    fallback: VecDeque<Target>,
    arrived: String,
}

/// What a step of a job needs to know of the world.
pub struct World<'a> {
    pub settings: &'a Settings,
    pub survey: &'a Survey,
    /// Whether the user was told before that text goes to this provider.
    pub told: &'a dyn Fn(&str) -> bool,
    pub now: &'a Now,
}

/// What a job is started with.
pub struct Start {
    pub id: JobId,
    pub action: Arc<Action>,
    pub instruction: Option<(PromptText, Conversation)>,
    pub context: TriggerContext,
    pub text: Option<(Source, Found)>,
    pub from: Option<Vec<Source>>,
    pub to: Option<Vec<Sink>>,
    pub model: Option<ModelChoice>,
    pub options: OptionValues,
    pub dry_run: bool,
    pub awaited: bool,
}

impl Job {
    /// Takes the job up: asks for its text, and has the connection opened while that is being read.
    pub fn start(start: Start, world: &World<'_>, effects: &mut Vec<Effect>) -> Self {
        let rest = start.from.unwrap_or_else(|| start.action.from.clone()).into();
        let sinks = start.to.unwrap_or_else(|| start.action.to.clone());
        let mut job = Self {
            id: start.id,
            action: start.action,
            instruction: start.instruction,
            context: start.context,
            sinks,
            model: start.model,
            options: start.options,
            dry_run: start.dry_run,
            owners: Vec::new(),
            awaited: start.awaited,
            sign_due: Some(world.now.at + SIGN_AFTER),
            notes: Vec::new(),
            stage: Stage::Reading { rest, missing: Vec::new() },
        };
        match job.may_start(world) {
            // With the text at hand the request itself opens it.
            Ok(Backend::Model(target)) if start.text.is_none() && !job.dry_run => effects.push(Effect::Warm(target)),
            Ok(_) => {}
            Err(failure) => {
                job.fail(failure, effects);
                return job;
            }
        }
        match start.text {
            // An instruction can do without a text, where none was given on purpose.
            Some((_, found)) if job.instruction.is_some() => job.begin(found.text, "", world, effects),
            Some((source, found)) => job.text_read(source, Ok(found), world, effects),
            None => job.read_next(world, effects),
        }
        job
    }

    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// The answer as far as it stands, once it is being delivered.
    pub fn answer(&self) -> Option<AnswerText> {
        match &self.stage {
            Stage::Delivering { outcome, .. } => super::text_of(outcome).cloned(),
            _ => None,
        }
    }

    /// Whether an event of this call is awaited.
    pub fn awaits(&self, call: CallId) -> bool {
        matches!(&self.stage, Stage::Running(lane) if lane.call == call)
    }

    /// What is found wrong before any text is read.
    fn may_start(&self, world: &World<'_>) -> Result<Backend, Failure> {
        plan::may_read(world.settings, &self.context)?;
        plan::options(&self.action, &self.options)?;
        plan::backend_of(&self.action, self.model.as_ref(), world.settings, world.survey).map(|(backend, _)| backend)
    }

    /// Asks the next source that the desktop has. With none left the job fails, unless it can do without a text.
    fn read_next(&mut self, world: &World<'_>, effects: &mut Vec<Effect>) {
        let Stage::Reading { rest, missing } = &mut self.stage else { return };
        while let Some(source) = rest.pop_front() {
            if matches!(source, Source::Selection | Source::Clipboard) {
                effects.push(Effect::Read { job: self.id, source, context: self.context.clone() });
                return;
            }
            missing.push((source, ReadFailure::Nothing));
        }
        let missing = std::mem::take(missing);
        match self.instruction.is_some() && missing.iter().all(|(_, failure)| is_absent(failure)) {
            true => self.begin(UserText::default(), "", world, effects),
            false => self.fail(Failure::NoText(missing), effects),
        }
    }

    /// A source has answered. One that has no text falls through to the next; one that could not be read does not,
    /// for what the user sees selected must not be replaced by something else in silence.
    pub fn text_read(
        &mut self,
        source: Source,
        result: Result<Found, ReadFailure>,
        world: &World<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let Stage::Reading { missing, .. } = &mut self.stage else { return };
        match result {
            Ok(found) if !found.text.is_blank() => {
                let missing = std::mem::take(missing);
                if let Err(failure) = self.take_over(found.owner, world) {
                    return self.fail(failure, effects);
                }
                if !missing.is_empty() {
                    self.notes.push(Note::FellThrough { used: source, missing });
                }
                self.text_found(found.text, world, effects);
            }
            Ok(_) => {
                missing.push((source, ReadFailure::Nothing));
                self.read_next(world, effects);
            }
            Err(failure @ (ReadFailure::Hung { .. } | ReadFailure::TooLarge)) => {
                self.fail(Failure::NoText(vec![(source, failure)]), effects);
            }
            Err(failure) => {
                missing.push((source, failure));
                self.read_next(world, effects);
            }
        }
    }

    /// What holds for the application whose text is used holds for the job.
    fn take_over(&mut self, owner: Option<String>, world: &World<'_>) -> Result<(), Failure> {
        plan::may_use(world.settings, owner.as_deref())?;
        self.owners.extend(owner);
        Ok(())
    }

    fn text_found(&mut self, text: UserText, world: &World<'_>, effects: &mut Vec<Effect>) {
        if self.instruction.is_none() && self.action.prompt.uses_clipboard() {
            effects.push(Effect::ReadClipboard { job: self.id, context: self.context.clone() });
            self.stage = Stage::ReadingClipboard(text);
            return;
        }
        self.begin(text, "", world, effects);
    }

    /// The clipboard has answered, for a prompt that names it. An empty one is an empty variable.
    pub fn clipboard_read(&mut self, result: Result<Found, ReadFailure>, world: &World<'_>, effects: &mut Vec<Effect>) {
        let Stage::ReadingClipboard(text) = &mut self.stage else { return };
        let text = std::mem::take(text);
        match result {
            Ok(clipboard) => match self.take_over(clipboard.owner, world) {
                Ok(()) => self.begin(text, clipboard.text.expose(), world, effects),
                Err(failure) => self.fail(failure, effects),
            },
            // There is something, and the prompt would go without it.
            Err(failure @ (ReadFailure::Hung { .. } | ReadFailure::TooLarge)) => {
                self.fail(Failure::NoText(vec![(Source::Clipboard, failure)]), effects);
            }
            Err(_) => self.begin(text, "", world, effects),
        }
    }

    /// Text is there: makes the plan and runs its first call.
    fn begin(&mut self, text: UserText, clipboard: &str, world: &World<'_>, effects: &mut Vec<Effect>) {
        let brief = Brief {
            action: &self.action,
            instruction: self.instruction.as_ref().map(|(prompt, earlier)| (prompt, earlier)),
            text: &text,
            clipboard,
            context: &self.context,
            owners: &self.owners,
            today: &world.now.today,
            options: &self.options,
            model: self.model.as_ref(),
            settings: world.settings,
            survey: world.survey,
        };
        match plan::plan(&brief) {
            Ok(plan) => self.run(plan, world, effects),
            Err(failure) => self.fail(failure, effects),
        }
    }

    fn run(&mut self, plan: Plan, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.notes.extend(plan.notes);
        if self.dry_run {
            let planned =
                Planned { backend: plan.backend, request: plan.request, notes: std::mem::take(&mut self.notes) };
            return self.end(Outcome::Planned(Box::new(planned)), effects);
        }
        let call = CallId { job: self.id, lane: 0, step: 0, part: 0, attempt: 0 };
        let lane = Lane {
            call,
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
        self.stage = Stage::Running(Box::new(lane));
    }

    /// A piece of the answer.
    pub fn delta(&mut self, chunk: Chunk, effects: &mut Vec<Effect>) {
        let streams = self.streams_to_terminal();
        let Stage::Running(lane) = &mut self.stage else { return };
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

    /// The running call is over.
    pub fn done(&mut self, result: Result<Completion, BackendFailure>, world: &World<'_>, effects: &mut Vec<Effect>) {
        let Stage::Running(lane) = std::mem::replace(&mut self.stage, Stage::Over) else { return };
        match result {
            Ok(completion) => self.completed(*lane, completion, effects),
            Err(failure) => self.call_failed(*lane, failure, world, effects),
        }
    }

    fn completed(&mut self, lane: Lane, completion: Completion, effects: &mut Vec<Effect>) {
        let Lane { by, request, arrived, .. } = lane;
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

    fn fail(&mut self, failure: Failure, effects: &mut Vec<Effect>) {
        self.deliver(Outcome::Failed { failure, partial: None }, effects);
    }

    /// Over, with nothing to deliver.
    fn end(&mut self, outcome: Outcome, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        self.stage = Stage::Over;
        effects.push(Effect::Ended { job: self.id, outcome: Box::new(outcome) });
    }

    /// Brings the outcome to every sink, and waits for those that can fail.
    fn deliver(&mut self, mut outcome: Outcome, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        let waiting = deliver::deliver(self, &mut outcome, effects);
        self.stage = Stage::Delivering { waiting, outcome };
        self.end_when_delivered(effects);
    }

    /// Whether the job ends in a notification: where it names one, where the sink it names falls back to one, and where
    /// nothing else would be seen (`copy` alone, of nobody who waits for it).
    pub fn is_seen_in_notification(&self) -> bool {
        let is_shown = |sink: &Sink| matches!(sink, Sink::Notify | Sink::Panel | Sink::Replace | Sink::Append);
        self.sinks.iter().any(is_shown) || !(self.awaited || self.sinks.contains(&Sink::Stdout))
    }

    /// Whether the whole answer was printed piece by piece already.
    pub fn printed_as_it_came(&self) -> bool {
        self.streams_to_terminal()
    }

    /// A sink has taken the answer, or could not.
    pub fn delivered(&mut self, sink: Sink, result: Result<(), SinkFailure>, effects: &mut Vec<Effect>) {
        let is_seen = self.is_seen_in_notification();
        let Stage::Delivering { waiting, outcome } = &mut self.stage else { return };
        let before = waiting.len();
        waiting.retain(|awaited| *awaited != sink);
        if waiting.len() == before {
            return;
        }
        if let (Err(failure), Outcome::Answered(answer)) = (result, &outcome) {
            let partial = Some(answer.text.clone());
            *outcome = Outcome::Failed { failure: Failure::Sink(sink, failure), partial };
            if sink != Sink::Notify && is_seen {
                effects.push(Effect::Notify { job: self.id, notice: sentences::notice(&self.action.title, outcome) });
            }
        }
        self.end_when_delivered(effects);
    }

    fn end_when_delivered(&mut self, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Delivering { waiting, outcome } if waiting.is_empty() => {
                effects.push(Effect::Ended { job: self.id, outcome: Box::new(outcome) });
            }
            unfinished => self.stage = unfinished,
        }
    }

    /// Ends it at once. Nothing is shown: the user knows, or the next job of the same key says it.
    pub fn cancel(&mut self, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Running(lane) => effects.push(Effect::Abort(lane.call)),
            // What was handed to the sinks is theirs.
            Stage::Delivering { outcome, .. } => {
                effects.push(Effect::Ended { job: self.id, outcome: Box::new(outcome) });
                return;
            }
            Stage::Reading { .. } | Stage::ReadingClipboard(_) | Stage::Over => {}
        }
        if self.is_seen_in_notification() {
            effects.push(Effect::Unnotify(self.id));
        }
        effects.push(Effect::Ended { job: self.id, outcome: Box::new(Outcome::Cancelled) });
    }

    /// Shows that it works.
    pub fn show_sign(&mut self, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        let by = match &self.stage {
            Stage::Running(lane) => lane.by.as_str(),
            _ => "",
        };
        if self.sinks.contains(&Sink::Stdout) {
            effects.push(Effect::Print { job: self.id, print: Print::Working(by.to_owned()) });
        }
        if self.is_seen_in_notification() {
            let notice = sentences::working(&self.action.title, by);
            effects.push(Effect::Notify { job: self.id, notice });
        }
    }
}

/// Whether there is no text, rather than one that the user sees and that could not be read.
fn is_absent(failure: &ReadFailure) -> bool {
    matches!(failure, ReadFailure::Nothing | ReadFailure::NoDesktop | ReadFailure::Unsupported)
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
