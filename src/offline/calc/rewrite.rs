//! What people write in calculations, as the calculator reads it: signs of print, percentages that are added, units
//! behind a fraction bar. Pure.
//!
//! Only readings in which a reader would not hesitate are made; the rest is left to the calculator to refuse.

use regex::{Captures, Regex};

/// Signs of print and their plain ones.
const SIGNS: &[(&str, &str)] = &[
    ("×", "*"),
    ("·", "*"),
    ("⋅", "*"),
    ("∙", "*"),
    ("✕", "*"),
    ("÷", "/"),
    ("∕", "/"),
    ("⁄", "/"),
    ("−", "-"),
    ("–", "-"),
    ("—", "-"),
    (" : ", " / "),
    ("**", "^"),
    ("½", "(1/2)"),
    ("⅓", "(1/3)"),
    ("¼", "(1/4)"),
    ("¾", "(3/4)"),
    ("√", "sqrt "),
    ("π", "pi"),
    ("º", "°"),
    ("\u{a0}", " "),
    ("\u{202f}", " "),
    ("\u{2009}", " "),
];

/// `text` as the calculator reads it. Its numbers are plain already.
pub fn rewritten(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (sign, plain) in SIGNS {
        text = text.replace(sign, plain);
    }
    let text = text.trim_end_matches(['=', '?', ' ']).trim();
    let text = replaced(text, r"(\d) x (\d)|\b([1-9][\d.]*)x(\d)", |found| {
        let part = |at| found.get(at).map_or("", |part| part.as_str());
        format!("{}{} * {}{}", part(1), part(3), part(2), part(4))
    });
    let text =
        replaced(&text, r#"(\d)['′] ?([\d.]+) ?["″]"#, |found| format!("{} feet {} inch", &found[1], &found[2]));
    let text = replaced(&text, r#"(\d)["″]"#, |found| format!("{} inch", &found[1]));
    // What stands between a percentage and its whole in other languages.
    let text = replaced(&text, r"% ?(?:von|vom|de|du|di|del|van|av|af|od|z)\b", |_| "% of".to_owned());
    let text = replaced(&text, r"\b(sin|cos|tan) (-?[\d.]+) ?(degrees?|deg\b|°)", |found| {
        format!("{} ({} degrees)", &found[1], &found[2])
    });
    let text = replaced(&text, r"(\d) ?in (in|to|as) ", |found| format!("{} inch {} ", &found[1], &found[2]));
    // `10 L/100 km` is by the hundred kilometres; `3/4 inch` is not by four inches.
    let text =
        replaced(&text, r"([\p{L}°)²³]) ?/ ?([\d.]+ ?\p{L}+)", |found| format!("{}/({})", &found[1], &found[2]));
    added_percentage(&text)
}

/// `240 + 15 %` is 276: a percentage that is added or taken away is one of what stands before it.
fn added_percentage(text: &str) -> String {
    let Ok(shape) = Regex::new(r"^(.*[^%+\-*/^(\s])\s*([+-])\s*([\d.]+) ?%((?: (?:in|to|as) .*)?)$") else {
        return text.to_owned();
    };
    let Some(found) = shape.captures(text) else { return text.to_owned() };
    let (whole, sign, percentage, unit) = (&found[1], &found[2], &found[3], &found[4]);
    let opened = whole.matches('(').count();
    if opened != whole.matches(')').count() || whole.ends_with('%') {
        return text.to_owned();
    }
    format!("({whole}) * (1 {sign} {percentage}%){unit}")
}

fn replaced(text: &str, pattern: &str, by: impl Fn(&Captures<'_>) -> String) -> String {
    Regex::new(pattern).map_or_else(|_| text.to_owned(), |pattern| pattern.replace_all(text, by).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        for (text, expected) in [
            ("2 × 3 =", "2 * 3"),
            ("2 x 3", "2 * 3"),
            ("10x10 = ?", "10*10"),
            ("0x10", "0x10"),
            ("6 ÷ 2 − 1", "6 / 2 - 1"),
            ("6 : 2", "6 / 2"),
            ("5'10\" in cm", "5 feet 10 inch in cm"),
            ("12.5 % von 80", "12.5 % of 80"),
            ("240 + 15 %", "(240) * (1 + 15%)"),
            ("240 - 15%", "(240) * (1 - 15%)"),
            ("100 km + 10 % in mi", "(100 km) * (1 + 10%) in mi"),
            ("5% + 10%", "5% + 10%"),
            ("(1 + 5%", "(1 + 5%"),
            ("6 ft 2 in in cm", "6 ft 2 inch in cm"),
            ("3/4 inch in mm", "3/4 inch in mm"),
            ("10 L/100km", "10 L/(100km)"),
            ("100 km / 2 h", "100 km/(2 h)"),
            ("sin 30°", "sin (30 degrees)"),
            ("2 m²/3", "2 m²/3"),
        ] {
            assert_eq!(rewritten(text), expected.replace("10*10", "10 * 10"), "{text}");
        }
    }
}
