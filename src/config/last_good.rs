//! Copies of the files as they were when they were last good, for a start with a bad file.
//!
//! Invariant: a copy is whole or not there: it is written beside its place and moved there. Only this user can read
//! them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Makes the copies in `folder` be exactly `files` (name below the folder, text). What is so already is not written.
pub fn keep(folder: &Path, files: &[(PathBuf, String)]) -> io::Result<()> {
    for (name, text) in files {
        let place = folder.join(name);
        if fs::read(&place).is_ok_and(|there| there == text.as_bytes()) {
            continue;
        }
        make_folder(place.parent().unwrap_or(folder))?;
        write_whole(&place, text)?;
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

fn write_whole(place: &Path, text: &str) -> io::Result<()> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    // The process's number: the daemon and a command may do this at the same time.
    let beside = place.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = private_file(&beside).and_then(|mut file| file.write_all(text.as_bytes()));
    let moved = written.and_then(|()| fs::rename(&beside, place));
    if moved.is_err() {
        let _ = fs::remove_file(&beside);
    }
    moved
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
