//! Which language a short text is in.
//!
//! A wrong answer is worse than none: without one the model is told the rule and decides itself. So a guess needs
//! evidence for it *and* distance from the second best, among all languages known here and not the user's alone: a
//! Dutch text is not German because the user reads German. The user's own only have a start over the others.

use super::Language;
use super::profiles::{ARABIC, CYRILLIC, LATIN};
use super::score::best_of;
use super::script::{Script, dominant};

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

/// The language of `text`, or that it is not sure. Looks at the first few thousand characters alone.
pub fn guess(text: &str, among: &[Language]) -> Guess {
    let prose = prose(text);
    let Some(script) = dominant(&prose) else { return Guess::Unsure };
    let own: Vec<&str> = among.iter().map(|language| language.code()).collect();
    let code = match script {
        Script::Latin => best_of(LATIN, &prose, &own),
        Script::Cyrillic => best_of(CYRILLIC, &prose, &own),
        Script::Arabic => best_of(ARABIC, &prose, &own),
        Script::Han => super::script::han(&prose, &own),
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
const ENOUGH: usize = 4_000;

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
