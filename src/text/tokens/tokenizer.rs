//! Counts tokens as OpenAI's models do, and cuts a text into them. Marks that only a server may write (`<|endoftext|>`)
//! are text like any other.

use regex::Regex;

use super::Encoding;
use super::merging::Merging;
use super::pieces::{Pieces, pattern};
use super::table::Table;

/// An encoding with its table. Frees all that it takes.
pub struct Tokenizer {
    table: Table,
    pattern: Regex,
}

impl Tokenizer {
    /// Takes some hundredths of a second.
    pub fn load(encoding: Encoding) -> Self {
        Self { table: Table::load(encoding), pattern: pattern(encoding) }
    }

    /// How many tokens a text is.
    pub fn count(&self, text: &str) -> u64 {
        let mut merging = Merging::new(&self.table);
        Pieces::of(text, &self.pattern).map(|piece| merging.count(piece.as_bytes())).sum()
    }

    /// The tokens of a text, by their numbers.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut merging = Merging::new(&self.table);
        Pieces::of(text, &self.pattern).flat_map(|piece| merging.encode(piece.as_bytes())).collect()
    }
}
