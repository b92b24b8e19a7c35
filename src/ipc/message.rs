//! What is said over the socket. One JSON object a line: at most [`LONGEST_LINE`] bytes to the daemon, and
//! [`LONGEST_REPLY`] from it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::engine::job::consent::Permission;
use crate::text::diff::Piece;

/// Goes up when a message changes so that an older end would misread it.
pub const PROTOCOL: u32 = 2;

/// The longest line that the daemon reads. Requests hold names and numbers and are far shorter; anybody may write to
/// the socket who can open it, and none is to fill the daemon's memory.
pub const LONGEST_LINE: usize = 64 << 10;

/// The longest line that a command reads: the longest answer (64 MiB, the bound of text tools and programs) where JSON
/// writes every byte in six (`\u001b`), and room for the rest of the message.
pub const LONGEST_REPLY: usize = (64 << 20) * 6 + (1 << 20);

/// The first line of each side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the program: `0.1.0`.
    pub postil: String,
    pub protocol: u32,
}

impl Hello {
    /// This program's own.
    pub fn ours() -> Self {
        Self { postil: env!("CARGO_PKG_VERSION").to_owned(), protocol: PROTOCOL }
    }
}

/// What a command asks of the daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    Trigger {
        action: String,
    },
    Pick,
    Cancel {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<u64>,
    },
    Last {
        #[serde(default)]
        copy: bool,
        /// The last but so many.
        #[serde(default, skip_serializing_if = "is_zero")]
        before: usize,
    },
    Undo,
    /// Run this for a command, which then asks for what happens to it.
    Run(Box<Run>),
    /// The next thing that happens to the job of such a run.
    Await {
        job: u64,
    },
    /// What the person said to the change that was shown.
    Decide {
        job: u64,
        accept: bool,
    },
    /// What the person said to the question whether it may be sent.
    Permit {
        job: u64,
        permission: Permission,
    },
    Status,
    Pause,
    Resume,
    Reload,
    Stop,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A run that acts on the desktop. The text is read there, so that none is in here.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Run {
    pub action: Option<String>,
    pub instruction: Option<String>,
    /// The conversation that the instruction goes on in.
    pub earlier: Option<serde_json::Value>,
    pub from: Option<Vec<String>>,
    pub to: Vec<String>,
    pub models: Vec<String>,
    pub options: BTreeMap<String, String>,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("action", &self.action).field("to", &self.to).finish_non_exhaustive()
    }
}

/// The end of a run as its command prints it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// What the command exits with.
    pub exit: u8,
    /// For `--json`, a line each.
    pub events: Vec<serde_json::Value>,
    /// For stdout: the answer, where it is seen nowhere else.
    pub answer: Option<String>,
    /// For stderr, a sentence a line.
    pub says: Vec<String>,
    /// What `--continue` goes on in.
    pub conversation: Option<serde_json::Value>,
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended").field("exit", &self.exit).finish_non_exhaustive()
    }
}

/// What the daemon answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    Done,
    Started {
        job: u64,
    },
    /// It takes a while; this is who is being asked, and what a person is shown of it.
    Working {
        by: String,
        says: String,
        /// Nobody is asked for a while.
        waits: bool,
    },
    /// What the answer would change; it waits for a [`Request::Decide`].
    Change {
        pieces: Vec<Piece>,
    },
    /// Whether it may be sent is asked, in words for the terminal; it waits for a [`Request::Permit`].
    Question {
        words: String,
        /// What may be said: that secrets are taken out, or only yes and no.
        masks: bool,
    },
    Ended(Box<Ended>),
    /// Done, and this is what.
    Said {
        sentence: String,
    },
    Last {
        title: String,
        answer: String,
    },
    Status(Status),
    /// Not done: one sentence for the user, and what the command is to exit with.
    Refused {
        sentence: String,
        exit: u8,
    },
}

