//! What is asked of a model and what comes back, in no provider's words. Wire formats translate to and from this.

use std::time::Duration;

use super::rates::Rates;
use super::spending::Spent;
use crate::engine::outcome::Note;
use crate::text::sealed::{AnswerText, ForeignText, PromptText, UserText};

/// Pinned instructions and the turns so far. A plain action is a conversation of one turn; a follow-up is a new job
/// in the same one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conversation {
    /// The system message. Never trimmed. Empty where the whole prompt stands in the user's turn.
    pub instructions: Option<PromptText>,
    pub turns: Vec<Turn>,
}

impl Conversation {
    /// How long all of it is.
    pub fn bytes(&self) -> usize {
        let instructions = self.instructions.as_ref().map_or(0, |prompt| prompt.expose().len());
        instructions + self.turns.iter().map(|turn| turn.words().len()).sum::<usize>()
    }

    /// Takes out the oldest exchange: all up to the first answer, and that. Never the instructions, nor what is not
    /// answered yet. Gives the number of turns that are gone.
    pub fn forget_oldest(&mut self) -> usize {
        let answer = self.turns.iter().position(|turn| matches!(turn, Turn::Answer(_)));
        let gone = answer.map_or(0, |answer| answer + 1);
        self.turns.drain(..gone);
        gone
    }
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// The user's text as it is: data, never instructions.
    Text(UserText),
    /// A prompt that has the user's text inside it (its body uses `{{ text }}`), or a follow-up question.
    Prompt(PromptText),
    /// What the model answered.
    Answer(AnswerText),
}

impl Turn {
    /// What is said, whoever says it.
    pub fn words(&self) -> &str {
        match self {
            Self::Text(text) => text.expose(),
            Self::Prompt(prompt) => prompt.expose(),
            Self::Answer(answer) => answer.expose(),
        }
    }
}

/// How the answer is drawn. `None`: the provider's own default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sampling {
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    /// The most tokens of the answer.
    pub max_tokens: Option<u32>,
    pub effort: Option<Effort>,
    /// How many alternatives to choose from.
    pub n: Option<u32>,
}

/// How long a reasoning model may think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    None,
    Minimal,
    Low,
    Medium,
    High,
}

/// A piece of an answer as it streams in. Deltas: nobody re-sends what was sent before.
#[derive(Debug, Clone, PartialEq)]
pub enum Chunk {
    Answer(AnswerText),
    /// What the model thinks aloud. Never shown as the answer.
    Reasoning(AnswerText),
}

/// How an answer ended. Of a server only what it said: a stream without any of these is [`CallFailure::BrokenOff`].
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub finish: Finish,
    pub usage: Option<Usage>,
    /// The model that the server says has answered.
    pub model: Option<String>,
    /// What the head of the answer said of the provider's limits.
    pub rates: Rates,
    /// What the backend itself has to say of its answer; it is said with it.
    pub notes: Vec<Note>,
}

impl Completion {
    /// An end of which nothing more is known: that of what is no model, for one.
    pub fn bare(finish: Finish) -> Self {
        Self { finish, usage: None, model: None, rates: Rates::default(), notes: Vec::new() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model had said all.
    Stop,
    /// The output limit cut it.
    Length,
    /// The provider's content filter cut or withheld it.
    Filtered,
    /// The model declined; its words are the answer.
    Refused,
}

/// Tokens as the server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// All that was read, `cached` included.
    pub input: u64,
    /// All that was written, `reasoning` included.
    pub output: u64,
    /// Of `input`: what was read from the provider's cache, which costs less.
    pub cached: u64,
    /// Of `output`: what the model thought.
    pub reasoning: u64,
}

/// Where in a call the time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    Connect,
    FirstByte,
    /// Between two pieces of the answer.
    NextByte,
}

/// A key, as the user tells it from others. Never the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyName {
    /// The environment variable that has it.
    Env(String),
    /// The program that gave it.
    Command(String),
    /// Its label in the keyring.
    Keyring(String),
}

/// A request that is about to go out.
#[derive(Debug, Clone, PartialEq)]
pub struct Going {
    /// With this key, if it needs one.
    pub key: Option<KeyName>,
    /// The key that was tried before in the same call, and why it was passed over.
    pub passed: Option<(KeyName, CallFailure)>,
}

