//! Pure work that would keep everybody waiting where the text is long: the daemon does it on another thread and answers
//! with what it came to. A short text's is done on the spot, because to change threads takes longer.
//!
//! Invariant: what is done here is a function of what it is given, wherever it is done.

use crate::engine::call::JobId;
use crate::engine::outcome::Failure;
use crate::engine::plan::{self, Brief, Plan};
use crate::text::diff::{self, Piece};
use crate::text::sealed::{AnswerText, UserText};

/// Above this a text is worked on apart: up to here all that is done to it takes about a millisecond.
const APART_ABOVE: usize = 32 << 10;

/// One piece of work of a job. A job numbers what it wants done, so that a late result is known as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorkId {
    pub job: JobId,
    pub number: u32,
}

/// What is to be done.
#[derive(Debug)]
pub enum Work {
    /// From a text to its calls: whether it fits, its language, its prompt.
    Plan(Box<Brief>),
    /// What an answer changes, to be looked at before it is made.
    Diff { old: UserText, new: AnswerText },
}

/// What it came to.
#[derive(Debug)]
pub enum Computed {
    Plan(Box<Result<Plan, Failure>>),
    Diff(Vec<Piece>),
    /// The work panicked, which is a mistake of ours.
    FellOver,
}

impl Work {
    /// Whether it is to be done on another thread.
    pub fn is_slow(&self) -> bool {
        let bytes = match self {
            Self::Plan(brief) => brief.bytes(),
            Self::Diff { old, new } => old.expose().len() + new.expose().len(),
        };
        bytes > APART_ABOVE
    }

    pub fn perform(self) -> Computed {
        match self {
            Self::Plan(brief) => Computed::Plan(Box::new(plan::plan(*brief))),
            Self::Diff { old, new } => Computed::Diff(diff::diff(old.expose(), new.expose())),
        }
    }
}
