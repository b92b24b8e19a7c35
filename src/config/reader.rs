//! Walks a tree and says what is wrong with it: one walker for `config.toml` and for prompt files.
//!
//! A [`Reader`] stands for a table and knows all keys that it may have; a [`Field`] is one value, asked for what it is
//! wanted to be. Each answers `None` where there is nothing or something else, and in the second case has reported it.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use crate::config::diagnostic::Diagnostic;
use crate::config::locate::{Located, Source, Span};
use crate::config::secret;
use crate::config::tree::{Node, Table, Value};
use crate::config::word::{Word, suggestion};
use crate::desktop::shortcut::{Shortcut, ShortcutError};

/// After so many mistakes in one file the rest is noise.
pub const MOST_MISTAKES: usize = 50;

/// The mistakes of one file, in the making.
#[derive(Debug)]
pub struct Report<'s> {
    pub source: &'s Source,
    mistakes: RefCell<Vec<Diagnostic>>,
}

impl<'s> Report<'s> {
    pub fn new(source: &'s Source) -> Self {
        Self { source, mistakes: RefCell::default() }
    }

    pub fn mistake(&self, span: &Span, problem: impl Into<String>, help: impl Into<String>) {
        if self.has_room() {
            self.mistakes.borrow_mut().push(self.source.mistake(span, problem, help));
        }
    }

    /// As [`mistake`](Self::mistake), for a text that is not to be shown.
    pub fn sealed_mistake(&self, span: &Span, problem: impl Into<String>, help: impl Into<String>) {
        if self.has_room() {
            self.mistakes.borrow_mut().push(self.source.sealed_mistake(span, problem, help));
        }
    }

    /// Asked before a place or what was meant is looked for, which takes time in a long file.
    pub fn has_room(&self) -> bool {
        self.mistakes.borrow().len() < MOST_MISTAKES
    }

    /// All of them, in the file's order.
    pub fn into_mistakes(self) -> Vec<Diagnostic> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        mistakes
    }
}

/// A table whose keys are known.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'t> {
    report: &'t Report<'t>,
    table: &'t Table,
    keys: &'static [&'static str],
}

impl<'t> Reader<'t> {
    /// `keys`: all that `table` may have. Others are reported here and now.
    pub fn new(report: &'t Report<'t>, table: &'t Table, keys: &'static [&'static str]) -> Self {
        let unknown = table.entries.iter().filter(|entry| !keys.contains(&entry.key.as_str()));
        for entry in unknown.take_while(|_| report.has_room()) {
            match secret::is_secret_name(&entry.key) {
                true => report.sealed_mistake(&entry.node.span, "a key in plain text", secret::WAY_OUT),
                false => report.mistake(&entry.key_span, "unknown key", suggestion(&entry.key, keys.iter().copied())),
            }
        }
        Self { report, table, keys }
    }

    /// The value of `key`, if there is one.
    pub fn get(&self, key: &str) -> Option<Field<'t>> {
        debug_assert!(self.keys.contains(&key), "`{key}` is not among the keys of its table");
        self.table.get(key).map(|entry| Field { report: self.report, node: &entry.node, key_span: &entry.key_span })
    }
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub struct Field<'t> {
    report: &'t Report<'t>,
    node: &'t Node,
    key_span: &'t Span,
}

/// A key that the user chose, and its value.
pub struct Named<'t> {
    pub name: &'t str,
    pub name_span: &'t Span,
    pub field: Field<'t>,
}

