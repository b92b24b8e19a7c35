//! Words of an index that are spelt almost like one that is not in it. Pure.

use std::collections::BTreeSet;

use super::index::{Broken, Index};
use crate::text::accents::bare;

/// Keys that begin alike and are compared: the time for this is the most that a look-up takes.
const MOST_COMPARED: usize = 20_000;

/// So many first letters are taken to be right, where more than one letter is wrong.
const BEGINNING: usize = 2;

/// Letters that replace others, beside those of the word itself.
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyzäöüßéèñåø";

/// A word of so many letters may have two that are wrong.
const TWO_WRONG: usize = 5;

/// Longer words than this are compared with others of the same beginning alone.
const LONGEST_VARIED: usize = 24;

/// The words nearest to `word`, the nearest first, with their distances.
///
/// # Errors
/// If the index is broken.
pub fn near(index: &Index<'_>, word: &str, most: usize) -> Result<Vec<(usize, String)>, Broken> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let mut found: BTreeSet<(usize, String)> = BTreeSet::new();
    if length <= LONGEST_VARIED {
        for variant in one_wrong(&word) {
            if let Some(line) = index.find(&variant, 1)?.first() {
                found.insert((distance(&word, &key(line.key)), key(line.key)));
            }
        }
    }
    let allowed = if length >= TWO_WRONG { 2 } else { 1 };
    let beginning: String = word.chars().take(BEGINNING).collect();
    if length > BEGINNING {
        for line in index.beginning_with(&beginning, MOST_COMPARED)? {
            let key = key(line.key);
            if key.len().abs_diff(word.len()) > 2 * allowed {
                continue;
            }
            let distance = distance(&word, &key);
            if distance <= allowed {
                found.insert((distance, key));
            }
        }
    }
    Ok(found.into_iter().filter(|(_, key)| *key != word).take(most).collect())
}

fn key(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_lowercase()
}

/// An accent is no mistake that counts.
fn distance(word: &str, key: &str) -> usize {
    strsim::osa_distance(&bare(word), &bare(key))
}

/// The words that `word` could be if one of its letters is wrong, missing, too many or in its neighbour's place.
fn one_wrong(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut variants = Vec::new();
    for at in 0..=letters.len() {
        let (before, behind) = letters.split_at(at);
        let mut push = |middle: &[char], rest: &[char]| variants.push([before, middle, rest].concat().iter().collect());
        if let [first, rest @ ..] = behind {
            push(&[], rest);
            if let [second, rest @ ..] = rest {
                push(&[*second, *first], rest);
            }
        }
        for letter in ALPHABET.chars() {
            push(&[letter], behind);
            if let [_, rest @ ..] = behind {
                push(&[letter], rest);
            }
        }
    }
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near() {
        let keys = ["accommodate", "café", "horse", "hose", "house", "mouse", "serendipity", "zebra"];
        let index: String = keys.iter().map(|key| format!("{key}\tA\tA\n")).collect();
        let index = Index::new(index.as_bytes()).unwrap();
        let check = |word: &str, expected: &[&str]| {
            let near = near(&index, word, 3).unwrap();
            assert_eq!(near.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>(), expected, "{word}");
        };
        check("hosue", &["hose", "house", "horse"]);
        check("ouse", &["house", "mouse"]);
        check("acommodate", &["accommodate"]);
        check("serendipidy", &["serendipity"]);
        check("sernedipidy", &["serendipity"]);
        check("cafe", &["café"]);
        check("xyz", &[]);
        check("", &[]);
    }
}
