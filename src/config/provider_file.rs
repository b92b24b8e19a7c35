//! `[provider.NAME]` as it was written. What is left open is taken from the known provider of that name, or from the
//! kind.
//!
//! Invariant: no key's value comes through here. Where one was written it is refused, and is never quoted.

use std::collections::BTreeMap;

use crate::config::locate::{Located, Span};
use crate::config::reader::{Field, Named, Reader};
use crate::config::secret::{self, WAY_OUT};
use crate::config::tree::{Node, Value};
use crate::config::word::words;
use crate::config::{KeySource, Limits, ModelFacts, ProviderKind};
use crate::llm::models::tiers;

pub const KEYS: &[&str] = &[
    "kind",
    "base_url",
    "api_key_env",
    "api_key_command",
    "model",
    "headers",
    "body",
    "api_version",
    "tier",
    "requests_per_minute",
    "requests_per_day",
    "tokens_per_minute",
    "tokens_per_day",
    "input_tokens_per_minute",
    "output_tokens_per_minute",
    "models",
    "timeout_seconds",
    "proxy",
    "allow_http",
];
pub const MODEL_KEYS: &[&str] = &[
    "context",
    "output",
    "price",
    "pool",
    "requests_per_minute",
    "requests_per_day",
    "tokens_per_minute",
    "tokens_per_day",
    "input_tokens_per_minute",
    "output_tokens_per_minute",
];
pub const TIMEOUT_KEYS: &[&str] = &["connect", "first", "silence"];

/// A wait of more than an hour is a mistake in the unit.
pub const TIMEOUTS: std::ops::RangeInclusive<f64> = 0.1..=3600.0;

words!(
    ProviderKind: OpenAi = "openai", Responses = "responses", Anthropic = "anthropic", Gemini = "gemini", Ollama = "ollama",
    Azure = "azure"
);

/// What the user wrote of one provider.
#[derive(Debug, Clone, Default)]
pub struct ProviderTable {
    pub name: String,
    pub name_span: Span,
    pub kind: Option<ProviderKind>,
    pub base_url: Option<String>,
    /// `None`: as the known provider has them.
    pub keys: Option<Vec<KeySource>>,
    pub model: Option<String>,
    pub headers: Vec<(String, String)>,
    pub body: serde_json::Map<String, serde_json::Value>,
    pub api_version: Option<String>,
    pub limits: Limits,
    /// In the table's manner.
    pub tier: Option<Located<String>>,
    pub models: BTreeMap<String, ModelFacts>,
    pub timeouts: WrittenTimeouts,
    pub proxy: Option<String>,
    pub allow_http: Option<bool>,
}

/// In seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct WrittenTimeouts {
    pub connect: Option<f64>,
    pub first: Option<f64>,
    pub silence: Option<f64>,
}

/// Reads all of `[provider]`.
pub fn read(field: &Field<'_>) -> Vec<ProviderTable> {
    let entries = field.entries("a table of providers, as in `[provider.work]`").unwrap_or_default();
    entries.iter().filter_map(provider).collect()
}

fn provider(entry: &Named<'_>) -> Option<ProviderTable> {
    let report = entry.field.report();
    if entry.name.is_empty() || entry.name.contains('/') || entry.name == "auto" {
        report.mistake(entry.name_span, "not a name for a provider", "a word without `/`, and not `auto`");
    }
    let table = entry.field.table(KEYS)?;
    let url = |key| table.get(key).and_then(|field| address(&field));
    Some(ProviderTable {
        name: entry.name.to_owned(),
        name_span: entry.name_span.clone(),
        kind: table.get("kind").and_then(|field| field.one_of()),
        base_url: table.get("base_url").and_then(|field| base_url(&field)),
        keys: keys(&table),
        model: table.get("model").and_then(|field| field.words()).map(|model| model.value),
        headers: table.get("headers").map(|field| headers(&field)).unwrap_or_default(),
        body: table.get("body").map(|field| body(&field)).unwrap_or_default(),
        api_version: table.get("api_version").and_then(|field| field.words()).map(|version| version.value),
        limits: limits(&table),
        tier: table.get("tier").and_then(|field| tier(&field)),
        models: table.get("models").map(|field| models(&field)).unwrap_or_default(),
        timeouts: table.get("timeout_seconds").map(|field| timeouts(&field)).unwrap_or_default(),
        proxy: url("proxy"),
        allow_http: table.get("allow_http").and_then(|field| field.boolean()),
    })
}

