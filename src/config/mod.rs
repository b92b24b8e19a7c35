//! What the user wrote ([`file`], the prompt files) and what it means ([`Settings`]).
//!
//! A file is read in three steps: text to a tree with the place of everything ([`toml_tree`], [`yaml_tree`]), the tree
//! to what was written ([`reader`], [`file`], [`provider_file`]), and that to what it means ([`resolve`]). [`load`] does it
//! for all files at once and keeps their last good versions.
//!
//! Invariant: a [`Settings`] is built whole or not at all. Every mistake is a [`diagnostic::Diagnostic`] with its place.

pub mod diagnostic;
pub mod locate;
pub mod secret;
pub mod word;

pub mod reader;
pub mod toml_tree;
pub mod tree;
pub mod yaml_tree;

pub mod file;
pub mod provider_file;

pub mod bindings;
pub mod default;
pub mod init;
pub mod load;
pub mod locale;
pub mod paths;
pub mod provider;
pub mod resolve;
pub mod schema;
pub mod show;
pub mod watch;

mod last_good;

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod load_tests;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::action::{Action, ActionName, ModelChoice, Preview, Sink, Source};
use crate::desktop::shortcut::Shortcut;
use crate::llm::models::Catalogue;
use crate::text::language::Language;

/// Everything that the user decided, with a default for all that they left open. Immutable: a change is a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub model: ModelChoice,
    pub fallback: Vec<ModelChoice>,
    /// First: the user's own; second: what is translated into from it. Never empty.
    pub languages: Vec<Language>,
    /// Whether `languages` was written by the user, not taken from the locale.
    pub languages_chosen: bool,
    pub about_me: String,
    /// Providers in the order in which `auto` asks for one that is ready.
    pub auto_order: Vec<String>,
    pub aliases: BTreeMap<String, String>,
    pub providers: BTreeMap<String, Arc<Provider>>,
    /// By name. The user's own take the place of shipped ones.
    pub actions: BTreeMap<ActionName, Arc<Action>>,
    /// What the keyboard does: the prompt files' shortcuts with `[shortcuts]` laid over them.
    pub bindings: Vec<Binding>,
    pub privacy: Privacy,
    pub budget: Budget,
    pub paste: Paste,
    pub panel: Panel,
    /// Not so where there is a configuration and no version of it could be read: then nothing may leave this machine,
    /// because what the user wrote about privacy is not known.
    pub sending_allowed: bool,
    pub written: Written,
}

impl Settings {
    /// Settings with no provider, action or shortcut: what there is to build on.
    pub fn bare() -> Self {
        Self {
            model: ModelChoice::Auto,
            fallback: Vec::new(),
            languages: vec![Language::ENGLISH],
            languages_chosen: false,
            about_me: String::new(),
            auto_order: Vec::new(),
            aliases: BTreeMap::new(),
            providers: BTreeMap::new(),
            actions: BTreeMap::new(),
            bindings: Vec::new(),
            privacy: Privacy {
                secrets: Secrets::Ask,
                patterns: Vec::new(),
                local_only_apps: Vec::new(),
                never_apps: Vec::new(),
            },
            budget: Budget::default(),
            paste: Paste { chord: BTreeMap::new(), preview: Preview::None },
            panel: Panel::default(),
            sending_allowed: true,
            written: Written::default(),
        }
    }
}

/// Which keys the user wrote, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub file: PathBuf,
    /// By dotted key (`provider.work.model`).
    pub lines: BTreeMap<String, usize>,
}

/// A shortcut and what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    pub shortcut: Shortcut,
    pub does: Bound,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// Opens the picker.
    Pick,
    Action {
        action: ActionName,
        /// In place of the prompt file's.
        from: Option<Vec<Source>>,
        to: Option<Vec<Sink>>,
    },
}

/// As the user names it: the action, or `pick`.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pick => f.write_str("pick"),
            Self::Action { action, .. } => action.fmt(f),
        }
    }
}

/// A server that answers, and how it is spoken to.
#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    pub name: String,
    pub kind: ProviderKind,
    /// Without a trailing slash: `https://api.openai.com/v1`.
    pub base_url: String,
    /// Asked in order; empty for servers that need none.
    pub keys: Vec<KeySource>,
    /// Whether it answers without a key (local servers do).
    pub key_optional: bool,
    /// The model that is used where only the provider is named.
    pub model: Option<String>,
    pub headers: Vec<(String, String)>,
    /// The version of its interface, in place of the usual one: Azure's, Anthropic's.
    pub api_version: Option<String>,
    /// Laid over the request's body.
    pub body: serde_json::Map<String, serde_json::Value>,
    pub limits: Limits,
    /// What the provider calls the user's limits, as it stands in the table of published ones (`1`, `build`).
    pub tier: Option<String>,
    pub models: BTreeMap<String, ModelFacts>,
    /// Where the rest of what is known of its models stands.
    pub catalogue: Catalogue,
    pub timeouts: Timeouts,
    /// In place of the environment's.
    pub proxy: Option<String>,
    /// Whether a key may go to this host without TLS.
    pub allow_http: bool,
    /// One of the servers that are looked for on this machine without being configured (Ollama, LM Studio, …).
    pub discovered: bool,
}

/// Which wire format a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// Chat completions: OpenAI's and its many imitators'.
    OpenAi,
    /// OpenAI's Responses.
    Responses,
    Anthropic,
    Gemini,
    Ollama,
    /// OpenAI's models at Microsoft's addresses.
    Azure,
}

