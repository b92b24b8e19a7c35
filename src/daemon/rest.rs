//! What the daemon gives back: what a long text took as soon as it is freed, and the pages of its own program when it has
//! nothing to do.
//!
//! The kernel maps what lies around each page of a program that is touched, until after the start nearly all of it counts
//! as the daemon's memory, of which a key press needs a tenth (docs/performance.md). What was not written to can be let go:
//! it is in the program's file, which nobody can write to while it runs, stays in the kernel's cache as long as there is
//! room, and is mapped again where it is needed.

use std::time::Duration;

use tokio::time::Instant;

/// After the last thing that happened. Whoever presses again within this pays nothing.
const NOTHING_HAPPENS_FOR: Duration = Duration::from_secs(20);

/// When to give back.
pub struct Rest {
    due: Option<Instant>,
}

impl Rest {
    /// Begins with something that has just happened: the start. From here on this process gives back what is large as soon
    /// as it is freed.
    pub fn begin() -> Self {
        program::keep_nothing_large();
        Self { due: Some(Instant::now() + NOTHING_HAPPENS_FOR) }
    }

    pub fn disturbed(&mut self) {
        self.due = Some(Instant::now() + NOTHING_HAPPENS_FOR);
    }

    /// Sleeps until it is time, for ever where all was given back already. Dropping it loses nothing.
    pub async fn due(&self) {
        match self.due {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    pub fn give_back(&mut self) {
        self.due = None;
        program::give_back();
    }
}

#[cfg(target_os = "linux")]
mod program {
    // Pages that nobody has written to come back from the file as they were: see `unwritten`. How the allocator works is a
    // number of its own.
    #![allow(unsafe_code)]

    use std::ops::Range;

    use rustix::mm::{Advice, madvise};

    /// What is as large as this is mapped by itself, and so given back when it is freed. That is where glibc begins too, but
    /// with each large block that is freed it keeps larger ones for the next that asks: megabytes after a long text.
    #[cfg(target_env = "gnu")]
    const MAPPED_FROM: i32 = 128 << 10;

    pub(super) fn keep_nothing_large() {
        // SAFETY: takes numbers alone, and may be called at any time (mallopt(3)).
        #[cfg(target_env = "gnu")]
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM);
        }
    }

    /// Lets go of the program's pages.
    pub(super) fn give_back() {
        let (Ok(program), Ok(map)) = (std::env::current_exe(), std::fs::read_to_string("/proc/self/smaps")) else {
            return;
        };
        for range in program.to_str().map(|program| unwritten(&map, program)).unwrap_or_default() {
            let start = std::ptr::with_exposed_provenance_mut::<std::ffi::c_void>(range.start);
            // SAFETY: nothing in this range was written to, and nobody can: it reads the same before and after.
            let given = unsafe { madvise(start, range.len(), Advice::LinuxDontNeed) };
            if let Err(error) = given {
                log::debug!("pages of the program could not be given back: {error}");
            }
        }
    }

    /// Where a program's file is mapped and no page differs from it, by `/proc/PID/smaps` (proc_pid_smaps(5)): not
    /// writable, and without a page of its own, as those have that the linker has put addresses into.
    fn unwritten(smaps: &str, program: &str) -> Vec<Range<usize>> {
        let mut mapping = None;
        let mut found = Vec::new();
        for line in smaps.lines() {
            if let Some(head) = Head::read(line) {
                mapping = Some(head).filter(|head| head.file == program && !head.may_write).map(|head| head.range);
            } else if line.strip_prefix("Anonymous:").is_some_and(|pages| pages.trim() == "0 kB") {
                found.extend(mapping.take());
            }
        }
        found
    }

    /// The line that a mapping begins with.
    struct Head<'a> {
        range: Range<usize>,
        may_write: bool,
        file: &'a str,
    }

    impl<'a> Head<'a> {
        fn read(line: &'a str) -> Option<Self> {
            let (start, rest) = line.split_once('-')?;
            let (end, rest) = rest.split_once(' ')?;
            let address = |digits| usize::from_str_radix(digits, 16).ok();
            let (permissions, rest) = rest.split_once(' ')?;
            let file = rest.splitn(4, ' ').nth(3).unwrap_or_default().trim_start();
            Some(Self { range: address(start)?..address(end)?, may_write: permissions.contains('w'), file })
        }
    }

    #[cfg(test)]
    mod tests {
        use super::unwritten;

        const SMAPS: &str = "\
5000-7000 r--p 00000000 fe:00 42     /opt/my postil
Rss:                   8 kB
Anonymous:             0 kB
VmFlags: rd mr mw me sd
7000-9000 r-xp 00002000 fe:00 42     /opt/my postil
Anonymous:             0 kB
9000-a000 r--p 00004000 fe:00 42     /opt/my postil
Anonymous:             4 kB
a000-b000 rw-p 00005000 fe:00 42     /opt/my postil
Anonymous:             0 kB
b000-c000 rw-p 00000000 00:00 0      [heap]
Anonymous:             0 kB
7f0000000000-7f0000002000 r-xp 00000000 fe:00 43 /usr/lib/libc.so.6
Anonymous:             0 kB
";

        #[test]
        fn only_what_is_as_in_the_programs_file_is_given_back() {
            assert_eq!(unwritten(SMAPS, "/opt/my postil"), [0x5000..0x7000, 0x7000..0x9000]);
            assert!(unwritten(SMAPS, "/opt/other").is_empty());
            assert!(unwritten("", "/opt/my postil").is_empty());
        }

        #[test]
        fn the_program_goes_on_without_its_pages() {
            let before = of_files();
            super::give_back();
            assert!(of_files() < before);
        }

        /// Memory in use that files are mapped in, in kB.
        fn of_files() -> usize {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let line = status.lines().find_map(|line| line.strip_prefix("RssFile:")).unwrap();
            line.trim().trim_end_matches(" kB").parse().unwrap()
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod program {
    /// Elsewhere the system does this by itself, or counts otherwise.
    pub(super) fn give_back() {}

    pub(super) fn keep_nothing_large() {}
}
