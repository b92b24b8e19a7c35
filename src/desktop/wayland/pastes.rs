//! The pastes that are being prepared or are under way: what each knows of its target, and what it keeps. Pure.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::contents::{Contents, Format};
use super::keymap::{self, Presses};
use crate::desktop::paste::apps::{self, Manner, Way};
use crate::desktop::paste::transaction::{Start, Transaction};
use crate::desktop::paste::{Consent, LARGEST_CLIPBOARD, Over, Paste, PasteId};
use crate::desktop::{Pick, TriggerContext};
use crate::text::sealed::UserText;

/// Whoever follows the clipboard (`wl-paste --watch`, a clipboard manager) reads a new offer at once. It is let do so
/// before the keys are pressed, as it could not be told from the target afterwards: this long after its last read …
const WATCHERS_READ: Duration = Duration::from_millis(50);

/// … and no longer than this in all.
const LONGEST_WATCHING: Duration = Duration::from_millis(300);

#[derive(Default)]
pub struct Pastes {
    pub entries: Vec<Entry>,
    /// Whose text, or whose old contents, are served.
    pub served: Option<PasteId>,
}

/// One paste.
pub struct Entry {
    pub id: PasteId,
    pub context: TriggerContext,
    pub manner: Manner,
    pub transaction: Transaction,
    /// What was in the selections that it will take.
    pub old: Vec<(Pick, Old)>,
    pub keeping: Vec<Keeping>,
    /// The old clipboard's text as it was first kept; the inner one is missing where there was none.
    pub text: Option<Option<UserText>>,
    /// Once the answer is there.
    pub paste: Option<Paste>,
    /// Whether the transaction knows that it is.
    pub is_begun: bool,
    pub is_brought_back: bool,
    /// The text is on offer, and who follows the clipboard reads it.
    pub watched: Option<Watched>,
    /// Keys were pressed, and this answered sync tells that the compositor has seen them.
    pub pressed: Option<u32>,
}

/// What a selection held.
#[derive(Debug, Clone)]
pub enum Old {
    Contents(Contents),
    /// Nobody had it.
    Nobody,
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
}

impl Watched {
    pub fn from(now: Instant) -> Self {
        Self { until: now + WATCHERS_READ, ends: now + LONGEST_WATCHING }
    }

    pub fn read(&mut self, now: Instant) {
        self.until = now + WATCHERS_READ;
    }

    pub fn deadline(&self) -> Instant {
        self.until.min(self.ends)
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
    pub fn new(id: PasteId, context: TriggerContext) -> Self {
        let manner = apps::manner(context.app.as_ref().map(|app| app.name.as_str()), None);
        Self {
            id,
            context,
            manner,
            transaction: Transaction::default(),
            old: Vec::new(),
            keeping: Vec::new(),
            text: None,
            paste: None,
            is_begun: false,
            is_brought_back: false,
            watched: None,
            pressed: None,
        }
    }

    /// The answer is there.
    pub fn take_answer(&mut self, paste: Paste) {
        self.manner = apps::manner(self.context.app.as_ref().map(|app| app.name.as_str()), paste.chord);
        self.paste = Some(paste);
    }

    /// The selections that its application may read.
    pub fn picks(&self) -> Vec<Pick> {
        self.way().map_or_else(|| vec![Pick::Clipboard], |(way, _)| way.reads.to_vec())
    }

    /// The first of the application's ways that our keyboard has keys for, and these.
    pub fn way(&self) -> Option<(&Way, Vec<Presses>)> {
        let presses = |way: &Way| way.chords.iter().map(|chord| keymap::presses(*chord)).collect::<Option<Vec<_>>>();
        self.manner.ways.iter().find_map(|way| Some((way, presses(way)?)))
    }

    pub fn consent(&self) -> Consent {
        self.paste.as_ref().map_or(Consent::Trigger, |paste| paste.consent)
    }

    /// The text as the application is to get it.
    pub fn text_to_paste(&self) -> String {
        self.paste.as_ref().map(|paste| apps::text_for(self.manner.place, paste.text.expose())).unwrap_or_default()
    }

    pub fn start(&self) -> Start {
        if self.former().is_some() { Start::OverFormer } else { Start::OverSelection }
    }

    /// What it was pasted before, and is to be selected.
    pub fn former(&self) -> Option<&UserText> {
        match self.paste.as_ref().map(|paste| &paste.over) {
            Some(Over::Behind(text)) => Some(text),
            _ => None,
        }
    }

    pub fn old(&self, pick: Pick) -> Option<&Old> {
        self.old.iter().find(|(kept, _)| *kept == pick).map(|(_, old)| old)
    }

    pub fn is_kept(&self) -> bool {
        self.picks().iter().all(|pick| self.old(*pick).is_some())
    }
}

impl Pastes {
    pub fn get(&self, id: PasteId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    pub fn get_mut(&mut self, id: PasteId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    /// Those for which this holds.
    pub fn ids(&self, is_meant: impl Fn(&Entry) -> bool) -> Vec<PasteId> {
        self.entries.iter().filter(|entry| is_meant(entry)).map(|entry| entry.id).collect()
    }

    /// The one whose turn it is, if none is under way.
    pub fn next(&self) -> Option<PasteId> {
        if self.entries.iter().any(|entry| entry.is_begun && entry.transaction.is_under_way()) {
            return None;
        }
        self.entries.iter().find(|entry| entry.paste.is_some() && !entry.is_begun).map(|entry| entry.id)
    }

    /// The next moment at which something is late, or who follows the clipboard has had its time.
    pub fn next_deadline(&self) -> Option<Instant> {
        let late = self.entries.iter().filter_map(|entry| entry.transaction.deadline());
        late.chain(self.entries.iter().filter_map(|entry| entry.watched.as_ref().map(Watched::deadline))).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut watched = Watched::from(now);
        assert_eq!(watched.deadline(), now + WATCHERS_READ);
        watched.read(now + WATCHERS_READ);
        assert_eq!(watched.deadline(), now + WATCHERS_READ * 2);
        watched.read(now + LONGEST_WATCHING);
        assert_eq!(watched.deadline(), now + LONGEST_WATCHING);
    }
}
