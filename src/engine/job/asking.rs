//! One request on its way: who has it now, what has come of it, and when it is sent again.

use std::time::Instant;

use super::World;
use crate::engine::call::{Backend, CallId, Request};
use crate::engine::effect::{Effect, Wait};
use crate::engine::guard::{Guard, Origin, Restoring};
use crate::engine::outcome::Note;
use crate::engine::plan::Frame;
use crate::engine::retry::{self, Retry, StandIn};
use crate::llm::request::CallFailure;
use crate::llm::roster::Target;

/// A request and its attempts.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) call: CallId,
    pub(super) backend: Backend,
    pub(super) request: Request,
    /// What was taken out of it on its way, to be put back into what comes.
    pub(super) restoring: Option<Restoring>,
    pub(super) arrived: String,
    /// Some of it was shown, so that nobody can begin anew.
    pub(super) shown: bool,
    /// Nobody has it before the end of this.
    pub(super) waiting: Option<Wait>,
    /// The most that came of an attempt that failed.
    kept: String,
    retry: Retry,
}

impl Asking {
    /// Sends the request for the first time.
    pub(super) fn begin(call: CallId, backend: Backend, request: Request, caller: &mut Caller<'_>) -> Self {
        let mut asking = Self {
            call,
            backend,
            request,
            restoring: None,
            arrived: String::new(),
            shown: false,
            waiting: None,
            kept: String::new(),
            retry: Retry::default(),
        };
        caller.send(&mut asking);
        asking
    }

    /// Whether this is the attempt that is awaited.
    pub(super) fn awaits(&self, call: CallId) -> bool {
        self.call == call && self.waiting.is_none()
    }

    /// Has it wait for the next attempt, if there is to be one.
    pub(super) fn try_later(&mut self, failure: &CallFailure, stand_in: StandIn, caller: &Caller<'_>) -> bool {
        let call = self.call;
        let number = [call.job.0, call.lane.into(), call.step.into(), call.part.into(), call.attempt.into()];
        let luck = retry::luck(caller.world.seed, number);
        let Some(after) = self.retry.after(failure, stand_in, luck) else { return false };
        let until = caller.world.now.at + after;
        self.waiting = Some(Wait { until, after, why: Box::new(failure.clone()) });
        self.anew();
        true
    }

    /// The wait is over.
    pub(super) fn try_again(&mut self, now: Instant, caller: &mut Caller<'_>) {
        if self.waiting.as_ref().is_some_and(|wait| wait.until <= now) {
            self.waiting = None;
            caller.send(self);
        }
    }

    /// Another model gets it.
    pub(super) fn hand_over(&mut self, backend: Backend, caller: &mut Caller<'_>) {
        self.backend = backend;
        self.retry = Retry::default();
        self.anew();
        caller.send(self);
    }

    fn anew(&mut self) {
        self.call.attempt += 1;
        let arrived = std::mem::take(&mut self.arrived);
        if arrived.len() > self.kept.len() {
            self.kept = arrived;
        }
    }

    /// The most that came of any attempt.
    pub(super) fn most(self) -> Option<String> {
        let most = if self.arrived.len() < self.kept.len() { self.kept } else { self.arrived };
        (!most.trim().is_empty()).then_some(most)
    }

    pub(super) fn abort(&self, effects: &mut Vec<Effect>) {
        if self.waiting.is_none() {
            effects.push(Effect::Abort(self.call));
        }
    }
}

/// What calls are made with.
pub(super) struct Caller<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) frame: &'a Frame,
    pub(super) guard: &'a mut Guard,
    /// The job's, which are said once whatever the lane.
    pub(super) notes: &'a mut Vec<Note>,
    pub(super) effects: &'a mut Vec<Effect>,
    pub(super) printing: Printing,
}

/// What of the answers goes to a terminal while they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Printing {
    /// Every piece.
    Pieces,
    /// What is complete: what is to be plain has to be whole first.
    Whole,
    Nothing,
}

impl Caller<'_> {
    /// The one place where a request leaves. Where the text goes is told once.
    fn send(&mut self, asking: &mut Asking) {
        if let Backend::Model(Target { provider, .. }) = &asking.backend
            && !provider.is_local()
            && !(self.world.told)(&provider.name)
        {
            let note = Note::SentTo { provider: provider.name.clone(), host: provider.host().to_owned() };
            // Other calls may go there too.
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        let origin = if asking.call.step == 0 { Origin::Plan } else { Origin::EarlierStep };
        let outgoing = self.guard.outgoing(&asking.backend, &asking.request, origin);
        asking.restoring = outgoing.restoring;
        let request = Box::new(outgoing.request);
        self.effects.push(Effect::Run { call: asking.call, backend: asking.backend.clone(), request, key: None });
    }
}
