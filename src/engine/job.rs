//! One job, from its trigger to its end: a state machine whose stages stand in a file each, in order: [`reading`] the
//! text, [`planning`] what is asked of whom, [`calling`] those who answer ([`lane`]s with [`parts`], each [`asking`]
//! somebody), [`placing`] the answer in the document where it belongs there, [`delivering`] what came of it.
//!
//! A job knows its own state and nothing of other jobs; what concerns several (a second press, pausing, the last
//! answers) is decided in [`Engine`](super::Engine).

mod reading;

mod planning;

pub mod consent;

mod calling;

mod lane;

mod parts;

mod asking;

mod delivering;

mod showing;

pub mod placing;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::action::{Action, EngineKind, ModelChoice, OptionValues, Sink, Source};
use crate::config::Settings;
use crate::desktop::shortcut::Shortcut;
use crate::desktop::{Found, TriggerContext};
use crate::engine::Now;
use crate::engine::call::{CallId, JobId};
use crate::engine::compute::WorkId;
use crate::engine::effect::{Doing, Effect, Print, Wait};
use crate::engine::outcome::{Failure, Note, Outcome};
use crate::engine::plan;
use crate::engine::replacements::Replacement;
use crate::llm::request::Conversation;
use crate::llm::roster::{Survey, Target};
use crate::text::language::Language;
use crate::text::sealed::{AnswerText, PromptText};
use crate::text::sentences;
use crate::text::sentences::calls;

use calling::Calling;
use consent::Consenting;
use delivering::Delivering;
use placing::{Placing, Wish};
use reading::Reading;

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
    pub models: Vec<ModelChoice>,
    pub options: OptionValues,
    /// The sources that its text is looked for in.
    from: Vec<Source>,
    dry_run: bool,
    /// The panel shows it.
    in_panel: bool,
    /// Its text can be typed into the panel.
    can_be_typed: bool,
    /// And is, at this moment.
    is_typed: bool,
    /// The text that it is about, and where that was read.
    read: Option<(Source, Found)>,
    /// Of a question in a conversation: what that is about.
    about: Option<(Source, Found)>,
    /// The language to translate into, where the person has said it.
    target: Option<Language>,
    /// The user's own keys for pasting there.
    chord: Option<Shortcut>,
    /// Where the text was had from.
    source: Option<Source>,
    /// The applications whose text is used.
    owners: Vec<String>,
    awaited: bool,
    /// When to show that it works; `None` once shown.
    sign_due: Option<Instant>,
    /// Said with the answer.
    notes: Vec<Note>,
    /// What was last shown of what it does, once that was shown at all.
    sign: Option<Doing>,
    /// Whether its answer is in the terminal already.
    printed: bool,
    /// How many pieces of work were given out.
    works: u32,
    /// That the answer is to take the selection's place, until it is there to do so.
    wish: Option<Wish>,
    /// What became of the answer is seen in the document.
    is_quiet: bool,
    /// What can be tried again or taken back.
    replacement: Option<Replacement>,
    stage: Stage,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there are as many as jobs: a few")]
enum Stage {
    Reading(Reading),
    /// What is done on another thread is awaited.
    Computing(WorkId),
    Calling(Box<Calling>),
    /// Whether it may leave is asked.
    Consenting(Box<Consenting>),
    Placing(Box<Placing>),
    Delivering(Delivering),
    Over,
}

/// What a step of a job needs to know of the world.
pub struct World<'a> {
    pub settings: &'a Arc<Settings>,
    pub survey: &'a Arc<Survey>,
    /// Whether the user was told before that text goes to this provider.
    pub told: &'a dyn Fn(&str) -> bool,
    pub now: &'a Now,
    /// For what is left to chance: when many that failed together come back.
    pub seed: u64,
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
    pub models: Vec<ModelChoice>,
    pub options: OptionValues,
    pub dry_run: bool,
    pub about: Option<(Source, Found)>,
    pub target: Option<Language>,
    pub awaited: bool,
    pub has_panel: bool,
    /// And can take the keyboard.
    pub panel_picks: bool,
}

impl Job {
    /// Takes the job up: asks for its text, and has the connection opened while that is being read.
    pub fn start(start: Start, world: &World<'_>, effects: &mut Vec<Effect>) -> Self {
        let sources = start.from.unwrap_or_else(|| start.action.from.clone());
        let first = start.text.as_ref().map(|(source, _)| *source).or(sources.first().copied());
        let sinks = start.to.unwrap_or_else(|| start.action.to.clone());
        // What is opened is seen there.
        let has_answer = !start.dry_run && !matches!(start.action.engine, EngineKind::Open(_));
        let mut job = Self {
            id: start.id,
            action: start.action,
            instruction: start.instruction,
            context: start.context,
            in_panel: false,
            is_typed: false,
            can_be_typed: start.panel_picks && !start.awaited && !start.dry_run,
            sinks,
            models: start.models,
            options: start.options,
            from: sources.clone(),
            dry_run: start.dry_run,
            read: start.text.clone(),
            about: start.about,
            target: start.target,
            chord: None,
            source: None,
            owners: Vec::new(),
            awaited: start.awaited,
            sign_due: Some(world.now.at + SIGN_AFTER),
            notes: Vec::new(),
            sign: None,
            printed: false,
            works: 0,
            wish: None,
            is_quiet: false,
            replacement: None,
            stage: Stage::Reading(Reading::of(sources)),
        };
        job.chord = job.own_chord(world);
        job.in_panel = start.has_panel && has_answer && job.belongs_in_panel(world);
        job.begin_in_panel(world, effects);
        let warms = start.text.is_none() && !job.dry_run;
        match job.may_start(world) {
            // With the text at hand the request itself opens it.
            Ok(targets) if warms => effects.extend(targets.into_iter().map(Effect::Warm)),
            Ok(_) => {}
            Err(failure) => {
                job.fail(failure, effects);
                return job;
            }
        }
        job.wish = job.wish(first, world, effects);
        match start.text {
            // An instruction can do without a text, where none was given on purpose.
            Some((source, found)) if job.instruction.is_some() => {
                job.owners.extend(job.about.iter().filter_map(|(_, about)| about.owner.clone()));
                job.text_given(source, found, world, effects);
            }
            Some((source, found)) => job.text_read(source, Ok(found), world, effects),
            None => job.read_next(world, effects),
        }
        job
    }

    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// The answer as far as it stands, once it is being delivered; and as it is read, with others beside it.
    pub fn answer(&self) -> Option<(AnswerText, AnswerText)> {
        match &self.stage {
            Stage::Placing(placing) => Some((placing.answer.text.clone(), calls::labelled(&placing.answer))),
            Stage::Delivering(Delivering { outcome: Outcome::Answered(answer), .. }) => {
                Some((answer.text.clone(), calls::labelled(answer)))
            }
            Stage::Delivering(delivering) => {
                super::text_of(&delivering.outcome).map(|text| (text.clone(), text.clone()))
            }
            _ => None,
        }
    }

