//! Keeps the limits of providers before they have to say no: how many requests and tokens a minute and a day, from the
//! configuration or as servers told them.
//!
//! [`Books`] are all that is remembered of it: an account for each key of a provider as a whole, and one for each of its
//! models with that key, or for those together that share a limit ([`pools`]). Before a call, [`Books::ask`] either sets aside what the call will need, with the first key that
//! has it, or says when to ask again; after it, [`Books::settle`] puts right what was set aside and learns. A person goes
//! before a batch: a batch leaves room for one call, and stands back while a person waits.
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
use crate::llm::models::{pools, tiers};
use crate::llm::rates::Rates;
use crate::llm::request::{KeyName, LimitOf};
use crate::llm::roster::Target;
use account::{Account, Bounds};
use bucket::Moment;
use habits::{Demand, Habits, Tokens};

/// Of a model that was never asked it is not known what its calls need: of a batch the first goes alone, for this long.
const FIRST_ALONE: Duration = Duration::from_secs(2);

/// What was not used for so long is full again by any limit, and forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3 * 24 * 3600);

/// Between the name of a model or provider and that of the key with which it is asked.
const OF_KEY: char = '#';

/// Who waits for an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody looks at the screen.
    #[default]
    Person,
    /// One of many.
    Batch,
}

/// Whose limits a call comes under: those of its provider, which all models share, those that the model may share with a few
/// others, and those of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    model: String,
    scopes: Vec<Scope>,
    pub demand: Demand,
    pub urgency: Urgency,
}

/// What an account is kept for.
#[derive(Debug, Clone, PartialEq)]
struct Scope {
    kind: Kind,
    name: String,
    bounds: Bounds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Provider,
    /// The model, and whichever others share its limit: what a server says of limits is said of this.
    Told,
    /// The model alone, where it shares a limit and the user has given it one of its own.
    Own,
}

impl Ask {
    /// Whether a limit that it comes under is known without a server's having told it.
    pub fn has_known_limits(&self) -> bool {
        self.scopes.iter().any(|scope| scope.bounds != Bounds::default())
    }

    /// The accounts that it comes under, whichever key it goes with.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(|scope| scope.name.as_str())
    }

    /// The account that the end of a call says something of.
    pub fn concerned(&self, ended: &Ended) -> Option<&str> {
        let kind = match ended.used {
            Used::Refused(LimitOf::Account) => Kind::Provider,
            _ if ended.rates.is_empty() && !ended.is_refusal() => return None,
            _ => Kind::Told,
        };
        self.scopes.iter().find(|scope| scope.kind == kind).map(|scope| scope.name.as_str())
    }

    /// Servers are told apart by their address too: two configurations may give one name to different ones.
    pub fn of(target: &Target, demand: Demand, urgency: Urgency) -> Self {
        let provider = format!("{}@{}", target.provider.name, target.provider.host());
        let model = format!("{provider}/{}", target.model);
        let told = format!("{provider}/{}", pools::of(&target.provider, &target.model));
        let of_model = target.provider.models.get(&target.model).map(|facts| facts.limits).unwrap_or_default();
        let of_pool = pools::written(&target.provider, &target.model);
        let written = target.provider.limits;
        let is_shared = told != model;
        let (of_told, own) = match of_pool {
            Some(of_pool) => (of_pool, Limits::default()),
            None if is_shared => (Limits::default(), of_model),
            None => (of_model, Limits::default()),
        };
        let published = match target.provider.tier {
            Some(_) => tiers::published(&target.provider, &target.model).without(written).without(of_told),
            None => Limits::default(),
        };
        let scope = |kind, name: &str, written, published| {
            let bounds = Bounds { written, published };
            Scope { kind, name: name.to_owned(), bounds }
        };
        let mut scopes = vec![scope(Kind::Provider, &provider, written, Limits::default())];
        scopes.push(scope(Kind::Told, &told, of_told, published));
        if own != Limits::default() {
            scopes.push(scope(Kind::Own, &model, own, Limits::default()));
        }
        Self { model, scopes, demand, urgency }
    }

    /// Calls of the same name wait for one another.
    pub fn queue(&self) -> &str {
        &self.model
    }

    /// The accounts that a call with this key is entered in.
    fn entries(&self, key: Option<&KeyName>) -> impl Iterator<Item = (&Scope, String)> {
        let account = move |name: &str| key.map_or(name.to_owned(), |key| format!("{name}{OF_KEY}{}", tag(key)));
        self.scopes.iter().map(move |scope| (scope, account(&scope.name)))
    }
}

/// The key's name in the books.
fn tag(key: &KeyName) -> String {
    match key {
        KeyName::Env(name) => format!("env:{name}"),
        KeyName::Command(program) => format!("command:{program}"),
        KeyName::Keyring(label) => format!("keyring:{label}"),
    }
}

/// Whether a call may begin.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Now.
    Go(Leave),
    Wait(Duration),
}

/// With what a call may begin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leave {
    /// The key whose account it is entered in; none where none is needed.
    pub key: Option<KeyName>,
    /// What was set aside for it there.
    pub taken: Tokens,
    /// Whether there are limits that are kept.
    pub limited: bool,
    /// Whether it matters to a few milliseconds when it goes out ([`Books::sent`]).
    pub is_timed: bool,
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
    /// The server refused it because of a limit, and whose.
    Refused(LimitOf),
    /// It did not get as far as the server.
    Unsent,
    /// Broken off, or refused for another reason: what was set aside stays so.
    Unknown,
}

