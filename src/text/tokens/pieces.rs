//! Cuts a text into the pieces that tokens never reach across: words, numbers of three digits, signs, white space.
//!
//! The patterns are OpenAI's, but for what `regex` has not: that white space before a word leaves its last character to
//! the word is seen to in [`Pieces::next`].

use regex::{Regex, RegexBuilder};

use super::Encoding;

const O200K: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+",
);
const CL100K: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*",
    r"|\s+$|\s*[\r\n]+|\s+",
);

/// What the automaton may take: with less it is built anew for each script of a mixed text.
const AUTOMATON: usize = 8 << 20;

/// The pattern of an encoding, to be matched where a piece begins.
pub fn pattern(encoding: Encoding) -> Regex {
    let pieces = match encoding {
        Encoding::O200k => O200K,
        Encoding::Cl100k => CL100K,
    };
    let pattern = RegexBuilder::new(&format!("^(?:{pieces})")).dfa_size_limit(AUTOMATON).build();
    pattern.expect("the patterns are tested")
}

/// The pieces of a text, which put together are the text.
pub struct Pieces<'t> {
    pattern: &'t Regex,
    rest: &'t str,
}

impl<'t> Pieces<'t> {
    pub fn of(text: &'t str, pattern: &'t Regex) -> Self {
        Self { pattern, rest: text }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let found = self.pattern.find(self.rest).map_or(self.rest.len(), |found| found.end());
        let (mut piece, mut rest) = self.rest.split_at(found);
        // A line's end is taken with all white space before it; other white space leaves its last character.
        let last = piece.chars().next_back()?;
        let leaves_last = !rest.is_empty()
            && piece.len() > last.len_utf8()
            && !matches!(last, '\r' | '\n')
            && piece.chars().all(char::is_whitespace);
        if leaves_last {
            (piece, rest) = self.rest.split_at(found - last.len_utf8());
        }
        self.rest = rest;
        Some(piece)
    }
}
