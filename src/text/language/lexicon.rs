//! The profiles turned round: from a word or a sequence to the languages that have it. So a text is gone through once
//! and not once for each language.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::profiles::{self, Profile};

/// Languages that share a script.
pub struct Family {
    pub profiles: &'static [Profile],
    lexicon: OnceLock<Lexicon>,
}

pub static LATIN: Family = Family::of(profiles::LATIN);
pub static CYRILLIC: Family = Family::of(profiles::CYRILLIC);
pub static ARABIC: Family = Family::of(profiles::ARABIC);

impl Family {
    const fn of(profiles: &'static [Profile]) -> Self {
        Self { profiles, lexicon: OnceLock::new() }
    }

    /// Made when a text in this script first comes.
    pub fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| Lexicon::of(self.profiles))
    }
}

/// Some of a family's languages, by their places in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places(u64);

impl Places {
    fn add(&mut self, place: usize) {
        debug_assert!(place < u64::BITS as usize, "a family is smaller than that");
        self.0 |= 1 << place;
    }

    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..u64::BITS as usize).filter(move |place| self.0 >> place & 1 == 1)
    }
}

/// Who has which words and sequences.
pub struct Lexicon {
    words: HashMap<&'static str, Places>,
    parts: Vec<(Part, Places)>,
}

impl Lexicon {
    fn of(profiles: &'static [Profile]) -> Self {
        let words = turned_round(profiles, |profile| profile.words);
        let parts = turned_round(profiles, |profile| profile.parts);
        let parts = parts.into_iter().filter_map(|(part, places)| Some((Part::read(part)?, places)));
        Self { parts: parts.collect(), words }
    }

    /// The languages in which `word` is a frequent one.
    pub fn languages_of(&self, word: &str) -> Places {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// For each sequence in `word` the languages of which it is typical.
    pub fn parts_of(&self, word: &str) -> impl Iterator<Item = Places> {
        self.parts.iter().filter(move |(part, _)| part.is_in(word)).map(|(_, places)| *places)
    }
}

fn turned_round(profiles: &'static [Profile], list: fn(&Profile) -> &'static str) -> HashMap<&'static str, Places> {
    let mut places: HashMap<_, Places> = HashMap::new();
    for (place, profile) in profiles.iter().enumerate() {
        for item in list(profile).split(' ').filter(|item| !item.is_empty()) {
            places.entry(item).or_default().add(place);
        }
    }
    places
}

/// A sequence, and where in a word it stands. A word that is nothing else does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Start(&'static str),
    End(&'static str),
    Within(&'static str),
}

impl Part {
    /// As profiles write it: `^` is the start of a word, `$` its end.
    fn read(part: &'static str) -> Option<Self> {
        let read = match (part.strip_prefix('^'), part.strip_suffix('$')) {
            (Some(start), _) => Self::Start(start),
            (_, Some(end)) => Self::End(end),
            (None, None) => Self::Within(part),
        };
        (!read.letters().is_empty()).then_some(read)
    }

    fn letters(self) -> &'static str {
        let (Self::Start(letters) | Self::End(letters) | Self::Within(letters)) = self;
        letters
    }

    fn is_in(self, word: &str) -> bool {
        word.len() > self.letters().len()
            && match self {
                Self::Start(start) => word.starts_with(start),
                Self::End(end) => word.ends_with(end),
                Self::Within(letters) => word.contains(letters),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(places: Places) -> Vec<&'static str> {
        places.iter().map(|place| LATIN.profiles[place].code).collect()
    }

    #[test]
    fn words_know_their_languages() {
        assert_eq!(codes(LATIN.lexicon().languages_of("the")), ["en"]);
        assert!(codes(LATIN.lexicon().languages_of("in")).starts_with(&["en", "de"]));
        assert_eq!(codes(LATIN.lexicon().languages_of("xyzzy")), [""; 0]);
    }

    #[test]
    fn a_sequence_stands_where_it_is_said_and_is_not_the_whole_word() {
        for (part, word, found) in [
            ("^th", "the", true),
            ("^th", "bath", false),
            ("^th", "th", false),
            ("ing$", "thing", true),
            ("ing$", "ing", false),
            ("sch", "waschen", true),
            ("sch", "sch", false),
        ] {
            assert_eq!(Part::read(part).is_some_and(|part| part.is_in(word)), found, "{part} {word}");
        }
        assert_eq!((Part::read(""), Part::read("^")), (None, None));
    }
}
