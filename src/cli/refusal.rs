//! Failures of a command itself that have an exit code of their own.

use crate::cli::{NOT_SENT, WRONG_USE};

/// A sentence, and the exit code that it ends with.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    sentence: String,
    pub exit: u8,
}

/// The command was not used as it can be.
pub fn wrong_use(sentence: impl Into<String>) -> anyhow::Error {
    Refusal { sentence: sentence.into(), exit: WRONG_USE }.into()
}

/// Nothing was sent, on purpose.
pub fn not_sent(sentence: impl Into<String>) -> anyhow::Error {
    Refusal { sentence: sentence.into(), exit: NOT_SENT }.into()
}
