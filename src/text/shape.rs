//! What an answer that takes a selection's place keeps of it: the white space at its ends, and how its lines end.
//!
//! People select a word with the space behind it, or a paragraph with its last line break; models answer without either.
//! Invariant: only white space at the ends and line breaks are changed. Where a text tool made the answer, nothing is to
//! be kept: white space is what it works on.

use super::sealed::AnswerText;

/// `answer` between the white space that `original` begins and ends with, its lines ending as those of `original`.
pub fn kept(answer: &AnswerText, original: &str) -> AnswerText {
    let words = answer.expose().trim();
    let ends = original.trim();
    if ends.is_empty() || words.is_empty() {
        return answer.clone();
    }
    let start = original.len() - original.trim_start().len();
    let (before, after) = (&original[..start], &original[start + ends.len()..]);
    AnswerText::from(format!("{before}{}{after}", with_line_ends(words, ends_of(original))))
}

/// `answer` below the text that it was asked about, a blank line between them, in the manner of `original`.
pub fn appended(answer: &AnswerText, original: &str) -> AnswerText {
    let line_end = ends_of(original).unwrap_or("\n");
    let text = original.trim_end();
    let after = &original[text.len()..];
    let answer = with_line_ends(answer.expose().trim(), Some(line_end));
    AnswerText::from(format!("{text}{line_end}{line_end}{answer}{after}"))
}

/// How most lines of `text` end; none, where there is one line alone.
fn ends_of(text: &str) -> Option<&'static str> {
    let breaks = text.matches('\n').count();
    let with_return = text.matches("\r\n").count();
    match breaks {
        0 => None,
        _ if with_return * 2 > breaks => Some("\r\n"),
        _ => Some("\n"),
    }
}

fn with_line_ends(text: &str, line_end: Option<&str>) -> String {
    match line_end {
        Some("\r\n") => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        _ => text.replace("\r\n", "\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(original: &str, answer: &str, expected: &str) {
        assert_eq!(kept(&answer.into(), original).expose(), expected, "{original:?} {answer:?}");
    }

    #[test]
    fn the_ends_stay_as_they_were() {
        check("word ", "Wort", "Wort ");
        check("a line\n", "eine Zeile", "eine Zeile\n");
        check("a line", "eine Zeile\n", "eine Zeile");
        check("\n\t a\n\n", " b\nc ", "\n\t b\nc\n\n");
        check("\u{3000}段落", "\u{3000}Absatz", "\u{3000}Absatz");
        check(" \n", "b", "b");
        check("a", " ", " ");
    }

    #[test]
    fn lines_end_as_they_did() {
        check("a\r\nb\r\n", "c\nd", "c\r\nd\r\n");
        check("a\r\nb", "c\r\nd\ne", "c\r\nd\r\ne");
        check("a\nb", "c\r\nd", "c\nd");
        check("a", "c\r\nd", "c\nd");
    }

    #[test]
    fn an_appended_answer_follows_a_blank_line() {
        let check = |original: &str, answer: &str, expected: &str| {
            assert_eq!(appended(&answer.into(), original).expose(), expected, "{original:?}");
        };
        check("text", "answer\n", "text\n\nanswer");
        check("  text\n", "answer", "  text\n\nanswer\n");
        check("one\r\ntwo\r\n", "a\nb", "one\r\ntwo\r\n\r\na\r\nb\r\n");
    }

    proptest! {
        #[test]
        fn words_are_never_changed(original in "[ab \t\r\n]{0,12}", answer in "[cd \t\n]{0,12}") {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let shaped = kept(&answer.as_str().into(), &original);
            prop_assert_eq!(words(shaped.expose()), words(&answer));
            let appended = appended(&answer.as_str().into(), &original);
            prop_assert_eq!(words(appended.expose()), [words(&original), words(&answer)].concat());
        }
    }
}
