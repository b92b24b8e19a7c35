//! A provider as it is meant: what is known of it, with what the user wrote laid over it.

use std::time::Duration;

use crate::config::provider_file::ProviderTable;
use crate::config::{KeySource, Limits, Provider, ProviderKind, Timeouts};

/// A provider of which nothing is known but what the user writes.
pub fn unknown(name: &str) -> Provider {
    Provider {
        keys: vec![KeySource::Keyring],
        // Until it is said where a key is had from: many servers of one's own need none.
        key_optional: true,
        ..Provider::new(name, ProviderKind::OpenAi, "")
    }
}

/// What is known of a provider, with what was written laid over it.
pub fn laid_over(known: Provider, written: &ProviderTable) -> Provider {
    let timeout = |seconds: Option<f64>, known| seconds.map_or(known, Duration::from_secs_f64);
    let (keys, key_optional) = match &written.keys {
        Some(keys) => (keys.iter().cloned().chain([KeySource::Keyring]).collect(), false),
        None => (known.keys, known.key_optional),
    };
    Provider {
        name: known.name,
        kind: written.kind.unwrap_or(known.kind),
        base_url: written.base_url.clone().unwrap_or(known.base_url),
        keys,
        key_optional,
        model: written.model.clone().or(known.model),
        headers: headers_over(known.headers, &written.headers),
        body: known.body.into_iter().chain(written.body.clone()).collect(),
        api_version: written.api_version.clone().or(known.api_version),
        limits: limits_over(known.limits, written.limits),
        tier: written.tier.as_ref().map(|tier| tier.value.clone()).or(known.tier),
        models: known.models.into_iter().chain(written.models.clone()).collect(),
        catalogue: known.catalogue,
        timeouts: Timeouts {
            connect: timeout(written.timeouts.connect, known.timeouts.connect),
            first: timeout(written.timeouts.first, known.timeouts.first),
            silence: timeout(written.timeouts.silence, known.timeouts.silence),
        },
        proxy: written.proxy.clone().or(known.proxy),
        allow_http: written.allow_http.unwrap_or(known.allow_http),
        discovered: known.discovered,
    }
}

fn headers_over(known: Vec<(String, String)>, written: &[(String, String)]) -> Vec<(String, String)> {
    let is_written = |name: &str| written.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    known.into_iter().filter(|(name, _)| !is_written(name)).chain(written.iter().cloned()).collect()
}

fn limits_over(known: Limits, written: Limits) -> Limits {
    Limits {
        requests_per_minute: written.requests_per_minute.or(known.requests_per_minute),
        requests_per_day: written.requests_per_day.or(known.requests_per_day),
        tokens_per_minute: written.tokens_per_minute.or(known.tokens_per_minute),
        tokens_per_day: written.tokens_per_day.or(known.tokens_per_day),
        input_tokens_per_minute: written.input_tokens_per_minute.or(known.input_tokens_per_minute),
        output_tokens_per_minute: written.output_tokens_per_minute.or(known.output_tokens_per_minute),
    }
}
