//! Decides everything and touches nothing: [`Event`] in, [`Effect`]s out.
//!
//! It knows which text is used, which model is asked, what may be sent, where the answer goes and what a failure
//! becomes. It knows nothing of displays, sockets, files or HTTP, and it never asks for the time: `now` is an argument,
//! and [`Engine::next_deadline`] says when it wants to be woken, which is never while nothing runs.

pub mod call;
pub mod compute;
pub mod effect;
pub mod event;
pub mod forecast;
pub mod gate;
pub mod guard;
pub mod outcome;

mod answers;
mod bar;
mod deliver;
mod house;
pub mod job;
pub mod offer;
pub mod panel;
pub mod pasting;
mod picker;
pub mod plan;
pub mod replacements;
pub mod retry;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use crate::action::{Action, ActionName, Source};
use crate::config::{Bound, Settings};
use crate::desktop::paste::PasteId;
use crate::desktop::{BindingId, Bindings, TriggerContext};
use crate::llm::limits::Urgency;
use crate::llm::request::Conversation;
use crate::llm::roster::Survey;
use crate::panel::protocol::ToPanel;
use crate::text::near;
use crate::text::sealed::{AnswerText, PromptText};
use crate::text::sentences;

use bar::Selected;
use call::{CallId, JobId};
use effect::{Effect, PastAnswer};
use event::{Event, Overrides, Trigger, What, Which};
use gate::Gate;
use job::{Job, Start, World};
use outcome::{Failure, Outcome};
use panel::Shown;
use picker::Picker;
use replacements::{Later, Replacement};

/// How many answers can be had again.
const ANSWERS_KEPT: usize = 10;

/// The time, which the engine is told and never asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now {
    pub at: Instant,
    /// Today where the user is, as a template shows it: `2026-11-21`.
    pub today: String,
}

/// All state that decisions are made from.
#[derive(Debug)]
pub struct Engine {
    settings: Arc<Settings>,
    survey: Arc<Survey>,
    /// Providers of which the user knows that text goes there.
    told: BTreeSet<String>,
    /// As of the last event.
    now: Now,
    /// What is left to chance is drawn from it.
    seed: u64,
    paused: bool,
    next_job: u64,
    jobs: BTreeMap<JobId, Job>,
    gate: Gate,
    /// Jobs of which nobody waits for each.
    batch: BTreeSet<JobId>,
    /// The newest first.
    answers: VecDeque<PastAnswer>,
    pickers: BTreeMap<JobId, Picker>,
    /// What was picked last, the last first.
    picked: Vec<ActionName>,
    bar: Option<Selected>,
    /// Whether the desktop tells what is selected with the mouse.
    is_watching: bool,
    /// The newest first.
    replacements: VecDeque<Replacement>,
    /// Pastes that no job waits for.
    laters: BTreeMap<PasteId, Later>,
    /// Pastes of which something is still on the clipboard.
    served: BTreeSet<PasteId>,
    /// Whether a panel can be had.
    has_panel: bool,
    /// The panel can take the keyboard.
    panel_picks: bool,
    /// What the panel showed to its end, the newest first.
    shown: VecDeque<Shown>,
    /// What notifications offer beside an answer, the newest first.
    old_texts: VecDeque<(JobId, AnswerText)>,
    bound: Bindings,
    /// The notification about mistakes in the files, while there are any.
    mistakes: Option<JobId>,
    last_failed: bool,
    /// Whether what the tray shows has changed since it was last told.
    tray_is_old: bool,
}

impl Engine {
    /// An engine at rest. `told`: the providers that the user was told of in earlier runs.
    pub fn new(settings: Arc<Settings>, survey: Survey, told: BTreeSet<String>, now: Now) -> Self {
        let mut gate = Gate::default();
        gate.set_budget(settings.budget.month);
        Self {
            settings,
            survey: Arc::new(survey),
            told,
            now,
            seed: 0,
            paused: false,
            next_job: 1,
            jobs: BTreeMap::new(),
            gate,
            batch: BTreeSet::new(),
            answers: VecDeque::new(),
            pickers: BTreeMap::new(),
            picked: Vec::new(),
            bar: None,
            is_watching: false,
            replacements: VecDeque::new(),
            laters: BTreeMap::new(),
            served: BTreeSet::new(),
            has_panel: false,
            panel_picks: false,
            shown: VecDeque::new(),
            old_texts: VecDeque::new(),
            bound: Bindings::default(),
            mistakes: None,
            last_failed: false,
            tray_is_old: true,
        }
    }

