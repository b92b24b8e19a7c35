//! How many tokens a text is: an estimate by its letters, in one pass and without a table, and exactly where the model's
//! own tokenizer is public and shipped ([`Encoding`]).
//!
//! Invariant: the estimate rather says too many than too few, as what it is for is to stay within limits. It is a fifth or
//! so above what OpenAI's newest tokenizer makes of a text (`tokens_tests.rs`); others cut finer. So where it says that
//! there is room there is, and only where it says that there is none is it worth counting.

mod encoding;
#[cfg(feature = "tokens")]
mod merging;
mod meter;
#[cfg(feature = "tokens")]
mod pieces;
#[cfg(feature = "tokens")]
mod table;
#[cfg(feature = "tokens")]
mod tokenizer;

pub use encoding::Encoding;
pub use meter::{Meter, Meters};
#[cfg(feature = "tokens")]
pub use tokenizer::Tokenizer;

/// The shares of a token are counted in so many parts.
const PARTS: u64 = 20;

/// An estimate of the tokens in `text`.
pub fn estimate(text: &str) -> u64 {
    text.chars().map(parts).sum::<u64>().div_ceil(PARTS)
}

/// What a character is of a token. Scripts for which the models' makers had less text are cut finer.
fn parts(c: char) -> u64 {
    match c {
        'a'..='z' | 'A'..='Z' => 6,
        ' ' => 1,
        '0'..='9' => 12,
        // Code and tables are full of them.
        '\0'..='\x7f' => 14,
        // Accents, and the letters of the languages that have them.
        '\u{80}'..='\u{36f}' => 12,
        // Greek and Cyrillic.
        '\u{370}'..='\u{52f}' => 9,
        // Armenian, Hebrew, Arabic, the scripts of India, Thai and their neighbours.
        '\u{530}'..='\u{109f}' => 11,
        // Georgian and rarer ones; Vietnamese.
        '\u{10a0}'..='\u{1fff}' => 12,
        // Dashes and quotation marks.
        '\u{2000}'..='\u{206f}' => 14,
        // Signs, Kana, Hangul, Han.
        '\u{2070}'..='\u{ffff}' => 20,
        // Emoji.
        _ => 50,
    }
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
