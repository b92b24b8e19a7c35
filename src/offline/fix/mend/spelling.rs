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
    if let Some(meant) = misspelt::meant(&word.small) {
        // With a capital it may be somebody's name.
        let named = word.text != word.small && lexicon.knows(word.text);
        let meant = variety.and_then(|variety| variety.spelling(meant, lexicon)).unwrap_or_else(|| meant.to_owned());
        // "the vs. teh": a text about misspellings.
        if said_near(prose, word, &meant) || is_variant(&word.small, &meant) {
            return None;
        }
        let split = meant.contains([' ', '\'']);
        return edit(&meant, if named || !(split || lexicon.knows(&meant)) { Sure::Perhaps } else { Sure::Yes });
    }
    // A word that its author uses again and again is meant.
    let used = prose.words.iter().filter(|other| other.small == word.small).take(2).count();
    if used > 1 || word.text != word.small {
        return None;
    }
    match near::guess(&word.small, variety, lexicon)? {
        Guess::Sure(meant) => edit(&meant, Sure::Yes),
        Guess::Perhaps(meant) => edit(&meant, Sure::Perhaps),
    }
}

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
        ("ssed", "sed"),
        ("ssing", "sing"),
        ("sses", "ses"),
        ("lled", "led"),
        ("lling", "ling"),
        ("ller", "ler"),
        ("llation", "lation"),
        ("ence", "ense"),
        ("ogue", "og"),
        ("tre", "ter"),
    ];
    let same = |from: &str, to: &str| {
        written.match_indices(from).any(|(at, _)| [&written[..at], to, &written[at + from.len()..]].concat() == meant)
    };
    PAIRS.iter().any(|(one, other)| same(one, other) || same(other, one))
}
