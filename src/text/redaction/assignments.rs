//! Secrets beside their names: `password = …`, `"apiKey": "…"`, `Authorization: Bearer …`, `--token …`, “the password is …”.
//!
//! The name says what is to be expected of the value; the value has to look like it. Code that only speaks of passwords
//! (`password = read()`, `password: string`) is left alone.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::names::{self, Expects};
use super::{Finding, Kind, value};

/// Finds what a name of a secret has in it. Built when a text is first looked through.
static NAMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(names::BEGINNINGS)
        .expect("the table is short")
});

/// Longer is a line of base64 in which the letters happen to stand.
const LONGEST_NAME: usize = 80;
/// A key in base64 of 4096 bits, with room.
const LONGEST_VALUE: usize = 2048;

pub fn find(text: &str, found: &mut Vec<Finding>) {
    let mut read_up_to = 0;
    for hit in NAMES.find_iter(text) {
        if hit.start() < read_up_to {
            continue;
        }
        let name = around(text, hit.range());
        read_up_to = name.end;
        if name.len() > LONGEST_NAME {
            continue;
        }
        let Some(expects) = names::expects(&text[name.clone()]) else { continue };
        if let Some(finding) = behind(text, &name, expects) {
            read_up_to = finding.span.end;
            found.push(finding);
        }
    }
}

/// The whole name that a hit stands in.
fn around(text: &str, hit: Range<usize>) -> Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = text[..hit.start].rfind(|c| !is_part(c)).map_or(0, |at| at + width(text, at));
    let after = text[hit.end..].find(|c| !is_part(c)).map_or(text.len(), |at| hit.end + at);
    // A letter of an escaped line end is none of the name's.
    let escaped =
        before > 0 && text.as_bytes()[before - 1] == b'\\' && matches!(text.as_bytes()[before], b'n' | b't' | b'r');
    let before = before + usize::from(escaped);
    with_the_word_before(text, before..after)
}

/// “API key” and “access token” are names too.
fn with_the_word_before(text: &str, name: Range<usize>) -> Range<usize> {
    if !["key", "token"].iter().any(|word| text[name.clone()].eq_ignore_ascii_case(word)) {
        return name;
    }
    let Some(before) = text[..name.start].strip_suffix(' ') else { return name };
    let word = before.bytes().rev().take(LONGEST_NAME).take_while(u8::is_ascii_alphabetic).count();
    before.len() - word..name.end
}

fn width(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// What stands between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// `=`, `:=`, `=>`
    Equals,
    Colon,
    /// `--password …`, `Bearer …`
    Space,
    /// `password("…")`, `<password>…</password>`
    Bracket,
    /// “The password is …”
    Word,
    /// Nothing but a space, in a sentence.
    Nothing,
    /// `define("PASSWORD", "…")`, `name: PASSWORD` and then `value: …`
    Apart,
}

/// A value and how it is written.
#[derive(Debug, Clone, Copy)]
pub struct Value<'t> {
    pub words: &'t str,
    pub by: By,
    pub quoted: Quoted,
    pub expects: Expects,
    /// The name is written in capitals, as in an environment.
    pub shouted: Shouted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    Yes,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shouted {
    Yes,
    No,
}

fn behind(text: &str, name: &Range<usize>, expects: Expects) -> Option<Finding> {
    let written = &text[name.clone()];
    let (by, at) = operator(text, name, expects)?;
    let (span, quoted) = extent(text, at, name.start)?;
    let (span, by, quoted) = past_a_type(text, span, by, quoted);
    let (span, scheme) = past_a_scheme(text, span, quoted);
    let words = &text[span.clone()];
    let shouted = match written.chars().any(char::is_lowercase) {
        true => Shouted::No,
        false => Shouted::Yes,
    };
    let expects = match (expects, scheme) {
        (Expects::Authorization, true) | (_, false) => expects,
        (_, true) => Expects::Token,
    };
    let value = Value { words, by, quoted, expects, shouted };
    let kind = if expects == Expects::Password { Kind::Password } else { Kind::Token };
    value::is_secret(&value).then_some(Finding { kind, span })
}

