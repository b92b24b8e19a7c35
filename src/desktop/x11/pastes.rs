//! What this desktop knows of each paste, beside what every desktop does.

use x11rb::protocol::xproto::Window;

use super::contents::Contents;
use super::keyboard::Presses;
use crate::desktop::Pick;
use crate::desktop::paste::entry;

pub type Pastes = entry::Pastes<Contents, Desk>;
pub type Entry = entry::Entry<Contents, Desk>;
pub type Old = entry::Old<Contents>;

#[derive(Debug, Default)]
pub struct Desk {
    /// The person has clicked or typed in the target since the trigger: what was selected may not be any more.
    pub is_touched: bool,
    /// Once the target was found to be as it has to be.
    pub keys: Option<Keys>,
    pub check: Check,
}

/// The way that is taken, on this keyboard.
#[derive(Debug)]
pub struct Keys {
    /// To be pressed one after the other.
    pub presses: Vec<Presses>,
    /// What the application may read then.
    pub reads: &'static [Pick],
}

/// The reading of what a former paste's selecting has selected: one at a time, as it changes with each key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Check {
    #[default]
    Idle,
    Reading,
    /// Changed since that began.
    ReadingOldNews,
}

impl Entry {
    pub fn window(&self) -> Option<Window> {
        self.context.window.and_then(|window| Window::try_from(window).ok())
    }
}
