//! Pastes on this display: what other threads ask, and what their machines want done.
//!
//! The machines decide; here each of their outputs is performed, and what comes of it at once is their next input. What
//! takes other programs' time (reading the old contents, keys going up, a window coming to the front, receipts) comes
//! as events.

use std::collections::VecDeque;
use std::time::Instant;

use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::{SelectionClearEvent, SelectionRequestEvent};

use super::EventLoop;
use crate::desktop::paste::transaction::{Asked, Input, Output};
use crate::desktop::paste::{Over, Paste, PasteId, PasteStep};
use crate::desktop::reply::Reply;
use crate::desktop::x11::hands::{self, Watch};
use crate::desktop::x11::pastes::{Entry, Old};
use crate::desktop::{DesktopEvent, TriggerContext, not_pasted_here};

impl EventLoop {
    pub(super) fn prepare_paste(&mut self, id: PasteId, context: TriggerContext) -> Result<(), ConnectionError> {
        if !self.display.can_paste {
            self.tell(id, PasteStep::Kept { text: None });
            return Ok(());
        }
        self.begin_keeping(id, context)
    }

    fn begin_keeping(&mut self, id: PasteId, context: TriggerContext) -> Result<(), ConnectionError> {
        if self.pastes.get(id).is_some() {
            return Ok(());
        }
        let entry = Entry::new(id, context);
        let picks = entry.picks();
        self.pastes.entries.push(entry);
        self.watch_hands()?;
        picks.iter().try_for_each(|pick| self.keep(id, *pick))
    }

    pub(super) fn paste(&mut self, paste: Paste) -> Result<(), ConnectionError> {
        let id = paste.id;
        match paste.over {
            Over::Nothing => self.begin_keeping(id, paste.context.clone())?,
            _ if !self.display.can_paste => {
                not_pasted_here(id).into_iter().for_each(&self.events);
                return Ok(());
            }
            _ => self.prepare_paste(id, paste.context.clone())?,
        }
        if let Some(entry) = self.pastes.get_mut(id).filter(|entry| entry.paste.is_none()) {
            entry.take_answer(paste);
        }
        self.begin_next()
    }

    pub(super) fn abandon_paste(&mut self, id: PasteId) -> Result<(), ConnectionError> {
        self.advance(id, Input::Abandoned)
    }

    pub(super) fn give_back(&mut self, id: PasteId, reply: Reply<bool>) -> Result<(), ConnectionError> {
        let is_left = self.pastes.get(id).is_some_and(|entry| entry.transaction.is_left());
        if is_left {
            self.advance(id, Input::GiveBack)?;
        }
        reply.give(is_left);
        Ok(())
    }

    /// Lets the next paste begin, if it is its turn.
    fn begin_next(&mut self) -> Result<(), ConnectionError> {
        while let Some(id) = self.pastes.next() {
            let Some(entry) = self.pastes.get_mut(id) else { return Ok(()) };
            entry.is_begun = true;
            let start = entry.start();
            self.drive(id, Input::Wanted(start))?;
        }
        Ok(())
    }

    /// Tells a paste's machine something, and does what it wants. Its end lets the next begin.
    pub(super) fn advance(&mut self, id: PasteId, input: Input) -> Result<(), ConnectionError> {
        self.drive(id, input)?;
        self.begin_next()
    }

