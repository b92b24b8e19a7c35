//! The filters of templates: those of minijinja whose output is not much larger than what they are given, and those
//! that can make more of it here, where one rendering has a budget for that.
//!
//! Invariant: no template makes the memory full by a filter, whatever its arguments.

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, State, filters};

/// By how much all filters of one rendering may make their texts longer, in bytes: a prompt's indents and replacements
/// make some hundreds.
const MOST_GROWTH: usize = 16 << 20;

/// The detail of the error where they make more of it.
pub(super) const TOO_MUCH: &str = "the filters make too much of a text";

/// Deeper than any list in a prompt is set in.
const WIDEST_INDENT: usize = 64;

/// Those that pad, count out or gather: prompts are texts, and their arguments say how much memory they take.
const NOT_FOR_PROMPTS: &[&str] = &[
    "attr",
    "batch",
    "chain",
    "dictsort",
    "format",
    "groupby",
    "items",
    "map",
    "pprint",
    "reject",
    "rejectattr",
    "select",
    "selectattr",
    "slice",
    "sum",
    "zip",
];

/// Puts them in place of minijinja's own.
pub(super) fn settle(environment: &mut Environment<'_>) {
    for name in NOT_FOR_PROMPTS {
        environment.remove_filter(name);
    }
    environment.add_filter("replace", replace);
    environment.add_filter("indent", indent);
    environment.add_filter("join", join);
    environment.add_filter("tojson", to_json);
    environment.add_filter("string", string);
}

/// What they have added so far.
#[derive(Default)]
struct Spent(usize);

fn spend(state: &mut State<'_, '_>, bytes: usize) -> Result<(), Error> {
    let Spent(spent) = state.get_or_insert_extension(Spent::default());
    *spent = spent.saturating_add(bytes);
    if *spent <= MOST_GROWTH { Ok(()) } else { Err(Error::new(ErrorKind::OutOfFuel, TOO_MUCH)) }
}

fn replace(state: &mut State<'_, '_>, value: &str, from: &str, to: &str) -> Result<String, Error> {
    let growth = to.len().saturating_sub(from.len());
    spend(state, value.matches(from).count().saturating_mul(growth))?;
    Ok(value.replace(from, to))
}

/// Every line but the first by `width` spaces; `first` and `blank` take those lines in too.
fn indent(state: &mut State<'_, '_>, value: &str, width: Option<usize>, more: Kwargs) -> Result<String, Error> {
    let width = width.or(more.get("width")?).unwrap_or(4).min(WIDEST_INDENT);
    let (first, blank): (Option<bool>, Option<bool>) = (more.get("first")?, more.get("blank")?);
    more.assert_all_used()?;
    spend(state, value.lines().count().saturating_mul(width))?;
    let space = " ".repeat(width);
    let set_in = |(number, line): (usize, &str)| {
        let moves = (number > 0 || first == Some(true)) && (!line.is_empty() || blank == Some(true));
        if moves { format!("{space}{line}") } else { line.to_owned() }
    };
    Ok(value.lines().enumerate().map(set_in).collect::<Vec<_>>().join("\n"))
}

fn join(state: &mut State<'_, '_>, value: &Value, between: Option<&str>) -> Result<String, Error> {
    let mut joined = String::new();
    for (number, item) in value.try_iter()?.enumerate() {
        let (between, item) = (between.filter(|_| number > 0).unwrap_or_default(), item.to_string());
        spend(state, between.len())?;
        joined.push_str(between);
        joined.push_str(&item);
    }
    Ok(joined)
}

/// In one line. Quotes within quotes double their backslashes each time, so this grows too.
fn to_json(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let json = filters::tojson(value, None, Kwargs::from_iter(std::iter::empty::<(&str, Value)>()))?;
    spend(state, length(&json).saturating_sub(length(value)))?;
    Ok(json)
}

fn string(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let text = filters::string(state, value)?;
    spend(state, length(&text).saturating_sub(length(value)))?;
    Ok(text)
}

/// Of a text; what else there is counts as nothing.
fn length(value: &Value) -> usize {
    value.as_str().map_or(0, str::len)
}