/// Where the value begins, and what leads to it.
fn operator(text: &str, name: &Range<usize>, expects: Expects) -> Option<(By, usize)> {
    let bytes = text.as_bytes();
    let rest = &text[name.end..];
    // The name's own closing quote, bracket or emphasis.
    let closed = rest.trim_start_matches(['\\', '"', '\'', '`', ']', '*', '_', ')']);
    let spaced = closed.trim_start_matches([' ', '\t', '\u{a0}']);
    let at = text.len() - spaced.len();
    let after = |length: usize| at + length;
    let second = spaced.as_bytes().get(1);
    match spaced.chars().next()? {
        '=' if second == Some(&b'>') => Some((By::Equals, after(2))),
        '=' if second == Some(&b'=') => None,
        '=' => Some((By::Equals, after(1))),
        ':' if second == Some(&b'=') => Some((By::Equals, after(2))),
        ':' if second == Some(&b':') => None,
        ':' => Some((By::Colon, after(1))),
        '：' => Some((By::Colon, after('：'.len_utf8()))),
        '>' if is_tag(bytes, name.start) || closed.len() < rest.len() => Some((By::Bracket, after(1))),
        '(' if matches!(second, Some(b'"' | b'\'')) => Some((By::Bracket, after(1))),
        _ if expects == Expects::Authorization && spaced.len() < closed.len() => Some((By::Space, at)),
        _ if is_option(bytes, name.start) && spaced.len() < rest.len() => Some((By::Space, at)),
        _ if spaced.len() < closed.len() && is_of_a_command(text, name.start) => Some((By::Space, at)),
        _ => apart(text, name.end)
            .map(|at| (By::Apart, at))
            .or_else(|| by_word(spaced, expects).map(|length| (By::Word, after(length))))
            .or_else(|| (expects == Expects::Password && spaced.len() < closed.len()).then_some((By::Nothing, at))),
    }
}

/// Where a name and its value are two of a list, or two fields called so.
fn apart(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    let closed = rest.trim_start_matches(['"', '\'', '\\']);
    let spaced = closed.trim_start_matches([' ', '\t', '\n', '\r']);
    let behind = match spaced.strip_prefix(',') {
        Some(behind) if closed.len() < rest.len() => behind.trim_start_matches([' ', '\n']),
        Some(_) => return None,
        None => spaced,
    };
    if spaced.starts_with(',') && behind.starts_with(['"', '\'']) && !behind[1..].starts_with("value") {
        return Some(text.len() - behind.len());
    }
    let field = behind.trim_start_matches(['"', '\'']).strip_prefix("value")?;
    let field = field.trim_start_matches(['"', '\'', ' ']);
    field.starts_with(['=', ':']).then(|| text.len() - field.len() + 1)
}

fn is_tag(bytes: &[u8], start: usize) -> bool {
    start > 0 && bytes[start - 1] == b'<'
}

/// `ENV SECRET …` of a Dockerfile, `machine … login … password …` of a netrc file, `nmcli … password …`.
fn is_of_a_command(text: &str, start: usize) -> bool {
    let line = text[..start].rsplit('\n').next().unwrap_or_default().trim_start();
    ["ENV ", "ARG ", "setenv ", "nmcli "].iter().any(|word| line.starts_with(word))
        || (line.split(' ').rev().nth(2) == Some("login") && line.ends_with(' '))
}

/// The name has its dashes within.
fn is_option(bytes: &[u8], start: usize) -> bool {
    bytes[start..].starts_with(b"--")
}

fn by_word(spaced: &str, expects: Expects) -> Option<usize> {
    const WORDS: &[&str] =
        &["is:", "is", "ist", "lautet:", "lautet", "est", "es", "è", "é", "are", "是", "为", "は", "to", "был"];
    if !matches!(expects, Expects::Password | Expects::Secret | Expects::Token) {
        return None;
    }
    let word = spaced.split([' ', '\t', '\n']).next().unwrap_or_default();
    WORDS.contains(&word).then_some(word.len())
}

