//! What the panel is told and shows, without any toolkit: the messages between the daemon and `postil-panel`, Markdown
//! as blocks that grow while an answer streams, and which actions the picker's list shows.
//!
//! Knows no process and no window: `daemon` starts the program and carries the lines, `bin/postil-panel` draws.

use crate::config::paths::Env;

pub mod entry;
pub mod picking;
pub mod protocol;
mod ranking;
pub mod words;

#[cfg(feature = "panel")]
pub mod markdown;

/// Whether the panel can take the keyboard by itself, as the picker does: on X11, and on Wayland where windows can stand in
/// layers. Elsewhere only a click gives it one.
pub fn can_take_keyboard(env: Env<'_>, has_layers: bool) -> bool {
    has_layers || env("WAYLAND_DISPLAY").is_none_or(|display| display.is_empty())
}
