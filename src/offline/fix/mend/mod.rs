//! Mends English text: what is surely wrong is put right, what may be wrong is only proposed, and what is no prose is not
//! touched.
//!
//! Pure: text in, text and corrections out. Every rule gives edits; this file decides which of them happen. An edit that
//! touches anything but plain words of prose is dropped here, whoever made it, so that no rule has to be trusted with that.

pub mod flags;
pub mod lexicon;
pub mod near;
pub mod protect;
pub mod rules;
pub mod words;

#[cfg(feature = "harper")]
pub mod dictionary;
#[cfg(feature = "harper")]
pub mod misspelt;
#[cfg(feature = "harper")]
pub mod spelling;

use std::ops::Range;

use lexicon::Lexicon;
use protect::Protected;
use words::{Plain, Word};

/// Whether an edit is made, or only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    Yes,
    Perhaps,
}

/// One change of the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    pub at: Range<usize>,
    pub with: String,
    pub sure: Sure,
}

/// A text after its mending.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mended {
    pub text: String,
    /// What was changed: before and after.
    pub changed: Vec<(String, String)>,
    /// What may be wrong and was left.
    pub suggested: Vec<(String, String)>,
}

/// The text as rules see it.
pub struct Prose<'a> {
    pub text: &'a str,
    pub words: Vec<Word<'a>>,
    pub lexicon: &'a dyn Lexicon,
}

impl<'a> Prose<'a> {
    /// Reads `text`.
    pub fn of(text: &'a str, lexicon: &'a dyn Lexicon) -> Self {
        Self { text, words: words::words(text, &Protected::of(text)), lexicon }
    }
}

/// Makes the sure edits and keeps the others as proposals. Of edits that overlap the first in the list holds.
pub fn apply(prose: &Prose<'_>, edits: Vec<Edit>) -> Mended {
    let mut kept: Vec<Edit> = Vec::new();
    let sure_first = |sure| edits.iter().filter(move |edit| edit.sure == sure);
    for edit in sure_first(Sure::Yes).chain(sure_first(Sure::Perhaps)) {
        // In order and apart, as they are kept.
        let next = kept.partition_point(|other| other.at.end <= edit.at.start);
        let apart = kept.get(next).is_none_or(|other| edit.at.end <= other.at.start);
        if apart && touches_prose_alone(prose, &edit.at) && prose.text[edit.at.clone()] != edit.with {
            kept.insert(next, edit.clone());
        }
    }
    let mut mended = Mended::default();
    let mut copied = 0;
    for Edit { at, with, sure } in kept {
        let (before, after) = in_words(prose, &at, &with);
        match sure {
            Sure::Yes => {
                mended.text.push_str(&prose.text[copied..at.start]);
                mended.text.push_str(&with);
                copied = at.end;
                mended.changed.push((before, after));
            }
            Sure::Perhaps => mended.suggested.push((before, after)),
        }
    }
    mended.text.push_str(&prose.text[copied..]);
    mended
}

/// Whether all words that an edit touches are plain, and it begins and ends at words.
fn touches_prose_alone(prose: &Prose<'_>, at: &Range<usize>) -> bool {
    if at.start > at.end || at.end > prose.text.len() {
        return false;
    }
    let first = prose.words.partition_point(|word| word.at.end < at.start);
    let mut touched = prose.words[first..].iter().take_while(|word| word.at.start <= at.end).peekable();
    let outside = |piece: &str| piece.chars().all(|c| c.is_whitespace());
    let mut from = at.start;
    if touched.peek().is_none() {
        return false;
    }
    for word in touched {
        if word.plain != Plain::Yes || (from < word.at.start && !outside(&prose.text[from..word.at.start])) {
            return false;
        }
        from = word.at.end.max(from);
    }
    from >= at.end || outside(&prose.text[from..at.end])
}

/// The edit with the word beside it where it has none of its own, for people to read.
fn in_words(prose: &Prose<'_>, at: &Range<usize>, with: &str) -> (String, String) {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let after = prose.words.partition_point(|word| word.at.start < at.end);
    let next = prose.words.get(after).filter(|_| with.trim().is_empty());
    let end = next.map_or(at.end, |word| word.at.end);
    let before = &prose.text[at.start..end];
    let after = [with, &prose.text[at.end..end]].concat();
    (squeezed(before), squeezed(&after))
}

/// `with` in the letter case of `written`.
fn as_written(written: &str, with: &str) -> String {
    let mut letters = with.chars();
    match (written.chars().next().is_some_and(char::is_uppercase), letters.next()) {
        (true, Some(first)) => first.to_uppercase().chain(letters).collect(),
        _ => with.to_owned(),
    }
}

/// Everything that mends.
#[cfg(feature = "harper")]
pub struct Mender {
    dictionary: dictionary::Dictionary,
}

#[cfg(feature = "harper")]
impl Mender {
    /// Opens the dictionary.
    pub fn open() -> Self {
        Self { dictionary: dictionary::Dictionary::open() }
    }

    /// Mends `text`.
    pub fn mend(&self, text: &str) -> Mended {
        let prose = Prose::of(text, &self.dictionary);
        let mut edits = spelling::edits(&prose);
        edits.extend(rules::edits(&prose));
        apply(&prose, edits)
    }
}
