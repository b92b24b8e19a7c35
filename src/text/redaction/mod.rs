//! Looks a text through for secrets before it leaves this machine: keys and tokens of known shapes, private keys,
//! passwords in addresses and beside their names, card numbers, IBANs, and what the user's own patterns say.
//!
//! Pure. Invariant: what is found is a place and a kind, never the words; so a finding may be told, logged and counted.
//! It does not know what is done about it: [`mask`] and [`restore`] do one of those things, the engine decides which.

pub mod mask;
pub mod restore;

mod assignments;
mod blocks;
mod likely;
mod names;
mod numbers;
mod shapes;
mod tokens;
mod urls;
mod value;

use std::ops::Range;

use regex::Regex;

/// What a secret is, as far as its look tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A key or token in the shape that this service gives its own.
    Key(&'static str),
    /// A key or token beside the name of one.
    Token,
    PrivateKey,
    Password,
    CardNumber,
    Iban,
    /// One of the user's own patterns, by its place in their list.
    Pattern(usize),
}

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// In bytes.
    pub span: Range<usize>,
}

/// The secrets of a text in their order; none touches another.
pub fn find(text: &str, patterns: &[Regex]) -> Vec<Finding> {
    let mut found = Vec::new();
    tokens::find(text, &mut found);
    blocks::find(text, &mut found);
    urls::find(text, &mut found);
    assignments::find(text, &mut found);
    numbers::find(text, &mut found);
    for (number, pattern) in patterns.iter().enumerate() {
        let matches = pattern.find_iter(text).map(|found| found.range()).filter(|span| !span.is_empty());
        found.extend(matches.map(|span| Finding { kind: Kind::Pattern(number), span }));
    }
    apart(found)
}

/// The line on which a place stands, from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
}

/// Of findings that overlap, one as wide as all of them, with the kind of the first and longest.
fn apart(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.span.end), finding.kind));
    let mut apart: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found {
        match apart.last_mut() {
            Some(last) if finding.span.start < last.span.end => last.span.end = last.span.end.max(finding.span.end),
            _ => apart.push(finding),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_found_once() {
        let finding = |kind, span| Finding { kind, span };
        let found = vec![finding(Kind::Token, 4..9), finding(Kind::Password, 0..6), finding(Kind::Iban, 9..12)];
        assert_eq!(apart(found), [finding(Kind::Password, 0..9), finding(Kind::Iban, 9..12)]);
    }

    #[test]
    fn the_users_patterns_are_looked_for() {
        let patterns = [Regex::new("x*").unwrap(), Regex::new(r"ACME-\d{6}").unwrap()];
        let found = find("order ACME-123456 now", &patterns);
        assert_eq!(found, [Finding { kind: Kind::Pattern(1), span: 6..17 }]);
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!([0, 1, 2, 3].map(|at| line_of("a\nb\n", at)), [1, 1, 2, 2]);
    }
}