/// The daemon as it is now. Part of the output of `postil status --json`: fields are added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub version: String,
    pub pid: u32,
    pub paused: bool,
    /// The model that `auto` means now.
    pub model: Option<String>,
    /// What is missing where there is none.
    pub model_missing: Option<String>,
    pub running: Vec<Running>,
    pub shortcuts: Vec<ShortcutStatus>,
    /// `shown`, `no host`, or what is missing.
    pub tray: String,
    /// What the desktop's probes found, the chosen one last.
    pub desktop: Vec<String>,
    pub config: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    pub job: u64,
    pub action: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortcutStatus {
    pub shortcut: String,
    pub action: String,
    /// Why it does not work; `None` where it does.
    pub failure: Option<String>,
    /// The keys that the person chose in the desktop's settings in place of these, in the desktop's words.
    pub chosen: Option<String>,
}

/// Why a line is not what it should be. Says nothing of its contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("not a message of postil's: column {column}")]
    Malformed { column: usize },
    #[error("the line is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("this is postil {ours}, the other side is {theirs}; restart the older one (`postil stop`)")]
    OtherVersion { ours: String, theirs: String },
}

/// Refuses a line that is longer than `limit`, of which a reader need not have read more than one byte beyond it.
pub fn check_length(line: &[u8], limit: usize) -> Result<(), MessageError> {
    if line.len() > limit { Err(MessageError::TooLong { limit }) } else { Ok(()) }
}

/// Reads one line as a message. Its length is bounded by whoever reads it off the socket.
pub fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, MessageError> {
    serde_json::from_slice(line).map_err(|error| MessageError::Malformed { column: error.column() })
}

/// Writes a message as one line, its end included.
pub fn line(message: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(message).expect("messages are plain data with text keys");
    line.push(b'\n');
    line
}

/// Whether the other side speaks as we do.
pub fn check_hello(theirs: &Hello) -> Result<(), MessageError> {
    let ours = Hello::ours();
    match theirs.protocol == ours.protocol {
        true => Ok(()),
        false => Err(MessageError::OtherVersion { ours: ours.postil, theirs: theirs.postil.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Request, &str>) {
        let parsed = parse::<Request>(text.as_bytes()).map_err(|error| error.to_string());
        assert_eq!(parsed, expected.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn requests_are_read_strictly() {
        check(r#"{"command":"trigger","action":"fix"}"#, Ok(Request::Trigger { action: "fix".into() }));
        check(r#"{"command":"cancel"}"#, Ok(Request::Cancel { job: None }));
        check(r#"{"command":"last","copy":true}"#, Ok(Request::Last { copy: true, before: 0 }));
        check(r#"{"command":"dance"}"#, Err("not a message of postil's: column 18"));
        check(r#"{"command":"pick""#, Err("not a message of postil's: column 17"));
        check("", Err("not a message of postil's: column 0"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let reply = Reply::Last { title: "Fix".into(), answer: "two\nlines".into() };
        let written = line(&reply);
        assert_eq!(written.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(parse::<Reply>(&written), Ok(reply));
    }

    #[test]
    fn each_direction_has_its_bound() {
        let long = Reply::Last { title: "Fix".into(), answer: "\u{1b}[0mlong\n".repeat(1 << 20) };
        let written = line(&long);
        assert!(written.len() > 10 << 20);
        assert_eq!(check_length(&written, LONGEST_REPLY), Ok(()));
        assert_eq!(parse::<Reply>(&written), Ok(long));
        assert_eq!(check_length(&written, LONGEST_LINE), Err(MessageError::TooLong { limit: LONGEST_LINE }));
    }

    #[test]
    fn another_protocol_is_a_sentence() {
        let theirs = Hello { postil: "9.0.0".into(), protocol: PROTOCOL + 1 };
        let said = check_hello(&theirs).map_err(|error| error.to_string());
        let ours = env!("CARGO_PKG_VERSION");
        let expected = format!("this is postil {ours}, the other side is 9.0.0; restart the older one (`postil stop`)");
        assert_eq!(said, Err(expected));
        assert_eq!(check_hello(&Hello::ours()), Ok(()));
    }
}
