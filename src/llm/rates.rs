//! What the headers of an answer say of limits: how much may be asked, how much of it is left and when it is there again,
//! and how long a refused request has to wait.
//!
//! Pure: time is an argument. A header that cannot be read is as if it had not been sent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// All that an answer said of the provider's limits. Empty where it said nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates(pub Vec<Allowance>);

/// One limit, as far as the server has told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub of: Counted,
    /// `None`: the server does not say which; the minute is usual.
    pub per: Option<Window>,
    pub limit: Option<u64>,
    pub remaining: Option<u64>,
    /// From the arrival of the answer until all of it may be used again.
    pub reset: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Requests,
    /// In and out together.
    Tokens,
    InputTokens,
    OutputTokens,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Minute,
    Day,
}

/// Where a limit's three numbers stand: the part of the header's name that differs, and what it means.
struct Family {
    limit: &'static str,
    remaining: &'static str,
    reset: &'static str,
    of: Counted,
    per: Option<Window>,
}

const fn family([limit, remaining, reset]: [&'static str; 3], of: Counted, per: Option<Window>) -> Family {
    Family { limit, remaining, reset, of, per }
}

/// OpenAI's names and those of who imitates them, Anthropic's, Mistral's. Of one thing counted in one window the first
/// that is sent holds.
const FAMILIES: &[Family] = &[
    family(
        ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
        Counted::Requests,
        None,
    ),
    family(
        ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
        Counted::Tokens,
        None,
    ),
    family(
        ["x-ratelimit-limit-input-tokens", "x-ratelimit-remaining-input-tokens", "x-ratelimit-reset-input-tokens"],
        Counted::InputTokens,
        None,
    ),
    family(
        ["x-ratelimit-limit-output-tokens", "x-ratelimit-remaining-output-tokens", "x-ratelimit-reset-output-tokens"],
        Counted::OutputTokens,
        None,
    ),
    family(
        [
            "anthropic-ratelimit-requests-limit",
            "anthropic-ratelimit-requests-remaining",
            "anthropic-ratelimit-requests-reset",
        ],
        Counted::Requests,
        Some(Window::Minute),
    ),
    family(
        [
            "anthropic-ratelimit-tokens-limit",
            "anthropic-ratelimit-tokens-remaining",
            "anthropic-ratelimit-tokens-reset",
        ],
        Counted::Tokens,
        Some(Window::Minute),
    ),
    family(
        [
            "anthropic-ratelimit-input-tokens-limit",
            "anthropic-ratelimit-input-tokens-remaining",
            "anthropic-ratelimit-input-tokens-reset",
        ],
        Counted::InputTokens,
        Some(Window::Minute),
    ),
    family(
        [
            "anthropic-ratelimit-output-tokens-limit",
            "anthropic-ratelimit-output-tokens-remaining",
            "anthropic-ratelimit-output-tokens-reset",
        ],
        Counted::OutputTokens,
        Some(Window::Minute),
    ),
    family(
        ["x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute", "x-ratelimit-reset-req-minute"],
        Counted::Requests,
        Some(Window::Minute),
    ),
    family(
        ["x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", "x-ratelimit-reset-tokens-minute"],
        Counted::Tokens,
        Some(Window::Minute),
    ),
    family(
        ["x-ratelimitbysize-limit-minute", "x-ratelimitbysize-remaining-minute", "ratelimitbysize-reset"],
        Counted::Tokens,
        Some(Window::Minute),
    ),
    // OpenRouter, and gateways that count nothing but requests.
    family(["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"], Counted::Requests, None),
];

/// Numbers from here on are moments, not waits: seconds since 1970 as of 2001.
const FIRST_MOMENT: u64 = 1_000_000_000;
/// And from here on in milliseconds.
const FIRST_MOMENT_MILLIS: u64 = 1_000_000_000_000;

impl Rates {
    /// `header` gives a header's value by its lower-case name. `requests_per`: the window of a limit of requests whose name
    /// does not say it, which is the provider's.
    pub fn of<'a>(header: impl Fn(&str) -> Option<&'a str>, requests_per: Option<Window>, now: SystemTime) -> Self {
        let mut rates = Vec::<Allowance>::new();
        for family in FAMILIES {
            let count = |name| header(name).and_then(|value| value.trim().parse().ok());
            let (limit, remaining): (Option<u64>, Option<u64>) = (count(family.limit), count(family.remaining));
            let is_known = rates.iter().any(|one| one.of == family.of);
            if is_known || limit.or(remaining).is_none() {
                continue;
            }
            let own = if family.of == Counted::Requests { requests_per } else { None };
            let reset = header(family.reset).and_then(|value| reset(value.trim(), now));
            rates.push(Allowance { of: family.of, per: family.per.or(own), limit, remaining, reset });
        }
        Self(rates)
    }

    /// How long until all that is used up is there again.
    pub fn exhausted_for(&self) -> Option<Duration> {
        self.0.iter().filter(|one| one.remaining == Some(0)).filter_map(|one| one.reset).max()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A wait (`6m0s`, `1.2`), or a moment: after 1970, of RFC 3339 or of HTTP.
fn reset(value: &str, now: SystemTime) -> Option<Duration> {
    if let Some(moment) = moment(value) {
        return Some(moment.duration_since(now).unwrap_or_default());
    }
    seconds(value).or_else(|| units(value))
}

fn moment(value: &str) -> Option<SystemTime> {
    if let Ok(number) = value.parse::<u64>() {
        return match number {
            FIRST_MOMENT_MILLIS.. => UNIX_EPOCH.checked_add(Duration::from_millis(number)),
            FIRST_MOMENT.. => UNIX_EPOCH.checked_add(Duration::from_secs(number)),
            _ => None,
        };
    }
    let rfc3339 = || value.parse::<jiff::Timestamp>().ok().map(SystemTime::from);
    rfc3339().or_else(|| httpdate::parse_http_date(value).ok())
}

/// How long to wait, from the headers that say so: `retry-after-ms`, then `Retry-After` in seconds, as a date, or as
/// OpenAI writes its resets (`6m0s`). `header` gives a header's value by its lower-case name.
pub fn retry_after<'a>(header: impl Fn(&str) -> Option<&'a str>, now: SystemTime) -> Option<Duration> {
    let milliseconds = header("retry-after-ms").and_then(|value| seconds(value).map(|value| value / 1000));
    milliseconds.or_else(|| {
        let value = header("retry-after")?.trim();
        let until = || httpdate::parse_http_date(value).ok().map(|date| date.duration_since(now).unwrap_or_default());
        seconds(value).or_else(until).or_else(|| units(value))
    })
}

fn seconds(value: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(value.trim().parse().ok()?).ok()
}

/// `1h2m3.5s`, `120ms`.
pub fn units(mut value: &str) -> Option<Duration> {
    let mut sum = None;
    while !value.is_empty() {
        let number_end = value.find(|c: char| c != '.' && !c.is_ascii_digit())?;
        let (number, rest) = value.split_at(number_end);
        let unit_end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
        let (unit, rest) = rest.split_at(unit_end);
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        let part = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * factor).ok()?;
        sum = Some(sum.unwrap_or(Duration::ZERO).checked_add(part)?);
        value = rest;
    }
    sum
}

#[cfg(test)]
#[path = "rates_tests.rs"]
mod tests;
