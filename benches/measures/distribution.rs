//! Durations as a distribution, and a distribution as a line of a table. Pure.

use std::fmt;
use std::time::Duration;

/// Durations of the same thing, many times.
pub struct Distribution(Vec<Duration>);

impl FromIterator<Duration> for Distribution {
    fn from_iter<I: IntoIterator<Item = Duration>>(durations: I) -> Self {
        let mut sorted: Vec<_> = durations.into_iter().collect();
        assert!(!sorted.is_empty(), "something was measured");
        sorted.sort_unstable();
        Self(sorted)
    }
}

impl Distribution {
    pub const HEAD: &str = "| | times | median | p90 | p99 | longest | target |\n|---|--:|--:|--:|--:|--:|---|";

    /// The smallest duration that so many of a hundred do not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0[rank.saturating_sub(1)]
    }

    /// A line below [`HEAD`](Self::HEAD).
    pub fn row(&self, what: &str, target: &Target) -> String {
        let times = self.0.len();
        let [median, p90, p99, longest] = [50, 90, 99, 100].map(|percent| millis(self.percentile(percent)));
        format!("| {what} | {times} | {median} | {p90} | {p99} | {longest} | {} |", target.against(self))
    }
}

/// What a distribution is to keep to.
#[derive(Default)]
pub struct Target {
    pub median: Option<Duration>,
    pub p99: Option<Duration>,
}

impl Target {
    pub fn median(millis: u64) -> Self {
        Self { median: Some(Duration::from_millis(millis)), p99: None }
    }

    pub fn p99(mut self, millis: u64) -> Self {
        self.p99 = Some(Duration::from_millis(millis));
        self
    }

    fn against(&self, distribution: &Distribution) -> String {
        let limits = [("median", 50, self.median), ("p99", 99, self.p99)];
        let judged = limits.into_iter().filter_map(|(name, percent, limit)| {
            let limit = limit?;
            Some(format!("{name} ≤ {} ms: {}", limit.as_millis(), Verdict(distribution.percentile(percent) <= limit)))
        });
        judged.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a target was met, in a word.
pub struct Verdict(pub bool);

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "met" } else { "**missed**" })
    }
}

fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}
