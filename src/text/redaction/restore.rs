//! Puts secrets back in the place of their words, in a stream: the word may be cut between two pieces, and the model may
//! have written it in other letters, escaped it for Markdown, or put an ending to it.
//!
//! Invariant: what is no word of the vault passes as it is, whole and in order, however the stream is cut; and no more is
//! held back than the longest beginning of a word.

use std::sync::Arc;

use super::mask::{Vault, WORD};

/// The parts of the word between which a model may write something else.
const PARTS: [&str; 2] = ["postil", "secret"];

/// At most so many characters stand between two parts: an escaped line, or emphasis around it.
const LONGEST_GAP: usize = 3;

/// As many digits as a number has.
const LONGEST_NUMBER: usize = 9;

/// One stream of an answer.
#[derive(Debug, Clone)]
pub struct Restorer {
    vault: Arc<Vault>,
    /// The beginning of what may become a word.
    held: Held,
}

/// Part of an answer; never shown by `Debug`.
#[derive(Clone, Default)]
struct Held(String);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Held({} bytes)", self.0.len())
    }
}

impl Restorer {
    pub fn new(vault: Arc<Vault>) -> Self {
        Self { vault, held: Held::default() }
    }

    /// Takes a piece; gives what is certain so far.
    pub fn push(&mut self, piece: &str) -> String {
        let mut text = std::mem::take(&mut self.held.0);
        text.push_str(piece);
        let mut out = String::with_capacity(text.len());
        let rest = self.restore(&text, &mut out);
        self.held.0 = rest.to_owned();
        out
    }

    /// Nothing follows: what was held back.
    pub fn finish(&mut self) -> String {
        let text = std::mem::take(&mut self.held.0);
        let (mut out, mut rest) = (String::new(), &*text);
        while !rest.is_empty() {
            match read(rest) {
                Reading::Word { length, number, .. } => {
                    self.put(&rest[..length], number, &mut out);
                    rest = &rest[length..];
                }
                Reading::Open | Reading::None => {
                    let first = rest.chars().next().map_or(rest.len(), char::len_utf8);
                    out.push_str(&rest[..first]);
                    rest = &rest[first..];
                }
            }
        }
        out
    }

    /// Restores what is certain, and gives the rest.
    fn restore<'t>(&self, mut text: &'t str, out: &mut String) -> &'t str {
        while let Some(at) = text.find(['p', 'P']) {
            out.push_str(&text[..at]);
            text = &text[at..];
            match read(text) {
                // More digits may follow.
                Reading::Word { closed: false, .. } | Reading::Open => return text,
                Reading::Word { length, number, .. } => {
                    self.put(&text[..length], number, out);
                    text = &text[length..];
                }
                Reading::None => {
                    out.push_str(&text[..1]);
                    text = &text[1..];
                }
            }
        }
        out.push_str(text);
        ""
    }

    fn put(&self, word: &str, number: u32, out: &mut String) {
        out.push_str(self.vault.get(number).unwrap_or(word));
    }
}

/// The whole of an answer at once.
pub fn restore(text: &str, vault: &Arc<Vault>) -> String {
    let mut restorer = Restorer::new(Arc::clone(vault));
    let mut restored = restorer.push(text);
    restored += &restorer.finish();
    restored
}

/// The highest number of a word that a text has of itself.
pub fn highest_number(text: &str) -> Option<u32> {
    let mut highest = None;
    let mut rest = text;
    while let Some(at) = rest.find(['p', 'P']) {
        rest = &rest[at..];
        if let Reading::Word { number, .. } = read(rest) {
            highest = highest.max(Some(number));
        }
        rest = &rest[1..];
    }
    highest
}

#[derive(Debug, PartialEq, Eq)]
enum Reading {
    /// A word; `closed` where something stands behind it that cannot be a part of its number.
    Word {
        length: usize,
        number: u32,
        closed: bool,
    },
    /// The text ends within what may become one.
    Open,
    None,
}

/// Reads a word at the beginning of a text.
fn read(text: &str) -> Reading {
    let mut at = 0;
    for part in PARTS {
        match begins_with(&text[at..], part) {
            Begins::Whole => at += part.len(),
            Begins::Cut => return Reading::Open,
            Begins::Not => return Reading::None,
        }
        at += gap(&text[at..]);
        if at == text.len() {
            return Reading::Open;
        }
    }
    let digits = text[at..].bytes().take(LONGEST_NUMBER).take_while(u8::is_ascii_digit).count();
    let end = at + digits;
    match text[at..end].parse() {
        Ok(number) => Reading::Word { length: end, number, closed: end < text.len() || digits == LONGEST_NUMBER },
        Err(_) => Reading::None,
    }
}

