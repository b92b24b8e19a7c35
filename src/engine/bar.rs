//! The bar beside what was selected with the mouse: whether there is one, what it offers, and what a click there means.
//!
//! Nothing is said where it is not shown: who selects has asked for nothing.

use std::sync::Arc;

use super::call::JobId;
use super::effect::Effect;
use super::event::{BarEvent, How, Overrides, Trigger, What};
use super::{Engine, offer, plan};
use crate::action::{Action, ActionName, ModelChoice, Sink, Source};
use crate::config::Settings;
use crate::desktop::{Found, ReadFailure, Stroke, TriggerContext};
use crate::llm::roster;
use crate::panel::picking::{Bar, Button};
use crate::panel::protocol::ToPanel;

/// More buttons are no choice but a search; the picker has all.
const MOST_BUTTONS: usize = 6;

/// One that is being made, or shown.
#[derive(Debug)]
pub struct Selected {
    id: JobId,
    context: TriggerContext,
    stroke: Stroke,
    found: Option<Found>,
}

impl Engine {
    /// Whether the desktop is to tell what is selected with the mouse.
    pub(super) fn watches_selections(&self) -> bool {
        self.settings.panel.bar_on_selection && self.has_panel && !self.paused
    }

    /// Tells the desktop, where that has changed.
    pub(super) fn watch_selections(&mut self, effects: &mut Vec<Effect>) {
        let wanted = self.watches_selections();
        if std::mem::replace(&mut self.is_watching, wanted) != wanted {
            effects.push(Effect::WatchSelections(wanted));
        }
        if !wanted {
            self.take_bar_away(effects);
        }
    }

    /// Something was selected with the mouse.
    pub(super) fn selected(&mut self, context: TriggerContext, stroke: Stroke, effects: &mut Vec<Effect>) {
        // The application has taken the selection once more when the button was up.
        let is_same = self.bar.as_ref().is_some_and(|bar| bar.stroke == stroke && bar.context.window == context.window);
        if let Some(bar) = self.bar.as_mut().filter(|_| is_same) {
            bar.context = context;
            return;
        }
        self.take_bar_away(effects);
        if !self.watches_selections() || !may_show(&self.settings, &context) {
            return;
        }
        let id = self.next_id();
        effects.push(Effect::Read { job: id, source: Source::Selection, context: context.clone() });
        self.bar = Some(Selected { id, context, stroke, found: None });
    }

    pub(super) fn is_of_bar(&self, id: JobId) -> bool {
        self.bar.as_ref().is_some_and(|bar| bar.id == id)
    }

    /// What is selected. Where it cannot be had there is no bar.
    pub(super) fn bar_text(&mut self, text: Result<Found, ReadFailure>, effects: &mut Vec<Effect>) {
        let Some(mut bar) = self.bar.take() else { return };
        let Ok(found) = text else { return };
        if found.text.is_blank() || plan::may_use(&self.settings, found.owner.as_deref()).is_err() {
            return;
        }
        let app = bar.context.app.as_ref().map(|app| app.name.as_str());
        let fitting = offer::offered(&self.settings, Source::Selection, Some(&found.text), app);
        let buttons: Vec<_> = fitting.into_iter().filter(|action| !offer::is_tool(action)).take(MOST_BUTTONS).collect();
        if buttons.is_empty() {
            return;
        }
        let Stroke { from, to } = bar.stroke;
        let buttons = buttons.into_iter().map(button).collect();
        effects.push(Effect::Panel(ToPanel::Bar(Bar { job: bar.id.0, from, to, buttons })));
        bar.found = Some(found);
        self.bar = Some(bar);
    }

    pub(super) fn bar(&mut self, event: BarEvent, effects: &mut Vec<Effect>) {
        let (BarEvent::Run { job, .. } | BarEvent::More { job }) = &event;
        let Some(bar) = self.bar.take_if(|bar| bar.id == *job) else { return };
        let text = bar.found.map(|found| (Source::Selection, found));
        match event {
            BarEvent::Run { action, how, .. } => {
                let overrides = Overrides { text, ..self.overrides(&action, how) };
                let what = What::Action(action);
                self.take_up_or_say(Trigger { what, context: bar.context, supersedes: true, overrides }, effects);
            }
            BarEvent::More { .. } => self.pick_for(bar.context, text, effects),
        }
    }

    fn overrides(&self, action: &ActionName, how: How) -> Overrides {
        match how {
            How::AsItSays => Overrides::default(),
            How::Replace => Overrides { to: Some(vec![Sink::Replace]), ..Overrides::default() },
            // A copy is seen nowhere; the answer itself shows that it is there.
            How::Copy => Overrides { to: Some(vec![Sink::Copy, Sink::Notify]), ..Overrides::default() },
            How::OtherModel => {
                let models = self.settings.actions.get(action).and_then(|action| self.other_model(action));
                Overrides { models: models.into_iter().collect(), ..Overrides::default() }
            }
        }
    }

    /// The first that is ready and is not what the action would ask: those that stand in for it before all others.
    fn other_model(&self, action: &Action) -> Option<ModelChoice> {
        let label = |choice: &ModelChoice| Some(roster::resolve(choice, &self.settings, &self.survey).ok()?.label());
        let own: Vec<_> = action.models.iter().filter_map(label).collect();
        let standing_in = action.fallback.iter().chain(&self.settings.fallback).filter_map(label);
        let mut others = standing_in.chain(roster::ready(&self.settings, &self.survey));
        others.find(|other| !own.contains(other)).map(ModelChoice::Named)
    }

    pub(super) fn bar_closed(&mut self, id: JobId) {
        self.bar.take_if(|bar| bar.id == id);
    }

    pub(super) fn take_bar_away(&mut self, effects: &mut Vec<Effect>) {
        if let Some(bar) = self.bar.take().filter(|bar| bar.found.is_some()) {
            effects.push(Effect::Panel(ToPanel::Hide { job: bar.id.0 }));
        }
    }
}

/// Not where nothing is read, not where the user wants none, and not in windows of our own.
fn may_show(settings: &Settings, context: &TriggerContext) -> bool {
    let is_app = |name: &String| context.app.as_ref().is_some_and(|app| app.name.eq_ignore_ascii_case(name));
    let is_ours = context.app.as_ref().is_some_and(|app| app.name.to_lowercase().starts_with("postil"));
    plan::may_read(settings, context).is_ok() && !is_ours && !settings.panel.bar_not_apps.iter().any(is_app)
}

fn button(action: &Arc<Action>) -> Button {
    Button {
        name: action.name.to_string(),
        title: action.title.clone(),
        description: action.description.clone(),
        icon: action.icon.clone(),
    }
}
