//! The panel's side of the jobs: what it is told of them, and what is wanted by its buttons.
//!
//! A job is shown there from its beginning where it names the panel and one can be had. When the panel is lost, the jobs
//! that run go on, and end in notifications as if there had never been one.

use std::sync::Arc;

use super::call::JobId;
use super::effect::{Effect, Print};
use super::event::{Overrides, PanelEvent, Which};
use super::outcome::{Answer, Outcome};
use super::pasting::Placement;
use super::replacements::Replacement;
use super::{ANSWERS_KEPT, Engine};
use crate::action::{Action, ModelChoice, OptionValues, Sink, Source};
use crate::desktop::paste::Consent;
use crate::desktop::{Found, TriggerContext};
use crate::llm::request::Conversation;
use crate::panel::protocol::{Done, ToPanel};
use crate::text::sealed::PromptText;
use crate::text::sentences::{self, calls};

/// A job that the panel showed to its end, and all that it takes to do the same once more.
#[derive(Debug)]
pub struct Shown {
    pub job: JobId,
    pub action: Arc<Action>,
    pub instruction: Option<(PromptText, Conversation)>,
    pub context: TriggerContext,
    pub text: Option<(Source, Found)>,
    pub from: Vec<Source>,
    pub to: Vec<Sink>,
    pub models: Vec<ModelChoice>,
    pub options: OptionValues,
    /// Where its answer can go, where it was read from a selection.
    pub placement: Option<Placement>,
}

impl Engine {
    pub(super) fn panel(&mut self, event: PanelEvent, effects: &mut Vec<Effect>) {
        match event {
            PanelEvent::There => self.has_panel = true,
            PanelEvent::Lost => self.panel_lost(effects),
            PanelEvent::Seen(job) => self.step(job, effects, |job, _, effects| {
                job.delivered(Sink::Panel, Ok(()), effects);
            }),
            PanelEvent::Copy(job) => self.copy_again(job, effects),
            PanelEvent::Replace(job) => self.replace_from_panel(job, effects),
            PanelEvent::Retry(job) => self.retry_from_panel(job, effects),
            PanelEvent::Cancel(job) | PanelEvent::Closed(job) => self.cancel(Which::Job(job), effects),
        }
    }

    fn panel_lost(&mut self, effects: &mut Vec<Effect>) {
        self.has_panel = false;
        for job in self.jobs.keys().copied().collect::<Vec<_>>() {
            self.step(job, effects, |job, _, effects| job.lose_panel(effects));
        }
    }

    /// The answer goes where the text came from; the panel makes room before.
    fn replace_from_panel(&mut self, job: JobId, effects: &mut Vec<Effect>) {
        let shown = self.shown.iter().find(|shown| shown.job == job);
        let Some(placement) = shown.and_then(|shown| shown.placement.clone()) else { return };
        effects.push(Effect::Panel(ToPanel::Hide { job: job.0 }));
        if !self.has_replacement(job) {
            self.keep_replacement(Replacement::waiting(job, placement));
        }
        // What it will be stood before their eyes.
        self.paste_again(job, Consent::Accepted, effects);
    }

    fn retry_from_panel(&mut self, job: JobId, effects: &mut Vec<Effect>) {
        self.cancel(Which::Job(job), effects);
        let Some(place) = self.shown.iter().position(|shown| shown.job == job) else { return };
        let Some(Shown { action, instruction, context, text, from, to, models, options, .. }) =
            self.shown.remove(place)
        else {
            return;
        };
        let overrides = Overrides { text, from: Some(from), to: Some(to), models, options, ..Overrides::default() };
        self.start(action, instruction, context, overrides, effects);
    }

    /// Turns what a job in the panel prints into what the panel is told, from the effect `first` on.
    pub(super) fn show_in_panel(&mut self, id: JobId, first: usize, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get(&id).filter(|job| job.is_in_panel()) else { return };
        let prints = job.sinks.contains(&Sink::Stdout);
        let new: Vec<_> = effects.drain(first..).collect();
        let mut is_over = false;
        for effect in new {
            match &effect {
                Effect::Print { print, .. } => match told(id, print) {
                    Some(message) => {
                        effects.push(Effect::Panel(message));
                        effects.extend(prints.then_some(effect));
                    }
                    None => effects.push(effect),
                },
                Effect::Panel(ToPanel::Done(_) | ToPanel::Failed { .. } | ToPanel::Cancelled { .. }) => {
                    is_over = true;
                    effects.push(effect);
                }
                _ => effects.push(effect),
            }
        }
        if is_over {
            let shown = job.shown();
            self.shown.retain(|one| one.job != id);
            self.shown.push_front(shown);
            self.shown.truncate(ANSWERS_KEPT);
        }
    }
}

/// What the panel is told of what a terminal would print; None for what is asked there.
fn told(id: JobId, print: &Print) -> Option<ToPanel> {
    let job = id.0;
    Some(match print {
        Print::Working(doing) => ToPanel::Doing { job, sentence: calls::doing(doing), by: doing.by.clone() },
        Print::Lanes(labels) => ToPanel::Lanes { job, labels: labels.iter().map(ToString::to_string).collect() },
        Print::Answer { lane, text } => ToPanel::Answer { job, lane: *lane, text: text.clone().into() },
        Print::Reasoning { lane, text } => ToPanel::Reasoning { job, lane: *lane, text: text.clone().into() },
        Print::LaneOver { lane, failure } => {
            let failure = failure.as_ref().map(|failure| sentences::failure(failure).into());
            ToPanel::LaneOver { job, lane: *lane, failure }
        }
        Print::Question(_) | Print::Change(_) => return None,
    })
}

/// How a job ended, as the panel shows it. `replaces`: whether the answer can take the place of the text.
pub fn ended(job: JobId, outcome: &Outcome, replaces: bool) -> ToPanel {
    let job = job.0;
    match outcome {
        Outcome::Answered(answer) => ToPanel::Done(done(job, answer, replaces)),
        Outcome::Failed { failure, .. } => ToPanel::Failed { job, sentence: sentences::failure(failure).into() },
        Outcome::Planned(_) | Outcome::Cancelled => ToPanel::Cancelled { job },
    }
}

fn done(job: u64, answer: &Answer, replaces: bool) -> Done {
    let notes = answer.notes.iter().map(sentences::note).chain(calls::beside(answer));
    Done {
        job,
        label: answer.label.as_ref().map(ToString::to_string),
        text: answer.text.clone().into(),
        by: answer.by.clone(),
        notes: notes.map(Into::into).collect(),
        replaces,
    }
}
