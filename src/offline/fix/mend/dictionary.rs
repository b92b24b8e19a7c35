//! The dictionary: harper's words and what each can be, as the build script made of them.
//!
//! It is read where it lies in the program's file; only the pages that a word is looked for in are ever in memory.

use fst::Map;

use super::flags;
use super::lexicon::{Lexicon, Part, Variety};

const WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));

/// All its words.
pub struct Dictionary(Map<&'static [u8]>);

impl Dictionary {
    /// Opens it, which reads its head alone.
    pub fn open() -> Self {
        Self(Map::new(WORDS).expect("the build script has written it"))
    }

    fn of(&self, word: &str) -> Option<u64> {
        self.0
            .get(word)
            .or_else(|| word.contains(|c: char| c.is_uppercase()).then(|| self.0.get(word.to_lowercase()))?)
    }

    fn has(&self, word: &str, flag: u64) -> bool {
        self.of(word).is_some_and(|flags| flags & flag != 0)
    }
}

impl Lexicon for Dictionary {
    fn knows(&self, word: &str) -> bool {
        self.of(word).is_some()
    }

    fn is_common(&self, word: &str) -> bool {
        self.has(word, flags::COMMON)
    }

    fn can_be(&self, word: &str, part: Part) -> bool {
        let flag = match part {
            Part::Noun => flags::NOUN,
            Part::Plural => flags::PLURAL,
            Part::Mass => flags::MASS,
            Part::Adjective => flags::ADJECTIVE,
            Part::Comparative => flags::COMPARATIVE,
            Part::Adverb => flags::ADVERB,
            Part::Verb => flags::VERB,
            Part::VerbOfOne => flags::VERB_OF_ONE,
            Part::Past => flags::PAST,
            Part::Participle => flags::PARTICIPLE,
            Part::Progressive => flags::PROGRESSIVE,
            Part::Function => flags::FUNCTION,
            Part::Name => flags::NAME,
        };
        self.has(word, flag)
    }

    fn is_of(&self, word: &str, variety: Variety) -> bool {
        match variety {
            Variety::American => self.has(word, flags::AMERICAN),
            Variety::British => self.has(word, flags::BRITISH),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_they_can_be() {
        let dictionary = Dictionary::open();
        for (word, part) in [
            ("house", Part::Noun),
            ("fields", Part::Plural),
            ("information", Part::Mass),
            ("large", Part::Adjective),
            ("larger", Part::Comparative),
            ("slowly", Part::Adverb),
            ("take", Part::Verb),
            ("takes", Part::VerbOfOne),
            ("worked", Part::Past),
            ("taken", Part::Participle),
            ("taking", Part::Progressive),
            ("with", Part::Function),
            ("london", Part::Name),
        ] {
            assert!(dictionary.can_be(word, part), "{word}");
        }
        assert!(!dictionary.can_be("house", Part::Name) && !dictionary.can_be("slowly", Part::Noun));
        assert!(dictionary.knows("House") && dictionary.knows("don't") && !dictionary.knows("recieve"));
        assert!(dictionary.is_common("house") && !dictionary.is_common("zymurgy"));
        assert!(dictionary.is_of("colour", Variety::British) && !dictionary.is_of("colour", Variety::American));
    }
}
