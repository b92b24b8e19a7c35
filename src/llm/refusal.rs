//! What a server means by an error: its status, its JSON (of OpenAI's shape, and the shapes that others made of it), its
//! web page or its plain words become a [`CallFailure`], by what the user can do.
//!
//! Invariant: the server's own words travel as [`ForeignText`] alone, and shortened. The client passes in what the
//! headers said.

mod whose;

use std::time::Duration;

use serde_json::Value;

use super::rates::{Rates, units};
use super::request::CallFailure;
use super::roster::Target;
use crate::text::sealed::ForeignText;

/// How much of a server's words a notification has room for, in characters.
const WORDS_LIMIT: usize = 300;

/// OpenRouter's word, with a 402, for a balance that is not used up but set aside for what runs now: it comes back.
const IN_FLIGHT: &str = "openrouter_in_flight_budget";

/// Groq's status for a service tier that has no room now.
const GROQ_AT_CAPACITY: u16 = 498;

/// What HTTP said when the stream began: all is well.
const STREAM_STATUS: u16 = 200;

/// Where errors say in one word what they are; the last two are OpenRouter's.
const CODE_FIELDS: [&str; 7] = ["code", "type", "status", "reason", "error_code", "error_type", "limit_source"];

/// An HTTP answer that is an error.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub rates: &'a Rates,
    pub body: &'a [u8],
}

/// What the body of an error says.
#[derive(Default)]
pub struct Said {
    pub message: String,
    /// [`CODE_FIELDS`] of the error, of its details and of its metadata, as words in lower case.
    pub codes: Vec<String>,
    /// An HTTP status as a number in `code`: OpenRouter and others.
    pub status: Option<u16>,
    /// The field of the request that is complained of.
    pub param: Option<String>,
    /// Google's, in the details.
    retry_after: Option<Duration>,
    /// Google names what is used up.
    quotas: Vec<String>,
    /// Whether it was JSON that spoke: the server itself, not a proxy before it.
    json: bool,
}

/// What the status `answered` with means.
pub fn failure(target: &Target, answered: &Answered) -> CallFailure {
    let said = Said::of_body(answered.body);
    classify(target, answered, &said).unwrap_or_else(|| refused(target, answered.status, &said))
}

/// What an `error` in the middle of a stream means.
pub fn in_stream(target: &Target, error: &Value) -> CallFailure {
    let said = Said::of_error(error);
    let status = said.status.unwrap_or(STREAM_STATUS);
    let answered = Answered { status, retry_after: None, rates: &Rates::default(), body: b"" };
    classify(target, &answered, &said).unwrap_or_else(|| CallFailure::InStream {
        provider: target.provider.name.clone(),
        message: shortened(&said.message),
    })
}

