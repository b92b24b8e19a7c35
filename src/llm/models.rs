//! What a model takes and costs: from a table that is shipped and dated (`models/shipped.tsv`, made by
//! [`litellm::table`]), or from a newer one of the user's; what the config says of a model lies over it.
//!
//! Invariant: what is not known is `None` and never guessed, but for Ollama's window, which is a stated assumption. The
//! table stays text and is searched where it lies, so that it costs an idle program nothing.

pub mod litellm;
pub mod pools;
mod row;
pub mod tiers;

use std::fmt;
use std::sync::Arc;

use self::row::{Row, rows, rows_of};
use super::known;
use super::request::Usage;
use super::roster::Target;
use crate::config::{ModelFacts, ProviderKind};

pub use self::row::{BadRow, COLUMNS, Mark};

const SHIPPED: &str = include_str!("models/shipped.tsv");

/// What is assumed of a model at Ollama: its server says no window without being asked for each model, and nearly all
/// models of its library take this much. The config's `context` is over it.
pub const OLLAMA_CONTEXT: u32 = 32_768;

/// Prices are for so many tokens.
const MILLION: f64 = 1e6;

/// What is known of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelData {
    /// The most tokens in and out together.
    pub context: Option<u32>,
    /// The most tokens out.
    pub output: Option<u32>,
    pub price: Option<Price>,
    pub marks: Vec<Mark>,
}

/// US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    pub input: f64,
    pub output: f64,
    /// Of what the provider had read before. `None`: as `input`.
    pub cached: Option<f64>,
    /// Of a whole request whose prompt is long, where that is another price.
    pub long: Option<LongPrice>,
}

/// The price of a request whose prompt has more tokens than these.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongPrice {
    pub above: u64,
    pub input: f64,
    pub output: f64,
    pub cached: Option<f64>,
}

/// A table of models: the shipped one unless another was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Catalogue(Option<Arc<str>>);

/// What is known of this model.
pub fn data_of(target: &Target) -> ModelData {
    let listed = target.provider.catalogue.data(target);
    match target.provider.models.get(&target.model) {
        Some(facts) => laid_over(listed, facts),
        None => listed,
    }
}

impl ModelData {
    pub fn is(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }
}

impl Price {
    /// That of one's own machine.
    pub const FREE: Self = Self { input: 0.0, output: 0.0, cached: None, long: None };

    /// What these tokens cost, in US dollars.
    pub fn of(&self, usage: &Usage) -> f64 {
        let (input, output, of_cached) = match self.long.filter(|long| usage.input > long.above) {
            Some(long) => (long.input, long.output, long.cached),
            None => (self.input, self.output, self.cached),
        };
        let cached = usage.cached.min(usage.input);
        let read = (usage.input - cached) as f64 * input + cached as f64 * of_cached.unwrap_or(input);
        (read + usage.output as f64 * output) / MILLION
    }
}

impl Catalogue {
    /// A table as [`litellm::table`] writes it; `Err` says what is wrong with which line.
    pub fn read(text: &str) -> Result<Self, BadRow> {
        for row in rows(text) {
            row?;
        }
        Ok(Self(Some(text.into())))
    }

    /// The words in its first line: from when it is, and from where.
    pub fn origin(&self) -> &str {
        self.text().lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }

