//! A call is one request of a job to one backend. Models side by side, steps, the parts of a long text, alternatives and
//! retries are all calls.

use std::fmt;

use crate::action::OptionValues;
use crate::llm::request::{Conversation, Sampling};
use crate::llm::roster::Target;
use crate::offline::Builtin;
use crate::text::language::Language;
use crate::text::sealed::UserText;

/// Counts up for as long as the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Every event of a backend carries one; what belongs to no running call is stale and dropped in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId {
    pub job: JobId,
    /// Which of the models side by side.
    pub lane: u16,
    /// Which of the action's steps.
    pub step: u16,
    /// Which part of a split text.
    pub part: u32,
    /// From 0; a retry is the next.
    pub attempt: u16,
}

/// What a lane is called where a job has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// `PROVIDER/NAME`; or as it was named, where no model could be settled on.
    pub model: String,
    /// Which of several answers of the same model, from 1.
    pub alternative: Option<u16>,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.alternative {
            Some(number) => write!(f, "{} {number}", self.model),
            None => f.write_str(&self.model),
        }
    }
}

/// What makes an answer. A backend tries once; only the engine tries again.
#[derive(Debug, Clone, PartialEq)]
pub enum Backend {
    Model(Target),
    Builtin(Builtin),
    /// Program and arguments, never a shell line.
    Command(Vec<String>),
    /// The address, complete, to be opened by the desktop. It contains the user's text.
    Open(UserText),
}

impl Backend {
    /// What the user calls that which answers: `PROVIDER/NAME`, the built-in's or the program's name.
    pub fn name(&self) -> String {
        match self {
            Self::Model(target) => target.label(),
            Self::Builtin(builtin) => builtin.name().to_owned(),
            Self::Command(command) => command.first().cloned().unwrap_or_default(),
            Self::Open(_) => "open".to_owned(),
        }
    }
}

/// What a backend works on; each takes what concerns it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// For models.
    pub conversation: Conversation,
    pub sampling: Sampling,
    /// For built-ins and commands.
    pub text: UserText,
    pub options: OptionValues,
    /// The user's own, the first first.
    pub languages: Vec<Language>,
}
