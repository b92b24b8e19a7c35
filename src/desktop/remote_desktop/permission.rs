//! What the person said to the portal's question, kept in the state folder for the next session. The token is theirs alone:
//! who has it may press keys.

use std::path::PathBuf;

use crate::config::paths::Paths;
use crate::store::file;
use crate::text::sealed::Secret;

const FILE: &str = "keys-permission";

/// What the file says, before the token.
const TOKEN: &str = "token ";
const REFUSED: &str = "refused";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// With this the portal asks no more.
    Token(Secret),
    Refused,
}

/// Where it is kept: in a file, and for this process.
pub struct Kept {
    file: Option<PathBuf>,
    answer: Option<Answer>,
}

impl Kept {
    /// What was said to an earlier process. A file that cannot be read says nothing.
    pub fn new(state: Option<PathBuf>) -> Self {
        let file = state.map(|state| state.join(FILE));
        let answer = file.as_ref().and_then(|file| read(&std::fs::read_to_string(file).ok()?));
        Self { file, answer }
    }

    /// Another process may have asked since.
    pub fn read_again(&mut self) {
        if let Some(file) = &self.file {
            self.answer = std::fs::read_to_string(file).ok().and_then(|text| read(&text));
        }
    }

    pub fn answer(&self) -> Option<Answer> {
        self.answer.clone()
    }

    /// Keeps what was said now; `None` where a yes came without a token, and counts for its session alone.
    pub fn keep(&mut self, answer: Option<&Answer>) {
        self.answer = answer.cloned();
        let Some(file) = &self.file else { return };
        let kept = match answer {
            Some(answer) => file::replace(file, written(answer).as_bytes()),
            None => std::fs::remove_file(file).or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            }),
        };
        if let Err(error) = kept {
            log::warn!("whether postil may press keys could not be written to {}: {error}", file.display());
        }
    }
}

/// What the person has said, if they were asked: for `doctor`.
pub fn of(env: &dyn Fn(&str) -> Option<String>) -> Option<bool> {
    let kept = Kept::new(Paths::from_env(env).ok().map(|paths| paths.state_dir));
    kept.answer.map(|answer| answer != Answer::Refused)
}

fn read(text: &str) -> Option<Answer> {
    let line = text.trim_end();
    match line.strip_prefix(TOKEN) {
        Some(token) => Some(Answer::Token(token.into())),
        None => (line == REFUSED).then_some(Answer::Refused),
    }
}

fn written(answer: &Answer) -> String {
    match answer {
        Answer::Token(token) => format!("{TOKEN}{}\n", token.expose()),
        Answer::Refused => format!("{REFUSED}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_was_said_is_known_to_the_next_process_and_to_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let mut kept = Kept::new(Some(state.clone()));
        assert_eq!(kept.answer(), None);
        for answer in [Answer::Token("a token with\tblanks".into()), Answer::Refused] {
            kept.keep(Some(&answer));
            assert_eq!(Kept::new(Some(state.clone())).answer(), Some(answer));
            let mode = std::fs::metadata(state.join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        kept.keep(None);
        assert_eq!((kept.answer(), Kept::new(Some(state)).answer()), (None, None));
        assert_eq!(read("nonsense"), None);
    }
}
