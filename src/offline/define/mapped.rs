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

/// What the system reads from the disk where something is looked at that is not in memory.
#[derive(Clone, Copy)]
enum Reading {
    /// That page alone. Else it reads the surroundings too, up to megabytes of them: a word cold took 11 ms in place of 2.
    Here,
    All,
}

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
            return Ok(Self(None)); // An empty file cannot be mapped.
        }
        // SAFETY: nothing here writes to the file, and whoever replaces it does so by renaming (see the file's head).
        let map = Self(Some(unsafe { Mmap::map(&file)? }));
        map.advise(Reading::Here);
        Ok(map)
    }

    /// Nearly all of it will be looked at: it is read from the disk as a whole.
    pub fn expect_all(&self) {
        self.advise(Reading::All);
    }

    /// It is only advice: where it cannot be given, what is looked at takes longer.
    fn advise(&self, reading: Reading) {
        #[cfg(unix)]
        if let Self(Some(map)) = self {
            let advices: &[_] = match reading {
                Reading::Here => &[memmap2::Advice::Random],
                Reading::All => &[memmap2::Advice::Normal, memmap2::Advice::WillNeed],
            };
            for advice in advices {
                let _ = map.advise(*advice);
            }
        }
        #[cfg(not(unix))]
        let _ = reading;
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
