//! What stands between two lines when they become one: a space, nothing, or a hyphen less.
//!
//! A hyphen at a line's end is taken for a printer's and removed if a small letter follows. It is kept as the writer's own
//! - if the word stands with its hyphen elsewhere in the text (and it wins over the same word in one there);
//! - behind a first half that makes compounds (`well-`, `self-`, `non-`), has a hyphen itself (`state-of-`), or is one
//!   letter or all capitals (`e-`, `US-`);
//! - before a capital or a digit (`Baden-` `Württemberg`, `COVID-` `19`);
//! - and with a space before "and" or "or" in one of their languages (`Haupt-` `und Nebensatz`).

use super::shape::is_wide;

/// What to take off the end of the upper line, and what to put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seam {
    /// In bytes.
    pub taken: usize,
    pub put: &'static str,
}

/// English first halves that nearly always keep their hyphen before a second one.
const COMPOUND_FIRST: &[&str] = &[
    "well", "self", "non", "ex", "all", "half", "quasi", "high", "low", "long", "short", "so", "two", "three", "cross",
    "state",
];

/// A hyphen before one of these hangs.
const CONJUNCTIONS: &[&str] =
    &["and", "or", "to", "und", "oder", "bzw.", "bis", "sowie", "en", "of", "och", "og", "y", "o", "e", "et", "ou"];

const fn seam_of(taken: usize, put: &'static str) -> Seam {
    Seam { taken, put }
}

/// The seam between `upper` (its trailing space already gone) and `lower`; `text` is the whole, to look words up in.
pub fn seam(upper: &str, lower: &str, text: &str) -> Seam {
    let (Some(last), Some(first)) = (upper.chars().next_back(), lower.chars().next()) else { return seam_of(0, "") };
    let space_behind = upper.len() - upper.trim_end().len();
    if space_behind > 0 {
        return seam_of(space_behind, seam(upper.trim_end(), lower, text).put);
    }
    match last {
        '\u{ad}' => seam_of(last.len_utf8(), ""),
        '-' | '‐' => hyphen_seam(&upper[..upper.len() - last.len_utf8()], last, lower, text),
        '—' | '/' => seam_of(0, ""),
        _ if is_unspaced(last) && is_unspaced(first) => seam_of(0, ""),
        _ => seam_of(0, " "),
    }
}

/// Scripts that put no space between words. Hangul does.
pub fn is_unspaced(letter: char) -> bool {
    let hangul = matches!(letter, '\u{ac00}'..='\u{d7a3}' | '\u{3130}'..='\u{318f}');
    let south_east_asian = matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}');
    (is_wide(letter) && !hangul) || south_east_asian
}

fn hyphen_seam(upper: &str, hyphen: char, lower: &str, text: &str) -> Seam {
    let half =
        upper.rsplit(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '‐' | '\'' | '’'))).next();
    let half = half.unwrap_or_default();
    let rest = lower.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    if half.is_empty() || rest.is_empty() {
        return seam_of(0, " ");
    }
    if lower.split_whitespace().next().is_some_and(|word| CONJUNCTIONS.contains(&word)) {
        return seam_of(0, " ");
    }
    if !rest.starts_with(char::is_lowercase) || !half.ends_with(char::is_alphabetic) || is_compound(half, rest, text) {
        return seam_of(0, "");
    }
    seam_of(hyphen.len_utf8(), "")
}

/// Whether the hyphen between `half` and `rest` is the writer's own.
fn is_compound(half: &str, rest: &str, text: &str) -> bool {
    if text.contains(&format!("{half}-{rest}")) {
        return true;
    }
    let one_letter = half.chars().nth(1).is_none();
    let capitals = half.chars().all(char::is_uppercase);
    let known = COMPOUND_FIRST.contains(&half.to_lowercase().as_str()) && !text.contains(&format!("{half}{rest}"));
    one_letter || capitals || known || half.contains(['-', '‐'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seams() {
        for (upper, lower, text, expected) in [
            ("one", "two", "", "one two"),
            ("one ", "two", "", "one two"),
            ("trans-", "lation", "", "translation"),
            ("a well-", "known man", "", "a well-known man"),
            ("state-of-", "the-art", "", "state-of-the-art"),
            ("an e-", "mail", "", "an e-mail"),
            ("a co-", "operation", "the co-operation of", "a co-operation"),
            ("US-", "amerikanisch", "", "US-amerikanisch"),
            ("COVID-", "19", "", "COVID-19"),
            ("Haupt-", "und Nebensatz", "", "Haupt- und Nebensatz"),
            ("pre-", "and post-war", "", "pre- and post-war"),
            ("this -", "that", "", "this - that"),
            ("this —", "that", "", "this —that"),
            ("https://a.example/", "b", "", "https://a.example/b"),
            ("中文", "English", "", "中文 English"),
            ("中文，", "是", "", "中文，是"),
            ("", "two", "", "two"),
        ] {
            let seam = seam(upper, lower, text);
            assert_eq!(upper[..upper.len() - seam.taken].to_owned() + seam.put + lower, expected);
        }
    }
}
