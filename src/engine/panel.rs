//! The panel's side of the jobs: what it is told of them, and what is wanted by its buttons.
//!
//! A job is shown there from its beginning where it names the panel and one can be had. When the panel is lost, the jobs
//! that run go on, and end in notifications as if there had never been one.

use std::sync::Arc;

use super::call::JobId;
use super::effect::{Effect, Print};
use super::event::{Overrides, PanelEvent, Which};
use super::outcome::{Answer, Note, Outcome, Placed};
use super::pasting::Placement;
use super::replacements::Replacement;
use super::{ANSWERS_KEPT, Engine};
use crate::action::{Action, EngineKind, ModelChoice, OptionValues, Preview, Sink, Source, Split, When};
use crate::desktop::paste::Consent;
use crate::desktop::{Found, TriggerContext};
use crate::llm::request::{Conversation, Sampling};
use crate::panel::protocol::{Done, ToPanel};
use crate::text::language::Language;
use crate::text::sealed::{AnswerText, PromptText, UserText};
use crate::text::sentences::{self, calls};

/// A job that the panel showed to its end, and all that it takes to do the same once more.
#[derive(Debug)]
pub struct Shown {
    pub job: JobId,
    pub action: Arc<Action>,
    pub instruction: Option<(PromptText, Conversation)>,
    pub context: TriggerContext,
    pub text: Option<(Source, Found)>,
    /// What its conversation is about, where that is another text.
    pub about: Option<(Source, Found)>,
    pub from: Vec<Source>,
    pub to: Vec<Sink>,
    pub models: Vec<ModelChoice>,
    pub options: OptionValues,
    pub target: Option<Language>,
    pub answers: Vec<ShownAnswer>,
    /// Where an answer can go, where the text was read from a selection.
    pub placement: Option<Placement>,
}

/// One of its answers.
#[derive(Debug)]
pub struct ShownAnswer {
    pub lane: u16,
    /// Who made it.
    pub by: String,
    pub text: AnswerText,
    /// What it is in the place of the text, and below it.
    pub places: [(Sink, AnswerText); 2],
    pub conversation: Option<Conversation>,
}

impl Engine {
    pub(super) fn panel(&mut self, event: PanelEvent, effects: &mut Vec<Effect>) {
        match event {
            PanelEvent::There { picks } => (self.has_panel, self.panel_picks) = (true, picks),
            PanelEvent::Lost => self.panel_lost(effects),
            PanelEvent::Seen(job) => self.step(job, effects, |job, _, effects| {
                job.delivered(Sink::Panel, Ok(()), effects);
            }),
            PanelEvent::Copy(job, lane) => self.copy_from_panel(job, lane, effects),
            PanelEvent::CopyCode(job, text) => effects.push(Effect::Copy { job, text }),
            PanelEvent::Place(job, lane, sink) => self.place_from_panel(job, lane, sink, effects),
            PanelEvent::Retry(job, model, target) => self.retry_from_panel(job, model, target, effects),
            PanelEvent::Follow(job, lane, question) => self.follow_in_panel(job, lane, question, effects),
            PanelEvent::Cancel(job) | PanelEvent::Closed(job) => self.cancel(Which::Job(job), effects),
        }
    }

    fn panel_lost(&mut self, effects: &mut Vec<Effect>) {
        (self.has_panel, self.panel_picks) = (false, false);
        for job in self.jobs.keys().copied().collect::<Vec<_>>() {
            self.step(job, effects, |job, _, effects| job.lose_panel(effects));
        }
        self.picker_without_panel(effects);
    }

    fn shown_answer(&self, job: JobId, lane: u16) -> Option<(&Shown, &ShownAnswer)> {
        let shown = self.shown.iter().find(|shown| shown.job == job)?;
        Some((shown, shown.answers.iter().find(|answer| answer.lane == lane)?))
    }

    fn copy_from_panel(&self, job: JobId, lane: u16, effects: &mut Vec<Effect>) {
        if let Some((_, answer)) = self.shown_answer(job, lane) {
            effects.push(Effect::Copy { job, text: answer.text.clone() });
        }
    }

