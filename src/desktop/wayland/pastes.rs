//! What this desktop knows of each paste, beside what every desktop does. Pure.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::fd::{AsFd as _, BorrowedFd, OwnedFd};

use super::contents::{Contents, Format};
use super::keymap::Presses;
use super::presser::{self, Presser};
use super::seats::NoOffer;
use super::xwayland::LONGEST_LAG;
use crate::desktop::Pick;
use crate::desktop::paste::apps::Way;
use crate::desktop::paste::transaction::Quiet;
use crate::desktop::paste::{LARGEST_CLIPBOARD, NotPasted, SelectionMark, entry};

/// Whoever follows the clipboard (`wl-paste --watch`, a clipboard manager) reads a new offer at once. It is let do so
/// before the keys are pressed, as it could not be told from the target afterwards: this long after its last read …
const WATCHERS_READ: Duration = Duration::from_millis(50);

/// … and no longer than this in all.
const LONGEST_WATCHING: Duration = Duration::from_millis(300);

/// GTK, which asks once, drops what it has not read yet when something else is on offer, and was seen to read 80 ms later
/// where the machine had much to do.
const QUIET: Duration = Duration::from_millis(250);

/// For an application that has not asked as often as before, or of which it is not known yet: Chromium's second request, by
/// which it pastes, was seen to come 100 ms after the first.
const QUIET_TOO_EARLY: Duration = Duration::from_secs(1);

/// For an application that has asked so often at the most, if it ever has.
pub fn quiet(asks: Option<u32>) -> Quiet {
    Quiet { done: QUIET, asks: asks.unwrap_or(u32::MAX), early: QUIET_TOO_EARLY }
}

pub type Pastes = entry::Pastes<Contents, Desk>;
pub type Entry = entry::Entry<Contents, Desk>;
pub type Old = entry::Old<Contents>;

#[derive(Default)]
pub struct Desk {
    /// The selections whose formats are on their way.
    pub keeping: Vec<Keeping>,
    /// The text is put on offer, which this answered sync tells that the compositor knows.
    pub offered: Option<u32>,
    /// It is, and who follows the clipboard reads it.
    pub watched: Option<Watched>,
    /// The selection that was read and found to have the text of the trigger's.
    pub same: Option<SelectionMark>,
    /// The portal is to press the keys once this sync is answered.
    pub presses_after: Option<u32>,
    /// Keys were pressed, and this answered sync tells that the compositor has seen them.
    pub pressed: Option<u32>,
}

/// How what is selected stands to the selection at the trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    Same,
    /// It was told anew since, which applications do several times over for the same one: its text says.
    ToBeRead,
}

/// Whether what is selected `now` may be gone over. `read` was found to have the text of the selection at the trigger.
pub fn selected_still(
    now: Result<SelectionMark, NoOffer>,
    at_trigger: Option<SelectionMark>,
    read: Option<SelectionMark>,
) -> Result<Still, NotPasted> {
    match now {
        Ok(mark) if [at_trigger, read].contains(&Some(mark)) => Ok(Still::Same),
        Ok(_) => Ok(Still::ToBeRead),
        Err(NoOffer::Nothing) => Err(NotPasted::NothingSelected),
        Err(NoOffer::NotTold) => Err(NotPasted::SelectionUnknown),
    }
}

/// The formats of a selection that are on their way.
pub struct Keeping {
    pub pick: Pick,
    formats: Vec<(String, Option<Vec<u8>>)>,
}

/// Nobody has read the new offer since.
pub struct Watched {
    until: Instant,
    ends: Instant,
    /// What hangs up once XWayland knows of the offer, and until when that is waited for.
    lag: Option<(OwnedFd, Instant)>,
}

impl Watched {
    pub fn from(now: Instant, lag: Option<OwnedFd>) -> Self {
        let lag = lag.map(|lag| (lag, now + LONGEST_LAG));
        Self { until: now + WATCHERS_READ, ends: now + LONGEST_WATCHING, lag }
    }

    pub fn read(&mut self, now: Instant) {
        self.until = now + WATCHERS_READ;
    }

    pub fn deadline(&self) -> Instant {
        let read = self.until.min(self.ends);
        self.lag.as_ref().map_or(read, |(_, until)| read.max(*until))
    }
}

impl Keeping {
    pub fn new(pick: Pick, types: &[String]) -> Self {
        Self { pick, formats: types.iter().map(|mime| (mime.clone(), None)).collect() }
    }

