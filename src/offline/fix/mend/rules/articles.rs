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
    if let Some(vowel) = code_or_number(&place.prose.text[place.word().at.end..]) {
        return (vowel == (wanted == "an")).then(|| place.replace(0, wanted)).flatten();
    }
    let next = place.next_word(1)?;
    // What dictionaries lack, too: `unsized`.
    let negated = next.small.strip_prefix("un").is_some_and(|rest| place.knows(rest) && !place.knows(&next.small));
    let noun = negated
        || place.is_of_no_part(&next.small)
        || [Part::Noun, Part::Adjective, Part::Adverb].iter().any(|part| place.can_be(&next.small, *part));
    if place.before() == "the" {
        return None;
    }
    if let Some(vowel) = capitals(next.text) {
        return (vowel == (wanted == "an")).then(|| place.replace(0, wanted)).flatten();
    }
    // "object-oriented": its first part says how it begins.
    let compound = place.rest(1).starts_with('-') && place.knows(&next.small);
    let word = (next.plain == Plain::Yes || compound)
        && next.text == next.small
        && (next.small.len() > 2 || compound)
        && !next.small.contains('\'');
    if !word
        || !(noun || compound)
        || NO_NOUN.contains(&next.small.as_str())
        || (wanted == "a" && is_verb_alone(place, &next.small))
    {
        return None;
    }
    // "an defining": `and`, perhaps.
    if wanted == "a" && place.can_be(&next.small, Part::Progressive) {
        return None;
    }
    // "the a option", "an a": a letter.
    if place.before() == "the" || place.before() == "an" || place.before() == "a" {
        return None;
    }
    let vowel = if negated { true } else { spoken_with_vowel(&next.small)? };
    (vowel == (wanted == "an")).then(|| place.replace(0, wanted)).flatten()
}

/// How code in backticks and numbers before a hyphen are spoken, where one can tell: `int`, `8-bit`, and not `u` or `href`.
fn code_or_number(after: &str) -> Option<bool> {
    let after = after.strip_prefix(' ')?;
    // A role of reStructuredText, a link.
    let role = after.strip_prefix(':').and_then(|role| role.split_once(":`")).map(|(_, code)| code);
    let code = role.unwrap_or(after).trim_start_matches(['`', '[']);
    if code.len() < after.len() && code.starts_with('.') {
        // "a dot".
        return Some(false);
    }
    let letters = code.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(code.len());
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    if digits > 0 && after[digits..].starts_with('-') {
        return Some(after.starts_with('8') || matches!(&after[..digits], "11" | "18"));
    }
    if code.len() == after.len() || letters < 2 {
        // `u32`, `x86`: a letter before a number.
        return (code.len() < after.len() && code[letters..].starts_with(|c: char| c.is_ascii_digit()))
            .then(|| code.starts_with(['a', 'e', 'f', 'h', 'i', 'l', 'm', 'n', 'o', 'r', 's', 'x']));
    }
    let name = code[..letters].to_ascii_lowercase();
    match name.chars().next()? {
        'o' if name.starts_with("one") || name.starts_with("once") => Some(false),
        'a' | 'e' | 'i' | 'o' if !name.starts_with("eu") => Some(true),
        'b' | 'c' | 'd' | 'g' | 'j' | 'k' | 'p' | 'q' | 't' | 'v' | 'w' | 'y' | 'z' => Some(false),
        _ => None,
    }
}

/// `an exit` may be a noun, `an have` is `and have`.
fn is_verb_alone(place: Place<'_>, word: &str) -> bool {
    let verb = [Part::Verb, Part::VerbOfOne, Part::Progressive].iter().any(|part| place.can_be(word, *part));
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
    // "an xterm": a letter that is spoken by itself.
    let letter = word.starts_with('x') || !word.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    if letter || begins(&["herb", "histor", "hotel", "hysteric", "habit", "heroic", "homage", "ubuntu", "url", "sql"]) {
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
