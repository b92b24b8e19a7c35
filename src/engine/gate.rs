//! Where calls of models wait until their provider's limits and the user's budget allow them.
//!
//! A job gives out [`Effect::Run`] and knows nothing of this: the gate holds the call, has the books asked
//! ([`Effect::Reserve`]) where there is anything to keep, and lets it go, asks again when it was told to, or gives it
//! back as failed. Of each model one call is asked for at a time, persons before batches, in the order in which they
//! came. What a call used is put right ([`Effect::Settle`]) and written down ([`Effect::Record`]) at its end.

mod queue;
mod reserve;
mod running;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::action::ActionName;
use crate::engine::call::{Backend, CallId, Request};
use crate::engine::effect::Effect;
use crate::engine::event::BackendFailure;
use crate::llm::limits::{Ask, Ended, Leave, Urgency, Used};
use crate::llm::models::{self, Price};
use crate::llm::rates::Rates;
use crate::llm::request::{CallFailure, Chunk, Completion, Going, LimitOf};
use crate::llm::roster::Target;
use crate::llm::spending::{Budgeted, Spent};
pub use queue::MANY;
use queue::Queue;
pub use reserve::{Admission, Reservation, Sent, Settlement};
use running::Running;
pub use running::{CallRecord, demand};

/// A person is not kept waiting longer than this: they are told instead, and another model may stand in.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// The end of what never went out.
const UNSENT: Ended = Ended { used: Used::Unsent, rates: Rates(Vec::new()), retry_after: None };

/// What comes out of the gate.
#[derive(Debug)]
pub enum Passed {
    Effect(Effect),
    /// The call is not made.
    Failed(CallId, CallFailure),
    /// It is made, and this is to be said of the budget.
    Told(CallId, Budgeted),
    /// Its turn comes after this long, for this reason.
    Waits(CallId, Duration, CallFailure),
}

/// All calls that wait for their turn or run.
#[derive(Debug, Default)]
pub struct Gate {
    held: BTreeMap<CallId, Held>,
    running: BTreeMap<CallId, Running>,
    queues: BTreeMap<String, Queue>,
    /// The accounts of which servers have told limits, or which they have closed.
    limited: BTreeSet<String>,
    budget: Option<f64>,
}

#[derive(Debug)]
struct Held {
    target: Target,
    request: Box<Request>,
    ask: Ask,
    action: ActionName,
}

impl Gate {
    /// These accounts have limits, as earlier calls were told.
    pub fn know_limited(&mut self, accounts: BTreeSet<String>) {
        self.limited.extend(accounts);
    }

    /// The bound of a month in US dollars, from now on.
    pub fn set_budget(&mut self, budget: Option<f64>) {
        self.budget = budget;
    }

    /// Holds a call until it is its turn, which may be now.
    pub fn hold(
        &mut self,
        call: CallId,
        target: Target,
        request: Box<Request>,
        (action, urgency): (ActionName, Urgency),
        now: Instant,
    ) -> Vec<Passed> {
        let ask = Ask::of(&target, demand(&request), urgency);
        let queue = ask.queue().to_owned();
        self.queues.entry(queue.clone()).or_default().push(call, urgency);
        self.held.insert(call, Held { target, request, ask, action });
        self.next(&queue, now)
    }

    /// Whether this call was let go and runs.
    pub fn lets(&self, call: CallId) -> bool {
        self.running.contains_key(&call)
    }

