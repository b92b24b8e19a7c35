//! What the mouse selects, told while that is wanted.

use std::time::Instant;

use x11rb::errors::ConnectionError;
use x11rb::protocol::xfixes::SelectionNotifyEvent;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};

use super::EventLoop;
use crate::desktop::x11::display::answered;
use crate::desktop::x11::hands::{self, Watch};
use crate::desktop::x11::selecting::Selecting;
use crate::desktop::{DesktopEvent, Stroke};

/// The button that selects. Those from the fourth on scroll.
const SELECTS: u32 = 1;
const FIRST_THAT_SCROLLS: u32 = 4;

impl EventLoop {
    /// A server that does not tell buttons tells of no selection.
    pub(super) fn watch_selections(&mut self, wanted: bool) -> Result<(), ConnectionError> {
        self.selecting = (wanted && self.display.can_paste).then(Selecting::default);
        match self.display.can_paste {
            true => hands::watch(self.watch, self.watches_strokes(), &self.display),
            false => Ok(()),
        }
    }

    pub(super) fn watches_strokes(&self) -> Watch {
        if self.selecting.is_some() { Watch::On } else { Watch::Off }
    }

    pub(super) fn stroke_begins(&mut self, button: u32) -> Result<(), ConnectionError> {
        let at = self.pointer_if_watched()?;
        if let (Some(selecting), Some(at)) = (&mut self.selecting, at) {
            match button {
                SELECTS => selecting.pressed(at),
                FIRST_THAT_SCROLLS.. => {}
                _ => selecting.disturbed(),
            }
        }
        Ok(())
    }

    pub(super) fn stroke_ends(&mut self, button: u32) -> Result<(), ConnectionError> {
        let at = self.pointer_if_watched()?.filter(|_| button == SELECTS);
        let ended = self.selecting.as_mut().zip(at).and_then(|(selecting, at)| selecting.released(at, Instant::now()));
        self.tell_selected(ended)
    }

    /// What we take ourselves, to be pasted, nobody has selected.
    pub(super) fn selection_changed(&mut self, event: &SelectionNotifyEvent) -> Result<(), ConnectionError> {
        if event.selection != u32::from(AtomEnum::PRIMARY) || event.owner == self.serving.window {
            return Ok(());
        }
        // What keys select has one down at this moment.
        let is_up = self.selecting.as_ref().is_some_and(Selecting::is_up);
        let is_owned = event.owner != x11rb::NONE && !(is_up && self.is_typing()?);
        let ended = self.selecting.as_mut().and_then(|selecting| selecting.owner_changed(is_owned, Instant::now()));
        self.tell_selected(ended)
    }

    fn tell_selected(&self, ended: Option<Stroke>) -> Result<(), ConnectionError> {
        if let Some(stroke) = ended {
            let context = self.context()?;
            (self.events)(DesktopEvent::Selected { context, stroke });
        }
        Ok(())
    }

    /// Whether a key is down that is no modifier: those may be held while the mouse selects.
    fn is_typing(&self) -> Result<bool, ConnectionError> {
        Ok(hands::down(&self.display)?.into_iter().any(|keycode| !self.keymap.is_modifier(keycode)))
    }

    fn pointer_if_watched(&self) -> Result<Option<(i32, i32)>, ConnectionError> {
        if self.selecting.is_none() {
            return Ok(None);
        }
        let pointer = answered(self.display.conn.query_pointer(self.display.root)?)?;
        Ok(pointer.map(|pointer| (i32::from(pointer.root_x), i32::from(pointer.root_y))))
    }
}
