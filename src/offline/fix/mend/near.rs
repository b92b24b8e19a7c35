//! The one word that an unknown word can have been, if there is only one: a letter too many, one too few, two swapped.
//!
//! New words are made all the time, and most of what a dictionary does not know is no mistake. So a word that is made of
//! known parts (`keymap`, `subdir`, `tokenizes`) is left alone, and nothing is done where two words are as near.

use super::lexicon::{Lexicon, Part, Variety};

/// Shorter words have too many neighbours.
const SHORTEST: usize = 6;

const PREFIXES: &[&str] = &[
    "anti", "auto", "bi", "co", "counter", "cross", "cyber", "de", "dis", "e", "en", "ex", "extra", "fore", "hyper",
    "im", "in", "inter", "intra", "ir", "macro", "mal", "mega", "meta", "micro", "mid", "mini", "mis", "mono", "multi",
    "nano", "non", "out", "over", "para", "photo", "poly", "post", "pre", "pro", "proto", "pseudo", "quasi", "re",
    "semi", "sub", "super", "tele", "trans", "tri", "ultra", "un", "under", "uni", "up", "xeno",
];

const SUFFIXES: &[&str] = &[
    "able", "ably", "al", "ality", "ally", "ance", "ation", "d", "ed", "en", "er", "ers", "es", "esque", "ful",
    "fully", "hood", "ian", "ible", "ic", "ical", "id", "ids", "fd", "fs", "db", "ctl", "io", "os", "ied", "ier",
    "ies", "ify", "ing", "ings", "ise", "ised", "iser", "ish", "ism", "ist", "ists", "ity", "ization", "isation",
    "ize", "ized", "izer", "izers", "izes", "izing", "less", "let", "like", "ly", "ment", "ness", "or", "ors", "s",
    "ship", "th", "ward", "wards", "ware", "wise", "y",
];

/// Words of the trade that no dictionary has, and that are near another word.
const OF_THE_TRADE: &[&str] = &[
    "argparse",
    "commonjs",
    "gost",
    "atime",
    "autoconf",
    "automake",
    "bitmask",
    "buildd",
    "buildds",
    "calloc",
    "chroot",
    "config",
    "configs",
    "coredump",
    "cpuset",
    "daemonize",
    "dirname",
    "ebtables",
    "epoll",
    "errno",
    "filesystem",
    "getent",
    "getopt",
    "gettext",
    "hostname",
    "initrd",
    "inode",
    "ioctl",
    "iptables",
    "keyring",
    "kobject",
    "libtool",
    "linker",
    "localhost",
    "login",
    "lvalue",
    "malloc",
    "mallocs",
    "memcpy",
    "metadata",
    "mmaped",
    "mmapped",
    "mutex",
    "mutexes",
    "namespace",
    "netmask",
    "noatime",
    "nsswitch",
    "passwd",
    "pathname",
    "printf",
    "pthread",
    "pthreads",
    "readdir",
    "realloc",
    "regexes",
    "regexp",
    "regexps",
    "relatime",
    "rvalue",
    "seccomp",
    "soname",
    "sonames",
    "stderr",
    "stdin",
    "stdlib",
    "stdout",
    "strace",
    "strcmp",
    "strcpy",
    "strdup",
    "strlen",
    "struct",
    "structs",
    "symlink",
    "symlinks",
    "syscall",
    "syslog",
    "systemd",
    "tarball",
    "tmpfs",
    "typedef",
    "udevd",
    "umask",
    "username",
    "utmpx",
    "vtable",
    "whatis",
    "whereis",
    "xattr",
    "xterm",
];

/// How sure a guess is.
#[derive(Clone, PartialEq, Eq)]
pub enum Guess {
    /// The only word that is near, by a slip that hands make.
    Sure(String),
    /// A word that is near.
    Perhaps(String),
}

/// What `word` (small letters, unknown) was meant as.
pub fn guess(word: &str, variety: Option<Variety>, lexicon: &dyn Lexicon) -> Option<Guess> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < SHORTEST || OF_THE_TRADE.contains(&word) || !letters.iter().all(char::is_ascii_lowercase) {
        return None;
    }
    let mut near = neighbours(&letters, lexicon);
    near.retain(|(right, _)| variety.is_none_or(|variety| lexicon.is_of(right, variety)));
    let common: Vec<_> = near.iter().filter(|(right, _)| lexicon.is_common(right)).collect();
    match (near.as_slice(), common.as_slice()) {
        // Of several the one that people write; rare words are no rivals to it where the word is long.
        (all, [(right, slip)])
            if *slip == Slip::OfTheHand
                && (all.len() == 1 || letters.len() > SHORTEST)
                && !is_made_of_words(word, lexicon) =>
        {
            Some(Guess::Sure(right.clone()))
        }
        // The only one there is, if the word is long.
        ([(right, Slip::OfTheHand)], _)
            if letters.len() > LONG
                && !is_replaced(&letters, right)
                && is_basic(right, lexicon)
                && !is_made_of_words(word, lexicon) =>
        {
            Some(Guess::Sure(right.clone()))
        }
        ([(right, _)], _) | (_, [(right, _)]) if !is_made_of_words(word, lexicon) => {
            Some(Guess::Perhaps(right.clone()))
        }
        _ => None,
    }
}

