//! The providers that need no configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{KeySource, Limits, Provider, ProviderKind, Timeouts};

/// By name; `env` is asked for what the providers' own tools read there.
pub fn known_providers(env: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, Arc<Provider>> {
    let plain = |name: &str, base_url: &str| Provider {
        name: name.to_owned(),
        kind: ProviderKind::OpenAi,
        base_url: base_url.to_owned(),
        keys: Vec::new(),
        key_optional: true,
        model: None,
        headers: Vec::new(),
        body: serde_json::Map::new(),
        limits: Limits::default(),
        models: BTreeMap::new(),
        timeouts: Timeouts::default(),
        proxy: None,
        allow_http: false,
        discovered: false,
    };
    let base_url = env("OPENAI_BASE_URL").unwrap_or_else(|| "https://api.openai.com/v1".to_owned());
    let openai = Provider {
        keys: vec![KeySource::Env("OPENAI_API_KEY".to_owned()), KeySource::Keyring],
        key_optional: false,
        model: Some("gpt-5-mini".to_owned()),
        ..plain("openai", base_url.trim_end_matches('/'))
    };
    let ollama = Provider { discovered: true, ..plain("ollama", "http://127.0.0.1:11434/v1") };
    [openai, ollama].into_iter().map(|provider| (provider.name.clone(), Arc::new(provider))).collect()
}