    /// How many models it has.
    pub fn len(&self) -> usize {
        rows(self.text()).flatten().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The models of a known provider, as the table has them.
    pub fn models_of<'a>(&'a self, home: &'a str) -> impl Iterator<Item = &'a str> {
        rows_of(self.text(), home, |_| true).map(|row| row.model)
    }

    fn text(&self) -> &str {
        self.0.as_deref().unwrap_or(SHIPPED)
    }

    fn data(&self, target: &Target) -> ModelData {
        let provider = &target.provider;
        if provider.kind == ProviderKind::Ollama {
            return ModelData { context: Some(OLLAMA_CONTEXT), price: Some(Price::FREE), ..ModelData::default() };
        }
        if provider.discovered {
            return ModelData { price: Some(Price::FREE), ..ModelData::default() };
        }
        let found = self.find(target).map(ModelData::from);
        let free = || ModelData { price: provider.is_local().then_some(Price::FREE), ..ModelData::default() };
        found.unwrap_or_else(free)
    }

    /// By the provider's own list; else, at a gateway, by the name that its maker gave it.
    fn find(&self, target: &Target) -> Option<Row<'_>> {
        let name = target.model.as_str();
        let home = known::home(&target.provider);
        if let Some(row) = home.and_then(|home| self.best(home, name)) {
            return Some(row);
        }
        let (plain, variant) = name.split_once(':').unwrap_or((name, ""));
        let row = match plain.rsplit_once('/') {
            Some((maker, model)) => self.best(home_of_maker(maker), model),
            None if home.is_none() => MAKERS.iter().find_map(|(_, home)| self.best(home, plain)),
            None => None,
        };
        // OpenRouter's word for a model that costs nothing.
        row.map(|row| if variant == "free" { Row { price: Some(Price::FREE), ..row } } else { row })
    }

    /// The row of this name, or the longest of which it is a dated version.
    fn best(&self, home: &str, name: &str) -> Option<Row<'_>> {
        rows_of(self.text(), home, |model| is_version_of(name, model)).max_by_key(|row| row.model.len())
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Catalogue({})", self.origin())
    }
}

/// What gateways call those who make models, and their own providers.
const MAKERS: [(&str, &str); 9] = [
    ("openai", "openai"),
    ("anthropic", "anthropic"),
    ("google", "gemini"),
    ("gemini", "gemini"),
    ("deepseek", "deepseek"),
    ("mistralai", "mistral"),
    ("mistral", "mistral"),
    ("x-ai", "xai"),
    ("groq", "groq"),
];

/// `maker` may have a gateway's own words before it: `openrouter/anthropic`.
fn home_of_maker(maker: &str) -> &str {
    let last = maker.rsplit('/').next().unwrap_or(maker);
    MAKERS.iter().find(|(name, _)| *name == last).map_or(last, |(_, home)| home)
}

/// Whether a line of a table is of this model: its name, or `*` and how it ends.
fn is_of_name(model: &str, name: &str) -> bool {
    name.strip_prefix('*').map_or_else(|| is_version_of(model, name), |end| model.ends_with(end))
}

/// Whether `name` is `model` itself or a version of it (`gpt-5-mini-2026-01-01`, `…-latest`). Some gateways write
/// `claude-opus-4.8` for what its maker calls `claude-opus-4-8`.
fn is_version_of(name: &str, model: &str) -> bool {
    let same = |one: u8, other: u8| one == other || matches!((one, other), (b'.', b'-'));
    if name.len() < model.len() || !name.bytes().zip(model.bytes()).all(|(one, other)| same(one, other)) {
        return false;
    }
    let rest = &name.as_bytes()[model.len()..];
    let Ok(rest) = std::str::from_utf8(rest) else { return false };
    rest.is_empty() || rest.strip_prefix(['-', '@']).is_some_and(|rest| rest.split(['-', '@']).all(is_version))
}

/// A date or its parts. One digit alone is another model: `claude-opus-4-8` is no version of `claude-opus-4`.
fn is_version(word: &str) -> bool {
    matches!(word, "latest" | "preview") || word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn laid_over(listed: ModelData, facts: &ModelFacts) -> ModelData {
    let price = facts.price.map(|(input, output)| Price { input, output, cached: None, long: None });
    ModelData {
        context: facts.context.or(listed.context),
        output: facts.output.or(listed.output),
        price: price.or(listed.price),
        marks: listed.marks,
    }
}

impl From<Row<'_>> for ModelData {
    fn from(row: Row<'_>) -> Self {
        Self { context: row.context, output: row.output, price: row.price, marks: row.marks }
    }
}

#[cfg(test)]
#[path = "models/tests.rs"]
mod tests;
