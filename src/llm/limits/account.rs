//! The account of one model, or of a provider as a whole: what its limits are, what of them is used, and what was learnt.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bucket::{Day, Level, Moment, Rule};
use super::habits::{Habits, Tokens};
use super::{Urgency, Used};
use crate::config::Limits;
use crate::llm::rates::{Allowance, Counted, Rates, Window};

/// Limits that are known before a server has told any.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bounds {
    /// In the config.
    pub written: Limits,
    /// By the provider for the user's tier. What was written lies over it, and what the server tells too.
    pub published: Limits,
}

/// What the end of a call says to one account.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub used: Used,
    pub rates: &'a Rates,
    /// The server wants no request for this long, or for as long as is usual; none where it did not refuse because of what
    /// this account is of.
    pub closed_for: Option<Option<Duration>>,
}

/// All that is counted, in the order of the arrays here.
const COUNTED: [Counted; 4] = [Counted::Requests, Counted::Tokens, Counted::InputTokens, Counted::OutputTokens];

/// How much of an allowance is used: what is left lets requests overtake one another on their way without harm.
const PACE: f64 = 0.985;
/// Where a second's worth is not even two requests, there is no other room for that: 36 ms a second. Enough, as they are
/// timed ([`Account::sent`]).
const PACE_OF_FEW: f64 = 0.965;
/// So many requests a second are few.
const FEW: f64 = 2.0;
/// Which part of a second's worth of requests goes out at once, for the same reason. Of tokens all: a batch leaves some.
const BURST_OF_REQUESTS: f64 = 0.8;

/// A batch leaves half of what may go at once, or as much as it takes: for a person who comes, for what was estimated
/// wrongly, and for requests that were held up on their way and then arrive together.
const LEFT_BY_BATCHES: f64 = 0.5;

/// After a refusal that names no wait.
const REFUSED_WAIT: Duration = Duration::from_secs(1);
/// A refusal means that the limit is lower than it seemed; so much slower, and never slower than that.
const SLOWER: f64 = 0.97;
const SLOWEST: f64 = 0.7;
/// Each answer makes up for a part of that.
const FASTER: f64 = 0.002;

/// A batch stands back for a person who waits, until this long after their turn.
const PERSONS_TURN: Duration = Duration::from_millis(250);
/// And no longer than this: the person may be gone.
const LONGEST_COURTESY: Duration = Duration::from_secs(60);

/// What one scope of limits has used and learnt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    levels: [Option<Level>; 4],
    days: [Day; 4],
    learnt: Learnt,
    pub habits: Habits,
    /// The server wants no request before.
    closed_until: Moment,
    /// A person waits for their turn until then.
    person_until: Moment,
    /// What is taken off the pace because the server refused.
    slower: f64,
    pub touched: Moment,
}

/// Limits as the server told them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Learnt {
    per_minute: [Option<f64>; 4],
    per_day: [Option<f64>; 4],
}

impl Account {
    /// One of which nothing is known yet.
    pub const NEW: Self = Self {
        levels: [None; 4],
        days: [const { Day::NEW }; 4],
        learnt: Learnt { per_minute: [None; 4], per_day: [None; 4] },
        habits: Habits::NEW,
        closed_until: Moment(0),
        person_until: Moment(0),
        slower: 0.0,
        touched: Moment(0),
    };

    /// Whether anything is known that limits.
    pub fn is_limited(&self, bounds: Bounds) -> bool {
        let is_limited = |counted| self.per_minute(counted, bounds).or(self.per_day(counted, bounds)).is_some();
        COUNTED.into_iter().any(is_limited)
    }

    /// Whether the server wants no request now.
    pub fn is_closed(&self, now: Moment) -> bool {
        self.closed_until > now
    }

    /// Whether requests are so few that a late one would come too close to the next.
    pub fn is_timed(&self, bounds: Bounds) -> bool {
        self.per_minute(Counted::Requests, bounds).is_some_and(|limit| limit / 60.0 < FEW)
    }

