//! What the daemon and the panel say to each other: a JSON object a line, over the panel's stdin and stdout.
//!
//! The first line of each side is its [`Hello`]. The two are separate programs, of which an update may have replaced one:
//! where the versions differ the panel ends, and answers go to notifications.
//!
//! Invariant: the words of a message are [`Words`], whose `Debug` shows nothing, and an error tells no part of a line.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::picking::{Bar, How, Offer};
use crate::engine::job::consent::Permission;
use crate::text::diff::Piece;
use crate::text::sealed::{AnswerText, UserText};

/// Goes up when a message changes so that an older end would misread it.
pub const VERSION: u32 = 1;

/// The longest text that can be typed into the panel, or pasted there, or copied of an answer by itself.
pub const LONGEST_TYPED: usize = 1 << 20;

/// The longest line that the daemon reads of the panel: such a text, each of its bytes escaped at worst, and a name.
pub const LONGEST_LINE: usize = 6 * LONGEST_TYPED + (64 << 10);

/// What the user selected, what came back, what a server says: shown to the user, and to nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(AnswerText);

impl Words {
    /// The words themselves, for the screen.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl From<&UserText> for Words {
    fn from(text: &UserText) -> Self {
        Self(text.expose().into())
    }
}

impl From<Words> for UserText {
    fn from(words: Words) -> Self {
        words.expose().into()
    }
}

impl From<AnswerText> for Words {
    fn from(text: AnswerText) -> Self {
        Self(text)
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// The first line of each side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the program: `0.1.0`.
    pub postil: String,
    pub version: u32,
}

impl Hello {
    /// This program's own.
    pub fn ours() -> Self {
        Self { postil: env!("CARGO_PKG_VERSION").to_owned(), version: VERSION }
    }

    /// Whether the other side speaks as we do.
    pub fn check(&self) -> Result<(), ProtocolError> {
        match self.version == VERSION {
            true => Ok(()),
            false => Err(ProtocolError::OtherVersion { ours: Self::ours().postil, theirs: self.postil.clone() }),
        }
    }
}

/// What the panel is told. Each is of one job; of a job that the panel does not show it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "kebab-case")]
pub enum ToPanel {
    Hello(Hello),
    /// A job begins, and is to be seen at once.
    Show {
        job: u64,
        title: String,
        /// What is run, by its name.
        action: String,
        /// As somebody has drawn the last window of the same.
        size: Option<Size>,
        /// Its answer is a dictionary's entry, and no Markdown.
        is_entry: bool,
    },
    /// The text that it works on.
    Source {
        job: u64,
        text: Words,
    },
    /// There are several lanes, and this is what they are called. Said before anything else of them.
    Lanes {
        job: u64,
        labels: Vec<String>,
    },
    /// What it does, as a sentence, and who is asked; where it waits, for how many seconds.
    Doing {
        job: u64,
        sentence: String,
        by: String,
        waits: Option<u64>,
    },
    /// What can be chosen for another answer.
    Choices {
        job: u64,
        /// Models, as they are named.
        models: Vec<String>,
        /// Into which languages, by their ISO 639-1 codes; empty where the action does not translate.
        languages: Vec<String>,
    },
    /// A piece of an answer.
    Answer {
        job: u64,
        lane: u16,
        text: Words,
    },
    Reasoning {
        job: u64,
        lane: u16,
        text: Words,
    },
    /// One of several lanes has answered, or could not.
    LaneOver {
        job: u64,
        lane: u16,
        failure: Option<Words>,
        /// What it took: time, money.
        toll: String,
    },
    /// What the answer would change; answered by [`FromPanel::Seen`] and then by [`FromPanel::Decide`].
    Change {
        job: u64,
        pieces: Vec<Piece>,
    },
    /// Whether something may leave this machine; answered by [`FromPanel::Seen`] and then by [`FromPanel::Permit`]. `masks`:
    /// words can stand in the place of what is secret.
    Question {
        job: u64,
        sentence: String,
        masks: bool,
    },
    /// Over; answered by [`FromPanel::Seen`].
    Done(Done),
    /// Over without a whole answer; answered by [`FromPanel::Seen`].
    Failed {
        job: u64,
        sentence: Words,
    },
    /// Broken off, by the user or by a new press of the same key.
    Cancelled {
        job: u64,
    },
    /// To be out of sight now.
    Hide {
        job: u64,
    },

    // The picker, which has a number as a job has.
    /// It is wanted: with the keyboard, at once. What it offers follows.
    Pick {
        job: u64,
    },
    /// What it offers, in place of what it has offered before; answered by [`FromPanel::Seen`].
    Offer(Offer),

    /// A bar beside what was selected, which takes no focus.
    Bar(Bar),
}

/// Of a window, in the toolkit's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub width: i32,
    pub height: i32,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub job: u64,
    /// Of several lanes, the label of the one whose answer this is.
    pub label: Option<String>,
    /// All of it, as it would be copied.
    pub text: Words,
    /// Who made it.
    pub by: String,
    /// What is to be known of it, a clause each.
    pub notes: Vec<Words>,
    /// What it took: time, money.
    pub toll: String,
    /// Whether there is a place that it can take: what was selected.
    pub replaces: bool,
    /// Whether one can ask further in the same conversation.
    pub follows: bool,
    /// It stands where it was to go, and need not be seen here.
    pub is_placed: bool,
}

