//! From an action and its text to the calls that answer it: which models, what they are told, what may not be sent.
//!
//! Pure and whole: everything that can be wrong is found here, before anything leaves.

mod privacy;

pub mod secrets;

mod backends;

mod prompt;

mod room;

mod fitting;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::action::template::Template;
use crate::action::{Action, EngineKind, ModelChoice, OptionValues, fits};
use crate::config::Settings;
use crate::desktop::TriggerContext;
use crate::engine::call::{Backend, Label, Request};
use crate::engine::outcome::{Failure, Note};
use crate::llm::request::Conversation;
use crate::llm::roster::{self, Survey, Target};
use crate::text::chunking::Chunks;
use crate::text::language::{self, Language};
use crate::text::sealed::{PromptText, UserText};

pub use backends::{asked_first, backend_of, choices};
pub use privacy::{may_read, may_use};
pub use prompt::{Frame, Said, options, uses_direction};
pub use room::of_conversation;
pub use secrets::{Seen, Sighting, Whereabouts};

/// All that a plan is made from: what the job has read, and the world as it was then.
#[derive(Debug, Clone)]
pub struct Brief {
    pub action: Arc<Action>,
    /// In place of the action's prompt, and the conversation that it goes on in.
    pub instruction: Option<(PromptText, Conversation)>,
    pub text: UserText,
    pub clipboard: UserText,
    pub context: TriggerContext,
    /// The applications whose text it is.
    pub owners: Vec<String>,
    /// As a template shows it: `2026-11-21`.
    pub today: String,
    pub options: OptionValues,
    /// The language to translate into, in place of the one that follows from the text's.
    pub target: Option<Language>,
    /// In place of the action's models; empty where this run names none.
    pub models: Vec<ModelChoice>,
    pub settings: Arc<Settings>,
    pub survey: Arc<Survey>,
}

impl Brief {
    /// How much there is to look at.
    pub fn bytes(&self) -> usize {
        let turns = self.instruction.iter().flat_map(|(_, earlier)| &earlier.turns);
        let earlier: usize = turns.map(|turn| turn.words().len()).sum();
        self.text.expose().len() + self.clipboard.expose().len() + earlier
    }
}

/// What is asked of whom.
#[derive(Debug)]
pub struct Plan {
    pub frame: Frame,
    /// Side by side, in the order in which they were named. Never empty, and one at least has a course.
    pub lanes: Vec<Lane>,
    pub notes: Vec<Note>,
    /// The secrets in what would leave this machine.
    pub seen: Seen,
}

impl Plan {
    /// Who is asked, whoever stands in.
    pub fn backends(&self) -> impl Iterator<Item = &Backend> {
        self.lanes.iter().flat_map(Lane::steps).map(|step| &step.backend)
    }

    /// Everybody elsewhere who may come to get it, stand-ins included, each once.
    pub fn recipients(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for step in self.lanes.iter().flat_map(Lane::steps) {
            let first = secrets::leaves(&step.backend).then(|| step.backend.name());
            let stand_ins = step.fallback.iter().filter(|target| !target.provider.is_local()).map(Target::label);
            for name in first.into_iter().chain(stand_ins) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Where this machine was asked, nobody elsewhere stands in.
    pub fn keep_stand_ins_here(&mut self) {
        let courses = self.lanes.iter_mut().filter_map(|lane| lane.course.as_mut().ok());
        let of_this_machine =
            courses.flat_map(|course| &mut course.steps).filter(|step| !secrets::leaves(&step.backend));
        of_this_machine.for_each(|step| step.fallback.retain(|target| target.provider.is_local()));
    }
}

/// One model's way to an answer, beside others.
#[derive(Debug)]
pub struct Lane {
    pub label: Label,
    /// Or why this model cannot be asked, while another can.
    pub course: Result<Course, Failure>,
}

impl Lane {
    fn steps(&self) -> impl Iterator<Item = &Step> {
        self.course.iter().flat_map(|course| &course.steps)
    }
}

/// What is asked of a lane's models.
#[derive(Debug, Default)]
pub struct Course {
    /// One after the other; the last one's answer is the answer. Never empty.
    pub steps: Vec<Step>,
    /// The text: in parts, where it is too long.
    pub chunks: Chunks,
    /// The first step's request, where the text is whole.
    pub first: Option<Request>,
}

/// One call of a lane.
#[derive(Debug)]
pub struct Step {
    pub prompt: Prompt,
    /// By which the prompts behind it see its answer; empty for the body.
    pub name: String,
    pub backend: Backend,
    /// Models that stand in, in order.
    pub fallback: VecDeque<Target>,
}

/// Which of an action's prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Of one of its `steps`.
    Step(usize),
    Body,
}

impl Prompt {
    pub(super) fn of(self, action: &Action) -> &Template {
        match self {
            Self::Step(step) => &action.steps[step].prompt,
            Self::Body => &action.prompt,
        }
    }
}

/// Makes the plan for a text that has been read.
pub fn plan(brief: Brief) -> Result<Plan, Failure> {
    allowed_here(&brief)?;
    let mut notes = Vec::new();
    let mut lanes = lanes(&brief, &mut notes);
    refuse_hopeless(&mut lanes)?;
    let is_told = |lane: &Lane| lane.steps().any(|step| prompt::is_filled_in(&step.backend));
    let direction = match lanes.iter().any(is_told) {
        true => prompt::direction(&brief)?,
        false => None,
    };
    let mut frame = Frame::new(brief, direction)?;
    for step in lanes.iter_mut().filter_map(|lane| lane.course.as_mut().ok()).flat_map(|course| &mut course.steps) {
        if let Backend::Open(address) = &mut step.backend {
            *address = frame.address()?;
        }
    }
    fitting::fit(&mut frame, &mut lanes, &mut notes);
    refuse_hopeless(&mut lanes)?;
    let seen = secrets::look(&frame, &lanes);
    Ok(Plan { frame, lanes, notes, seen })
}

fn lanes(brief: &Brief, notes: &mut Vec<Note>) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for choice in choices(&brief.action, &brief.models) {
        let model = label(choice, brief);
        for alternative in alternatives(&brief.action) {
            let label = Label { model: model.clone(), alternative };
            let steps = steps(brief, choice, notes);
            let course = steps.map(|steps| Course { steps, chunks: Chunks::whole(brief.text.clone()), first: None });
            lanes.push(Lane { label, course });
        }
    }
    notes.dedup();
    lanes
}

