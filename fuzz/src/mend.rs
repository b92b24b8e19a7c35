//! Mending of any text, by rules that find something to do everywhere: nothing panics, what is no prose stays as it is and
//! in its order, and the corrections that are told are those that were made.

use postil::offline::fix::mend::lexicon::{Lexicon, Part, Variety};
use postil::offline::fix::mend::protect::Protected;
use postil::offline::fix::mend::{Prose, apply, near, rules};

/// A dictionary in which every word is everything.
struct Everything;

impl Lexicon for Everything {
    fn knows(&self, word: &str) -> bool {
        !word.is_empty()
    }

    fn is_common(&self, word: &str) -> bool {
        word.len().is_multiple_of(2)
    }

    fn can_be(&self, word: &str, part: Part) -> bool {
        part != Part::Function && !word.is_empty()
    }

    fn is_of(&self, word: &str, variety: Variety) -> bool {
        variety == Variety::American || word.len().is_multiple_of(3)
    }
}

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let prose = Prose::of(&text, &Everything);
    for word in &prose.words {
        assert_eq!(&text[word.at.clone()], word.text);
        if word.small.len() < 30 {
            _ = near::guess(&word.small, None, &Everything);
        }
    }
    let mended = apply(&prose, rules::edits(&prose));
    let mut rest = mended.text.as_str();
    for piece in Protected::of(&text).pieces() {
        let piece = &text[piece.clone()];
        let at = rest.find(piece).expect("what is protected stays");
        rest = &rest[at + piece.len()..];
    }
    assert_eq!(mended.changed.is_empty(), mended.text == *text);
}