/// Why the system's keyring could not be used, by what the user can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringProblem {
    /// There is none in this session.
    #[error("there is no keyring")]
    Absent,
    /// It is locked, and nobody unlocked it.
    #[error("it is locked")]
    Locked,
    #[error("it does not answer")]
    Silent,
    #[error("it refused")]
    Refused,
}

/// Whose limit a refused request ran into.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LimitOf {
    /// The model's that was asked, and theirs who share it.
    #[default]
    Model,
    /// The whole account's: no model of the provider can be asked with this key.
    Account,
}

/// Why a call gave no whole answer, by what the user can do about it. `host` is `host:port` of the base URL.
/// `Display` is for logs and therefore without [`ForeignText`]; what the user reads is rendered in `text::sentences`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallFailure {
    #[error("nothing answers at {host}")]
    Unreachable { host: String },
    #[error("no secure connection to {host}")]
    Tls { host: String },
    #[error("{host} was silent for {after:?} ({waiting:?})")]
    TimedOut { host: String, waiting: Waiting, after: Duration },
    #[error("no key for {provider}")]
    NoKey { provider: String },
    #[error("the command that gives the key for {provider} failed")]
    KeyCommand { provider: String, program: String, message: ForeignText },
    /// The keyring that should have it gave none.
    #[error("the keyring gave no key for {provider}: {problem}")]
    Keyring { provider: String, problem: KeyringProblem },
    #[error("a key for {provider} would go to {host} without TLS")]
    KeyInClear { provider: String, host: String },
    #[error("{provider} refused the key (HTTP {status})")]
    KeyRefused { provider: String, status: u16 },
    #[error("the quota at {provider} is used up")]
    QuotaUsedUp { provider: String, message: ForeignText },
    #[error("the month's budget does not allow another call of {provider}")]
    OverBudget { provider: String, spent: Spent },
    #[error("{provider} limits the rate")]
    RateLimited { provider: String, of: LimitOf, retry_after: Option<Duration>, rates: Rates, message: ForeignText },
    #[error("{provider} is overloaded (HTTP {status})")]
    Overloaded { provider: String, status: u16, retry_after: Option<Duration> },
    #[error("{provider} does not know the model {model}")]
    ModelUnknown { provider: String, model: String },
    #[error("the text is longer than {model} takes")]
    TooLong { provider: String, model: String },
    /// The provider's filter would not take the text.
    #[error("the filter of {provider} refused the text")]
    Filtered { provider: String, message: ForeignText },
    /// Any other refusal of the request: its status, and the server's own sentence where it gave one.
    #[error("{provider} answered HTTP {status}")]
    Refused { provider: String, status: u16, message: ForeignText },
    /// An error in mid-stream.
    #[error("{provider} broke the answer off with an error")]
    InStream { provider: String, message: ForeignText },
    /// The stream ended without saying that the answer was complete.
    #[error("the connection to {host} ended before the answer was complete")]
    BrokenOff { host: String },
    /// A 200 that is no answer: another Content-Type, an empty body, garbage. `what` is ours: "a web page", "an empty body".
    #[error("{host} sent {what} instead of an answer")]
    NotAnAnswer { host: String, what: &'static str },
    #[error("{host} redirects to {to}")]
    Redirected { host: String, to: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_exchange_is_forgotten_and_never_the_instructions() {
        let turn = |text: &str| Turn::Text(text.into());
        let answer = |text: &str| Turn::Answer(text.into());
        let turns = vec![turn("a"), Turn::Prompt("b".into()), answer("c"), turn("d"), answer("e"), turn("f")];
        let mut conversation = Conversation { instructions: Some("be brief".into()), turns };
        let left = |conversation: &Conversation| conversation.turns.iter().map(Turn::words).collect::<String>();
        assert_eq!((conversation.forget_oldest(), left(&conversation).as_str()), (3, "def"));
        assert_eq!((conversation.forget_oldest(), left(&conversation).as_str()), (2, "f"));
        assert_eq!((conversation.forget_oldest(), left(&conversation).as_str()), (0, "f"));
        assert!(conversation.instructions.is_some());
    }
}
