//! The list of known misspellings: what each can only have been meant as.

use std::sync::LazyLock;

use fst::Map;

use super::Sure;

/// Made from `typos-dict` by the build script: from a misspelling to the place of what was meant in `CORRECTIONS`, a bit that
/// is set where it may have been another, and in the last byte its length. Read where it lies.
const MISSPELLINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/misspellings.fst"));
const CORRECTIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/corrections.txt"));

static LIST: LazyLock<Map<&'static [u8]>> =
    LazyLock::new(|| Map::new(MISSPELLINGS).expect("the build script has written it"));

/// Shorter ones are abbreviations and names more often than slips.
const SHORTEST: usize = 4;

/// Slips that are shorter, or that the list leaves open.
const OURS: &[(&str, &str)] = &[
    ("adn", "and"),
    ("afterwords", "afterwards"),
    ("agian", "again"),
    ("alot", "a lot"),
    ("alongwith", "along with"),
    ("approvement", "approval"),
    ("aswell", "as well"),
    ("atleast", "at least"),
    ("beleive", "believe"),
    ("cant", "can't"),
    ("chosse", "choose"),
    ("convience", "convenience"),
    ("eachother", "each other"),
    ("eventhough", "even though"),
    ("everytime", "every time"),
    ("finction", "function"),
    ("gived", "given"),
    ("happend", "happened"),
    ("hte", "the"),
    ("infact", "in fact"),
    ("infered", "inferred"),
    ("infering", "inferring"),
    ("inspite", "in spite"),
    ("loosing", "losing"),
    ("ofcourse", "of course"),
    ("ofthe", "of the"),
    ("ot", "to"),
    ("overlayed", "overlaid"),
    ("preceed", "precede"),
    ("preceeding", "preceding"),
    ("recieve", "receive"),
    ("stastics", "statistics"),
    ("taht", "that"),
    ("teh", "the"),
    ("tehy", "they"),
    ("tha", "that"),
    ("thats", "that's"),
    ("thier", "their"),
    ("ca'nt", "can't"),
    ("coudn't", "couldn't"),
    ("did'nt", "didn't"),
    ("do'nt", "don't"),
    ("doens't", "doesn't"),
    ("does'nt", "doesn't"),
    ("dateset", "dataset"),
    ("deffer", "defer"),
    ("dosen't", "doesn't"),
    ("is'nt", "isn't"),
    ("reformated", "reformatted"),
    ("reformating", "reformatting"),
    ("shoudn't", "shouldn't"),
    ("woudln't", "wouldn't"),
    ("woudn't", "wouldn't"),
    ("your're", "you're"),
    ("youre", "you're"),
    ("theyre", "they're"),
    ("tne", "the"),
    ("waht", "what"),
    ("wich", "which"),
    ("wil", "will"),
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
    "formant",
    "freedos",
    "gost",
    "hist",
    "iff",
    "inout",
    "mis",
    "ment",
    "mmaped",
    "buildd",
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
    "thumbnailer",
    "thumbnailers",
    "unter",
    "vas",
    "ws",
];

/// Whether it is one that we call a slip although dictionaries have it.
pub fn is_ours(word: &str) -> bool {
    OURS.iter().any(|(wrong, _)| *wrong == word)
}

/// What this word, in small letters, was meant as.
pub fn meant(word: &str) -> Option<(&'static str, Sure)> {
    if let Some((_, right)) = OURS.iter().find(|(wrong, _)| *wrong == word) {
        return Some((right, Sure::Yes));
    }
    if word.chars().count() < SHORTEST || WORDS.contains(&word) {
        return None;
    }
    let place = LIST.get(word)?;
    let (start, length) = (usize::try_from(place >> 9).ok()?, usize::try_from(place & 0xff).ok()?);
    let sure = if place & 0x100 == 0 { Sure::Yes } else { Sure::Perhaps };
    Some((CORRECTIONS.get(start..start + length)?, sure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_misspellings_and_others() {
        for (wrong, right) in
            [("recieve", "receive"), ("occured", "occurred"), ("teh", "the"), ("seperate", "separate")]
        {
            assert_eq!(meant(wrong), Some((right, Sure::Yes)), "{wrong}");
        }
        assert_eq!(meant("ovious"), Some(("obvious", Sure::Yes)), "the nearer of two");
        assert_eq!(meant("connectin").map(|(_, sure)| sure), Some(Sure::Perhaps), "one of two that are as near");
        for word in ["receive", "the", "", "zzzzzz", "aaaa", "therefor", "ba"] {
            assert_eq!(meant(word), None, "{word}");
        }
    }
}
