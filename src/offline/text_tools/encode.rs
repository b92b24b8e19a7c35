//! Encodings that text travels in: percent-encoding, Base64, HTML's character references.
//!
//! Encoders work on every character, a last line break too, so that decoding gives the text back exactly.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::offline::BuiltinFailure;

/// All but the unreserved characters of RFC 3986, section 2.3.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Padding may be there or not, and what other programs leave in the last bits is none of our business.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `text` as a component of a URL: a space is `%20`.
pub fn url_encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// `text` with its percent-escapes resolved. What is no escape (`100% sure`) stays. A `+` means a space in the query
/// of a form alone: behind a `?`, or in a text that is nothing but `name=value` pairs.
pub fn url_decode(text: &str) -> Result<String, BuiltinFailure> {
    let (before, query, after) = query_of(text);
    let spaced = [before, &query.replace('+', " "), after].concat();
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(Into::into).map_err(|_| BuiltinFailure::NotFitting("the escapes in this address are not UTF-8".into()))
}

/// `text` in three: what stands before its query, the query, the fragment.
fn query_of(text: &str) -> (&str, &str, &str) {
    let one_word = !text.trim().contains(char::is_whitespace);
    let start = match text.find('?') {
        Some(mark) if one_word && text[mark..].contains('=') => mark,
        _ if one_word && is_pairs(text.trim()) => 0,
        _ => return (text, "", ""),
    };
    let end = text[start..].find('#').map_or(text.len(), |hash| start + hash);
    (&text[..start], &text[start..end], &text[end..])
}

/// `name=value`, several of them joined by `&`.
fn is_pairs(text: &str) -> bool {
    let name = |letter: char| letter.is_alphanumeric() || "_-.[]%".contains(letter);
    text.split('&').all(|pair| {
        pair.split_once('=').is_some_and(|(key, value)| {
            key.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
                && key.chars().all(name)
                && !value.contains('=')
        })
    })
}

/// The UTF-8 bytes of `text` in the standard alphabet, padded, on one line.
pub fn base64_encode(text: &str) -> String {
    BASE64.encode(text)
}

/// What `text` encodes: either alphabet, with or without padding, white space anywhere, also as a `data:` address.
pub fn base64_decode(text: &str) -> Result<String, BuiltinFailure> {
    let compact: String = payload(text).chars().filter(|letter| !letter.is_whitespace()).collect();
    let standard = compact.replace('-', "+").replace('_', "/");
    let bytes = BASE64.decode(standard).map_err(|_| BuiltinFailure::NotFitting("this is not Base64".into()))?;
    String::from_utf8(bytes).map_err(|error| {
        let length = error.as_bytes().len();
        BuiltinFailure::NotFitting(format!("this is Base64, but the {length} bytes in it are no text"))
    })
}

/// What stands behind `data:…;base64,`.
fn payload(text: &str) -> &str {
    let data = text.trim_start();
    match data.split_once(";base64,") {
        Some((head, payload)) if head.starts_with("data:") => payload,
        _ => text,
    }
}

/// `text` so that HTML shows it as it is, in an element or in a quoted attribute.
pub fn html_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            '\'' => encoded.push_str("&#39;"),
            _ => encoded.push(letter),
        }
    }
    encoded
}

/// `text` with all named and numeric character references resolved, once.
pub fn html_decode(text: &str) -> String {
    html_escape::decode_html_entities(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tool: fn(&str) -> Result<String, BuiltinFailure>, table: &[(&str, Result<&str, &str>)]) {
        for (text, expected) in table {
            let answer = tool(text).map_err(|failure| failure.to_string());
            assert_eq!(answer, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn urls() {
        assert_eq!(url_encode("a b+c/ü?~-._"), "a%20b%2Bc%2F%C3%BC%3F~-._");
        check(
            url_decode,
            &[
                ("a%20b", Ok("a b")),
                ("%C3%BC%c3%9f", Ok("üß")),
                ("100% sure + 5%", Ok("100% sure + 5%")),
                ("C++", Ok("C++")),
                ("1+1=2", Ok("1+1=2")),
                ("q=a+b&lang=c%2B%2B", Ok("q=a b&lang=c++")),
                ("https://x.example/a+b?q=a+b#c+d\n", Ok("https://x.example/a+b?q=a b#c+d\n")),
                ("%FF", Err("the escapes in this address are not UTF-8")),
                ("", Ok("")),
            ],
        );
    }

    #[test]
    fn base64s() {
        assert_eq!(base64_encode("ü?>"), "w7w/Pg==");
        check(
            base64_decode,
            &[
                ("w7w/Pg==", Ok("ü?>")),
                ("w7w_Pg", Ok("ü?>")),
                ("  w7w/\r\n Pg= =\n", Ok("ü?>")),
                ("data:text/plain;charset=utf-8;base64,aGk=", Ok("hi")),
                ("", Ok("")),
                ("not base64!", Err("this is not Base64")),
                ("YQ===", Err("this is not Base64")),
                ("/////w==", Err("this is Base64, but the 4 bytes in it are no text")),
            ],
        );
    }

    #[test]
    fn html() {
        assert_eq!(
            html_encode("<a href=\"x\">Tom & 'Jerry'</a>"),
            "&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/a&gt;"
        );
        for (text, expected) in [
            ("&lt;b&gt; &amp;amp; &quot;", "<b> &amp; \""),
            ("&auml;&Ouml;&szlig; &hellip; &nbsp;&CounterClockwiseContourIntegral;", "äÖß … \u{a0}∳"),
            ("&#8364;&#x20AC;", "€€"),
            ("a & b &unknown; &", "a & b &unknown; &"),
        ] {
            assert_eq!(html_decode(text), expected);
        }
    }
}
