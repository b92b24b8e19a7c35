//! What to ask a selection's owner for, and what its answers mean: the conversation without the wire. Pure.
//!
//! UTF8_STRING first, because nearly everybody has it and one answer is then all. Only who refuses is asked what there
//! is (TARGETS), and then for the best text of that. Pieces, deadlines, properties and windows are not known here.

use x11rb::protocol::xproto::{Atom, AtomEnum};

use super::atoms::Atoms;
use super::pieces::Property;

/// One conversation about one selection.
#[derive(Debug)]
pub struct Transfer {
    stage: Stage,
    first: Atom,
}

#[derive(Debug)]
enum Stage {
    /// Asked whether it is a password.
    Marked,
    /// Asked for UTF8_STRING.
    Plain,
    /// Asked which types there are.
    Listing,
    /// Asked for this text type of the list.
    Chosen,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Convert(Atom),
    Finish(Finding),
}

/// What the selection turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    Text(String),
    Nothing,
    /// The first type on offer.
    NotText(Atom),
    /// Marked as a password.
    Secret,
}

impl Transfer {
    /// A new conversation.
    pub fn start(atoms: &Atoms) -> Self {
        Self { stage: Stage::Plain, first: atoms.UTF8_STRING }
    }

    /// A new conversation about what was copied, which password managers mark: that is asked for before the text.
    pub fn start_unless_secret(atoms: &Atoms) -> Self {
        Self { stage: Stage::Marked, first: atoms.PASSWORD_HINT }
    }

    /// The type to ask for first.
    pub fn first(&self) -> Atom {
        self.first
    }

    pub fn hear(&mut self, answer: Option<Property>, atoms: &Atoms) -> Step {
        match answer {
            Some(Property { kind, bytes, .. }) => self.hear_whole(kind, bytes, atoms),
            None => self.hear_refusal(atoms),
        }
    }

    fn hear_whole(&mut self, kind: Atom, bytes: Vec<u8>, atoms: &Atoms) -> Step {
        match self.stage {
            Stage::Marked if is_marked(&bytes) => Step::Finish(Finding::Secret),
            // Some owners answer everything with their text.
            Stage::Marked => self.ask_for_text(atoms),
            Stage::Listing => self.choose(&bytes, atoms),
            Stage::Plain | Stage::Chosen => Step::Finish(decode(kind, bytes, atoms)),
        }
    }

    fn hear_refusal(&mut self, atoms: &Atoms) -> Step {
        match self.stage {
            Stage::Marked => self.ask_for_text(atoms),
            Stage::Plain => {
                self.stage = Stage::Listing;
                Step::Convert(atoms.TARGETS)
            }
            // Who cannot even list its types is very old: then STRING is what it has, if anything.
            Stage::Listing => self.ask_for(AtomEnum::STRING.into()),
            Stage::Chosen => Step::Finish(Finding::Nothing),
        }
    }

    fn ask_for_text(&mut self, atoms: &Atoms) -> Step {
        self.stage = Stage::Plain;
        Step::Convert(atoms.UTF8_STRING)
    }

    fn ask_for(&mut self, target: Atom) -> Step {
        self.stage = Stage::Chosen;
        Step::Convert(target)
    }

    fn choose(&mut self, list: &[u8], atoms: &Atoms) -> Step {
        let offered: Vec<Atom> = list.as_chunks::<4>().0.iter().map(|atom| Atom::from_ne_bytes(*atom)).collect();
        if let Some(text) = texts_by_worth(atoms).into_iter().find(|text| offered.contains(text)) {
            return self.ask_for(text);
        }
        // UTF8_STRING was on the list and was refused all the same: the text is empty.
        let said = |atom: &Atom| !says_nothing(*atom, atoms);
        Step::Finish(offered.into_iter().find(said).map_or(Finding::Nothing, Finding::NotText))
    }
}

/// The word that KDE's Klipper made the custom.
fn is_marked(hint: &[u8]) -> bool {
    hint.strip_suffix(b"\0").unwrap_or(hint) == b"secret"
}

/// Text types besides UTF8_STRING, from the one that is surest of its encoding to the one that is least.
fn texts_by_worth(atoms: &Atoms) -> [Atom; 5] {
    [atoms.TEXT_PLAIN_UTF8, atoms.TEXT_PLAIN_UTF8_UPPER, AtomEnum::STRING.into(), atoms.TEXT, atoms.TEXT_PLAIN]
}

/// Targets that are about the selection and not what it holds.
fn says_nothing(target: Atom, atoms: &Atoms) -> bool {
    let about = [atoms.TARGETS, atoms.MULTIPLE, atoms.TIMESTAMP, atoms.SAVE_TARGETS, atoms.DELETE, atoms.UTF8_STRING];
    about.contains(&target)
}

