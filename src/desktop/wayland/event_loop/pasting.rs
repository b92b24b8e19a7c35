//! Pastes on this compositor: what other threads ask, and what their machines want done.
//!
//! The machines are those of X11. What is different here: a request for the text does not tell who asks, so those who
//! follow the clipboard are let read it before the keys are pressed; and what a hand holds is not told either, and need
//! not be, as our keyboard is another one.

use std::collections::VecDeque;
use std::time::Instant;

use super::{EventLoop, Question};
use crate::desktop::paste::apps::{self, Place};
use crate::desktop::paste::transaction::{Asked, Input, Output};
use crate::desktop::paste::{Consent, NotPasted, Over, Paste, PasteId, PasteStep};
use crate::desktop::reply::Reply;
use crate::desktop::wayland::contents::Contents;
use crate::desktop::wayland::control::SourceEvent;
use crate::desktop::wayland::mime;
use crate::desktop::wayland::pastes::{self, Entry, Old, Still, Watched};
use crate::desktop::wayland::presser::Presser;
use crate::desktop::wayland::xwayland;
use crate::desktop::{DesktopEvent, Pick, TriggerContext, not_pasted_here};
use crate::text::sealed::AnswerText;

impl EventLoop {
    pub(super) fn prepare_paste(&mut self, id: PasteId, context: TriggerContext) {
        self.prepare_keys();
        if !self.can_paste() {
            return self.tell(id, PasteStep::Kept { text: None });
        }
        self.begin_keeping(id, context);
    }

    fn begin_keeping(&mut self, id: PasteId, context: TriggerContext) {
        if self.pastes.get(id).is_some() {
            return;
        }
        let entry = Entry::new(id, context);
        let picks = entry.picks();
        self.pastes.entries.push(entry);
        picks.iter().for_each(|pick| self.keep(id, *pick));
    }

    pub(super) fn paste(&mut self, paste: Paste) {
        let id = paste.id;
        match paste.over {
            Over::Nothing => self.begin_keeping(id, paste.context.clone()),
            _ if !self.can_paste() => return not_pasted_here(id).into_iter().for_each(|event| (self.events)(event)),
            _ => self.prepare_paste(id, paste.context.clone()),
        }
        if let Some(entry) = self.pastes.get_mut(id).filter(|entry| entry.paste.is_none()) {
            entry.take_answer(paste);
        }
        self.begin_next();
    }

    pub(super) fn give_back(&mut self, id: PasteId, reply: Reply<bool>) {
        let is_left = self.pastes.get(id).is_some_and(|entry| entry.transaction.is_left());
        if is_left {
            self.advance(id, Input::GiveBack);
        }
        reply.give(is_left);
    }

    /// Lets the next paste begin, if it is its turn.
    fn begin_next(&mut self) {
        while let Some(id) = self.pastes.next() {
            let quiet = pastes::quiet(self.pastes.asks(id));
            let Some(entry) = self.pastes.get_mut(id) else { return };
            entry.is_begun = true;
            entry.transaction.quiet = quiet;
            let start = entry.start();
            self.drive(id, Input::Wanted(start));
        }
    }

    /// Tells a paste's machine something, and does what it wants. Its end lets the next begin.
    pub(super) fn advance(&mut self, id: PasteId, input: Input) {
        self.drive(id, input);
        self.begin_next();
    }

