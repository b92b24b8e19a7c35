//! TOML to the neutral tree. Several syntax errors are told at once; what could be read around them is not used.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::diagnostic::Diagnostic;
use crate::config::locate::Source;
use crate::config::reader::MOST_MISTAKES;
use crate::config::tree::{DEEPEST, Entry, Node, Table, Value};

/// Reads the whole of `source`.
pub fn parse(source: &Source) -> Result<Table, Vec<Diagnostic>> {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    if !errors.is_empty() {
        let mut mistakes: Vec<_> = errors.iter().take(MOST_MISTAKES).map(|error| syntax_error(source, error)).collect();
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        return Err(mistakes);
    }
    let mut mistakes = Vec::new();
    let table = table_of(source, document.get_ref(), 0, &mut mistakes);
    if mistakes.is_empty() { Ok(table) } else { Err(mistakes) }
}

fn syntax_error(source: &Source, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let (problem, help) = match error.message().split_once(", expected ") {
        Some((problem, expected)) => (problem, format!("expected {expected}")),
        None => (error.message(), advice(error.message()).to_owned()),
    };
    source.mistake(&span, problem, help)
}

fn advice(message: &str) -> &'static str {
    if message.contains("duplicate key") { "take one of the two away" } else { "" }
}

fn table_of(source: &Source, table: &DeTable<'_>, depth: usize, mistakes: &mut Vec<Diagnostic>) -> Table {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: node(source, value, depth + 1, mistakes),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    Table { entries }
}

fn node(source: &Source, value: &Spanned<DeValue<'_>>, depth: usize, mistakes: &mut Vec<Diagnostic>) -> Node {
    let span = value.span();
    if depth > DEEPEST {
        mistakes.push(source.mistake(&span, "too many levels", ""));
        return Node { value: Value::Table(Table::default()), span };
    }
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Whole(number),
            Err(_) => Value::Number(f64::INFINITY),
        },
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| node(source, item, depth + 1, mistakes)).collect())
        }
        DeValue::Table(inner) => Value::Table(table_of(source, inner, depth, mistakes)),
    };
    Node { value, span }
}
