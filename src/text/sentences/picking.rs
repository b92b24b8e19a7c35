//! What the picker says of the text that it is for.

use super::no_text;
use crate::action::Source;
use crate::desktop::ReadFailure;
use crate::text::sealed::UserText;
use crate::text::shorten::shorten;

/// How much of a text is shown: a line of a wide window.
const EXCERPT: usize = 200;

/// What the text is.
pub fn about(source: Source, text: &UserText) -> String {
    let what = match source {
        Source::Selection => "Selected",
        Source::Clipboard => "Copied",
        Source::Input | Source::Stdin => "Given",
    };
    let characters = text.expose().trim().chars().count();
    match characters <= EXCERPT {
        true => what.to_owned(),
        false => format!("{what}, {characters} characters"),
    }
}

/// Its beginning, on one line.
pub fn excerpt(text: &UserText) -> String {
    // A word may be of any length, but what is not shown need not be looked through.
    let beginning = text.expose().trim_start().chars().take(4 * EXCERPT).collect::<String>();
    shorten(&beginning.split_whitespace().collect::<Vec<_>>().join(" "), EXCERPT).0
}

/// Why there is no text, and what to do.
pub fn missing(missing: &[(Source, ReadFailure)]) -> String {
    let why: Vec<_> = missing.iter().map(|(source, failure)| no_text(*source, failure)).collect();
    let sentence = format!("{}: type or paste a text", why.join(", "));
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_not_seen_whole_says_how_long_it_is() {
        assert_eq!(about(Source::Selection, &"two\n words ".into()), "Selected");
        assert_eq!(excerpt(&"two\n words ".into()), "two words");
        let long = UserText::from("word ".repeat(1000));
        assert_eq!(about(Source::Clipboard, &long), "Copied, 4999 characters");
        assert!(excerpt(&long).chars().count() <= EXCERPT + 1);
    }

    #[test]
    fn without_a_text_it_says_why() {
        assert_eq!(missing(&[(Source::Selection, ReadFailure::Nothing)]), "Nothing is selected: type or paste a text");
    }
}
