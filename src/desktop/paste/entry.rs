//! The pastes that are being prepared or are under way: what each knows of its target, and what it keeps. Pure.
//!
//! `C` is what a selection holds on the desktop, and `D` is what the desktop knows of a paste beside.

use std::collections::{HashMap, VecDeque};

use super::apps::{self, Manner};
use super::transaction::{Input, Start, Transaction};
use super::{Consent, NotPasted, Over, Paste, PasteId, PasteStep, Pasted};
use crate::desktop::{Pick, TriggerContext};
use crate::text::sealed::UserText;

/// Of an application, so that who came in between once (a program that reads each clipboard, late) does not count for ever.
const REMEMBERED_PASTES: usize = 8;

pub struct Pastes<C, D> {
    pub entries: Vec<Entry<C, D>>,
    /// Whose text, or whose old contents, are served.
    pub served: Option<PasteId>,
    /// How often applications have asked for a text in each of their latest pastes.
    asks: HashMap<String, VecDeque<u32>>,
}

/// One paste.
pub struct Entry<C, D> {
    pub id: PasteId,
    pub context: TriggerContext,
    pub manner: Manner,
    pub transaction: Transaction,
    /// What was in the selections that it may take.
    old: Vec<(Pick, Old<C>)>,
    /// The selections that it has taken.
    pub taken: &'static [Pick],
    /// The old clipboard's text as it was first kept.
    text: Option<OldText>,
    /// Once the answer is there.
    pub paste: Option<Paste>,
    /// Whether the transaction knows that it is.
    pub is_begun: bool,
    /// The target was asked to the front.
    pub is_brought_back: bool,
    pub desk: D,
}

/// What a selection held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Old<C> {
    Contents(C),
    /// Nobody had it.
    Nobody,
}

/// What is kept, as a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OldText {
    /// None where it has none.
    pub text: Option<UserText>,
    /// Its owner marked it as a password.
    pub is_secret: bool,
}

impl<C: Clone, D: Default> Entry<C, D> {
    pub fn new(id: PasteId, context: TriggerContext) -> Self {
        let manner = apps::manner(context.app.as_ref().map(|app| app.name.as_str()), None);
        Self {
            id,
            context,
            manner,
            transaction: Transaction::default(),
            old: Vec::new(),
            taken: &[],
            text: None,
            paste: None,
            is_begun: false,
            is_brought_back: false,
            desk: D::default(),
        }
    }
}

impl<C: Clone, D> Entry<C, D> {
    /// The answer is there.
    pub fn take_answer(&mut self, paste: Paste) {
        self.manner = apps::manner(Some(self.app()), paste.chord);
        self.paste = Some(paste);
    }

    /// The application's name; empty where it is not known.
    fn app(&self) -> &str {
        self.context.app.as_ref().map(|app| app.name.as_str()).unwrap_or_default()
    }

    /// The selections that are kept: which keys will be pressed is not known before the answer is there.
    pub fn picks(&self) -> &'static [Pick] {
        apps::may_read(self.manner.place)
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
            Some(Over::Nothing) => Start::OverNothing,
            Some(Over::Selected(_)) | None => Start::OverSelection,
        }
    }

    /// What it was pasted before, and is to be selected.
    pub fn former(&self) -> Option<&UserText> {
        match self.paste.as_ref().map(|paste| &paste.over) {
            Some(Over::Behind(text)) => Some(text),
            _ => None,
        }
    }

    /// What was selected at the trigger.
    pub fn selected(&self) -> Option<&UserText> {
        match self.paste.as_ref().map(|paste| &paste.over) {
            Some(Over::Selected(text)) => Some(text),
            _ => None,
        }
    }

    pub fn old(&self, pick: Pick) -> Option<&Old<C>> {
        self.old.iter().find(|(kept, _)| *kept == pick).map(|(_, old)| old)
    }

    pub fn is_kept(&self, picks: &[Pick]) -> bool {
        picks.iter().all(|pick| self.old(*pick).is_some())
    }

    /// What is in a selection is safe. Gives what the transaction has to hear of it: that all is, or that something else
    /// was copied.
    pub fn keep(&mut self, pick: Pick, old: Old<C>, found: OldText) -> Option<Input> {
        self.forget(pick);
        self.old.push((pick, old));
        if pick == Pick::Clipboard {
            let first = self.text.get_or_insert_with(|| found.clone());
            if first.text != found.text {
                return Some(Input::Failed(NotPasted::ClipboardChanged));
            }
            first.is_secret |= found.is_secret;
        }
        let shown = self.text.as_ref().filter(|first| !first.is_secret).and_then(|first| first.text.clone());
        self.is_kept(self.picks()).then_some(Input::Kept { text: shown })
    }

    /// It has changed, and is to be kept anew.
    pub fn forget(&mut self, pick: Pick) {
        self.old.retain(|(kept, _)| *kept != pick);
    }

    /// What is to be put back into the selections that it has taken.
    pub fn puts_back(&self) -> Vec<(Pick, Old<C>)> {
        self.taken.iter().filter_map(|pick| Some((*pick, self.old(*pick)?.clone()))).collect()
    }
}

impl<C, D> Default for Pastes<C, D> {
    fn default() -> Self {
        Self { entries: Vec::new(), served: None, asks: HashMap::new() }
    }
}

