//! What rules ask of a dictionary.

/// A word as a dictionary knows it; small letters are asked for.
pub trait Lexicon {
    /// Whether it is a word, of any variety of English.
    fn knows(&self, word: &str) -> bool;
    /// Whether it is a word that everybody knows.
    fn is_common(&self, word: &str) -> bool;
    /// Whether it can be this part of speech.
    fn can_be(&self, word: &str, part: Part) -> bool;
    /// In which varieties of English it is at home.
    fn is_of(&self, word: &str, variety: Variety) -> bool;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Noun,
    /// A noun that stands for several: `fields`.
    Plural,
    /// One that is not counted: `information`.
    Mass,
    Adjective,
    /// `larger`.
    Comparative,
    Adverb,
    /// As in a dictionary: `take`.
    Verb,
    /// `takes`.
    VerbOfOne,
    /// `worked`, of verbs that take `-ed`.
    Past,
    /// `taken`, `worked`.
    Participle,
    /// `taking`.
    Progressive,
    /// A pronoun, determiner, conjunction or preposition.
    Function,
    /// Written with a capital, and no other way.
    Name,
}

/// British or American. Where nothing tells them apart, a text is of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variety {
    American,
    British,
}

impl Variety {
    /// Which one a text is written in, if its words say so.
    pub fn of<'a>(words: impl Iterator<Item = &'a str>, lexicon: &dyn Lexicon) -> Option<Self> {
        let (mut american, mut british) = (0, 0);
        for word in words {
            match (lexicon.is_of(word, Self::American), lexicon.is_of(word, Self::British)) {
                (true, false) => american += 1,
                (false, true) => british += 1,
                _ => {}
            }
        }
        match american.cmp(&british) {
            std::cmp::Ordering::Greater => Some(Self::American),
            std::cmp::Ordering::Less => Some(Self::British),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The spelling of `word` at home here: `behavior` is `behaviour` in a British text. None if there is none.
    pub fn spelling(self, word: &str, lexicon: &dyn Lexicon) -> Option<String> {
        if lexicon.is_of(word, self) {
            return Some(word.to_owned());
        }
        let pairs: &[(&str, &str)] = match self {
            Self::British => {
                &[("or", "our"), ("iz", "is"), ("yz", "ys"), ("er", "re"), ("ense", "ence"), ("l", "ll"), ("e", "ae")]
            }
            Self::American => {
                &[("our", "or"), ("is", "iz"), ("ys", "yz"), ("re", "er"), ("ence", "ense"), ("ll", "l"), ("ae", "e")]
            }
        };
        let variants = pairs.iter().flat_map(|(from, to)| {
            word.match_indices(from).map(|(at, _)| [&word[..at], to, &word[at + from.len()..]].concat())
        });
        variants.into_iter().find(|variant| lexicon.knows(variant) && lexicon.is_of(variant, self))
    }
}
