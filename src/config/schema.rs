//! JSON Schema (draft 2020-12) of `config.toml` and of the front matter of prompt files, for editors.
//!
//! Invariant: it has the keys that the readers know, and no others: properties are described here and counted against
//! the readers' own lists by a test; words of closed sets come from the enums themselves.

use serde_json::{Map, Value, json};

use crate::action::file as prompt;
use crate::action::{AnswerForm, Preview, Sink, Source, Split, TextKind};
use crate::config::word::Word;
use crate::config::{ProviderKind, Secrets};
use crate::llm::request::Effort;
use crate::offline::Builtin;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Of `config.toml`.
pub fn config() -> Value {
    let mut schema = table(json!({
        "model": described(text(), "PROVIDER/NAME, an alias, or auto"),
        "languages": described(one_or_more(code()), "yours, the first first"),
        "about_me": described(text(), "what a model should know of you"),
        "fallback": described(one_or_more(text()), "models that are tried in order when one fails"),
        "auto": table(json!({ "order": described(one_or_more(text()), "providers, in the order in which they are asked") })),
        "shortcuts": described(table_of(json!({ "anyOf": [text(), shortcut_table()] })), "combination = action"),
        "alias": described(table_of(text()), "names of your own for models"),
        "provider": table_of(provider()),
        "privacy": privacy(),
        "budget": table(json!({ "month": described(number_from(0.0), "US dollars") })),
        "paste": table(json!({ "chord": table_of(text()), "preview": word::<Preview>() })),
        "panel": table(json!({ "bar_on_selection": boolean(), "bar_not_apps": texts() })),
    }));
    schema["$schema"] = DIALECT.into();
    schema["title"] = "postil: config.toml".into();
    schema
}

/// Of the front matter of a prompt file.
pub fn prompt_file() -> Value {
    let mut schema = table(json!({
        "name": described(label(), "what menus show"),
        "description": label(),
        "icon": label(),
        "folder": described(label(), "where it stands in the picker"),
        "shortcut": described(text(), "as in Ctrl+Alt+Y"),
        "from": described(some_of::<Source>(), "the first that has text"),
        "to": described(some_of::<Sink>(), "all of them"),
        "when": when(),
        "engine": json!({ "enum": engines() }),
        "command": described(many(text()), "program and arguments; the text on stdin"),
        "url": described(text(), "a template, as in https://example.com/?q={{ text | urlencode }}"),
        "offline": described(word::<Builtin>(), "used where no model is ready"),
        "model": described(one_or_more(text()), "a model, or several side by side"),
        "fallback": one_or_more(text()),
        "temperature": json!({
            "type": "number", "minimum": prompt::TEMPERATURES.start(), "maximum": prompt::TEMPERATURES.end(),
        }),
        "top_p": json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        "max_tokens": count(),
        "effort": word::<Effort>(),
        "n": json!({
            "type": "integer", "minimum": prompt::ALTERNATIVES.start(), "maximum": prompt::ALTERNATIVES.end(),
        }),
        "answer": word::<AnswerForm>(),
        "split": word::<Split>(),
        "preview": word::<Preview>(),
        "steps": many(with_required(
            table(json!({ "name": text(), "prompt": text(), "model": text() })), &["name", "prompt"],
        )),
        "options": table_of(with_required(
            table(json!({ "choices": one_or_more(label()), "default": label() })), &["choices"],
        )),
    }));
    schema["$schema"] = DIALECT.into();
    schema["title"] = "postil: front matter of a prompt file".into();
    schema
}

fn shortcut_table() -> Value {
    let keys = json!({ "action": text(), "from": some_of::<Source>(), "to": some_of::<Sink>() });
    with_required(table(keys), &["action"])
}

fn provider() -> Value {
    let mut keys = json!({
        "kind": word::<ProviderKind>(),
        "base_url": described(text(), "as in https://llm.example.com/v1"),
        "api_key_env": described(one_or_more(text()), "environment variables that hold the key"),
        "api_key_command": described(many(text()), "a program that prints the key, and its arguments"),
        "model": text(),
        "headers": table_of(text()),
        "body": described(json!({ "type": "object" }), "laid over every request"),
        "api_version": described(text(), "of Azure's or Anthropic's interface, in place of the usual one"),
        "tier": described(json!({ "type": ["string", "integer"] }), "what the provider calls your limits, as in build or 1"),
        "models": table_of(model()),
        "timeout_seconds": table(json!({ "connect": seconds(), "first": seconds(), "silence": seconds() })),
        "proxy": text(),
        "allow_http": described(boolean(), "a key may go to this host without TLS"),
    });
    add_limits(&mut keys);
    table(keys)
}

