//! The keys of pastes: by whom they are pressed, and what has to be had for that first.

use super::EventLoop;
use crate::desktop::paste::apps;
use crate::desktop::paste::transaction::Input;
use crate::desktop::paste::{NotPasted, PasteId};
use crate::desktop::remote_desktop::{Asking, Permission};
use crate::desktop::reply::Reply;
use crate::desktop::wayland::keyboard::Keyboard;
use crate::desktop::wayland::keymap::{self, Presses};
use crate::desktop::wayland::pastes::Entry;
use crate::desktop::wayland::presser::{self, Chosen, Presser};

/// The longest text that is selected again, key by key.
const MOST_STEPS: usize = 5_000;

/// Through the portal each key is a question with an answer.
const MOST_STEPS_BY_PORTAL: usize = 500;

impl EventLoop {
    fn chosen(&self) -> Chosen {
        let has_keyboard = self.wire.session.keyboards.is_some() && !self.prefers_portal;
        presser::choose(has_keyboard, self.portal.as_ref().map(|(_, permission)| *permission))
    }

    pub(super) fn presser(&self) -> Option<Presser> {
        match self.chosen() {
            Chosen::Now(presser) => Some(presser),
            Chosen::Soon | Chosen::AfterAsking => Some(Presser::Portal),
            Chosen::Never(_) => None,
        }
    }

    /// Whether answers can be pasted on this compositor, as far as is known.
    pub(super) fn can_paste(&self) -> bool {
        self.chosen() != Chosen::Never(NotPasted::Unsupported) && self.wire.session.knows_focus()
    }

    /// A paste will need them soon.
    pub(super) fn prepare_keys(&mut self) {
        match self.chosen() {
            // On a seat without a keyboard an application has to hear of it first.
            Chosen::Now(Presser::VirtualKeyboard) => self.make_keyboard(),
            // That the session is still of use is told too.
            Chosen::Now(Presser::Portal) | Chosen::Soon => self.open_session(Asking::NotNow),
            // It may be there by now, or allowed.
            Chosen::Never(NotPasted::Unsupported | NotPasted::KeysRefused) => self.open_session(Asking::NotNow),
            // The dialog would come while the person waits for the answer.
            Chosen::AfterAsking | Chosen::Never(_) => {}
        }
    }

    /// Whether keys can be pressed now; if not, why not, or nothing while that is on its way.
    pub(super) fn look_at_keys(&mut self) -> Option<Input> {
        match self.chosen() {
            Chosen::Now(_) => Some(Input::Fits),
            Chosen::Soon => {
                self.open_session(Asking::NotNow);
                None
            }
            // It is told soon whether there is a dialog, which this paste does not wait for.
            Chosen::AfterAsking => {
                self.open_session(Asking::Allowed);
                None
            }
            Chosen::Never(why) => Some(Input::Failed(why)),
        }
    }

    /// What a paste hears whose time is over: the focus may be the dialog's while it waits for keys.
    pub(super) fn late(&self, entry: &Entry) -> Input {
        match self.chosen() {
            Chosen::Soon | Chosen::AfterAsking if entry.transaction.is_looking() => Input::Failed(NotPasted::KeysAsked),
            _ => Input::Deadline,
        }
    }

    fn open_session(&self, asking: Asking) {
        if let Some((wishes, _)) = &self.portal {
            wishes.open(asking);
        }
    }

    /// The person wishes to be asked.
    pub(super) fn ask_for_keys(&mut self, reply: Reply<Option<bool>>) {
        match (self.chosen(), &self.portal) {
            (Chosen::Now(_), _) => reply.give(Some(true)),
            (_, Some((wishes, _))) => {
                wishes.open(Asking::Again);
                self.asked_for_keys.push(reply);
            }
            (_, None) => reply.give(None),
        }
    }

    pub(super) fn hear_permission(&mut self, permission: Permission) {
        if let Some((_, known)) = &mut self.portal {
            *known = permission;
        }
        let answer = match permission {
            Permission::Open => Some(Some(true)),
            Permission::Refused => Some(Some(false)),
            Permission::Unavailable => Some(None),
            // A dialog that was closed by other means than an answer.
            Permission::Unasked | Permission::Given | Permission::Opening | Permission::Asked => None,
        };
        if let Some(answer) = answer {
            self.asked_for_keys.drain(..).for_each(|reply| reply.give(answer));
        }
        self.look_again();
    }

    pub(super) fn hear_pressed(&mut self, number: u64, done: bool) {
        if !done {
            self.advance(PasteId(number), Input::Failed(NotPasted::KeysRefused));
        }
    }

    /// An application's keys, and whether they are on their way.
    pub(super) fn press_for(&self, id: PasteId) -> bool {
        let Some((_, presses)) = self.pastes.get(id).and_then(|entry| entry.way(self.presser())) else { return false };
        self.press_all(id, &presses, 1)
    }

    pub(super) fn press_once(&self, id: PasteId, chord: apps::Chord) {
        if let Some(presses) = keymap::presses(chord) {
            self.press_all(id, &[presses], 1);
        }
    }

    /// Selects as many characters before the cursor as the former text has; whether they are the right ones is read.
    pub(super) fn select_former(&self, id: PasteId) -> Option<Input> {
        if !self.wire.session.tells_selection() {
            return Some(Input::Failed(NotPasted::SelectionUnknown));
        }
        let steps = self.pastes.get(id).and_then(Entry::former).map_or(0, |text| apps::steps_over(text.expose()));
        let most = if self.presser() == Some(Presser::Portal) { MOST_STEPS_BY_PORTAL } else { MOST_STEPS };
        let presses = keymap::presses(apps::SELECT_BACKWARDS).filter(|_| (1..=most).contains(&steps));
        let is_pressed = presses.is_some_and(|presses| self.press_all(id, &[presses], steps));
        if is_pressed { None } else { Some(Input::Failed(NotPasted::SelectionChanged)) }
    }

    /// Says whether there is somebody to press them.
    fn press_all(&self, id: PasteId, presses: &[Presses], times: usize) -> bool {
        match (self.chosen(), &self.keyboard, &self.portal) {
            (Chosen::Now(Presser::VirtualKeyboard), Some(keyboard), _) => {
                presses.iter().for_each(|presses| keyboard.press(presses, times));
                true
            }
            (Chosen::Now(Presser::Portal), _, Some((wishes, _))) => {
                wishes.press(id.0, presses.iter().map(|presses| presser::stroke(presses, times)).collect());
                true
            }
            _ => false,
        }
    }

    fn make_keyboard(&mut self) {
        if self.keyboard.is_some() {
            return;
        }
        let session = &self.wire.session;
        let found = session.keyboards.as_ref().zip(session.seats.seat_in_use());
        let made = found.map(|(manager, seat)| Keyboard::new(manager, seat, &self.wire.queue.handle()));
        self.keyboard = made.and_then(|made| made.inspect_err(|error| log::warn!("no keyboard: {error}")).ok());
    }
}
