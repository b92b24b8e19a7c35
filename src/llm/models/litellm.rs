//! LiteLLM's price file (MIT, `model_prices_and_context_window.json`) as a table of ours: the chat models of the providers
//! that are known here, without the dated versions that differ in nothing from the model itself.
//!
//! Pure: the date is an argument.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::is_version_of;
use super::row::{COLUMNS, Mark, Row};
use super::{LongPrice, Price};

/// LiteLLM's names of the providers whose models are taken; they are ours too.
const PROVIDERS: [&str; 7] = ["anthropic", "deepseek", "gemini", "groq", "mistral", "openai", "xai"];

/// Models for other things than text, by a part of their names.
const OTHERS: [&str; 17] = [
    "ft:",
    "audio",
    "realtime",
    "tts",
    "image",
    "search",
    "research",
    "computer-use",
    "robotics",
    "lyria",
    "omni",
    "ocr",
    "container",
    "moderation",
    "learnlm",
    "rosalind",
    "customtools",
];

/// The table, or `None` where `json` is no such file.
pub fn table(json: &[u8], today: &str) -> Option<String> {
    let file: Map<String, Value> = serde_json::from_slice(json).ok()?;
    let mut rows = BTreeMap::new();
    for (name, facts) in &file {
        let Some(row) = row(name, facts) else { continue };
        let key = (row.provider, row.model);
        // What has its provider's name before it is the newer entry where a model stands there twice.
        match name.contains('/') {
            true => _ = rows.insert(key, row),
            false => _ = rows.entry(key).or_insert(row),
        }
    }
    if rows.is_empty() {
        return None;
    }
    let mut table = format!(
        "# as of {today}, from LiteLLM's price file (MIT, https://github.com/BerriAI/litellm) by `postil models --update`\n\
         # {}; US dollars per million tokens\n",
        COLUMNS.join("\t")
    );
    rows.values()
        .filter(|row| !rows.values().any(|other| says_the_same(other, row)))
        .for_each(|row| row.write(&mut table));
    Some(table)
}

/// Whether `row` is a version of `other` and no different.
fn says_the_same(other: &Row<'_>, row: &Row<'_>) -> bool {
    let alike = Row { model: other.model, ..row.clone() };
    other.model != row.model && is_version_of(row.model, other.model) && alike == *other
}

fn row<'a>(name: &'a str, facts: &'a Value) -> Option<Row<'a>> {
    let provider = facts.get("litellm_provider")?.as_str().filter(|provider| PROVIDERS.contains(provider))?;
    let mode = facts.get("mode")?.as_str()?;
    let model = name.strip_prefix(provider).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    let has_text = matches!(mode, "chat" | "responses") && !OTHERS.iter().any(|other| model.contains(other));
    let count = |field: &str| facts.get(field)?.as_u64()?.try_into().ok();
    let row = Row {
        provider,
        model,
        context: count("max_input_tokens").or_else(|| count("max_tokens")),
        output: count("max_output_tokens"),
        price: price(facts),
        marks: marks(provider, mode, facts),
    };
    Some(row).filter(|row| has_text && !model.contains(['\t', '\n']) && (row.price.is_some() || row.context.is_some()))
}

fn price(facts: &Value) -> Option<Price> {
    // A token costs some millionths; rounded to what a person would write.
    let million = |field: &str| Some((facts.get(field)?.as_f64()? * 1e12).round() / 1e6);
    Some(Price {
        input: million("input_cost_per_token")?,
        output: million("output_cost_per_token")?,
        cached: million("cache_read_input_token_cost"),
        long: long_price(facts, million),
    })
}

/// `input_cost_per_token_above_272k_tokens` and its like, without those of other service tiers. Of several bounds the lowest.
fn long_price(facts: &Value, million: impl Fn(&str) -> Option<f64>) -> Option<LongPrice> {
    let thousands = |field: &String| {
        field.strip_prefix("input_cost_per_token_above_")?.strip_suffix("k_tokens")?.parse::<u64>().ok()
    };
    let bound = facts.as_object()?.keys().filter_map(thousands).min()?;
    let of = |field: &str| million(&format!("{field}_above_{bound}k_tokens"));
    Some(LongPrice {
        above: bound * 1000,
        input: of("input_cost_per_token")?,
        output: of("output_cost_per_token")?,
        cached: of("cache_read_input_token_cost"),
    })
}

fn marks(provider: &str, mode: &str, facts: &Value) -> Vec<Mark> {
    let says = |field: &str, truth: bool| facts.get(field).and_then(Value::as_bool) == Some(truth);
    let reasons = says("supports_reasoning", true);
    // OpenAI's own that reason take neither temperature nor top_p, whatever else the file says of them.
    let unsampled = says("supports_sampling_params", false) || provider == "openai" && reasons;
    let only_responses = mode == "responses"
        && facts
            .get("supported_endpoints")
            .and_then(Value::as_array)
            .is_none_or(|all| !all.iter().any(|one| one.as_str().is_some_and(|one| one.contains("chat/completions"))));
    [
        (reasons, Mark::Reasons),
        (says("supports_none_reasoning_effort", true), Mark::EffortNone),
        (says("supports_minimal_reasoning_effort", true), Mark::EffortMinimal),
        (unsampled, Mark::Unsampled),
        (says("supports_adaptive_thinking", true), Mark::Adaptive),
        (only_responses, Mark::ResponsesOnly),
    ]
    .into_iter()
    .filter_map(|(holds, mark)| holds.then_some(mark))
    .collect()
}
