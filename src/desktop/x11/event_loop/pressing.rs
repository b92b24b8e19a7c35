//! The moment of a paste: whether keys and target are as they have to be, the clipboard taken, the chord pressed.

use x11rb::connection::Connection;
use x11rb::errors::ConnectionError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask, Window};

use super::EventLoop;
use crate::desktop::Pick;
use crate::desktop::paste::apps::{self, Place};
use crate::desktop::paste::transaction::{Input, Start};
use crate::desktop::paste::{Consent, NotPasted, PasteId};
use crate::desktop::x11::contents::Contents;
use crate::desktop::x11::display::answered;
use crate::desktop::x11::pastes::{Entry, Keys};
use crate::desktop::x11::{focus, hands};
use crate::text::sealed::AnswerText;

/// The longest text that is selected again, key by key.
const MOST_STEPS: usize = 5_000;

impl EventLoop {
    /// Nothing may be held: the grab of a held shortcut would get what is pressed, and so would Ctrl+Alt with it.
    pub(super) fn look_at_keys(&self) -> Result<Option<Input>, ConnectionError> {
        let is_up = !self.grabs.is_any_down() && hands::down(&self.display)?.is_empty();
        Ok(is_up.then_some(Input::KeysUp))
    }

    /// A key went up.
    pub(super) fn key_up(&mut self) -> Result<(), ConnectionError> {
        let waiting = self.pastes.ids(|entry| entry.transaction.awaits_keys());
        if waiting.is_empty() || self.look_at_keys()?.is_none() {
            return Ok(());
        }
        waiting.into_iter().try_for_each(|id| self.advance(id, Input::KeysUp))
    }

    /// The hand stays down. Modifiers can be let go for it; the shortcut's own key would only repeat.
    pub(super) fn lift_keys(&self) -> Result<Input, ConnectionError> {
        if self.grabs.is_any_down() {
            return Ok(Input::Failed(NotPasted::KeysHeld));
        }
        self.lift_modifiers()?;
        Ok(Input::KeysUp)
    }

    fn lift_modifiers(&self) -> Result<(), ConnectionError> {
        let down = hands::down(&self.display)?;
        let held = down.into_iter().filter(|keycode| self.keymap.is_modifier(*keycode)).collect::<Vec<_>>();
        hands::let_go(&held, &self.display)
    }

    /// A key went down, wherever: in the target, the person goes on working there. So do our own keys for the paste before,
    /// after which what was selected is not there any more.
    pub(super) fn key_touched(&mut self, keycode: u32) -> Result<(), ConnectionError> {
        self.hand_moved()?;
        let Ok(keycode) = u8::try_from(keycode) else { return Ok(()) };
        if !self.keymap.is_modifier(keycode) && !self.grabs.is_of_ours(keycode) {
            let focused = self.focus.current();
            self.touch(|window| focused.is_none_or(|focused| focused == window));
        }
        Ok(())
    }

    /// Whatever the person pastes next is not what was pasted for them.
    fn hand_moved(&mut self) -> Result<(), ConnectionError> {
        let confirmed = self.pastes.ids(|entry| entry.transaction.is_confirmed());
        confirmed.into_iter().try_for_each(|id| self.advance(id, Input::Touched))
    }

    /// A button went down: in the target, the selection may be another now.
    pub(super) fn button_touched(&mut self, button: u32) -> Result<(), ConnectionError> {
        self.hand_moved()?;
        if !(1..=LAST_BUTTON_THAT_SELECTS).contains(&button) {
            return Ok(());
        }
        let Some(pointer) = answered(self.display.conn.query_pointer(self.display.root)?)? else { return Ok(()) };
        let under = pointer.child;
        let waiting = self.pastes.entries.iter().filter(|entry| entry.transaction.is_before_taking());
        for window in waiting.filter_map(Entry::window).collect::<Vec<_>>() {
            if self.display.clients.same(under, window) || focus::outermost(window, &self.display)? == under {
                self.touch(|touched| touched == window);
            }
        }
        Ok(())
    }

    fn touch(&mut self, is_meant: impl Fn(Window) -> bool) {
        for entry in &mut self.pastes.entries {
            entry.desk.is_touched |= entry.transaction.is_before_taking() && entry.window().is_some_and(&is_meant);
        }
    }

