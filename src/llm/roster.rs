//! Which model is meant: names, aliases and `auto`, settled from what is known to be ready. Pure: the looking is done
//! by [`client`](super::client), the keys are asked for by it too.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::known;
use crate::action::ModelChoice;
use crate::config::{KeySource, Provider, Settings};
use crate::text::near::nearest;

/// A model and the server that has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub provider: Arc<Provider>,
    pub model: String,
}

impl Target {
    /// `PROVIDER/NAME`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.provider.name, self.model)
    }
}

/// As many as a menu shows.
const MOST_READY: usize = 24;

/// What a look at the providers found.
pub type Survey = BTreeMap<String, Readiness>;

/// Whether a provider can answer now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// A key is there, or the server answers. `models`: what it says it has, where that was asked (local servers).
    Ready { models: Vec<String> },
    /// No key where one is needed.
    NoKey,
    /// Nothing answers there.
    Unreachable,
}

/// Why no model can be used, by what the user can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// `auto`, and nothing is there: no key is set (`keys`: the variables that were looked for), no local server runs
    /// (`servers`: those that were looked for), or one runs that has no model (`empty`).
    #[error("no model is ready")]
    NothingReady { keys: Vec<String>, servers: Vec<String>, empty: Vec<String> },
    /// `near`: the known name that was perhaps meant.
    #[error("there is no provider or alias {name}")]
    UnknownProvider { name: String, near: Option<String> },
    /// `env`: the variable that would have it, where it is to be had from one.
    #[error("no key for {provider}")]
    NoKey { provider: String, env: Option<String> },
    /// A local server that is not running.
    #[error("nothing answers at {base_url} ({provider})")]
    Unreachable { provider: String, base_url: String },
    /// The provider alone was named, and there is no saying which of its models is meant.
    #[error("no model of {provider} is named")]
    NoModelNamed { provider: String },
}

/// What a name can mean, and what is there.
#[derive(Clone, Copy)]
struct Roster<'a> {
    settings: &'a Settings,
    survey: &'a Survey,
}

/// The model that `choice` means: `PROVIDER/NAME`, an alias, a provider's name alone (its configured model, its known
/// one, or the best of a local server's), or `auto`: what the settings name, else the first that is ready.
pub fn resolve(choice: &ModelChoice, settings: &Settings, survey: &Survey) -> Result<Target, Unresolved> {
    let roster = Roster { settings, survey };
    match (choice, &settings.model) {
        (ModelChoice::Named(name), _) | (ModelChoice::Auto, ModelChoice::Named(name)) => roster.named(name),
        (ModelChoice::Auto, ModelChoice::Auto) => roster.first_ready(),
    }
}

/// The models that can be asked now, in the order in which `auto` would take them: what the person has named anywhere, then
/// each provider's own, then all that a server on this machine has.
pub fn ready(settings: &Settings, survey: &Survey) -> Vec<String> {
    let roster = Roster { settings, survey };
    let is_ready = |target: &Target| roster.models_of(&target.provider).is_some();
    let auto = resolve(&ModelChoice::Auto, settings, survey).ok();
    let aliases = settings.aliases.keys().filter_map(|alias| roster.named(alias).ok());
    let order = settings.auto_order.iter().filter_map(|name| settings.providers.get(name));
    let providers: Vec<_> = order.chain(settings.providers.values()).collect();
    let own = providers.iter().filter_map(|provider| roster.target(provider, None).ok());
    let listed = providers.iter().flat_map(|provider| {
        let found = roster.models_of(provider).unwrap_or_default();
        provider.models.keys().chain(found).filter_map(|model| roster.target(provider, Some(model)).ok())
    });
    let mut names: Vec<String> = Vec::new();
    for target in auto.into_iter().chain(aliases).chain(own).chain(listed).filter(is_ready) {
        if names.len() < MOST_READY && !names.contains(&target.label()) {
            names.push(target.label());
        }
    }
    names
}

/// The providers that a look is worth before one request. Where all of its models are written out, nobody has to be asked
/// who runs and what is there, and the local servers are left in peace; which keys are there is seen without asking.
pub fn worth_a_look<'a>(
    choices: impl IntoIterator<Item = &'a ModelChoice>,
    settings: &Settings,
) -> BTreeMap<String, Arc<Provider>> {
    let all_written_out = choices.into_iter().all(|choice| is_written_out(choice, settings));
    let providers = settings.providers.iter().filter(|(_, provider)| !(all_written_out && provider.key_optional));
    providers.map(|(name, provider)| (name.clone(), provider.clone())).collect()
}

/// Whether the choice names a model, and not `auto` or a provider alone.
fn is_written_out(choice: &ModelChoice, settings: &Settings) -> bool {
    let named = match (choice, &settings.model) {
        (ModelChoice::Named(name), _) | (ModelChoice::Auto, ModelChoice::Named(name)) => name,
        (ModelChoice::Auto, ModelChoice::Auto) => return false,
    };
    settings.aliases.get(named).unwrap_or(named).contains('/')
}