    /// The same engine with another luck: two processes are not to come back to a server at the same moments.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Takes one event and says what is to be done. Never fails: a mistake is an effect that tells the user.
    pub fn handle(&mut self, event: Event, now: Now) -> Vec<Effect> {
        self.now = now;
        let mut effects = Vec::new();
        match event {
            Event::Pressed { binding, context } => self.pressed(binding, context, &mut effects),
            Event::Triggered(trigger) => self.take_up_or_say(*trigger, &mut effects),
            Event::PickerWanted { context } => self.pick(context, &mut effects),
            Event::Text { job, source, result } => match () {
                () if self.pickers.contains_key(&job) => self.picker_text(job, source, result, &mut effects),
                () if self.is_of_bar(job) => self.bar_text(result, &mut effects),
                () => self.step(job, &mut effects, |job, world, effects| {
                    job.text_read(source, result, world, effects);
                }),
            },
            Event::Clipboard { job, result } => self.step(job, &mut effects, |job, world, effects| {
                job.clipboard_read(result, world, effects);
            }),
            Event::Computed { id, done } => self.step(id.job, &mut effects, |job, world, effects| {
                job.computed(id, done, world, effects);
            }),
            Event::Admitted { call, admission } => self.admitted(call, admission, &mut effects),
            Event::Going { call, going } => self.going(call, going, &mut effects),
            Event::Delta { call, chunk } => {
                self.gate.delta(call, &chunk, self.now.at);
                self.step_call(call, &mut effects, |job, world, effects| job.delta(call, chunk, world, effects));
            }
            Event::Done { call, result } => {
                self.call_ended(call, &result, &mut effects);
                self.step_call(call, &mut effects, |job, world, effects| job.done(call, result, world, effects));
            }
            Event::Delivered { job, result: Err(failure), sink } if !self.jobs.contains_key(&job) => {
                self.late_failure(job, sink, failure, &mut effects);
            }
            Event::Delivered { job, sink, result } => self.step(job, &mut effects, |job, _, effects| {
                job.delivered(sink, result, effects);
            }),
            Event::Button { job, button } => self.button(job, button, &mut effects),
            Event::Paste { id, step } => self.paste_step(id, step, &mut effects),
            Event::GaveBack { id, is_back } => self.gave_back(id, is_back, &mut effects),
            Event::Permitted { job, permission } => self.permitted(job, permission, &mut effects),
            Event::Decided { job, decision } => self.decided(job, decision, &mut effects),
            Event::Panel(event) => self.panel(event, &mut effects),
            Event::Picker(event) => self.picker(event, &mut effects),
            Event::Selected { context, stroke } => self.selected(context, stroke, &mut effects),
            Event::Bar(event) => self.bar(event, &mut effects),
            Event::Undo => self.undo(&mut effects),
            Event::LeftBehind(unfinished) => self.left_behind(unfinished, &mut effects),
            Event::Cancel(which) => self.cancel(which, &mut effects),
            Event::Settings(settings) => self.settings_changed(settings, &mut effects),
            Event::Mistakes(mistakes) => self.mistakes_found(&mistakes, &mut effects),
            Event::Bound(bindings) => self.bound(bindings, &mut effects),
            Event::Surveyed { settings, survey } => self.surveyed(&settings, survey),
            Event::MenuOpened => effects.push(self.look_for_models()),
            Event::Pause => self.pause(true, &mut effects),
            Event::Resume => self.pause(false, &mut effects),
            Event::Deadline => self.deadline(&mut effects),
        }
        self.through_gate(&mut effects);
        self.watch_selections(&mut effects);
        self.show_in_tray(&mut effects);
        effects
    }

    /// When [`Event::Deadline`] is wanted; `None` while there is nothing to wait for.
    pub fn next_deadline(&self) -> Option<Instant> {
        let of_jobs = self.jobs.values().flat_map(|job| [job.next_deadline(), job.paste_due()]);
        of_jobs.chain([self.later_paste_due(), self.gate.next_deadline()]).flatten().min()
    }

    /// These accounts have limits, as earlier calls were told.
    pub fn know_limited(&mut self, accounts: BTreeSet<String>) {
        self.gate.know_limited(accounts);
    }

    /// What holds from the start: shortcuts bound, models looked for, the tray drawn.
    pub fn begin(&mut self) -> Vec<Effect> {
        let mut effects = vec![self.bind(), Effect::Survey(self.settings.clone())];
        self.show_in_tray(&mut effects);
        effects
    }

