//! Text tools on any text: what is encoded decodes to itself, what is done twice changes nothing more, and short forms
//! are short. Languages are guessed of any text.

use postil::action::fits::kinds_of;
use postil::offline::Builtin;
use postil::offline::text_tools::apply;
use postil::text::language::{Language, guess};
use postil::text::plain::plain;
use postil::text::shorten::{first_line as title, shorten};

use super::first_line;

const ENCODINGS: &[(Builtin, Builtin)] = &[
    (Builtin::UrlEncode, Builtin::UrlDecode),
    (Builtin::Base64Encode, Builtin::Base64Decode),
    (Builtin::HtmlEncode, Builtin::HtmlDecode),
];
/// Those after which there is nothing left for them to do.
const SETTLING: &[Builtin] =
    &[Builtin::Upper, Builtin::Lower, Builtin::Trim, Builtin::SortLines, Builtin::UniqueLines, Builtin::JsonPretty];

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let own = [Language::ENGLISH];
    for &tool in Builtin::ALL {
        _ = apply(tool, &text, &own).map_err(|failure| failure.to_string());
    }
    for &(encode, decode) in ENCODINGS {
        let encoded = apply(encode, &text, &own).expect("every text can be encoded");
        assert_eq!(apply(decode, &encoded, &own).as_deref(), Ok(&*text), "{}", encode.name());
    }
    for &tool in SETTLING {
        let Ok(once) = apply(tool, &text, &own) else { continue };
        assert_eq!(apply(tool, &once, &own).as_ref(), Ok(&once), "{}", tool.name());
    }
    check_short_forms(&text);
    let (input, answer) = first_line(text.as_bytes());
    let (input, answer) = (String::from_utf8_lossy(input), String::from_utf8_lossy(answer));
    assert!(plain(&(&*answer).into(), &input).expose().len() <= answer.len() + "\r\n".len());
    _ = guess(&text, &Language::all().collect::<Vec<_>>());
    kinds_of(&text);
}

fn check_short_forms(text: &str) {
    let limit = text.len() % 40;
    let (short, cut) = shorten(text, limit);
    assert_eq!(cut, short != *text);
    assert!(!title(text, limit).contains('\n'));
}
