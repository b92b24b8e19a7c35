//! The account of one model, or of a provider as a whole: what its limits are, what of them is used, and what was learnt.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bucket::{Day, Level, Moment, Rule};
use super::habits::{Habits, Tokens};
use super::{Ended, Urgency, Used};
use crate::config::Limits;
use crate::llm::rates::{Allowance, Counted, Rates, Window};

/// All that is counted, in the order of the arrays here.
const COUNTED: [Counted; 4] = [Counted::Requests, Counted::Tokens, Counted::InputTokens, Counted::OutputTokens];

/// How much of an allowance is used: what is left lets requests overtake one another on their way without harm.
const PACE: f64 = 0.985;
/// Where a second's worth is not even two requests, there is no other room for that: 40 ms a second.
const PACE_OF_FEW: f64 = 0.96;
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
    /// Whether anything is known that limits.
    pub fn is_limited(&self, limits: Limits) -> bool {
        let is_limited = |counted| self.per_minute(counted, limits).or(self.per_day(counted, limits)).is_some();
        COUNTED.into_iter().any(is_limited)
    }

    /// Whether tokens are, so that it matters how many a call needs.
    pub fn limits_tokens(&self, limits: Limits) -> bool {
        COUNTED[1..].iter().any(|counted| self.per_minute(*counted, limits).is_some())
    }

    /// How long until a call may begin that needs so many tokens.
    pub fn wait(&self, limits: Limits, tokens: Tokens, urgency: Urgency, now: Moment) -> Duration {
        let mut wait = self.closed_until.since(now);
        if urgency == Urgency::Batch {
            wait = wait.max(self.person_until.since(now));
        }
        for counted in COUNTED {
            let amount = amount(counted, tokens);
            if let Some(rule) = self.rule(counted, limits) {
                let there = match urgency {
                    Urgency::Person => amount,
                    Urgency::Batch => amount + amount.max(rule.burst * LEFT_BY_BATCHES),
                };
                wait = wait.max(self.level(counted, rule, now).wait_for(there, rule, now));
            }
            if let Some(limit) = self.per_day(counted, limits) {
                wait = wait.max(self.days[index(counted)].wait_for(amount, limit, now));
            }
        }
        wait
    }

    /// Takes a call's needs out.
    pub fn take(&mut self, limits: Limits, tokens: Tokens, urgency: Urgency, now: Moment) {
        if urgency == Urgency::Person {
            self.person_until = now;
        }
        self.change(limits, |counted| amount(counted, tokens), now);
    }

    /// A person waits for their turn, which comes after `wait`.
    pub fn stand_back(&mut self, wait: Duration, now: Moment) {
        self.person_until = now.after((wait + PERSONS_TURN).min(LONGEST_COURTESY));
    }

    /// Puts right what was taken for a call that has ended, and learns from its end.
    pub fn settle(&mut self, limits: Limits, taken: Tokens, ended: &Ended, now: Moment) {
        let (requests, tokens) = match ended.used {
            Used::Reported(used) => (0.0, minus(used, taken)),
            Used::Answered { output } => (0.0, Tokens { input: 0.0, output: output - taken.output }),
            Used::Refused => (0.0, minus(Tokens::default(), taken)),
            Used::Unsent => (-1.0, minus(Tokens::default(), taken)),
            Used::Unknown => (0.0, Tokens::default()),
        };
        let correction = |counted| match counted {
            Counted::Requests => requests,
            _ => amount(counted, tokens),
        };
        self.change(limits, correction, now);
        match ended.used {
            Used::Refused => {
                self.closed_until = self.closed_until.max(now.after(ended.retry_after.unwrap_or(REFUSED_WAIT)));
                self.slower = 1.0 - (self.pace() * SLOWER).max(SLOWEST);
            }
            Used::Reported(_) | Used::Answered { .. } => self.slower = (self.slower - FASTER).max(0.0),
            Used::Unsent | Used::Unknown => {}
        }
        self.learn(&ended.rates, limits, now);
    }

    fn change(&mut self, limits: Limits, amount: impl Fn(Counted) -> f64, now: Moment) {
        self.touched = now;
        for counted in COUNTED {
            let of_this = amount(counted);
            if let Some(rule) = self.rule(counted, limits) {
                let mut level = self.level(counted, rule, now);
                level.take(of_this, rule, now);
                self.levels[index(counted)] = Some(level);
            }
            if self.per_day(counted, limits).is_some() {
                self.days[index(counted)].take(of_this, now);
            }
        }
    }

    fn learn(&mut self, rates: &Rates, limits: Limits, now: Moment) {
        for Allowance { of, per, limit, remaining, .. } in rates.0.iter().copied() {
            let (limit, remaining) = (limit.map(|limit| limit as f64), remaining.map(|left| left as f64));
            let place = index(of);
            match per.unwrap_or(Window::Minute) {
                Window::Minute => {
                    self.learnt.per_minute[place] = limit.or(self.learnt.per_minute[place]);
                    if let (Some(rule), Some(remaining)) = (self.rule(of, limits), remaining) {
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

    fn rule(&self, counted: Counted, limits: Limits) -> Option<Rule> {
        let second = self.per_minute(counted, limits)? / 60.0;
        let few = counted == Counted::Requests && second < 2.0;
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

    /// The lower of what the user says and what the server said.
    fn per_minute(&self, counted: Counted, limits: Limits) -> Option<f64> {
        let written = match counted {
            Counted::Requests => limits.requests_per_minute.map(f64::from),
            Counted::Tokens => limits.tokens_per_minute.map(|tokens| tokens as f64),
            Counted::InputTokens | Counted::OutputTokens => None,
        };
        lower(written, self.learnt.per_minute[index(counted)])
    }

    fn per_day(&self, counted: Counted, limits: Limits) -> Option<f64> {
        let written = match counted {
            Counted::Requests => limits.requests_per_day.map(f64::from),
            Counted::Tokens => limits.tokens_per_day.map(|tokens| tokens as f64),
            Counted::InputTokens | Counted::OutputTokens => None,
        };
        lower(written, self.learnt.per_day[index(counted)])
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
