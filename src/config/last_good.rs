//! Copies of the files as they were when they were last good, for a start with a bad file.
//!
//! Invariant: a copy is whole or not there, and only this user can read it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::file;

/// Makes the copies in `folder` be exactly `files` (name below the folder, text). What is so already is not written.
pub fn keep(folder: &Path, files: &[(PathBuf, String)]) -> io::Result<()> {
    for (name, text) in files {
        let place = folder.join(name);
        if fs::read(&place).is_ok_and(|there| there == text.as_bytes()) {
            continue;
        }
        file::replace(&place, text.as_bytes())?;
    }
    forget_others(&folder.join(PROMPTS), files)
}

/// The copy, if there is one.
pub fn read(folder: &Path, name: &Path) -> Option<String> {
    fs::read_to_string(folder.join(name)).ok()
}

/// The folder of prompt files, below that of the copies.
pub const PROMPTS: &str = "prompts";

/// A prompt file that the user took away must not come back with the next mistake of another of its name.
fn forget_others(folder: &Path, files: &[(PathBuf, String)]) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let name = Path::new(PROMPTS).join(entry?.file_name());
        if !files.iter().any(|(kept, _)| *kept == name) {
            fs::remove_file(folder.with_file_name("").join(name))?;
        }
    }
    Ok(())
}
