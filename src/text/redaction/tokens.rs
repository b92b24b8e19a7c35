//! Keys and tokens of known shapes, by their beginnings; and the few that have a mark in their middle instead.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::likely;
use super::shapes::{JWT, Of, SHAPES, Shape, Sure};
use super::{Finding, Kind};

/// Finds the beginnings of all shapes in one pass. Built when a text is first looked through; this kind is the one that
/// takes the least memory.
static BEGINNINGS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(SHAPES.iter().map(|shape| shape.begins).chain(MARKS.iter().map(|mark| mark.has)))
        .expect("the table is short")
});

/// What has no beginning of its own, but a mark within.
struct Mark {
    has: &'static str,
    before: (usize, usize),
    after: (usize, usize),
    whose: &'static str,
}

const MARKS: &[Mark] = &[
    // An application's secret: three characters, a version, `Q~`.
    Mark { has: "8Q~", before: (3, 3), after: (31, 34), whose: "Azure" },
    Mark { has: "7Q~", before: (3, 3), after: (31, 34), whose: "Azure" },
    // Keys of Azure's AI services have it in their middle, and its storage keys at a fixed place.
    Mark { has: "JQQJ99", before: (20, 60), after: (20, 60), whose: "Azure" },
    Mark { has: "+ASt", before: (60, 80), after: (6, 12), whose: "Azure" },
    Mark { has: "AzCa", before: (20, 40), after: (10, 16), whose: "Azure" },
    Mark { has: ".atlasv1.", before: (14, 14), after: (60, 80), whose: "Terraform" },
    // A bot's number, and its token.
    Mark { has: ":AA", before: (8, 10), after: (32, 34), whose: "Telegram" },
    Mark { has: "-us", before: (32, 32), after: (1, 2), whose: "Mailchimp" },
];

pub fn find(text: &str, found: &mut Vec<Finding>) {
    for hit in BEGINNINGS.find_iter(text) {
        let (number, start) = (hit.pattern().as_usize(), hit.start());
        let token = match SHAPES.get(number) {
            Some(_) => shaped(text, start),
            None => MARKS.get(number - SHAPES.len()).and_then(|mark| marked(text, hit.range(), mark)),
        };
        found.extend(token.map(|(whose, span)| Finding { kind: Kind::Key(whose), span }));
    }
    find_discord(text, found);
}

/// The token of a known shape that begins here.
fn shaped(text: &str, start: usize) -> Option<(&'static str, Range<usize>)> {
    if !begins_a_word(text.as_bytes(), start) {
        return None;
    }
    let fits = |shape: &&Shape| text[start..].starts_with(shape.begins);
    SHAPES.iter().filter(fits).find_map(|shape| Some((shape.whose, fill(text, start, shape)?)))
}

/// Whether what stands before cannot be a part of the same token.
pub fn begins_a_word(bytes: &[u8], start: usize) -> bool {
    match bytes[..start] {
        [] => true,
        // An escaped line end, as JSON and source code have it.
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., last] => !(last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-' | b'+')),
    }
}

fn fill(text: &str, start: usize, shape: &Shape) -> Option<Range<usize>> {
    let from = start + shape.begins.len();
    let rest = &text.as_bytes()[from..];
    let mut length = rest.iter().take(shape.most + 1).take_while(|byte| is_of(**byte, shape.of)).count();
    while length > 0 && matches!(rest[length - 1], b'.' | b'/' | b'-') {
        length -= 1; // The end of a sentence or a path.
    }
    let ends = rest.get(length).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'_');
    if !ends || !(shape.least..=shape.most).contains(&length) {
        return None;
    }
    let token = &text[from..from + length];
    let likely = !likely::is_placeholder(token)
        && (shape.sure == Sure::Yes || likely::is_random(token) || likely::is_jumbled(token))
        && (shape.whose != JWT || is_jwt(token));
    likely.then_some(start..from + length)
}

fn is_of(byte: u8, of: Of) -> bool {
    match of {
        Of::Alnum => byte.is_ascii_alphanumeric(),
        Of::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        Of::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
        Of::Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        Of::Hex => byte.is_ascii_hexdigit(),
        Of::Base64 => {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'%' | b'.' | b',')
        }
    }
}

/// Three parts; the body is JSON too, and the signature is there.
fn is_jwt(token: &str) -> bool {
    let mut parts = token.split('.');
    let (header, body, signature) = (parts.next(), parts.next(), parts.next());
    header.is_some_and(|header| header.len() >= 8)
        && body.is_some_and(|body| body.starts_with("eyJ") || body.is_empty())
        && signature.is_some_and(|signature| signature.len() >= 16)
}

