//! The file of `--resume`: a line per answer that is done, as it was done. The first line says of which action and text,
//! so that the answers of another run are not taken for this one's.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::action::{ActionName, OptionValues};
use crate::cli::arguments::Each;
use crate::cli::refusal::wrong_use;
use crate::text::sealed::UserText;

/// What is done, and where more is written down.
pub struct Progress {
    file: Option<File>,
    answers: BTreeMap<usize, String>,
}

/// What the answers are of: those of other work are not taken for this one's. The model is none of it, for another one may
/// go on where the first gave up.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct Work {
    action: String,
    each: String,
    options: OptionValues,
    /// The same text has the same number; the text itself is not kept.
    text: u64,
}

impl Work {
    pub fn new(action: &ActionName, each: Each, options: &OptionValues, text: &UserText) -> Self {
        let each = match each {
            Each::Line => "line",
            Each::Paragraph => "paragraph",
        };
        Self {
            action: action.to_string(),
            each: each.to_owned(),
            options: options.clone(),
            text: fingerprint(text.expose()),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Done {
    piece: usize,
    answer: String,
}

impl Progress {
    /// Keeps nothing.
    pub fn unkept() -> Self {
        Self { file: None, answers: BTreeMap::new() }
    }

    /// Takes up the file, or begins it. A last line that was cut off by a crash is dropped.
    pub fn open(path: &Path, work: Work) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).with_context(|| format!("{} could not be opened", path.display()))?;
        let mut lines = BufReader::new(&file).lines();
        let answers = match lines.next().transpose().context("the file of --resume could not be read")? {
            None => BTreeMap::new(),
            Some(first) if serde_json::from_str::<Work>(&first).is_ok_and(|kept| kept == work) => {
                let done = lines.map_while(Result::ok).filter_map(|line| serde_json::from_str::<Done>(&line).ok());
                done.map(|done| (done.piece, done.answer)).collect()
            }
            Some(_) => {
                return Err(wrong_use(format!(
                    "{} is of another action, option or text; name a new file",
                    path.display()
                )));
            }
        };
        let mut progress = Self { file: Some(file), answers };
        match progress.is_new()? {
            true => progress.write(&work)?,
            // A cut line must not swallow the next one.
            false => progress.write_bytes(b"\n")?,
        }
        Ok(progress)
    }

    pub fn answer(&self, piece: usize) -> Option<&str> {
        self.answers.get(&piece).map(String::as_str)
    }

    /// Writes an answer down.
    pub fn done(&mut self, piece: usize, answer: &str) -> anyhow::Result<()> {
        self.write(&Done { piece, answer: answer.to_owned() })
    }

    fn is_new(&self) -> anyhow::Result<bool> {
        let length = self.file.as_ref().map(File::metadata).transpose()?.map(|metadata| metadata.len());
        Ok(length == Some(0))
    }

    fn write(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        self.write_bytes(format!("{}\n", serde_json::to_string(line)?).as_bytes())
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes).context("the file of --resume could not be written"),
            None => Ok(()),
        }
    }
}

/// FNV-1a: the same in every version, which the standard library's hasher does not promise.
fn fingerprint(text: &str) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    text.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_where_it_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("progress");
        let open = |action: &str, text: &str| {
            Progress::open(&path, Work::new(&ActionName::new(action), Each::Line, &OptionValues::new(), &text.into()))
        };
        let mut first = open("upper", "a\nb").unwrap();
        first.done(1, "B").unwrap();
        drop(first);
        // As a crash in mid-write leaves it.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"piece\":0,\"ans").unwrap();
        let mut second = open("upper", "a\nb").unwrap();
        assert_eq!((second.answer(0), second.answer(1)), (None, Some("B")));
        second.done(0, "A").unwrap();
        let third = open("upper", "a\nb").unwrap();
        assert_eq!((third.answer(0), third.answer(1)), (Some("A"), Some("B")));
        assert!(open("lower", "a\nb").is_err());
        assert!(open("upper", "a\nc").is_err());
    }

    #[test]
    fn the_same_text_has_the_same_number_in_every_version() {
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }
}
