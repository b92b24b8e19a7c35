//! A line of the table: what it may hold, and how it is read and written.

use std::fmt::Write as _;

use memchr::memmem;

use super::{LongPrice, Price};

/// The names of the columns, as the table's second line has them. Numbers that are not known stand as `-`. The last one is
/// missing where long prompts cost the same.
pub const COLUMNS: [&str; 9] =
    ["provider", "model", "context", "output", "in", "out", "cached", "marks", "prompts above:in:out:cached"];

/// What is particular about a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It thinks before it answers, and takes an effort.
    Reasons,
    /// Its effort can be none at all, or as good as none.
    EffortNone,
    EffortMinimal,
    /// It refuses `temperature` and `top_p`.
    Unsampled,
    /// Anthropic's that decide themselves how long they think; others want a budget.
    Adaptive,
    /// OpenAI's that are not to be had by chat completions.
    ResponsesOnly,
}

const MARKS: [(&str, Mark); 6] = [
    ("reasons", Mark::Reasons),
    ("effort-none", Mark::EffortNone),
    ("effort-minimal", Mark::EffortMinimal),
    ("unsampled", Mark::Unsampled),
    ("adaptive", Mark::Adaptive),
    ("responses-only", Mark::ResponsesOnly),
];

/// A line that is none of the table's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadRow {
    pub line: usize,
    what: String,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    pub provider: &'a str,
    pub model: &'a str,
    pub context: Option<u32>,
    pub output: Option<u32>,
    pub price: Option<Price>,
    pub marks: Vec<Mark>,
}

/// The lines of a table, without comments and empty ones.
pub fn rows(text: &str) -> impl Iterator<Item = Result<Row<'_>, BadRow>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|(at, line)| row(line).map_err(|what| BadRow { line: at + 1, what }))
}

/// Of these the lines of one provider whose models are `wanted`. Each request asks for some: what is not wanted is not read.
pub fn rows_of<'a>(text: &'a str, provider: &str, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = Row<'a>> {
    let begins = format!("{provider}\t");
    let starts: Vec<_> = memmem::find_iter(text.as_bytes(), &begins).collect();
    let lines = starts.into_iter().filter(|start| *start == 0 || text.as_bytes()[start - 1] == b'\n');
    let lines = lines.filter_map(|start| text[start..].lines().next());
    lines.filter(move |line| line.split('\t').nth(1).is_some_and(&wanted)).filter_map(|line| row(line).ok())
}

fn row(line: &str) -> Result<Row<'_>, String> {
    let cells: Vec<_> = line.split('\t').collect();
    let (&[provider, model, context, output, input, out, cached, marks]
    | &[provider, model, context, output, input, out, cached, marks, _]) = cells.as_slice()
    else {
        let most = COLUMNS.len();
        return Err(format!("{} columns; there are {} or {most}, separated by tabs", cells.len(), most - 1));
    };
    if provider.is_empty() || model.is_empty() {
        return Err("without a provider and a model".to_owned());
    }
    let price = match (dollars(input)?, dollars(out)?) {
        (Some(input), Some(output)) => {
            let long = cells.get(COLUMNS.len() - 1).map(|cell| long(cell)).transpose()?;
            Some(Price { input, output, cached: dollars(cached)?, long })
        }
        _ => None,
    };
    let marks = marks.split(',').filter(|word| !word.is_empty()).map(mark).collect::<Result<_, _>>()?;
    Ok(Row { provider, model, context: count(context)?, output: count(output)?, price, marks })
}

fn long(cell: &str) -> Result<LongPrice, String> {
    let parts: Vec<_> = cell.split(':').collect();
    let &[above, input, output, cached] = parts.as_slice() else {
        return Err(format!("`{cell}` is not `{}`", COLUMNS[COLUMNS.len() - 1]));
    };
    match (count(above)?, dollars(input)?, dollars(output)?) {
        (Some(above), Some(input), Some(output)) => {
            Ok(LongPrice { above: above.into(), input, output, cached: dollars(cached)? })
        }
        _ => Err(format!("`{cell}` is no price of long prompts")),
    }
}

fn count(cell: &str) -> Result<Option<u32>, String> {
    known(cell).map(|cell| cell.parse().map_err(|_| format!("`{cell}` is no number of tokens"))).transpose()
}

fn dollars(cell: &str) -> Result<Option<f64>, String> {
    let price = |cell: &str| cell.parse().ok().filter(|price: &f64| price.is_finite() && *price >= 0.0);
    known(cell).map(|cell| price(cell).ok_or_else(|| format!("`{cell}` is no price"))).transpose()
}

fn known(cell: &str) -> Option<&str> {
    Some(cell).filter(|cell| *cell != "-")
}

fn mark(word: &str) -> Result<Mark, String> {
    let found = MARKS.iter().find(|(name, _)| *name == word);
    found.map(|(_, mark)| *mark).ok_or_else(|| format!("`{word}` is no mark"))
}

impl Row<'_> {
    /// As [`rows`] reads it.
    pub fn write(&self, table: &mut String) {
        let count = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
        let dollars = |price: Option<f64>| price.map_or("-".to_owned(), |price| price.to_string());
        let mut cells = vec![
            self.provider.to_owned(),
            self.model.to_owned(),
            count(self.context),
            count(self.output),
            dollars(self.price.map(|price| price.input)),
            dollars(self.price.map(|price| price.output)),
            dollars(self.price.and_then(|price| price.cached)),
            MARKS
                .iter()
                .filter(|(_, mark)| self.marks.contains(mark))
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(","),
        ];
        if let Some(long) = self.price.and_then(|price| price.long) {
            let LongPrice { above, input, output, cached } = long;
            cells.push(format!("{above}:{input}:{output}:{}", dollars(cached)));
        }
        let _ = writeln!(table, "{}", cells.join("\t"));
    }
}
