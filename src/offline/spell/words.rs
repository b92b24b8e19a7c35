//! The words of a text that can be spelt wrongly: not code, addresses, paths, flags, names with signs in them, numbers or
//! abbreviations. Pure.
//!
//! A wrong word that is passed over costs little; a right one that is shown costs trust.

use unicode_segmentation::UnicodeSegmentation;

/// A word as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    /// Whether a capital letter says nothing of it.
    pub begins_sentence: bool,
}

/// The words of `text` in their order.
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut in_fence = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            in_fence = !in_fence;
        } else if !in_fence {
            words_of_line(line, &mut words);
        }
    }
    words
}

fn words_of_line<'a>(line: &'a str, words: &mut Vec<Word<'a>>) {
    let mut begins = true;
    for piece in outside_code(line) {
        for token in piece.split_whitespace() {
            let bare = token.trim_matches(|letter: char| !letter.is_alphanumeric());
            if !is_opaque(token, bare) {
                for word in bare.unicode_words().filter(|word| is_word(word)) {
                    words.push(Word { text: word, begins_sentence: begins });
                    begins = false;
                }
            }
            begins = if bare.is_empty() { begins } else { ends_sentence(token) };
        }
    }
}

/// The pieces of a line that do not stand between backticks.
fn outside_code(line: &str) -> Vec<&str> {
    let pieces: Vec<_> = line.split('`').collect();
    match pieces.len() % 2 {
        // Every backtick has its other one.
        1 => pieces.into_iter().step_by(2).collect(),
        _ => vec![line],
    }
}

fn ends_sentence(token: &str) -> bool {
    token.trim_end_matches(['"', '\'', '”', '“', '’', '»', ')']).ends_with(['.', '!', '?', ':', '…'])
}

/// Whether a token is no word of a language: an address, a path, a flag, a name of a program, markup, a number.
fn is_opaque(token: &str, bare: &str) -> bool {
    let has = |signs: &[char]| bare.contains(signs);
    let is_flag = token.starts_with('-') && token.trim_start_matches('-').starts_with(char::is_alphabetic);
    let is_tag = token.starts_with(['<', '#', '$', '@', '\\', '{', '&', '~', '/']);
    let is_call = token.contains("()") || token.contains("::");
    let has_inner_point = bare.split('.').filter(|part| !part.is_empty()).count() > 1 && bare.contains('.');
    is_flag
        || is_tag
        || is_call
        || has_inner_point
        || has(&['@', '/', '\\', '_', '=', '<', '>', '|', '#', '$', '%', '^', '*', '+', '~', '{', '}'])
        || bare.chars().any(|letter| letter.is_ascii_digit())
        || has_inner_capital(bare)
}

/// `CamelCase`, `iPhone`; not `USA` and not `Smith-Jones`.
fn has_inner_capital(token: &str) -> bool {
    let inner = |part: &str| {
        let all_capital = part.chars().filter(|letter| letter.is_alphabetic()).all(char::is_uppercase);
        !all_capital && part.chars().skip(1).any(char::is_uppercase)
    };
    token.split(['-', '–', '\'', '’']).any(inner)
}

/// Whether it can be looked up: letters alone, more than one, and not an abbreviation in capitals.
fn is_word(word: &str) -> bool {
    let mut letters = word.chars().filter(|letter| letter.is_alphabetic());
    let is_abbreviation = letters.clone().all(char::is_uppercase);
    letters.by_ref().count() > 1
        && !is_abbreviation
        && word.chars().all(|letter| letter.is_alphabetic() || "'’\u{ad}".contains(letter) || is_combining(letter))
}

fn is_combining(letter: char) -> bool {
    crate::text::accents::is_accent(letter) || matches!(letter, '\u{900}'..='\u{dff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = words(text).iter().map(|word| word.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_are_found_and_code_is_not() {
        check("The quick-witted fox, isn't it?", &["The", "quick", "witted", "fox", "isn't", "it"]);
        check("see https://x.org/teh and ~/src/teh.rs or main.rs", &["see", "and", "or"]);
        check("run `git comit` with --releese or -v", &["run", "with", "or"]);
        check("```\nteh\n```\nthe", &["the"]);
        check("PostgreSQL iPhone USA GmbH snake_case f() std::fmt", &[]);
        check("3rd x86 a I é ok", &["ok"]);
        check("„Größe“ naïve L’été", &["Größe", "naïve", "L’été"]);
        check("a lone ` tick", &["lone", "tick"]);
        check("mail me@x.org, #teh <b>bold</b>", &["mail"]);
    }

    #[test]
    fn beginnings_of_sentences() {
        let begins: Vec<_> = words("One two. Three “four!” Five\nSix")
            .iter()
            .filter(|word| word.begins_sentence)
            .map(|word| word.text)
            .collect();
        assert_eq!(begins, ["One", "Three", "Five", "Six"]);
    }
}
