//! What the panel is told and shows, without any toolkit: the messages between the daemon and `postil-panel`, and Markdown
//! as blocks that grow while an answer streams.
//!
//! Knows no process and no window: `daemon` starts the program and carries the lines, `bin/postil-panel` draws.

pub mod entry;
pub mod protocol;
pub mod words;

#[cfg(feature = "panel")]
pub mod markdown;
