//! The providers that are known without being configured: where they are, what their keys are called, and which model
//! stands for them. Models go out of service within months: the date below says how old it is.
//!
//! Pure: the environment is an argument.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rates::Window;
use crate::config::{KeySource, Provider, ProviderKind};

/// When this table was last looked over.
pub const AS_OF: &str = "2026-11-21";

struct Known {
    name: &'static str,
    kind: ProviderKind,
    base_url: &'static str,
    key_env: &'static [&'static str],
    /// The environment variable of its own tools that says where it is.
    address_env: Option<&'static str>,
    /// Small and fast: what a key press should wait for. None for local servers, which have what they have.
    model: Option<&'static str>,
}

const fn hosted(
    name: &'static str,
    base_url: &'static str,
    key_env: &'static [&'static str],
    model: &'static str,
) -> Known {
    Known { name, kind: ProviderKind::OpenAi, base_url, key_env, address_env: None, model: Some(model) }
}

const fn local(name: &'static str, base_url: &'static str) -> Known {
    Known { name, kind: ProviderKind::OpenAi, base_url, key_env: &[], address_env: None, model: None }
}

const KNOWN: &[Known] = &[
    Known {
        address_env: Some("OPENAI_BASE_URL"),
        ..hosted("openai", "https://api.openai.com/v1", &["OPENAI_API_KEY"], "gpt-5-mini")
    },
    Known {
        kind: ProviderKind::Anthropic,
        model: None,
        ..hosted("anthropic", "https://api.anthropic.com/v1", &["ANTHROPIC_API_KEY"], "")
    },
    Known {
        kind: ProviderKind::Gemini,
        model: None,
        ..hosted("gemini", "https://generativelanguage.googleapis.com/v1", &["GEMINI_API_KEY", "GOOGLE_API_KEY"], "")
    },
    hosted("deepseek", "https://api.deepseek.com", &["DEEPSEEK_API_KEY"], "deepseek-flash"),
    hosted("groq", "https://api.groq.com/openai/v1", &["GROQ_API_KEY"], "openai/gpt-oss-120b"),
    hosted("openrouter", "https://openrouter.ai/api/v1", &["OPENROUTER_API_KEY"], "openrouter/auto"),
    hosted("mistral", "https://api.mistral.ai/v1", &["MISTRAL_API_KEY"], "mistral-small-latest"),
    hosted("xai", "https://api.x.ai/v1", &["XAI_API_KEY"], "grok-4.3"),
    Known { kind: ProviderKind::Ollama, address_env: Some("OLLAMA_HOST"), ..local("ollama", "http://127.0.0.1:11434") },
    local("lmstudio", "http://127.0.0.1:1234/v1"),
    local("jan", "http://127.0.0.1:1337/v1"),
    local("llamacpp", "http://127.0.0.1:8080/v1"),
];

/// The providers that nobody needs to configure, by name. `env` gives an environment variable's value.
pub fn known_providers(env: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, Arc<Provider>> {
    KNOWN.iter().map(|known| (known.name.to_owned(), Arc::new(provider(known, env)))).collect()
}

/// The model that stands for a known provider where the user named none.
pub fn default_model(provider: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.name == provider)?.model
}

/// The window of this provider's limit of requests, where its headers do not name it: Groq's is the day.
pub fn requests_per(provider: &Provider) -> Option<Window> {
    match provider.host() {
        "api.groq.com" => Some(Window::Day),
        "api.openai.com" => Some(Window::Minute),
        _ => None,
    }
}

/// The known provider that this is, by where it is or by its name; for Azure, OpenAI, whose models it has.
pub fn home(provider: &Provider) -> Option<&'static str> {
    let is_there = |known: &&Known| Provider::new("", known.kind, known.base_url).host() == provider.host();
    let known = KNOWN.iter().find(is_there).or_else(|| KNOWN.iter().find(|known| known.name == provider.name));
    known.map(|known| known.name)
}

fn provider(known: &Known, env: &dyn Fn(&str) -> Option<String>) -> Provider {
    let discovered = known.key_env.is_empty();
    let address =
        known.address_env.and_then(env).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let base_url = match (address, known.kind) {
        (Some(host), ProviderKind::Ollama) => ollama_url(&host),
        (Some(url), _) => url,
        (None, _) => known.base_url.to_owned(),
    };
    Provider {
        keys: known.key_env.iter().map(|name| KeySource::Env((*name).to_owned())).collect(),
        key_optional: discovered,
        discovered,
        ..Provider::new(known.name, known.kind, &base_url)
    }
}

/// `OLLAMA_HOST` as Ollama reads it: `host`, `host:port`, `:port`, or an address. The same variable tells the server to
/// listen everywhere (`0.0.0.0`): then it is on this machine.
fn ollama_url(host: &str) -> String {
    const PORT: &str = "11434";
    let (scheme, rest) = host.split_once("://").unwrap_or(("http", host));
    let rest = rest.trim_end_matches('/');
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !port.is_empty() => (name, port),
        _ if scheme == "https" && host.contains("://") => (authority, "443"),
        _ if host.contains("://") => (authority, "80"),
        _ => (authority, PORT),
    };
    let name = if matches!(name, "" | "0.0.0.0" | "[::]") { "127.0.0.1" } else { name };
    format!("{scheme}://{name}:{port}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &'static [(&'static str, &'static str)]) -> BTreeMap<String, Arc<Provider>> {
        known_providers(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn local_servers_need_no_key_and_hosted_ones_do() {
        for (name, provider) in with(&[]) {
            assert_eq!(provider.discovered, provider.keys.is_empty(), "{name}");
            assert_eq!(provider.discovered, provider.base_url.starts_with("http://127.0.0.1:"), "{name}");
            assert!(!provider.base_url.ends_with('/'), "{name}");
        }
    }

    #[test]
    fn the_environment_says_where_openai_is() {
        assert_eq!(with(&[("OPENAI_BASE_URL", "http://gate/v1/")])["openai"].base_url, "http://gate/v1");
        assert_eq!(with(&[("OPENAI_BASE_URL", " ")])["openai"].base_url, "https://api.openai.com/v1");
    }

    #[test]
    fn ollama_is_where_its_own_variable_says() {
        let cases = [
            ("", "http://127.0.0.1:11434"),
            ("box", "http://box:11434"),
            ("box:99", "http://box:99"),
            (":99", "http://127.0.0.1:99"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("[::]:99", "http://127.0.0.1:99"),
            ("[::1]", "http://[::1]:11434"),
            ("http://box", "http://box:80"),
            ("https://box/ollama/", "https://box:443/ollama"),
        ];
        for (host, url) in cases {
            if !host.is_empty() {
                assert_eq!(ollama_url(host), url, "{host}");
            }
        }
    }
}