    fn drive(&mut self, id: PasteId, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let Some(entry) = self.pastes.get_mut(id) else { return };
            for output in entry.transaction.hear(input, Instant::now()) {
                inputs.extend(self.perform_for(id, output));
            }
        }
    }

    fn perform_for(&mut self, id: PasteId, output: Output) -> Option<Input> {
        match output {
            Output::AwaitKeys => self.held.is_empty().then_some(Input::KeysUp),
            // The desktop has the shortcut's keys for itself until they are let go.
            Output::LiftKeys => Some(Input::Failed(NotPasted::KeysHeld)),
            Output::Look => self.look(id),
            Output::Select => self.select_former(id),
            Output::Deselect => {
                self.press_once(id, apps::DESELECT);
                None
            }
            Output::Take => self.take(id),
            Output::Press => self.press(id),
            // None was seen to need it here.
            Output::Nudge => None,
            // Who asks is not told here.
            Output::GiveBackToOthers => {
                self.put_back(id);
                self.pastes.get_mut(id)?.taken = &[];
                Some(Input::Touched)
            }
            Output::GiveBack => {
                self.put_back(id);
                None
            }
            Output::Tell(step) => {
                self.tell(id, step);
                None
            }
            Output::Forget => {
                self.forget(id);
                None
            }
        }
    }

    /// Whether everything is as it has to be. Nothing yet, while the target is on its way to the front, or what is selected
    /// is being read.
    pub(super) fn look(&mut self, id: PasteId) -> Option<Input> {
        let entry = self.pastes.get(id)?;
        let Some(window) = entry.context.window else { return Some(Input::Failed(NotPasted::FocusChanged)) };
        if !self.wire.session.toplevels.has(window) {
            return Some(Input::Failed(NotPasted::WindowGone));
        }
        // First, as the focus may be the portal's dialog's.
        match self.look_at_keys() {
            Some(Input::Fits) => {}
            unfit => return unfit,
        }
        if !self.has_keys(window) {
            return self.ask_to_the_front(id, window);
        }
        let entry = self.pastes.get(id)?;
        if entry.consent() != Consent::Again && entry.former().is_none() {
            match pastes::selected_still(self.selection_mark(), entry.context.selection, entry.desk.same) {
                Ok(Still::Same) => {}
                Ok(Still::ToBeRead) => return self.check(id),
                Err(unfit) => return Some(Input::Failed(unfit)),
            }
        }
        let is_risky = entry.manner.place == Place::Terminal && entry.consent() == Consent::Trigger;
        if is_risky && entry.text_to_paste().contains('\n') {
            return Some(Input::Failed(NotPasted::SeveralLines));
        }
        Some(if entry.way(self.presser()).is_none() { Input::Failed(NotPasted::NoChord) } else { Input::Fits })
    }

    fn has_keys(&self, window: u64) -> bool {
        self.wire.session.toplevels.focused().is_some_and(|focus| focus.window.number == window)
    }

    /// Only where the person has agreed to it. Where no window has the focus, a surface has it that is none, as the panel's
    /// picker, and gives it back when it goes.
    fn ask_to_the_front(&mut self, id: PasteId, window: u64) -> Option<Input> {
        let entry = self.pastes.get_mut(id)?;
        if entry.consent() == Consent::Trigger {
            let is_elsewhere = self.wire.session.toplevels.focused().is_some();
            return is_elsewhere.then_some(Input::Failed(NotPasted::FocusChanged));
        }
        let was_asked = std::mem::replace(&mut entry.is_brought_back, true);
        if let Some(seat) = self.wire.session.seats.seat_in_use().filter(|_| !was_asked) {
            self.wire.session.toplevels.bring_back(window, seat);
        }
        None
    }

    /// The focus is elsewhere now, which a paste may have asked for.
    pub(super) fn hear_focus(&mut self) {
        if !std::mem::take(&mut self.wire.session.focus_moved) {
            return;
        }
        self.look_again();
    }

    /// What was waited for may be so now.
    pub(super) fn look_again(&mut self) {
        for id in self.pastes.ids(|entry| entry.transaction.is_looking()) {
            if let Some(input) = self.look(id) {
                self.advance(id, input);
            }
        }
    }

    /// Offers the text, and lets those read it who follow the clipboard.
    fn take(&mut self, id: PasteId) -> Option<Input> {
        let presser = self.presser();
        let entry = self.pastes.get_mut(id)?;
        let reads = entry.way(presser).map(|(way, _)| way.reads).unwrap_or_default();
        if !entry.is_kept(reads) {
            return Some(Input::Failed(NotPasted::ClipboardChanged));
        }
        entry.taken = reads;
        let contents = Contents::of_answer(&AnswerText::from(entry.text_to_paste()));
        for pick in reads {
            self.offer(*pick, contents.clone());
        }
        let number = self.wire.sync();
        if let Some(entry) = self.pastes.get_mut(id) {
            entry.desk.offered = Some(number);
        }
        if let Some(before) = self.pastes.served.replace(id).filter(|before| *before != id) {
            self.lose_to_another(before);
        }
        None
    }

    fn offer(&mut self, pick: Pick, contents: Contents) {
        let queue = self.wire.queue.handle();
        if let Some(source) = self.wire.session.offer(pick, &contents, &queue) {
            self.serving.hold(pick, source, contents);
        }
    }

    /// Another paste has taken the clipboard from one that was left or given back.
    fn lose_to_another(&mut self, before: PasteId) {
        match self.pastes.get(before) {
            Some(_) => self.drive(before, Input::Lost),
            None => self.tell(before, PasteStep::Released),
        }
    }

    /// Presses the keys, if the target has the focus in this very moment. Requests that were on their way before are no
    /// receipts: they are heard before the answer to a question that goes the keys' way behind them. The portal's way is
    /// another, and its keys may be there first; so there they wait for the answer.
    fn press(&mut self, id: PasteId) -> Option<Input> {
        let by_portal = self.presser() == Some(Presser::Portal);
        if !by_portal && let Some(unfit) = self.press_now(id) {
            return Some(unfit);
        }
        let number = self.wire.sync();
        let desk = &mut self.pastes.get_mut(id)?.desk;
        *(if by_portal { &mut desk.presses_after } else { &mut desk.pressed }) = Some(number);
        None
    }

    /// Why they could not be, if so.
    fn press_now(&self, id: PasteId) -> Option<Input> {
        let entry = self.pastes.get(id)?;
        if !entry.context.window.is_some_and(|window| self.has_keys(window)) {
            return Some(Input::Failed(NotPasted::FocusChanged));
        }
        if self.press_for(id) { None } else { Some(Input::Failed(NotPasted::NoChord)) }
    }

    /// What others did with our sources.
    pub(super) fn hear_sources(&mut self) {
        while let Some((answered, event)) = self.wire.session.source_events.pop_front() {
            self.hear_answers(answered);
            match event {
                SourceEvent::Send { source, mime, pipe } => {
                    self.serving.send(&source, &mime, pipe);
                    self.asked(&mime);
                }
                SourceEvent::Cancelled { source } => {
                    if self.serving.cancelled(&source) {
                        self.lost();
                    }
                }
            }
        }
    }

    fn asked(&mut self, mime: &str) {
        let now = Instant::now();
        self.pastes
            .entries
            .iter_mut()
            .filter_map(|entry| entry.desk.watched.as_mut())
            .for_each(|watched| watched.read(now));
        let asked = if mime::is_text(mime) { Asked::Text } else { Asked::Other };
        for id in self.pastes.ids(|entry| entry.transaction.awaits_requests()) {
            self.advance(id, Input::Asked(asked));
        }
    }

    /// Somebody else has a selection that was ours.
    fn lost(&mut self) {
        let Some(id) = self.pastes.served else { return };
        if self.pastes.get(id).is_some() {
            // What else was taken for it is not needed any more.
            self.put_back(id);
            self.advance(id, Input::Lost);
        }
        self.release_served();
    }

    /// Puts back what was in the selections of ours that this paste took.
    fn put_back(&mut self, id: PasteId) {
        let old = self.pastes.get(id).map(Entry::puts_back).unwrap_or_default();
        for (pick, old) in old {
            match old {
                _ if self.serving.contents(pick).is_none() => {}
                Old::Contents(contents) => self.offer(pick, contents),
                Old::Nobody => {
                    self.serving.release(pick);
                    self.wire.session.take_away(pick);
                }
            }
        }
    }

    fn forget(&mut self, id: PasteId) {
        self.reads.forget(|by| by.is_of(id));
        let had_answer = self.pastes.get(id).is_some_and(|entry| entry.paste.is_some());
        self.pastes.entries.retain(|entry| entry.id != id);
        if self.pastes.served != Some(id) && had_answer {
            self.tell(id, PasteStep::Released);
        }
        self.release_served();
    }

    /// Tells that nothing of a paste is served any more, where that is so.
    fn release_served(&mut self) {
        if self.serving.is_empty()
            && let Some(id) = self.pastes.served.take()
        {
            self.tell(id, PasteStep::Released);
        }
    }

    /// An end is told once the compositor has what was done before it: whoever then pastes gets the old contents.
    fn tell(&mut self, id: PasteId, step: PasteStep) {
        self.pastes.learn(id, &step);
        let event = DesktopEvent::Paste { id, step };
        match &event {
            DesktopEvent::Paste { step: PasteStep::Kept { .. }, .. } => (self.events)(event),
            _ => self.ask(Question::Tell(Box::new(event))),
        }
    }

    /// The shortcut's keys are let go.
    pub(super) fn keys_up(&mut self) {
        if self.held.is_empty() {
            self.pastes
                .ids(|entry| entry.transaction.awaits_keys())
                .into_iter()
                .for_each(|id| self.advance(id, Input::KeysUp));
        }
    }

    /// So many `sync` requests are answered: the compositor has what was put on offer, and has seen the keys.
    pub(super) fn hear_answers(&mut self, answered: u32) {
        let now = Instant::now();
        for entry in &mut self.pastes.entries {
            if entry.desk.offered.take_if(|number| *number <= answered).is_some() {
                let lag = self.x11.as_ref().and_then(|display| xwayland::follow(display, entry.taken));
                entry.desk.watched = Some(Watched::from(now, lag));
            }
        }
        let is_over = |awaited: Option<u32>| awaited.is_some_and(|number| number <= answered);
        for id in self.pastes.ids(|entry| is_over(entry.desk.presses_after)) {
            let unfit = self.press_now(id);
            self.heard_of_keys(id, unfit.unwrap_or(Input::Pressed));
        }
        for id in self.pastes.ids(|entry| is_over(entry.desk.pressed)) {
            self.heard_of_keys(id, Input::Pressed);
        }
    }

    fn heard_of_keys(&mut self, id: PasteId, input: Input) {
        if let Some(entry) = self.pastes.get_mut(id) {
            (entry.desk.presses_after, entry.desk.pressed) = (None, None);
        }
        self.advance(id, input);
    }

    pub(super) fn expire_pastes(&mut self, now: Instant) {
        let is_read = |entry: &Entry| entry.desk.watched.as_ref().is_some_and(|watched| watched.deadline() <= now);
        for id in self.pastes.ids(is_read) {
            if let Some(entry) = self.pastes.get_mut(id) {
                entry.desk.watched = None;
            }
            self.advance(id, Input::Taken { asks_first: None });
        }
        for id in self.pastes.ids(|entry| entry.transaction.deadline().is_some_and(|deadline| deadline <= now)) {
            if let Some(late) = self.pastes.get(id).map(|entry| self.late(entry)) {
                self.advance(id, late);
            }
        }
    }
}
