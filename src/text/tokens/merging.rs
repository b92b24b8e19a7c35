//! Byte pair encoding of one piece of a text: of all neighbours that can be merged those are that become the lowest token,
//! the first of several, until none can.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::table::Table;

/// Up to so many bytes it is fastest to look at all neighbours before each merge. Words are shorter.
const SHORT: usize = 64;

/// No token: nothing is to be merged here.
const NONE: u32 = u32::MAX;

/// Encodes pieces one after the other, in the same memory.
pub struct Merging<'t> {
    table: &'t Table,
    /// Of a short piece: the tokens, each with what it and the next become.
    tokens: Vec<(u32, u32)>,
}

impl<'t> Merging<'t> {
    pub fn new(table: &'t Table) -> Self {
        Self { table, tokens: Vec::new() }
    }

    /// How many tokens a piece is.
    pub fn count(&mut self, piece: &[u8]) -> u64 {
        match piece.len() {
            0 => 0,
            1 => 1,
            2..=SHORT => self.merge_short(piece).len() as u64,
            _ => Long::new(self.table, piece).merge().count() as u64,
        }
    }

    /// The tokens of a piece.
    pub fn encode(&mut self, piece: &[u8]) -> Vec<u32> {
        match piece.len() {
            0..=SHORT => self.merge_short(piece).iter().map(|(token, _)| *token).collect(),
            _ => Long::new(self.table, piece).merge().collect(),
        }
    }

    fn merge_short(&mut self, piece: &[u8]) -> &[(u32, u32)] {
        let table = self.table;
        let become_of = |left: u32, right: Option<&(u32, u32)>| {
            right.and_then(|(right, _)| table.merged(left, *right)).unwrap_or(NONE)
        };
        self.tokens.clear();
        self.tokens.extend(piece.iter().map(|byte| (table.of_byte(*byte), NONE)));
        for at in 0..self.tokens.len() {
            self.tokens[at].1 = become_of(self.tokens[at].0, self.tokens.get(at + 1));
        }
        while let Some((at, (_, lowest))) = self.tokens.iter().copied().enumerate().min_by_key(|(_, (_, next))| *next)
            && lowest != NONE
        {
            self.tokens.remove(at + 1);
            self.tokens[at] = (lowest, become_of(lowest, self.tokens.get(at + 1)));
            if let Some(before) = at.checked_sub(1) {
                self.tokens[before].1 = become_of(self.tokens[before].0, self.tokens.get(at));
            }
        }
        &self.tokens
    }
}

/// A piece of any length, as a list whose every merge costs the same few steps.
struct Long<'t> {
    table: &'t Table,
    /// By place: the token that begins there, or [`NONE`] within one.
    tokens: Vec<u32>,
    /// By place of a token: the places of those beside it. The piece's length: none.
    before: Vec<u32>,
    after: Vec<u32>,
    /// The lowest first, of those the foremost: what it and the next become, and the place. Some are out of date.
    merges: BinaryHeap<Reverse<(u32, u32)>>,
}

impl<'t> Long<'t> {
    fn new(table: &'t Table, piece: &[u8]) -> Self {
        let end = u32::try_from(piece.len()).expect("a text is shorter than 4 GB");
        let mut long = Self {
            table,
            tokens: piece.iter().map(|byte| table.of_byte(*byte)).collect(),
            before: [end].into_iter().chain(0..end - 1).collect(),
            after: (1..=end).collect(),
            merges: BinaryHeap::new(),
        };
        let merges = (0..end).filter_map(|at| Some(Reverse((long.merged_at(at)?, at))));
        long.merges = merges.collect::<Vec<_>>().into();
        long
    }

    /// What the token at this place and the next one become.
    fn merged_at(&self, at: u32) -> Option<u32> {
        let left = *self.tokens.get(at as usize).filter(|token| **token != NONE)?;
        let right = *self.tokens.get(self.after[at as usize] as usize)?;
        self.table.merged(left, right)
    }

    fn merge(mut self) -> impl Iterator<Item = u32> {
        while let Some(Reverse((merged, at))) = self.merges.pop() {
            if self.merged_at(at) != Some(merged) {
                continue; // One of the two has been merged otherwise.
            }
            let (place, next) = (at as usize, self.after[at as usize]);
            let beyond = self.after[next as usize];
            self.tokens[place] = merged;
            self.tokens[next as usize] = NONE;
            self.after[place] = beyond;
            if let Some(before) = self.before.get_mut(beyond as usize) {
                *before = at;
            }
            for changed in [self.before[place], at] {
                self.merges.extend(self.merged_at(changed).map(|merged| Reverse((merged, changed))));
            }
        }
        self.tokens.into_iter().filter(|token| *token != NONE)
    }
}
