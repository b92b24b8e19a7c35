//! What may be used within a minute, as a bucket that refills continuously, and within a day, as a sum over its hours.
//!
//! Providers publish limits a minute and enforce them over shorter times (OpenAI's own words: 60,000 a minute may be
//! enforced as 1,000 a second), so a bucket holds a second's worth. Time is an argument.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment on the clock that all processes share: microseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment(pub u64);

impl Moment {
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)))
    }

    /// Zero where `earlier` is not earlier: a clock may be set back.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// How fast a bucket refills and what it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    pub per_second: f64,
    pub burst: f64,
}

/// What is in a bucket. Below zero: more was used than there was, which the refill pays back first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Level {
    level: f64,
    at: Moment,
}

impl Level {
    pub fn full(rule: Rule, now: Moment) -> Self {
        Self { level: rule.burst, at: now }
    }

    /// What is in it now.
    pub fn now(&self, rule: Rule, now: Moment) -> f64 {
        (self.level + now.since(self.at).as_secs_f64() * rule.per_second).min(rule.burst)
    }

    /// How long until `amount` is in it. What it can never hold is there when it is full.
    pub fn wait_for(&self, amount: f64, rule: Rule, now: Moment) -> Duration {
        let missing = amount.min(rule.burst) - self.now(rule, now);
        match missing > ROUNDING && rule.per_second > 0.0 {
            true => Duration::try_from_secs_f64(missing / rule.per_second).unwrap_or(Duration::MAX),
            false => Duration::ZERO,
        }
    }

    /// Takes `amount` out, or puts it back where it is negative.
    pub fn take(&mut self, amount: f64, rule: Rule, now: Moment) {
        let level = (self.now(rule, now) - amount).min(rule.burst);
        *self = Self { level, at: now };
    }

    /// There is no more in it than this, as the server says.
    pub fn at_most(&mut self, amount: f64, rule: Rule, now: Moment) {
        let level = self.now(rule, now).min(amount);
        *self = Self { level, at: now };
    }
}

/// Below this, a difference is one of floating point: less than a thousandth of a request or token.
const ROUNDING: f64 = 1e-6;

const HOUR: Duration = Duration::from_secs(3600);
const HOURS: u64 = 24;

/// What was used in each of the last hours. Some providers count from midnight, of some time zone, and some over the
/// last 24 hours; no day of whichever kind has more than the last 24 full hours and the one that runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Day {
    hours: VecDeque<(u64, f64)>,
}

impl Day {
    pub const NEW: Self = Self { hours: VecDeque::new() };

    pub fn used(&self, now: Moment) -> f64 {
        self.recent(now).map(|(_, used)| used).sum()
    }

    /// How long until `amount` more may be used. More than a whole day's is there when nothing else was used.
    pub fn wait_for(&self, amount: f64, limit: f64, now: Moment) -> Duration {
        let mut missing = self.used(now) + amount.min(limit) - limit;
        for (hour, used) in self.recent(now) {
            if missing <= ROUNDING {
                break;
            }
            missing -= used;
            if missing <= ROUNDING {
                return Moment((hour + HOURS + 1) * HOUR.as_micros() as u64).since(now);
            }
        }
        Duration::ZERO
    }

    pub fn take(&mut self, amount: f64, now: Moment) {
        let hour = hour_of(now);
        self.hours.retain(|(past, _)| past + HOURS >= hour && *past <= hour);
        match self.hours.back_mut().filter(|(last, _)| *last == hour) {
            Some((_, used)) => *used = (*used + amount).max(0.0),
            None => self.hours.push_back((hour, amount.max(0.0))),
        }
    }

    /// At least this much was used, as the server says.
    pub fn at_least(&mut self, used: f64, now: Moment) {
        let missing = used - self.used(now);
        if missing > 0.0 {
            self.take(missing, now);
        }
    }

    fn recent(&self, now: Moment) -> impl Iterator<Item = (u64, f64)> + '_ {
        let hour = hour_of(now);
        self.hours.iter().copied().filter(move |(past, _)| past + HOURS >= hour && *past <= hour)
    }
}

fn hour_of(moment: Moment) -> u64 {
    moment.0 / HOUR.as_micros() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { per_second: 10.0, burst: 10.0 };

    fn at(seconds: f64) -> Moment {
        Moment(1_790_000_000_000_000).after(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn a_bucket_refills_to_its_brim_and_no_further() {
        let mut bucket = Level::full(RULE, at(0.0));
        bucket.take(10.0, RULE, at(0.0));
        assert_eq!(bucket.wait_for(1.0, RULE, at(0.0)), Duration::from_millis(100));
        assert_eq!(bucket.wait_for(1.0, RULE, at(0.1)), Duration::ZERO);
        assert_eq!(bucket.now(RULE, at(0.5)), 5.0);
        assert_eq!(bucket.now(RULE, at(60.0)), 10.0);
    }

    #[test]
    fn what_never_fits_goes_when_the_bucket_is_full_and_is_paid_back() {
        let mut bucket = Level::full(RULE, at(0.0));
        assert_eq!(bucket.wait_for(30.0, RULE, at(0.0)), Duration::ZERO);
        bucket.take(30.0, RULE, at(0.0));
        assert_eq!(bucket.wait_for(1.0, RULE, at(0.0)), Duration::from_millis(2100));
        bucket.take(-5.0, RULE, at(0.0));
        assert_eq!(bucket.wait_for(1.0, RULE, at(0.0)), Duration::from_millis(1600));
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing_away_and_holds_nothing_for_ever() {
        let mut bucket = Level::full(RULE, at(1000.0));
        bucket.take(10.0, RULE, at(1000.0));
        assert_eq!(bucket.now(RULE, at(0.0)), 0.0);
        bucket.take(0.0, RULE, at(0.0));
        assert_eq!(bucket.now(RULE, at(1.0)), 10.0);
    }

    #[test]
    fn a_day_is_over_hour_by_hour() {
        const H: f64 = 3600.0;
        let mut day = Day::default();
        let start = Moment(3600 * 1_000_000 * 500_000);
        let at = |hours: f64| start.after(Duration::from_secs_f64(hours * H));
        day.take(60.0, at(0.5));
        day.take(40.0, at(3.5));
        assert_eq!(day.wait_for(1.0, 100.0, at(4.0)), Duration::from_secs(21 * 3600));
        assert_eq!(day.wait_for(61.0, 100.0, at(4.0)), Duration::from_secs(24 * 3600));
        assert_eq!(day.wait_for(1.0, 101.0, at(4.0)), Duration::ZERO);
        assert_eq!(day.used(at(25.0)), 40.0);
        day.at_least(90.0, at(25.0));
        assert_eq!(day.used(at(25.0)), 90.0);
        assert_eq!(day.used(at(60.0)), 0.0);
    }
}