    /// The focus is elsewhere now, which a paste may have asked for.
    pub(super) fn focus_moved(&mut self) -> Result<(), ConnectionError> {
        for id in self.pastes.ids(|entry| entry.transaction.is_looking()) {
            if let Some(input) = self.look(id)? {
                self.advance(id, input)?;
            }
        }
        Ok(())
    }

    /// Whether everything is as it has to be. Nothing yet, while the target is on its way to the front.
    pub(super) fn look(&mut self, id: PasteId) -> Result<Option<Input>, ConnectionError> {
        let Some(entry) = self.pastes.get(id) else { return Ok(None) };
        let Some(window) = entry.window() else { return Ok(Some(Input::Failed(NotPasted::FocusChanged))) };
        if !focus::exists(window, &self.display)? {
            return Ok(Some(Input::Failed(NotPasted::WindowGone)));
        }
        if !focus::has_keys(window, &self.display)? {
            return self.ask_to_the_front(id, window);
        }
        if let Some(why) = self.what_has_changed(entry, window)? {
            return Ok(Some(Input::Failed(why)));
        }
        if hands::is_taken(&self.display)? {
            return Ok(Some(Input::Failed(NotPasted::Locked)));
        }
        Ok(Some(match self.choose_keys(id)? {
            true => Input::Fits,
            false => Input::Failed(NotPasted::NoChord),
        }))
    }

    /// Only where the person has agreed to it, or where it is a window of ours that has the focus.
    fn ask_to_the_front(&mut self, id: PasteId, window: Window) -> Result<Option<Input>, ConnectionError> {
        let is_ours =
            focus::context(&self.display)?.app.is_some_and(|app| app.name.to_lowercase().starts_with("postil"));
        let Some(entry) = self.pastes.get_mut(id) else { return Ok(None) };
        if entry.consent() == Consent::Trigger && !is_ours {
            return Ok(Some(Input::Failed(NotPasted::FocusChanged)));
        }
        if std::mem::replace(&mut entry.is_brought_back, true) {
            return Ok(None);
        }
        let aux = ChangeWindowAttributesAux::new().event_mask(EventMask::FOCUS_CHANGE);
        self.display.conn.change_window_attributes(window, &aux)?.ignore_error();
        focus::bring_back(window, &self.display)?;
        Ok(None)
    }

    fn what_has_changed(&self, entry: &Entry, window: Window) -> Result<Option<NotPasted>, ConnectionError> {
        let consent = entry.consent();
        // What was inserted at a prompt cannot be selected by keys.
        if entry.manner.place == Place::Terminal && entry.former().is_some() {
            return Ok(Some(NotPasted::SelectionChanged));
        }
        if consent != Consent::Again && entry.former().is_none() {
            let selection = self.owners.of(Pick::Selection);
            let is_same = selection.is_some() && selection.map(|taken| taken.mark()) == entry.context.selection;
            if !is_same || entry.desk.is_touched {
                return Ok(Some(NotPasted::SelectionChanged));
            }
            let owner = selection.filter(|_| entry.manner.place != Place::Terminal).map(|taken| taken.owner);
            if let Some(owner) = owner
                && !self.display.same_program(owner, window)?
            {
                return Ok(Some(NotPasted::SelectionChanged));
            }
        }
        let is_risky = entry.manner.place == Place::Terminal && consent == Consent::Trigger;
        Ok((is_risky && entry.text_to_paste().contains('\n')).then_some(NotPasted::SeveralLines))
    }

    /// The first of the application's ways that this keyboard has keys for. Says whether there is one.
    fn choose_keys(&mut self, id: PasteId) -> Result<bool, ConnectionError> {
        let group = self.display.active_group()?;
        let Some(entry) = self.pastes.get_mut(id) else { return Ok(false) };
        let keys = |way: &apps::Way| {
            let presses = way.chords.iter().map(|chord| self.keymap.presses(*chord, group)).collect::<Option<_>>()?;
            Some(Keys { presses, reads: way.reads })
        };
        entry.desk.keys = entry.manner.ways.iter().find_map(keys);
        Ok(entry.desk.keys.is_some())
    }

