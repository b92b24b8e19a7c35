//! The seam to the desktop: global shortcuts, the selection and the clipboard, and what had the focus.
//!
//! Which desktop it is, is decided at run time by ordered probes that may fail; their reasons are kept for `doctor`.
//! Everything that comes from the desktop unasked is a [`DesktopEvent`], sent from the desktop's own thread.

pub mod shortcut;

#[cfg(target_os = "linux")]
pub mod x11;

use std::time::{Duration, Instant};

use crate::text::sealed::UserText;
use shortcut::Shortcut;

/// Which shortcut of those last bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingId(pub u32);

/// What wakes the program from the desktop's side.
#[derive(Debug)]
pub enum DesktopEvent {
    /// A bound shortcut went down. Auto-repeat is not reported.
    Pressed {
        binding: BindingId,
        context: TriggerContext,
    },
    Released {
        binding: BindingId,
    },
    /// How binding went, after [`Desktop::bind`] and again after each change of the keyboard.
    Bound {
        failures: Vec<(BindingId, BindFailure)>,
    },
    /// The display is gone; nothing more will come.
    Lost,
}

/// Why a shortcut does not work. The rest keep working.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindFailure {
    #[error("{0} is taken by another program")]
    Taken(Shortcut),
    #[error("{0} has no key on this keyboard")]
    NoSuchKey(Shortcut),
    #[error("this desktop gives programs no global shortcuts")]
    Unsupported,
}

/// What was true when the person acted, taken once: our own windows change the focus later.
#[derive(Debug, Clone)]
pub struct TriggerContext {
    pub at: Instant,
    pub app: Option<App>,
    /// The desktop's own number of the focused window (an X window id).
    pub window: Option<u64>,
}

/// The focused application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// WM_CLASS's class or the application id.
    pub name: String,
    /// The window's title: it may quote what the user writes.
    pub title: UserText,
}

/// Which of the desktop's two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pick {
    /// What is selected now (X11 and Wayland: PRIMARY).
    Selection,
    Clipboard,
}

/// Why there is no text to work on, by what the user can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadFailure {
    /// Nothing is selected or copied (or it is the empty text).
    #[error("nothing there")]
    Nothing,
    /// An image, a file list, …: `kind` is the first type on offer.
    #[error("not text but {kind}")]
    NotText { kind: String },
    /// It was selected in another application before the focus came to this one.
    #[error("left over from {}", app.as_deref().unwrap_or("another window"))]
    Stale { app: Option<String> },
    /// The application that owns it did not answer within the bound.
    #[error("{} did not answer within {after:?}", app.as_deref().unwrap_or("the application"))]
    Hung { app: Option<String>, after: Duration },
    /// More than [`LARGEST_TEXT`].
    #[error("longer than {LARGEST_TEXT} bytes")]
    TooLarge,
    #[error("no desktop to read from")]
    NoDesktop,
}

/// The most that is read of a selection. More is never useful to a person and could fill memory.
pub const LARGEST_TEXT: usize = 64 << 20;
