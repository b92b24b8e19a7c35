//! The old contents of the selections that pastes will take: kept while the answer is made, and kept anew when somebody
//! copies meanwhile. If the words are others then, the person has moved on, and nothing is pasted.

use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::{Atom, Timestamp, Window};

use super::{EventLoop, Undated};
use crate::desktop::paste::entry::OldText;
use crate::desktop::paste::transaction::Input;
use crate::desktop::paste::{NotPasted, PasteId};
use crate::desktop::x11::contents::Contents;
use crate::desktop::x11::pastes::{Check, Old};
use crate::desktop::x11::talk::{Ended, Talk};
use crate::desktop::{Pick, ReadFailure};
use crate::text::sealed::UserText;

impl EventLoop {
    /// Begins to keep what is in a selection. What is ours already is not asked for.
    pub(super) fn keep(&mut self, id: PasteId, pick: Pick) -> Result<(), ConnectionError> {
        let selection = self.owners.atom(pick);
        match self.serving.contents(selection).cloned() {
            Some(contents) => {
                let old = self.pastes.comes_back(pick).cloned().unwrap_or(Old::Contents(contents));
                self.kept(id, pick, old)
            }
            None if self.owners.of(pick).is_none() => self.kept(id, pick, Old::Nobody),
            None => {
                self.undated.push_back(Undated::Keep(id, pick));
                self.display.ask_time()
            }
        }
    }

    pub(super) fn keep_at(&mut self, id: PasteId, pick: Pick, time: Timestamp) -> Result<(), ConnectionError> {
        match self.owners.of(pick) {
            Some(taken) if taken.owner != self.serving.window && self.pastes.get(id).is_some() => {
                let talk = Talk::to_keep(id, pick, &self.display.atoms);
                self.reads.start(self.owners.atom(pick), taken.owner, time, talk, &self.display)
            }
            Some(_) if self.pastes.get(id).is_none() => Ok(()),
            // It changed hands in between.
            _ => self.keep(id, pick),
        }
    }

    fn kept(&mut self, id: PasteId, pick: Pick, old: Old) -> Result<(), ConnectionError> {
        let atoms = &self.display.atoms;
        let text = match &old {
            Old::Contents(contents) => {
                OldText { text: contents.text(atoms), is_secret: contents.format(atoms.PASSWORD_HINT).is_some() }
            }
            Old::Nobody => OldText::default(),
        };
        match self.pastes.get_mut(id).and_then(|entry| entry.keep(pick, old, text)) {
            Some(input) => self.advance(id, input),
            None => Ok(()),
        }
    }

    /// A read for a paste has ended.
    pub(super) fn read_ended(&mut self, ended: Ended) -> Result<(), ConnectionError> {
        match ended {
            Ended::Kept { paste, pick, result: Ok(contents) } => self.kept(paste, pick, worth_keeping(contents)),
            Ended::Kept { paste, result: Err(why), .. } => {
                let failure = match why {
                    ReadFailure::TooLarge => NotPasted::ClipboardTooLarge,
                    ReadFailure::Hung { app, .. } => NotPasted::ClipboardHung { app },
                    _ => NotPasted::ClipboardHung { app: None },
                };
                self.advance(paste, Input::Failed(failure))
            }
            Ended::Text { paste, result } => self.checked(paste, result),
        }
    }

    /// Somebody else has a selection, or nobody has it any more: then what was kept of it is all the more worth keeping.
    pub(super) fn keep_anew(&mut self, selection: Atom, owner: Window) -> Result<(), ConnectionError> {
        if owner == x11rb::NONE || owner == self.serving.window {
            return Ok(());
        }
        if selection != self.display.atoms.CLIPBOARD {
            return self.selected();
        }
        for id in self.pastes.ids(|entry| entry.transaction.is_before_taking()) {
            self.reads.forget(|talk| talk.keeps(id, Pick::Clipboard));
            if let Some(entry) = self.pastes.get_mut(id) {
                entry.forget(Pick::Clipboard);
            }
            self.keep(id, Pick::Clipboard)?;
        }
        Ok(())
    }

    /// The selection has changed, which is what a paste over a former one waits for.
    fn selected(&mut self) -> Result<(), ConnectionError> {
        for id in self.pastes.ids(|entry| entry.transaction.is_selecting()) {
            self.check_selected(id)?;
        }
        Ok(())
    }

    /// Reads what is selected now, one read at a time.
    fn check_selected(&mut self, id: PasteId) -> Result<(), ConnectionError> {
        let Some(entry) = self.pastes.get_mut(id) else { return Ok(()) };
        if entry.desk.check != Check::Idle {
            entry.desk.check = Check::ReadingOldNews;
            return Ok(());
        }
        entry.desk.check = Check::Reading;
        self.undated.push_back(Undated::Check(id));
        self.display.ask_time()
    }

    pub(super) fn check_at(&mut self, id: PasteId, time: Timestamp) -> Result<(), ConnectionError> {
        match self.owners.of(Pick::Selection) {
            Some(taken) => {
                let talk = Talk::for_check(id, &self.display.atoms);
                self.reads.start(self.owners.atom(Pick::Selection), taken.owner, time, talk, &self.display)
            }
            None => self.checked(id, Err(ReadFailure::Nothing)),
        }
    }

    fn checked(&mut self, id: PasteId, result: Result<UserText, ReadFailure>) -> Result<(), ConnectionError> {
        let Some(entry) = self.pastes.get_mut(id) else { return Ok(()) };
        let before = std::mem::replace(&mut entry.desk.check, Check::Idle);
        if result.is_ok_and(|selected| entry.former() == Some(&selected)) {
            return self.advance(id, Input::Selected);
        }
        match before {
            Check::ReadingOldNews => self.check_selected(id),
            Check::Idle | Check::Reading => Ok(()),
        }
    }
}

/// An owner that has nothing leaves nothing to put back.
fn worth_keeping(contents: Contents) -> Old {
    match contents.is_empty() {
        false => Old::Contents(contents),
        true => Old::Nobody,
    }
}
