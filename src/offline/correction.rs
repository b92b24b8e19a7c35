//! One thing that was, or may be, wrong in a text.

use crate::text::sealed::AnswerText;

/// What was written, and what is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub from: AnswerText,
    pub to: AnswerText,
}
