//! The picker: the actions that fit what is selected. In the panel, where one can be had ([`in_panel`]); else as a plain
//! list of what fits the selection or the clipboard, a notification's buttons.

mod in_panel;

pub use in_panel::offer_to_type;

use crate::action::{ActionName, Source};
use crate::config::Settings;
use crate::desktop::{Found, ReadFailure, TriggerContext};
use crate::engine::call::JobId;
use crate::engine::effect::Effect;
use crate::engine::event::{Button, Overrides, Trigger, What};
use crate::engine::{Engine, offer, plan};
use crate::text::sentences;

/// As many as a notification can show; the tray's menu has them all.
const MOST_ENTRIES: usize = 12;

/// What shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    List,
    Panel,
}

/// A picker that is being made or shown.
#[derive(Debug)]
pub struct Picker {
    form: Form,
    context: TriggerContext,
    text: Option<(Source, Found)>,
    /// Why the sources asked so far gave none.
    missing: Vec<(Source, ReadFailure)>,
    entries: Vec<ActionName>,
}

impl Picker {
    fn new(form: Form, context: TriggerContext) -> Self {
        Self { form, context, text: None, missing: Vec::new(), entries: Vec::new() }
    }

    fn app(&self) -> Option<&str> {
        self.context.app.as_ref().map(|app| app.name.as_str())
    }

    fn read(&self, id: JobId, source: Source) -> Effect {
        Effect::Read { job: id, source, context: self.context.clone() }
    }

    /// A source has answered: the next one is asked, or the list is shown.
    fn text_read(
        &mut self,
        id: JobId,
        source: Source,
        text: Result<Found, ReadFailure>,
        settings: &Settings,
    ) -> Effect {
        match text {
            Ok(found) if !found.text.is_blank() => return self.list(id, source, found, settings),
            Ok(_) => self.missing.push((source, ReadFailure::Nothing)),
            Err(failure) => self.missing.push((source, failure)),
        }
        match source {
            Source::Selection => self.read(id, Source::Clipboard),
            _ => Effect::Notify { job: id, notice: sentences::nothing_to_pick_for(&self.missing) },
        }
    }

    fn list(&mut self, id: JobId, source: Source, found: Found, settings: &Settings) -> Effect {
        let mut fitting = offer::offered(settings, source, Some(&found.text), self.app());
        fitting.truncate(MOST_ENTRIES);
        let label = |entry: usize, title: &str| (Button::Entry(entry as u16), title.to_owned());
        let buttons = fitting.iter().enumerate().map(|(entry, action)| label(entry, &action.title)).collect();
        let notice = sentences::pick(source, found.text.expose(), buttons);
        self.entries = fitting.iter().map(|action| action.name.clone()).collect();
        self.text = Some((source, found));
        Effect::Notify { job: id, notice }
    }

    /// The trigger that a choice means.
    fn picked(self, entry: u16) -> Option<Trigger> {
        let action = self.entries.get(entry as usize)?.clone();
        let overrides = Overrides { text: self.text, ..Overrides::default() };
        Some(Trigger { what: What::Action(action), context: self.context, supersedes: true, overrides })
    }
}

impl Engine {
    pub(super) fn pick(&mut self, context: TriggerContext, effects: &mut Vec<Effect>) {
        // The key that has opened it takes it away again; what has the focus then is the picker itself.
        if self.paused || self.put_away(effects) {
            return;
        }
        if let Err(failure) = plan::may_read(&self.settings, &context) {
            return self.say_failed(sentences::PICKER, failure, effects);
        }
        let id = self.next_id();
        let picker = Picker::new(if self.panel_picks { Form::Panel } else { Form::List }, context);
        picker.begin_in_panel(id, effects);
        effects.push(picker.read(id, Source::Selection));
        // One list at a time: the newest is the one that the user sees.
        self.close_pickers(effects);
        self.pickers.insert(id, picker);
    }

    /// For a text that was read already.
    pub(super) fn pick_for(
        &mut self,
        context: TriggerContext,
        text: Option<(Source, Found)>,
        effects: &mut Vec<Effect>,
    ) {
        let id = self.next_id();
        self.close_pickers(effects);
        let picker = Picker { text, ..Picker::new(Form::Panel, context) };
        picker.begin_in_panel(id, effects);
        effects.push(picker.show(id, &self.settings, &self.picked));
        self.pickers.insert(id, picker);
    }

    pub(super) fn close_pickers(&mut self, effects: &mut Vec<Effect>) {
        effects.extend(std::mem::take(&mut self.pickers).into_iter().map(|(id, picker)| picker.close(id)));
    }

    pub(super) fn picker_text(
        &mut self,
        id: JobId,
        source: Source,
        text: Result<Found, ReadFailure>,
        effects: &mut Vec<Effect>,
    ) {
        let owner = text.as_ref().ok().and_then(|found| found.owner.as_deref());
        if let Err(failure) = plan::may_use(&self.settings, owner) {
            if let Some(picker) = self.pickers.remove(&id).filter(|picker| picker.form == Form::Panel) {
                effects.push(picker.close(id));
            }
            return self.say_failed(sentences::PICKER, failure, effects);
        }
        let Some(picker) = self.pickers.get_mut(&id) else { return };
        effects.push(match picker.form {
            Form::List => picker.text_read(id, source, text, &self.settings),
            Form::Panel => picker.text_read_in_panel(id, source, text, &self.settings, &self.picked),
        });
    }

    pub(super) fn picked(&mut self, id: JobId, entry: u16, effects: &mut Vec<Effect>) {
        let Some(trigger) = self.pickers.remove(&id).and_then(|picker| picker.picked(entry)) else { return };
        effects.push(Effect::Unnotify(id));
        self.take_up_or_say(trigger, effects);
    }
}
