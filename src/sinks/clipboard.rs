//! Writing the clipboard: for good, when the user asked for a copy.
//!
//! On X11 and Wayland a clipboard is a promise: whoever copied serves each paste, so the text is there only as long as
//! the process is. The daemon keeps one arboard clipboard, whose thread sleeps until somebody pastes; a command that
//! ends at once leaves a child behind that serves until something else is copied.
//!
//! Reading is the desktop's ([`Desktop::read`](crate::desktop::Desktop::read)): arboard's waits 24 s for an owner that hangs.

use std::sync::{Mutex, PoisonError};

#[cfg(target_os = "linux")]
use crate::desktop::x11::owner_watch::OwnerWatch;
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

/// Puts `text` on the clipboard, calls `held` once it is there, and returns when something else has been copied or the
/// display is gone: for a child process that does nothing else. On macOS and Windows the system keeps the text, and this
/// returns at once.
pub fn hold(text: &AnswerText, held: impl FnOnce()) -> Result<(), SinkFailure> {
    #[cfg(target_os = "linux")]
    if let Some(watch) = x11_watch() {
        return hold_on_x11(text, held, &watch);
    }
    let mut clipboard = open()?;
    clipboard.set_text(text.expose()).map_err(failed)?;
    held();
    // arboard says when it is replaced only to who waits, and who waits cannot say that it is there: so it is put there
    // again, which takes the ownership from ourselves.
    #[cfg(target_os = "linux")]
    arboard::SetExtLinux::wait(clipboard.set()).text(text.expose()).map_err(failed)?;
    Ok(())
}

/// Where arboard uses X11: it prefers Wayland.
#[cfg(target_os = "linux")]
fn x11_watch() -> Option<OwnerWatch> {
    let on_wayland = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty());
    if on_wayland { None } else { OwnerWatch::start() }
}

/// arboard's own waiting would not notice the end of the display, and to put the text there twice could take the
/// clipboard from who copied in between.
#[cfg(target_os = "linux")]
fn hold_on_x11(text: &AnswerText, held: impl FnOnce(), watch: &OwnerWatch) -> Result<(), SinkFailure> {
    let mut clipboard = open()?;
    clipboard.set_text(text.expose()).map_err(failed)?;
    watch.next_change().map_err(|_| SinkFailure::NoClipboard)?;
    held();
    // A display that is gone ends it as well as another owner does.
    let _ = watch.next_change();
    Ok(())
}

/// The clipboard's text as other programs get it, on a connection of its own. Only where its owner is known to answer: with
/// one that hangs, arboard waits for 24 seconds.
pub fn seen_by_others() -> Result<String, String> {
    arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text()).map_err(|error| error.to_string())
}

fn open() -> Result<arboard::Clipboard, SinkFailure> {
    arboard::Clipboard::new().map_err(failed)
}

fn failed(error: arboard::Error) -> SinkFailure {
    log::warn!("the clipboard could not be written: {error}");
    SinkFailure::NoClipboard
}
