//! Words that are no words: those that are known misspellings, and those that were surely meant as another.

use std::collections::HashMap;

use super::lexicon::Variety;
use super::near::{self, Guess};
use super::words::{Plain, Word};
use super::{Edit, Prose, Sure, as_written, misspelt};

/// What is misspelt, and what may be.
pub fn edits(prose: &Prose<'_>) -> Vec<Edit> {
    let plain = || prose.words.iter().filter(|word| word.plain == Plain::Yes);
    let variety = Variety::of(plain().map(|word| word.small.as_str()), prose.lexicon);
    let coined = Coined::of(prose);
    plain().filter_map(|word| edit(prose, word, variety, &coined)).collect()
}

/// The words of a text that no dictionary has: how often each is used, and how many begin alike.
struct Coined<'a> {
    used: HashMap<&'a str, usize>,
    alike: HashMap<&'a str, usize>,
}

impl<'a> Coined<'a> {
    fn of(prose: &'a Prose<'_>) -> Self {
        let mut used = HashMap::new();
        for word in prose.words.iter().filter(|word| !prose.lexicon.knows(&word.small)) {
            *used.entry(word.small.as_str()).or_default() += 1;
        }
        let mut alike = HashMap::new();
        used.keys().filter_map(|word| word.get(..FAMILY)).for_each(|stem| *alike.entry(stem).or_default() += 1);
        Self { used, alike }
    }

    /// Whether its author means it so: it is used again, or there is another like it (`chronyc`, `chronyd`).
    fn is_meant(&self, word: &str) -> bool {
        let several = |count: Option<&usize>| count.is_some_and(|count| *count > 1);
        several(self.used.get(word)) || word.get(..FAMILY).is_some_and(|stem| several(self.alike.get(stem)))
    }
}

/// As many letters have names in common that belong together.
const FAMILY: usize = 5;

fn edit(prose: &Prose<'_>, word: &Word<'_>, variety: Option<Variety>, coined: &Coined<'_>) -> Option<Edit> {
    let lexicon = prose.lexicon;
    if lexicon.knows(&word.small) && !misspelt::is_ours(&word.small) {
        return None;
    }
    let edit = |with: &str, sure| Some(Edit { at: word.at.clone(), with: as_written(word.text, with), sure });
    if is_among_unknown(prose, word) {
        return None;
    }
    let squeezed = squeezed(&word.small);
    if let Some((meant, sure)) = misspelt::meant(&word.small).or_else(|| misspelt::meant(squeezed.as_deref()?)) {
        // With a capital it may be somebody's name.
        let named = word.text != word.small && lexicon.knows(word.text);
        let meant = variety.and_then(|variety| variety.spelling(meant, lexicon)).unwrap_or_else(|| meant.to_owned());
        // "the vs. teh": a text about misspellings.
        if said_near(prose, word, &meant) || is_variant(&word.small, &meant) {
            return None;
        }
        let split = meant.contains([' ', '\'']);
        return edit(&meant, if named || !(split || lexicon.knows(&meant)) { Sure::Perhaps } else { sure });
    }
    // With a capital it is a name, but for long words at the beginning of a sentence.
    let named = word.text != word.small && !(word.opens && word.small.len() >= LONGER_THAN_NAMES);
    if named || coined.is_meant(&word.small) {
        return None;
    }
    match near::guess(&word.small, variety, lexicon)? {
        Guess::Sure(meant) | Guess::Perhaps(meant) if is_variant(&word.small, &meant) => None,
        Guess::Sure(meant) => edit(&meant, Sure::Yes),
        Guess::Perhaps(meant) => edit(&meant, Sure::Perhaps),
    }
}

/// Whether most of the words around are unknown too: they are of another language, or no words.
fn is_among_unknown(prose: &Prose<'_>, word: &Word<'_>) -> bool {
    let at = prose.words.partition_point(|other| other.at.start < word.at.start);
    let around = &prose.words[at.saturating_sub(NEAR)..(at + NEAR + 1).min(prose.words.len())];
    let unknown = around.iter().filter(|other| !prose.lexicon.knows(&other.small)).count();
    unknown > NEAR && unknown * 2 > around.len()
}

/// Of a word with three of a letter in a row, the one with two: a key that was held too long hides no other slip.
fn squeezed(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let at = letters.windows(3).position(|run| run[0] == run[1] && run[1] == run[2])?;
    Some(letters[..at].iter().chain(&letters[at + 1..]).collect())
}

/// Names are shorter, mostly.
const LONGER_THAN_NAMES: usize = 10;

/// How far back a correction is looked for.
const NEAR: usize = 3;

/// Whether the right word stands right before the wrong one.
fn said_near(prose: &Prose<'_>, word: &Word<'_>, meant: &str) -> bool {
    let at = prose.words.partition_point(|other| other.at.start < word.at.start);
    prose.words[at.saturating_sub(NEAR)..at].iter().any(|other| other.small == meant)
}

/// Whether it is the same word in another variety of English: lists of misspellings have a side.
fn is_variant(written: &str, meant: &str) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("our", "or"),
        ("is", "iz"),
        ("ys", "yz"),
        ("ae", "e"),
        ("oe", "e"),
        ("dgement", "dgment"),
        ("cussed", "cused"),
        ("cussing", "cusing"),
        ("cusses", "cuses"),
        ("iassed", "iased"),
        ("lled", "led"),
        ("lling", "ling"),
        ("ller", "ler"),
        ("llation", "lation"),
        ("ence", "ense"),
        ("ogue", "og"),
        ("tre", "ter"),
        ("metri", "meteri"),
    ];
    let same = |from: &str, to: &str| {
        written.match_indices(from).any(|(at, _)| [&written[..at], to, &written[at + from.len()..]].concat() == meant)
    };
    PAIRS.iter().any(|(one, other)| same(one, other) || same(other, one))
}
