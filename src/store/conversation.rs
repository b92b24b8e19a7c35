//! The last conversation of `postil ask`, for `--continue`. It stands in the runtime folder, which is in memory and gone
//! at logout.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::llm::request::{Conversation, Turn};
use crate::store::file;

const FILE: &str = "conversation.json";

/// The file's form: who said what.
#[derive(Serialize, Deserialize)]
struct Kept {
    instructions: Option<String>,
    turns: Vec<(Who, String)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Who {
    Text,
    Prompt,
    Answer,
}

/// The last conversation, if there is one. Fails where its file cannot be read or is damaged.
pub fn load(runtime_dir: &Path) -> io::Result<Option<Conversation>> {
    let bytes = match fs::read(runtime_dir.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    // Not serde's own words: they may quote the file.
    let damaged = |_| io::Error::new(io::ErrorKind::InvalidData, "its file is damaged");
    serde_json::from_slice(&bytes).map_err(damaged).map(|kept| Some(opened(kept)))
}

/// The conversation that was written by [`to_json`].
pub fn from_json(written: serde_json::Value) -> io::Result<Conversation> {
    let damaged = |_| io::Error::new(io::ErrorKind::InvalidData, "the conversation is damaged");
    serde_json::from_value(written).map_err(damaged).map(opened)
}

/// The conversation for another process of ours.
pub fn to_json(conversation: &Conversation) -> io::Result<serde_json::Value> {
    Ok(serde_json::to_value(written(conversation))?)
}

fn opened(kept: Kept) -> Conversation {
    let turn = |(who, words): (Who, String)| match who {
        Who::Text => Turn::Text(words.into()),
        Who::Prompt => Turn::Prompt(words.into()),
        Who::Answer => Turn::Answer(words.into()),
    };
    Conversation { instructions: kept.instructions.map(Into::into), turns: kept.turns.into_iter().map(turn).collect() }
}

/// Keeps the conversation in place of the one before.
pub fn keep(runtime_dir: &Path, conversation: &Conversation) -> io::Result<()> {
    file::replace(&runtime_dir.join(FILE), &serde_json::to_vec(&written(conversation))?)
}

fn written(conversation: &Conversation) -> Kept {
    let turn = |turn: &Turn| match turn {
        Turn::Text(words) => (Who::Text, words.expose().to_owned()),
        Turn::Prompt(words) => (Who::Prompt, words.expose().to_owned()),
        Turn::Answer(words) => (Who::Answer, words.expose().to_owned()),
    };
    Kept {
        instructions: conversation.instructions.as_ref().map(|words| words.expose().to_owned()),
        turns: conversation.turns.iter().map(turn).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_loaded_again() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()).unwrap(), None);
        let conversation = Conversation {
            instructions: Some("be brief".into()),
            turns: vec![Turn::Text("a".into()), Turn::Answer("b".into()), Turn::Prompt("c".into())],
        };
        keep(dir.path(), &conversation).unwrap();
        assert_eq!(load(dir.path()).unwrap(), Some(conversation));
    }

    #[test]
    fn a_damaged_file_is_said_without_its_words() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "{\"turns\": \"geheim").unwrap();
        assert_eq!(load(dir.path()).unwrap_err().to_string(), "its file is damaged");
    }
}
