//! The places of the pieces that are not printed yet, in order: what of them is to be begun, and what has come of it.

use std::collections::VecDeque;

use crate::cli::each::pieces::Piece;

/// What became of a piece: its answer, or the sentence that says why there is none.
pub type PieceResult = Result<String, String>;

/// All from the first piece that is not printed.
#[derive(Default)]
pub struct Slots {
    slots: VecDeque<Slot>,
    /// The number of the first.
    first: usize,
    /// The number of the first that may not be begun yet.
    next: usize,
}

struct Slot {
    piece: Piece,
    /// How far into the text it goes.
    bytes: u64,
    state: State,
}

enum State {
    /// Not begun, or not ended.
    Open,
    Done(PieceResult),
    /// An earlier run has its answer.
    Journaled,
}

/// A piece whose turn it is to be printed. `result`: none where an earlier run has it.
pub struct DonePiece {
    pub piece: Piece,
    pub bytes: u64,
    pub result: Option<PieceResult>,
}

impl Slots {
    pub fn push(&mut self, piece: Piece, bytes: u64) {
        self.slots.push_back(Slot { piece, bytes, state: State::Open });
    }

    /// One that is passed on as it is.
    pub fn push_done(&mut self, piece: Piece, bytes: u64) {
        let state = State::Done(Ok(piece.text.clone()));
        self.slots.push_back(Slot { piece, bytes, state });
    }

    /// Its text is not needed any more.
    pub fn push_journaled(&mut self, piece: Piece, bytes: u64) {
        let piece = Piece { text: String::new(), ..piece };
        self.slots.push_back(Slot { piece, bytes, state: State::Journaled });
    }

    /// How many pieces there were so far.
    pub fn supplied(&self) -> usize {
        self.first + self.slots.len()
    }

    /// Whether more may be read: few are waiting to be begun, and not too many wait for the first.
    pub fn has_room(&self, to_begin: usize, most: usize) -> bool {
        self.supplied() - self.next.min(self.supplied()) < to_begin && self.slots.len() < most
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The next piece to be begun: its number and text.
    pub fn next_to_start(&mut self) -> Option<(usize, String)> {
        self.next = self.next.max(self.first);
        loop {
            let slot = self.slots.get(self.next - self.first)?;
            self.next += 1;
            if matches!(slot.state, State::Open) {
                return Some((self.next - 1, slot.piece.text.clone()));
            }
        }
    }

    /// The text of a piece that is not printed yet.
    pub fn text(&self, number: usize) -> &str {
        self.slots.get(number - self.first).map_or("", |slot| slot.piece.text.as_str())
    }

    pub fn ended(&mut self, number: usize, result: PieceResult) {
        if let Some(slot) = self.slots.get_mut(number - self.first) {
            slot.state = State::Done(result);
        }
    }

    /// The first piece, if it is done.
    pub fn pop_done(&mut self) -> Option<(usize, DonePiece)> {
        if matches!(self.slots.front()?.state, State::Open) {
            return None;
        }
        let Slot { piece, bytes, state } = self.slots.pop_front()?;
        let result = match state {
            State::Done(result) => Some(result),
            State::Journaled | State::Open => None,
        };
        self.first += 1;
        Some((self.first - 1, DonePiece { piece, bytes, result }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Piece {
        Piece { text: text.to_owned(), separator: "\n".to_owned() }
    }

    #[test]
    fn pieces_are_begun_once_and_come_out_in_order() {
        let mut slots = Slots::default();
        slots.push(piece("a"), 2);
        slots.push_done(piece(""), 3);
        slots.push_journaled(piece("c"), 5);
        slots.push(piece("d"), 7);
        assert_eq!(slots.next_to_start(), Some((0, "a".into())));
        assert_eq!(slots.next_to_start(), Some((3, "d".into())));
        assert_eq!(slots.next_to_start(), None);
        slots.ended(3, Err("no".into()));
        assert!(slots.pop_done().is_none());
        slots.ended(0, Ok("A".into()));
        let mut out = std::iter::from_fn(|| slots.pop_done()).map(|(number, done)| (number, done.bytes, done.result));
        assert_eq!(out.next(), Some((0, 2, Some(Ok("A".into())))));
        assert_eq!(out.next(), Some((1, 3, Some(Ok(String::new())))));
        assert_eq!(out.next(), Some((2, 5, None)));
        assert_eq!(out.next(), Some((3, 7, Some(Err("no".into())))));
        assert!(out.next().is_none());
    }

    #[test]
    fn no_more_is_read_than_is_needed() {
        let mut slots = Slots::default();
        assert!(slots.has_room(2, 3));
        slots.push(piece("a"), 2);
        slots.push(piece("b"), 4);
        assert!(!slots.has_room(2, 3));
        slots.next_to_start();
        slots.next_to_start();
        assert!(slots.has_room(2, 3));
        slots.push(piece("c"), 6);
        slots.next_to_start();
        assert!(!slots.has_room(2, 3));
    }
}
