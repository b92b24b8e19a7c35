//! What would be lost if this process died while it pastes: the answer, and the old clipboard's text, which is handed out
//! by whoever has it and gone with that process. A file for each paste in the runtime folder: in memory, for this user
//! alone, gone at logout, and removed when nothing of the paste is served any more.
//!
//! Contents that their owner marked as a password never get here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::effect::Unfinished;
use crate::store::file;

const ENDING: &str = ".unfinished.json";

/// What a process without a daemon calls itself.
const OF_A_PROCESS: &str = "run-";

/// The file's form.
#[derive(Serialize, Deserialize)]
struct Written {
    title: String,
    text: Option<String>,
    clipboard: Option<String>,
}

/// The journal of one process.
#[derive(Debug, Clone)]
pub struct Journal {
    folder: PathBuf,
    owner: String,
}

impl Journal {
    /// Of the daemon of this session.
    pub fn of_session(folder: &Path, session: &str) -> Self {
        Self { folder: folder.to_owned(), owner: session.to_owned() }
    }

    /// Of a process that pastes because there is no daemon.
    pub fn of_this_process(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), owner: format!("{OF_A_PROCESS}{}", std::process::id()) }
    }

    /// Writes `entry` in place of what stands there for this paste; with none there is nothing to be lost any more.
    pub fn write(&self, paste: u64, entry: Option<&Unfinished>) -> io::Result<()> {
        let path = self.folder.join(format!("{}-{paste}{ENDING}", self.owner));
        let Some(entry) = entry else { return removed(&path) };
        let written = Written {
            title: entry.title.clone(),
            text: entry.text.as_ref().map(|text| text.expose().to_owned()),
            clipboard: entry.clipboard.as_ref().map(|text| text.expose().to_owned()),
        };
        file::replace(&path, &serde_json::to_vec(&written)?)
    }

    /// Takes what processes before this one left: the last daemon of this session, and others that are no more.
    pub fn take_left_behind(&self) -> Vec<Unfinished> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(|path| self.is_left_behind(path)).collect();
        paths.sort();
        paths.iter().filter_map(|path| take(path)).collect()
    }

    fn is_left_behind(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(ENDING));
        let Some((owner, _)) = name.and_then(|name| name.rsplit_once('-')) else { return false };
        let process = owner.strip_prefix(OF_A_PROCESS).and_then(|process| process.parse().ok());
        owner == self.owner || process.is_some_and(|process| !is_running(process))
    }
}

/// A file that cannot be read any more helps nobody, and goes too.
fn take(path: &Path) -> Option<Unfinished> {
    let written = fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Written>(&bytes).ok());
    if let Err(error) = removed(path) {
        log::warn!("an entry of the journal could not be removed: {error}");
    }
    let Written { title, text, clipboard } = written?;
    Some(Unfinished { title, text: text.map(Into::into), clipboard: clipboard.map(Into::into) })
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn is_running(process: i32) -> bool {
    let Some(process) = rustix::process::Pid::from_raw(process) else { return false };
    !matches!(rustix::process::test_kill_process(process), Err(rustix::io::Errno::SRCH))
}

/// Nothing is pasted there by processes of their own.
#[cfg(not(unix))]
fn is_running(_process: i32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str) -> Unfinished {
        Unfinished { title: title.into(), text: Some("answer".into()), clipboard: Some("old".into()) }
    }

    #[test]
    fn what_was_left_is_taken_once() {
        let dir = tempfile::tempdir().unwrap();
        let (dead, other) = (Journal::of_session(dir.path(), "x11-0"), Journal::of_session(dir.path(), "x11-1"));
        dead.write(1, Some(&entry("one"))).unwrap();
        dead.write(1, Some(&entry("two"))).unwrap();
        dead.write(2, Some(&entry("three"))).unwrap();
        dead.write(2, None).unwrap();
        other.write(1, Some(&entry("of another session"))).unwrap();
        let next = Journal::of_session(dir.path(), "x11-0");
        assert_eq!(next.take_left_behind(), [entry("two")]);
        assert_eq!(next.take_left_behind(), []);
        next.write(9, None).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_runs_has_left_nothing() {
        let dir = tempfile::tempdir().unwrap();
        Journal::of_this_process(dir.path()).write(1, Some(&entry("mine"))).unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let dead = Journal { folder: dir.path().into(), owner: format!("run-{}", child.id()) };
        dead.write(1, Some(&entry("dead"))).unwrap();
        assert_eq!(Journal::of_session(dir.path(), "x11-0").take_left_behind(), [entry("dead")]);
    }

    #[test]
    fn what_is_damaged_goes() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("x11-0-1.unfinished.json"), "{\"ti").unwrap();
        assert_eq!(Journal::of_session(dir.path(), "x11-0").take_left_behind(), []);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