impl<'t> Field<'t> {
    pub fn span(&self) -> &'t Span {
        &self.node.span
    }

    pub fn key_span(&self) -> &'t Span {
        self.key_span
    }

    pub fn node(&self) -> &'t Node {
        self.node
    }

    pub fn value(&self) -> &'t Value {
        &self.node.value
    }

    pub fn report(&self) -> &'t Report<'t> {
        self.report
    }

    /// Reports this value.
    pub fn mistake(&self, problem: impl Into<String>, help: impl Into<String>) {
        match self.is_empty() {
            true => self.report.mistake(self.key_span, problem, help),
            false => self.report.mistake(self.span(), problem, help),
        }
    }

    /// Whether nothing was written behind the key.
    fn is_empty(&self) -> bool {
        matches!(self.value(), Value::Plain(text) if text.is_empty())
    }

    fn not<T>(&self, wanted: &str) -> Option<T> {
        match self.is_empty() {
            true => self.mistake("no value", format!("write {wanted}, or take the key away")),
            false => self.mistake(format!("not {wanted}"), ""),
        }
        None
    }

    /// Any text, the empty one too.
    pub fn text(&self) -> Option<&'t str> {
        match self.value() {
            Value::Text(text) => Some(text),
            Value::Plain(text) if !text.is_empty() => Some(text),
            _ => self.not("a text"),
        }
    }

    /// A text that is not blank, with its place.
    pub fn words(&self) -> Option<Located<String>> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.mistake("an empty text", "write something, or take the key away");
            return None;
        }
        Some(Located { value: text.trim().to_owned(), span: self.span().clone() })
    }

    /// One of a closed set.
    pub fn one_of<T: Word>(&self) -> Option<T> {
        let Some(text) = self.scalar() else {
            return self.not(&crate::config::word::list(T::WORDS.iter().map(|word| word.as_word())));
        };
        let found = T::of_word(&text);
        if found.is_none() {
            let known: Vec<_> = T::WORDS.iter().map(|word| word.as_word()).collect();
            self.mistake("unknown word", suggestion(&text, known.iter().copied()));
        }
        found
    }

    fn scalar(&self) -> Option<String> {
        match self.value() {
            Value::Text(text) | Value::Plain(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// One or several of a closed set, none twice, in order: a single word or a list.
    pub fn some_of<T: Word + PartialEq>(&self) -> Option<Vec<T>> {
        let mut found = Vec::new();
        let mut whole = true;
        for item in self.items()? {
            match item.one_of() {
                Some(word) if found.contains(&word) => item.mistake("named twice", "take one of the two away"),
                Some(word) => found.push(word),
                None => whole = false,
            }
        }
        whole.then_some(found)
    }

    /// Texts that are not blank: a single one or a list.
    pub fn texts(&self) -> Option<Vec<Located<String>>> {
        let items = self.items()?;
        let texts: Vec<_> = items.iter().filter_map(Field::words).collect();
        (texts.len() == items.len()).then_some(texts)
    }

    /// As [`texts`](Self::texts), the empty list too, without their places.
    pub fn any_texts(&self) -> Option<Vec<String>> {
        match self.value() {
            Value::List(items) if items.is_empty() => Some(Vec::new()),
            _ => Some(self.texts()?.into_iter().map(|text| text.value).collect()),
        }
    }

    /// The items of a list, or the value itself as the only one. Never empty.
    pub fn items(&self) -> Option<Vec<Field<'t>>> {
        match self.value() {
            Value::List(items) if items.is_empty() => {
                self.mistake("an empty list", "name at least one, or take the key away");
                None
            }
            Value::List(items) => {
                Some(items.iter().map(|node| Field { report: self.report, node, key_span: self.key_span }).collect())
            }
            _ => Some(vec![*self]),
        }
    }

    /// A list, where a single value will not do. Never empty.
    pub fn list(&self, wanted: &str) -> Option<Vec<Field<'t>>> {
        match self.value() {
            Value::List(_) => self.items(),
            _ => self.not(wanted),
        }
    }

    pub fn boolean(&self) -> Option<bool> {
        match self.value() {
            Value::Boolean(truth) => Some(*truth),
            Value::Plain(word) if word == "true" => Some(true),
            Value::Plain(word) if word == "false" => Some(false),
            _ => self.not("`true` or `false`"),
        }
    }

    /// A number within `range`.
    pub fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let wanted = || format!("a number {}", bounds(range.start(), range.end(), *range.end() == f64::MAX));
        let number = match self.value() {
            Value::Whole(number) => Some(*number as f64),
            Value::Number(number) => Some(*number),
            Value::Plain(text) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => self.not(&wanted()),
        }
    }

    /// A whole number within `range`.
    pub fn whole(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let wanted = || format!("a whole number {}", bounds(range.start(), range.end(), *range.end() == u64::MAX));
        let number = match self.value() {
            Value::Whole(number) => u64::try_from(*number).ok(),
            Value::Plain(text) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => self.not(&wanted()),
        }
    }

    /// As [`whole`](Self::whole), from 1, for counts that fit in 32 bits.
    pub fn count(&self) -> Option<u32> {
        self.whole(1..=u64::from(u32::MAX)).and_then(|number| u32::try_from(number).ok())
    }

    /// A table with these keys.
    pub fn table(&self, keys: &'static [&'static str]) -> Option<Reader<'t>> {
        match self.value() {
            Value::Table(table) => Some(Reader::new(self.report, table, keys)),
            _ => self.not(&format!("a table with {}", crate::config::word::list(keys.iter().copied()))),
        }
    }

    /// A table whose keys the user chose; `wanted` says what they are: "a table of aliases".
    pub fn entries(&self, wanted: &str) -> Option<Vec<Named<'t>>> {
        let Value::Table(table) = self.value() else {
            return self.not(wanted);
        };
        let named = |entry: &'t crate::config::tree::Entry| Named {
            name: &entry.key,
            name_span: &entry.key_span,
            field: Field { report: self.report, node: &entry.node, key_span: &entry.key_span },
        };
        Some(table.entries.iter().map(named).collect())
    }

    /// A key combination.
    pub fn shortcut(&self) -> Option<Shortcut> {
        shortcut(self.report, self.text()?, self.span())
    }

    /// A regular expression.
    pub fn regex(&self) -> Option<regex::Regex> {
        let text = self.text()?;
        let built = regex::RegexBuilder::new(text).size_limit(LARGEST_REGEX).build();
        if let Err(error) = &built {
            self.mistake("not a regular expression", regex_advice(error));
        }
        built.ok()
    }
}

/// Memory of a compiled pattern: a thousand times what one for serial numbers takes.
const LARGEST_REGEX: usize = 1 << 20;

fn regex_advice(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        // The last line of its page-long message is the reason, without the pattern.
        other => other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    }
}

/// Reads a key combination that stands at `span`.
pub fn shortcut(report: &Report<'_>, text: &str, span: &Span) -> Option<Shortcut> {
    match text.parse() {
        Ok(shortcut) => Some(shortcut),
        Err(ShortcutError::NoSuchKey(key)) => {
            report.mistake(span, format!("no key is called {key}"), "write it as in Ctrl+Alt+Y");
            None
        }
        Err(error) => {
            report.mistake(span, "not a shortcut", error.to_string());
            None
        }
    }
}

fn bounds<T: std::fmt::Display>(from: &T, to: &T, open: bool) -> String {
    if open { format!("from {from}") } else { format!("from {from} to {to}") }
}
