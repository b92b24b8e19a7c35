//! The providers that are known without being configured: where they are, what their keys are called, which model stands
//! for them, and what of the format they imitate they do otherwise. Models go out of service within months: the date below
//! says how old it is.
//!
//! Pure: the environment is an argument.

mod effort;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::effort::EffortStyle;
use super::rates::Window;
use crate::config::{KeySource, Provider, ProviderKind};

/// When this table was last looked over.
pub const AS_OF: &str = "2026-11-25";

struct Known {
    name: &'static str,
    kind: ProviderKind,
    /// Empty where everybody has an address of their own (Azure, gateways): then the user has to say it.
    base_url: &'static str,
    key_env: &'static [&'static str],
    /// The environment variable of its own tools that says where it is.
    address_env: Option<&'static str>,
    /// Small and fast: what a key press should wait for. None for local servers, which have what they have.
    model: Option<&'static str>,
    quirks: Quirks,
}

/// What a server does otherwise than OpenAI, as far as it imitates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// The field that limits the answer.
    pub limit: &'static str,
    /// Whether the tokens used have to be asked for in a stream. Mistral reports them unasked, and has refused requests with
    /// fields that it does not know.
    pub asks_for_usage: bool,
    pub effort: EffortStyle,
    /// What its limit of requests is counted in, where its headers do not say it.
    pub requests_per: Option<Window>,
}

/// Of a server of which nothing is known: what all understand.
const USUAL: Quirks =
    Quirks { limit: "max_tokens", asks_for_usage: true, effort: EffortStyle::Field, requests_per: None };

const OPENAI: Quirks = Quirks { limit: "max_completion_tokens", requests_per: Some(Window::Minute), ..USUAL };

const fn hosted(
    name: &'static str,
    base_url: &'static str,
    key_env: &'static [&'static str],
    model: &'static str,
) -> Known {
    let kind = ProviderKind::OpenAi;
    Known { name, kind, base_url, key_env, address_env: None, model: Some(model), quirks: USUAL }
}

const fn local(name: &'static str, base_url: &'static str) -> Known {
    Known { model: None, ..hosted(name, base_url, &[], "") }
}

const KNOWN: &[Known] = &[
    Known {
        address_env: Some("OPENAI_BASE_URL"),
        quirks: OPENAI,
        ..hosted("openai", "https://api.openai.com/v1", &["OPENAI_API_KEY"], "gpt-6-luna")
    },
    Known {
        kind: ProviderKind::Anthropic,
        address_env: Some("ANTHROPIC_BASE_URL"),
        ..hosted("anthropic", "https://api.anthropic.com/v1", &["ANTHROPIC_API_KEY"], "claude-haiku-5-5")
    },
    Known {
        kind: ProviderKind::Gemini,
        address_env: Some("GOOGLE_GEMINI_BASE_URL"),
        ..hosted(
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta",
            &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
            "gemini-flash-lite-latest",
        )
    },
    Known {
        quirks: Quirks { effort: EffortStyle::DeepSeek, ..USUAL },
        ..hosted("deepseek", "https://api.deepseek.com", &["DEEPSEEK_API_KEY"], "deepseek-flash")
    },
    Known {
        quirks: Quirks { limit: "max_completion_tokens", requests_per: Some(Window::Day), ..USUAL },
        ..hosted("groq", "https://api.groq.com/openai/v1", &["GROQ_API_KEY"], "openai/gpt-oss-120b")
    },
    Known {
        quirks: Quirks { effort: EffortStyle::Nested, ..USUAL },
        ..hosted("openrouter", "https://openrouter.ai/api/v1", &["OPENROUTER_API_KEY"], "openrouter/auto")
    },
    Known {
        quirks: Quirks { asks_for_usage: false, effort: EffortStyle::OnOff, ..USUAL },
        ..hosted("mistral", "https://api.mistral.ai/v1", &["MISTRAL_API_KEY"], "mistral-small-latest")
    },
    Known {
        quirks: Quirks { limit: "max_completion_tokens", ..USUAL },
        ..hosted("xai", "https://api.x.ai/v1", &["XAI_API_KEY"], "grok-4.3")
    },
    Known {
        kind: ProviderKind::Azure,
        address_env: Some("AZURE_OPENAI_ENDPOINT"),
        model: None,
        quirks: OPENAI,
        ..hosted("azure", "", &["AZURE_OPENAI_API_KEY"], "")
    },
    Known {
        address_env: Some("LITELLM_PROXY_API_BASE"),
        model: None,
        ..hosted("litellm", "", &["LITELLM_PROXY_API_KEY"], "")
    },
    Known { kind: ProviderKind::Ollama, address_env: Some("OLLAMA_HOST"), ..local("ollama", "http://127.0.0.1:11434") },
    local("lmstudio", "http://127.0.0.1:1234/v1"),
    local("jan", "http://127.0.0.1:1337/v1"),
    local("llamacpp", "http://127.0.0.1:8080/v1"),
    local("vllm", "http://127.0.0.1:8000/v1"),
];

