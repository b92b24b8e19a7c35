//! An HTTP error of any status, headers and body becomes a failure whose foreign words are one line of bounded length.
//!
//! The first line is the status and the value of `Retry-After`; the body is what follows.

use std::time::{Duration, SystemTime};

use postil::config::{Provider, ProviderKind};
use postil::engine::event::BackendFailure;
use postil::engine::outcome::Failure;
use postil::llm::rates::{Rates, retry_after};
use postil::llm::refusal::{Answered, failure, in_stream};
use postil::llm::request::CallFailure;
use postil::llm::roster::Target;
use postil::text::sealed::ForeignText;
use postil::text::sentences;

use super::first_line;

/// Three hundred characters and `…`: see `llm::refusal`.
const LONGEST_WORDS: usize = 301;

pub fn check(bytes: &[u8]) {
    let (head, body) = first_line(bytes);
    let head = String::from_utf8_lossy(head);
    let (status, wait) = head.split_once(' ').unwrap_or((&head, ""));
    let provider = Provider::new("fuzz", ProviderKind::OpenAi, "http://127.0.0.1/v1");
    let target = Target { provider: provider.into(), model: "m".into() };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let retry_after = retry_after(|name| (name == "retry-after").then_some(wait), now);
    let status = status.parse().unwrap_or(500);
    let rates = Rates::of(|name| name.starts_with("x-ratelimit").then_some(wait), None, now);
    check_failure(failure(&target, &Answered { status, retry_after, rates: &rates, body }));
    if let Ok(error) = serde_json::from_slice(body) {
        check_failure(in_stream(&target, &error));
    }
}

fn check_failure(failure: CallFailure) {
    let logged = failure.to_string();
    let mut other = failure.clone();
    if let Some(words) = foreign(&mut other) {
        assert!(words.expose().chars().count() <= LONGEST_WORDS && !words.expose().contains('\n'));
        // A log has none of them: it reads the same whatever they are.
        *words = ForeignText::from("other words");
    }
    assert_eq!(logged, other.to_string());
    let failure = Failure::Backend { by: "fuzz/m".into(), failure: BackendFailure::Model(failure) };
    assert!(!sentences::failure(&failure).is_empty());
}

fn foreign(failure: &mut CallFailure) -> Option<&mut ForeignText> {
    match failure {
        CallFailure::QuotaUsedUp { message, .. }
        | CallFailure::RateLimited { message, .. }
        | CallFailure::Filtered { message, .. }
        | CallFailure::Refused { message, .. }
        | CallFailure::InStream { message, .. } => Some(message),
        _ => None,
    }
}