/// What the panel says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "kebab-case")]
pub enum FromPanel {
    Hello(Hello),
    /// The end of this job is on the screen.
    Seen {
        job: u64,
    },
    /// The answer of this lane.
    Copy {
        job: u64,
        lane: u16,
    },
    /// A code in an answer, as it is shown; at most [`LONGEST_TYPED`] bytes.
    CopyCode {
        job: u64,
        code: Words,
    },
    /// Over what was selected.
    Replace {
        job: u64,
        lane: u16,
    },
    /// Below what was selected.
    Append {
        job: u64,
        lane: u16,
    },
    /// The same once more, with the same text; of another model, into another language.
    Retry {
        job: u64,
        model: Option<String>,
        language: Option<String>,
    },
    /// A question in the conversation that this lane's answer is of.
    Follow {
        job: u64,
        lane: u16,
        question: Words,
    },
    /// What a person says to a change.
    Decide {
        job: u64,
        accept: bool,
    },
    /// What a person says to a question.
    Permit {
        job: u64,
        permission: Permission,
    },
    /// Somebody has given a window of this action this size.
    Sized {
        action: String,
        size: Size,
    },
    /// The configuration is to be opened.
    OpenConfig,
    Cancel {
        job: u64,
    },
    /// The user has closed its window.
    Closed {
        job: u64,
    },
    /// Nothing was shown for a while; the panel may be ended.
    Idle,

    // Of the picker, which is out of sight then and has given the keyboard back, but for the last.
    /// An action is to be run, on what was typed where there is a text.
    Run {
        job: u64,
        action: String,
        text: Option<Words>,
    },
    /// An instruction of the moment is to be followed.
    Ask {
        job: u64,
        instruction: Words,
        text: Option<Words>,
    },
    /// This is typed as the text now; what fits it is to be offered.
    Typed {
        job: u64,
        text: Words,
    },

    // Of the bar, which is out of sight then.
    RunFromBar {
        job: u64,
        action: String,
        how: How,
    },
    /// What has no room in it is wanted, in the picker.
    More {
        job: u64,
    },
}

/// Why a line is not what it should be. Says nothing of its contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    #[error("not a message of the panel's: column {column}")]
    Malformed { column: usize },
    #[error("the first message is not its version")]
    NoHello,
    #[error("this is postil {ours}, the other side is {theirs}; install both from the same release")]
    OtherVersion { ours: String, theirs: String },
}

/// Reads one line as a message.
pub fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, ProtocolError> {
    serde_json::from_slice(line).map_err(|error| ProtocolError::Malformed { column: error.column() })
}

/// Writes a message as one line, its end included.
pub fn line(message: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(message).expect("messages are plain data with text keys");
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::diff;

    fn check<T: Serialize + for<'a> Deserialize<'a> + PartialEq + std::fmt::Debug>(message: T, expected: &str) {
        let line = line(&message);
        assert_eq!(String::from_utf8_lossy(&line).trim_end(), expected);
        assert_eq!(parse::<T>(&line), Ok(message));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let show = ToPanel::Show { job: 7, title: "Fix".into(), action: "fix".into(), size: None, is_entry: false };
        check(show, r#"{"says":"show","job":7,"title":"Fix","action":"fix","size":null,"is_entry":false}"#);
        let text = Words::from("zwei\nZeilen".to_owned());
        let (by, toll, notes) = ("a/b".into(), "1 s".into(), Vec::new());
        let done =
            Done { job: 7, label: None, text, by, notes, toll, replaces: true, follows: false, is_placed: false };
        let expected = r#"{"says":"done","job":7,"label":null,"text":"zwei\nZeilen","by":"a/b","notes":[],"toll":"1 s","replaces":true,"follows":false,"is_placed":false}"#;
        check(ToPanel::Done(done), expected);
        let pieces = vec![Piece { kind: diff::Kind::New, text: "x".into() }];
        check(ToPanel::Change { job: 7, pieces }, r#"{"says":"change","job":7,"pieces":[["new","x"]]}"#);
        let permit = FromPanel::Permit { job: 7, permission: Permission::AsItIs };
        check(permit, r#"{"says":"permit","job":7,"permission":"as-it-is"}"#);
        check(FromPanel::Idle, r#"{"says":"idle"}"#);
        check(FromPanel::Seen { job: 7 }, r#"{"says":"seen","job":7}"#);
    }

    #[test]
    fn neither_errors_nor_debug_show_words() {
        let broken = parse::<ToPanel>(br#"{"says":"source","job":1,"text":"geheim""#);
        assert_eq!(broken.map_err(|error| error.to_string()), Err("not a message of the panel's: column 40".into()));
        let told = format!("{:?}", ToPanel::Source { job: 1, text: Words::from("geheim".to_owned()) });
        assert_eq!(told, "Source { job: 1, text: Words(AnswerText(6 bytes)) }");
    }

    #[test]
    fn another_version_is_a_sentence() {
        assert_eq!(Hello::ours().check(), Ok(()));
        let theirs = Hello { postil: "9.0.0".into(), version: VERSION + 1 };
        let ours = env!("CARGO_PKG_VERSION");
        let expected = format!("this is postil {ours}, the other side is 9.0.0; install both from the same release");
        assert_eq!(theirs.check().map_err(|error| error.to_string()), Err(expected));
    }
}