fn classify(target: &Target, answered: &Answered, said: &Said) -> Option<CallFailure> {
    let provider = target.provider.name.clone();
    let model = target.model.clone();
    let message = shortened(&said.message);
    let status = answered.status;
    let retry_after = answered.retry_after.or(said.retry_after).or_else(|| answered.rates.exhausted_for());
    let limited = |message| CallFailure::RateLimited {
        provider: provider.clone(),
        of: said.limit_of(),
        retry_after,
        rates: answered.rates.clone(),
        message,
    };
    Some(match status {
        _ if said.has_code(&[IN_FLIGHT]) => limited(message),
        _ if status == 402 || said.is_out_of_quota() => CallFailure::QuotaUsedUp { provider, message },
        _ if status == 413 || said.is_too_long() => CallFailure::TooLong { provider, model },
        _ if said.is_about_the_content() => CallFailure::Filtered { provider, message },
        _ if status == 401 || said.is_about_the_key(status) => CallFailure::KeyRefused { provider, status },
        _ if said.is_unknown_model(status) => CallFailure::ModelUnknown { provider, model },
        429 => limited(message),
        503 | 529 | GROQ_AT_CAPACITY => CallFailure::Overloaded { provider, status, retry_after },
        _ if said.has_code(&["rate_limit_exceeded", "rate_limit_error"]) => limited(message),
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
    pub fn of_body(body: &[u8]) -> Self {
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
        let details = || error.get("details").into_iter().flat_map(parts);
        let places = std::iter::once(error).chain(details()).chain(error.get("metadata"));
        let words = places.flat_map(|place| CODE_FIELDS.iter().filter_map(|field| place.get(field)?.as_str()));
        let quotas = details().flat_map(|detail| detail.get("violations").into_iter().flat_map(parts));
        let number = error.get("code").and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
        Self {
            message: sentence.map(words_of).unwrap_or_default(),
            codes: words.map(str::to_ascii_lowercase).collect(),
            status: number.and_then(|code| u16::try_from(code).ok()).filter(|status| (400..600).contains(status)),
            param: param(error, sentence),
            retry_after: details().find_map(|detail| units(detail.get("retryDelay")?.as_str()?)),
            quotas: quotas.filter_map(|quota| Some(quota.get("quotaId")?.as_str()?.to_owned())).collect(),
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
        const CODES: [&str; 14] = [
            "insufficient_quota",
            // OpenRouter's, with a 403.
            "openrouter_guardrail_budget",
            "openrouter_workspace_budget",
            "openrouter_key_limit",
            "credit_balance_exhausted",
            "organization_usage_limit_exceeded",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            // Groq's, with a 400.
            "blocked_api_access",
            "billing_hard_limit_reached",
            "billing_not_active",
            "billing_error",
            "enforced_spend_limit_reached",
            // A gateway's own budget for a key or a team.
            "budget_exceeded",
        ];
        const PHRASES: [&str; 8] = [
            "insufficient balance",
            // Anthropic's limits that the user has set, with a 400.
            "specified api usage limits",
            "specified workspace api usage limits",
            "insufficient credits",
            "credit balance is too low",
            "used all available credits",
            "spending limit",
            "spend limit",
        ];
        // That of a day does not come back while somebody waits.
        self.quotas.iter().any(|quota| quota.contains("PerDay")) || self.has_code(&CODES) || self.mentions(&PHRASES)
    }

    fn is_too_long(&self) -> bool {
        const CODES: [&str; 4] =
            ["context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "request_too_large"];
        const PHRASES: [&str; 7] = [
            "maximum context length",
            "exceeds the available context size",
            "prompt is too long",
            "exceed context limit",
            "exceeds the maximum number of tokens",
            // LM Studio.
            "greater than the context length",
            "context the overflows",
        ];
        self.has_code(&CODES) || self.mentions(&PHRASES)
    }

    /// The provider's filter would not let the text through.
    fn is_about_the_content(&self) -> bool {
        const CODES: [&str; 4] =
            ["content_filter", "content_policy_violation", "responsibleaipolicyviolation", "invalid_prompt"];
        self.has_code(&CODES) || self.mentions(&["requires moderation", "content management policy"])
    }

    /// A 403 may also be about the country or a proxy: the key is blamed only where the server speaks of it, or says
    /// nothing at all.
    fn is_about_the_key(&self, status: u16) -> bool {
        const PHRASES: [&str; 4] =
            ["incorrect api key", "invalid api key", "api key not valid", "invalid subscription key"];
        const FORBIDDEN: [&str; 4] = ["key", "permission", "credential", "unauthorized"];
        self.has_code(&["invalid_api_key", "authentication_error", "api_key_invalid"])
            || self.mentions(&PHRASES)
            || status == 403 && (self.message.is_empty() || self.json && self.mentions(&FORBIDDEN))
    }

    /// A 404 without a word of the model is a wrong address, not a wrong model.
    pub fn is_unknown_model(&self, status: u16) -> bool {
        const PHRASES: [&str; 5] =
            ["not found", "does not exist", "is not a valid model", "unknown model", "model not exist"];
        self.has_code(&["model_not_found", "invalid_model", "unknown_model", "deploymentnotfound"])
            // Anthropic says no more than `model: NAME`.
            || status == 404 && self.has_code(&["not_found_error"]) && self.mentions(&["model:"])
            || self.json && matches!(status, 400 | 404) && self.mentions(&["model"]) && self.mentions(&PHRASES)
    }
}

/// OpenAI names it; FastAPI gives the way to it, beside its sentence.
fn param(error: &Value, sentence: Option<&Value>) -> Option<String> {
    let place = || sentence?.get(0)?.get("loc")?.as_array()?.last();
    error.get("param").or_else(place)?.as_str().map(str::to_owned)
}

/// The members of a list, or the one thing that stands there alone.
fn parts(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
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

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
