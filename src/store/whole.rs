//! An answer that has no room in its notification, as a file that the desktop opens: in the runtime folder (in memory,
//! for this user alone, gone at logout), one at a time.

use std::io;
use std::path::{Path, PathBuf};

use crate::store::file;
use crate::text::sealed::AnswerText;

/// A plain text, so that every desktop has something that opens it.
const FILE: &str = "answer.txt";

/// Writes the answer and gives the file.
pub fn write(runtime_dir: &Path, title: &str, answer: &AnswerText) -> io::Result<PathBuf> {
    let path = runtime_dir.join(FILE);
    file::replace(&path, format!("{title}\n\n{}\n", answer.expose()).as_bytes())?;
    Ok(path)
}
