//! JSON set in lines, two spaces a level.
//!
//! Invariant: no token is changed, so numbers keep every digit, strings their escapes and members their order; only
//! the white space between tokens is. The text is checked against RFC 8259 on the way, without recursion. Several
//! values one after another (JSON lines) are set one below the other.

use crate::offline::BuiltinFailure;

const INDENT: &str = "  ";

/// Deeper is no document that anybody reads, and its indentation alone would fill the memory.
const DEEPEST: usize = 256;

/// `text` set in lines, or where it is not JSON.
pub fn pretty(text: &str) -> Result<String, BuiltinFailure> {
    let json = text.trim_start_matches('\u{feff}');
    let mut printer = Printer::new(if json.contains("\r\n") { "\r\n" } else { "\n" });
    let mut grammar = Grammar::default();
    let mut reader = Reader { text: json, position: 0 };
    while let Some(token) = reader.next_token()? {
        grammar.accept(&token).map_err(|expected| reader.mistake(token.start, expected))?;
        printer.print(&token, grammar.depth());
    }
    grammar.finish().map_err(|expected| reader.mistake(json.trim_end().len(), expected))?;
    let trailing = &json[json.trim_end_matches(['\r', '\n']).len()..];
    Ok(printer.text + if trailing.is_empty() { "" } else { printer.line_break })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Comma,
    Colon,
    String,
    /// A number, `true`, `false` or `null`.
    Scalar,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    /// In bytes.
    start: usize,
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Reader<'a> {
    fn next_token(&mut self) -> Result<Option<Token<'a>>, BuiltinFailure> {
        let rest = self.text[self.position..].trim_start_matches([' ', '\t', '\r', '\n']);
        let start = self.text.len() - rest.len();
        let Some(&first) = rest.as_bytes().first() else { return Ok(None) };
        let (kind, length) = match first {
            b'{' | b'[' => (Kind::Open, 1),
            b'}' | b']' => (Kind::Close, 1),
            b',' => (Kind::Comma, 1),
            b':' => (Kind::Colon, 1),
            b'"' => (Kind::String, string_length(rest).map_err(|(at, what)| self.mistake(start + at, what))?),
            _ => (Kind::Scalar, scalar_length(rest).ok_or_else(|| self.mistake(start, "a value was expected"))?),
        };
        self.position = start + length;
        Ok(Some(Token { kind, text: &rest[..length], start }))
    }

    /// The sentence for what is wrong at byte `at`; lines and columns count from 1, columns in characters.
    fn mistake(&self, at: usize, what: &str) -> BuiltinFailure {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        BuiltinFailure::NotFitting(format!("this is not JSON: line {line}, column {column}: {what}"))
    }
}

/// The bytes of the string that `text` starts with, quotes included; or what is wrong, and where.
fn string_length(text: &str) -> Result<usize, (usize, &'static str)> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at) {
            None => return Err((0, "this string has no end")),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += escape_length(&bytes[at..]).ok_or((at, "no such escape"))?,
            Some(0..=0x1f) => return Err((at, "a line break or control character inside a string")),
            Some(_) => at += 1,
        }
    }
}

