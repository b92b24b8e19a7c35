//! `postil usage`: what calls of models used, added up.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::arguments::UsageBy;
use crate::cli::environment;
use crate::cli::output::say;
use crate::store::usage::{By, Sum, Usage};
use crate::text::sentences;

/// Prints the sums.
pub fn show(by: By, as_json: bool) -> anyhow::Result<ExitCode> {
    let sums = Usage::new(&environment::paths()?.state_dir).sums(by)?;
    match (as_json, sums.as_slice()) {
        (true, sums) => say(&Value::from(sums.iter().map(|sum| of_one(sum, by)).collect::<Vec<_>>()).to_string())?,
        (false, []) => say("no model has been asked yet")?,
        (false, sums) => say(&in_words(sums, by))?,
    }
    Ok(ExitCode::SUCCESS)
}

impl From<UsageBy> for By {
    fn from(by: UsageBy) -> Self {
        match by {
            UsageBy::Day => Self::Day,
            UsageBy::Model => Self::Model,
            UsageBy::Action => Self::Action,
        }
    }
}

fn word(by: By) -> &'static str {
    match by {
        By::Day => "day",
        By::Model => "model",
        By::Action => "action",
    }
}

fn of_one(sum: &Sum, by: By) -> Value {
    json!({
        word(by): sum.name,
        "calls": sum.calls,
        "failed": sum.failed,
        "input_tokens": sum.input,
        "output_tokens": sum.output,
        "dollars": sum.cost,
        "calls_without_price": sum.unpriced,
        "first_token_seconds": sum.first_token.map(|first| first.as_secs_f64()),
        "seconds": sum.took.as_secs_f64(),
    })
}

/// A table, with a line for all where there are several.
fn in_words(sums: &[Sum], by: By) -> String {
    let mut rows =
        vec![[word(by), "calls", "failed", "tokens in", "tokens out", "cost", "first token"].map(str::to_owned)];
    rows.extend(sums.iter().map(row));
    if sums.len() > 1 {
        rows.push(row(&total(sums)));
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..rows[0].len()).map(width).collect();
    let mut lines: Vec<_> = rows.iter().map(|row| line(row, &widths)).collect();
    let unpriced: u64 = sums.iter().map(|sum| sum.unpriced).sum();
    if unpriced > 0 {
        lines.push(format!(
            "* {unpriced} calls are not in the cost, as the price is not known; give `price` in the config"
        ));
    }
    lines.join("\n")
}

fn row(sum: &Sum) -> [String; 7] {
    let mark = if sum.unpriced > 0 { "*" } else { "" };
    let first = sum.first_token.map_or("".to_owned(), |first| format!("{:.1} s", first.as_secs_f64()));
    [
        sum.name.clone(),
        sum.calls.to_string(),
        sum.failed.to_string(),
        sum.input.to_string(),
        sum.output.to_string(),
        format!("{}{mark}", sentences::dollars(sum.cost)),
        first,
    ]
}

fn total(sums: &[Sum]) -> Sum {
    let mut total = Sum { name: "all".to_owned(), ..Sum::default() };
    for sum in sums {
        total.calls += sum.calls;
        total.failed += sum.failed;
        total.input += sum.input;
        total.output += sum.output;
        total.cost += sum.cost;
        total.unpriced += sum.unpriced;
    }
    total
}

/// Names to the left, numbers to the right.
fn line(row: &[String; 7], widths: &[usize]) -> String {
    let cell = |(column, text): (usize, &String)| {
        let width = widths[column];
        if column == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
    };
    row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sums_are_a_table() {
        let one = Sum { name: "test/m".into(), calls: 3, input: 1200, output: 80, cost: 0.5, ..Sum::default() };
        let first_token = Some(Duration::from_millis(640));
        let other = Sum { name: "o/x".into(), calls: 1, failed: 1, unpriced: 1, first_token, ..Sum::default() };
        assert_eq!(
            in_words(&[one, other], By::Model),
            "model   calls  failed  tokens in  tokens out    cost  first token\n\
             test/m      3       0       1200          80   $0.50\n\
             o/x         1       1          0           0  $0.00*        0.6 s\n\
             all         4       1       1200          80  $0.50*\n\
             * 1 calls are not in the cost, as the price is not known; give `price` in the config"
        );
    }
}
