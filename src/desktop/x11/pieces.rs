//! An answer that may come whole or in pieces (INCR): put together here, so that conversations see whole ones alone. Pure.

use std::fmt;

use x11rb::protocol::xproto::Atom;

use crate::desktop::LARGEST_TEXT;

/// The contents of a property.
#[derive(Clone, PartialEq, Eq)]
pub struct Property {
    /// The property's own type, which need not be the target that was asked for.
    pub kind: Atom,
    /// Bits of a unit: 8, 16 or 32.
    pub format: u8,
    pub bytes: Vec<u8>,
}

/// It may be the user's text: no log shows it.
impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Property({} bytes)", self.bytes.len())
    }
}

/// What one property has brought so far.
#[derive(Debug, Default)]
pub struct Pieces {
    /// The type is that of the first piece. Nothing until pieces are announced.
    joined: Option<Option<Property>>,
}

/// What a new value of the property makes of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Joined {
    /// All of it is there.
    Whole(Property),
    /// More will come.
    Part,
    /// More than [`LARGEST_TEXT`].
    TooLarge,
}

impl Pieces {
    /// Whether the next thing is a new value of the property, and not an answer.
    pub fn are_awaited(&self) -> bool {
        self.joined.is_some()
    }

    /// The owner says that it will send pieces.
    pub fn announced(&mut self) {
        self.joined = Some(None);
    }

    /// Takes a value: a whole answer, or a piece if pieces were announced. An empty piece is the last.
    pub fn add(&mut self, value: Property) -> Joined {
        let Some(before) = self.joined.take() else { return Joined::Whole(value) };
        match before {
            Some(all) if value.bytes.is_empty() => return Joined::Whole(all),
            None if value.bytes.is_empty() => return Joined::Whole(value),
            Some(mut all) => {
                all.bytes.extend_from_slice(&value.bytes);
                if all.bytes.len() > LARGEST_TEXT {
                    return Joined::TooLarge;
                }
                self.joined = Some(Some(all));
            }
            None => self.joined = Some(Some(value)),
        }
        Joined::Part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(bytes: &[u8]) -> Property {
        Property { kind: 103, format: 8, bytes: bytes.to_vec() }
    }

    #[test]
    fn without_an_announcement_a_value_is_all() {
        assert_eq!(Pieces::default().add(piece(b"")), Joined::Whole(piece(b"")));
        assert_eq!(Pieces::default().add(piece(b"all")), Joined::Whole(piece(b"all")));
    }

    #[test]
    fn pieces_are_joined_until_an_empty_one() {
        let mut pieces = Pieces::default();
        pieces.announced();
        assert!(pieces.are_awaited());
        assert_eq!(pieces.add(piece(b"a\xd0")), Joined::Part);
        assert_eq!(pieces.add(piece(b"\xb6b")), Joined::Part);
        assert_eq!(pieces.add(Property { kind: 4, format: 8, bytes: vec![] }), Joined::Whole(piece("aжb".as_bytes())));
        pieces.announced();
        assert_eq!(pieces.add(piece(b"")), Joined::Whole(piece(b"")));
        assert!(!pieces.are_awaited());
    }

    #[test]
    fn pieces_without_end_are_given_up() {
        let half = vec![b'x'; LARGEST_TEXT / 2 + 1];
        let mut pieces = Pieces::default();
        pieces.announced();
        assert_eq!(pieces.add(piece(&half)), Joined::Part);
        assert_eq!(pieces.add(piece(&half)), Joined::TooLarge);
    }
}