    /// Offers the text. For as long as it takes to look who owns the clipboard nobody else is served, so that nothing is
    /// taken away that was copied this very moment and is not kept.
    pub(super) fn take(&mut self, id: PasteId) -> Result<Input, ConnectionError> {
        let Some(entry) = self.pastes.get(id) else { return Ok(Input::Failed(NotPasted::ClipboardChanged)) };
        let reads = match entry.start() {
            Start::OverNothing => &[Pick::Clipboard],
            _ => entry.desk.keys.as_ref().map(|keys| keys.reads).unwrap_or_default(),
        };
        if !entry.is_kept(reads) {
            return Ok(Input::Failed(NotPasted::ClipboardChanged));
        }
        let contents = Contents::of_answer(&AnswerText::from(entry.text_to_paste()), &self.display.atoms);
        let selections = reads.iter().map(|pick| self.owners.atom(*pick)).collect::<Vec<_>>();
        self.display.conn.grab_server()?;
        let is_as_kept = self.is_as_told(&selections)?;
        let mut is_ours = is_as_kept;
        for selection in selections.iter().filter(|_| is_as_kept) {
            is_ours &= self.serving.take(*selection, contents.clone(), &self.display)?;
        }
        self.display.conn.ungrab_server()?;
        self.display.conn.flush()?;
        if let Some(entry) = self.pastes.get_mut(id).filter(|_| is_as_kept) {
            entry.taken = reads;
        }
        if !is_ours {
            return Ok(Input::Failed(NotPasted::ClipboardChanged));
        }
        if let Some(before) = self.pastes.served.replace(id).filter(|before| *before != id) {
            self.lose_to_another(before)?;
        }
        let asks_first = self.pastes.get(id).and_then(|entry| entry.manner.asks_first);
        Ok(Input::Taken { asks_first })
    }

    /// Whether nobody has taken one of these since we last heard. What else has come is heard later.
    fn is_as_told(&mut self, selections: &[u32]) -> Result<bool, ConnectionError> {
        answered(self.display.conn.get_input_focus()?)?;
        let mut is_as_told = true;
        while let Some(event) = self.display.conn.poll_for_event()? {
            let change = matches!(&event, Event::XfixesSelectionNotify(change)
                if selections.contains(&change.selection) && change.owner != self.serving.window);
            is_as_told &= !change;
            self.unheard.push_back(event);
        }
        Ok(is_as_told)
    }

    /// Presses the keys, if the target has the focus in this very moment.
    pub(super) fn press(&mut self, id: PasteId) -> Result<Input, ConnectionError> {
        let Some(entry) = self.pastes.get(id) else { return Ok(Input::Failed(NotPasted::FocusChanged)) };
        let has_keys = match entry.window() {
            Some(window) => focus::has_keys(window, &self.display)?,
            None => false,
        };
        if !has_keys {
            return Ok(Input::Failed(NotPasted::FocusChanged));
        }
        self.lift_modifiers()?;
        for presses in entry.desk.keys.iter().flat_map(|keys| &keys.presses) {
            hands::press(presses, &self.display)?;
        }
        // Requests that were on their way before the keys are no receipts: they are heard before the answer to this.
        answered(self.display.conn.get_input_focus()?)?;
        Ok(Input::Pressed)
    }

    /// A message that no application knows, and each takes for what it has waited for if it waits at all.
    pub(super) fn nudge(&self, id: PasteId) -> Result<Option<Input>, ConnectionError> {
        if let Some(window) = self.pastes.get(id).and_then(Entry::window) {
            let message = ClientMessageEvent::new(32, window, self.display.atoms.NUDGE, [0; 5]);
            self.display.conn.send_event(false, window, EventMask::NO_EVENT, message)?;
        }
        Ok(None)
    }

    /// Selects as many characters before the cursor as the former text has; whether they are the right ones is read.
    pub(super) fn select_former(&mut self, id: PasteId) -> Result<Option<Input>, ConnectionError> {
        let steps = self.pastes.get(id).and_then(Entry::former).map_or(0, |text| apps::steps_over(text.expose()));
        let presses = self.keymap.presses(apps::SELECT_BACKWARDS, self.display.active_group()?);
        match presses {
            Some(presses) if (1..=MOST_STEPS).contains(&steps) => {
                hands::press_repeatedly(&presses, steps, &self.display)?;
                Ok(None)
            }
            _ => Ok(Some(Input::Failed(NotPasted::SelectionChanged))),
        }
    }

    /// It was something else: back to where the cursor was.
    pub(super) fn deselect(&mut self) -> Result<Option<Input>, ConnectionError> {
        if let Some(presses) = self.keymap.presses(apps::DESELECT, self.display.active_group()?) {
            hands::press(&presses, &self.display)?;
        }
        Ok(None)
    }
}

/// Of a pointer: left, middle and right. The others scroll.
const LAST_BUTTON_THAT_SELECTS: u32 = 3;
