//! The old contents of the selections that pastes will take: kept while the answer is made, and kept anew when somebody
//! copies meanwhile. If the words are others then, the person has moved on, and nothing is pasted.

use std::time::Instant;

use super::EventLoop;
use crate::desktop::paste::entry::OldText;
use crate::desktop::paste::transaction::Input;
use crate::desktop::paste::{NotPasted, PasteId, SelectionMark};
use crate::desktop::wayland::pastes::{Keeping, Old};
use crate::desktop::wayland::reads::{By, Ended};
use crate::desktop::{Pick, ReadFailure};
use crate::text::sealed::UserText;

/// More formats than any application offers; each costs a pipe. What has more is not pasted over, as it could not be
/// given back whole.
const MOST_FORMATS: usize = 100;

impl EventLoop {
    /// Begins to keep what is in a selection. What is ours already is not asked for.
    pub(super) fn keep(&mut self, id: PasteId, pick: Pick) {
        if let Some(contents) = self.serving.contents(pick).cloned() {
            let old = self.pastes.comes_back(pick).cloned().unwrap_or(Old::Contents(contents));
            return self.kept(id, pick, old);
        }
        let Ok(kept) = self.wire.session.seats.of(pick) else { return self.kept(id, pick, Old::Nobody) };
        let types: Vec<_> = kept.types.iter().filter(|mime| is_kept(mime)).cloned().collect();
        if types.is_empty() {
            return self.kept(id, pick, Old::Nobody);
        }
        if types.len() > MOST_FORMATS {
            return self.advance(id, Input::Failed(NotPasted::ClipboardTooLarge));
        }
        let Some(entry) = self.pastes.get_mut(id) else { return };
        entry.desk.keeping.retain(|keeping| keeping.pick != pick);
        entry.desk.keeping.push(Keeping::new(pick, &types));
        for (place, mime) in types.iter().enumerate() {
            self.reads.start(&kept.offer, mime, By::Keeping { paste: id, pick, place }, Instant::now());
        }
    }

    fn kept(&mut self, id: PasteId, pick: Pick, old: Old) {
        let text = match &old {
            Old::Contents(contents) => OldText { text: contents.text(), is_secret: contents.is_secret() },
            Old::Nobody => OldText::default(),
        };
        if let Some(input) = self.pastes.get_mut(id).and_then(|entry| entry.keep(pick, old, text)) {
            self.advance(id, input);
        }
    }

    /// Reads for pastes have ended.
    pub(super) fn hear_reads(&mut self) {
        for ended in self.reads.take_ended() {
            match ended {
                Ended::Format { paste, pick, place, result: Ok(bytes) } => self.arrived(paste, pick, place, bytes),
                Ended::Format { paste, result: Err(why), .. } => {
                    self.reads.forget(|by| by.is_of(paste));
                    self.advance(paste, Input::Failed(not_kept(why)));
                }
                Ended::Checked { paste, mark, result } => self.checked(paste, mark, result),
            }
        }
    }

    fn arrived(&mut self, id: PasteId, pick: Pick, place: usize, bytes: Vec<u8>) {
        let Some(entry) = self.pastes.get_mut(id) else { return };
        let Some(index) = entry.desk.keeping.iter().position(|keeping| keeping.pick == pick) else { return };
        if entry.desk.keeping[index].arrived(place, bytes).is_err() {
            self.reads.forget(|by| by.is_of(id));
            return self.advance(id, Input::Failed(NotPasted::ClipboardTooLarge));
        }
        if entry.desk.keeping[index].is_whole() {
            let contents = entry.desk.keeping.swap_remove(index).contents();
            self.kept(id, pick, Old::Contents(contents));
        }
    }

    /// Somebody else has selected or copied.
    pub(super) fn hear_changes(&mut self) {
        for pick in std::mem::take(&mut self.wire.session.changed) {
            match pick {
                Pick::Clipboard => self.keep_anew(),
                Pick::Selection => {
                    let selecting = self.pastes.ids(|entry| entry.transaction.is_selecting());
                    selecting.into_iter().for_each(|id| _ = self.check(id));
                }
            }
        }
    }

    /// What nobody has any more is all the more worth keeping.
    fn keep_anew(&mut self) {
        if self.wire.session.seats.of(Pick::Clipboard).is_err() {
            return;
        }
        for id in self.pastes.ids(|entry| entry.transaction.is_before_taking()) {
            self.reads.forget(|by| matches!(by, By::Keeping { paste, pick: Pick::Clipboard, .. } if *paste == id));
            if let Some(entry) = self.pastes.get_mut(id) {
                entry.forget(Pick::Clipboard);
            }
            self.keep(id, Pick::Clipboard);
        }
    }

    /// Reads what is selected now. What comes of it is told later.
    pub(super) fn check(&mut self, id: PasteId) -> Option<Input> {
        self.reads.forget(|by| matches!(by, By::Check { paste, .. } if *paste == id));
        let mark = self.selection_mark().ok();
        if let Ok(kept) = self.wire.session.seats.of(Pick::Selection) {
            self.reads.start_text(kept, By::Check { paste: id, mark }, Instant::now());
        }
        None
    }

    /// What is selected was read: for a paste that has selected its former text, or for one that is about to go over what
    /// has been selected since the trigger.
    fn checked(&mut self, id: PasteId, mark: Option<SelectionMark>, result: Result<UserText, ReadFailure>) {
        let Some(entry) = self.pastes.get_mut(id) else { return };
        let is_same = |text: Option<&UserText>| result.as_ref().is_ok_and(|selected| text == Some(selected));
        if entry.transaction.is_selecting() {
            if is_same(entry.former()) {
                self.advance(id, Input::Selected);
            }
            return;
        }
        if !entry.transaction.is_looking() {
            return;
        }
        if !is_same(entry.selected()) {
            return self.advance(id, Input::Failed(NotPasted::SelectionChanged));
        }
        entry.desk.same = mark;
        if let Some(input) = self.look(id) {
            self.advance(id, input);
        }
    }
}

fn not_kept(why: ReadFailure) -> NotPasted {
    match why {
        ReadFailure::TooLarge => NotPasted::ClipboardTooLarge,
        ReadFailure::Hung { app, .. } => NotPasted::ClipboardHung { app },
        _ => NotPasted::ClipboardHung { app: None },
    }
}

/// What XWayland hands on of X11's clipboards is not all contents; and by its name alone LibreOffice finds a document
/// again, and crashes where that is gone.
fn is_kept(mime: &str) -> bool {
    const NO_CONTENTS: [&str; 6] =
        ["TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE", "GTK_TEXT_BUFFER_CONTENTS"];
    !NO_CONTENTS.contains(&mime) && !mime.starts_with("x-libreoffice-internal-id-")
}