    /// The books have answered.
    pub fn admitted(&mut self, call: CallId, admission: Admission, now: Instant) -> Vec<Passed> {
        let Some(held) = self.held.get(&call) else { return Vec::new() };
        let (name, urgency) = (held.ask.queue().to_owned(), held.ask.urgency);
        let why = limited_for(&held.target, Duration::ZERO);
        let Some(queue) = self.queues.get_mut(&name) else { return Vec::new() };
        queue.answered();
        if !queue.holds(call) {
            return self.give_back(call, admission, &name, now);
        }
        let mut passed = match admission {
            Admission::Go { leave, cost, budgeted } => {
                queue.limited = leave.limited;
                let told = Passed::Told(call, budgeted);
                let run = self.let_go(call, Some(leave), cost, now);
                [told].into_iter().chain(run).collect()
            }
            Admission::Wait(wait) if urgency == Urgency::Person && wait > LONGEST_WAIT => {
                vec![self.refuse(call, |target| limited_for(target, wait))]
            }
            Admission::Wait(wait) => {
                queue.ask_again(urgency, now + wait);
                vec![Passed::Waits(call, wait, why)]
            }
            Admission::OverBudget(spent) => vec![self.refuse(call, |target| over_budget(target, spent))],
        };
        passed.extend(self.next(&name, now));
        passed
    }

    /// A running call's request goes out, perhaps with another key than what was set aside is of.
    pub fn going(&mut self, call: CallId, Going { key, passed }: Going) -> Vec<Passed> {
        let Some(running) = self.running.get_mut(&call) else { return Vec::new() };
        let mut effects = Vec::new();
        let (tried, ended) = match passed {
            Some((tried, failure)) => (Some(tried), running::ended_by(&failure)),
            None => (running.key.clone(), UNSENT),
        };
        let is_another = tried != key && (running.taken.is_some() || ended.is_refusal());
        if is_another {
            let (ask, taken) = (running.ask.clone(), running.taken.take());
            effects.push(Effect::Settle(Box::new(Settlement { ask, key: tried, taken, ended, cost: 0.0 })));
        }
        running.key = key;
        if running.is_timed {
            effects.push(Effect::Sent(Box::new(Sent { ask: running.ask.clone(), key: running.key.clone() })));
        }
        effects.into_iter().map(Passed::Effect).collect()
    }

    /// A piece of a running call's answer.
    pub fn delta(&mut self, call: CallId, chunk: &Chunk, now: Instant) {
        if let Some(running) = self.running.get_mut(&call) {
            running.delta(chunk, now);
        }
    }

    /// A call has ended.
    pub fn done(&mut self, call: CallId, result: &Result<Completion, BackendFailure>, now: Instant) -> Vec<Passed> {
        let Some(running) = self.running.remove(&call) else { return Vec::new() };
        let ended = running.ended(result);
        self.limited.extend(running.ask.concerned(&ended).map(str::to_owned));
        self.settle(running, ended, running::outcome_of(result), result.as_ref().ok(), now)
    }

    /// A call is not wanted any more. Whether it was running, so that it has to be stopped.
    pub fn abort(&mut self, call: CallId, now: Instant) -> (bool, Vec<Passed>) {
        if let Some(running) = self.running.remove(&call) {
            let unknown = Ended { used: Used::Unknown, rates: Rates::default(), retry_after: None };
            return (true, self.settle(running, unknown, running::CANCELLED, None, now));
        }
        let Some(held) = self.held.get(&call) else { return (true, Vec::new()) };
        let name = held.ask.queue().to_owned();
        let asked = self.queues.get_mut(&name).is_some_and(|queue| queue.withdraw(call));
        // One that is being asked for is let go of when the books have answered.
        if !asked {
            self.held.remove(&call);
        }
        (false, self.next(&name, now))
    }

    /// When [`Gate::deadline`] is wanted.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.queues.values().filter_map(Queue::due).min()
    }

    /// Asks again for those whose time has come.
    pub fn deadline(&mut self, now: Instant) -> Vec<Passed> {
        let names: Vec<_> = self.queues.keys().cloned().collect();
        names.iter().flat_map(|name| self.next(name, now)).collect()
    }
}