    /// A format has arrived. Says whether all of them together are more than is kept.
    pub fn arrived(&mut self, place: usize, bytes: Vec<u8>) -> Result<(), TooLarge> {
        if let Some((_, format)) = self.formats.get_mut(place) {
            *format = Some(bytes);
        }
        let size: usize = self.formats.iter().filter_map(|(_, bytes)| bytes.as_ref()).map(Vec::len).sum();
        if size > LARGEST_CLIPBOARD { Err(TooLarge) } else { Ok(()) }
    }

    pub fn is_whole(&self) -> bool {
        self.formats.iter().all(|(_, bytes)| bytes.is_some())
    }

    pub fn contents(self) -> Contents {
        let format =
            |(mime, bytes): (String, Option<Vec<u8>>)| Format { mime, bytes: Arc::from(bytes.unwrap_or_default()) };
        Contents::new(self.formats.into_iter().map(format).collect())
    }
}

/// More than [`LARGEST_CLIPBOARD`].
#[derive(Debug, PartialEq, Eq)]
pub struct TooLarge;

impl Entry {
    /// The first of the application's ways that there are keys for, and these.
    pub fn way(&self, presser: Option<Presser>) -> Option<(&Way, Vec<Presses>)> {
        presser::way(&self.manner.ways, presser)
    }
}

impl Pastes {
    /// What hangs up once XWayland has caught up.
    pub fn lags(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let watched = self.entries.iter().filter_map(|entry| entry.desk.watched.as_ref());
        watched.filter_map(|watched| watched.lag.as_ref()).map(|(lag, _)| lag.as_fd())
    }

    /// Of these, by their places, some have hung up.
    pub fn caught_up(&mut self, has_hung_up: impl Fn(usize) -> bool) {
        let watched = self.entries.iter_mut().filter_map(|entry| entry.desk.watched.as_mut());
        for (place, watched) in watched.filter(|watched| watched.lag.is_some()).enumerate() {
            watched.lag.take_if(|_| has_hung_up(place));
        }
    }

    /// The next moment at which something is late, or who follows the clipboard has had its time.
    pub fn next_deadline(&self) -> Option<Instant> {
        let late = self.entries.iter().filter_map(|entry| entry.transaction.deadline());
        late.chain(self.entries.iter().filter_map(|entry| entry.desk.watched.as_ref().map(Watched::deadline))).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_selected_is_gone_over() {
        let mark = |change| SelectionMark { owner: 0, change };
        let still = |now| selected_still(now, Some(mark(1)), Some(mark(3)));
        assert_eq!(still(Ok(mark(1))), Ok(Still::Same));
        assert_eq!(still(Ok(mark(3))), Ok(Still::Same));
        assert_eq!(still(Ok(mark(2))), Ok(Still::ToBeRead));
        assert_eq!(still(Err(NoOffer::Nothing)), Err(NotPasted::NothingSelected));
        assert_eq!(still(Err(NoOffer::NotTold)), Err(NotPasted::SelectionUnknown));
    }

    #[test]
    fn all_formats_are_kept_and_have_a_bound_together() {
        let types = ["a".to_owned(), "b".to_owned()];
        let mut keeping = Keeping::new(Pick::Clipboard, &types);
        assert_eq!(keeping.arrived(1, b"two".to_vec()), Ok(()));
        assert!(!keeping.is_whole());
        assert_eq!(keeping.arrived(0, Vec::new()), Ok(()));
        assert!(keeping.is_whole());
        let contents = keeping.contents();
        assert_eq!(contents.types().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(contents.bytes("b").as_deref(), Some(b"two".as_slice()));
        let mut keeping = Keeping::new(Pick::Clipboard, &types);
        let half = vec![0; LARGEST_CLIPBOARD / 2 + 1];
        assert_eq!(keeping.arrived(0, half.clone()), Ok(()));
        assert_eq!(keeping.arrived(1, half), Err(TooLarge));
    }

    #[test]
    fn who_follows_the_clipboard_has_its_time_and_no_more() {
        let now = Instant::now();
        let mut watched = Watched::from(now, None);
        assert_eq!(watched.deadline(), now + WATCHERS_READ);
        watched.read(now + WATCHERS_READ);
        assert_eq!(watched.deadline(), now + WATCHERS_READ * 2);
        watched.read(now + LONGEST_WATCHING);
        assert_eq!(watched.deadline(), now + LONGEST_WATCHING);
        let (lag, _holds) = rustix::pipe::pipe().unwrap();
        let watched = Watched::from(now, Some(lag));
        assert_eq!(watched.deadline(), now + LONGEST_LAG);
    }
}