impl<'a> Roster<'a> {
    /// An alias stands for a name, never for another alias: so there are no circles.
    fn named(self, name: &str) -> Result<Target, Unresolved> {
        if name == "auto" {
            return self.first_ready();
        }
        match self.settings.aliases.get(name) {
            Some(meant) if meant == "auto" => self.first_ready(),
            Some(meant) => self.written_out(meant),
            None => self.written_out(name),
        }
    }

    /// A model's own name may have slashes in it (OpenRouter's do).
    fn written_out(self, name: &str) -> Result<Target, Unresolved> {
        let (provider, model) = match name.split_once('/') {
            Some((provider, model)) => (provider, Some(model).filter(|model| !model.is_empty())),
            None => (name, None),
        };
        let Some(provider) = self.settings.providers.get(provider) else {
            return Err(Unresolved::UnknownProvider { name: provider.to_owned(), near: self.near(provider) });
        };
        self.target(provider, model)
    }

    fn target(self, provider: &Arc<Provider>, model: Option<&str>) -> Result<Target, Unresolved> {
        let name = provider.name.clone();
        // What has not been looked at yet is tried, and so is a server that may have been started since: the request
        // itself will say.
        let models = match self.survey.get(&name) {
            Some(Readiness::NoKey) => return Err(Unresolved::NoKey { provider: name, env: key_variable(provider) }),
            Some(Readiness::Unreachable) if model.or(provider.model.as_deref()).is_none() => {
                return Err(Unresolved::Unreachable { provider: name, base_url: provider.base_url.clone() });
            }
            Some(Readiness::Ready { models }) => models.as_slice(),
            Some(Readiness::Unreachable) | None => &[],
        };
        let model =
            model.or(provider.model.as_deref()).or_else(|| known::default_model(&name)).or_else(|| best(models));
        match model {
            Some(model) => Ok(Target { provider: provider.clone(), model: model.to_owned() }),
            None => Err(Unresolved::NoModelNamed { provider: name }),
        }
    }

    /// The settings' order, then the others that the user has a key for or configured, then what was found on this
    /// machine.
    fn first_ready(self) -> Result<Target, Unresolved> {
        let providers = &self.settings.providers;
        let chosen = self.settings.auto_order.iter().filter_map(|name| providers.get(name));
        let configured = providers.values().filter(|provider| !provider.discovered);
        let found = providers.values().filter(|provider| provider.discovered);
        let ready = |provider: &&Arc<Provider>| self.models_of(provider).is_some();
        let mut targets =
            chosen.chain(configured).chain(found).filter(ready).filter_map(|provider| self.target(provider, None).ok());
        targets.next().ok_or_else(|| self.nothing_ready())
    }

    fn models_of(self, provider: &Provider) -> Option<&'a [String]> {
        match self.survey.get(&provider.name) {
            Some(Readiness::Ready { models }) => Some(models),
            _ => None,
        }
    }

    fn nothing_ready(self) -> Unresolved {
        let lacks = |provider: &&Arc<Provider>| self.models_of(provider).is_none();
        let providers = || self.settings.providers.values();
        Unresolved::NothingReady {
            keys: providers().filter(lacks).filter_map(|provider| key_variable(provider)).collect(),
            servers: providers().filter(lacks).filter(|one| one.discovered).map(|one| one.name.clone()).collect(),
            empty: providers().filter(|one| self.models_of(one).is_some()).map(|one| one.name.clone()).collect(),
        }
    }

    /// The provider or alias that differs least from `name`, if by little.
    fn near(self, name: &str) -> Option<String> {
        let known = self.settings.providers.keys().chain(self.settings.aliases.keys());
        nearest(name, known.map(String::as_str)).map(str::to_owned)
    }
}

fn key_variable(provider: &Provider) -> Option<String> {
    provider.keys.iter().find_map(|source| match source {
        KeySource::Env(name) => Some(name.clone()),
        KeySource::Command(_) | KeySource::Keyring => None,
    })
}

/// The model of a local server that a key press should wait for: one that chats, and the smallest of those whose names
/// tell their size; else the first.
fn best(models: &[String]) -> Option<&str> {
    let chats = || models.iter().map(String::as_str).filter(|name| !is_for_something_else(name));
    let sized = chats().filter_map(|name| Some((billions(name)?, name))).filter(|(size, _)| *size >= SMALLEST_USEFUL);
    let smallest = sized.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, name)| name);
    smallest.or_else(|| chats().next())
}

/// In thousands of millions of parameters: below, translations are not to be relied on.
const SMALLEST_USEFUL: f64 = 3.0;

fn is_for_something_else(name: &str) -> bool {
    const OTHERS: [&str; 12] =
        ["embed", "rerank", "bge-", "minilm", "gte-", "e5-", "whisper", "tts", "clip", "moderation", "guard", "ocr"];
    let name = name.to_lowercase();
    OTHERS.iter().any(|other| name.contains(other))
}

/// The size in a name: 8 of `llama3.1:8b`, `qwen2.5-8b-instruct` and `mixtral-8x1b`.
fn billions(name: &str) -> Option<f64> {
    let name = name.to_lowercase();
    let words = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    words
        .filter_map(|word| {
            let number = word.strip_suffix('b')?;
            let product = number.split('x').map(|factor| factor.parse::<f64>().ok());
            product.product::<Option<f64>>().filter(|size| *size > 0.0)
        })
        .next()
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;
