//! The file of `--resume`: a line per answer that is done, as it was done. The first line says of which action; each line
//! of which text, so that the answers of another run are not taken for this one's.
//!
//! Answers stay on the disk and are read when their turn comes: of those done earlier, memory has only the places.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::action::{ActionName, OptionValues};
use crate::cli::arguments::Each;
use crate::cli::refusal::wrong_use;
use crate::store::file;

/// What is done, and where more is written down.
pub struct Journal {
    path: PathBuf,
    file: File,
    /// By piece: where the answer's line is.
    done: Vec<Option<Place>>,
}

/// A line of the file, and which text it is about.
#[derive(Clone, Copy)]
struct Place {
    at: u64,
    length: usize,
    text: u64,
}

/// What the answers are of. The model is none of it, for another one may go on where the first gave up.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct Work {
    action: String,
    each: String,
    options: OptionValues,
}

#[derive(Serialize, Deserialize)]
struct Done {
    piece: usize,
    /// The same text has the same number; the text itself is not kept.
    text: u64,
    answer: String,
}

impl Work {
    pub fn new(action: &ActionName, each: Each, options: &OptionValues) -> Self {
        let each = match each {
            Each::Line => "line",
            Each::Paragraph => "paragraph",
        };
        Self { action: action.to_string(), each: each.to_owned(), options: options.clone() }
    }
}

impl Journal {
    /// Takes up the file, or begins it. A last line that was cut off by a crash is dropped.
    pub fn open(path: &Path, work: &Work) -> anyhow::Result<Self> {
        let file = file::open_own(path).with_context(|| format!("{} could not be opened", path.display()))?;
        let mut journal = Self { path: path.to_owned(), file, done: Vec::new() };
        let end = journal.read_all(work)?;
        journal.file.set_len(end).and_then(|()| journal.file.seek(SeekFrom::End(0))).context(UNWRITTEN)?;
        if end == 0 {
            journal.write(work)?;
        }
        Ok(journal)
    }

    /// How many pieces have to be looked at to know that it is of this text.
    pub fn reach(&self) -> usize {
        self.done.len()
    }

    /// Whether the answer to this piece is there.
    pub fn has(&self, piece: usize, text: &str) -> anyhow::Result<bool> {
        match self.done.get(piece) {
            Some(Some(place)) if place.text == fingerprint(text) => Ok(true),
            Some(Some(_)) => Err(self.foreign()),
            Some(None) | None => Ok(false),
        }
    }

    /// The answer to a piece that is done.
    pub fn answer(&mut self, piece: usize) -> anyhow::Result<String> {
        let place = self.done.get(piece).copied().flatten().context("the file of --resume has lost an answer")?;
        let mut line = vec![0; place.length];
        let read = self.file.seek(SeekFrom::Start(place.at)).and_then(|_| self.file.read_exact(&mut line));
        let back = self.file.seek(SeekFrom::End(0));
        read.and(back).context(UNREAD)?;
        Ok(serde_json::from_slice::<Done>(&line).context(UNREAD)?.answer)
    }

    /// Writes an answer down. One write: who is killed leaves a line whole or cut, and a cut one is dropped.
    pub fn done(&mut self, piece: usize, text: &str, answer: &str) -> anyhow::Result<()> {
        self.write(&Done { piece, text: fingerprint(text), answer: answer.to_owned() })
    }

    /// It is of something else.
    pub fn foreign(&self) -> anyhow::Error {
        wrong_use(format!("{} is of another action, option or text; name a new file", self.path.display()))
    }

    /// Notes where each answer is. Gives the end of the last whole line.
    fn read_all(&mut self, work: &Work) -> anyhow::Result<u64> {
        let mut reader = BufReader::new(&self.file);
        let (mut line, mut at, mut done) = (Vec::new(), 0, Vec::new());
        while reader.read_until(b'\n', &mut line).context(UNREAD)? > 0 {
            if line.last() != Some(&b'\n') {
                break;
            }
            match serde_json::from_slice::<Done>(&line) {
                _ if at == 0 => {
                    if !serde_json::from_slice::<Work>(&line).is_ok_and(|kept| kept == *work) {
                        return Err(self.foreign());
                    }
                }
                Ok(Done { piece, text, .. }) if piece < MOST_PIECES => {
                    if done.len() <= piece {
                        done.resize(piece + 1, None);
                    }
                    done[piece] = Some(Place { at, length: line.len(), text });
                }
                Ok(_) | Err(_) => return Err(self.foreign()),
            }
            at += line.len() as u64;
            line.clear();
        }
        self.done = done;
        Ok(at)
    }

    fn write(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        self.file.write_all(format!("{}\n", serde_json::to_string(line)?).as_bytes()).context(UNWRITTEN)
    }
}

const UNREAD: &str = "the file of --resume could not be read";
const UNWRITTEN: &str = "the file of --resume could not be written";

/// A file that speaks of more pieces was not written by a run that anybody has paid for.
const MOST_PIECES: usize = 1 << 28;

/// FNV-1a: the same in every version, which the standard library's hasher does not promise.
fn fingerprint(text: &str) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    text.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;

    #[test]
    fn a_run_goes_on_where_it_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let open =
            |action: &str| Journal::open(&path, &Work::new(&ActionName::new(action), Each::Line, &OptionValues::new()));
        let mut first = open("upper").unwrap();
        first.done(1, "b", "B").unwrap();
        drop(first);
        // As a crash in mid-write leaves it.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"piece\":0,\"ans").unwrap();
        let mut second = open("upper").unwrap();
        assert_eq!((second.has(0, "a").unwrap(), second.has(1, "b").unwrap(), second.reach()), (false, true, 2));
        assert_eq!(second.answer(1).unwrap(), "B");
        second.done(0, "a", "A\n\"").unwrap();
        let mut third = open("upper").unwrap();
        assert_eq!((third.answer(0).unwrap(), third.answer(1).unwrap()), ("A\n\"".into(), "B".into()));
        assert!(third.has(0, "c").is_err());
        assert!(open("lower").is_err());
    }

    #[test]
    fn what_is_no_journal_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("letter.txt");
        std::fs::write(&path, "Dear Ada,\nall is well.\n").unwrap();
        assert!(Journal::open(&path, &Work::new(&ActionName::new("upper"), Each::Line, &OptionValues::new())).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "Dear Ada,\nall is well.\n");
    }

    #[test]
    fn the_same_text_has_the_same_number_in_every_version() {
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }
}
