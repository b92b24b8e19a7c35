//! What has been heard of an answer so far, whatever the format: all that the formats' decoders keep between two events.
//!
//! Invariant: an answer is complete only where the server said so (a finish reason, or the format's own end); what the
//! model thinks is never handed on as its answer.

use serde_json::Value;

use super::refusal;
use super::request::{CallFailure, Chunk, Completion, Finish, Usage};
use super::roster::Target;
use super::thinking::{self, Thinking};
use super::wire;

/// How far an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Running,
    /// The text is complete; what the server still says of it (the tokens used) may follow.
    TextComplete,
    /// The server has said that nothing follows.
    Done,
}

/// The state of one answer.
#[derive(Debug)]
pub struct Heard {
    target: Target,
    thinking: Thinking,
    /// Why the model ended, once the server has said it.
    pub finish: Option<Finish>,
    /// Whether the server has said that nothing follows.
    pub done: bool,
    /// Whether there was any answer at all, if an empty one.
    pub answering: bool,
    pub usage: Option<Usage>,
    refusing: bool,
    model: Option<String>,
}

impl Heard {
    pub fn new(target: &Target) -> Self {
        Self {
            target: target.clone(),
            thinking: Thinking::default(),
            finish: None,
            done: false,
            answering: false,
            usage: None,
            refusing: false,
            model: None,
        }
    }

    /// A piece of the answer. Local models think aloud at its start.
    pub fn say(&mut self, text: String, chunks: &mut Vec<Chunk>) {
        self.answering = true;
        self.thinking.push(text, chunks);
    }

    /// A piece of what the model thinks, where the format tells it apart.
    pub fn think(&mut self, text: String, chunks: &mut Vec<Chunk>) {
        thinking::reasoning(text, chunks);
    }

    /// A piece of the words with which the model declines.
    pub fn decline(&mut self, words: String, chunks: &mut Vec<Chunk>) {
        if !words.is_empty() {
            self.answering = true;
            self.refusing = true;
            chunks.push(Chunk::Answer(words.into()));
        }
    }

    /// The first name of a model that the server gives.
    pub fn answers_as(&mut self, model: Option<impl AsRef<str>>) {
        if self.model.is_none() {
            self.model = model.map(|model| model.as_ref().to_owned()).filter(|model| !model.is_empty());
        }
    }

    pub fn progress(&self) -> Progress {
        match (self.done, self.finish) {
            (true, _) => Progress::Done,
            (false, Some(_)) => Progress::TextComplete,
            (false, None) => Progress::Running,
        }
    }

    /// What an `error` of the stream means.
    pub fn in_stream(&self, error: &Value) -> CallFailure {
        refusal::in_stream(&self.target, error)
    }

    /// The model ended for a reason that is none: the server broke down.
    pub fn broke_down(&self, reason: &str) -> CallFailure {
        CallFailure::InStream { provider: self.target.provider.name.clone(), message: refusal::shortened(reason) }
    }

    pub fn not_an_answer(&self, what: &'static str) -> CallFailure {
        CallFailure::NotAnAnswer { host: wire::host(&self.target.provider), what }
    }

    /// What data that are no JSON mean: what follows a complete answer cannot make it worse.
    pub fn unreadable(&self) -> Result<(), CallFailure> {
        match self.finish {
            None => Err(self.not_an_answer("unreadable data")),
            Some(_) => Ok(()),
        }
    }

    /// An answer that came whole has been taken: it is complete if there was one.
    pub fn whole(&mut self) -> Result<(), CallFailure> {
        if !self.answering && self.finish.is_none() {
            return Err(self.not_an_answer("JSON that is no answer"));
        }
        self.done = true;
        Ok(())
    }

    /// How the answer ended.
    pub fn finish(self, chunks: &mut Vec<Chunk>) -> Result<Completion, CallFailure> {
        let ended = match (self.finish, self.done, self.answering) {
            (Some(finish), ..) => Ok(finish),
            (None, true, true) => Ok(Finish::Stop),
            (None, true, false) => Err(self.not_an_answer("an empty answer")),
            (None, false, _) => Err(CallFailure::BrokenOff { host: wire::host(&self.target.provider) }),
        };
        self.thinking.finish(chunks);
        let finish = match ended? {
            Finish::Stop if self.refusing => Finish::Refused,
            // Withheld without a word.
            Finish::Refused if !self.answering => Finish::Filtered,
            other => other,
        };
        // Nothing read and nothing written is what a server says that does not count.
        let usage = self.usage.filter(|usage| usage.input + usage.output > 0);
        Ok(Completion { usage, model: self.model, ..Completion::bare(finish) })
    }
}
