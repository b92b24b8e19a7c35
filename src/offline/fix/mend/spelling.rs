//! Words that are no words: those that are known misspellings, and those that were surely meant as another.

use super::lexicon::Variety;
use super::near::{self, Guess};
use super::words::{Plain, Word};
use super::{Edit, Prose, Sure, as_written, misspelt};

/// What is misspelt, and what may be.
pub fn edits(prose: &Prose<'_>) -> Vec<Edit> {
    let plain = || prose.words.iter().filter(|word| word.plain == Plain::Yes);
    let variety = Variety::of(plain().map(|word| word.small.as_str()), prose.lexicon);
    plain().filter_map(|word| edit(prose, word, variety)).collect()
}

fn edit(prose: &Prose<'_>, word: &Word<'_>, variety: Option<Variety>) -> Option<Edit> {
    let lexicon = prose.lexicon;
    if lexicon.knows(&word.small) && !misspelt::is_ours(&word.small) {
        return None;
    }
    let edit = |with: &str, sure| Some(Edit { at: word.at.clone(), with: as_written(word.text, with), sure });
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
    // A word that its author uses again and again is meant.
    let used = prose.words.iter().filter(|other| other.small == word.small).take(2).count();
    // With a capital it is a name, but for long words at the beginning of a sentence.
    let named = word.text != word.small && !(word.opens && word.small.len() >= LONGER_THAN_NAMES);
    if used > 1 || named || is_of_a_family(prose, word) {
        return None;
    }
    match near::guess(&word.small, variety, lexicon)? {
        Guess::Sure(meant) | Guess::Perhaps(meant) if is_variant(&word.small, &meant) => None,
        Guess::Sure(meant) => edit(&meant, Sure::Yes),
        Guess::Perhaps(meant) => edit(&meant, Sure::Perhaps),
    }
}

/// Of a word with three of a letter in a row, the one with two: a key that was held too long hides no other slip.
fn squeezed(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let at = letters.windows(3).position(|run| run[0] == run[1] && run[1] == run[2])?;
    Some(letters[..at].iter().chain(&letters[at + 1..]).collect())
}

/// Names are shorter, mostly.
const LONGER_THAN_NAMES: usize = 10;

/// `chronyc` in a text that has `chronyd`: names that begin alike.
fn is_of_a_family(prose: &Prose<'_>, word: &Word<'_>) -> bool {
    let Some(stem) = word.small.get(..FAMILY) else { return false };
    prose
        .words
        .iter()
        .any(|other| other.small != word.small && other.small.starts_with(stem) && !prose.lexicon.knows(&other.small))
}

/// As many letters have names in common that belong together.
const FAMILY: usize = 5;

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
