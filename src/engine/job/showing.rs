//! A job in the panel: what it is told beside what a terminal would print, and what becomes of the job without it.

use super::delivering::Delivering;
use super::{Job, Stage, World};
use crate::action::{EngineKind, Sink, Source};
use crate::desktop::{Found, ReadFailure};
use crate::engine::effect::Effect;
use crate::engine::outcome::{Failure, Outcome};
use crate::engine::panel::{Shown, ShownAnswer};
use crate::engine::pasting::Placement;
use crate::engine::plan;
use crate::llm::request::Conversation;
use crate::llm::roster;
use crate::offline::Builtin;
use crate::panel::protocol::ToPanel;
use crate::text::sealed::{AnswerText, UserText};
use crate::text::sentences;

/// Into what is translated most, beside the person's own languages.
const OFFERED_LANGUAGES: &[&str] = &[
    "en", "zh", "es", "fr", "de", "ja", "pt", "ru", "ko", "it", "ar", "hi", "nl", "pl", "tr", "uk", "sv", "cs", "vi",
    "id",
];

impl Job {
    /// Whether the panel shows it.
    pub fn is_in_panel(&self) -> bool {
        self.in_panel
    }

    pub(super) fn begin_in_panel(&self, world: &World<'_>, effects: &mut Vec<Effect>) {
        if !self.in_panel {
            return;
        }
        let (job, title, action) = (self.id.0, self.action.title.clone(), self.action.name.to_string());
        let is_entry = self.action.engine == EngineKind::Builtin(Builtin::Define);
        effects.push(Effect::Panel(ToPanel::Show { job, title, action, size: None, is_entry }));
        let (models, languages) = (self.other_models(world), self.other_languages(world));
        if !models.is_empty() || !languages.is_empty() {
            effects.push(Effect::Panel(ToPanel::Choices { job, models, languages }));
        }
    }

    /// The models that could answer the same.
    fn other_models(&self, world: &World<'_>) -> Vec<String> {
        match self.action.engine {
            EngineKind::Model => roster::ready(world.settings, world.survey),
            EngineKind::Builtin(_) | EngineKind::Command(_) | EngineKind::Open(_) => Vec::new(),
        }
    }

    /// The languages into which it could be translated: the person's own first.
    fn other_languages(&self, world: &World<'_>) -> Vec<String> {
        if self.instruction.is_some() || !plan::uses_direction(&self.action) {
            return Vec::new();
        }
        let mut codes: Vec<_> = world.settings.languages.iter().map(|language| language.code().to_owned()).collect();
        for code in OFFERED_LANGUAGES {
            if !codes.iter().any(|own| own == code) {
                codes.push((*code).to_owned());
            }
        }
        codes
    }

    pub(super) fn show_source(&self, text: &UserText, effects: &mut Vec<Effect>) {
        if self.in_panel && !text.is_blank() {
            effects.push(Effect::Panel(ToPanel::Source { job: self.id.0, text: text.into() }));
        }
    }

    /// Where something is about to be pasted, the window that it is for comes first.
    pub(super) fn hide_panel(&self, effects: &mut Vec<Effect>) {
        if self.in_panel {
            effects.push(Effect::Panel(ToPanel::Hide { job: self.id.0 }));
        }
    }

    pub(super) fn cancelled_in_panel(&self, effects: &mut Vec<Effect>) {
        if self.in_panel {
            effects.push(Effect::Panel(ToPanel::Cancelled { job: self.id.0 }));
        }
    }

    /// There is no panel any more: it goes on in a notification.
    pub fn lose_panel(&mut self, effects: &mut Vec<Effect>) {
        let was_in_panel = std::mem::take(&mut self.in_panel);
        if std::mem::take(&mut self.is_typed) {
            self.can_be_typed = false;
            return self.fail(Failure::NoText(vec![(Source::Input, ReadFailure::Nothing)]), effects);
        }
        if !was_in_panel {
            return;
        }
        match &mut self.stage {
            Stage::Delivering(Delivering { waiting, outcome }) => {
                let was_waiting = waiting.contains(&Sink::Panel);
                waiting.retain(|sink| *sink != Sink::Panel);
                if was_waiting && !waiting.contains(&Sink::Notify) {
                    waiting.push(Sink::Notify);
                    let notice = sentences::notice(&self.action.title, outcome);
                    effects.push(Effect::Notify { job: self.id, notice });
                }
                self.end_when_delivered(effects);
            }
            Stage::Reading(_) | Stage::Computing(_) | Stage::Calling(_) => self.show_sign(effects),
            Stage::Consenting(_) => self.ask_permission_again(effects),
            Stage::Placing(_) => self.ask_again(effects),
            Stage::Over => {}
        }
    }

    /// Whether its answer can take the place of its text.
    pub fn can_replace(&self) -> bool {
        matches!(self.subject(), Some((Source::Selection, _))) && self.context.window.is_some()
    }

    /// The text that its answer is about, which in a conversation an earlier job has read.
    fn subject(&self) -> Option<&(Source, Found)> {
        self.about.as_ref().or(self.read.as_ref())
    }

    /// What it takes to do it once more, to ask further, and to put its answer in the place of its text.
    pub fn shown(&self) -> Shown {
        Shown {
            job: self.id,
            action: self.action.clone(),
            instruction: self.instruction.clone(),
            context: self.context.clone(),
            text: self.read.clone(),
            about: self.about.clone(),
            from: self.from.clone(),
            to: self.sinks.clone(),
            models: self.models.clone(),
            options: self.options.clone(),
            target: self.target,
            answers: self.answers(),
            placement: self.placement(),
        }
    }

    /// The whole answers, each with what it would be in its place.
    fn answers(&self) -> Vec<ShownAnswer> {
        let Stage::Delivering(Delivering { outcome: Outcome::Answered(answer), .. }) = &self.stage else {
            return Vec::new();
        };
        let shown = |lane: u16, by: &str, text: &AnswerText, conversation: &Option<Conversation>| {
            let original = self.subject().map(|(_, found)| found.text.clone()).unwrap_or_default();
            let of = |sink| self.text_for(sink, text, &original);
            let places = [(Sink::Replace, of(Sink::Replace)), (Sink::Append, of(Sink::Append))];
            ShownAnswer { lane, by: by.to_owned(), text: text.clone(), places, conversation: conversation.clone() }
        };
        let first = shown(answer.lane, &answer.by, &answer.text, &answer.conversation);
        let others = answer.beside.iter().filter_map(|beside| {
            let text = beside.result.as_ref().ok()?;
            Some(shown(beside.lane, &beside.label.model, text, &beside.conversation))
        });
        [first].into_iter().chain(others).collect()
    }

    /// Where an answer can go; which of them, is not said yet.
    fn placement(&self) -> Option<Placement> {
        let Some((Source::Selection, Found { text: original, .. })) = self.subject() else { return None };
        let (title, original, context) = (self.action.title.clone(), original.clone(), self.context.clone());
        Some(Placement { title, original, text: AnswerText::default(), context, chord: self.chord })
    }
}
