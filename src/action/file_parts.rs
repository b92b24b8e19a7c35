//! The parts of a front matter that have a shape of their own: options, conditions, sampling, models, templates.
//!
//! Each reports what is wrong at its place and gives what it could read.

use crate::action::file::{ALTERNATIVES, OPTION_KEYS, TEMPERATURES, WHEN_KEYS};
use crate::action::template::{Names, Template};
use crate::action::{ActionOption, ModelChoice, TextKind, When};
use crate::config::locate::{Located, Span};
use crate::config::reader::{Field, Reader, Report};
use crate::config::word::{Word, suggestion};
use crate::llm::request::Sampling;
use crate::text::language::Language;

pub(super) fn option(field: &Field<'_>) -> Option<ActionOption> {
    let table = field.table(OPTION_KEYS)?;
    let Some(choices) = table.get("choices") else {
        field.mistake("an option without choices", "write `{ choices: [one, other], default: one }`");
        return None;
    };
    let choices: Vec<_> = choices.texts()?.into_iter().map(|choice| choice.value).collect();
    let default = match table.get("default") {
        None => choices[0].clone(),
        Some(default) => {
            let word = default.words()?.value;
            if !choices.contains(&word) {
                default.mistake("not one of the choices", suggestion(&word, choices.iter().map(String::as_str)));
            }
            word
        }
    };
    Some(ActionOption { choices, default })
}

pub(super) fn when(field: &Field<'_>) -> When {
    let Some(table) = field.table(WHEN_KEYS) else {
        return When::default();
    };
    let apps = |key| -> Vec<String> {
        let texts = table.get(key).and_then(|field| field.texts()).unwrap_or_default();
        texts.into_iter().map(|app| app.value.to_lowercase()).collect()
    };
    When {
        kinds: words::<TextKind>(&table, "kind").unwrap_or_default(),
        matches: table.get("matches").and_then(|field| field.regex()),
        apps: apps("apps"),
        not_apps: apps("not_apps"),
        languages: table.get("languages").map(|field| languages(&field)).unwrap_or_default(),
    }
}

fn languages(field: &Field<'_>) -> Vec<String> {
    let items = field.items().unwrap_or_default();
    items.iter().filter_map(language).map(|language| language.code().to_owned()).collect()
}

/// A language by its code.
pub fn language(field: &Field<'_>) -> Option<Language> {
    let code = field.words()?.value;
    let found = Language::from_code(&code);
    if found.is_none() {
        let help = match Language::from_name(&code) {
            Some(named) => format!("did you mean `{}`?", named.code()),
            None => "write its two letters, as in `en`".to_owned(),
        };
        field.mistake("unknown language", help);
    }
    found
}

pub(super) fn sampling(front: &Reader<'_>) -> Sampling {
    Sampling {
        temperature: front.get("temperature").and_then(|field| field.number(TEMPERATURES)),
        top_p: front.get("top_p").and_then(|field| field.number(0.0..=1.0)),
        max_tokens: front.get("max_tokens").and_then(|field| field.count()),
        effort: word(front, "effort"),
        n: front.get("n").and_then(|field| field.whole(ALTERNATIVES)).and_then(|n| u32::try_from(n).ok()),
    }
}

pub(super) fn word<T: Word>(table: &Reader<'_>, key: &str) -> Option<T> {
    table.get(key).and_then(|field| field.one_of())
}

pub(super) fn words<T: Word + PartialEq>(table: &Reader<'_>, key: &str) -> Option<Vec<T>> {
    table.get(key).and_then(|field| field.some_of())
}

pub(super) fn choices(table: &Reader<'_>, key: &str, named: &mut Vec<Located<String>>) -> Option<Vec<ModelChoice>> {
    let texts = table.get(key)?.texts()?;
    let choices = texts.iter().map(|text| model_choice(&text.value)).collect();
    named.extend(texts.into_iter().filter(|text| model_choice(&text.value) != ModelChoice::Auto));
    Some(choices)
}

/// `auto`, or the name of a model or an alias.
pub fn model_choice(text: &str) -> ModelChoice {
    if text == "auto" { ModelChoice::Auto } else { ModelChoice::Named(text.to_owned()) }
}

pub(super) fn identifier(field: &Field<'_>) -> Option<String> {
    let text = field.words()?.value;
    if !is_identifier(&text) {
        field.mistake("not a name for templates", "use letters, digits and `_`");
        return None;
    }
    Some(text)
}

pub(super) fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Compiles the template that stands at `span`; its mistakes are reported at their places in the file.
pub(super) fn template(report: &Report<'_>, text: &str, span: &Span, names: Names<'_>) -> Option<Template> {
    match Template::compile(text, names) {
        Ok(template) => Some(template),
        Err(mistakes) => {
            for mistake in mistakes {
                let place = place_within(&report.source.text()[span.clone()], text, &mistake.range);
                report.mistake(&(span.start + place.start..span.start + place.end), mistake.problem, mistake.help);
            }
            None
        }
    }
}

/// Where a part of a value stands in the file. The two differ by quotes, escapes and indentation, so the part is looked
/// for: as many occurrences in as in the value itself.
fn place_within(raw: &str, value: &str, part: &Span) -> Span {
    if raw == value {
        return part.clone();
    }
    let snippet = value[part.clone()].lines().next().unwrap_or_default();
    if snippet.is_empty() {
        return 0..0;
    }
    let nth = value[..part.start].matches(snippet).count();
    raw.match_indices(snippet).nth(nth).map_or(0..0, |(at, found)| at..at + found.len())
}