/// The value from here to its end on the same line: in quotes up to the same, else up to white space.
fn extent(text: &str, at: usize, name: usize) -> Option<(Range<usize>, Quoted)> {
    let rest = &text[at..text.floor_char_boundary((at + LONGEST_VALUE).min(text.len()))];
    let lead = rest.trim_start_matches([' ', '\t', '\u{a0}', '*']);
    // In a list of lines the value may stand on the next one: only where it is all that stands there.
    let start = at + rest.len() - lead.len();
    let opening = lead.chars().next()?;
    if let Some((opened, closing)) = quotes(lead) {
        let inner = &lead[opened..];
        let end = inner.find(closing).filter(|end| !inner[..*end].contains('\n'))?;
        return Some((start + opened..start + opened + end, Quoted::Yes));
    }
    if opening.is_whitespace() {
        return None;
    }
    let in_query = name > 0 && matches!(text.as_bytes()[name - 1], b'?' | b'&');
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<') || (c == ';') || (in_query && matches!(c, '&' | '#'))
    };
    let word = &lead[..lead.find(ends).unwrap_or(lead.len())];
    let escaped = word.find("\\n").or(word.find("\\r")).unwrap_or(word.len());
    let word = word[..escaped]
        .trim_end_matches(['.', ',', ')', ']', '}', '\\', '*', ':', '!', '?', '”', '“', '»', '。', '，']);
    let word = keep_last(lead, word);
    Some((start..start + word.len(), Quoted::No))
}

/// A mark at the end of a password belongs to it, where no mark of a sentence is.
fn keep_last<'t>(lead: &'t str, word: &'t str) -> &'t str {
    match lead[word.len()..].chars().next() {
        Some('!') => &lead[..word.len() + 1],
        _ => word,
    }
}

fn quotes(lead: &str) -> Option<(usize, &'static str)> {
    const PAIRS: &[(&str, &str)] =
        &[("\\\"", "\\\""), ("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("„", "“"), ("«", "»"), ("「", "」")];
    // A letter before the quote is a prefix of the language: r"…", b'…', f"…", @"…".
    let prefix = usize::from(matches!(lead.as_bytes(), [b'r' | b'b' | b'f' | b'u' | b'@', b'"' | b'\'', ..]));
    let bracket = usize::from(matches!(lead.as_bytes(), [b'(' | b'[', b'"' | b'\'', ..]));
    let skipped = prefix + bracket;
    PAIRS.iter().find(|(open, _)| lead[skipped..].starts_with(open)).map(|(open, close)| (skipped + open.len(), *close))
}

/// `password: str = "…"`, `pass: &str = "…"`: the value stands behind the type.
fn past_a_type(text: &str, span: Range<usize>, by: By, quoted: Quoted) -> (Range<usize>, By, Quoted) {
    let rest = text[span.end..].trim_start_matches([' ', '\t']);
    let is_type = by == By::Colon && quoted == Quoted::No && rest.starts_with("= ");
    let behind = is_type.then(|| extent(text, text.len() - rest.len() + 1, span.start)).flatten();
    behind.map_or((span, by, quoted), |(span, quoted)| (span, By::Equals, quoted))
}

/// `Bearer …`: the value is the word behind the scheme. Says whether there was one.
fn past_a_scheme(text: &str, span: Range<usize>, quoted: Quoted) -> (Range<usize>, bool) {
    const SCHEMES: &[&str] = &[
        "bearer",
        "basic",
        "token",
        "apikey",
        "api-key",
        "digest",
        "negotiate",
        "key",
        "ssws",
        "bot",
        "splunk",
        "geniekey",
        "sso-key",
    ];
    let words = &text[span.clone()];
    let (scheme, end) = match quoted {
        Quoted::Yes => (words.split(' ').next().unwrap_or_default(), span.end),
        Quoted::No => (words, text[span.end..].find('\n').map_or(text.len(), |at| span.end + at)),
    };
    if !SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return (span, false);
    }
    let behind = &text[span.start + scheme.len()..end];
    let value = behind.trim_start_matches(' ');
    let start = end - value.len();
    let length = value
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | ',' | ';'))
        .unwrap_or(value.len());
    if length == 0 || start == span.start + scheme.len() {
        return (span, false);
    }
    (start..start + length, true)
}

#[cfg(test)]
#[path = "assignments_tests.rs"]
mod tests;
