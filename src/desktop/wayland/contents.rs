//! What a selection holds: its formats by MIME type, to be served again exactly as they were. Pure.

use std::fmt;
use std::sync::Arc;

use super::mime;
use crate::text::sealed::{AnswerText, UserText};

/// By this, programs that keep a history of the clipboard are asked not to keep what it is on: KDE's Klipper and many
/// others know it. Its value is the word `secret`.
pub const NOT_TO_BE_KEPT: &str = "x-kde-passwordManagerHint";

/// All formats of one selection. Clones share them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contents(Arc<[Format]>);

#[derive(PartialEq, Eq)]
pub struct Format {
    pub mime: String,
    pub bytes: Arc<[u8]>,
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
    pub fn of_answer(text: &AnswerText) -> Self {
        let bytes: Arc<[u8]> = text.expose().as_bytes().into();
        let format = |mime: &str| Format { mime: mime.to_owned(), bytes: Arc::clone(&bytes) };
        let mut formats: Vec<_> = mime::TEXTS.into_iter().map(format).collect();
        formats.push(Format { mime: NOT_TO_BE_KEPT.to_owned(), bytes: b"secret".as_slice().into() });
        Self::new(formats)
    }

    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|format| format.mime.as_str())
    }

    pub fn bytes(&self, mime: &str) -> Option<Arc<[u8]>> {
        self.0.iter().find(|format| format.mime == mime).map(|format| Arc::clone(&format.bytes))
    }

    /// Whether whoever copied it has said that it is a password.
    pub fn is_secret(&self) -> bool {
        self.bytes(NOT_TO_BE_KEPT).is_some()
    }

    /// Its text, if it has one.
    pub fn text(&self) -> Option<UserText> {
        let types: Vec<_> = self.types().map(str::to_owned).collect();
        let mime = mime::text_type(&types).ok()?;
        mime::decode(mime, self.bytes(mime)?.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_text_that_is_not_to_be_kept() {
        let contents = Contents::of_answer(&"Grüße".into());
        assert_eq!(contents.text(), Some("Grüße".into()));
        assert!(contents.is_secret());
        assert_eq!(&*contents.bytes("TEXT").unwrap(), "Grüße".as_bytes());
    }

    #[test]
    fn a_picture_has_no_text_and_no_log_shows_it() {
        let picture = Format { mime: "image/png".into(), bytes: b"\x89PNG".as_slice().into() };
        let contents = Contents::new(vec![picture]);
        assert_eq!((contents.text(), contents.is_secret()), (None, false));
        assert_eq!(format!("{contents:?}"), "Contents(1 formats)");
    }
}
