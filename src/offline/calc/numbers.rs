//! Numbers as people write them, in the one way that is reckoned with: digits and a point. Pure.
//!
//! The rule: where a number has both a point and a comma, the last of them is the decimal one. A sign that comes several
//! times, or a space or apostrophe, separates thousands. One sign alone in front of exactly three digits could be
//! either (`1.000`, `1,000`): then it is the decimal one if that is the custom of the user's first language, and
//! separates thousands if it is not. Any other sign alone is the decimal one.

use crate::text::language::Language;

/// Languages of mostly decimal commas.
const COMMA: &str = "af az be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk ky lt lv mk mn nb nl nn no \
    pl pt ro ru sk sl sq sr sv tr uk uz vi";

/// What stands in front of the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    Point,
    Comma,
}

impl Decimal {
    /// As the user's first language has it.
    pub fn of(languages: &[Language]) -> Self {
        let has_comma = |language: &Language| COMMA.split_whitespace().any(|code| code == language.code());
        if languages.first().is_some_and(has_comma) { Self::Comma } else { Self::Point }
    }

    fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// `text` with its numbers in plain digits, and the decimal sign that they had; `custom` where none of them tells.
pub fn plain(text: &str, custom: Decimal) -> (String, Decimal) {
    let mut result = String::new();
    let mut told = None;
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        result.push_str(before);
        let length = length(number);
        let (number, behind) = number.split_at(length);
        // A name with digits (`log10`, `d6`) is none of these.
        let (plain, decimal) = read(number, custom);
        told = told.or(decimal);
        result.push_str(&plain);
        rest = behind;
    }
    result.push_str(rest);
    (result, told.unwrap_or(custom))
}

/// A result's digits as they are written with this decimal sign.
pub fn written(result: &str, decimal: Decimal) -> String {
    match decimal {
        Decimal::Point => result.to_owned(),
        Decimal::Comma => result.replace('.', ","),
    }
}

/// Between groups of thousands, beside point and comma.
fn is_group_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
}

/// How much of `text`, which begins with a digit, is one number. A space is of it only in front of three digits that
/// come behind at most three or exactly three others.
fn length(text: &str) -> usize {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let digits_from = |at: usize| letters[at..].iter().take_while(|(_, letter)| letter.is_ascii_digit()).count();
    let mut at = digits_from(0);
    let mut group = at;
    while let Some((_, sign)) = letters.get(at) {
        let next = digits_from(at + 1);
        let goes_on = match sign {
            '.' | ',' => next > 0,
            sign if is_group_space(*sign) => next == 3 && group <= 3,
            _ => false,
        };
        if !goes_on {
            break;
        }
        group = next;
        at += 1 + next;
    }
    letters.get(at).map_or(text.len(), |(end, _)| *end)
}

fn read(number: &str, custom: Decimal) -> (String, Option<Decimal>) {
    let number: String = number.chars().filter(|letter| !is_group_space(*letter)).collect();
    let count = |sign: Decimal| number.matches(sign.sign()).count();
    let last = |sign: Decimal| number.rfind(sign.sign());
    let decimal = match (count(Decimal::Point), count(Decimal::Comma)) {
        (0, 0) => None,
        (0, 1) => alone(&number, Decimal::Comma, custom),
        (1, 0) => alone(&number, Decimal::Point, custom),
        (points, commas) => match last(Decimal::Point) > last(Decimal::Comma) {
            true if points == 1 => Some(Decimal::Point),
            false if commas == 1 => Some(Decimal::Comma),
            _ => None,
        },
    };
    let digits = number.chars().filter_map(|letter| match decimal {
        Some(decimal) if letter == decimal.sign() => Some('.'),
        _ => letter.is_ascii_digit().then_some(letter),
    });
    (digits.collect(), decimal)
}

/// What one sign alone is.
fn alone(number: &str, sign: Decimal, custom: Decimal) -> Option<Decimal> {
    let (before, behind) = number.split_once(sign.sign()).unwrap_or((number, ""));
    let could_be_thousands = behind.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    (!could_be_thousands || sign == custom).then_some(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule() {
        for (written, point, comma) in [
            ("1.5", "1.5", "1.5"),
            ("1,5", "1.5", "1.5"),
            ("1,000", "1000", "1.000"),
            ("1.000", "1.000", "1000"),
            ("0,125", "0.125", "0.125"),
            ("0.125", "0.125", "0.125"),
            ("1234.567", "1234.567", "1234.567"),
            ("1,000.5", "1000.5", "1000.5"),
            ("1.000,5", "1000.5", "1000.5"),
            ("1.000.000", "1000000", "1000000"),
            ("1,000,000.25", "1000000.25", "1000000.25"),
            ("1 000 000,5", "1000000.5", "1000000.5"),
            ("12'345.60", "12345.60", "12345.60"),
            ("1 000", "1000", "1000"),
            ("1\u{202f}000", "1000", "1000"),
            ("2 30", "2 30", "2 30"),
            ("1000 000", "1000 000", "1000 000"),
            ("3.", "3.", "3."),
            ("2,5 kg + 3,75 kg.", "2.5 kg + 3.75 kg.", "2.5 kg + 3.75 kg."),
            ("7", "7", "7"),
        ] {
            assert_eq!(plain(written, Decimal::Point).0, point, "{written} by the point");
            assert_eq!(plain(written, Decimal::Comma).0, comma, "{written} by the comma");
        }
    }

    #[test]
    fn the_answer_has_the_sign_of_the_text() {
        assert_eq!(plain("1,5 + 1", Decimal::Point).1, Decimal::Comma);
        assert_eq!(plain("1.5 + 1", Decimal::Comma).1, Decimal::Point);
        assert_eq!(plain("1 + 1", Decimal::Comma).1, Decimal::Comma);
        assert_eq!(written("19.05 mm", Decimal::Comma), "19,05 mm");
        let languages = |code| Language::from_code(code).into_iter().collect::<Vec<_>>();
        assert_eq!(Decimal::of(&languages("de")), Decimal::Comma);
        assert_eq!(Decimal::of(&languages("en")), Decimal::Point);
        assert_eq!(Decimal::of(&[]), Decimal::Point);
    }
}