    fn drive(&mut self, id: PasteId, input: Input) -> Result<(), ConnectionError> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let Some(entry) = self.pastes.get_mut(id) else { return Ok(()) };
            for output in entry.transaction.hear(input, Instant::now()) {
                inputs.extend(self.perform_for(id, output)?);
            }
        }
        Ok(())
    }

    fn perform_for(&mut self, id: PasteId, output: Output) -> Result<Option<Input>, ConnectionError> {
        match output {
            Output::AwaitKeys => self.look_at_keys(),
            Output::LiftKeys => self.lift_keys().map(Some),
            Output::Look => self.look(id),
            Output::Select => self.select_former(id),
            Output::Deselect => self.deselect(),
            Output::Take => self.take(id).map(Some),
            Output::Press => self.press(id).map(Some),
            Output::Nudge => self.nudge(id),
            Output::GiveBackToOthers => self.put_back_for_others(id),
            Output::GiveBack => self.put_back(id),
            Output::Tell(step) => {
                self.tell(id, step);
                Ok(None)
            }
            Output::Forget => self.forget(id),
        }
    }

    fn forget(&mut self, id: PasteId) -> Result<Option<Input>, ConnectionError> {
        self.reads.forget(|talk| talk.is_of(id));
        let had_answer = self.pastes.get(id).is_some_and(|entry| entry.paste.is_some());
        self.pastes.entries.retain(|entry| entry.id != id);
        if self.pastes.served != Some(id) && had_answer {
            self.tell(id, PasteStep::Released);
        }
        self.release_served();
        self.watch_hands()?;
        Ok(None)
    }

    /// Tells that nothing of a paste is served any more, where that is so.
    fn release_served(&mut self) {
        if self.serving.is_empty()
            && let Some(id) = self.pastes.served.take()
        {
            self.tell(id, PasteStep::Released);
        }
    }

    pub(super) fn tell(&self, id: PasteId, step: PasteStep) {
        (self.events)(DesktopEvent::Paste { id, step });
    }

    /// Keys and buttons are watched while there is anything to paste, and at no other time.
    fn watch_hands(&mut self) -> Result<(), ConnectionError> {
        let is_waiting = |entry: &Entry| entry.transaction.minds_hands();
        let wanted = if self.pastes.entries.iter().any(is_waiting) { Watch::On } else { Watch::Off };
        if wanted != self.watch {
            self.watch = wanted;
            hands::watch(wanted, self.watches_strokes(), &self.display)?;
        }
        Ok(())
    }

    /// Somebody wants a selection of ours. If it is the target of a paste, that is how it is known to have arrived.
    pub(super) fn requested(&mut self, request: &SelectionRequestEvent) -> Result<(), ConnectionError> {
        let Some(served) = self.serving.requested(request, &self.display)? else { return Ok(()) };
        let asked = if served.text { Asked::Text } else { Asked::Other };
        for id in self.pastes.ids(|entry| entry.transaction.awaits_requests()) {
            let target = self.pastes.get(id).and_then(Entry::window);
            if let Some(window) = target
                && self.display.same_program(window, served.requestor)?
            {
                self.advance(id, Input::Asked(asked))?;
            }
        }
        Ok(())
    }

    /// Somebody else has a selection that was ours. The notice may be older than our last taking of it.
    pub(super) fn selection_lost(&mut self, event: &SelectionClearEvent) -> Result<(), ConnectionError> {
        if self.display.owner_of(event.selection)? == self.serving.window {
            return Ok(());
        }
        self.serving.lost(event.selection);
        let Some(id) = self.pastes.served else { return Ok(()) };
        if self.pastes.get(id).is_some() {
            // What else was taken for it is not needed any more.
            self.put_back(id)?;
            self.advance(id, Input::Lost)?;
        }
        self.release_served();
        Ok(())
    }

    /// Another paste has taken the clipboard from one that was left or given back.
    pub(super) fn lose_to_another(&mut self, before: PasteId) -> Result<(), ConnectionError> {
        match self.pastes.get(before) {
            Some(_) => self.drive(before, Input::Lost),
            None => {
                self.tell(before, PasteStep::Released);
                Ok(())
            }
        }
    }

    /// Of the pastes, the next moment at which something is late.
    pub(super) fn paste_deadline(&self) -> Option<Instant> {
        self.pastes.entries.iter().filter_map(|entry| entry.transaction.deadline()).min()
    }

    /// Says whether anything was late.
    pub(super) fn expire_pastes(&mut self, now: Instant) -> Result<bool, ConnectionError> {
        let late = self.pastes.ids(|entry| entry.transaction.deadline().is_some_and(|deadline| deadline <= now));
        for id in &late {
            self.advance(*id, Input::Deadline)?;
        }
        Ok(!late.is_empty())
    }

    /// Puts back what was in the selections of ours that this paste took.
    pub(super) fn put_back(&mut self, id: PasteId) -> Result<Option<Input>, ConnectionError> {
        let old = self.pastes.get(id).map(Entry::puts_back).unwrap_or_default();
        for (pick, old) in old {
            let selection = self.owners.atom(pick);
            match old {
                Old::Contents(contents) => self.serving.exchange(selection, contents, &self.display)?,
                Old::Nobody => self.serving.release(selection, &self.display)?,
            }
        }
        Ok(None)
    }

    /// The same for everybody but the target, which gets the answer until then. A selection that nobody had is given up.
    fn put_back_for_others(&mut self, id: PasteId) -> Result<Option<Input>, ConnectionError> {
        let Some(entry) = self.pastes.get(id) else { return Ok(None) };
        for (pick, old) in entry.puts_back() {
            let selection = self.owners.atom(pick);
            match (old, entry.window()) {
                (Old::Contents(contents), Some(target)) => self.serving.share(selection, contents, target),
                (Old::Contents(contents), None) => self.serving.exchange(selection, contents, &self.display)?,
                (Old::Nobody, _) => self.serving.release(selection, &self.display)?,
            }
        }
        Ok(None)
    }
}
