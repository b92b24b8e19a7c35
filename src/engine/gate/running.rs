//! A call that runs, and what is known of it when it has ended. None of its words.

use std::time::{Duration, Instant};

use crate::action::ActionName;
use crate::engine::call::Request;
use crate::engine::event::BackendFailure;
use crate::llm::limits::habits::{Demand, Tokens};
use crate::llm::limits::{Ask, Ended, Leave, Used};
use crate::llm::models;
use crate::llm::rates::Rates;
use crate::llm::request::{CallFailure, Chunk, Completion, KeyName, Usage};
use crate::llm::roster::Target;

/// About so many bytes are a token, where nobody has counted.
const BYTES_OF_A_TOKEN: usize = 4;

pub const CANCELLED: &str = "cancelled";

/// What is kept of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    pub action: ActionName,
    pub provider: String,
    pub model: String,
    /// As the server counted.
    pub usage: Option<Usage>,
    /// US dollars; none where the price is not known, or not what was used.
    pub cost: Option<f64>,
    pub first_token: Option<Duration>,
    pub took: Duration,
    pub outcome: &'static str,
}

#[derive(Debug)]
pub struct Running {
    target: Target,
    pub ask: Ask,
    action: ActionName,
    /// The key that it goes with, as far as that is known.
    pub key: Option<KeyName>,
    /// What was set aside with that key, if anything was.
    pub taken: Option<Tokens>,
    /// Whether the books were asked.
    was_asked_for: bool,
    /// What was set aside of the budget.
    pub cost: f64,
    /// Whether it matters when it goes out.
    pub is_timed: bool,
    began: Instant,
    first: Option<Instant>,
    /// Of the answer so far, thinking included.
    bytes: usize,
}

impl Running {
    /// `leave`: what the books said; none where they were not asked.
    pub fn new(
        target: Target,
        ask: Ask,
        action: ActionName,
        (leave, cost): (Option<Leave>, f64),
        now: Instant,
    ) -> Self {
        let (taken, was_asked_for) = (leave.as_ref().map(|leave| leave.taken), leave.is_some());
        let Leave { key, is_timed, .. } = leave.unwrap_or_default();
        Self { target, ask, action, key, taken, was_asked_for, cost, is_timed, began: now, first: None, bytes: 0 }
    }

    /// Whether the books know of it.
    pub fn is_kept(&self) -> bool {
        self.was_asked_for
    }

    pub fn delta(&mut self, chunk: &Chunk, now: Instant) {
        let (Chunk::Answer(text) | Chunk::Reasoning(text)) = chunk;
        self.first.get_or_insert(now);
        self.bytes += text.expose().len();
    }

    /// About how many tokens the answer has so far.
    fn answered(&self) -> f64 {
        (self.bytes / BYTES_OF_A_TOKEN) as f64
    }

    /// What its end says to the books.
    pub fn ended(&self, result: &Result<Completion, BackendFailure>) -> Ended {
        let (used, rates) = match result {
            Ok(Completion { usage: Some(usage), rates, .. }) => (Used::Reported((*usage).into()), rates.clone()),
            Ok(Completion { usage: None, rates, .. }) => (Used::Answered { output: self.answered() }, rates.clone()),
            Err(BackendFailure::Model(failure)) => return ended_by(failure),
            Err(_) => (Used::Unknown, Rates::default()),
        };
        Ended { used, rates, retry_after: None }
    }

    pub fn record(
        &self,
        ended: &Ended,
        outcome: &'static str,
        completion: Option<&Completion>,
        now: Instant,
    ) -> CallRecord {
        let price = models::data_of(&self.target).price;
        let counted = completion.and_then(|completion| completion.usage);
        let used = match ended.used {
            Used::Reported(used) => used,
            Used::Answered { output } => Tokens { input: self.ask.demand.input as f64, output },
            Used::Refused(_) | Used::Unsent => Tokens::default(),
            Used::Unknown => Tokens { input: self.ask.demand.input as f64, output: self.answered() },
        };
        CallRecord {
            action: self.action.clone(),
            provider: self.target.provider.name.clone(),
            model: self.target.model.clone(),
            usage: counted,
            cost: price.map(|price| price.of(&counted.unwrap_or_else(|| used.into()))),
            first_token: self.first.map(|first| first - self.began),
            took: now - self.began,
            outcome,
        }
    }
}

/// What a failure says to the books.
pub fn ended_by(failure: &CallFailure) -> Ended {
    let (used, rates, retry_after) = match failure {
        CallFailure::RateLimited { of, retry_after, rates, .. } => (Used::Refused(*of), rates.clone(), *retry_after),
        CallFailure::Unreachable { .. }
        | CallFailure::Tls { .. }
        | CallFailure::NoKey { .. }
        | CallFailure::KeyCommand { .. }
        | CallFailure::KeyInClear { .. } => (Used::Unsent, Rates::default(), None),
        _ => (Used::Unknown, Rates::default(), None),
    };
    Ended { used, rates, retry_after }
}

/// What a call is expected to need, before it is made.
pub fn demand(request: &Request) -> Demand {
    Demand {
        input: request.conversation.bytes().div_ceil(BYTES_OF_A_TOKEN) as u64,
        most_output: request.sampling.max_tokens.map(u64::from),
    }
}

/// The outcome in a word, for what is kept.
pub fn outcome_of(result: &Result<Completion, BackendFailure>) -> &'static str {
    match result {
        Ok(_) => "answered",
        Err(BackendFailure::Model(CallFailure::RateLimited { .. })) => "limited",
        Err(BackendFailure::Model(CallFailure::QuotaUsedUp { .. })) => "no quota",
        Err(BackendFailure::Model(CallFailure::TimedOut { .. })) => "timed out",
        Err(BackendFailure::Model(CallFailure::Unreachable { .. } | CallFailure::BrokenOff { .. })) => "broken off",
        Err(_) => "failed",
    }
}
