//! Pasting over what is selected, as a transaction: the seam.
//!
//! Its life: [`prepare_paste`](super::Desktop::prepare_paste) as soon as it is known that an answer will be pasted, so
//! that the clipboard is kept while the model works; [`paste`](super::Desktop::paste) with the answer, or
//! [`abandon_paste`](super::Desktop::abandon_paste). What happens is told by [`DesktopEvent::Paste`](super::DesktopEvent):
//! [`PasteStep::Kept`] once the old clipboard is safe (and again if it was filled anew by the same words), one
//! [`PasteStep::Ended`] for each `paste`, and [`PasteStep::Released`] when nothing of it is served any more. A desktop does one paste at a time; the next begins when that one has ended.
//!
//! Invariant: whatever happens, the old contents of the clipboard are given back, or still owned by their owner, or
//! somebody else has copied since, or (after [`Pasted::Unconfirmed`] alone) they are kept until
//! [`give_back`](super::Desktop::give_back). After [`NotPasted`] the clipboard was not changed and no key was pressed.

pub mod apps;
pub mod entry;
pub mod transaction;

use std::fmt;
use std::time::Duration;

use super::TriggerContext;
use super::shortcut::Shortcut;
use crate::text::sealed::{AnswerText, UserText};

/// One transaction; its caller numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PasteId(pub u64);

/// The selection at some moment: who held it, and which of its changes made it. Equal marks are the same selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionMark {
    /// The desktop's own number of the owner (an X window id).
    pub owner: u64,
    pub change: u64,
}

/// What is to be pasted, and where.
#[derive(Debug, Clone)]
pub struct Paste {
    pub id: PasteId,
    /// The text as the application is to get it: for `append` the original, a blank line and the answer. In a terminal
    /// nothing selected can be replaced, so it is inserted at the prompt, without a newline at its end.
    pub text: AnswerText,
    /// As it was at the trigger: the window, its application, the selection.
    pub context: TriggerContext,
    pub over: Over,
    pub consent: Consent,
    /// The user's own keys for pasting in this application (`[paste] chord`).
    pub chord: Option<Shortcut>,
}

/// What the text is to stand in place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// What is selected: this text, as it was read at the trigger. Where a desktop cannot tell one selecting from another,
    /// it goes by the text.
    Selected(UserText),
    /// This text, which was pasted before and stands just before the cursor. It is selected first, and if that selects
    /// anything else, nothing is pasted ([`NotPasted::SelectionChanged`]).
    Behind(UserText),
    /// Nothing: the text is offered, no key is pressed, and that is [`Pasted::Unconfirmed`]. What was on the clipboard
    /// comes back by [`give_back`](super::Desktop::give_back).
    Nothing,
}

/// What the person has agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// The press of the shortcut: only if everything is as it was then, and only one line into a terminal.
    Trigger,
    /// They have seen what it will be, and accepted: several lines may go into a terminal, and the window gets the focus
    /// back first, but the selection must be what it was.
    Accepted,
    /// They have asked for it again after they had moved on: the window gets the focus back, and the text goes over
    /// whatever is selected there, or to the cursor.
    Again,
}

/// How a paste is coming along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasteStep {
    /// The old clipboard is safe; this is its text, if it has one, for the journal. None also where its owner marked it
    /// as a password (`x-kde-passwordManagerHint`), and at once on a desktop on which nothing is pasted.
    Kept {
        text: Option<UserText>,
    },
    Ended(Pasted),
    /// Nothing of it is served any more, neither the text nor the old contents that were given back: a process that
    /// stayed to serve them may end. The last step of each paste that was wanted, whatever its end; after
    /// [`Not`](Pasted::Not) it mostly follows at once.
    Released,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pasted {
    /// The application has asked for the text so many times, and the old clipboard is back.
    Confirmed { receipts: u32 },
    /// The keys were pressed, but the application never asked: the text stays on the clipboard until
    /// [`give_back`](super::Desktop::give_back), or until somebody copies.
    Unconfirmed,
    /// Nothing was done.
    Not(NotPasted),
}

/// Why nothing was pasted, by what the user can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPasted {
    #[error("another window has the focus")]
    FocusChanged,
    #[error("the window is closed")]
    WindowGone,
    #[error("something else is selected")]
    SelectionChanged,
    #[error("nothing is selected any more")]
    NothingSelected,
    /// Nor whether it is still what it was.
    #[error("the desktop does not tell what is selected")]
    SelectionUnknown,
    #[error("something else was copied")]
    ClipboardChanged,
    #[error("the screen is locked")]
    Locked,
    #[error("the text cannot be changed there")]
    ReadOnly,
    #[error("it is a field for passwords")]
    PasswordField,
    /// More than [`LARGEST_CLIPBOARD`].
    #[error("the clipboard holds more than {LARGEST_CLIPBOARD} bytes")]
    ClipboardTooLarge,
    /// Its owner did not hand it over within [`LONGEST_KEEPING`].
    #[error("{} did not hand its clipboard over within {LONGEST_KEEPING:?}", app.as_deref().unwrap_or("the application"))]
    ClipboardHung { app: Option<String> },
    #[error("no keys are known that paste there")]
    NoChord,
    #[error("the shortcut's keys were not let go")]
    KeysHeld,
    /// Into a terminal, where each line may be a command: to be asked before ([`Consent::Accepted`]).
    #[error("several lines for a terminal")]
    SeveralLines,
    /// By a dialog of the desktop's, which was opened for this.
    #[error("the desktop asks whether postil may press keys")]
    KeysAsked,
    /// By the person, or the desktop did not press them after all.
    #[error("the desktop does not let postil press keys")]
    KeysRefused,
    #[error("no answer can be pasted on this desktop")]
    Unsupported,
}

/// Whether a desktop lets answers be pasted, as far as is known without trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// This presses the keys, in every application.
    Keys(KeysBy),
    /// XTEST does, in applications that run through XWayland.
    XWaylandOnly,
    /// Keys could be pressed, but it is not told which window would get them.
    FocusUnknown,
    NoKeys,
    NoDesktop,
}

/// What presses keys for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysBy {
    XTest,
    VirtualKeyboard,
    /// Where the person lets it; they may not have been asked yet.
    RemoteDesktop,
}

impl fmt::Display for KeysBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::XTest => "XTEST",
            Self::VirtualKeyboard => "a virtual keyboard",
            Self::RemoteDesktop => "the desktop's portal (RemoteDesktop)",
        })
    }
}

/// The most that is kept of a clipboard, all its formats together. Pictures are smaller; what is larger is not pasted over.
pub const LARGEST_CLIPBOARD: usize = 64 << 20;

/// The longest that keeping a clipboard takes. The slowest application measured took a fifth of it.
pub const LONGEST_KEEPING: Duration = Duration::from_millis(500);