    /// Starts a job and gives its number; or, for an unknown action and while paused, the failure, which then has been
    /// shown to nobody.
    pub fn trigger(&mut self, trigger: Trigger, now: Now) -> (Result<JobId, Failure>, Vec<Effect>) {
        self.now = now;
        let mut effects = Vec::new();
        let started = self.take_up(trigger, &mut effects);
        self.through_gate(&mut effects);
        self.show_in_tray(&mut effects);
        (started, effects)
    }

    /// For triggers whose sender waits for no answer: what cannot be taken up is said in a notification.
    fn take_up_or_say(&mut self, trigger: Trigger, effects: &mut Vec<Effect>) {
        let title = match &trigger.what {
            What::Action(name) => name.to_string(),
            What::Instruction { .. } => ask().title.clone(),
        };
        if let Err(failure) = self.take_up(trigger, effects) {
            self.say_failed(&title, failure, effects);
        }
    }

    /// Says a failure that belongs to no job.
    fn say_failed(&mut self, title: &str, failure: Failure, effects: &mut Vec<Effect>) {
        let notice = sentences::notice(title, &Outcome::Failed { failure, partial: None });
        effects.push(Effect::Notify { job: self.next_id(), notice });
    }

    fn take_up(&mut self, trigger: Trigger, effects: &mut Vec<Effect>) -> Result<JobId, Failure> {
        if self.paused {
            return Err(Failure::Paused);
        }
        let Trigger { what, context, supersedes, overrides } = trigger;
        let (action, instruction) = match what {
            What::Action(name) => (self.action(&name)?, None),
            What::Instruction { instruction, earlier } => (ask(), Some((instruction, earlier))),
        };
        if supersedes {
            self.cancel_same(&action.name, effects);
        }
        Ok(self.start(action, instruction, context, overrides, effects))
    }

    /// The last answers, the newest first.
    pub fn answers(&self) -> impl Iterator<Item = &PastAnswer> {
        self.answers.iter()
    }

    /// The settings in force.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Shortcuts that do not work, by their place in [`Settings::bindings`].
    pub fn bindings(&self) -> &Bindings {
        &self.bound
    }

    /// Running jobs with their actions' titles.
    pub fn running(&self) -> Vec<(JobId, String)> {
        self.jobs.values().map(|job| (job.id, job.action.title.clone())).collect()
    }

    fn action(&self, name: &ActionName) -> Result<Arc<Action>, Failure> {
        self.settings.actions.get(name).cloned().ok_or_else(|| {
            let names = self.settings.actions.keys().map(ActionName::as_str);
            let near = near::nearest(name.as_str(), names).map(ActionName::new);
            Failure::UnknownAction { name: name.clone(), near }
        })
    }

    fn start(
        &mut self,
        action: Arc<Action>,
        instruction: Option<(PromptText, Conversation)>,
        context: TriggerContext,
        overrides: Overrides,
        effects: &mut Vec<Effect>,
    ) -> JobId {
        let id = self.next_id();
        let Overrides { text, from, to, models, options, dry_run, about, target, awaited, urgency } = overrides;
        if urgency == Urgency::Batch {
            self.batch.insert(id);
        }
        let (has_panel, panel_picks) = (self.has_panel, self.panel_picks);
        let start = Start {
            id,
            action,
            instruction,
            context,
            text,
            from,
            to,
            models,
            options,
            dry_run,
            about,
            target,
            awaited,
            has_panel,
            panel_picks,
        };
        let told = &self.told;
        let world = World {
            settings: &self.settings,
            survey: &self.survey,
            told: &|name| told.contains(name),
            now: &self.now,
            seed: self.seed,
        };
        let first = effects.len();
        let job = Job::start(start, &world, effects);
        self.last_failed = false;
        self.jobs.insert(id, job);
        self.after_step(id, first, effects);
        id
    }

    fn next_id(&mut self) -> JobId {
        let id = JobId(self.next_job);
        self.next_job += 1;
        id
    }

    fn pressed(&mut self, binding: BindingId, context: TriggerContext, effects: &mut Vec<Effect>) {
        let Some(binding) = self.settings.bindings.get(binding.0 as usize) else { return };
        match binding.does.clone() {
            Bound::Pick => self.pick(context, effects),
            Bound::Action { action, from, to } => {
                let overrides = Overrides { from, to, ..Overrides::default() };
                let trigger = Trigger { what: What::Action(action), context, supersedes: true, overrides };
                self.take_up_or_say(trigger, effects);
            }
        }
    }

