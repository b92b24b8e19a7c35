//! Keeps the limits of providers before they have to say no: how many requests and tokens a minute and a day, from the
//! configuration or as servers told them.
//!
//! [`Books`] are all that is remembered of it. Before a call, [`Books::ask`] either sets aside what the call will need
//! or says when to ask again; after it, [`Books::settle`] puts right what was set aside and learns. A person goes before
//! a batch: a batch leaves room for one call, and stands back while a person waits.
//!
//! Pure: time is an argument, and where the books lie, so that all processes of a user share them, is the business of
//! `store::ledger`.

pub mod account;
pub mod bucket;
pub mod habits;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Limits;
use crate::llm::rates::Rates;
use crate::llm::roster::Target;
use account::Account;
use bucket::Moment;
use habits::{Demand, Tokens};

/// Of a model that was never asked it is not known what its calls need: of a batch the first goes alone, for this long.
const FIRST_ALONE: Duration = Duration::from_secs(2);

/// What was not used for so long is full again by any limit, and forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3 * 24 * 3600);

/// Who waits for an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody looks at the screen.
    #[default]
    Person,
    /// One of many.
    Batch,
}

/// Whose limits a call comes under: those of its provider, which all models share, and those of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    provider: String,
    model: String,
    limits: Limits,
    limits_of_model: Limits,
    pub demand: Demand,
    pub urgency: Urgency,
}

impl Ask {
    /// Whether the user wrote a limit that it comes under.
    pub fn has_written_limits(&self) -> bool {
        [self.limits, self.limits_of_model].iter().any(|limits| *limits != Limits::default())
    }

    /// Servers are told apart by their address too: two configurations may give one name to different ones.
    pub fn of(target: &Target, demand: Demand, urgency: Urgency) -> Self {
        let provider = format!("{}@{}", target.provider.name, target.provider.host());
        Self {
            model: format!("{provider}/{}", target.model),
            provider,
            limits: target.provider.limits,
            limits_of_model: target.provider.models.get(&target.model).map(|facts| facts.limits).unwrap_or_default(),
            demand,
            urgency,
        }
    }

    /// Calls of the same name wait for one another.
    pub fn queue(&self) -> &str {
        &self.model
    }
}

/// Whether a call may begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Now; this was set aside for it. `limited`: whether there are limits that are kept.
    Go {
        taken: Tokens,
        limited: bool,
    },
    Wait(Duration),
}

/// How a call ended, as far as limits are concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    pub used: Used,
    pub rates: Rates,
    pub retry_after: Option<Duration>,
}

/// What a call used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Used {
    /// As the server counted.
    Reported(Tokens),
    /// The server did not say; its answer has so many tokens by estimate.
    Answered { output: f64 },
    /// The server refused it because of a limit.
    Refused,
    /// It did not get as far as the server.
    Unsent,
    /// Broken off, or refused for another reason: what was set aside stays so.
    Unknown,
}

/// All that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Books {
    accounts: BTreeMap<String, Account>,
    /// By model: until when the first call of a batch goes alone.
    first_alone: BTreeMap<String, Moment>,
}

impl Books {
    /// Sets aside what the call needs, or says how long to wait before asking again.
    pub fn ask(&mut self, ask: &Ask, now: Moment) -> Verdict {
        let model = self.accounts.entry(ask.model.clone()).or_default();
        let tokens = model.habits.expect(ask.demand);
        let mut wait = model.wait(ask.limits_of_model, tokens, ask.urgency, now).max(self.alone(ask, now));
        let provider = self.accounts.entry(ask.provider.clone()).or_default();
        wait = wait.max(provider.wait(ask.limits, tokens, ask.urgency, now));
        let limited = self.is_limited(ask);
        for (name, limits) in scopes(ask) {
            let account = self.accounts.entry(name.to_owned()).or_default();
            match wait.is_zero() {
                true => account.take(limits, tokens, ask.urgency, now),
                false if ask.urgency == Urgency::Person => account.stand_back(wait, now),
                false => {}
            }
        }
        match wait.is_zero() {
            true => Verdict::Go { taken: self.first(ask, tokens, now), limited },
            false => Verdict::Wait(wait),
        }
    }

    /// Puts right what was set aside.
    pub fn settle(&mut self, ask: &Ask, taken: Tokens, ended: &Ended, now: Moment) {
        self.first_alone.remove(&ask.model);
        for (name, limits) in scopes(ask) {
            let account = self.accounts.entry(name.to_owned()).or_default();
            // What a server says of its limits is of the model that was asked.
            let rates = if name == ask.model { ended.rates.clone() } else { Rates::default() };
            account.settle(limits, taken, &Ended { rates, ..ended.clone() }, now);
        }
        if let Used::Reported(used) = ended.used {
            self.accounts.entry(ask.model.clone()).or_default().habits.learn(ask.demand, used);
        }
        self.accounts.retain(|_, account| now.since(account.touched) < FORGOTTEN_AFTER);
    }

    /// What a call of this model is expected to use.
    pub fn expect(&self, ask: &Ask) -> Tokens {
        self.accounts.get(&ask.model).map(|account| account.habits).unwrap_or_default().expect(ask.demand)
    }

    /// The models of which servers have told limits.
    pub fn limited(&self) -> BTreeSet<String> {
        let told = self.accounts.iter().filter(|(_, account)| account.is_limited(Limits::default()));
        told.map(|(name, _)| name.clone()).collect()
    }

    fn is_limited(&self, ask: &Ask) -> bool {
        let none = Account::default();
        scopes(ask).iter().any(|(name, limits)| self.accounts.get(*name).unwrap_or(&none).is_limited(*limits))
    }

    fn alone(&self, ask: &Ask, now: Moment) -> Duration {
        match (ask.urgency, self.first_alone.get(&ask.model)) {
            (Urgency::Batch, Some(until)) => until.since(now),
            _ => Duration::ZERO,
        }
    }

    /// Where it is the first call of a model and tokens are limited, the others of a batch wait for what it tells.
    fn first(&mut self, ask: &Ask, tokens: Tokens, now: Moment) -> Tokens {
        let none = Account::default();
        let counts = |(name, limits): (&str, Limits)| self.accounts.get(name).unwrap_or(&none).limits_tokens(limits);
        let known = self.accounts.get(&ask.model).is_some_and(|account| account.habits.are_known());
        if !known && scopes(ask).into_iter().any(counts) {
            self.first_alone.entry(ask.model.clone()).or_insert(now.after(FIRST_ALONE));
        }
        tokens
    }
}

fn scopes(ask: &Ask) -> [(&str, Limits); 2] {
    [(&ask.provider, ask.limits), (&ask.model, ask.limits_of_model)]
}
