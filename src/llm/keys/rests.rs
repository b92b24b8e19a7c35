//! Keys that rest because a server would not take them: another is tried first for as long.
//!
//! Pure: the time is an argument.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::llm::request::{CallFailure, KeyName};

/// A refused key is set anew by hand, and that is told by itself; till then it is tried now and then.
const REFUSED: Duration = Duration::from_secs(10 * 60);
/// Credit is bought by hand.
const USED_UP: Duration = Duration::from_secs(60 * 60);
/// Where the server did not say.
const LIMITED: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub struct Rests {
    until: HashMap<(String, KeyName), Instant>,
}

impl Rests {
    /// Until when it rests; the past where it does not.
    pub fn until(&self, provider: &str, key: &KeyName, now: Instant) -> Instant {
        let until = self.until.get(&(provider.to_owned(), key.clone()));
        until.copied().unwrap_or(now).max(now)
    }

    pub fn add(&mut self, provider: &str, key: &KeyName, failure: &CallFailure, now: Instant) {
        if let Some(rest) = rest_after(failure) {
            self.until.insert((provider.to_owned(), key.clone()), now + rest);
        }
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
        rests.add("x", &one, &CallFailure::KeyRefused { provider: "x".into(), status: 401 }, now);
        assert!(rests.until("x", &one, now) > rests.until("x", &other, now));
        assert_eq!(rests.until("y", &one, now), now);
        assert_eq!(rests.until("x", &one, now + REFUSED), now + REFUSED);
        rests.add("x", &other, &CallFailure::BrokenOff { host: "h".into() }, now);
        assert_eq!(rests.until("x", &other, now), now);
    }
}
