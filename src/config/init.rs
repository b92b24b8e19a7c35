//! Writes the commented default, where there is no configuration yet.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use crate::config::default;

/// Writes the default to `path`, for its user alone, and says whether it did: a file that is there stays as it is.
pub fn init(path: &Path) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(default::TEXT.as_bytes()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postil/config.toml");
        assert!(init(&path).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), default::TEXT);
        std::fs::write(&path, "mine").unwrap();
        assert!(!init(&path).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }
}