fn keys(table: &Reader<'_>) -> Option<Vec<KeySource>> {
    let from_environment = table.get("api_key_env").map(|field| variables(&field)).unwrap_or_default();
    let from_command = table.get("api_key_command").and_then(|field| command(&field));
    let written: Vec<_> = from_environment.into_iter().chain(from_command).collect();
    (!written.is_empty()).then_some(written)
}

fn variables(field: &Field<'_>) -> Vec<KeySource> {
    let items = field.items().unwrap_or_default();
    items.iter().filter_map(variable).collect()
}

fn variable(field: &Field<'_>) -> Option<KeySource> {
    let name = field.words()?.value;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !secret::looks_like_one(&name);
    if !is_name {
        // It may be the key itself.
        field.report().sealed_mistake(field.span(), "not the name of an environment variable", WAY_OUT);
        return None;
    }
    Some(KeySource::Env(name))
}

fn command(field: &Field<'_>) -> Option<KeySource> {
    let items = field.list("a list of a program and its arguments, as in `[\"pass\", \"work/llm\"]`")?;
    let arguments: Option<Vec<_>> = items.iter().map(|item| item.text().map(str::to_owned)).collect();
    let arguments = arguments?;
    if arguments[0].trim().is_empty() {
        field.mistake("no program", "the first item is the program");
        return None;
    }
    Some(KeySource::Command(arguments))
}

/// An address whose every path is below it: no query, no password, no slash at its end.
fn base_url(field: &Field<'_>) -> Option<String> {
    let url = address(field)?;
    if url.contains(['?', '#']) {
        let help = "write the address alone; a key comes by `api_key_env` or `api_key_command`";
        field.report().sealed_mistake(field.span(), "an address with a query", help);
        return None;
    }
    if after_scheme(&url).split('/').next().is_some_and(|host| host.contains('@')) {
        field.report().sealed_mistake(field.span(), "an address with a password", WAY_OUT);
        return None;
    }
    Some(url.trim_end_matches('/').to_owned())
}

fn after_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

fn address(field: &Field<'_>) -> Option<String> {
    const SCHEMES: &[&str] = &["http", "https", "socks5", "socks5h"];
    let text = field.words()?.value;
    let good = text.split_once("://").is_some_and(|(scheme, rest)| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        SCHEMES.contains(&scheme.to_lowercase().as_str()) && !host.is_empty() && !text.contains(char::is_whitespace)
    });
    if !good {
        field.mistake("not an address", "write it as in `https://llm.example.com/v1`");
    }
    good.then_some(text)
}

fn headers(field: &Field<'_>) -> Vec<(String, String)> {
    let entries = field.entries("a table of headers and their values").unwrap_or_default();
    entries.iter().filter_map(header).collect()
}

fn header(entry: &Named<'_>) -> Option<(String, String)> {
    let (report, value) = (entry.field.report(), entry.field.text());
    if secret::is_secret_name(entry.name) || value.is_some_and(secret::looks_like_one) {
        report.sealed_mistake(entry.field.span(), "a key in plain text", WAY_OUT);
        return None;
    }
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if entry.name.is_empty() || !entry.name.chars().all(is_token) {
        report.mistake(entry.name_span, "not the name of a header", "write it as in `X-Team`");
        return None;
    }
    if value?.chars().any(|c| c.is_control()) {
        entry.field.mistake("not the value of a header", "it is one line");
        return None;
    }
    Some((entry.name.to_owned(), value?.to_owned()))
}

