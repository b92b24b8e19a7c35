//! Which language a short text is in.
//!
//! A wrong answer is worse than none: without one the model is told the rule and decides itself. So a guess needs
//! evidence for it *and* distance from the second best, among all languages known here and not the user's alone: a
//! Dutch text is not German because the user reads German. The user's own only have a start over the others.

use super::Language;
use super::lexicon::{ARABIC, CYRILLIC, LATIN};
use super::score::{START_IN_LATIN, START_IN_RARER_SCRIPT, best_of};
use super::script::{Script, dominant, han};

/// What could be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    Sure(Language),
    Unsure,
}

/// The language of `text` if it is sure. `among` are the user's own; the answer can be another.
pub fn detect(text: &str, among: &[Language]) -> Option<Language> {
    match guess(text, among) {
        Guess::Sure(language) => Some(language),
        Guess::Unsure => None,
    }
}

/// The language of `text`, or that it is not sure. Looks at the first thousand characters alone.
pub fn guess(text: &str, among: &[Language]) -> Guess {
    let prose = prose(text);
    let Some(script) = dominant(&prose) else { return Guess::Unsure };
    let own: Vec<&str> = among.iter().map(|language| language.code()).collect();
    let code = match script {
        Script::Latin => best_of(&LATIN, &prose, &own, START_IN_LATIN),
        Script::Cyrillic => best_of(&CYRILLIC, &prose, &own, START_IN_RARER_SCRIPT),
        Script::Arabic => best_of(&ARABIC, &prose, &own, START_IN_RARER_SCRIPT),
        Script::Han => han(&prose, &own),
        Script::Devanagari => only_own(&["hi", "mr", "ne"], &own),
        Script::Hebrew => only_own(&["he", "yi"], &own),
        Script::Bengali => only_own(&["bn", "as"], &own),
        Script::Ethiopic => only_own(&["am", "ti"], &own),
        Script::Of(code) => Some(code),
    };
    // A user who says `no` means the Norwegian that is written nearly always.
    let code = code.map(|code| if code == "nb" && own.contains(&"no") { "no" } else { code });
    code.and_then(Language::from_code).map_or(Guess::Unsure, Guess::Sure)
}

/// Of languages that share a script, the user's if that is one alone, the most common one if it is none of them.
fn only_own(sharing: &[&'static str], own: &[&str]) -> Option<&'static str> {
    let mut mine = sharing.iter().filter(|code| own.contains(code));
    match (mine.next(), mine.next()) {
        (None, _) => sharing.first().copied(),
        (Some(code), None) => Some(code),
        (Some(_), Some(_)) => None,
    }
}

/// More than this changes no guess.
const ENOUGH: usize = 1_000;

/// The text without what is in no language: addresses, paths, mentions, numbers with units.
fn prose(text: &str) -> String {
    let start: String = text.chars().take(ENOUGH).collect();
    let is_prose = |word: &&str| {
        let address = word.contains("://") || word.starts_with("www.") || word.contains(['@', '_', '\\']);
        !address && !word.chars().any(|letter| letter.is_ascii_digit())
    };
    start.split_whitespace().filter(is_prose).collect::<Vec<_>>().join(" ")
}

/// From what into what a text is to be translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction {
    /// None: not sure.
    pub source: Option<Language>,
    pub target: Language,
    /// What the target is where the text turns out to be in the first language already.
    pub second: Language,
}

/// Into the user's first language, or into the second if the text is in the first already. `languages` are the user's
/// own; with one alone the second is English, with none both are.
pub fn translation(text: &str, languages: &[Language]) -> Direction {
    let english = Language::ENGLISH;
    let first = languages.first().copied().unwrap_or(english);
    let second = languages.get(1).copied().unwrap_or(english);
    let source = detect(text, languages);
    Direction { source, target: if source == Some(first) { second } else { first }, second }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(codes: &str) -> Vec<Language> {
        codes.split_whitespace().filter_map(Language::from_code).collect()
    }

    fn check(user: &str, text: &str, expected: Option<&str>) {
        assert_eq!(detect(text, &languages(user)).map(Language::code), expected, "{text:?} for {user}");
    }

    #[test]
    fn scripts_decide_where_they_can() {
        check("en de", "한국어", Some("ko"));
        check("en de", "Καλημέρα", Some("el"));
        check("en de", "สวัสดี", Some("th"));
        check("en", "こんにちは", Some("ja"));
        check("en", "नमस्ते", Some("hi"));
        check("en mr", "नमस्कार", Some("mr"));
        check("hi mr", "नमस्कार", None);
        check("ja zh", "東京", None);
        check("zh en", "東京", Some("zh"));
        check("ja en", "語彙", Some("ja"));
        check("ja en", "这本书", Some("zh"));
    }

    #[test]
    fn nothing_to_go_by_is_unsure() {
        for text in ["", "   ", "123", "https://www.example.com/the-way", "OK", "Berlin", "🙂", "x = y + 1;"] {
            check("en de", text, None);
        }
    }

    #[test]
    fn names_of_the_users_own_choice() {
        check("no en", "Jeg vet ikke hva du mener, men takk for hjelpen", Some("no"));
        check("nb en", "Jeg vet ikke hva du mener, men takk for hjelpen", Some("nb"));
        check("ru en", "Кошка", Some("ru"));
        check("ru en", "Їжак і кішка", Some("uk"));
        check("en de", "Ich habe das book gelesen, und es war sehr gut", Some("de"));
    }

    #[test]
    fn directions_of_translation() {
        for (user, text, source, target, second) in [
            ("en de", "Guten Morgen, wie geht es dir?", Some("de"), "en", "de"),
            ("de en", "Guten Morgen, wie geht es dir?", Some("de"), "en", "en"),
            ("de en", "Привет, как дела?", Some("ru"), "de", "en"),
            ("de en", "Ticket", None, "de", "en"),
            ("de", "Das ist mein Haus", Some("de"), "en", "en"),
            ("en", "This is my house", Some("en"), "en", "en"),
            ("", "Das ist mein Haus", Some("de"), "en", "en"),
        ] {
            let direction = translation(text, &languages(user));
            let codes = (direction.source.map(Language::code), direction.target.code(), direction.second.code());
            assert_eq!(codes, (source, target, second), "{text:?} for {user}");
        }
    }
}