    /// What can be tried again or taken back from now on.
    pub fn take_replacement(&mut self) -> Option<Replacement> {
        self.replacement.take()
    }

    /// Whether an event of this call is awaited.
    pub fn awaits(&self, call: CallId) -> bool {
        matches!(&self.stage, Stage::Calling(calling) if calling.awaits(call))
    }

    /// What is found wrong before any text is read.
    fn may_start(&self, world: &World<'_>) -> Result<Vec<Target>, Failure> {
        plan::may_read(world.settings, &self.context)?;
        plan::options(&self.action, &self.options)?;
        plan::asked_first(&self.action, &self.models, world.settings, world.survey)
    }

    fn fail(&mut self, failure: Failure, effects: &mut Vec<Effect>) {
        self.deliver(Outcome::Failed { failure, partial: None }, effects);
    }

    /// Over, with nothing to deliver.
    fn end(&mut self, outcome: Outcome, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        self.abandon_paste(effects);
        self.stage = Stage::Over;
        if outcome == Outcome::Cancelled {
            self.cancelled_in_panel(effects);
        }
        effects.push(Effect::Ended { job: self.id, outcome: Box::new(outcome) });
    }

    /// Ends it at once. Nothing is shown: the user knows, or the next job of the same key says it.
    pub fn cancel(&mut self, effects: &mut Vec<Effect>) {
        self.abandon_paste(effects);
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Calling(calling) => calling.abort(effects),
            Stage::Placing(placing) => placing.abandoned(effects),
            // What was handed to the sinks is theirs.
            Stage::Delivering(Delivering { outcome, .. }) => {
                effects.push(Effect::Ended { job: self.id, outcome: Box::new(outcome) });
                return;
            }
            Stage::Consenting(_) => effects.push(Effect::Unnotify(self.id)),
            Stage::Reading(_) | Stage::Computing(_) | Stage::Over => {}
        }
        if self.is_seen_in_notification() {
            effects.push(Effect::Unnotify(self.id));
        }
        self.cancelled_in_panel(effects);
        effects.push(Effect::Ended { job: self.id, outcome: Box::new(Outcome::Cancelled) });
    }

    /// Says something with the answer, once.
    pub fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Shows that a call waits for its turn, and until when.
    pub fn show_wait(&mut self, wait: Wait, effects: &mut Vec<Effect>) {
        let Stage::Calling(calling) = &self.stage else { return };
        let doing = Doing { waiting: Some(wait), ..calling.doing() };
        self.show(doing, effects);
    }

    /// When it wants to be woken.
    pub fn next_deadline(&self) -> Option<Instant> {
        let of_calls = match &self.stage {
            Stage::Calling(calling) => calling.next_deadline(),
            _ => None,
        };
        self.sign_due.into_iter().chain(of_calls).min()
    }

    /// The moment has come.
    pub fn wake(&mut self, world: &World<'_>, effects: &mut Vec<Effect>) {
        self.wake_calls(world, effects);
        if self.sign_due.is_some_and(|due| due <= world.now.at) {
            self.show_sign(effects);
        }
    }

    /// Shows that it works, and at what.
    fn show_sign(&mut self, effects: &mut Vec<Effect>) {
        let doing = match &self.stage {
            Stage::Calling(calling) => calling.doing(),
            _ => Doing::default(),
        };
        self.show(doing, effects);
    }

    fn show(&mut self, doing: Doing, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        if self.is_seen_in_notification() {
            let notice = sentences::working(&self.action.title, &doing);
            effects.push(Effect::Notify { job: self.id, notice });
        }
        if self.in_panel || self.sinks.contains(&Sink::Stdout) {
            effects.push(Effect::Print { job: self.id, print: Print::Working(doing.clone()) });
        }
        self.sign = Some(doing);
    }

    /// Shows what has changed, where the sign stands already; and at once that nobody is asked for a while.
    fn show_progress(&mut self, effects: &mut Vec<Effect>) {
        let Stage::Calling(calling) = &self.stage else { return };
        let doing = calling.doing();
        let is_new = match &self.sign {
            Some(shown) => *shown != doing,
            None => doing.waiting.is_some(),
        };
        if is_new {
            self.show_sign(effects);
        }
    }
}