    /// The answer goes where the text came from; the panel makes room before.
    fn place_from_panel(&mut self, job: JobId, lane: u16, sink: Sink, effects: &mut Vec<Effect>) {
        if self.is_under_way(job) {
            return;
        }
        let Some((shown, answer)) = self.shown_answer(job, lane) else { return };
        let text = answer.places.iter().find(|(place, _)| *place == sink).map(|(_, text)| text.clone());
        let Some((placement, text)) = shown.placement.clone().zip(text) else { return };
        effects.push(Effect::Panel(ToPanel::Hide { job: job.0 }));
        self.keep_replacement(Replacement::waiting(job, Placement { text, ..placement }));
        // What it will be stood before their eyes.
        self.paste_again(job, Consent::Accepted, effects);
    }

    fn retry_from_panel(
        &mut self,
        job: JobId,
        model: Option<String>,
        language: Option<Language>,
        effects: &mut Vec<Effect>,
    ) {
        self.cancel(Which::Job(job), effects);
        let Some(place) = self.shown.iter().position(|shown| shown.job == job) else { return };
        let Some(shown) = self.shown.remove(place) else { return };
        let Shown { action, instruction, context, text, about, from, to, models, options, target, .. } = shown;
        let models = model.map_or(models, |model| vec![ModelChoice::Named(model)]);
        let target = language.or(target);
        let (from, to) = (Some(from), Some(to));
        let overrides = Overrides { text, about, from, to, models, options, target, ..Overrides::default() };
        self.start(action, instruction, context, overrides, effects);
    }

    /// A question in the same conversation, asked of who gave the answer.
    fn follow_in_panel(&mut self, job: JobId, lane: u16, question: PromptText, effects: &mut Vec<Effect>) {
        let Some((shown, answer)) = self.shown_answer(job, lane) else { return };
        let Some(earlier) = answer.conversation.clone() else { return };
        let about = shown.about.clone().or_else(|| shown.text.clone());
        let (action, context) = (follow_up(&shown.action), shown.context.clone());
        let overrides = Overrides {
            text: Some((Source::Input, UserText::default().into())),
            about,
            to: Some(vec![Sink::Panel]),
            models: vec![ModelChoice::Named(answer.by.clone())],
            ..Overrides::default()
        };
        self.start(action, Some((question, earlier)), context, overrides, effects);
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

/// The action as which a question is asked further: one call, whose answer is looked at.
fn follow_up(action: &Action) -> Arc<Action> {
    Arc::new(Action {
        engine: EngineKind::Model,
        when: When::default(),
        steps: Vec::new(),
        split: Split::None,
        preview: Preview::None,
        sampling: Sampling { n: None, ..action.sampling.clone() },
        ..action.clone()
    })
}

/// What the panel is told of what a terminal would print; None for what is asked there.
fn told(id: JobId, print: &Print) -> Option<ToPanel> {
    let job = id.0;
    Some(match print {
        Print::Working(doing) => {
            let (sentence, waits) = calls::doing_and_waiting(doing);
            ToPanel::Doing { job, sentence, by: doing.by.clone(), waits }
        }
        Print::Lanes(labels) => ToPanel::Lanes { job, labels: labels.iter().map(ToString::to_string).collect() },
        Print::Answer { lane, text } => ToPanel::Answer { job, lane: *lane, text: text.clone().into() },
        Print::Reasoning { lane, text } => ToPanel::Reasoning { job, lane: *lane, text: text.clone().into() },
        Print::LaneOver { lane, failure, toll } => {
            let (toll, failure) = (calls::toll(toll), failure.as_ref());
            let failure = failure.map(|failure| sentences::failure(failure).into());
            ToPanel::LaneOver { job, lane: *lane, failure, toll }
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
        toll: calls::toll(&answer.toll),
        replaces,
        follows: answer.conversation.is_some(),
        is_placed: answer.notes.iter().any(|note| matches!(note, Note::Placed(Placed::Done))),
    }
}
