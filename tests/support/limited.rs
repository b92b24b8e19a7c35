//! What makes a server one that enforces limits, as strictly as there is: continuous refill, a burst of one second, the
//! prompt's tokens needed at once and the actual answer's counted when it is given. A refusal says when to come again.
#![allow(dead_code, reason = "every test that includes this file uses a part of it")]

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::server::{Answer, DONE, Recorded, STOP, chunk};

/// What a small request is, in tokens.
const SMALL: f64 = 30.0;

/// Limits a minute, and what was used of them.
pub struct Limits {
    requests: f64,
    tokens: f64,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
pub struct State {
    requests: f64,
    tokens: f64,
    at: Instant,
    /// What was used in all, and since when.
    pub served: u64,
    pub used_tokens: u64,
    pub refused: u64,
    pub began: Option<Instant>,
}

impl Limits {
    /// Infinite ones are none.
    pub fn a_minute(requests: f64, tokens: f64) -> Self {
        let state = State {
            requests: (requests / 60.0).max(1.0),
            tokens: tokens / 60.0,
            at: Instant::now(),
            served: 0,
            used_tokens: 0,
            refused: 0,
            began: None,
        };
        Self { requests, tokens, state: Mutex::new(state) }
    }

    pub fn state(&self) -> State {
        self.state.lock().expect("nobody panics with it").clone()
    }

    /// Whether a small request would be taken now.
    pub fn has_room(&self) -> bool {
        let state = self.refilled();
        state.requests >= 1.0 && state.tokens >= SMALL
    }

    /// Answers with what `answer` makes of the text, or refuses.
    pub fn answer(&self, request: &Recorded, answer: impl FnOnce(&str) -> String) -> Answer {
        let body = request.json();
        let messages = body["messages"].as_array().cloned().unwrap_or_default();
        let contents: Vec<_> = messages.iter().filter_map(|message| message["content"].as_str()).collect();
        let input: u64 = contents.iter().map(|content| tokens(content)).sum();
        if let Err(wait) = self.take(input) {
            return refusal(wait);
        }
        let answer = answer(contents.last().unwrap_or(&""));
        let output = tokens(&answer);
        self.count(output);
        let usage = serde_json::json!({"choices": [], "usage": {"prompt_tokens": input, "completion_tokens": output}});
        Answer::stream([chunk(&answer), STOP.to_owned(), format!("data: {usage}\n\n"), DONE.to_owned()])
    }

    fn take(&self, input: u64) -> Result<(), Duration> {
        let mut state = self.refilled();
        let missing_requests = (1.0 - state.requests) / (self.requests / 60.0);
        let missing_tokens = (input as f64 - state.tokens) / (self.tokens / 60.0);
        let missing = missing_requests.max(if self.tokens.is_finite() { missing_tokens } else { 0.0 });
        if missing > 0.0 && missing.is_finite() {
            state.refused += 1;
            return Err(Duration::from_secs_f64(missing));
        }
        state.requests -= 1.0;
        state.tokens -= input as f64;
        state.served += 1;
        state.used_tokens += input;
        let now = state.at;
        state.began.get_or_insert(now);
        Ok(())
    }

    fn count(&self, output: u64) {
        let mut state = self.refilled();
        state.tokens -= output as f64;
        state.used_tokens += output;
    }

    fn refilled(&self) -> std::sync::MutexGuard<'_, State> {
        let mut state = self.state.lock().expect("nobody panics with it");
        let now = Instant::now();
        let passed = (now - state.at).as_secs_f64();
        let (requests, tokens) = (self.requests / 60.0, self.tokens / 60.0);
        state.requests = (state.requests + passed * requests).min(requests.max(1.0));
        state.tokens = (state.tokens + passed * tokens).min(tokens);
        state.at = now;
        state
    }
}

/// Some number near what tokenizers say: it is not the one that is guessed with.
fn tokens(text: &str) -> u64 {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| 1 + word.len() as u64 / 6)
        .sum()
}

fn refusal(wait: Duration) -> Answer {
    let body = r#"{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}"#;
    let after = format!("{:.3}", wait.as_secs_f64());
    Answer::with_headers(429, &[("content-type", "application/json"), ("retry-after", &after)], body)
}