/// `None` where there is one answer of each model.
fn alternatives(action: &Action) -> impl Iterator<Item = Option<u16>> {
    let wanted = match &action.engine {
        EngineKind::Model => action.sampling.n.unwrap_or(1),
        _ => 1,
    };
    (1..=wanted).map(move |number| (wanted > 1).then(|| u16::try_from(number).unwrap_or(u16::MAX)))
}

fn label(choice: &ModelChoice, brief: &Brief) -> String {
    match (backend_of(&brief.action, choice, &brief.settings, &brief.survey), choice) {
        (Ok((backend, _)), _) => backend.name(),
        (Err(_), ModelChoice::Named(name)) => name.clone(),
        (Err(_), ModelChoice::Auto) => "auto".to_owned(),
    }
}

/// Fails where nobody can be asked, or where the user named what does not exist.
fn refuse_hopeless(lanes: &mut Vec<Lane>) -> Result<(), Failure> {
    let is_wrong_use = |lane: &Lane| lane.course.as_ref().is_err_and(|failure| failure.exit_code() == 2);
    let all_fail = lanes.iter().all(|lane| lane.course.is_err());
    match lanes.iter().position(|lane| all_fail || is_wrong_use(lane)) {
        Some(hopeless) => lanes.swap_remove(hopeless).course.map(drop),
        None => Ok(()),
    }
}

/// The calls of a lane whose model is `choice`: the action's steps, then its body. A step that names a model of its own
/// asks that one in every lane.
fn steps(brief: &Brief, choice: &ModelChoice, notes: &mut Vec<Note>) -> Result<Vec<Step>, Failure> {
    let action = &brief.action;
    let (backend, note) = backend_of(action, choice, &brief.settings, &brief.survey)?;
    notes.extend(note);
    let target = match backend {
        Backend::Model(target) => target,
        other => return Ok(vec![alone(brief, other)?]),
    };
    let mut steps = Vec::new();
    for (number, step) in action.steps.iter().enumerate() {
        let own = step.model.as_ref().map(|own| roster::resolve(own, &brief.settings, &brief.survey));
        let target = own.unwrap_or_else(|| Ok(target.clone())).map_err(Failure::NoModel)?;
        steps.push(Step { name: step.name.clone(), ..asking(brief, Prompt::Step(number), target)? });
    }
    if action.steps.is_empty() || !action.prompt.is_empty() {
        steps.push(asking(brief, Prompt::Body, target)?);
    }
    Ok(steps)
}

fn asking(brief: &Brief, prompt: Prompt, target: Target) -> Result<Step, Failure> {
    let target = privacy::sendable(brief, target)?;
    let fallback = backends::fallback(brief, &target);
    Ok(Step { prompt, name: String::new(), backend: Backend::Model(target), fallback })
}

/// The one step of a backend that is no model.
fn alone(brief: &Brief, backend: Backend) -> Result<Step, Failure> {
    match &backend {
        Backend::Open(_) => privacy::may_leave(brief, "what the address leads to")?,
        Backend::Command(command) => privacy::may_leave(brief, command.first().map_or("", String::as_str))?,
        Backend::Builtin(_) | Backend::Model(_) => {}
    }
    Ok(Step { prompt: Prompt::Body, name: String::new(), backend, fallback: VecDeque::new() })
}

/// Whether the action's `when` holds.
fn allowed_here(brief: &Brief) -> Result<(), Failure> {
    let text = brief.text.expose();
    let language = match brief.action.when.languages.is_empty() {
        true => None,
        false => language::detect(text, &brief.settings.languages),
    };
    let app = brief.context.app.as_ref().map(|app| app.name.as_str());
    match fits::fits(&brief.action.when, text, app, language) {
        true => Ok(()),
        false => Err(Failure::DoesNotFit(brief.action.name.clone())),
    }
}
