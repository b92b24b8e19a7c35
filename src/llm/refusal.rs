//! What a server means by an error: its status, its JSON (of OpenAI's shape, and the shapes that others made of it), its
//! web page or its plain words become a [`CallFailure`], by what the user can do.
//!
//! Invariant: the server's own words travel as [`ForeignText`] alone, and shortened. Time is an argument.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::request::CallFailure;
use super::roster::Target;
use crate::text::sealed::ForeignText;

/// How much of a server's words a notification has room for, in characters.
const WORDS_LIMIT: usize = 300;

/// What HTTP said when the stream began: all is well.
const STREAM_STATUS: u16 = 200;

/// An HTTP answer that is an error.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: &'a [u8],
}

/// What the body of an error says.
#[derive(Default)]
pub struct Said {
    pub message: String,
    /// `code` and `type`, as words in lower case.
    pub codes: Vec<String>,
    /// An HTTP status as a number in `code`: OpenRouter and others.
    pub status: Option<u16>,
    /// Whether it was JSON that spoke: the server itself, not a proxy before it.
    json: bool,
}

/// What the status `answered` with means.
pub fn failure(target: &Target, answered: &Answered) -> CallFailure {
    let said = Said::of_body(answered.body);
    classify(target, answered.status, answered.retry_after, &said)
        .unwrap_or_else(|| refused(target, answered.status, &said))
}

/// What an `error` in the middle of a stream means.
pub fn in_stream(target: &Target, error: &Value) -> CallFailure {
    let said = Said::of_error(error);
    let status = said.status.unwrap_or(STREAM_STATUS);
    classify(target, status, None, &said).unwrap_or_else(|| CallFailure::InStream {
        provider: target.provider.name.clone(),
        message: shortened(&said.message),
    })
}

fn classify(target: &Target, status: u16, retry_after: Option<Duration>, said: &Said) -> Option<CallFailure> {
    let provider = target.provider.name.clone();
    let model = target.model.clone();
    let message = shortened(&said.message);
    Some(match status {
        _ if status == 402 || said.is_out_of_quota() => CallFailure::QuotaUsedUp { provider, message },
        _ if status == 413 || said.is_too_long() => CallFailure::TooLong { provider, model },
        _ if status == 401 || said.is_about_the_key(status) => CallFailure::KeyRefused { provider, status },
        _ if said.is_unknown_model(status) => CallFailure::ModelUnknown { provider, model },
        429 => CallFailure::RateLimited { provider, retry_after, message },
        503 | 529 => CallFailure::Overloaded { provider, status, retry_after },
        _ if said.has_code(&["rate_limit_exceeded", "rate_limit_error"]) => {
            CallFailure::RateLimited { provider, retry_after, message }
        }
        _ if said.has_code(&["overloaded_error", "server_overloaded", "engine_overloaded"]) => {
            CallFailure::Overloaded { provider, status, retry_after }
        }
        _ => return None,
    })
}

fn refused(target: &Target, status: u16, said: &Said) -> CallFailure {
    CallFailure::Refused { provider: target.provider.name.clone(), status, message: shortened(&said.message) }
}

impl Said {
    fn of_body(body: &[u8]) -> Self {
        if let Ok(json) = serde_json::from_slice::<Value>(body) {
            return Self { json: true, ..Self::of_json(&json) };
        }
        let text = String::from_utf8_lossy(body);
        let message = page_title(&text).unwrap_or_else(|| text.into_owned());
        Self { message, ..Self::default() }
    }

    /// `{"error": …}`, in a list of one too (Gemini), or the error's fields at the top.
    fn of_json(json: &Value) -> Self {
        let json = json.get(0).unwrap_or(json);
        Self::of_error(json.get("error").filter(|error| !error.is_null()).unwrap_or(json))
    }

    /// The error itself: an object, or its sentence alone.
    fn of_error(error: &Value) -> Self {
        if let Some(message) = error.as_str() {
            return Self { message: message.to_owned(), ..Self::default() };
        }
        let sentence = ["message", "detail", "msg"].iter().find_map(|field| error.get(field));
        let words = ["code", "type", "status"].iter().filter_map(|field| error.get(field)?.as_str());
        let number = error.get("code").and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
        Self {
            message: sentence.map(words_of).unwrap_or_default(),
            codes: words.map(str::to_ascii_lowercase).collect(),
            status: number.and_then(|code| u16::try_from(code).ok()).filter(|status| (400..600).contains(status)),
            json: true,
        }
    }

    fn has_code(&self, codes: &[&str]) -> bool {
        self.codes.iter().any(|code| codes.contains(&code.as_str()))
    }

    fn mentions(&self, phrases: &[&str]) -> bool {
        let message = self.message.to_lowercase();
        phrases.iter().any(|phrase| message.contains(phrase))
    }

    fn is_out_of_quota(&self) -> bool {
        const CODES: [&str; 4] =
            ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "enforced_spend_limit_reached"];
        self.has_code(&CODES) || self.mentions(&["insufficient balance", "insufficient credits"])
    }

    fn is_too_long(&self) -> bool {
        const CODES: [&str; 3] = ["context_length_exceeded", "exceed_context_size_error", "string_above_max_length"];
        const PHRASES: [&str; 3] =
            ["maximum context length", "exceeds the available context size", "prompt is too long"];
        self.has_code(&CODES) || self.mentions(&PHRASES)
    }

    /// A 403 may also be about the country or a proxy: the key is blamed only where the server speaks of it, or says
    /// nothing at all.
    fn is_about_the_key(&self, status: u16) -> bool {
        const PHRASES: [&str; 3] = ["incorrect api key", "invalid api key", "api key not valid"];
        const FORBIDDEN: [&str; 4] = ["key", "permission", "credential", "unauthorized"];
        self.has_code(&["invalid_api_key", "authentication_error"])
            || self.mentions(&PHRASES)
            || status == 403 && (self.message.is_empty() || self.json && self.mentions(&FORBIDDEN))
    }

    /// A 404 without a word of the model is a wrong address, not a wrong model.
    fn is_unknown_model(&self, status: u16) -> bool {
        const PHRASES: [&str; 5] =
            ["not found", "does not exist", "is not a valid model", "unknown model", "model not exist"];
        self.has_code(&["model_not_found", "invalid_model", "unknown_model"])
            || self.json && matches!(status, 400 | 404) && self.mentions(&["model"]) && self.mentions(&PHRASES)
    }
}

/// A sentence, or (FastAPI) a list of objects that have one.
fn words_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().filter_map(|one| one.get("msg")).map(words_of).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// What a web page calls itself: all of it that is for people.
fn page_title(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title").and_then(|at| Some(at + lower[at..].find('>')? + 1));
    let title = start.and_then(|start| Some(&text[start..start + lower[start..].find("</title")?]));
    Some(title.map(|title| html_escape::decode_html_entities(title).into_owned()).unwrap_or_default())
}

/// In one line, and no longer than a notification has room for.
pub fn shortened(words: &str) -> ForeignText {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(WORDS_LIMIT) {
        Some((end, _)) => format!("{}…", &line[..end]).into(),
        None => line.into(),
    }
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
fn units(mut value: &str) -> Option<Duration> {
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
            _ => return None,
        };
        let part = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * factor).ok()?;
        sum = Some(sum.unwrap_or(Duration::ZERO).checked_add(part)?);
        value = rest;
    }
    sum
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
