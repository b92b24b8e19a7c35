//! `calc`: calculations and conversions in a selection, by fend; dates apart.
//!
//! Invariants: nothing is looked up (no exchange rates), nothing is remembered, and whatever the text is, it ends within
//! [`LONGEST`] and a bounded depth. Which reading of the text was reckoned is said with the answer.

mod dates;
mod numbers;
mod rewrite;

use std::time::{Duration, Instant};

use fend_core::{Context, Interrupt, evaluate_with_interrupt};
use jiff::civil::Date;

use crate::engine::call::Request;
use crate::engine::outcome::Note;
use crate::offline::{BuiltinFailure, Made};
use crate::text::language::Language;
use crate::text::sealed::UserText;
use dates::Refused;
use numbers::Decimal;

/// Who waits longer for a result has selected something else than was meant.
const LONGEST: Duration = Duration::from_millis(500);

/// More letters than that are no calculation of a sentence, but a text.
const MOST_LETTERS: usize = 300;

/// The calculator reads brackets by calling itself; so many it has room for many times over.
const DEEPEST: usize = 32;

/// A result with more digits than these is not read.
const MOST_DIGITS: usize = 1_000;

const NOT_ONE: &str = "this is no calculation; select one such as 3/4 inch in mm or 15 % of 240";

/// What makes a calculation of a text with a number in it, besides the signs.
const WORDS: &[&str] = &[
    "in", "to", "as", "of", "mod", "per", "choose", "permute", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos",
    "atan", "log", "log2", "log10", "ln", "exp", "abs", "floor", "ceil", "round",
];

/// Answers a request.
///
/// # Errors
/// If the text is no calculation, or has no result.
pub fn answer(request: &Request) -> Result<Made, BuiltinFailure> {
    let today = jiff::Zoned::now().date();
    calculate(request.text.expose(), &request.languages, today, Instant::now() + LONGEST)
}

/// What `text` comes to, on this day, until this moment.
///
/// # Errors
/// If the text is no calculation, or has no result.
pub fn calculate(text: &str, languages: &[Language], today: Date, until: Instant) -> Result<Made, BuiltinFailure> {
    let text = text.trim();
    if text.chars().count() > MOST_LETTERS {
        return Err(refusal(NOT_ONE));
    }
    if let Some(result) = dates::reckoned(text, today) {
        return result.map(|result| made(result, text)).map_err(refused_date);
    }
    let (plain, decimal) = numbers::plain(text, Decimal::of(languages));
    let expression = rewrite::rewritten(&plain);
    if !is_calculation(&expression) {
        return Err(refusal(NOT_ONE));
    }
    let result = evaluated(&expression, until)?;
    let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
    if same(&result, &expression) {
        return Err(refusal(NOT_ONE));
    }
    Ok(made(numbers::written(&result, decimal), &expression))
}

fn made(result: String, expression: &str) -> Made {
    Made { text: result.into(), notes: vec![Note::Reckoned(UserText::from(expression))] }
}

fn refusal(sentence: &str) -> BuiltinFailure {
    BuiltinFailure::NotFitting(sentence.to_owned())
}

fn refused_date(refused: Refused) -> BuiltinFailure {
    refusal(match refused {
        Refused::TwoReadings => "this date can be read in two ways; write it as in 2026-11-25",
        Refused::NoSuchDate => "there is no such date in the calendar; write it as in 2026-11-25",
    })
}

/// A number, and something to do with it. What the calculator's language has beyond that (texts, functions of one's own,
/// several statements) is nobody's selection.
fn is_calculation(expression: &str) -> bool {
    let foreign = |letter: char| "\"\\=;#@:{}[]`$§&|<>~_".contains(letter) && letter != '$';
    let depth = expression.chars().fold((0_usize, 0_usize), |(now, most), letter| match letter {
        '(' => (now + 1, most.max(now + 1)),
        ')' => (now.saturating_sub(1), most),
        _ => (now, most),
    });
    let words = || expression.split(|letter: char| !letter.is_alphanumeric());
    let has_sign = expression.contains(['+', '-', '*', '/', '^', '%', '!', '²', '³', '\'']);
    expression.contains(|letter: char| letter.is_ascii_digit())
        && (has_sign || words().any(|word| WORDS.contains(&word)))
        && !expression.contains(foreign)
        && depth.1 <= DEEPEST
}

struct Deadline(Instant);

impl Interrupt for Deadline {
    fn should_interrupt(&self) -> bool {
        Instant::now() >= self.0
    }
}

fn evaluated(expression: &str, until: Instant) -> Result<String, BuiltinFailure> {
    let mut context = Context::new();
    context.disable_rng();
    match evaluate_with_interrupt(expression, &mut context, &Deadline(until)) {
        Ok(result) => shown(result.get_main_result()),
        Err(error) => Err(refusal(why_not(&error))),
    }
}

fn shown(result: &str) -> Result<String, BuiltinFailure> {
    if result.len() > MOST_DIGITS {
        return Err(refusal(
            "the result has more than a thousand digits; ask for less, or divide it by a power of ten",
        ));
    }
    // `{` and `\`: dice and functions, which are no results.
    match result.trim().is_empty() || result.contains(['{', '\\']) {
        true => Err(refusal(NOT_ONE)),
        false => Ok(result.replace("approx. ", "≈ ")),
    }
}

/// The calculator's own words quote the text, so they are only looked at.
fn why_not(error: &str) -> &'static str {
    let says = |words: &str| error.contains(words);
    match () {
        () if says("interrupted") => "this takes longer than half a second to calculate; select something smaller",
        () if says("exponent too large") => "an exponent in this is too large; select something smaller",
        () if says("exchange rate") => {
            "exchange rates change by the day and are not known offline; ask a model or the web"
        }
        () if says("incompatible") => "these units cannot be turned into each other; check them",
        () if says("division by zero") => "nothing can be divided by zero; check the numbers",
        () if says("unknown identifier") => {
            "a word in this is no unit or function that is known; write it in English, as in km, hours or sqrt"
        }
        () => NOT_ONE,
    }
}

#[cfg(test)]
mod tests;
