//! Writing the clipboard: for good, when the user asked for a copy.
//!
//! On X11 and Wayland a clipboard is a promise: whoever copied serves each paste, so the text is there only as long as
//! the process is. The daemon keeps one arboard clipboard, whose thread sleeps until somebody pastes; a command that
//! ends at once leaves a child behind that serves until something else is copied.
//!
//! Reading is the desktop's ([`Desktop::read`](crate::desktop::Desktop::read)): arboard's waits 24 s for an owner that hangs.

use std::sync::{Mutex, PoisonError};

use crate::engine::event::SinkFailure;
use crate::text::sealed::AnswerText;

/// Kept between copies, as its text is gone with it.
static CLIPBOARD: Mutex<Option<arboard::Clipboard>> = Mutex::new(None);

/// Puts `text` on the clipboard and serves it while this process lives. Waits for no other program.
pub fn copy(text: &AnswerText) -> Result<(), SinkFailure> {
    let mut kept = CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner);
    let clipboard = match kept.take() {
        Some(clipboard) => clipboard,
        None => open()?,
    };
    // Where it failed the display may be gone: it is not kept, and the next copy begins anew.
    let clipboard = kept.insert(clipboard);
    let written = clipboard.set_text(text.expose());
    if written.is_err() {
        *kept = None;
    }
    written.map_err(failed)
}

/// Hands what was copied to a clipboard manager, if there is one, so that it outlives this process.
/// For the daemon's end; takes up to a tenth of a second, arboard's own bound.
pub fn hand_over() {
    drop(CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// Puts `text` on the clipboard, calls `held` once it is there, and returns when something else has been copied: for a
/// child process that does nothing else. On macOS and Windows the system keeps the text, and this returns at once.
pub fn hold(text: &AnswerText, held: impl FnOnce()) -> Result<(), SinkFailure> {
    let mut clipboard = open()?;
    clipboard.set_text(text.expose()).map_err(failed)?;
    held();
    // arboard says when it is replaced only to who waits, and who waits cannot say that it is there: so it is put there
    // again, which takes the ownership from ourselves.
    #[cfg(target_os = "linux")]
    arboard::SetExtLinux::wait(clipboard.set()).text(text.expose()).map_err(failed)?;
    Ok(())
}

fn open() -> Result<arboard::Clipboard, SinkFailure> {
    arboard::Clipboard::new().map_err(failed)
}

fn failed(error: arboard::Error) -> SinkFailure {
    log::warn!("the clipboard could not be written: {error}");
    SinkFailure::NoClipboard
}
