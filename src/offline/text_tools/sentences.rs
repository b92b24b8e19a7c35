//! Where sentences start, and sentence case.
//!
//! A full stop ends no sentence behind an abbreviation, an initial or a short number (`am 3. Mai`). Sentence case
//! takes capitals away only where they mean nothing: in a title or in a text all in capitals. In a text that already
//! is in sentences, names keep theirs, as German nouns do everywhere.

use unicode_segmentation::UnicodeSegmentation;

use super::case::{capitalized, has_inner_capital, is_shouted, lower};
use super::shape::is_bullet;
use super::title::is_no_prose;
use crate::text::language::{Language, detect};

/// In small letters and without the dot.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "cf", "al", "approx", "dept", "est",
    "fig", "figs", "eq", "sec", "ch", "tab", "ref", "inc", "ltd", "no", "vol", "pp", "ed", "eds", "capt", "col", "gen",
    "lt", "rev", "hon", "a.m", "p.m", "u.s", "u.k", "z.b", "d.h", "u.a", "o.ä", "bzw", "ca", "evtl", "ggf", "inkl",
    "nr", "str", "usw", "vgl", "sog", "abs", "bd", "hr", "fr", "hrsg", "z. b", "d. h", "m", "mme", "mlle", "p. ex",
    "p.ex", "env", "sra", "sres", "dra", "ud", "uds", "pág", "núm", "p. ej", "sig", "dott", "ecc", "pag", "es", "bijv",
    "d.w.z", "enz", "dhr", "mevr", "т.е", "т.д", "т.п", "г", "ул", "им", "np", "tzn", "itd", "itp", "tj",
];

/// Written with a capital in the midst of an English sentence.
const ENGLISH_CAPITALS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "chinese",
    "japanese",
    "russian",
    "america",
    "american",
    "europe",
    "european",
];

/// From this share of capitalized words on, a text is a title and its capitals mean nothing.
const TITLE_SHARE: f64 = 0.75;

/// Numbers of more digits than this are years and amounts, and a stop behind them ends a sentence.
const ORDINAL_DIGITS: usize = 2;

fn ends_sentence(letter: char) -> bool {
    matches!(letter, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '؟' | '۔' | '｡')
}

/// Whether a sentence may follow at once, without a space.
fn is_wide_stop(letter: char) -> bool {
    matches!(letter, '。' | '！' | '？' | '｡')
}

fn closes(letter: char) -> bool {
    matches!(letter, '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '“' | '»' | '«' | '」' | '』' | '）')
}

/// The byte positions of the first letter or digit of every sentence.
pub fn sentence_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut waiting = true;
    let mut stop = None;
    let mut breaks = 0;
    for (at, letter) in text.char_indices() {
        breaks = if letter == '\n' {
            breaks + 1
        } else if letter.is_whitespace() {
            breaks
        } else {
            0
        };
        if letter.is_alphanumeric() || (!letter.is_ascii() && !letter.is_whitespace() && is_symbol(letter)) {
            if waiting {
                starts.push(at);
            }
            (waiting, stop) = (false, None);
        } else if ends_sentence(letter) {
            waiting |= is_wide_stop(letter);
            stop = stop.or(Some(at));
        } else if letter.is_whitespace() {
            let item = letter == '\n' && is_bullet(text[at + 1..].lines().next().unwrap_or_default());
            waiting |=
                item || breaks > 1 || stop.is_some_and(|stop| is_end(&text[..stop], &text[stop..at], &text[at..]));
        } else if !closes(letter) {
            stop = None;
        }
    }
    starts
}

/// An emoji or the like, which can be all that a sentence has.
fn is_symbol(letter: char) -> bool {
    matches!(letter, '\u{1f000}'..='\u{1faff}')
}

/// Whether the stops `stops` behind `before` end a sentence, `after` coming next.
pub fn is_end(before: &str, stops: &str, after: &str) -> bool {
    let stops = stops.trim_end_matches(closes);
    if stops == "…" || stops.starts_with("..") {
        return after.trim_start().starts_with(char::is_uppercase);
    }
    if stops != "." {
        return true;
    }
    let word =
        before.rsplit(|letter: char| letter.is_whitespace() || "([\"“„«".contains(letter)).next().unwrap_or_default();
    let one_letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "I";
    let ordinal = word.len() <= ORDINAL_DIGITS && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    !(one_letter || ordinal || ABBREVIATIONS.contains(&word.to_lowercase().as_str()))
}

