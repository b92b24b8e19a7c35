//! Files that are looked at as bytes without being read: of a dictionary of 16 MB a look-up touches some pages.
//!
//! Invariant: what it gives lives no longer than a look-up. A file that is made shorter
//! while it is mapped would end the process; packages are installed by renaming whole files into place, which leaves
//! what is mapped alone.

#![allow(unsafe_code)] // A mapping is safe only as long as nobody cuts the file: see above.

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of a file.
pub struct Mapped(Option<Mmap>);

impl Mapped {
    /// # Errors
    /// If it cannot be opened, or is no file.
    pub fn open(path: &Path) -> io::Result<Self> {
        // A pipe of that name would be waited for.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self(None)); // Nothing cannot be mapped.
        }
        // SAFETY: nothing here writes to the file, and whoever replaces it does so by renaming (see the file's head).
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self(Some(map)))
    }

    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_alone_are_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(Mapped::open(&path).is_err() && Mapped::open(folder.path()).is_err());
        std::fs::write(&path, "").unwrap();
        assert_eq!(Mapped::open(&path).unwrap().bytes(), b"");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(Mapped::open(&path).unwrap().bytes(), b"abc");
    }
}