enum Begins {
    Whole,
    Cut,
    Not,
}

fn begins_with(text: &str, part: &str) -> Begins {
    let common = text.len().min(part.len());
    match text.as_bytes()[..common].eq_ignore_ascii_case(&part.as_bytes()[..common]) {
        true if common == part.len() => Begins::Whole,
        true => Begins::Cut,
        false => Begins::Not,
    }
}

/// The length of what stands between two parts.
fn gap(text: &str) -> usize {
    let of_gaps =
        |c: &char| matches!(c, '_' | '\\' | '-' | ' ' | '*' | '\u{a0}' | '\u{2010}' | '\u{2011}' | '\u{ff3f}');
    text.chars().take(LONGEST_GAP).take_while(of_gaps).map(char::len_utf8).sum()
}

/// What a model is told of the words in its text.
pub fn note_for_the_model() -> String {
    format!(
        "Words like {WORD}1 stand for private data. Keep each of them exactly as it is; never explain, translate or leave one out."
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::redaction::mask::mask;
    use crate::text::redaction::{Finding, Kind, find};

    fn vault() -> Arc<Vault> {
        let text = "alpha beta-gamma";
        let finding = |span| Finding { kind: Kind::Password, span };
        Arc::new(mask(text, &[finding(0..5), finding(6..16)]).1)
    }

    #[track_caller]
    fn check(answer: &str, expected: &str) {
        assert_eq!(restore(answer, &vault()), expected, "{answer}");
        let mut restorer = Restorer::new(vault());
        let mut restored: String = answer.chars().map(|c| restorer.push(c.encode_utf8(&mut [0; 4]))).collect();
        restored += &restorer.finish();
        assert_eq!(restored, expected, "{answer}, a character at a time");
    }

    #[test]
    fn words_are_put_back_however_the_model_writes_them() {
        check("POSTIL_SECRET_1", "alpha");
        check("a POSTIL_SECRET_2, b", "a beta-gamma, b");
        check("postil_secret_1 Postil Secret 1 POSTIL-SECRET-1", "alpha alpha alpha");
        check("POSTIL\\_SECRET\\_2", "beta-gamma");
        check("**POSTIL_SECRET_1** `POSTIL_SECRET_1` [POSTIL_SECRET_1]", "**alpha** `alpha` [alpha]");
        check("POSTIL_SECRET_1s POSTIL_SECRET_1's POSTIL_SECRET_1-en", "alphas alpha's alpha-en");
        check("POSTILSECRET1", "alpha");
    }

    #[test]
    fn what_is_no_word_passes() {
        for text in [
            "POSTIL_SECRET_3",
            "POSTIL_SECRET_",
            "POSTIL",
            "postil secret is",
            "p",
            "",
            "POSTIL_SECRET_12345678901",
            "ppPpostil",
        ] {
            check(text, text);
        }
        check("pPOSTIL_SECRET_1", "palpha");
    }

    #[test]
    fn reading_ends_where_a_word_can_no_longer_come() {
        assert_eq!(read("POSTIL_SEC"), Reading::Open);
        assert_eq!(read("POSTIL_SECRET_1"), Reading::Word { length: 15, number: 1, closed: false });
        assert_eq!(read("POSTIL_SECRET_1."), Reading::Word { length: 15, number: 1, closed: true });
        assert_eq!(read("POSTIL was"), Reading::None);
    }

    #[test]
    fn a_text_that_has_such_words_of_itself_keeps_them() {
        let text = "POSTIL_SECRET_1 and password = S3same!x, postil secret 7";
        let (masked, vault) = mask(text, &find(text, &[]));
        assert_eq!(masked, "POSTIL_SECRET_1 and password = POSTIL_SECRET_8, postil secret 7");
        assert_eq!(restore(&masked, &Arc::new(vault)), text);
    }

    proptest! {
        #[test]
        fn masked_and_put_back_is_the_same(text in "(postil|POSTIL_SECRET_1|[ -~é_]|password=S3same!x |4111111111111111 ){0,12}", cuts in prop::collection::vec(0usize..200, 0..12)) {
            let findings = find(&text, &[]);
            let (masked, vault) = mask(&text, &findings);
            let mut restorer = Restorer::new(Arc::new(vault));
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| masked.floor_char_boundary(cut.min(masked.len()))).collect();
            cuts.extend([0, masked.len()]);
            cuts.sort_unstable();
            let mut restored: String = cuts.windows(2).map(|pair| restorer.push(&masked[pair[0]..pair[1]])).collect();
            restored += &restorer.finish();
            prop_assert_eq!(restored, text);
        }
    }
}
