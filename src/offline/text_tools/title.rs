//! Title case: each line is a title. Where the text may be English, the small words stay small but for the first and
//! the last; in other languages every word gets its capital. What has capitals inside (NASA, McDonald, iPhone) and
//! what is no word (addresses, file names) stays as it is, unless the whole line is in capitals.

use unicode_segmentation::UnicodeSegmentation;

use super::case::{capitalized, has_inner_capital, is_shouted, lower};
use crate::text::language::{Language, detect};

/// Kept small within an English title: articles, conjunctions and prepositions of up to three letters.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "but", "by", "en", "for", "if", "in", "nor", "of", "on", "or", "per", "the", "to",
    "v", "via", "vs",
];

/// After an apostrophe these are endings (I'll, y'all), anything longer is a name (O'Neill, L'Oréal).
const CONTRACTIONS: &[&str] = &["s", "t", "d", "m", "n", "ll", "ve", "re", "em", "all", "am", "er", "clock"];

/// Ends a part of a title, so that the next word counts as a first one.
const NEW_PART: &[char] = &[':', '.', '!', '?', '—', '–', '|', '¿', '¡'];

/// Every line of `text` as a title.
pub fn title_case(text: &str, languages: &[Language]) -> String {
    let small_words = detect(text, languages).is_none_or(|language| language.code() == "en");
    text.split_inclusive('\n').map(|line| title(line, small_words, languages)).collect()
}

fn title(line: &str, small_words: bool, languages: &[Language]) -> String {
    let lowered = if is_shouted(line) { lower(line, languages) } else { line.to_owned() };
    let pieces = pieces(&lowered);
    let last = pieces.iter().rposition(|piece| is_word(piece) || is_no_prose(piece));
    let mut title = String::with_capacity(line.len());
    let mut first = true;
    for (index, piece) in pieces.iter().enumerate() {
        let inside = !first && Some(index) != last;
        if !is_word(piece) {
            first = if is_no_prose(piece) {
                piece.trim_end().ends_with(NEW_PART)
            } else {
                first || piece.contains(NEW_PART)
            };
            title.push_str(piece);
            continue;
        }
        if small_words && inside && is_small(piece) {
            title.push_str(&piece.to_lowercase());
        } else {
            title.push_str(&with_capital(piece, languages));
        }
        first = false;
    }
    title
}

/// The words of a line and what stands between them. What has no capital to gain is one piece: an address, a path.
fn pieces(line: &str) -> Vec<&str> {
    let split = |chunk| if is_no_prose(chunk) { vec![chunk] } else { chunk.split_word_bounds().collect() };
    line.split_inclusive(char::is_whitespace).flat_map(split).collect()
}

/// An address, a path, a file name, an identifier.
pub fn is_no_prose(chunk: &str) -> bool {
    let word = chunk.trim().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '”', '’']);
    let dot_inside = word.split('.').count() > 1
        && word
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '/'))
        && word.split('.').any(|part| part.chars().count() > 1);
    word.contains("://")
        || word.contains(['@', '_', '\\'])
        || word.starts_with(['/', '~', '-']) && word.len() > 1
        || dot_inside
}

fn is_word(piece: &str) -> bool {
    piece.chars().next().is_some_and(char::is_alphabetic) && !is_no_prose(piece)
}

fn is_small(word: &str) -> bool {
    SMALL.contains(&word.to_lowercase().as_str()) && !has_inner_capital(word)
}

/// A word with its capital, and with a second one after `O'` and `D'`.
fn with_capital(word: &str, languages: &[Language]) -> String {
    if has_inner_capital(word) {
        return word.to_owned();
    }
    if let Some((head, tail)) = word.split_once(['\'', '’'])
        && head.chars().count() == 1
        && !CONTRACTIONS.contains(&tail)
    {
        let apostrophe = &word[head.len()..word.len() - tail.len()];
        return capitalized(head, languages) + apostrophe + &capitalized(tail, languages);
    }
    capitalized(word, languages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, text: &str, expected: &str) {
        let languages: Vec<Language> = Language::from_code(code).into_iter().collect();
        assert_eq!(title_case(text, &languages), expected);
    }

    #[test]
    fn english_titles() {
        check("en", "the lord of the rings", "The Lord of the Rings");
        check("en", "THE LORD OF THE RINGS\r\na tale", "The Lord of the Rings\r\nA Tale");
        check("en", "what are you looking for", "What Are You Looking For");
        check("en", "state-of-the-art methods", "State-of-the-Art Methods");
        check("en", "don't stop: a story of o'neill and mcDonald", "Don't Stop: A Story of O'Neill and mcDonald");
        check("en", "what NASA's iPhone isn't", "What NASA's iPhone Isn't");
        check("en", "it’s i'll y'all", "It’s I'll Y'all");
        check(
            "en",
            "read https://a.example/b on main.rs and me@x.example",
            "Read https://a.example/b on main.rs and me@x.example",
        );
        check("en", "the 3rd of may, 1st class", "The 3rd of May, 1st Class");
        check("en", "NASA", "NASA");
        check("en", "  \n\n", "  \n\n");
    }

    #[test]
    fn other_languages_have_no_small_words() {
        check("de", "der weg in die stadt ist nicht so weit", "Der Weg In Die Stadt Ist Nicht So Weit");
        check("ru", "война и мир", "Война И Мир");
        check("tr", "istanbul ışık", "İstanbul Işık");
        check("ja", "東京 タワー", "東京 タワー");
    }
}
