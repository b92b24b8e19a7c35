//! The books that all processes of a user share, so that together they keep within limits and budget: one small file in
//! the state folder, held locked for the microseconds in which somebody looks and writes.
//!
//! Invariant: who dies while holding it leaves it whole, as it is written by one call and its lock goes with the process.
//! What is damaged all the same is begun anew: limits are then learnt again, and the month's sum comes from the records.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::llm::limits::Books;
use crate::llm::spending::Spending;
use crate::store::file;

const FILE: &str = "ledger.json";

/// No books are larger; what is was not written by us.
const LARGEST: u64 = 4 << 20;

/// What is in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    pub books: Books,
    pub spending: Spending,
}

#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    pub fn new(state_dir: &Path) -> Self {
        Self { path: state_dir.join(FILE) }
    }

    /// Looks into the books and writes what has changed. `Err` gives `look` back where another process holds them now.
    pub fn at_once<T, F: FnOnce(&mut Kept) -> T>(&self, look: F) -> io::Result<Result<T, F>> {
        let file = self.open()?;
        match file.try_lock() {
            Ok(()) => with(file, look).map(Ok),
            Err(TryLockError::WouldBlock) => Ok(Err(look)),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The same, waiting for whoever holds them.
    pub fn in_turn<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> io::Result<T> {
        let file = self.open()?;
        file.lock()?;
        with(file, look)
    }

    /// What was written last, without holding it. Nothing where there are no books yet.
    pub fn peek(&self) -> Kept {
        let read = File::open(&self.path).and_then(|mut file| read(&mut file));
        read.map(|bytes| parse(&bytes)).unwrap_or_default()
    }

    fn open(&self) -> io::Result<File> {
        file::open_state(&self.path)
    }
}

fn with<T>(mut file: File, look: impl FnOnce(&mut Kept) -> T) -> io::Result<T> {
    let before = read(&mut file)?;
    let mut kept = parse(&before);
    let seen = look(&mut kept);
    let mut after = serde_json::to_vec(&kept)?;
    after.push(b'\n');
    if !before.starts_with(&after) {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&after)?;
        // The line's end already ends what is read; this only keeps the file small.
        file.set_len(after.len() as u64)?;
    }
    Ok(seen)
}

fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first line.
fn parse(bytes: &[u8]) -> Kept {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line.is_empty() {
        return Kept::default();
    }
    serde_json::from_slice(line).unwrap_or_else(|error| {
        log::warn!("the ledger of limits was damaged (column {}) and is begun anew", error.column());
        Kept::default()
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_written_is_there_for_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (Ledger::new(dir.path()), Ledger::new(dir.path()));
        one.in_turn(|kept| kept.spending.add(2.5, "2026-11")).unwrap();
        assert_eq!(other.peek().spending.dollars("2026-11"), 2.5);
        let seen = other.at_once(|kept| kept.spending.dollars("2026-11")).unwrap();
        assert_eq!(seen.ok(), Some(2.5));
    }

    #[test]
    fn who_comes_second_is_told_and_can_wait() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(dir.path());
        let other = ledger.clone();
        ledger.in_turn(|_| assert!(other.at_once(|_| ()).unwrap().is_err())).unwrap();
        assert!(ledger.at_once(|_| ()).unwrap().is_ok());
    }

    #[test]
    fn damaged_books_are_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(dir.path());
        for damage in [&b"{\"books\":"[..], b"\0\0\0\0\n", b"[]\n", "ü".as_bytes(), b"\n\n"] {
            fs::write(dir.path().join(FILE), damage).unwrap();
            assert_eq!(ledger.peek().spending, Spending::default());
            ledger.in_turn(|kept| kept.spending.add(1.0, "2026-11")).unwrap();
            assert_eq!(ledger.peek().spending.dollars("2026-11"), 1.0);
        }
    }

    #[test]
    fn a_shorter_line_hides_the_rest_of_a_longer_one() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(dir.path());
        ledger.in_turn(|kept| kept.spending.add(1.0, "2026-11")).unwrap();
        // As it is where a process was killed before the file was cut.
        let mut bytes = fs::read(dir.path().join(FILE)).unwrap();
        bytes.extend_from_slice(b"\"rest\": of a longer one}\n");
        fs::write(dir.path().join(FILE), bytes).unwrap();
        assert_eq!(ledger.peek().spending.dollars("2026-11"), 1.0);
    }
}
