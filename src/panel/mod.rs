//! What the panel is told and shows, without any toolkit: the messages between the daemon and `postil-panel`, Markdown
//! as blocks that grow while an answer streams, and which actions the picker's list shows.
//!
//! Knows no process and no window: `daemon` starts the program and carries the lines, `bin/postil-panel` draws.

pub mod entry;
pub mod picking;
pub mod protocol;
mod ranking;
pub mod words;

#[cfg(feature = "panel")]
pub mod markdown;
