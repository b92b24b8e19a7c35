//! Keys that rest because a server would not take them: another is tried first for as long.
//!
//! Pure: the time is an argument.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::llm::request::{CallFailure, KeyName, LimitOf};

/// A refused key is set anew by hand, and that is told by itself; till then it is tried now and then.
const REFUSED: Duration = Duration::from_secs(10 * 60);
/// Credit is bought by hand.
const USED_UP: Duration = Duration::from_secs(60 * 60);
/// Where the server did not say.
const LIMITED: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub struct Rests {
    until: HashMap<Rest, Instant>,
}

/// What rests: a key of a provider, for the models of one pool or (none) for all.
type Rest = (String, Option<String>, KeyName);

impl Rests {
    /// Until when it rests; the past where it does not.
    pub fn until(&self, provider: &str, pool: &str, key: &KeyName, now: Instant) -> Instant {
        let of = |pool| self.until.get(&(provider.to_owned(), pool, key.clone())).copied();
        of(None).max(of(Some(pool.to_owned()))).unwrap_or(now).max(now)
    }

    pub fn add(&mut self, provider: &str, pool: &str, key: &KeyName, failure: &CallFailure, now: Instant) {
        let Some(rest) = rest_after(failure) else { return };
        let pool = match failure {
            CallFailure::RateLimited { of: LimitOf::Model, .. } => Some(pool.to_owned()),
            _ => None,
        };
        self.until.insert((provider.to_owned(), pool, key.clone()), now + rest);
    }
}

/// How long a key rests after this; none where the failure is not the key's.
pub fn rest_after(failure: &CallFailure) -> Option<Duration> {
    match failure {
        CallFailure::KeyRefused { .. } => Some(REFUSED),
        CallFailure::QuotaUsedUp { .. } => Some(USED_UP),
        CallFailure::RateLimited { retry_after, .. } => Some(retry_after.unwrap_or(LIMITED)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_key_comes_after_the_others_for_a_while() {
        let (mut rests, now) = (Rests::default(), Instant::now());
        let (one, other) = (KeyName::Env("A".into()), KeyName::Keyring("work".into()));
        rests.add("x", "m", &one, &CallFailure::KeyRefused { provider: "x".into(), status: 401 }, now);
        assert!(rests.until("x", "n", &one, now) > rests.until("x", "m", &other, now));
        assert_eq!(rests.until("y", "m", &one, now), now);
        assert_eq!(rests.until("x", "m", &one, now + REFUSED), now + REFUSED);
        rests.add("x", "m", &other, &CallFailure::BrokenOff { host: "h".into() }, now);
        assert_eq!(rests.until("x", "m", &other, now), now);
    }

    #[test]
    fn a_key_at_the_limit_of_a_model_is_as_good_as_any_for_another() {
        let (mut rests, now, key) = (Rests::default(), Instant::now(), KeyName::Env("A".into()));
        let limited = |of| CallFailure::RateLimited {
            provider: "x".into(),
            of,
            retry_after: Some(Duration::from_secs(4)),
            rates: Default::default(),
            message: "".into(),
        };
        rests.add("x", "m", &key, &limited(LimitOf::Model), now);
        let until = |rests: &Rests| ["m", "n"].map(|pool| (rests.until("x", pool, &key, now) - now).as_secs());
        assert_eq!(until(&rests), [4, 0]);
        rests.add("x", "m", &key, &limited(LimitOf::Account), now);
        assert_eq!(until(&rests), [4, 4]);
    }
}
