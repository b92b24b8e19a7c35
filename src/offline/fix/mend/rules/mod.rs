//! The rules, for what people get wrong most. Each looks at the words around and gives edits; a
//! rule would rather miss ten mistakes than make one.

mod agreement;
mod articles;
mod confused;
mod doubled;
mod forms;
mod helpers;
mod phrases;
mod pronouns;
mod verbs;

use super::lexicon::Part;
use super::words::Word;
use super::{Edit, Prose, Sure};

/// What all rules would change.
pub fn edits(prose: &Prose<'_>) -> Vec<Edit> {
    let places = (0..prose.words.len()).map(|at| Place { prose, at });
    places.filter_map(|place| RULES.iter().find_map(|rule| rule(place))).collect()
}

type Rule = fn(Place<'_>) -> Option<Edit>;

/// Of those that have something to say of a word, the first is heard.
const RULES: &[Rule] = &[
    pronouns::uncounted,
    phrases::phrase,
    doubled::doubled,
    articles::article,
    confused::objects,
    confused::its,
    confused::your,
    confused::there,
    confused::than,
    confused::latter,
    confused::lets,
    confused::lose,
    confused::were,
    confused::too,
    confused::two_words,
    confused::near_words,
    confused::missing_words,
    agreement::this_and_these,
    agreement::of_several,
    agreement::of_one,
    agreement::there_are,
    agreement::this_with_several,
    agreement::a_with_several,
    agreement::each_of_several,
    agreement::one_of,
    agreement::that_need,
    agreement::that_needs,
    agreement::counted,
    agreement::subject,
    agreement::of_condition,
    pronouns::pronoun,
    pronouns::one_thing,
    pronouns::after_did,
    pronouns::done,
    helpers::after_modal,
    helpers::after_have,
    helpers::after_to,
    helpers::after_is,
    helpers::without_to,
    helpers::made_to,
    helpers::done_how,
    verbs::after_do,
    verbs::after_we,
    verbs::of_it,
    verbs::after_be,
];

/// What an object begins with.
const OBJECT: &[&str] = &["the", "a", "an", "your", "our", "its", "their", "this", "these", "it", "all", "any", "them"];

/// A word with those around it.
#[derive(Clone, Copy)]
struct Place<'a> {
    prose: &'a Prose<'a>,
    at: usize,
}

impl<'a> Place<'a> {
    fn word(self) -> &'a Word<'a> {
        &self.prose.words[self.at]
    }

    /// The small form of the word `by` places further on, if only white space is between.
    fn next(self, by: usize) -> Option<&'a str> {
        self.next_word(by).map(|word| word.small.as_str())
    }

    fn next_word(self, by: usize) -> Option<&'a Word<'a>> {
        let words = self.prose.words.get(self.at..=self.at + by)?;
        words[1..].iter().all(|word| word.follows).then(|| &words[by])
    }

    /// The same backwards; an empty word where a sentence or clause begins.
    fn before(self) -> &'a str {
        match self.word().follows && !self.word().opens {
            true => &self.prose.words[self.at - 1].small,
            false => "",
        }
    }

    /// Whether a clause begins here: a sentence, or what follows a comma or the like.
    fn opens_clause(self) -> bool {
        let before = self.prose.text[..self.word().at.start].trim_end();
        self.word().opens || before.ends_with([',', ';', ':', '('])
    }

    /// The text right after the word `by` places on.
    fn rest(self, by: usize) -> &'a str {
        self.next_word(by).map_or("", |word| &self.prose.text[word.at.end..])
    }

    /// Whether a clause ends after the word `by` places on.
    fn closes_clause(self, by: usize) -> bool {
        let rest = self.rest(by);
        rest.trim().is_empty() || rest.starts_with(['.', ',', ';', ':', '!', '?', ')'])
    }

    fn can_be(self, word: &str, part: Part) -> bool {
        self.prose.lexicon.can_be(word, part)
    }

    /// Whether the dictionary has the word, and does not say what it is.
    fn is_of_no_part(self, word: &str) -> bool {
        const PARTS: &[Part] = &[
            Part::Noun,
            Part::Adjective,
            Part::Adverb,
            Part::Verb,
            Part::VerbOfOne,
            Part::Participle,
            Part::Progressive,
            Part::Function,
        ];
        self.knows(word) && !PARTS.iter().any(|part| self.can_be(word, *part))
    }

    fn knows(self, word: &str) -> bool {
        self.prose.lexicon.knows(word)
    }

    /// Whether the word `by` places on is this kind of verb and nothing that a noun is: `contains`, not `changes`.
    fn is_verb_alone(self, by: usize, part: Part) -> bool {
        self.next_word(by).is_some_and(|word| {
            word.text == word.small
                && self.can_be(&word.small, part)
                && ![Part::Noun, Part::Plural, Part::Adjective, Part::Adverb, Part::Function]
                    .iter()
                    .any(|other| self.can_be(&word.small, *other))
        })
    }

    /// Whether a determiner follows `by` places on, with which an object begins.
    fn object_begins(self, by: usize) -> bool {
        self.next(by).is_some_and(|word| OBJECT.contains(&word))
    }

    /// Puts `with` in place of this word and the `more` after it; a capital stays one.
    fn replace(self, more: usize, with: &str) -> Option<Edit> {
        self.edit(more, with, Sure::Yes)
    }

    fn propose(self, more: usize, with: &str) -> Option<Edit> {
        self.edit(more, with, Sure::Perhaps)
    }

    fn edit(self, more: usize, with: &str, sure: Sure) -> Option<Edit> {
        let last = self.next_word(more)?;
        // `isnt'` has its apostrophe, if in the wrong place.
        if with.contains('\'') && self.prose.text[last.at.end..].starts_with(['\'', '’']) {
            return None;
        }
        let with = super::as_written(self.word().text, with);
        let with = if self.word().text.contains('’') { with.replace('\'', "’") } else { with };
        Some(Edit { at: self.word().at.start..last.at.end, with, sure })
    }

    /// The place `by` further on.
    fn on(self, by: usize) -> Self {
        Self { at: self.at + by, ..self }
    }
}