impl Ended {
    pub fn is_refusal(&self) -> bool {
        matches!(self.used, Used::Refused(_))
    }

    /// What of it is to be entered in the account of this kind: a refusal closes that alone whose limit it was.
    fn of(&self, kind: Kind) -> account::Entry<'_> {
        let closes = match self.used {
            Used::Refused(LimitOf::Account) => kind == Kind::Provider,
            Used::Refused(LimitOf::Model) => kind == Kind::Told,
            _ => false,
        };
        static NOTHING: Rates = Rates(Vec::new());
        let rates = if kind == Kind::Told { &self.rates } else { &NOTHING };
        account::Entry { used: self.used, rates, closed_for: closes.then_some(self.retry_after) }
    }
}

/// All that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Books {
    accounts: BTreeMap<String, Account>,
    /// By model: until when the first call of a batch goes alone.
    first_alone: BTreeMap<String, Moment>,
}

impl Books {
    /// Sets aside what the call needs, with the first of `keys` that has it now, or says how long to wait before asking
    /// again. Without keys there is one account, which is the server's.
    pub fn ask(&mut self, ask: &Ask, keys: &[KeyName], now: Moment) -> Verdict {
        let tokens = self.expect(ask);
        let choices = keys.iter().map(Some).chain(keys.is_empty().then_some(None));
        let waits = choices.map(|key| (self.wait(ask, key, tokens, now), key));
        // Of equal ones the first.
        let (wait, key) = waits.min_by_key(|(wait, _)| *wait).unwrap_or_default();
        for (scope, name) in ask.entries(key) {
            let account = self.accounts.entry(name).or_default();
            let own_wait = account.wait(scope.bounds, tokens, ask.urgency, now);
            match wait.is_zero() {
                true => account.take(scope.bounds, tokens, ask.urgency, now),
                // Others stand back from what the person waits for, and from nothing else.
                false if ask.urgency == Urgency::Person && !own_wait.is_zero() => account.stand_back(own_wait, now),
                false => account.touched = now,
            }
        }
        if !wait.is_zero() {
            return Verdict::Wait(wait);
        }
        self.first(ask, key, now);
        let any = |is: fn(&Account, Bounds) -> bool| {
            ask.entries(key).any(|(scope, name)| is(self.account(&name), scope.bounds))
        };
        let (limited, is_timed) = (any(Account::is_limited), any(Account::is_timed));
        Verdict::Go(Leave { key: key.cloned(), taken: tokens, limited, is_timed })
    }

    /// The call's request goes out now, which may be later than when it was allowed to.
    pub fn sent(&mut self, ask: &Ask, key: Option<&KeyName>, now: Moment) {
        for (scope, name) in ask.entries(key) {
            self.accounts.entry(name).or_default().sent(scope.bounds, now);
        }
    }

    /// Puts right what was set aside with this key; `taken` is none where nothing was.
    pub fn settle(&mut self, ask: &Ask, key: Option<&KeyName>, taken: Option<Tokens>, ended: &Ended, now: Moment) {
        self.first_alone.remove(&ask.model);
        for (scope, name) in ask.entries(key) {
            self.accounts.entry(name).or_default().settle(scope.bounds, taken, &ended.of(scope.kind), now);
        }
        if let Used::Reported(used) = ended.used {
            // A model is what it is with whichever key.
            let model = self.accounts.entry(ask.model.clone()).or_default();
            model.touched = now;
            model.habits.learn(ask.demand, used);
        }
        self.accounts.retain(|_, account| now.since(account.touched) < FORGOTTEN_AFTER);
    }

    /// What a call of this model is expected to use.
    pub fn expect(&self, ask: &Ask) -> Tokens {
        self.habits(ask).expect(ask.demand)
    }

    /// The accounts of which servers have told limits, or which they have closed until later than now.
    pub fn limited(&self, now: Moment) -> BTreeSet<String> {
        let is = |account: &Account| account.is_limited(Bounds::default()) || account.is_closed(now);
        let told = self.accounts.iter().filter(|(_, account)| is(account));
        told.map(|(name, _)| name.split_once(OF_KEY).map_or(name.as_str(), |(account, _)| account).to_owned()).collect()
    }

    fn habits(&self, ask: &Ask) -> Habits {
        self.account(&ask.model).habits
    }

    fn account(&self, name: &str) -> &Account {
        static NONE: Account = Account::NEW;
        self.accounts.get(name).unwrap_or(&NONE)
    }

    fn wait(&self, ask: &Ask, key: Option<&KeyName>, tokens: Tokens, now: Moment) -> Duration {
        let of = |(scope, name): (&Scope, String)| self.account(&name).wait(scope.bounds, tokens, ask.urgency, now);
        ask.entries(key).map(of).fold(self.alone(ask, now), Duration::max)
    }

    fn alone(&self, ask: &Ask, now: Moment) -> Duration {
        match (ask.urgency, self.first_alone.get(&ask.model)) {
            (Urgency::Batch, Some(until)) => until.since(now),
            _ => Duration::ZERO,
        }
    }

    /// Where it is the first call of a model and tokens are limited, the others of a batch wait for what it tells.
    fn first(&mut self, ask: &Ask, key: Option<&KeyName>, now: Moment) {
        let counts = |(scope, name): (&Scope, String)| self.account(&name).limits_tokens(scope.bounds);
        if !self.habits(ask).are_known() && ask.entries(key).any(counts) {
            self.first_alone.entry(ask.model.clone()).or_insert(now.after(FIRST_ALONE));
        }
    }
}
