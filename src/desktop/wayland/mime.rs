//! Which of the types on offer is the text, and how its bytes are read. Pure.
//!
//! Types as freedesktop's clipboards have them: MIME types, and the names of X11's targets that XWayland and old toolkits
//! hand on.

use crate::desktop::ReadFailure;
use crate::text::sealed::UserText;

/// From the one that is surest of its encoding to the one that is least.
pub const TEXTS: [&str; 5] = ["text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "STRING", "TEXT"];

/// The type to ask for, as the source spells it; else why there is no text.
pub fn text_type(types: &[String]) -> Result<&str, ReadFailure> {
    let spelled = |wanted: &str| types.iter().find(|offered| offered.replace(' ', "").eq_ignore_ascii_case(wanted));
    if let Some(found) = TEXTS.iter().find_map(|wanted| spelled(wanted)) {
        return Ok(found);
    }
    // Another encoding of plain text is better than none: most say UTF-8 in capitals or quotes.
    if let Some(found) = types.iter().find(|offered| offered.to_ascii_lowercase().starts_with("text/plain")) {
        return Ok(found);
    }
    match types.iter().find(|offered| says_something(offered)) {
        Some(kind) => Err(ReadFailure::NotText { kind: kind.clone() }),
        None => Err(ReadFailure::Nothing),
    }
}

/// Whether a type is the text itself.
pub fn is_text(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("text/plain") || TEXTS.iter().any(|text| text.eq_ignore_ascii_case(&kind))
}

/// X11's targets that are about the selection and not its contents.
fn says_something(kind: &str) -> bool {
    !matches!(kind, "TARGETS" | "TIMESTAMP" | "MULTIPLE" | "SAVE_TARGETS" | "DELETE")
}

/// Bytes of a text type. `STRING` is Latin-1 by the ICCCM, but most that offer it on Wayland write UTF-8, so it is
/// Latin-1 only where it cannot be UTF-8. What cannot be read is shown as such and not dropped.
pub fn decode(kind: &str, bytes: Vec<u8>) -> Result<UserText, ReadFailure> {
    let bytes = match bytes.strip_suffix(b"\0") {
        Some(text) => text.to_vec(),
        None => bytes,
    };
    if bytes.is_empty() {
        return Err(ReadFailure::Nothing);
    }
    Ok(UserText::from(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if kind == "STRING" => error.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(types: &[&str], expected: Result<&str, ReadFailure>) {
        let types: Vec<_> = types.iter().map(|kind| (*kind).to_owned()).collect();
        assert_eq!(text_type(&types), expected, "{types:?}");
    }

    #[test]
    fn the_text_that_is_sure_of_its_encoding_is_taken() {
        check(&["text/html", "STRING", "UTF8_STRING", "text/plain"], Ok("UTF8_STRING"));
        check(&["TEXT", "text/plain", "text/plain;charset=utf-8"], Ok("text/plain;charset=utf-8"));
        check(&["text/plain; charset=UTF-8", "text/plain"], Ok("text/plain; charset=UTF-8"));
        check(&["text/plain;charset=iso-8859-15"], Ok("text/plain;charset=iso-8859-15"));
    }

    #[test]
    fn what_is_no_text_says_what_it_is() {
        check(&["TARGETS", "image/png"], Err(ReadFailure::NotText { kind: "image/png".into() }));
        check(&["TARGETS", "TIMESTAMP"], Err(ReadFailure::Nothing));
        check(&[], Err(ReadFailure::Nothing));
    }

    #[test]
    fn bytes_become_text() {
        assert_eq!(decode("UTF8_STRING", "grün".into()), Ok("grün".into()));
        assert_eq!(decode("STRING", b"gr\xfcn".to_vec()), Ok("grün".into()));
        assert_eq!(decode("text/plain", b"gr\xfcn".to_vec()), Ok("gr\u{fffd}n".into()));
        assert_eq!(decode("text/plain", b"a\0".to_vec()), Ok("a".into()));
        assert_eq!(decode("text/plain", Vec::new()), Err(ReadFailure::Nothing));
    }
}