/// The property's own type tells the encoding, not the one that was asked for: TEXT leaves the choice to the owner.
pub fn decode(kind: Atom, mut bytes: Vec<u8>, atoms: &Atoms) -> Finding {
    // Some toolkits send the C string's end along.
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    if bytes.is_empty() {
        return Finding::Nothing;
    }
    if kind == atoms.COMPOUND_TEXT && bytes.contains(&ESCAPE) {
        return Finding::NotText(kind);
    }
    let latin1 = kind == Atom::from(AtomEnum::STRING) || kind == atoms.COMPOUND_TEXT;
    let sure = kind == atoms.UTF8_STRING || kind == atoms.TEXT_PLAIN_UTF8 || kind == atoms.TEXT_PLAIN_UTF8_UPPER;
    Finding::Text(match (latin1, sure) {
        (true, _) => from_latin1(&bytes),
        (false, true) => {
            String::from_utf8(bytes).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned())
        }
        (false, false) => String::from_utf8(bytes).unwrap_or_else(|wrong| from_latin1(wrong.as_bytes())),
    })
}

/// Begins a switch to another character set; compound text without one is Latin-1.
const ESCAPE: u8 = 0x1b;

fn from_latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRING: Atom = 31;

    fn contents(kind: Atom, bytes: &[u8]) -> Option<Property> {
        Some(Property { kind, format: 8, bytes: bytes.to_vec() })
    }

    fn list(targets: &[Atom]) -> Option<Property> {
        contents(4, &targets.iter().flat_map(|atom| atom.to_ne_bytes()).collect::<Vec<_>>())
    }

    /// Plays the owner's answers and compares the last step; those before it must ask for what `asked` says.
    fn check(answers: Vec<Option<Property>>, asked: &[Atom], last: Finding) {
        let transfer = Transfer::start(&Atoms::numbered());
        check_of(transfer, answers, asked, last);
    }

    fn check_of(mut transfer: Transfer, answers: Vec<Option<Property>>, asked: &[Atom], last: Finding) {
        let atoms = Atoms::numbered();
        let mut targets = vec![transfer.first()];
        let mut finished = None;
        for answer in answers {
            match transfer.hear(answer, &atoms) {
                Step::Convert(target) => targets.push(target),
                Step::Finish(finding) => finished = Some(finding),
            }
        }
        assert_eq!(finished, Some(last));
        assert_eq!(targets, asked);
    }

    #[test]
    fn one_answer_is_all_where_there_is_utf8() {
        check(vec![contents(103, "Grüße".as_bytes())], &[103], Finding::Text("Grüße".into()));
        check(vec![contents(103, b"nul\0")], &[103], Finding::Text("nul".into()));
        check(vec![contents(103, b"")], &[103], Finding::Nothing);
        check(vec![contents(103, b"a\xffb")], &[103], Finding::Text("a\u{fffd}b".into()));
    }

    #[test]
    fn what_is_marked_as_a_password_is_not_asked_for() {
        let check = |answers, asked: &[Atom], last| {
            check_of(Transfer::start_unless_secret(&Atoms::numbered()), answers, asked, last);
        };
        check(vec![contents(118, b"secret")], &[118], Finding::Secret);
        let text = || contents(103, b"text");
        check(vec![None, text()], &[118, 103], Finding::Text("text".into()));
        // It answers everything with its text.
        check(vec![text(), text()], &[118, 103], Finding::Text("text".into()));
    }

    #[test]
    fn who_refuses_is_asked_for_the_surest_text_of_its_list() {
        let german = Finding::Text("Grüße".into());
        check(vec![None, list(&[101, STRING]), contents(STRING, b"Gr\xfc\xdfe")], &[103, 101, STRING], german);
        let utf8 = vec![None, list(&[106, STRING, 107]), contents(107, "ж".as_bytes())];
        check(utf8, &[103, 101, 107], Finding::Text("ж".into()));
        let unsure = vec![None, list(&[106]), contents(106, b"caf\xe9")];
        check(unsure, &[103, 101, 106], Finding::Text("café".into()));
        let text = vec![None, list(&[104]), contents(105, b"plain")];
        check(text, &[103, 101, 104], Finding::Text("plain".into()));
        let chinese = vec![None, list(&[104]), contents(105, b"\x1b$(Axx")];
        check(chinese, &[103, 101, 104], Finding::NotText(105));
    }

    #[test]
    fn who_cannot_list_is_asked_for_latin_1() {
        check(vec![None, None, contents(STRING, b"old")], &[103, 101, STRING], Finding::Text("old".into()));
        check(vec![None, None, None], &[103, 101, STRING], Finding::Nothing);
    }

    #[test]
    fn what_is_no_text_is_named_by_its_first_type() {
        check(vec![None, list(&[111, 101, 200, 201])], &[103, 101], Finding::NotText(200));
        check(vec![None, list(&[101, 111, 103])], &[103, 101], Finding::Nothing);
        check(vec![None, list(&[])], &[103, 101], Finding::Nothing);
    }
}