    /// Whether tokens are, so that it matters how many a call needs.
    pub fn limits_tokens(&self, bounds: Bounds) -> bool {
        COUNTED[1..].iter().any(|counted| self.per_minute(*counted, bounds).is_some())
    }

    /// How long until a call may begin that needs so many tokens.
    pub fn wait(&self, bounds: Bounds, tokens: Tokens, urgency: Urgency, now: Moment) -> Duration {
        let mut wait = self.closed_until.since(now);
        if urgency == Urgency::Batch {
            wait = wait.max(self.person_until.since(now));
        }
        for counted in COUNTED {
            let amount = amount(counted, tokens);
            if let Some(rule) = self.rule(counted, bounds) {
                let there = match urgency {
                    Urgency::Person => amount,
                    Urgency::Batch => amount + amount.max(rule.burst * LEFT_BY_BATCHES),
                };
                wait = wait.max(self.level(counted, rule, now).wait_for(there, rule, now));
            }
            if let Some(limit) = self.per_day(counted, bounds) {
                wait = wait.max(self.days[index(counted)].wait_for(amount, limit, now));
            }
        }
        wait
    }

    /// Takes a call's needs out.
    pub fn take(&mut self, bounds: Bounds, tokens: Tokens, urgency: Urgency, now: Moment) {
        if urgency == Urgency::Person {
            self.person_until = now;
        }
        self.change(bounds, |counted| amount(counted, tokens), now);
    }

    /// A request that was taken out earlier goes out now. No server has more left after it than its burst without it,
    /// however long ago it was allowed.
    pub fn sent(&mut self, bounds: Bounds, now: Moment) {
        if !self.is_timed(bounds) {
            return;
        }
        if let Some(rule) = self.rule(Counted::Requests, bounds) {
            let mut level = self.level(Counted::Requests, rule, now);
            level.at_most(rule.burst - 1.0, rule, now);
            self.levels[index(Counted::Requests)] = Some(level);
        }
    }

    /// A person waits for their turn, which comes after `wait`.
    pub fn stand_back(&mut self, wait: Duration, now: Moment) {
        self.person_until = now.after((wait + PERSONS_TURN).min(LONGEST_COURTESY));
    }

    /// Puts right what was taken for a call that has ended, if anything was, and learns from its end.
    pub fn settle(&mut self, bounds: Bounds, taken: Option<Tokens>, ended: &Entry<'_>, now: Moment) {
        let not_taken = if taken.is_none() { 1.0 } else { 0.0 };
        let taken = taken.unwrap_or_default();
        let (requests, tokens) = match ended.used {
            Used::Reported(used) => (0.0, minus(used, taken)),
            Used::Answered { output } => (0.0, Tokens { input: 0.0, output: output - taken.output }),
            Used::Refused(_) => (0.0, minus(Tokens::default(), taken)),
            Used::Unsent => (-1.0, minus(Tokens::default(), taken)),
            Used::Unknown => (0.0, Tokens::default()),
        };
        let correction = |counted| match counted {
            Counted::Requests => requests + not_taken,
            _ => amount(counted, tokens),
        };
        self.change(bounds, correction, now);
        match ended.used {
            // All go slower whose limits it came under: which of them was too high is not said.
            Used::Refused(_) => self.slower = 1.0 - (self.pace() * SLOWER).max(SLOWEST),
            Used::Reported(_) | Used::Answered { .. } => self.slower = (self.slower - FASTER).max(0.0),
            Used::Unsent | Used::Unknown => {}
        }
        if let Some(wait) = ended.closed_for {
            self.closed_until = self.closed_until.max(now.after(wait.unwrap_or(REFUSED_WAIT)));
        }
        self.learn(ended.rates, bounds, now);
    }

