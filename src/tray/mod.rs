//! The tray: an icon that shows what the program is doing, and a menu that lists what can be done with the text that
//! is there when it opens.
//!
//! [`menu`] and [`icon`] are pure and the same everywhere; what talks to the desktop stands beside them, one file for
//! each kind of it, all with the same `Tray`. A desktop without a tray never fails the daemon: [`TrayState`] says what
//! is missing, and the tray appears as soon as there is a place for it.

pub mod icon;
mod label;
pub mod menu;
#[cfg(test)]
#[path = "../../tests/support/tray_status.rs"]
mod sample;

#[cfg(target_os = "linux")]
mod item;
#[cfg(target_os = "linux")]
mod named;
#[cfg(any(target_os = "macos", target_os = "windows"))]
mod native;
#[cfg(target_os = "linux")]
mod status_notifier;

#[cfg(any(target_os = "macos", target_os = "windows"))]
pub use native::Tray;
#[cfg(target_os = "linux")]
pub use status_notifier::Tray;

use crate::engine::effect::{MenuChoice, Peek, TrayStatus};

/// Looks at the selection and the clipboard as they are now. It is called while the menu waits to open, on the thread
/// of the tray: it must come back within about 100 ms, whatever the applications do. The status that is shown says what
/// may be read.
pub type PeekNow = Box<dyn Fn(&TrayStatus) -> Peek + Send>;

/// Takes a click, with what was there when the menu opened. Nothing, where no look was taken for that menu or where it
/// was too long ago to be kept: then the text is read afresh.
pub type Choose = Box<dyn Fn(MenuChoice, Option<Peek>) + Send>;

/// Whether the user can see the tray, for `doctor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrayState {
    /// The desktop has not answered yet.
    Starting,
    Shown,
    /// The session has no tray. The icon appears when one comes.
    NoHost,
    /// The session bus could not be used, for this reason. Tried again at the next change of status.
    NoBus(String),
}