fn model() -> Value {
    let price = json!({ "type": "array", "items": number_from(0.0), "minItems": 2, "maxItems": 2 });
    let mut keys = json!({
        "context": count(),
        "output": count(),
        "price": described(price, "US dollars per million tokens, in and out"),
        "pool": described(text(), "models of the same pool share their limits"),
    });
    add_limits(&mut keys);
    table(keys)
}

fn add_limits(keys: &mut Value) {
    for key in [
        "requests_per_minute",
        "requests_per_day",
        "tokens_per_minute",
        "tokens_per_day",
        "input_tokens_per_minute",
        "output_tokens_per_minute",
    ] {
        keys[key] = count();
    }
}

fn privacy() -> Value {
    table(json!({
        "secrets": described(word::<Secrets>(), "what happens to a secret that would leave this machine"),
        "patterns": described(texts(), "regular expressions of further secrets"),
        "local_only_apps": described(texts(), "their text goes only to models on this machine"),
        "never_apps": described(texts(), "nothing is read there"),
    }))
}

fn when() -> Value {
    table(json!({
        "kind": some_of::<TextKind>(),
        "matches": described(text(), "a regular expression"),
        "apps": one_or_more(text()),
        "not_apps": one_or_more(text()),
        "languages": one_or_more(code()),
    }))
}

fn engines() -> Vec<&'static str> {
    prompt::ENGINES.iter().copied().chain(Builtin::WORDS.iter().map(|builtin| builtin.as_word())).collect()
}

fn table(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn table_of(value: Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

fn with_required(mut table: Value, keys: &[&str]) -> Value {
    table["required"] = keys.into();
    table
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// YAML takes an unquoted number or truth for what it looks like; our reader takes it as it was written.
fn label() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn texts() -> Value {
    json!({ "anyOf": [text(), { "type": "array", "items": text() }] })
}

fn code() -> Value {
    json!({ "type": "string", "pattern": "^[a-z]{2}$" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 1 })
}

fn number_from(least: f64) -> Value {
    json!({ "type": "number", "minimum": least })
}

fn seconds() -> Value {
    let range = crate::config::provider_file::TIMEOUTS;
    json!({ "type": "number", "minimum": range.start(), "maximum": range.end() })
}

fn word<T: Word>() -> Value {
    json!({ "enum": T::WORDS.iter().map(|word| word.as_word()).collect::<Vec<_>>() })
}

fn some_of<T: Word>() -> Value {
    one_or_more(word::<T>())
}

fn many(item: Value) -> Value {
    json!({ "type": "array", "items": item, "minItems": 1 })
}

fn one_or_more(item: Value) -> Value {
    json!({ "anyOf": [item.clone(), many(item)] })
}

/// The keys that a table of a schema may have.
pub fn keys(table: &Value) -> Vec<&str> {
    table["properties"].as_object().map(Map::keys).into_iter().flatten().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{file, provider_file};

    #[track_caller]
    fn check(table: &Value, expected: &[&str]) {
        let (mut found, mut expected) = (keys(table), expected.to_vec());
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_schema_of_the_config_has_the_readers_keys() {
        let schema = config();
        let top = &schema["properties"];
        check(&schema, file::KEYS);
        check(&top["auto"], file::AUTO_KEYS);
        check(&top["shortcuts"]["additionalProperties"]["anyOf"][1], file::SHORTCUT_KEYS);
        check(&top["privacy"], file::PRIVACY_KEYS);
        check(&top["budget"], file::BUDGET_KEYS);
        check(&top["paste"], file::PASTE_KEYS);
        check(&top["panel"], file::PANEL_KEYS);
        let provider = &top["provider"]["additionalProperties"];
        check(provider, provider_file::KEYS);
        check(&provider["properties"]["models"]["additionalProperties"], provider_file::MODEL_KEYS);
        check(&provider["properties"]["timeout_seconds"], provider_file::TIMEOUT_KEYS);
    }

    #[test]
    fn the_schema_of_prompt_files_has_the_readers_keys() {
        let schema = prompt_file();
        let top = &schema["properties"];
        check(&schema, prompt::KEYS);
        check(&top["when"], prompt::WHEN_KEYS);
        check(&top["steps"]["items"], prompt::STEP_KEYS);
        check(&top["options"]["additionalProperties"], prompt::OPTION_KEYS);
    }
}