/// `text` as sentences: the first letter of each is a capital, the others as the words want it.
pub fn sentence_case(text: &str, languages: &[Language]) -> String {
    let language = detect(text, languages).map_or("", Language::code);
    let shouted = is_shouted(text);
    let lowers = shouted || (language != "de" && is_title(text));
    let starts = sentence_starts(text);
    let mut cased = String::with_capacity(text.len());
    for chunk in text.split_inclusive(char::is_whitespace) {
        if is_no_prose(chunk) {
            cased.push_str(chunk);
            continue;
        }
        for piece in chunk.split_word_bounds() {
            let word = if lowers { lowered(piece, shouted, language, languages) } else { piece.to_owned() };
            let at = piece.as_ptr() as usize - text.as_ptr() as usize;
            let first = starts.binary_search(&at).is_ok() && (shouted || !has_inner_capital(piece));
            cased.push_str(&if first { capitalized(&word, languages) } else { word });
        }
    }
    cased
}

/// Whether nearly all words but the shortest have a capital.
fn is_title(text: &str) -> bool {
    const COUNTED_LETTERS: usize = 4;
    let words: Vec<&str> = text.unicode_words().filter(|word| word.chars().count() >= COUNTED_LETTERS).collect();
    let capitals = words.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    words.len() > 1 && capitals as f64 >= TITLE_SHARE * words.len() as f64
}

/// A word of a title or of a text in capitals, as it stands in the midst of a sentence.
fn lowered(word: &str, shouted: bool, language: &str, languages: &[Language]) -> String {
    if !shouted && has_inner_capital(word) {
        return word.to_owned();
    }
    let small = lower(word, languages);
    let english = matches!(language, "" | "en");
    let pronoun = small == "i" || small.starts_with("i'") || small.starts_with("i’");
    if english && (pronoun && !word.starts_with('İ') || ENGLISH_CAPITALS.contains(&small.as_str())) {
        return capitalized(&small, languages);
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, text: &str, expected: &str) {
        let languages: Vec<Language> = Language::from_code(code).into_iter().collect();
        assert_eq!(sentence_case(text, &languages), expected);
    }

    #[test]
    fn titles_and_shouting_become_sentences() {
        check("en", "The Quick Brown Fox Jumps Over", "The quick brown fox jumps over");
        check("en", "THIS IS IMPORTANT. READ IT! I'LL WAIT", "This is important. Read it! I'll wait");
        check("en", "How NASA Met McDonald On Monday", "How NASA met McDonald on Monday");
        check("en", "What I Think: You And I", "What I think: you and I");
        check("ru", "ЭТО ВАЖНО. ПРОЧИТАЙ ЭТО", "Это важно. Прочитай это");
        check("es", "¿QUÉ HORA ES? NO LO SÉ.", "¿Qué hora es? No lo sé.");
        check("fr", "ÉTÉ COMME HIVER", "Été comme hiver");
    }

    #[test]
    fn sentences_keep_their_names() {
        check(
            "en",
            "the train to Berlin leaves at 5 p.m. today. it is late",
            "The train to Berlin leaves at 5 p.m. today. It is late",
        );
        check(
            "de",
            "wir fahren am 3. Mai nach Rom. das Wetter ist gut",
            "Wir fahren am 3. Mai nach Rom. Das Wetter ist gut",
        );
        check("en", "see e.g. the docs of dr. who... or not", "See e.g. the docs of dr. who... or not");
        check("en", "iPhone is one. eBay is too. main.rs is not", "iPhone is one. eBay is too. main.rs is not");
        check("en", "\"hello.\" she left\r\n\r\nthen came back", "\"Hello.\" She left\r\n\r\nThen came back");
        check("en", "- first item\n- second", "- First item\n- Second");
        check("en", "NASA", "NASA");
        check("ja", "はい。そう。", "はい。そう。");
    }

    #[test]
    fn starts() {
        for (text, expected) in [
            ("", 0),
            ("…", 0),
            ("One", 1),
            ("It cost 3.50 in 2020. It costs 4 now.", 2),
            ("J. R. R. Tolkien wrote it. He did.", 2),
            ("Wait... what? No!! (Yes.) Ok", 4),
            ("Heading\n\nText", 2),
            ("هل أنت هنا؟ نعم.", 2),
            ("是的。不是！", 2),
        ] {
            assert_eq!(sentence_starts(text).len(), expected, "{text:?}");
        }
    }
}