/// What holds for one queue.
impl Gate {
    /// Has the books asked for the next call of this queue, or lets it go at once where there is nothing to keep.
    fn next(&mut self, name: &str, now: Instant) -> Vec<Passed> {
        let mut passed = Vec::new();
        while let Some(call) = self.queues.get_mut(name).and_then(|queue| queue.next(now)) {
            let Some(Held { target, ask, .. }) = self.held.get(&call) else { continue };
            // What a model costs is looked up where it matters.
            let price = self.budget.and_then(|_| models::data_of(target).price);
            let budget = self.budget.filter(|_| price != Some(Price::FREE));
            let is_kept =
                budget.is_some() || ask.has_known_limits() || ask.accounts().any(|name| self.limited.contains(name));
            if is_kept {
                let (ask, target) = (ask.clone(), target.clone());
                let reservation = Reservation { call, ask, target, price, budget };
                passed.push(Passed::Effect(Effect::Reserve(Box::new(reservation))));
                break;
            }
            if let Some(queue) = self.queues.get_mut(name) {
                queue.answered();
            }
            passed.extend(self.let_go(call, None, 0.0, now));
        }
        if self.queues.get(name).is_some_and(Queue::is_idle) {
            self.queues.remove(name);
        }
        passed
    }

    fn let_go(&mut self, call: CallId, leave: Option<Leave>, cost: f64, now: Instant) -> Option<Passed> {
        let Held { target, request, ask, action } = self.held.remove(&call)?;
        if let Some(queue) = self.queues.get_mut(ask.queue()) {
            queue.began(call, ask.urgency);
        }
        let backend = Backend::Model(target.clone());
        let running = Running::new(target, ask, action, (leave, cost), now);
        let key = running.key.clone();
        self.running.insert(call, running);
        Some(Passed::Effect(Effect::Run { call, backend, request, key }))
    }

    /// The call was withdrawn while the books were being asked: what they set aside is given back.
    fn give_back(&mut self, call: CallId, admission: Admission, name: &str, now: Instant) -> Vec<Passed> {
        let mut passed = Vec::new();
        if let (Some(Held { ask, .. }), Admission::Go { leave, cost, .. }) = (self.held.remove(&call), admission) {
            let Leave { key, taken, .. } = leave;
            let settlement = Settlement { ask, key, taken: Some(taken), ended: UNSENT, cost: -cost };
            passed.push(Passed::Effect(Effect::Settle(Box::new(settlement))));
        }
        passed.extend(self.next(name, now));
        passed
    }

    fn refuse(&mut self, call: CallId, failure: impl FnOnce(&Target) -> CallFailure) -> Passed {
        let held = self.held.remove(&call).expect("only what is held is asked for");
        if let Some(queue) = self.queues.get_mut(held.ask.queue()) {
            queue.withdraw(call);
        }
        Passed::Failed(call, failure(&held.target))
    }

    fn settle(
        &mut self,
        running: Running,
        ended: Ended,
        outcome: &'static str,
        completion: Option<&Completion>,
        now: Instant,
    ) -> Vec<Passed> {
        let name = running.ask.queue().to_owned();
        if let Some(queue) = self.queues.get_mut(&name) {
            queue.ended(running.ask.urgency);
        }
        let record = running.record(&ended, outcome, completion, now);
        let mut passed = Vec::new();
        let is_kept = running.is_kept() || ended.is_refusal() || !ended.rates.is_empty();
        if is_kept {
            let cost = record.cost.unwrap_or(0.0) - running.cost;
            let Running { ask, key, taken, .. } = running;
            let settlement = Settlement { ask, key, taken, ended, cost };
            passed.push(Passed::Effect(Effect::Settle(Box::new(settlement))));
        }
        passed.push(Passed::Effect(Effect::Record(Box::new(record))));
        passed.extend(self.next(&name, now));
        passed
    }
}

fn limited_for(target: &Target, wait: Duration) -> CallFailure {
    let provider = target.provider.name.clone();
    let of = LimitOf::Model;
    CallFailure::RateLimited { provider, of, retry_after: Some(wait), rates: Rates::default(), message: "".into() }
}

fn over_budget(target: &Target, spent: Spent) -> CallFailure {
    CallFailure::OverBudget { provider: target.provider.name.clone(), spent }
}
