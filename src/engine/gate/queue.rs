//! The calls of one model in the order of their turns: persons first.

use std::collections::VecDeque;
use std::time::Instant;

use crate::engine::call::CallId;
use crate::llm::limits::Urgency;

/// How many calls of a batch run at a time where no limit is known: enough to hide a server's latency, few enough not to
/// anger one.
const FEW: usize = 4;
/// And where limits are kept, which then say how many: a bound on connections and memory.
pub const MANY: usize = 64;

#[derive(Debug, Default)]
pub struct Queue {
    persons: VecDeque<CallId>,
    batch: VecDeque<CallId>,
    /// The one for which the books are being asked; it stands at the head of its line until they have answered.
    asked: Option<CallId>,
    /// When the books are to be asked again, for persons and for a batch.
    person_again: Option<Instant>,
    batch_again: Option<Instant>,
    batch_running: usize,
    pub limited: bool,
}

impl Queue {
    /// One that is tried again has waited its turn before, and others wait for its answer: it comes before those that were
    /// never tried.
    pub fn push(&mut self, call: CallId, urgency: Urgency) {
        let line = match urgency {
            Urgency::Person => &mut self.persons,
            Urgency::Batch => &mut self.batch,
        };
        // Not before the one that is being asked for.
        let asked = usize::from(self.asked.is_some() && self.asked == line.front().copied());
        let tried = line.iter().skip(asked).take_while(|other| other.attempt > 0).count();
        match call.attempt {
            0 => line.push_back(call),
            _ => line.insert(asked + tried, call),
        }
    }

    /// The call for which the books are to be asked now.
    pub fn next(&mut self, now: Instant) -> Option<CallId> {
        if self.asked.is_some() {
            return None;
        }
        let is_due = |again: Option<Instant>| again.is_none_or(|again| again <= now);
        let most = if self.limited { MANY } else { FEW };
        let next = match (self.persons.front(), self.batch.front()) {
            // A batch waits behind a person in any case.
            (Some(person), _) => is_due(self.person_again).then_some(*person)?,
            (None, Some(call)) if self.batch_running < most => is_due(self.batch_again).then_some(*call)?,
            _ => return None,
        };
        self.asked = Some(next);
        Some(next)
    }

    /// The books have answered.
    pub fn answered(&mut self) {
        self.asked = None;
        self.person_again = None;
        self.batch_again = None;
    }

    pub fn ask_again(&mut self, urgency: Urgency, at: Instant) {
        match urgency {
            Urgency::Person => self.person_again = Some(at),
            Urgency::Batch => self.batch_again = Some(at),
        }
    }

    pub fn began(&mut self, call: CallId, urgency: Urgency) {
        self.leave(call);
        if urgency == Urgency::Batch {
            self.batch_running += 1;
        }
    }

    pub fn ended(&mut self, urgency: Urgency) {
        if urgency == Urgency::Batch {
            self.batch_running = self.batch_running.saturating_sub(1);
        }
        // What was set aside in vain is there again.
        self.batch_again = None;
        self.person_again = None;
    }

    pub fn holds(&self, call: CallId) -> bool {
        self.persons.contains(&call) || self.batch.contains(&call)
    }

    /// The call is not wanted any more. Whether the books are being asked for it.
    pub fn withdraw(&mut self, call: CallId) -> bool {
        self.leave(call);
        self.asked == Some(call)
    }

    fn leave(&mut self, call: CallId) {
        self.persons.retain(|one| *one != call);
        self.batch.retain(|one| *one != call);
    }

    /// When the books are to be asked again.
    pub fn due(&self) -> Option<Instant> {
        match (self.persons.is_empty(), self.batch.is_empty()) {
            (false, _) => self.person_again,
            (true, false) => self.batch_again,
            (true, true) => None,
        }
    }

    pub fn is_idle(&self) -> bool {
        self.persons.is_empty() && self.batch.is_empty() && self.asked.is_none() && self.batch_running == 0
    }
}
