//! The shortcuts that are grabbed, and what their presses and releases mean.
//!
//! A grab matches its modifiers exactly, so each shortcut is grabbed once for every state of the locks. All requests of
//! a change are sent before the first answer is waited for: twenty shortcuts cost two round trips. Grabs that stay the
//! same are not touched, so no press falls into a gap. The X server drops them when the connection ends.

use std::collections::HashSet;

use x11rb::cookie::VoidCookie;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, KeyPressEvent, KeyReleaseEvent, ModMask};
use x11rb::rust_connection::RustConnection;

use super::display::{Display, answered};
use super::keyboard::{Combination, Keymap};
use crate::desktop::shortcut::Shortcut;
use crate::desktop::{BindFailure, BindingId};

/// The shortcuts that do not work, each with its reason, in their order.
pub type Failures = Vec<(BindingId, BindFailure)>;

#[derive(Default)]
pub struct Grabs {
    shortcuts: Vec<Shortcut>,
    /// Those that work: the combination without the locks.
    bound: Vec<(BindingId, Combination)>,
    /// Every single grab that the server granted.
    held: HashSet<Combination>,
    /// The bits of a state that decide; the others are locks.
    deciding: u16,
    /// Keys of ours that are down, a press of which is a repeat; and whose they are, if that is still bound.
    down: Vec<(u8, Option<BindingId>)>,
}

/// All that decides the eight modifier bits; pointer buttons and the layout's group are above them.
const MODIFIERS: u16 = 0xff;

impl Grabs {
    /// Binds these and no others.
    pub fn bind(
        &mut self,
        shortcuts: Vec<Shortcut>,
        keymap: &Keymap,
        display: &Display,
    ) -> Result<Failures, ConnectionError> {
        self.shortcuts = shortcuts;
        self.grab(keymap, display)
    }

    /// Grabs the same shortcuts on another keymap.
    pub fn grab(&mut self, keymap: &Keymap, display: &Display) -> Result<Failures, ConnectionError> {
        self.disown_presses();
        let (wanted, mut failures) = self.resolve(keymap);
        let locks = keymap.locks();
        self.deciding = MODIFIERS & !locks.iter().fold(0, |all, lock| all | lock);
        let grabs = |combination: Combination| variants(combination, &locks);
        let all = wanted.iter().flat_map(|(_, combination)| grabs(*combination)).collect();
        self.release_all_but(&all, display)?;
        let refused = self.request(&all, display)?;
        let (taken, bound) =
            wanted.into_iter().partition(|(_, combination)| grabs(*combination).any(|one| refused.contains(&one)));
        self.bound = bound;
        self.release_partly_granted(&taken, &locks, display)?;
        failures.extend(taken.into_iter().map(|(id, _)| (id, BindFailure::Taken(self.shortcuts[id.0 as usize]))));
        failures.sort_by_key(|(id, _)| *id);
        // When it is told, it is so: what was released is free for others.
        answered(display.conn.get_input_focus()?)?;
        Ok(failures)
    }

    fn resolve(&self, keymap: &Keymap) -> (Vec<(BindingId, Combination)>, Failures) {
        let (mut wanted, mut failures) = (Vec::new(), Vec::new());
        for (id, shortcut) in (0..).map(BindingId).zip(&self.shortcuts) {
            match keymap.resolve(*shortcut) {
                Some(combination) => wanted.push((id, combination)),
                None => failures.push((id, BindFailure::NoSuchKey(*shortcut))),
            }
        }
        (wanted, failures)
    }

    fn release_all_but(&mut self, wanted: &HashSet<Combination>, display: &Display) -> Result<(), ConnectionError> {
        for dropped in self.held.extract_if(|one| !wanted.contains(one)) {
            release(dropped, display)?;
        }
        Ok(())
    }

    /// Grabs what is not held yet and gives what the server refused.
    fn request(
        &mut self,
        wanted: &HashSet<Combination>,
        display: &Display,
    ) -> Result<HashSet<Combination>, ConnectionError> {
        let new = wanted.difference(&self.held).copied().collect::<Vec<_>>();
        let asked = new.iter().map(|one| request(*one, display)).collect::<Result<Vec<_>, _>>()?;
        let mut refused = HashSet::new();
        for (one, cookie) in new.into_iter().zip(asked) {
            match cookie.check() {
                Ok(()) => _ = self.held.insert(one),
                Err(ReplyError::X11Error(_)) => _ = refused.insert(one),
                Err(ReplyError::ConnectionError(error)) => return Err(error),
            }
        }
        Ok(refused)
    }

    /// A shortcut that works only with NumLock on would be a riddle.
    fn release_partly_granted(
        &mut self,
        taken: &[(BindingId, Combination)],
        locks: &[u16],
        display: &Display,
    ) -> Result<(), ConnectionError> {
        for one in taken.iter().flat_map(|(_, combination)| variants(*combination, locks)) {
            if self.held.remove(&one) {
                release(one, display)?;
            }
        }
        Ok(())
    }

    /// The shortcut that went down, unless it only repeats.
    pub fn press(&mut self, event: &KeyPressEvent) -> Option<BindingId> {
        if self.down.iter().any(|(keycode, _)| *keycode == event.detail) {
            return None;
        }
        let modifiers = u16::from(event.state) & self.deciding;
        let combination = Combination { keycode: event.detail, modifiers };
        let (id, _) = *self.bound.iter().find(|(_, bound)| *bound == combination)?;
        self.down.push((event.detail, Some(id)));
        Some(id)
    }

    /// The shortcut whose key came up; its modifiers may have come up before.
    pub fn release(&mut self, event: &KeyReleaseEvent) -> Option<BindingId> {
        let index = self.down.iter().position(|(keycode, _)| *keycode == event.detail)?;
        self.down.swap_remove(index).1
    }

    /// Whether the key of a shortcut is down: what is pressed then comes to us, and to nobody else.
    pub fn is_any_down(&self) -> bool {
        !self.down.is_empty()
    }

    /// Whether the key is that of a shortcut of ours.
    pub fn is_of_ours(&self, keycode: u8) -> bool {
        self.bound.iter().any(|(_, bound)| bound.keycode == keycode)
    }

    /// A key may be held while others are bound. It still repeats, but belongs to nobody.
    fn disown_presses(&mut self) {
        for (_, id) in &mut self.down {
            *id = None;
        }
    }
}

fn variants(combination: Combination, locks: &[u16]) -> impl Iterator<Item = Combination> {
    locks.iter().map(move |lock| Combination { modifiers: combination.modifiers | lock, ..combination })
}

fn request(one: Combination, display: &Display) -> Result<VoidCookie<'_, RustConnection>, ConnectionError> {
    let modifiers = ModMask::from(one.modifiers);
    display.conn.grab_key(false, display.root, modifiers, one.keycode, GrabMode::ASYNC, GrabMode::ASYNC)
}

fn release(one: Combination, display: &Display) -> Result<(), ConnectionError> {
    display.conn.ungrab_key(one.keycode, display.root, ModMask::from(one.modifiers))?.ignore_error();
    Ok(())
}