fn escape_length(escape: &[u8]) -> Option<usize> {
    match escape.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => escape.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// The bytes of the number or word that `text` starts with.
fn scalar_length(text: &str) -> Option<usize> {
    let end =
        text.find(|letter: char| !(letter.is_ascii_alphanumeric() || "+-.".contains(letter))).unwrap_or(text.len());
    let scalar = &text[..end];
    (matches!(scalar, "true" | "false" | "null") || is_number(scalar)).then_some(end)
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_number(scalar: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = scalar.strip_prefix('-').unwrap_or(scalar);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Expected {
    #[default]
    Value,
    /// Just behind `[`.
    ValueOrEnd,
    /// Just behind `{`.
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
}

impl Expected {
    fn sentence(self) -> &'static str {
        match self {
            Self::Value => "a value was expected",
            Self::ValueOrEnd => "a value or `]` was expected",
            Self::KeyOrEnd => "a name in quotes or `}` was expected",
            Self::Key => "a name in quotes was expected",
            Self::Colon => "`:` was expected",
            Self::CommaOrEnd => "`,` or the closing bracket was expected",
        }
    }
}

/// Follows which brackets are open.
#[derive(Default)]
struct Grammar {
    open: Vec<u8>,
    expected: Expected,
    values: usize,
}

impl Grammar {
    fn depth(&self) -> usize {
        self.open.len()
    }

    fn accept(&mut self, token: &Token<'_>) -> Result<(), &'static str> {
        use Expected::{Colon, CommaOrEnd, Key, KeyOrEnd, Value, ValueOrEnd};
        let bracket = token.text.as_bytes()[0];
        self.expected = match (self.expected, token.kind) {
            (Value | ValueOrEnd, Kind::Open) if self.open.len() == DEEPEST => return Err("nested too deep"),
            (Value | ValueOrEnd, Kind::Open) => {
                self.open.push(bracket);
                if bracket == b'{' { KeyOrEnd } else { ValueOrEnd }
            }
            (Value | ValueOrEnd, Kind::String | Kind::Scalar) => self.after_value(),
            (KeyOrEnd | Key, Kind::String) => Colon,
            (Colon, Kind::Colon) => Value,
            (CommaOrEnd, Kind::Comma) if self.open.last() == Some(&b'{') => Key,
            (CommaOrEnd, Kind::Comma) => Value,
            // `{` and `}`, `[` and `]` are two apart in ASCII.
            (CommaOrEnd | KeyOrEnd | ValueOrEnd, Kind::Close) if self.open.last() == Some(&(bracket - 2)) => {
                self.open.pop();
                self.after_value()
            }
            (expected, _) => return Err(expected.sentence()),
        };
        Ok(())
    }

    fn after_value(&mut self) -> Expected {
        if self.open.is_empty() {
            self.values += 1;
            return Expected::Value;
        }
        Expected::CommaOrEnd
    }

    fn finish(&self) -> Result<(), &'static str> {
        match (self.open.last(), self.values) {
            (Some(b'{'), _) => Err("the text ends before `}`"),
            (Some(_), _) => Err("the text ends before `]`"),
            (None, 0) => Err("there is nothing here"),
            (None, _) => Ok(()),
        }
    }
}

struct Printer {
    text: String,
    line_break: &'static str,
    after_open: bool,
    at_top: bool,
}

impl Printer {
    fn new(line_break: &'static str) -> Self {
        Self { text: String::new(), line_break, after_open: false, at_top: true }
    }

    /// `depth`: how many brackets are open behind the token.
    fn print(&mut self, token: &Token<'_>, depth: usize) {
        if self.at_top && !self.text.is_empty() {
            self.text.push_str(self.line_break);
        }
        match token.kind {
            Kind::Close if !self.after_open => self.new_line(depth),
            Kind::Open if self.after_open => self.new_line(depth - 1),
            Kind::String | Kind::Scalar if self.after_open => self.new_line(depth),
            _ => {}
        }
        self.text.push_str(token.text);
        match token.kind {
            Kind::Comma => self.new_line(depth),
            Kind::Colon => self.text.push(' '),
            _ => {}
        }
        self.after_open = token.kind == Kind::Open;
        self.at_top = depth == 0;
    }

    fn new_line(&mut self, depth: usize) {
        self.text.push_str(self.line_break);
        self.text.extend(std::iter::repeat_n(INDENT, depth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let answer = pretty(text).map_err(|failure| failure.to_string());
        assert_eq!(answer, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
    }

    #[test]
    fn set_in_lines() {
        check(
            r#"{"b":1,"a":[1,2,{}],"c":{}}"#,
            Ok("{\n  \"b\": 1,\n  \"a\": [\n    1,\n    2,\n    {}\n  ],\n  \"c\": {}\n}"),
        );
        check("[[]]\n", Ok("[\n  []\n]\n"));
        check(
            "[1.00, 1e400, -0, 12345678901234567890123]",
            Ok("[\n  1.00,\n  1e400,\n  -0,\n  12345678901234567890123\n]"),
        );
        check("[ ]", Ok("[]"));
        check(" \"\\u00e4\\ud800\" ", Ok("\"\\u00e4\\ud800\""));
        check("\u{feff}{\"ä\":\r\n\"日\"}\r\n", Ok("{\r\n  \"ä\": \"日\"\r\n}\r\n"));
        check("{\"a\":1}\n{\"a\":2}\n", Ok("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"));
        check("{\"a\":1,\"a\":2}", Ok("{\n  \"a\": 1,\n  \"a\": 2\n}"));
    }

    #[test]
    fn mistakes_have_a_place() {
        check("", Err("this is not JSON: line 1, column 1: there is nothing here"));
        check("{\n  \"ä\": 01\n}", Err("this is not JSON: line 2, column 8: a value was expected"));
        check("[1,]", Err("this is not JSON: line 1, column 4: a value was expected"));
        check("{\"a\":1,}", Err("this is not JSON: line 1, column 8: a name in quotes was expected"));
        check("{a:1}", Err("this is not JSON: line 1, column 2: a value was expected"));
        check("[1}", Err("this is not JSON: line 1, column 3: `,` or the closing bracket was expected"));
        check("[1", Err("this is not JSON: line 1, column 3: the text ends before `]`"));
        check("\"a", Err("this is not JSON: line 1, column 1: this string has no end"));
        check("\"a\nb\"", Err("this is not JSON: line 1, column 3: a line break or control character inside a string"));
        check("\"\\x\"", Err("this is not JSON: line 1, column 2: no such escape"));
        check("hello", Err("this is not JSON: line 1, column 1: a value was expected"));
        check("{\"a\" 1}", Err("this is not JSON: line 1, column 6: `:` was expected"));
        check("]", Err("this is not JSON: line 1, column 1: a value was expected"));
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = "[".repeat(DEEPEST) + &"]".repeat(DEEPEST);
        assert_eq!(minified(&pretty(&deep).unwrap()), deep);
        check(&"[".repeat(100_000), Err("this is not JSON: line 1, column 257: nested too deep"));
    }

    fn minified(json: &str) -> String {
        let mut reader = Reader { text: json, position: 0 };
        let mut minified = String::new();
        while let Some(token) = reader.next_token().unwrap() {
            minified.push_str(token.text);
        }
        minified
    }

    proptest! {
        #[test]
        fn right_and_wrong_are_those_of_another_reader(text in r#"[\[\]{},:"a1 .e-]{0,12}|(true|null|\[|\]|,|1|-|0|"a"|:|\{|\}){1,9}"#) {
            let other = serde_json::Deserializer::from_str(&text).into_iter::<serde::de::IgnoredAny>();
            let values: Result<Vec<_>, _> = other.collect();
            let right = values.is_ok_and(|values| !values.is_empty());
            // Values side by side (`1"a"`, `truenull`) are a matter of taste; only single ones are compared.
            if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() || !right {
                prop_assert_eq!(pretty(&text).is_ok(), right, "{}", text);
            }
        }

        #[test]
        fn no_token_changes(numbers in proptest::collection::vec(any::<f64>(), 0..5), key in any::<String>()) {
            let json = serde_json::json!({ key: numbers, "x": [{}, [], null] }).to_string();
            let pretty_once = pretty(&json).unwrap();
            prop_assert_eq!(minified(&pretty_once), minified(&json));
            prop_assert_eq!(pretty(&pretty_once).unwrap(), pretty_once.clone());
        }
    }
}
