//! Whose limit a refused request ran into: that of the model that was asked, or that of the whole account, which closes
//! all its models.
//!
//! Providers limit each model (or a few together) by itself, and name the organisation in passing: “in organization org-x”,
//! “your organization's rate limit of 30,000 input tokens per minute”. So only what speaks of the account as a whole counts.

use super::Said;
use crate::llm::request::LimitOf;

/// Anthropic's. (Of a model's limit it says how many tokens or requests a minute there are.)
const OF_ACCOUNT: [&str; 5] = [
    "your account's rate limit",
    "account-wide",
    "organization-wide",
    "across all models",
    "number of concurrent connections",
];

/// LiteLLM's: the kind of what is limited follows, up to a colon: `api_key`, `team`, `model_per_key`.
const GATEWAY: &str = "rate limit exceeded for ";
/// And its older one: `= key.`
const OLDER_GATEWAY: &str = "rate limit type = ";
const KINDS_OF_ACCOUNT: [&str; 9] =
    ["api_key", "key", "team", "user", "team_member", "end_user", "customer", "organization", "project"];

/// Google's quotas say what they are per, in their names.
const PER_MODEL: &str = "permodel";

impl Said {
    /// Of the model where it does not say.
    pub fn limit_of(&self) -> LimitOf {
        let message = self.message.to_lowercase();
        let kind = [(GATEWAY, ':'), (OLDER_GATEWAY, '.')].into_iter().find_map(|(before, after)| {
            let (_, rest) = message.split_once(before)?;
            Some(rest.split_once(after)?.0.trim().to_owned())
        });
        let is_of_account = self.has_code(&[super::IN_FLIGHT])
            || kind.is_some_and(|kind| KINDS_OF_ACCOUNT.contains(&kind.as_str()))
            || OF_ACCOUNT.iter().any(|phrase| message.contains(phrase))
            || self.quotas.iter().any(|quota| !quota.to_lowercase().contains(PER_MODEL));
        if is_of_account { LimitOf::Account } else { LimitOf::Model }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: LimitOf) {
        assert_eq!(Said::of_body(body.as_bytes()).limit_of(), expected, "{body}");
    }

    fn sentence(message: &str) -> String {
        serde_json::json!({ "error": { "message": message } }).to_string()
    }

    #[test]
    fn limits_of_a_model_are_its_own() {
        for message in [
            "Rate limit reached for gpt-5-mini in organization org-x on tokens per min (TPM): Limit 30000, Used 29500, Requested 900.",
            "This request would exceed your organization's rate limit of 30,000 input tokens per minute (org: x, model: claude-sonnet-4-6).",
            "This request would exceed the rate limit for your organization (x) of 40,000 input tokens per minute.",
            "Rate limit reached for model `qwen/qwen3.8-27b` in organization `org_x` service tier `on_demand` on tokens per minute (TPM)",
            "Rate limit exceeded for model_per_key: x:big-one. Limit type: requests. Current limit: 150, Remaining: 0.",
            "Rate limit exceeded: free-models-per-min. ",
            "Service tier capacity exceeded for this model.",
            "Slow down",
            "",
        ] {
            check(&sentence(message), LimitOf::Model);
        }
        check("<html><title>429 Too Many Requests</title></html>", LimitOf::Model);
    }

    #[test]
    fn limits_of_an_account_are_all_its_models() {
        for message in [
            "This request would exceed your account's rate limit. Please try again later.",
            "Number of concurrent connections has exceeded your rate limit. Please try again later.",
            "Rate limit exceeded for api_key: 5e5b. Limit type: requests. Current limit: 20, Remaining: 0.",
            "litellm.RateLimitError: Rate limit exceeded for team: t. Limit type: tokens. Current limit: 60, Remaining: 0.",
            "LiteLLM Rate Limit Handler for rate limit type = key. Crossed TPM / RPM / Max Parallel Request Limit.",
        ] {
            check(&sentence(message), LimitOf::Account);
        }
    }

    #[test]
    fn google_says_what_a_quota_is_per() {
        let body = |quotas: &[&str]| {
            let violations: Vec<_> = quotas.iter().map(|quota| serde_json::json!({ "quotaId": quota })).collect();
            serde_json::json!({ "error": { "code": 429, "details": [{ "violations": violations }] } }).to_string()
        };
        let of_model = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";
        check(&body(&[of_model, "GenerateContentInputTokensPerModelPerMinute-FreeTier"]), LimitOf::Model);
        check(&body(&[of_model, "GenerateRequestsPerMinutePerProject"]), LimitOf::Account);
    }
}
