//! When a call that failed is tried again: what passes by itself is, after a while that grows, and within bounds.
//!
//! Pure: the time is told, and so is the luck by which many that failed together do not all come back together.

use std::time::Duration;

use crate::llm::rates::Rates;
use crate::llm::request::CallFailure;

/// A limit passes, and a server that is overloaded gets rid of its load.
const MOST_RETRIES: u16 = 5;
/// A fault that is there a fourth time stays.
const MOST_RETRIES_OF_FAULTS: u16 = 3;
/// The first wait; each that follows is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// A server that says nothing of its own is asked again at least this often.
const LONGEST_WAIT: Duration = Duration::from_secs(16);
/// A server's own word is kept, and overstepped by up to this: who waits for the same moment should not come at once.
const SPREAD: Duration = Duration::from_millis(250);
/// How long a call is waited for in all: rate limits of a minute have passed by then.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same, where another model could answer meanwhile.
const PATIENCE_WITH_A_STAND_IN: Duration = Duration::from_secs(5);

/// Who could answer instead of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandIn {
    Ready,
    None,
}

/// What a call has been through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retry {
    times: u16,
    waited: Duration,
}

impl Retry {
    /// How long to wait before the next attempt; `None` to give up. `luck` is in 0..1.
    pub fn after(&mut self, failure: &CallFailure, stand_in: StandIn, luck: f64) -> Option<Duration> {
        let patience = match stand_in {
            StandIn::Ready => PATIENCE_WITH_A_STAND_IN,
            StandIn::None => PATIENCE,
        };
        let wait = self.wait(failure, luck)?;
        let most = match failure {
            CallFailure::RateLimited { .. } | CallFailure::Overloaded { .. } => MOST_RETRIES,
            _ => MOST_RETRIES_OF_FAULTS,
        };
        if self.times >= most || self.waited + wait > patience {
            return None;
        }
        self.times += 1;
        self.waited += wait;
        Some(wait)
    }

    fn wait(self, failure: &CallFailure, luck: f64) -> Option<Duration> {
        let grown = FIRST_WAIT.saturating_mul(1 << self.times.min(MOST_RETRIES)).min(LONGEST_WAIT);
        // Between half of it and all of it.
        let own = grown.mul_f64(0.5 + luck / 2.0);
        let said = match failure {
            CallFailure::RateLimited { retry_after, rates, .. } => retry_after.or_else(|| reset(rates)),
            CallFailure::Overloaded { retry_after, .. } => *retry_after,
            failure => return passes(failure).then_some(own),
        };
        let said = said.map(|after| after.saturating_add(SPREAD.mul_f64(luck)));
        Some(said.map_or(own, |said| said.max(own)))
    }
}

/// When what is used up is there again, where the server says that and nothing shorter.
fn reset(rates: &Rates) -> Option<Duration> {
    let used_up = rates.0.iter().filter(|allowance| allowance.remaining == Some(0));
    used_up.filter_map(|allowance| allowance.reset).max()
}

/// Whether the same request may succeed a moment later: the server had a fault of its own, or the connection broke. Not
/// what is wrong with the request, the key or the account; and not a server that does not run.
fn passes(failure: &CallFailure) -> bool {
    match failure {
        CallFailure::BrokenOff { .. } | CallFailure::InStream { .. } => true,
        CallFailure::Refused { status, .. } => matches!(status, 500 | 502 | 503 | 504 | 529),
        _ => false,
    }
}

/// A number in 0..1 of `seed` and `parts`: the same for the same, and as good as any other for others.
pub fn luck(seed: u64, parts: [u64; 5]) -> f64 {
    let mixed = parts.into_iter().fold(seed, |state, part| splitmix(state ^ part));
    // The 53 bits that a double has room for.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// One step of SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>).
fn splitmix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::rates::{Allowance, Counted};
    use crate::llm::request::LimitOf;

    fn overloaded(retry_after: Option<u64>) -> CallFailure {
        let retry_after = retry_after.map(Duration::from_secs);
        CallFailure::Overloaded { provider: "x".into(), status: 529, retry_after }
    }

    /// All waits in milliseconds, until it gives up.
    fn waits(failure: &CallFailure, stand_in: StandIn, luck: f64) -> Vec<u128> {
        let mut retry = Retry::default();
        std::iter::from_fn(|| retry.after(failure, stand_in, luck)).map(|wait| wait.as_millis()).collect()
    }

    #[test]
    fn each_wait_is_longer_and_there_is_a_last() {
        assert_eq!(waits(&overloaded(None), StandIn::None, 1.0), [500, 1000, 2000, 4000, 8000]);
        assert_eq!(waits(&overloaded(None), StandIn::None, 0.0), [250, 500, 1000, 2000, 4000]);
        assert_eq!(waits(&overloaded(None), StandIn::Ready, 1.0), [500, 1000, 2000]);
    }

    #[test]
    fn the_servers_word_is_kept() {
        assert_eq!(waits(&overloaded(Some(25)), StandIn::None, 0.0), [25_000, 25_000]);
        assert_eq!(waits(&overloaded(Some(3)), StandIn::None, 0.5)[0], 3125);
        // Nobody waits for an hour.
        assert_eq!(waits(&overloaded(Some(3600)), StandIn::None, 0.0), []);
        assert_eq!(waits(&overloaded(Some(10)), StandIn::Ready, 0.0), []);
        assert_eq!(waits(&overloaded(Some(u64::MAX)), StandIn::None, 1.0), []);
    }

    #[test]
    fn without_a_word_of_when_the_reset_of_what_is_used_up_holds() {
        let allowance = |remaining, seconds| Allowance {
            of: Counted::Requests,
            per: None,
            limit: None,
            remaining: Some(remaining),
            reset: Some(Duration::from_secs(seconds)),
        };
        let limited = |retry_after, all: &[Allowance]| CallFailure::RateLimited {
            provider: "x".into(),
            of: LimitOf::Model,
            retry_after,
            rates: Rates(all.to_vec()),
            message: "".into(),
        };
        let both = [allowance(3, 50), allowance(0, 20)];
        assert_eq!(waits(&limited(None, &both), StandIn::None, 0.0), [20_000, 20_000, 20_000]);
        assert_eq!(waits(&limited(Some(Duration::from_secs(30)), &both), StandIn::None, 0.0), [30_000, 30_000]);
        assert_eq!(waits(&limited(None, &both[..1]), StandIn::None, 0.0)[0], 250);
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let refused = |status| CallFailure::Refused { provider: "x".into(), status, message: "".into() };
        for failure in [refused(500), refused(502), refused(504), CallFailure::BrokenOff { host: "h".into() }] {
            assert_eq!(waits(&failure, StandIn::None, 1.0).len(), 3, "{failure:?}");
        }
        for failure in [
            refused(400),
            refused(403),
            CallFailure::QuotaUsedUp { provider: "x".into(), message: "".into() },
            CallFailure::KeyRefused { provider: "x".into(), status: 401 },
            CallFailure::Unreachable { host: "h".into() },
            CallFailure::TooLong { provider: "x".into(), model: "m".into() },
        ] {
            assert_eq!(waits(&failure, StandIn::None, 1.0), [], "{failure:?}");
        }
    }

    #[test]
    fn luck_is_spread() {
        let all: Vec<_> = (0..1000).map(|part| luck(7, [1, 0, 0, part, 0])).collect();
        assert!(all.iter().all(|luck| (0.0..1.0).contains(luck)));
        let mean = all.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
        assert_eq!(luck(7, [1, 2, 3, 4, 5]).to_bits(), luck(7, [1, 2, 3, 4, 5]).to_bits());
    }
}
