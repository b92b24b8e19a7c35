//! The pastes that are being prepared or are under way: what each knows of its target, and what it keeps.

use x11rb::protocol::xproto::Window;

use super::contents::Contents;
use super::hands::Watch;
use super::keyboard::Presses;
use crate::desktop::paste::apps::{self, Manner};
use crate::desktop::paste::transaction::{Start, Transaction};
use crate::desktop::paste::{Consent, Over, Paste, PasteId};
use crate::desktop::{Pick, TriggerContext};
use crate::text::sealed::UserText;

pub struct Pastes {
    pub entries: Vec<Entry>,
    /// Whose text, or whose old contents, are served.
    pub served: Option<PasteId>,
    /// Whether moves of keys and buttons are told, as they are while anything is to be pasted.
    pub watch: Watch,
}

/// One paste.
pub struct Entry {
    pub id: PasteId,
    pub context: TriggerContext,
    pub manner: Manner,
    pub transaction: Transaction,
    /// What was in the selections that it will take.
    pub old: Vec<(Pick, Old)>,
    /// The old clipboard's text as it was first kept; the inner one is missing where there was none.
    pub text: Option<Option<UserText>>,
    /// Once the answer is there.
    pub paste: Option<Paste>,
    /// Whether the transaction knows that it is.
    pub is_begun: bool,
    /// The person has clicked or typed in the target since the trigger: what was selected may not be any more.
    pub is_touched: bool,
    /// The target was asked to the front.
    pub is_brought_back: bool,
    /// What to press, one after the other, once the target was found to be as it has to be.
    pub presses: Vec<Presses>,
    pub check: Check,
}

/// The reading of what a former paste's selecting has selected: one at a time, as it changes with each key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    Idle,
    Reading,
    /// Changed since that began.
    ReadingOldNews,
}

/// What a selection held.
#[derive(Debug, Clone)]
pub enum Old {
    Contents(Contents),
    /// Nobody had it.
    Nobody,
}

impl Entry {
    pub fn new(id: PasteId, context: TriggerContext) -> Self {
        let manner = apps::manner(context.app.as_ref().map(|app| app.name.as_str()), None);
        Self {
            id,
            context,
            manner,
            transaction: Transaction::default(),
            old: Vec::new(),
            text: None,
            paste: None,
            is_begun: false,
            is_touched: false,
            is_brought_back: false,
            presses: Vec::new(),
            check: Check::Idle,
        }
    }

    /// The answer is there.
    pub fn take_answer(&mut self, paste: Paste) {
        self.manner = apps::manner(self.context.app.as_ref().map(|app| app.name.as_str()), paste.chord);
        self.paste = Some(paste);
    }

    /// The selections that its application may read.
    pub fn picks(&self) -> Vec<Pick> {
        let is_read =
            |pick: &Pick| *pick == Pick::Clipboard || self.manner.ways.iter().any(|way| way.reads.contains(pick));
        [Pick::Clipboard, Pick::Selection].into_iter().filter(is_read).collect()
    }

    pub fn window(&self) -> Option<Window> {
        self.context.window.and_then(|window| Window::try_from(window).ok())
    }

    pub fn consent(&self) -> Consent {
        self.paste.as_ref().map_or(Consent::Trigger, |paste| paste.consent)
    }

    /// The text as the application is to get it.
    pub fn text_to_paste(&self) -> String {
        self.paste.as_ref().map(|paste| apps::text_for(self.manner.place, paste.text.expose())).unwrap_or_default()
    }

    pub fn start(&self) -> Start {
        match self.paste.as_ref().map(|paste| &paste.over) {
            Some(Over::Behind(_)) => Start::OverFormer,
            _ => Start::OverSelection,
        }
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
    pub fn new() -> Self {
        Self { entries: Vec::new(), served: None, watch: Watch::Off }
    }

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
}
