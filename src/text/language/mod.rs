//! Languages: their codes and names, and which one a short text is in.

mod detect;
mod han;
mod lexicon;
mod profiles;
mod score;
mod script;
mod table;
mod three_letters;

pub use detect::{Direction, Guess, detect, guess, translation};

use three_letters::{MEMBERS, THREE_LETTERS};

/// A language by its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    code: &'static str,
    english_name: &'static str,
}

impl Language {
    /// What a user with one language alone is taken to know besides.
    pub const ENGLISH: Self = Self { code: "en", english_name: "English" };

    /// The language of a code or a locale: `de`, `de_DE.UTF-8`, `pt-BR`, `DE`. None for what is no ISO 639-1 code (`C`).
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_', '.', '@']).next()?.to_ascii_lowercase();
        // Codes of old and of other parts of the standard that locales still have.
        let primary = match primary.as_str() {
            "iw" => "he",
            "in" => "id",
            "ji" => "yi",
            "fil" => "tl",
            "cmn" => "zh",
            other => other,
        };
        Self::all().find(|language| language.code == primary)
    }

    /// The language of an English name, without regard to case: `German`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|language| language.english_name.eq_ignore_ascii_case(name.trim()))
    }

    /// The language of an ISO 639-3 code: `deu`. None for one that has no ISO 639-1 code.
    pub fn from_three_letters(code: &str) -> Option<Self> {
        let at = THREE_LETTERS.binary_search_by_key(&code, |(three, _)| three).ok()?;
        Self::from_code(THREE_LETTERS[at].1)
    }

    /// `deu`. None where the standard has none.
    pub fn three_letters(self) -> Option<&'static str> {
        let is_its = |(three, two): &&(&str, &str)| *two == self.code && !MEMBERS.contains(three);
        THREE_LETTERS.iter().find(is_its).map(|(three, _)| *three)
    }

    /// All languages that have a code of two letters, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        table::LANGUAGES.iter().map(|&(code, english_name)| Self { code, english_name })
    }

    /// `de`.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// `German`.
    pub fn english_name(self) -> &'static str {
        self.english_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_locales() {
        for (code, name) in [
            ("de", "German"),
            ("de_DE.UTF-8", "German"),
            ("pt-BR", "Portuguese"),
            ("sr@latin", "Serbian"),
            (" EN ", "English"),
            ("zh-Hans-CN", "Chinese"),
            ("iw", "Hebrew"),
        ] {
            assert_eq!(Language::from_code(code).map(Language::english_name), Some(name), "{code}");
        }
        for code in ["C", "C.UTF-8", "POSIX", "", "xx", "german"] {
            assert_eq!(Language::from_code(code), None, "{code}");
        }
    }

    #[test]
    fn three_letters_are_read_back() {
        for language in Language::all() {
            let three = language.three_letters();
            assert!(three.is_some(), "{language:?}");
            assert!(three.is_none_or(|three| Language::from_three_letters(three) == Some(language)), "{language:?}");
        }
        for (three, two) in
            [("deu", Some("de")), ("swh", Some("sw")), ("swa", Some("sw")), ("ger", None), ("ast", None)]
        {
            assert_eq!(Language::from_three_letters(three).map(Language::code), two, "{three}");
        }
        assert_eq!(Language::from_code("sw").and_then(Language::three_letters), Some("swa"));
        assert!(THREE_LETTERS.is_sorted());
    }

    #[test]
    fn names_are_read_back() {
        for language in Language::all() {
            assert_eq!(Language::from_name(language.english_name()), Some(language));
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Language::from_name("german").map(Language::code), Some("de"));
        assert_eq!(Language::from_name("Elvish"), None);
        assert_eq!(Language::from_code("en"), Some(Language::ENGLISH));
        assert!(table::LANGUAGES.is_sorted());
    }
}