    /// The one place where what belongs to no running call is dropped.
    fn step_call(
        &mut self,
        call: CallId,
        effects: &mut Vec<Effect>,
        step: impl FnOnce(&mut Job, &World<'_>, &mut Vec<Effect>),
    ) {
        if self.jobs.get(&call.job).is_some_and(|job| job.awaits(call)) {
            self.step(call.job, effects, step);
        }
    }

    fn step(
        &mut self,
        id: JobId,
        effects: &mut Vec<Effect>,
        step: impl FnOnce(&mut Job, &World<'_>, &mut Vec<Effect>),
    ) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let told = &self.told;
        let world = World {
            settings: &self.settings,
            survey: &self.survey,
            told: &|name| told.contains(name),
            now: &self.now,
            seed: self.seed,
        };
        let first = effects.len();
        step(job, &world, effects);
        self.after_step(id, first, effects);
    }

    /// Draws the consequences of a job's new effects for the whole: what was told, what can be had again, what is over.
    fn after_step(&mut self, id: JobId, first: usize, effects: &mut Vec<Effect>) {
        self.show_in_panel(id, first, effects);
        let mut look_again = false;
        for effect in &effects[first..] {
            match effect {
                Effect::RememberTold(provider) => drop(self.told.insert(provider.clone())),
                Effect::Ended { outcome, .. } => {
                    look_again = outcome.is_about_readiness();
                    self.last_failed = matches!(**outcome, Outcome::Failed { .. });
                    self.tray_is_old = true;
                }
                Effect::Run { .. } => self.tray_is_old = true,
                _ => {}
            }
        }
        self.keep_answer(id, &effects[first..]);
        if let Some(replacement) = self.jobs.get_mut(&id).and_then(Job::take_replacement) {
            self.keep_replacement(replacement);
        }
        if self.jobs.get(&id).is_some_and(Job::is_over) {
            self.jobs.remove(&id);
            self.batch.remove(&id);
        }
        if look_again {
            effects.push(self.look_for_models());
        }
    }

    fn cancel_same(&mut self, action: &ActionName, effects: &mut Vec<Effect>) {
        let same: Vec<_> = self.jobs.values().filter(|job| job.action.name == *action).map(|job| job.id).collect();
        for id in same {
            self.cancel(Which::Job(id), effects);
        }
    }

    fn cancel(&mut self, which: Which, effects: &mut Vec<Effect>) {
        if which == Which::All {
            self.close_pickers(effects);
        }
        let ids: Vec<_> = match which {
            Which::All => self.jobs.keys().copied().collect(),
            Which::Job(id) => {
                self.pickers.remove(&id);
                self.bar_closed(id);
                vec![id]
            }
        };
        for id in ids {
            self.step(id, effects, |job, _, effects| job.cancel(effects));
        }
    }

    fn deadline(&mut self, effects: &mut Vec<Effect>) {
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= self.now.at);
        let due = self.jobs.values().filter(|job| is_due(job.next_deadline()) || is_due(job.paste_due()));
        for id in due.map(|job| job.id).collect::<Vec<_>>() {
            self.step(id, effects, |job, world, effects| {
                job.wake(world, effects);
                job.paste_if_due(world.now.at, effects);
            });
        }
        self.paste_what_is_due(effects);
        self.turns_come(effects);
    }
}

/// The action that an instruction of the moment is run as. It looks at the selection alone: what lies on the clipboard may
/// be of long ago, and the instruction may need no text at all.
pub fn ask() -> Arc<Action> {
    Arc::new(Action { from: vec![Source::Selection], ..Action::new(ActionName::new("ask"), "Ask") })
}

fn is_of_delivery(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Paste { .. }
            | Effect::Notify { .. }
            | Effect::Copy { .. }
            | Effect::Ended { .. }
            | Effect::Print { .. }
            | Effect::Panel(ToPanel::Done(_) | ToPanel::Failed { .. })
    )
}

/// The answer of an outcome, whole or in part.
pub fn text_of(outcome: &Outcome) -> Option<&AnswerText> {
    match outcome {
        Outcome::Answered(answer) => Some(&answer.text),
        Outcome::Failed { partial, .. } => partial.as_ref(),
        Outcome::Planned(_) | Outcome::Cancelled => None,
    }
}
