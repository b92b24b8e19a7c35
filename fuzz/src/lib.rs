//! What has to hold for any bytes at all, once for the fuzzers (`fuzz_targets`) and once for `tests/corpus.rs`, which
//! replays what they found.
//!
//! Each file has one `check`, which panics where its property does not hold. None touches the disk or the network, and only
//! that of calculations asks the clock. Where a property needs more than one input they are cut from the bytes by lines, so that a corpus can be read.

pub mod calc;
pub mod config;
pub mod diagnostics;
pub mod dictionary;
pub mod mend;
pub mod messages;
pub mod prompt_file;
pub mod refusal;
pub mod stream;
pub mod text_tools;
pub mod tokens;

/// A property, and the name of its target and corpus.
pub type Check = (&'static str, fn(&[u8]));

pub const CHECKS: &[Check] = &[
    ("calc", calc::check),
    ("config", config::check),
    ("mend", mend::check),
    ("dictionary", dictionary::check),
    ("messages", messages::check),
    ("prompt_file", prompt_file::check),
    ("refusal", refusal::check),
    ("stream", stream::check),
    ("text_tools", text_tools::check),
    ("tokens", tokens::check),
];

/// `bytes` up to the first line feed, and those behind it.
fn first_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (&[], bytes),
    }
}