impl<C: Clone, D> Pastes<C, D> {
    pub fn get(&self, id: PasteId) -> Option<&Entry<C, D>> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    pub fn get_mut(&mut self, id: PasteId) -> Option<&mut Entry<C, D>> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    /// Those for which this holds.
    pub fn ids(&self, is_meant: impl Fn(&Entry<C, D>) -> bool) -> Vec<PasteId> {
        self.entries.iter().filter(|entry| is_meant(entry)).map(|entry| entry.id).collect()
    }

    /// The one whose turn it is, if none is under way.
    pub fn next(&self) -> Option<PasteId> {
        if self.entries.iter().any(|entry| entry.is_begun && entry.transaction.is_under_way()) {
            return None;
        }
        self.entries.iter().find(|entry| entry.paste.is_some() && !entry.is_begun).map(|entry| entry.id)
    }

    /// How often a paste's application has asked for a text at the most of late, if it ever has.
    pub fn asks(&self, id: PasteId) -> Option<u32> {
        self.asks.get(self.get(id)?.app())?.iter().max().copied()
    }

    /// Remembers what a paste's end tells of its application.
    pub fn learn(&mut self, id: PasteId, step: &PasteStep) {
        let Some(entry) = self.entries.iter().find(|entry| entry.id == id) else { return };
        if let PasteStep::Ended(Pasted::Confirmed { receipts }) = step {
            let latest = self.asks.entry(entry.app().to_owned()).or_default();
            latest.truncate(REMEMBERED_PASTES - 1);
            latest.push_front(*receipts);
        }
    }

    /// While a paste is under way that has taken this selection, what it will put back.
    pub fn comes_back(&self, pick: Pick) -> Option<&Old<C>> {
        let running = self.entries.iter().find(|entry| entry.transaction.has_taken())?;
        running.old(pick).filter(|_| running.taken.contains(&pick))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::App;

    fn entry(app: &str) -> Entry<&'static str, ()> {
        let app = App { name: app.into(), title: "".into() };
        Entry::new(PasteId(1), TriggerContext { app: Some(app), ..TriggerContext::nowhere() })
    }

    fn text(text: &str) -> OldText {
        OldText { text: Some(text.into()), is_secret: false }
    }

    #[test]
    fn what_the_users_own_keys_may_make_it_read_is_kept_before_they_are_known() {
        let mut entry = entry("foot");
        assert_eq!(entry.keep(Pick::Clipboard, Old::Contents("copied"), text("copied")), None);
        let kept = entry.keep(Pick::Selection, Old::Contents("selected"), text("selected"));
        assert_eq!(kept, Some(Input::Kept { text: Some("copied".into()) }));
        entry.take_answer(Paste {
            id: entry.id,
            text: "answer".into(),
            context: entry.context.clone(),
            over: Over::Selected("selected".into()),
            consent: Consent::Trigger,
            chord: Some("Shift+Insert".parse().unwrap()),
        });
        let reads = entry.manner.ways[0].reads;
        assert_eq!(reads, [Pick::Clipboard, Pick::Selection]);
        assert!(entry.is_kept(reads));
    }

    #[test]
    fn only_what_was_taken_is_put_back() {
        let mut entry = entry("foot");
        entry.keep(Pick::Clipboard, Old::Contents("copied"), text("copied"));
        entry.keep(Pick::Selection, Old::Nobody, OldText::default());
        assert_eq!(entry.puts_back(), []);
        entry.taken = &[Pick::Clipboard];
        assert_eq!(entry.puts_back(), [(Pick::Clipboard, Old::Contents("copied"))]);
    }

    #[test]
    fn how_often_an_application_asks_is_known_by_its_latest_pastes() {
        let mut pastes = Pastes::default();
        pastes.entries.push(entry("mousepad"));
        let mut end = |receipts| {
            pastes.learn(PasteId(1), &PasteStep::Ended(Pasted::Confirmed { receipts }));
            pastes.asks(PasteId(1))
        };
        assert_eq!(end(2), Some(2));
        assert!((0..7).all(|_| end(1) == Some(2)));
        assert_eq!(end(1), Some(1));
        pastes.learn(PasteId(1), &PasteStep::Ended(Pasted::Unconfirmed));
        assert_eq!(pastes.asks(PasteId(1)), Some(1));
        pastes.entries[0] = entry("foot");
        assert_eq!(pastes.asks(PasteId(1)), None);
    }

    #[test]
    fn a_password_is_kept_and_never_told() {
        let mut entry = entry("foot");
        let secret = OldText { is_secret: true, ..text("hunter2") };
        assert_eq!(entry.keep(Pick::Clipboard, Old::Contents("hunter2"), secret), None);
        let kept = entry.keep(Pick::Selection, Old::Contents("selected"), text("selected"));
        assert_eq!(kept, Some(Input::Kept { text: None }));
    }

    #[test]
    fn other_words_copied_meanwhile_end_it() {
        let mut entry = entry("mousepad");
        let kept = |text: &str| Some(Input::Kept { text: Some(text.into()) });
        assert_eq!(entry.keep(Pick::Clipboard, Old::Contents("copied"), text("copied")), kept("copied"));
        entry.forget(Pick::Clipboard);
        assert_eq!(entry.keep(Pick::Clipboard, Old::Contents("anew"), text("copied")), kept("copied"));
        let changed = entry.keep(Pick::Clipboard, Old::Contents("other"), text("other"));
        assert_eq!(changed, Some(Input::Failed(NotPasted::ClipboardChanged)));
    }
}