    fn change(&mut self, bounds: Bounds, amount: impl Fn(Counted) -> f64, now: Moment) {
        self.touched = now;
        for counted in COUNTED {
            let of_this = amount(counted);
            if let Some(rule) = self.rule(counted, bounds) {
                let mut level = self.level(counted, rule, now);
                level.take(of_this, rule, now);
                self.levels[index(counted)] = Some(level);
            }
            if self.per_day(counted, bounds).is_some() {
                self.days[index(counted)].take(of_this, now);
            }
        }
    }

    fn learn(&mut self, rates: &Rates, bounds: Bounds, now: Moment) {
        for Allowance { of, per, limit, remaining, .. } in rates.0.iter().copied() {
            let (limit, remaining) = (limit.map(|limit| limit as f64), remaining.map(|left| left as f64));
            let place = index(of);
            match per.unwrap_or(Window::Minute) {
                Window::Minute => {
                    self.learnt.per_minute[place] = limit.or(self.learnt.per_minute[place]);
                    if let (Some(rule), Some(remaining)) = (self.rule(of, bounds), remaining) {
                        let mut level = self.level(of, rule, now);
                        level.at_most(remaining, rule, now);
                        self.levels[place] = Some(level);
                    }
                }
                Window::Day => {
                    self.learnt.per_day[place] = limit.or(self.learnt.per_day[place]);
                    if let (Some(limit), Some(remaining)) = (limit, remaining) {
                        self.days[place].at_least(limit - remaining, now);
                    }
                }
            }
        }
    }

    fn level(&self, counted: Counted, rule: Rule, now: Moment) -> Level {
        self.levels[index(counted)].unwrap_or_else(|| Level::full(rule, now))
    }

    fn rule(&self, counted: Counted, bounds: Bounds) -> Option<Rule> {
        let second = self.per_minute(counted, bounds)? / 60.0;
        let few = counted == Counted::Requests && second < FEW;
        let per_second = second * self.pace() * if few { PACE_OF_FEW } else { PACE };
        let burst = match counted {
            Counted::Requests => (second * BURST_OF_REQUESTS).max(1.0),
            _ => second,
        };
        Some(Rule { per_second, burst })
    }

    fn pace(&self) -> f64 {
        1.0 - self.slower
    }

    /// The lower of what the user says and what the server said; else what is published.
    fn per_minute(&self, counted: Counted, bounds: Bounds) -> Option<f64> {
        let of = |limits: Limits| match counted {
            Counted::Requests => limits.requests_per_minute.map(f64::from),
            Counted::Tokens => limits.tokens_per_minute.map(|tokens| tokens as f64),
            Counted::InputTokens => limits.input_tokens_per_minute.map(|tokens| tokens as f64),
            Counted::OutputTokens => limits.output_tokens_per_minute.map(|tokens| tokens as f64),
        };
        lower(of(bounds.written), self.learnt.per_minute[index(counted)]).or(of(bounds.published))
    }

    fn per_day(&self, counted: Counted, bounds: Bounds) -> Option<f64> {
        let of = |limits: Limits| match counted {
            Counted::Requests => limits.requests_per_day.map(f64::from),
            Counted::Tokens => limits.tokens_per_day.map(|tokens| tokens as f64),
            Counted::InputTokens | Counted::OutputTokens => None,
        };
        lower(of(bounds.written), self.learnt.per_day[index(counted)]).or(of(bounds.published))
    }
}

fn lower(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
    .filter(|limit| *limit > 0.0)
}

fn index(counted: Counted) -> usize {
    match counted {
        Counted::Requests => 0,
        Counted::Tokens => 1,
        Counted::InputTokens => 2,
        Counted::OutputTokens => 3,
    }
}

fn amount(counted: Counted, tokens: Tokens) -> f64 {
    match counted {
        Counted::Requests => 1.0,
        Counted::Tokens => tokens.input + tokens.output,
        Counted::InputTokens => tokens.input,
        Counted::OutputTokens => tokens.output,
    }
}

fn minus(one: Tokens, other: Tokens) -> Tokens {
    Tokens { input: one.input - other.input, output: one.output - other.output }
}
