//! Days between dates, and dates some days later. Pure: today is an argument.

use jiff::civil::Date;
use jiff::{Span, Unit};
use regex::Regex;

/// Why a date was not reckoned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// `4/5/2026` is in April for some and in May for others.
    TwoReadings,
    /// Out of the calendar.
    NoSuchDate,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A date in a text: `2026-11-25`, `25.11.2026`, `25 November 2026`, `Nov 25, 2026`, or by its name.
const DATE: &str = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\. ?\d{1,2}\. ?\d{4}|\d{1,2}\.? [A-Za-z]{3,9}\.?,? \d{4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|today|tomorrow|yesterday|now)";

/// What `text` comes to, if it reckons with dates.
///
/// # Errors
/// If it does, and a date in it cannot be known.
pub fn reckoned(text: &str, today: Date) -> Option<Result<String, Refused>> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['−', '–', '—'], "-");
    let text = text.trim_end_matches(['=', '?', ' ', '.']).trim();
    let found = |pattern: &str| Regex::new(&format!("(?i)^{pattern}$")).ok()?.captures(text);
    if found(r".*\b\d{1,2}/\d{1,2}/\d{4}\b.*").is_some() {
        return Some(Err(Refused::TwoReadings));
    }
    let read = |date: &str| read(date, today).ok_or(Refused::NoSuchDate);
    if found(DATE).is_some() {
        return Some(read(text).map(shown));
    }
    if let Some(found) = found(&format!("({DATE}) - ({DATE})")) {
        return Some(read(&found[1]).and_then(|to| read(&found[2]).map(|from| between(from, to))));
    }
    if let Some(found) = found(&format!("(?:days )?(?:from |between )?({DATE}) (?:to|until|and) ({DATE})")) {
        return Some(read(&found[1]).and_then(|from| read(&found[2]).map(|to| between(from, to))));
    }
    if let Some(found) = found(&format!("(?:days )?(until|till|to|since) ({DATE})")) {
        let is_past = found[1].eq_ignore_ascii_case("since");
        return Some(read(&found[2]).map(|date| if is_past { between(date, today) } else { between(today, date) }));
    }
    let later = found(&format!(r"({DATE})((?: ?[+-] ?\d{{1,6}} (?:days?|weeks?|months?|years?))+)"))?;
    Some(read(&later[1]).and_then(|date| moved(date, &later[2]).ok_or(Refused::NoSuchDate)).map(shown))
}

fn read(text: &str, today: Date) -> Option<Date> {
    match text.to_lowercase().as_str() {
        "today" | "now" => return Some(today),
        "tomorrow" => return today.tomorrow().ok(),
        "yesterday" => return today.yesterday().ok(),
        _ => {}
    }
    let words: Vec<_> = text.split(['-', '.', ',', ' ']).filter(|word| !word.is_empty()).collect();
    let [first, second, third] = words.as_slice() else { return None };
    let number = |word: &str| word.parse::<i16>().ok();
    let (year, month, day) = match (number(first), number(second)) {
        (Some(year), Some(month)) if text.contains('-') => (year, month, number(third)?),
        (Some(day), Some(month)) => (number(third)?, month, day),
        (Some(day), None) => (number(third)?, month(second)?, day),
        (None, Some(day)) => (number(third)?, month(first)?, day),
        (None, None) => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// By its first three letters.
fn month(word: &str) -> Option<i16> {
    let beginning = word.get(..3)?.to_lowercase();
    MONTHS.iter().zip(1..).find(|(month, _)| **month == beginning).map(|(_, number)| number)
}

fn moved(date: Date, steps: &str) -> Option<Date> {
    let step = Regex::new(r"([+-]) ?(\d+) (day|week|month|year)").ok()?;
    step.captures_iter(steps).try_fold(date, |date, found| {
        let count: i64 = found[2].parse().ok()?;
        let span = match &found[3] {
            "day" => Span::new().try_days(count),
            "week" => Span::new().try_weeks(count),
            "month" => Span::new().try_months(count),
            _ => Span::new().try_years(count),
        };
        let span = span.ok()?;
        if &found[1] == "+" { date.checked_add(span).ok() } else { date.checked_sub(span).ok() }
    })
}

fn shown(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

fn between(from: Date, to: Date) -> String {
    let days = from.until((Unit::Day, to)).map_or(0, |span| span.get_days());
    let named = |count: i32, unit: &str| format!("{count} {unit}{}", if count.abs() == 1 { "" } else { "s" });
    let (weeks, rest) = (days / 7, days % 7);
    match (weeks, rest) {
        (0, _) => named(days, "day"),
        (_, 0) => format!("{} ({})", named(days, "day"), named(weeks, "week")),
        _ => format!("{} ({} and {})", named(days, "day"), named(weeks, "week"), named(rest.abs(), "day")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_reckoned_with() {
        let today = Date::constant(2026, 11, 25);
        for (text, expected) in [
            ("2026-12-25 - 2026-11-25", Some(Ok("30 days (4 weeks and 2 days)"))),
            ("24.12.2026 − 25.11.2026 =", Some(Ok("29 days (4 weeks and 1 day)"))),
            ("2026-11-25 - 2026-12-02", Some(Ok("-7 days (-1 week)"))),
            ("days between 1 Jan 2024 and 1 Jan 2025", Some(Ok("366 days (52 weeks and 2 days)"))),
            ("days until 26 November 2026", Some(Ok("1 day"))),
            ("since 2026-11-20", Some(Ok("5 days"))),
            ("2026-11-25 + 30 days", Some(Ok("Friday, 25 December 2026"))),
            ("today - 2 weeks", Some(Ok("Wednesday, 11 November 2026"))),
            ("January 31, 2026 + 1 month", Some(Ok("Saturday, 28 February 2026"))),
            ("2024-02-29 + 1 year + 1 day", Some(Ok("Saturday, 1 March 2025"))),
            ("2026-11-25", Some(Ok("Wednesday, 25 November 2026"))),
            ("29.2.2026 + 1 day", Some(Err(Refused::NoSuchDate))),
            ("9999-12-31 + 1 day", Some(Err(Refused::NoSuchDate))),
            ("4/5/2026 + 3 days", Some(Err(Refused::TwoReadings))),
            ("2026 - 11", None),
            ("3 days in hours", None),
            ("hello", None),
        ] {
            let reckoned = reckoned(text, today);
            assert_eq!(
                reckoned.as_ref().map(|result| result.as_deref().map_err(|refused| *refused)),
                expected,
                "{text}"
            );
        }
    }
}