/// Whether one letter stands for another, which more names have in common with a rare word than the other slips.
fn is_replaced(letters: &[char], right: &str) -> bool {
    letters.len() == right.len()
        && letters.iter().zip(right.chars()).filter(|(one, other)| **one != *other).count() == 1
}

/// Whether it is a word as dictionaries list it; of rare words there are too many forms.
fn is_basic(word: &str, lexicon: &dyn Lexicon) -> bool {
    ![Part::Plural, Part::VerbOfOne, Part::Past, Part::Progressive].iter().any(|part| lexicon.can_be(word, *part))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slip {
    /// A letter swapped with its neighbour, left out, doubled, or, in a long word, taken for another vowel or another key.
    OfTheHand,
    Other,
}

/// A letter too many or a wrong one is a slip in words as long as this; in shorter ones it may be another word.
const LONG: usize = 8;

/// Known words that are one slip away.
fn neighbours(letters: &[char], lexicon: &dyn Lexicon) -> Vec<(String, Slip)> {
    let mut found: Vec<(String, Slip)> = Vec::new();
    let mut look = |candidate: Vec<char>, of_the_hand: bool| {
        let candidate: String = candidate.into_iter().collect();
        if found.iter().all(|(known, _)| *known != candidate) && lexicon.knows(&candidate) {
            found.push((candidate, if of_the_hand { Slip::OfTheHand } else { Slip::Other }));
        }
    };
    let last = letters.len() - 1;
    let long = letters.len() >= LONG;
    for at in 0..=last {
        if at < last {
            let mut swapped = letters.to_vec();
            swapped.swap(at, at + 1);
            look(swapped, true);
        }
        let mut without = letters.to_vec();
        let gone = without.remove(at);
        let doubled = at > 0 && letters[at - 1] == gone || at < last && letters[at + 1] == gone;
        // An `s` at the end is a plural, and no slip.
        look(without, at > 0 && at < last && (doubled || long));
    }
    for letter in 'a'..='z' {
        for at in 0..=letters.len() {
            let mut with = letters.to_vec();
            with.insert(at, letter);
            // One that is missing at the end makes another form of a word that we may not know (`tetrahedra`).
            look(with, at > 0 && at <= last);
            if at <= last && letters[at] != letter {
                let mut replaced = letters.to_vec();
                replaced[at] = letter;
                let vowels = is_vowel(letter) && is_vowel(letters[at]);
                let slip = long && (vowels || are_beside(letter, letters[at]));
                look(replaced, at > 0 && at < last && slip);
            }
        }
    }
    found
}

/// Whether the keys of two letters touch each other on the keyboard that most have.
fn are_beside(one: char, other: char) -> bool {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let place = |letter| ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(letter)?)));
    match (place(one), place(other)) {
        (Some((row, at)), Some((other_row, other_at))) if row == other_row => at.abs_diff(other_at) == 1,
        // Each row is half a key further to the right than the one above it.
        (Some(a), Some(b)) => {
            let ((upper, at), (lower, below)) = if a.0 < b.0 { (a, b) } else { (b, a) };
            lower - upper == 1 && (at == below || at == below + 1)
        }
        _ => false,
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Whether it is known words put together, or one with a known beginning or end. Short and rare words are no parts: nearly
/// everything could be put together of them.
fn is_made_of_words(word: &str, lexicon: &dyn Lexicon) -> bool {
    const SHORTEST_PART: usize = 4;
    let known = |part: &str| part.len() >= SHORTEST_PART && lexicon.knows(part);
    let usual = |part: &str| part.len() >= 3 && lexicon.is_common(part);
    let rare = |part: &str| part.len() > SHORTEST_PART && lexicon.knows(part);
    let split = (3..word.len().saturating_sub(2)).any(|at| {
        let (one, other) = word.split_at(at);
        (usual(one) && (usual(other) || rare(other))) || (rare(one) && usual(other))
    });
    let prefixed =
        PREFIXES.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(|rest| known(rest) || usual(rest)));
    let suffixed = SUFFIXES.iter().any(|suffix| {
        word.strip_suffix(suffix).is_some_and(|stem| {
            let doubled = || {
                let last = stem.chars().next_back()?;
                let single = stem.strip_suffix(last)?;
                single.ends_with(last).then_some(single)
            };
            known(stem) || usual(stem) || known(&format!("{stem}e")) || doubled().is_some_and(known)
        })
    });
    split || prefixed || suffixed
}