/// Any JSON, as the provider takes it; keys in it are refused at every level.
fn body(field: &Field<'_>) -> serde_json::Map<String, serde_json::Value> {
    let wanted = "a table that is laid over the request's body";
    if !matches!(field.value(), Value::Table(_)) {
        field.mistake(format!("not {wanted}"), "");
    } else if let Some(place) = key_within(field.node()) {
        field.report().sealed_mistake(place, "a key in plain text", WAY_OUT);
    } else if let Some(serde_json::Value::Object(body)) = json(field.node()) {
        return body;
    } else {
        field.mistake("not a value that JSON has", "write texts, numbers, `true`, `false`, lists and tables");
    }
    serde_json::Map::new()
}

fn key_within(node: &Node) -> Option<&Span> {
    match &node.value {
        Value::Text(text) if secret::looks_like_one(text) => Some(&node.span),
        Value::List(items) => items.iter().find_map(key_within),
        Value::Table(table) => table.entries.iter().find_map(|entry| match secret::is_secret_name(&entry.key) {
            true => Some(&entry.node.span),
            false => key_within(&entry.node),
        }),
        _ => None,
    }
}

/// Dates and infinite numbers JSON has not.
fn json(node: &Node) -> Option<serde_json::Value> {
    Some(match &node.value {
        Value::Text(text) | Value::Plain(text) => text.clone().into(),
        Value::Whole(number) => (*number).into(),
        Value::Number(number) => serde_json::Number::from_f64(*number)?.into(),
        Value::Boolean(truth) => (*truth).into(),
        Value::Date => return None,
        Value::List(items) => items.iter().map(json).collect::<Option<Vec<_>>>()?.into(),
        Value::Table(table) => {
            let entries = table.entries.iter().map(|entry| Some((entry.key.clone(), json(&entry.node)?)));
            entries.collect::<Option<serde_json::Map<_, _>>>()?.into()
        }
    })
}

fn limits(table: &Reader<'_>) -> Limits {
    let count = |key| table.get(key).and_then(|field| field.count());
    let tokens = |key| table.get(key).and_then(|field| field.whole(1..=u64::MAX));
    Limits {
        requests_per_minute: count("requests_per_minute"),
        requests_per_day: count("requests_per_day"),
        tokens_per_minute: tokens("tokens_per_minute"),
        tokens_per_day: tokens("tokens_per_day"),
        input_tokens_per_minute: tokens("input_tokens_per_minute"),
        output_tokens_per_minute: tokens("output_tokens_per_minute"),
    }
}

/// Many are numbers.
fn tier(field: &Field<'_>) -> Option<Located<String>> {
    let named = match field.value() {
        Value::Whole(number) => Located { value: number.to_string(), span: field.span().clone() },
        _ => field.words()?,
    };
    Some(Located { value: tiers::plain(&named.value), ..named })
}

fn models(field: &Field<'_>) -> BTreeMap<String, ModelFacts> {
    let entries = field.entries("a table of models").unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.name.to_owned(), facts(&entry.field)?))).collect()
}

fn facts(field: &Field<'_>) -> Option<ModelFacts> {
    let table = field.table(MODEL_KEYS)?;
    Some(ModelFacts {
        context: table.get("context").and_then(|field| field.count()),
        output: table.get("output").and_then(|field| field.count()),
        price: table.get("price").and_then(|field| price(&field)),
        limits: limits(&table),
        pool: table.get("pool").and_then(|field| Some(field.words()?.value)),
    })
}

fn price(field: &Field<'_>) -> Option<(f64, f64)> {
    let wanted = "two prices for a million tokens, in and out, as in `[2.5, 10.0]`";
    let items = field.list(wanted)?;
    let [input, output] = items.as_slice() else {
        field.mistake(format!("not {wanted}"), "");
        return None;
    };
    Some((input.number(0.0..=f64::MAX)?, output.number(0.0..=f64::MAX)?))
}

fn timeouts(field: &Field<'_>) -> WrittenTimeouts {
    let Some(table) = field.table(TIMEOUT_KEYS) else {
        return WrittenTimeouts::default();
    };
    let seconds = |key| table.get(key).and_then(|field| field.number(TIMEOUTS));
    WrittenTimeouts { connect: seconds("connect"), first: seconds("first"), silence: seconds("silence") }
}
