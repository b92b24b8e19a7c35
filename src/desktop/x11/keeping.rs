//! Which formats of a selection are kept, and how its owner is asked for them, one after the other: the conversation
//! without the wire. Pure; deadlines and windows are not known here.
//!
//! Some targets are no contents: they are about the selection, have an effect when they are asked for, or are worth
//! nothing without the process that made them.

use std::collections::VecDeque;

use x11rb::protocol::xproto::Atom;

use super::atoms::Atoms;
use super::contents::{Contents, Format};
use super::pieces::Property;
use crate::desktop::paste::LARGEST_CLIPBOARD;

/// One conversation.
#[derive(Debug)]
pub struct Keeping {
    /// `None` while the list is asked for.
    rest: Option<VecDeque<Atom>>,
    asked: Atom,
    formats: Vec<Format>,
    size: usize,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// These are on offer: [`choose`](Keeping::choose) wants their names.
    Name(Vec<Atom>),
    Convert(Atom),
    Finish(Contents),
    TooLarge,
}

/// More formats than any application offers; each costs a round trip to it.
const MOST_FORMATS: usize = 100;

/// By its name alone LibreOffice finds the document again, and crashes where that is gone.
const OFFICE_ID: &str = "x-libreoffice-internal-id-";

impl Keeping {
    /// A new conversation, and what to ask for first.
    pub fn start(atoms: &Atoms) -> (Self, Atom) {
        (Self { rest: None, asked: atoms.TARGETS, formats: Vec::new(), size: 0 }, atoms.TARGETS)
    }

    /// `None`: the owner does not have that one after all.
    pub fn hear(&mut self, answer: Option<Property>, atoms: &Atoms) -> Step {
        match (&self.rest, answer) {
            (None, Some(list)) => Step::Name(atoms_in(&list.bytes)),
            // Who cannot even list its types is very old, and has plain text.
            (None, None) => {
                self.rest = Some([atoms.UTF8_STRING, u32::from(x11rb::protocol::xproto::AtomEnum::STRING)].into());
                self.next()
            }
            (Some(_), Some(value)) => self.keep(value),
            (Some(_), None) => self.next(),
        }
    }

    /// Goes on with those of the list that are worth it.
    pub fn choose(&mut self, named: Vec<(Atom, String)>, atoms: &Atoms) -> Step {
        let mut chosen = VecDeque::new();
        for (target, name) in named {
            if is_kept(target, &name, atoms) && !chosen.contains(&target) && chosen.len() < MOST_FORMATS {
                chosen.push_back(target);
            }
        }
        self.rest = Some(chosen);
        self.next()
    }

    /// What there is when the owner ends in the middle: the rest went with it.
    pub fn so_far(self) -> Contents {
        Contents::new(self.formats)
    }

    fn keep(&mut self, value: Property) -> Step {
        self.size += value.bytes.len();
        if self.size > LARGEST_CLIPBOARD {
            return Step::TooLarge;
        }
        self.formats.push(Format { target: self.asked, value });
        self.next()
    }

    fn next(&mut self) -> Step {
        match self.rest.as_mut().and_then(VecDeque::pop_front) {
            Some(target) => {
                self.asked = target;
                Step::Convert(target)
            }
            None => Step::Finish(Contents::new(std::mem::take(&mut self.formats))),
        }
    }
}

fn atoms_in(list: &[u8]) -> Vec<Atom> {
    list.as_chunks::<4>().0.iter().map(|atom| Atom::from_ne_bytes(*atom)).filter(|atom| *atom != 0).collect()
}

fn is_kept(target: Atom, name: &str, atoms: &Atoms) -> bool {
    let is_no_contents = [
        atoms.TARGETS,
        atoms.MULTIPLE,
        atoms.TIMESTAMP,
        atoms.SAVE_TARGETS,
        atoms.DELETE,
        atoms.INSERT_SELECTION,
        atoms.INSERT_PROPERTY,
        atoms.GTK_TEXT_BUFFER_CONTENTS,
    ];
    !is_no_contents.contains(&target) && !name.starts_with(OFFICE_ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [Atom; 7] = [101, 117, 103, 200, 103, 201, 112];

    fn value(bytes: &[u8]) -> Property {
        Property { kind: 200, format: 8, bytes: bytes.to_vec() }
    }

    fn listed(keeping: &mut Keeping) -> Step {
        let atoms = Atoms::numbered();
        let list = LIST.iter().flat_map(|atom| atom.to_ne_bytes()).collect::<Vec<_>>();
        assert_eq!(keeping.hear(Some(value(&list)), &atoms), Step::Name(LIST.to_vec()));
        let name = |atom| if atom == 201 { format!("{OFFICE_ID}7") } else { "text/html".to_owned() };
        keeping.choose(LIST.map(|atom| (atom, name(atom))).to_vec(), &atoms)
    }

    #[test]
    fn what_is_contents_is_asked_for_once_each() {
        let atoms = Atoms::numbered();
        let (mut keeping, first) = Keeping::start(&atoms);
        assert_eq!(first, atoms.TARGETS);
        assert_eq!(listed(&mut keeping), Step::Convert(103));
        assert_eq!(keeping.hear(None, &atoms), Step::Convert(200));
        let html = Format { target: 200, value: value(b"<b>") };
        assert_eq!(keeping.hear(Some(value(b"<b>")), &atoms), Step::Finish(Contents::new(vec![html])));
    }

    #[test]
    fn an_owner_that_ends_leaves_what_it_gave() {
        let atoms = Atoms::numbered();
        let (mut keeping, _) = Keeping::start(&atoms);
        listed(&mut keeping);
        keeping.hear(Some(value(b"text")), &atoms);
        assert_eq!(keeping.so_far().targets().collect::<Vec<_>>(), [103]);
    }

    #[test]
    fn who_cannot_list_is_asked_for_text() {
        let atoms = Atoms::numbered();
        let (mut keeping, _) = Keeping::start(&atoms);
        assert_eq!(keeping.hear(None, &atoms), Step::Convert(103));
        assert_eq!(keeping.hear(None, &atoms), Step::Convert(31));
        assert_eq!(keeping.hear(None, &atoms), Step::Finish(Contents::default()));
    }

    #[test]
    fn all_formats_together_have_a_bound() {
        let atoms = Atoms::numbered();
        let (mut keeping, _) = Keeping::start(&atoms);
        listed(&mut keeping);
        let half = vec![0; LARGEST_CLIPBOARD / 2 + 1];
        assert_eq!(keeping.hear(Some(value(&half)), &atoms), Step::Convert(200));
        assert_eq!(keeping.hear(Some(value(&half)), &atoms), Step::TooLarge);
    }
}