/// The providers that nobody needs to configure, by name. `env` gives an environment variable's value.
pub fn known_providers(env: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, Arc<Provider>> {
    let providers = KNOWN.iter().map(|known| provider(known, env)).filter(|provider| !provider.base_url.is_empty());
    providers.map(|provider| (provider.name.clone(), Arc::new(provider))).collect()
}

/// What is known of a provider by its name alone, if only that its address has to be said.
pub fn by_name(name: &str, env: &dyn Fn(&str) -> Option<String>) -> Option<Provider> {
    KNOWN.iter().find(|known| known.name == name).map(|known| provider(known, env))
}

/// The model that stands for a known provider where the user named none.
pub fn default_model(provider: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.name == provider)?.model
}

/// The page on which a known provider hands out keys.
pub fn keys_page(provider: &str) -> Option<&'static str> {
    Some(match provider {
        "openai" => "https://platform.openai.com/api-keys",
        "anthropic" => "https://platform.claude.com/settings/keys",
        "gemini" => "https://aistudio.google.com/apikey",
        "deepseek" => "https://platform.deepseek.com/api_keys",
        "groq" => "https://console.groq.com/keys",
        "openrouter" => "https://openrouter.ai/settings/keys",
        "mistral" => "https://console.mistral.ai/api-keys",
        "xai" => "https://console.x.ai",
        "azure" => "https://ai.azure.com",
        _ => return None,
    })
}

/// What this server does otherwise than OpenAI.
pub fn quirks(provider: &Provider) -> &'static Quirks {
    match of(provider) {
        Some(known) => &known.quirks,
        None if provider.kind == ProviderKind::Azure => &OPENAI,
        None => &USUAL,
    }
}

/// The known provider whose models these are; Azure's are OpenAI's.
pub fn home(provider: &Provider) -> Option<&'static str> {
    match of(provider) {
        _ if provider.kind == ProviderKind::Azure => Some("openai"),
        Some(known) => Some(known.name),
        None => None,
    }
}

/// Whether it is the known provider of this name at its own address, and no gateway to it.
pub fn is_of(provider: &Provider, name: &str) -> bool {
    KNOWN.iter().any(|known| known.name == name && host_of(known.base_url) == provider.host())
}

/// The known provider that this is, by where it is or else by its name.
fn of(provider: &Provider) -> Option<&'static Known> {
    let is_there = |known: &&Known| !known.base_url.is_empty() && host_of(known.base_url) == provider.host();
    KNOWN.iter().find(is_there).or_else(|| KNOWN.iter().find(|known| known.name == provider.name))
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
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
        keys: keys_of(known),
        key_optional: discovered,
        discovered,
        ..Provider::new(known.name, known.kind, &base_url)
    }
}

/// The variables that its own tools read, then what `postil key set` stored.
fn keys_of(known: &Known) -> Vec<KeySource> {
    known.key_env.iter().map(|name| KeySource::Env((*name).to_owned())).chain([KeySource::Keyring]).collect()
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
            assert_eq!(provider.discovered, provider.keys == [KeySource::Keyring], "{name}");
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