/// Where a key is had from. Never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    Env(String),
    /// Program and arguments; the first line of its stdout.
    Command(Vec<String>),
    Keyring,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    pub requests_per_minute: Option<u32>,
    pub requests_per_day: Option<u32>,
    /// In and out together.
    pub tokens_per_minute: Option<u64>,
    pub tokens_per_day: Option<u64>,
    /// Where a provider counts what it reads and what it writes apart.
    pub input_tokens_per_minute: Option<u64>,
    pub output_tokens_per_minute: Option<u64>,
}

impl Limits {
    /// Of each the lower one.
    pub fn and(self, other: Self) -> Self {
        fn lower<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
            one.into_iter().chain(other).min()
        }
        Self {
            requests_per_minute: lower(self.requests_per_minute, other.requests_per_minute),
            requests_per_day: lower(self.requests_per_day, other.requests_per_day),
            tokens_per_minute: lower(self.tokens_per_minute, other.tokens_per_minute),
            tokens_per_day: lower(self.tokens_per_day, other.tokens_per_day),
            input_tokens_per_minute: lower(self.input_tokens_per_minute, other.input_tokens_per_minute),
            output_tokens_per_minute: lower(self.output_tokens_per_minute, other.output_tokens_per_minute),
        }
    }

    /// These, but for what `written` says otherwise. Who limits all tokens limits those in and out.
    pub fn without(self, written: Self) -> Self {
        let tokens = written.tokens_per_minute;
        let parts = written.input_tokens_per_minute.or(written.output_tokens_per_minute);
        Self {
            requests_per_minute: self.requests_per_minute.filter(|_| written.requests_per_minute.is_none()),
            requests_per_day: self.requests_per_day.filter(|_| written.requests_per_day.is_none()),
            tokens_per_minute: self.tokens_per_minute.filter(|_| tokens.or(parts).is_none()),
            tokens_per_day: self.tokens_per_day.filter(|_| written.tokens_per_day.is_none()),
            input_tokens_per_minute: self
                .input_tokens_per_minute
                .filter(|_| tokens.or(written.input_tokens_per_minute).is_none()),
            output_tokens_per_minute: self
                .output_tokens_per_minute
                .filter(|_| tokens.or(written.output_tokens_per_minute).is_none()),
        }
    }
}

/// What the user says of a model, over the shipped data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelFacts {
    /// Tokens in and out together.
    pub context: Option<u32>,
    pub output: Option<u32>,
    /// US dollars for a million tokens, in and out.
    pub price: Option<(f64, f64)>,
    pub limits: Limits,
    /// Models of the same pool share their limits.
    pub pool: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    pub connect: Duration,
    /// Until the first byte of the answer.
    pub first: Duration,
    /// Between two pieces of it.
    pub silence: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), first: Duration::from_secs(60), silence: Duration::from_secs(30) }
    }
}

#[derive(Debug, Clone)]
pub struct Privacy {
    pub secrets: Secrets,
    pub patterns: Vec<regex::Regex>,
    pub local_only_apps: Vec<String>,
    pub never_apps: Vec<String>,
}

impl PartialEq for Privacy {
    fn eq(&self, other: &Self) -> bool {
        let patterns = |of: &Self| of.patterns.iter().map(|regex| regex.as_str().to_owned()).collect::<Vec<_>>();
        self.secrets == other.secrets
            && patterns(self) == patterns(other)
            && self.local_only_apps == other.local_only_apps
            && self.never_apps == other.never_apps
    }
}

/// What happens where a secret is seen in a text that would leave this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    Ask,
    Mask,
    Block,
    Allow,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Budget {
    /// US dollars.
    pub month: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Paste {
    /// By WM_CLASS or application id, in lower case.
    pub chord: BTreeMap<String, Shortcut>,
    pub preview: Preview,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panel {
    pub bar_on_selection: bool,
    pub bar_not_apps: Vec<String>,
}

impl Provider {
    /// A provider with nothing but its address set.
    pub fn new(name: &str, kind: ProviderKind, base_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            base_url: base_url.trim_end_matches('/').to_owned(),
            keys: Vec::new(),
            key_optional: false,
            model: None,
            headers: Vec::new(),
            api_version: None,
            body: serde_json::Map::new(),
            limits: Limits::default(),
            tier: None,
            models: BTreeMap::new(),
            catalogue: Catalogue::default(),
            timeouts: Timeouts::default(),
            proxy: None,
            allow_http: false,
            discovered: false,
        }
    }

    /// `host:port` of the base URL, or `host` where the port is the scheme's own.
    pub fn host(&self) -> &str {
        let after_scheme = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest);
        let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        authority.rsplit_once('@').map_or(authority, |(_, host)| host)
    }

    /// Whether it is this machine, so that nothing leaves it.
    pub fn is_local(&self) -> bool {
        let host = self.host();
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base_url: &str, host: &str, local: bool) {
        let provider = Provider { base_url: base_url.to_owned(), ..Provider::new("x", ProviderKind::OpenAi, "") };
        assert_eq!((provider.host(), provider.is_local()), (host, local), "{base_url}");
    }

    #[test]
    fn only_loopback_is_this_machine() {
        check("http://127.0.0.1:8080/v1", "127.0.0.1:8080", true);
        check("http://[::1]:11434", "[::1]:11434", true);
        check("http://LocalHost/v1", "LocalHost", true);
        check("https://user@api.example.com/v1?x", "api.example.com", false);
        check("http://localhost.example.com", "localhost.example.com", false);
        check("http://192.168.0.2:1234/v1", "192.168.0.2:1234", false);
        check("http://127.0.0.1@evil.example/", "evil.example", false);
    }
}
