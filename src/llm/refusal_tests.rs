//! Errors as servers have sent them.

use super::*;
use crate::llm::known::known_providers;
use crate::llm::request::LimitOf;

fn target() -> Target {
    let mut provider = (*known_providers(&|_| None)["openai"]).clone();
    provider.name = "p".into();
    Target { provider: provider.into(), model: "m".into() }
}

#[track_caller]
fn check(status: u16, body: &str, wanted: CallFailure) {
    let answered = Answered { status, retry_after: None, rates: &Rates::default(), body: body.as_bytes() };
    assert_eq!(failure(&target(), &answered), wanted);
}

fn provider() -> String {
    "p".into()
}

fn refused(status: u16, message: &str) -> CallFailure {
    CallFailure::Refused { provider: provider(), status, message: message.into() }
}

#[test]
fn the_key_is_blamed_where_the_server_blames_it() {
    let key_refused = |status| CallFailure::KeyRefused { provider: provider(), status };
    check(
        401,
        r#"{"error":{"message":"Incorrect API key provided: sk-x.","code":"invalid_api_key"}}"#,
        key_refused(401),
    );
    check(401, "", key_refused(401));
    check(403, "", key_refused(403));
    check(403, r#"{"error":{"message":"Your API key has no permission for this"}}"#, key_refused(403));
    check(
        400,
        r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***."}"#,
        key_refused(400),
    );
    let country = r#"{"error":{"message":"Country, region, or territory not supported","code":"unsupported_country_region_territory"}}"#;
    check(403, country, refused(403, "Country, region, or territory not supported"));
    check(403, "<html><head><title>Access denied | key</title></head></html>", refused(403, "Access denied | key"));
}

#[test]
fn out_of_quota_is_no_rate_limit() {
    let used_up = |message: &str| CallFailure::QuotaUsedUp { provider: provider(), message: message.into() };
    check(
        429,
        r#"{"error":{"message":"You exceeded your quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
        used_up("You exceeded your quota"),
    );
    check(
        402,
        r#"{"error":{"message":"Insufficient Balance","type":"unknown_error"}}"#,
        used_up("Insufficient Balance"),
    );
    let limited = CallFailure::RateLimited {
        provider: provider(),
        of: LimitOf::Model,
        retry_after: None,
        rates: Rates::default(),
        message: "Slow down".into(),
    };
    check(429, r#"{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}"#, limited);
}

#[test]
fn an_unknown_model_is_not_a_wrong_address() {
    let unknown = || CallFailure::ModelUnknown { provider: provider(), model: "m".into() };
    check(404, r#"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#, unknown());
    check(404, r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error"}}"#, unknown());
    check(400, r#"{"error":{"message":"m is not a valid model ID","code":400}}"#, unknown());
    check(404, "404 page not found", refused(404, "404 page not found"));
    check(404, r#"{"detail":"Not Found"}"#, refused(404, "Not Found"));
}

#[test]
fn a_text_too_long_is_said_in_many_ways() {
    let too_long = || CallFailure::TooLong { provider: provider(), model: "m".into() };
    check(
        400,
        r#"{"error":{"message":"This model's maximum context length is 8 tokens","code":"context_length_exceeded"}}"#,
        too_long(),
    );
    check(
        400,
        r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
        too_long(),
    );
    check(413, "<html><title>413 Request Entity Too Large</title></html>", too_long());
}

#[test]
fn overload_and_other_errors_keep_their_status() {
    check(
        503,
        r#"{"error":{"message":"Loading model","code":503}}"#,
        CallFailure::Overloaded { provider: provider(), status: 503, retry_after: None },
    );
    check(529, "", CallFailure::Overloaded { provider: provider(), status: 529, retry_after: None });
    check(500, "<html>\n<head><title>\n 500 &amp; more </title></head>", refused(500, "500 & more"));
    check(502, "<p>no title", refused(502, ""));
    check(500, r#"{"error":"out of  memory\n"}"#, refused(500, "out of memory"));
    check(400, r#"[{"error":{"code":400,"message":"Bad","status":"INVALID_ARGUMENT"}}]"#, refused(400, "Bad"));
    check(422, r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, refused(422, "field required"));
    check(418, "", refused(418, ""));
}

#[test]
fn what_the_details_say_counts() {
    let spent = |message: &str| CallFailure::QuotaUsedUp { provider: provider(), message: message.into() };
    let anthropic = r#"{"type":"error","error":{"type":"rate_limit_error","message":"Spent.","details":{"error_code":"enforced_spend_limit_reached"}}}"#;
    check(429, anthropic, spent("Spent."));
    let google = |quota: &str| {
        format!(
            r#"{{"error":{{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED","details":[{{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{{"quotaId":"{quota}"}}]}},{{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}}]}}}}"#
        )
    };
    check(429, &google("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), spent("Quota."));
    let limited = CallFailure::RateLimited {
        provider: provider(),
        of: LimitOf::Model,
        retry_after: Some(Duration::from_millis(34_500)),
        rates: Rates::default(),
        message: "Quota.".into(),
    };
    check(429, &google("GenerateRequestsPerMinutePerProjectPerModel"), limited);
    let key = r#"{"error":{"code":400,"message":"Bad.","details":[{"reason":"API_KEY_INVALID"}]}}"#;
    check(400, key, CallFailure::KeyRefused { provider: provider(), status: 400 });
}

#[test]
fn a_filter_is_told_from_a_mistake() {
    let azure = r#"{"error":{"message":"The response was filtered","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#;
    check(400, azure, CallFailure::Filtered { provider: provider(), message: "The response was filtered".into() });
}

#[test]
fn long_words_are_shortened_between_characters() {
    let shown = shortened(&"ü".repeat(WORDS_LIMIT + 1));
    assert_eq!(shown.expose(), format!("{}…", "ü".repeat(WORDS_LIMIT)));
    assert_eq!(shortened(&"ü".repeat(WORDS_LIMIT)).expose().chars().count(), WORDS_LIMIT);
}
