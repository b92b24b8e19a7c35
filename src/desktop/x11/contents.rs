//! What a selection holds: its formats, to be served again exactly as they were. Pure.

use std::fmt;
use std::sync::Arc;

use x11rb::protocol::xproto::{Atom, AtomEnum};

use super::atoms::Atoms;
use super::pieces::Property;
use super::transfer::{Finding, decode};
use crate::text::sealed::{AnswerText, UserText};

/// All formats of one selection. Clones share them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contents(Arc<[Format]>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub target: Atom,
    pub value: Property,
}

/// It is the user's clipboard: no log shows it.
impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({} formats)", self.0.len())
    }
}

impl Contents {
    pub fn new(formats: Vec<Format>) -> Self {
        Self(formats.into())
    }

    /// An answer, in every form of text that applications ask for, and the sign that it is not worth keeping.
    pub fn of_answer(text: &AnswerText, atoms: &Atoms) -> Self {
        let utf8 = |target: Atom, kind: Atom| Format { target, value: bytes(kind, text.expose().as_bytes()) };
        let string = Atom::from(AtomEnum::STRING);
        let mut formats = vec![
            utf8(atoms.UTF8_STRING, atoms.UTF8_STRING),
            utf8(atoms.TEXT_PLAIN_UTF8, atoms.TEXT_PLAIN_UTF8),
            utf8(atoms.TEXT_PLAIN, atoms.TEXT_PLAIN),
            utf8(atoms.TEXT, atoms.UTF8_STRING),
            Format { target: atoms.PASSWORD_HINT, value: bytes(atoms.PASSWORD_HINT, b"secret") },
        ];
        // STRING is Latin-1 and nothing else: who asks for it would get question marks.
        if let Some(latin1) = to_latin1(text.expose()) {
            formats.push(Format { target: string, value: bytes(string, &latin1) });
        }
        Self::new(formats)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn targets(&self) -> impl Iterator<Item = Atom> {
        self.0.iter().map(|format| format.target)
    }

    pub fn format(&self, target: Atom) -> Option<&Property> {
        self.0.iter().find(|format| format.target == target).map(|format| &format.value)
    }

    /// Its text, if it has one.
    pub fn text(&self, atoms: &Atoms) -> Option<UserText> {
        let value = text_targets(atoms).into_iter().find_map(|target| self.format(target))?;
        match decode(value.kind, value.bytes.clone(), atoms) {
            Finding::Text(text) => Some(UserText::from(text)),
            Finding::Nothing | Finding::NotText(_) | Finding::Secret => None,
        }
    }
}

/// The targets that are the text itself, from the one that is surest of its encoding to the one that is least.
pub fn text_targets(atoms: &Atoms) -> [Atom; 7] {
    [
        atoms.UTF8_STRING,
        atoms.TEXT_PLAIN_UTF8,
        atoms.TEXT_PLAIN_UTF8_UPPER,
        AtomEnum::STRING.into(),
        atoms.TEXT,
        atoms.TEXT_PLAIN,
        atoms.COMPOUND_TEXT,
    ]
}

fn bytes(kind: Atom, bytes: &[u8]) -> Property {
    Property { kind, format: 8, bytes: bytes.to_vec() }
}

fn to_latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, latin1: Option<&[u8]>) {
        let atoms = Atoms::numbered();
        let contents = Contents::of_answer(&answer.into(), &atoms);
        assert_eq!(contents.text(&atoms), Some(answer.into()));
        assert_eq!(contents.format(31).map(|value| value.bytes.as_slice()), latin1);
        assert_eq!(contents.format(atoms.PASSWORD_HINT).unwrap().bytes, b"secret");
    }

    #[test]
    fn an_answer_is_latin_1_only_where_it_can_be() {
        check("Grüße", Some(b"Gr\xfc\xdfe"));
        check("мир", None);
    }

    #[test]
    fn a_picture_has_no_text() {
        let picture = Format { target: 200, value: bytes(200, b"\x89PNG") };
        assert_eq!(Contents::new(vec![picture]).text(&Atoms::numbered()), None);
        assert_eq!(format!("{:?}", Contents::default()), "Contents(0 formats)");
    }
}