fn marked(text: &str, mark: Range<usize>, shape: &Mark) -> Option<(&'static str, Range<usize>)> {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'~');
    let digits = |byte: &u8| byte.is_ascii_digit();
    let before = match shape.whose {
        "Telegram" => bytes[..mark.start].iter().rev().take_while(|byte| digits(byte)).count(),
        "Terraform" | "Mailchimp" => bytes[..mark.start].iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count(),
        _ => bytes[..mark.start].iter().rev().take(shape.before.1 + 1).take_while(|byte| is_part(byte)).count(),
    };
    let after = bytes[mark.end..].iter().take(shape.after.1 + 1).take_while(|byte| is_part(byte)).count();
    let fits = (shape.before.0..=shape.before.1).contains(&before) && (shape.after.0..=shape.after.1).contains(&after);
    let span = mark.start.checked_sub(before)?..mark.end + after;
    let is_mailchimp = shape.whose != "Mailchimp"
        || (bytes[span.start..mark.start].iter().all(u8::is_ascii_hexdigit)
            && bytes[mark.end..span.end].iter().all(u8::is_ascii_digit));
    let token = &text[span.clone()];
    (fits && is_mailchimp && !likely::is_placeholder(token) && begins_a_word(bytes, span.start))
        .then_some((shape.whose, span))
}

/// A Discord bot's token has its number in base64, six characters of time, and a signature.
fn find_discord(text: &str, found: &mut Vec<Finding>) {
    const NUMBER: std::ops::RangeInclusive<usize> = 23..=28;
    const TIME: usize = 6;
    const SIGNATURE: std::ops::RangeInclusive<usize> = 27..=40;
    let bytes = text.as_bytes();
    for dot in memchr::memchr_iter(b'.', bytes) {
        if bytes.get(dot + TIME + 1) != Some(&b'.') {
            continue;
        }
        let number = bytes[..dot].iter().rev().take(30).take_while(|byte| is_of(**byte, Of::Word)).count();
        let signature = bytes[dot + TIME + 2..].iter().take(45).take_while(|byte| is_of(**byte, Of::Word)).count();
        let (start, end) = (dot - number, dot + TIME + 2 + signature);
        let fits = NUMBER.contains(&number)
            && matches!(bytes[start], b'M' | b'N' | b'O')
            && bytes[dot + 1..dot + TIME + 1].iter().all(|byte| is_of(*byte, Of::Word))
            && SIGNATURE.contains(&signature)
            && !likely::is_placeholder(&text[start..end]);
        if fits {
            found.push(Finding { kind: Kind::Key("Discord"), span: start..end });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let mut found = Vec::new();
        find(text, &mut found);
        let found: Vec<_> = found
            .iter()
            .map(|finding| match finding.kind {
                Kind::Key(whose) => (whose, &text[finding.span.clone()]),
                _ => panic!("only keys are looked for here"),
            })
            .collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }

    /// Forty characters as drawn by chance; no scanner takes this file's own texts for keys.
    const DRAWN: &str = "q8Zr1LmT0xPv7KdWc3Nf5HsBy2JgQa9EuX4RtVoM";

    #[test]
    fn a_token_is_found_whole_and_alone() {
        let token = format!("ghp_{}", &DRAWN[..36]);
        for text in ["{}", "use {}.", "a='{}'", "x={},y", "\\n{}\\n", "https://h/?t={}&u"] {
            check(&text.replace("{}", &token), Some(("GitHub", &token)));
        }
        for text in ["x{}", "{}x_", "_{}"] {
            check(&text.replace("{}", &token), None);
        }
        check(&token[..30], None);
    }

    #[test]
    fn words_that_begin_like_keys_are_none() {
        for text in
            ["sk-learn-model-version-2024-final", "hf_transformers_cache_directory_name", "glpat-aaaaaaaaaaaaaaaaaaaa"]
        {
            check(text, None);
        }
    }

    #[test]
    fn the_longest_beginning_says_whose_it_is() {
        let token = format!("sk-ant-api03-{DRAWN}");
        check(&token, Some(("Anthropic", &token)));
    }

    #[test]
    fn marks_in_the_middle_are_seen() {
        let telegram = format!("123456789:AA{}", &DRAWN[..33]);
        check(&telegram, Some(("Telegram", &telegram)));
        let discord = format!("M{}.{}.{}", &DRAWN[..23], &DRAWN[..6], &DRAWN[..27]);
        check(&discord, Some(("Discord", &discord)));
    }
}
