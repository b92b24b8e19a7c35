//! How far a run over many pieces is, and what is left of it in time and money, as far as that can be told.

use std::time::{Duration, Instant};

use crate::text::sentences;

/// A terminal's line is written anew so often.
const IN_TERMINAL: Duration = Duration::from_millis(250);
/// In a log it is a line of its own: less often, and short runs say nothing.
const IN_LOG: Duration = Duration::from_secs(10);

/// What a run has done.
pub struct Progress {
    began: Instant,
    said: Instant,
    every: Duration,
    /// Of the text, in bytes.
    size: Option<u64>,
    /// As far as it is done in order.
    done_bytes: u64,
    /// Where this run began to ask.
    first_bytes: u64,
    pieces: u64,
    failed: u64,
    dollars: f64,
}

impl Progress {
    pub fn new(size: Option<u64>, in_terminal: Terminal, now: Instant) -> Self {
        let every = match in_terminal {
            Terminal::Yes => IN_TERMINAL,
            Terminal::No => IN_LOG,
        };
        Self { began: now, said: now, every, size, done_bytes: 0, first_bytes: 0, pieces: 0, failed: 0, dollars: 0.0 }
    }

    /// All up to here was done by an earlier run.
    pub fn resumed_at(&mut self, bytes: u64, now: Instant) {
        (self.first_bytes, self.done_bytes, self.began) = (bytes, bytes, now);
    }

    /// A piece is done, up to here in the text.
    pub fn done(&mut self, bytes: u64) {
        self.pieces += 1;
        self.done_bytes = bytes;
    }

    pub fn failed(&mut self) {
        self.failed += 1;
    }

    pub fn spent(&mut self, dollars: f64) {
        self.dollars += dollars;
    }

    /// What to say now, if it is time to say something.
    pub fn line(&mut self, now: Instant) -> Option<String> {
        if now - self.said < self.every {
            return None;
        }
        self.said = now;
        Some(self.words(now))
    }

    fn words(&self, now: Instant) -> String {
        let mut words = format!("{} done", self.pieces);
        if self.failed > 0 {
            words += &format!(", {} failed", self.failed);
        }
        if self.dollars > 0.0 {
            words += &format!(", {} spent", sentences::dollars(self.dollars));
        }
        let Some(left) = self.left() else { return words };
        let time = Duration::try_from_secs_f64((now - self.began).as_secs_f64() * left).unwrap_or(Duration::MAX);
        words += &format!("; left: about {}", sentences::rough(time));
        if self.dollars > 0.0 {
            words += &format!(", {}", sentences::dollars(self.dollars * left));
        }
        words
    }

    /// What is left, as a multiple of what this run has done.
    fn left(&self) -> Option<f64> {
        let done = self.done_bytes.checked_sub(self.first_bytes).filter(|done| *done > 0)?;
        Some(self.size?.saturating_sub(self.done_bytes) as f64 / done as f64)
    }
}

/// Whether a person looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_what_is_done() {
        let now = Instant::now();
        let at = |seconds| now + Duration::from_secs(seconds);
        let mut progress = Progress::new(Some(1000), Terminal::No, now);
        assert_eq!(progress.line(at(5)), None);
        progress.done(100);
        progress.spent(0.02);
        assert_eq!(progress.line(at(10)).as_deref(), Some("1 done, $0.02 spent; left: about 2 min, $0.18"));
        assert_eq!(progress.line(at(12)), None);
        progress.failed();
        progress.done(1000);
        assert_eq!(progress.line(at(30)).as_deref(), Some("2 done, 1 failed, $0.02 spent; left: about 0 s, $0.00"));
    }

    #[test]
    fn of_a_pipe_the_end_is_not_known() {
        let now = Instant::now();
        let mut progress = Progress::new(None, Terminal::Yes, now);
        progress.done(100);
        assert_eq!(progress.line(now + Duration::from_secs(1)).as_deref(), Some("1 done"));
    }

    #[test]
    fn what_an_earlier_run_did_takes_no_time_now() {
        let now = Instant::now();
        let mut progress = Progress::new(Some(1000), Terminal::Yes, now);
        progress.resumed_at(800, now);
        progress.done(900);
        assert_eq!(progress.line(now + Duration::from_secs(7)).as_deref(), Some("1 done; left: about 7 s"));
    }
}
