//! The list of known misspellings: what each can only have been meant as.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Sorted lines of `misspelling correction`, made from `typos-dict` by the build script: those with one correction alone.
/// Text, so that a program that never looks at it never has it in memory.
const LIST: &str = include_str!(concat!(env!("OUT_DIR"), "/misspellings.txt"));

/// Shorter ones are abbreviations and names more often than slips.
const SHORTEST: usize = 4;

/// Slips that are shorter, or that the list leaves open.
const OURS: &[(&str, &str)] = &[
    ("adn", "and"),
    ("agian", "again"),
    ("alot", "a lot"),
    ("alongwith", "along with"),
    ("aswell", "as well"),
    ("atleast", "at least"),
    ("beleive", "believe"),
    ("cant", "can't"),
    ("eachother", "each other"),
    ("eventhough", "even though"),
    ("hte", "the"),
    ("infact", "in fact"),
    ("inspite", "in spite"),
    ("loosing", "losing"),
    ("ofcourse", "of course"),
    ("ofthe", "of the"),
    ("ot", "to"),
    ("recieve", "receive"),
    ("taht", "that"),
    ("teh", "the"),
    ("tehy", "they"),
    ("thats", "that's"),
    ("thier", "their"),
    ("throwed", "thrown"),
    ("tne", "the"),
    ("waht", "what"),
    ("wich", "which"),
    ("withing", "within"),
    ("wont", "won't"),
];

/// Of the list: words after all, in some field or other.
const WORDS: &[&str] = &[
    "als",
    "cancelation",
    "confort",
    "decompositing",
    "discus",
    "endianess",
    "exponentials",
    "files's",
    "hist",
    "iff",
    "inout",
    "mis",
    "ment",
    "mmaped",
    "buildds",
    "descrypt",
    "patname",
    "nd",
    "optin",
    "optins",
    "ore",
    "parm",
    "parms",
    "preprend",
    "retuned",
    "succes",
    "therefor",
    "unter",
    "vas",
    "ws",
];

/// How many misspellings of a word the list has: what is misspelt often is written often.
static MISSPELT: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut counts = HashMap::new();
    LIST.lines().filter_map(|line| line.split_once(' ')).for_each(|(_, right)| *counts.entry(right).or_default() += 1);
    counts
});

/// With fewer misspellings known a word is rare.
const OFTEN: u32 = 3;

/// Whether it is a word that many have misspelt, and so one that many write.
pub fn is_written_often(word: &str) -> bool {
    MISSPELT.get(word).is_some_and(|count| *count >= OFTEN)
}

/// Whether it is one that we call a slip although dictionaries have it.
pub fn is_ours(word: &str) -> bool {
    OURS.iter().any(|(wrong, _)| *wrong == word)
}

/// What this word, in small letters, was meant as.
pub fn meant(word: &str) -> Option<&'static str> {
    if let Some((_, right)) = OURS.iter().find(|(wrong, _)| *wrong == word) {
        return Some(right);
    }
    if word.chars().count() < SHORTEST || WORDS.contains(&word) {
        return None;
    }
    let (mut low, mut high) = (0, LIST.len());
    while low < high {
        let middle = (low + high) / 2;
        let start = LIST[..middle].rfind('\n').map_or(0, |at| at + 1);
        let line = LIST[start..].split('\n').next().unwrap_or("");
        let (wrong, right) = line.split_once(' ')?;
        match wrong.cmp(word) {
            std::cmp::Ordering::Equal => return Some(right),
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_misspellings_and_others() {
        for (wrong, right) in
            [("recieve", "receive"), ("occured", "occurred"), ("teh", "the"), ("seperate", "separate")]
        {
            assert_eq!(meant(wrong), Some(right), "{wrong}");
        }
        for word in ["receive", "the", "", "zzzzzz", "aaaa", "therefor", "ba"] {
            assert_eq!(meant(word), None, "{word}");
        }
        assert!(LIST.lines().is_sorted());
    }
}
