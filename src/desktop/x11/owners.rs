//! Who has PRIMARY and CLIPBOARD, as XFixes tells it: known without asking, and in the order of events.

use x11rb::errors::ConnectionError;
use x11rb::protocol::xfixes::{SelectionEvent, SelectionNotifyEvent};
use x11rb::protocol::xproto::{Atom, AtomEnum, Window};

use super::display::Display;
use super::stale::Taken;
use crate::desktop::Pick;
use crate::desktop::moment::Moment;

pub struct Owners {
    primary: Option<Taken>,
    clipboard: Option<Taken>,
    /// CLIPBOARD, which is no predefined atom.
    clipboard_atom: Atom,
}

impl Owners {
    /// Those who are there when we come.
    pub fn start(display: &Display) -> Result<Self, ConnectionError> {
        let taken = |selection| -> Result<Option<Taken>, ConnectionError> {
            let owner = display.owner_of(selection)?;
            Ok((owner != x11rb::NONE).then_some(Taken { owner, at: Moment::default(), under: None }))
        };
        let clipboard_atom = display.atoms.CLIPBOARD;
        Ok(Self { primary: taken(AtomEnum::PRIMARY.into())?, clipboard: taken(clipboard_atom)?, clipboard_atom })
    }

    pub fn of(&self, pick: Pick) -> Option<Taken> {
        match pick {
            Pick::Selection => self.primary,
            Pick::Clipboard => self.clipboard,
        }
    }

    pub fn atom(&self, pick: Pick) -> Atom {
        match pick {
            Pick::Selection => AtomEnum::PRIMARY.into(),
            Pick::Clipboard => self.clipboard_atom,
        }
    }

    /// Notes the change, with the window that has the focus. Gives the owner that has ended, if that is the change.
    pub fn changed(&mut self, event: &SelectionNotifyEvent, at: Moment, under: Option<Window>) -> Option<Window> {
        let place = match event.selection == self.clipboard_atom {
            true => &mut self.clipboard,
            false => &mut self.primary,
        };
        let taken = Taken { owner: event.owner, at, under };
        let before = std::mem::replace(place, (event.owner != x11rb::NONE).then_some(taken));
        let ended = event.subtype != SelectionEvent::SET_SELECTION_OWNER;
        before.filter(|_| ended).map(|before| before.owner)
    }
}
