//! The picker in the panel: what it offers, for a selection or for what is typed there, and what is wanted of it.

use super::{Form, Picker};
use crate::action::{Action, ActionName, Source};
use crate::config::{Bound, Settings};
use crate::desktop::{Found, ReadFailure};
use crate::engine::call::JobId;
use crate::engine::effect::Effect;
use crate::engine::event::{Overrides, PickerEvent, Trigger, What, Which};
use crate::engine::{Engine, offer};
use crate::llm::request::Conversation;
use crate::panel::picking::{Entry, Offer};
use crate::panel::protocol::ToPanel;
use crate::text::sealed::UserText;
use crate::text::sentences::picking;

/// The last picked that stand before all others.
pub const PICKED_KEPT: usize = 5;

impl Picker {
    pub(super) fn begin_in_panel(&self, id: JobId, effects: &mut Vec<Effect>) {
        if self.form == Form::Panel {
            effects.push(Effect::Panel(ToPanel::Pick { job: id.0 }));
        }
    }

    /// Takes away what shows it.
    pub(super) fn close(&self, id: JobId) -> Effect {
        match self.form {
            Form::List => Effect::Unnotify(id),
            Form::Panel => Effect::Panel(ToPanel::Hide { job: id.0 }),
        }
    }

    /// The selection has answered. Without one a text can be typed; the clipboard is a key away there.
    pub(super) fn text_read_in_panel(
        &mut self,
        id: JobId,
        source: Source,
        text: Result<Found, ReadFailure>,
        settings: &Settings,
        picked: &[ActionName],
    ) -> Effect {
        match text {
            Ok(found) if !found.text.is_blank() => self.text = Some((source, found)),
            Ok(_) => self.missing.push((source, ReadFailure::Nothing)),
            Err(failure) => self.missing.push((source, failure)),
        }
        self.show(id, settings, picked)
    }

    pub(super) fn show(&self, id: JobId, settings: &Settings, picked: &[ActionName]) -> Effect {
        Effect::Panel(ToPanel::Offer(self.offer(id, None, settings, picked)))
    }

    /// `typed`: the text so far, where it is typed.
    fn offer(&self, id: JobId, typed: Option<&UserText>, settings: &Settings, picked: &[ActionName]) -> Offer {
        let (source, text) = match &self.text {
            Some((source, found)) => (*source, Some(&found.text)),
            None => (Source::Input, typed.filter(|typed| !typed.is_blank())),
        };
        let place = |action: &Action| picked.iter().position(|name| *name == action.name);
        let mut fitting = offer::offered(settings, source, text, self.app());
        fitting.sort_by_key(|action| place(action).unwrap_or(PICKED_KEPT));
        let about = match &self.text {
            Some((source, found)) => picking::about(*source, &found.text),
            None => picking::missing(&self.missing),
        };
        let text = self.text.as_ref().map(|(_, found)| picking::excerpt(&found.text).into());
        let entries = fitting.into_iter().map(|action| entry(action, source, place(action).is_some(), settings));
        Offer { job: id.0, text, about, entries: entries.collect() }
    }

    /// The trigger that this means. `typed`: the text, where none was selected.
    fn wanted(self, what: What, typed: Option<UserText>) -> Trigger {
        // What is asked without a text is not to find one by itself.
        let typed = || (Source::Input, Found { text: typed.unwrap_or_default(), owner: None });
        let overrides = Overrides { text: Some(self.text.unwrap_or_else(typed)), ..Overrides::default() };
        Trigger { what, context: self.context, supersedes: true, overrides }
    }
}

/// For one action whose text is to be typed, as nothing is `missing` that could be read.
pub fn offer_to_type(job: JobId, action: &Action, missing: &[(Source, ReadFailure)]) -> Offer {
    Offer { job: job.0, text: None, about: picking::missing(missing), entries: vec![bare_entry(action)] }
}

fn bare_entry(action: &Action) -> Entry {
    Entry {
        name: action.name.to_string(),
        title: action.title.clone(),
        description: action.description.clone(),
        icon: action.icon.clone(),
        folder: action.folder.clone(),
        ..Entry::default()
    }
}

