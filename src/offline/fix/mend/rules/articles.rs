//! `a` and `an`.

use super::super::Edit;
use super::super::lexicon::Part;
use super::super::words::Plain;
use super::Place;

/// They begin with a vowel and are spoken with a consonant.
const AS_CONSONANT: &[&str] =
    &["one", "once", "uni", "use", "usa", "usu", "uti", "ute", "eu", "ewe", "ubiq", "ura", "uto", "oui"];
/// The other way round, and those of `uni` and `ub` that are spoken as written.
const AS_VOWEL: &[&str] =
    &["hour", "honest", "honor", "honour", "heir", "unin", "unim", "unident", "unint", "unill", "uber"];

/// After these an article is none: it is a letter, or the word after it is no noun.
const NO_NOUN: &[&str] = &[
    "is", "and", "or", "if", "in", "on", "at", "as", "of", "it", "its", "are", "was", "were", "will", "to", "the",
    "that", "this", "by", "for", "from", "with", "into", "until", "has", "had", "have", "can", "may", "must", "would",
    "should", "could", "under", "after", "before", "when", "where", "which", "who", "be", "been", "am", "i", "a", "an",
    "than", "then", "but", "not", "so", "also", "unless", "up", "out", "off", "many", "much", "more", "most", "some",
    "any", "all", "each", "every", "both", "several", "these", "those", "my", "your", "our", "their", "his", "other",
    "no",
];

pub fn article(place: Place<'_>) -> Option<Edit> {
    let wanted = match place.word().small.as_str() {
        "a" => "an",
        "an" => "a",
        _ => return None,
    };
    let next = place.next_word(1)?;
    let noun = [Part::Noun, Part::Adjective, Part::Adverb].iter().any(|part| place.can_be(&next.small, *part));
    if place.before() == "the" {
        return None;
    }
    if let Some(vowel) = capitals(next.text) {
        return (vowel == (wanted == "an")).then(|| place.replace(0, wanted)).flatten();
    }
    let word =
        next.plain == Plain::Yes && next.text == next.small && next.small.len() > 2 && !next.small.contains('\'');
    if !word || !noun || NO_NOUN.contains(&next.small.as_str()) || (wanted == "a" && is_verb_alone(place, &next.small))
    {
        return None;
    }
    // "the a option", "an a": a letter.
    if place.before() == "the" || place.before() == "an" || place.before() == "a" {
        return None;
    }
    let vowel = spoken_with_vowel(&next.small)?;
    (vowel == (wanted == "an")).then(|| place.replace(0, wanted)).flatten()
}

/// `an exit` may be a noun, `an have` is `and have`.
fn is_verb_alone(place: Place<'_>, word: &str) -> bool {
    let verb = place.can_be(word, Part::Verb) || place.can_be(word, Part::VerbOfOne);
    verb && !place.can_be(word, Part::Noun) && !place.can_be(word, Part::Adjective)
}

/// Names and abbreviations, where both ways to say them begin alike: `ISO`, `CPU`, `Apple`, `Python`.
fn capitals(word: &str) -> Option<bool> {
    let mut letters = word.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    let abbreviation = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
    let name = first.is_ascii_uppercase() && word.len() > 3 && word[1..].chars().all(|c| c.is_ascii_lowercase());
    let spoken = word.to_ascii_lowercase();
    if !(abbreviation || name) || ["eu", "one", "once", "u", "h", "x"].iter().any(|begin| spoken.starts_with(begin)) {
        return None;
    }
    match first {
        'A' | 'E' | 'I' | 'O' => Some(true),
        'B' | 'C' | 'D' | 'G' | 'J' | 'K' | 'P' | 'Q' | 'T' | 'V' | 'W' | 'Z' => Some(false),
        _ if name && matches!(second, 'a' | 'e' | 'i' | 'o' | 'u') => Some(false),
        _ => None,
    }
}

/// None where it is a matter of taste: `herb`, `historic`.
fn spoken_with_vowel(word: &str) -> Option<bool> {
    let begins = |list: &[&str]| list.iter().any(|begin| word.starts_with(begin));
    if begins(&["herb", "histor", "hotel", "hysteric", "habit", "heroic", "homage", "ubuntu", "url", "sql"]) {
        return None;
    }
    if begins(AS_VOWEL) {
        return Some(true);
    }
    if begins(AS_CONSONANT) && !begins(&["oner"]) {
        return Some(false);
    }
    let first = word.chars().next()?;
    first.is_ascii_alphabetic().then_some(matches!(first, 'a' | 'e' | 'i' | 'o' | 'u'))
}
