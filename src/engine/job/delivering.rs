//! The outcome on its way to the sinks: all of them get it, and those that can fail are waited for.

use super::{Job, Stage};
use crate::action::Sink;
use crate::engine::deliver;
use crate::engine::effect::Effect;
use crate::engine::event::SinkFailure;
use crate::engine::outcome::{Answer, Failure, Note, Outcome};
use crate::engine::panel;
use crate::text::sentences;

/// An outcome, and the sinks that have not said yet whether they took it.
#[derive(Debug)]
pub(super) struct Delivering {
    pub(super) waiting: Vec<Sink>,
    pub(super) outcome: Outcome,
}

impl Job {
    /// Brings the outcome to every sink: to the place of the selection first, where it is to go there.
    pub(super) fn deliver(&mut self, outcome: Outcome, effects: &mut Vec<Effect>) {
        self.sign_due = None;
        match (outcome, self.wish.take()) {
            (Outcome::Answered(answer), Some(wish)) => self.place(answer, wish, effects),
            (outcome, wish) => {
                self.wish = wish;
                self.abandon_paste(effects);
                self.hand_out(outcome, effects);
            }
        }
    }

    /// Brings the outcome to the sinks that only take it, and waits for those that can fail.
    pub(super) fn hand_out(&mut self, mut outcome: Outcome, effects: &mut Vec<Effect>) {
        let waiting = deliver::deliver(self, &mut outcome, effects);
        self.stage = Stage::Delivering(Delivering { waiting, outcome });
        self.end_when_delivered(effects);
    }

    /// Whether the job ends in a notification: where it names one, where the sink it names falls back to one, and where
    /// nothing else would be seen (`copy` alone, of nobody who waits for it).
    pub fn is_seen_in_notification(&self) -> bool {
        if self.is_in_panel() {
            return self.sinks.contains(&Sink::Notify);
        }
        let is_shown = |sink: &Sink| matches!(sink, Sink::Notify | Sink::Panel | Sink::Replace | Sink::Append);
        self.sinks.iter().any(is_shown) || !(self.awaited || self.sinks.contains(&Sink::Stdout))
    }

    /// Whether this outcome is shown in a notification. What stands in the document is seen there.
    pub fn ends_in_notification(&self, outcome: &Outcome) -> bool {
        let is_noted = |answer: &Answer| answer.notes.iter().any(|note| !matches!(note, Note::Placed(_)));
        let has_more_to_say = |answer: &Answer| is_noted(answer) || !answer.beside.is_empty();
        match outcome {
            Outcome::Answered(answer) if self.is_quiet => {
                let is_wished = self.sinks.iter().any(|sink| matches!(sink, Sink::Notify | Sink::Panel));
                match self.is_in_panel() {
                    true => self.sinks.contains(&Sink::Notify),
                    false => is_wished || (has_more_to_say(answer) && !self.awaited),
                }
            }
            _ => self.is_seen_in_notification(),
        }
    }

    /// Whether the answer was printed while it came.
    pub fn printed_as_it_came(&self) -> bool {
        self.printed
    }

    /// A sink has taken the answer, or could not.
    pub fn delivered(&mut self, sink: Sink, result: Result<(), SinkFailure>, effects: &mut Vec<Effect>) {
        if matches!(self.stage, Stage::Placing(_)) && sink == Sink::Notify && result.is_err() {
            return self.question_failed(effects);
        }
        if matches!(self.stage, Stage::Consenting(_)) && sink == Sink::Notify && result.is_err() {
            return self.nobody_was_asked(effects);
        }
        let (is_seen, replaces) = (self.is_seen_in_notification(), self.can_replace());
        let Stage::Delivering(Delivering { waiting, outcome }) = &mut self.stage else { return };
        let before = waiting.len();
        waiting.retain(|awaited| *awaited != sink);
        if waiting.len() == before {
            return;
        }
        if let (Err(failure), Outcome::Answered(answer)) = (result, &outcome) {
            let partial = Some(answer.text.clone());
            *outcome = Outcome::Failed { failure: Failure::Sink(sink, failure), partial };
            if self.in_panel {
                effects.push(Effect::Panel(panel::ended(self.id, outcome, replaces)));
            }
            if sink != Sink::Notify && is_seen {
                effects.push(Effect::Notify { job: self.id, notice: sentences::notice(&self.action.title, outcome) });
            }
        }
        self.end_when_delivered(effects);
    }

    pub(super) fn end_when_delivered(&mut self, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Delivering(Delivering { waiting, outcome }) if waiting.is_empty() => {
                effects.push(Effect::Ended { job: self.id, outcome: Box::new(outcome) });
            }
            unfinished => self.stage = unfinished,
        }
    }
}