fn entry(action: &Action, source: Source, is_recent: bool, settings: &Settings) -> Entry {
    let runs = |does: &Bound| matches!(does, Bound::Action { action: name, .. } if *name == action.name);
    let shortcut = offer::shortcut(settings, action, source).map(|(_, shortcut)| shortcut);
    let any = || settings.bindings.iter().find(|binding| runs(&binding.does)).map(|binding| binding.shortcut);
    let shortcut = shortcut.or_else(any).map(|shortcut| shortcut.to_string()).unwrap_or_default();
    Entry { shortcut, is_recent, ..bare_entry(action) }
}

impl Engine {
    /// The actions that were picked last in earlier runs, the last first.
    pub fn know_picked(&mut self, picked: Vec<ActionName>) {
        self.picked = picked;
        self.picked.truncate(PICKED_KEPT);
    }

    pub(in crate::engine) fn picker(&mut self, event: PickerEvent, effects: &mut Vec<Effect>) {
        match event {
            PickerEvent::Run { job, action, text } => {
                let Some(picker) = self.pickers.remove(&job) else { return self.typed_for(job, text, effects) };
                self.remember_picked(&action, effects);
                self.take_up_or_say(picker.wanted(What::Action(action), text), effects);
            }
            PickerEvent::Ask { job, instruction, text } => {
                let Some(picker) = self.pickers.remove(&job).or_else(|| self.picker_in_place_of(job, effects)) else {
                    return;
                };
                let what = What::Instruction { instruction, earlier: Conversation::default() };
                self.take_up_or_say(picker.wanted(what, text), effects);
            }
            PickerEvent::Typed { job, text } => {
                let Some(picker) = self.pickers.get(&job).filter(|picker| picker.form == Form::Panel) else { return };
                let offer = picker.offer(job, Some(&text), &self.settings, &self.picked);
                effects.push(Effect::Panel(ToPanel::Offer(offer)));
            }
        }
    }

    /// Takes the one in the panel away. Says whether there was one.
    pub(super) fn put_away(&mut self, effects: &mut Vec<Effect>) -> bool {
        let open = self.pickers.iter().find(|(_, picker)| picker.form == Form::Panel).map(|(id, _)| *id);
        if let Some((id, picker)) = open.and_then(|id| Some((id, self.pickers.remove(&id)?))) {
            effects.push(picker.close(id));
            return true;
        }
        let typed = self.jobs.values().find(|job| job.is_typed()).map(|job| job.id);
        typed.into_iter().for_each(|job| self.cancel(Which::Job(job), effects));
        typed.is_some()
    }

    /// There is no panel any more: what it showed becomes a list.
    pub(in crate::engine) fn picker_without_panel(&mut self, effects: &mut Vec<Effect>) {
        for (id, picker) in self.pickers.iter_mut().filter(|(_, picker)| picker.form == Form::Panel) {
            picker.form = Form::List;
            match picker.text.take() {
                Some((source, found)) => effects.push(picker.list(*id, source, found, &self.settings)),
                None if !picker.missing.is_empty() => effects.push(picker.read(*id, Source::Clipboard)),
                // Its selection has not answered yet.
                None => {}
            }
        }
    }

    /// The text of a job that waits for it.
    fn typed_for(&mut self, job: JobId, text: Option<UserText>, effects: &mut Vec<Effect>) {
        let Some(text) = text else { return };
        self.step(job, effects, |job, world, effects| job.text_typed(text, world, effects));
    }

    /// The job that waits for its text is not wanted after all, but something else where it was wanted.
    fn picker_in_place_of(&mut self, job: JobId, effects: &mut Vec<Effect>) -> Option<Picker> {
        let context = self.jobs.get(&job).filter(|job| job.is_typed())?.context.clone();
        self.cancel(Which::Job(job), effects);
        Some(Picker::new(Form::Panel, context))
    }

    fn remember_picked(&mut self, action: &ActionName, effects: &mut Vec<Effect>) {
        self.picked.retain(|other| other != action);
        self.picked.insert(0, action.clone());
        self.picked.truncate(PICKED_KEPT);
        effects.push(Effect::RememberPicked(self.picked.clone()));
    }
}
