//! What concerns the program as a whole and no job of it: settings that change, shortcuts that are held, pausing, and what
//! the tray shows of all that.

use std::sync::Arc;

use super::Engine;
use super::effect::{Effect, TrayIcon, TrayStatus};
use crate::action::ModelChoice;
use crate::config::Settings;
use crate::config::diagnostic::Diagnostic;
use crate::desktop::{BindFailure, Bindings};
use crate::llm::roster::{self, Survey};
use crate::text::sentences;

impl Engine {
    pub(super) fn settings_changed(&mut self, settings: Arc<Settings>, effects: &mut Vec<Effect>) {
        if let Some(notification) = self.mistakes.take() {
            effects.push(Effect::Unnotify(notification));
        }
        // A shortcut that was taken may be free by now, and a server may have come: who reloads wants to know.
        let rebind = settings.bindings != self.settings.bindings || !self.bound.failures.is_empty();
        self.gate.set_budget(settings.budget.month);
        self.settings = settings;
        self.tray_is_old = true;
        if rebind {
            effects.push(self.bind());
        }
        effects.push(self.look_for_models());
    }

    pub(super) fn look_for_models(&self) -> Effect {
        Effect::Survey(self.settings.clone())
    }

    /// What was found under settings that are no longer in force is not taken; another look is under way.
    pub(super) fn surveyed(&mut self, settings: &Arc<Settings>, survey: Survey) {
        if Arc::ptr_eq(settings, &self.settings) {
            self.survey = Arc::new(survey);
            self.tray_is_old = true;
        }
    }

    pub(super) fn mistakes_found(&mut self, mistakes: &[Diagnostic], effects: &mut Vec<Effect>) {
        let id = self.mistakes.unwrap_or_else(|| self.next_id());
        self.mistakes = Some(id);
        effects.push(Effect::Notify { job: id, notice: sentences::mistakes(mistakes, self.settings.sending_allowed) });
    }

    pub(super) fn bind(&self) -> Effect {
        Effect::Bind(match self.paused {
            true => Vec::new(),
            false => self.settings.bindings.clone(),
        })
    }

    /// Says which shortcuts do not work, once for each new set of them.
    pub(super) fn bound(&mut self, bound: Bindings, effects: &mut Vec<Effect>) {
        let before = std::mem::replace(&mut self.bound, bound);
        self.tray_is_old |= before != self.bound;
        let failures = &self.bound.failures;
        // What the desktop asks by itself, and what it never gives, need no notification of ours.
        let tells = |failure: &BindFailure| !matches!(failure, BindFailure::Unsupported | BindFailure::Unanswered(_));
        if *failures != before.failures && !failures.is_empty() && failures.iter().all(|(_, failure)| tells(failure)) {
            let id = self.next_id();
            let failures = self.bound.failures.iter().map(|(_, failure)| failure);
            let others = self.settings.bindings.len() > self.bound.failures.len();
            effects.push(Effect::Notify { job: id, notice: sentences::shortcuts_failed(failures, others) });
        }
    }

    pub(super) fn pause(&mut self, paused: bool, effects: &mut Vec<Effect>) {
        if self.paused != paused {
            self.paused = paused;
            self.tray_is_old = true;
            effects.push(self.bind());
        }
    }

    pub(super) fn show_in_tray(&mut self, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.tray_is_old) {
            effects.push(Effect::Tray(Box::new(self.status())));
        }
    }

    /// All that the tray shows.
    pub fn status(&self) -> TrayStatus {
        let model = roster::resolve(&ModelChoice::Auto, &self.settings, &self.survey);
        TrayStatus {
            icon: match () {
                () if self.paused => TrayIcon::Paused,
                () if !self.jobs.is_empty() => TrayIcon::Working,
                () if self.last_failed => TrayIcon::Failed,
                () => TrayIcon::Idle,
            },
            settings: self.settings.clone(),
            model: model.map(|target| target.label()).map_err(|unresolved| sentences::unresolved(&unresolved)),
            running: self.running(),
            answers: self.answers.iter().cloned().collect(),
            undo: self.undoable(),
            troubles: self.bound.failures.iter().map(|(_, failure)| sentences::bind_failure(failure)).collect(),
            chosen: self.bound.chosen.clone(),
        }
    }
}
