//! Tools that work line by line: trim, sort, take doubles out.
//!
//! A line's content and its ending are kept apart, so that CRLF, LF and a missing last break stay what they were.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::text::accents::{base_letters, decomposed, is_accent};

/// White space that `char::is_whitespace` does not know: zero-width space, word joiner, byte order mark.
const INVISIBLE: &[char] = &['\u{200b}', '\u{2060}', '\u{feff}'];

/// A line and the break behind it: `\n`, `\r\n`, or nothing at the end of the text. A carriage return before the break, or
/// in its place at the end, is of the break: moved with its line it would make a CRLF of another one's LF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    pub content: &'a str,
    pub ending: &'a str,
}

/// The lines of `text`, nothing left out.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    text.split_inclusive('\n')
        .map(|line| {
            let content = line.strip_suffix('\n').unwrap_or(line).trim_end_matches('\r');
            Line { content, ending: &line[content.len()..] }
        })
        .collect()
}

fn is_empty_space(letter: char) -> bool {
    letter.is_whitespace() || INVISIBLE.contains(&letter)
}

/// White space at the ends of lines and blank lines at the ends of the text go; indentation stays.
pub fn trim(text: &str) -> String {
    let lines = lines(text);
    let blank = |line: &Line<'_>| line.content.chars().all(is_empty_space);
    let Some(first) = lines.iter().position(|line| !blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !blank(line)).unwrap_or(first);
    let mut trimmed = String::with_capacity(text.len());
    for (index, line) in lines.iter().enumerate().take(last + 1).skip(first) {
        let content = line.content.trim_end_matches(is_empty_space);
        trimmed.push_str(if index == first { content.trim_start_matches(INVISIBLE) } else { content });
        trimmed.push_str(if index == last { lines[lines.len() - 1].ending } else { line.ending });
    }
    trimmed
}

/// Lines in natural order: without regard to case and accents, numbers by their value (`a2` before `a10`). Lines that
/// are equal in that keep their order; accents decide before it.
pub fn sort(text: &str) -> String {
    let lines = lines(text);
    let mut keyed: Vec<(SortKey, &str)> = lines.iter().map(|line| (SortKey::of(line.content), line.content)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let sorted = keyed.into_iter().map(|(_, content)| content);
    sorted.zip(lines.iter().map(|line| line.ending)).flat_map(|(content, ending)| [content, ending]).collect()
}

/// Of lines that are the same to the letter, the first.
pub fn unique(text: &str) -> String {
    let lines = lines(text);
    let mut seen = HashSet::new();
    let mut kept: Vec<Line<'_>> = lines.iter().copied().filter(|line| seen.insert(line.content)).collect();
    let last_ending = lines.last().map_or("", |line| line.ending);
    // A line moves to the end when those behind it go: it takes over how the text ended.
    if let Some(line) = kept.last_mut() {
        line.ending = last_ending;
    }
    kept.iter().flat_map(|line| [line.content, line.ending]).collect()
}

/// What a line is sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SortKey {
    base: Vec<Chunk>,
    with_accents: String,
}

/// A run of digits or a letter; digits come first.
#[derive(PartialEq, Eq)]
enum Chunk {
    /// Without leading zeros: a longer one is greater.
    Number(String),
    Letter(char),
}

impl Ord for Chunk {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.len().cmp(&other.len()).then_with(|| one.cmp(other)),
            (Self::Letter(one), Self::Letter(other)) => one.cmp(other),
            (Self::Number(_), Self::Letter(letter)) if letter.is_alphabetic() => Ordering::Less,
            (Self::Number(_), Self::Letter(_)) => Ordering::Greater,
            (Self::Letter(_), Self::Number(_)) => other.cmp(self).reverse(),
        }
    }
}

impl PartialOrd for Chunk {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl SortKey {
    fn of(line: &str) -> Self {
        let with_accents = decomposed(line);
        let mut base = Vec::new();
        for letter in with_accents.chars().filter(|letter| !is_accent(*letter)) {
            match (base.last_mut(), letter) {
                (Some(Chunk::Number(number)), '0'..='9') if number == "0" => *number = letter.into(),
                (Some(Chunk::Number(number)), '0'..='9') => number.push(letter),
                (_, '0'..='9') => base.push(Chunk::Number(letter.into())),
                _ => base.extend(base_letters(letter).chars().map(Chunk::Letter)),
            }
        }
        Self { base, with_accents }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tool: fn(&str) -> String, table: &[(&str, &str)]) {
        for (text, expected) in table {
            assert_eq!(tool(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn trimmed() {
        check(
            trim,
            &[
                ("  a  \n\tb\t\n", "  a\n\tb\n"),
                ("\n\n  a\r\n\r\nb \r\n\r\n \r\n", "  a\r\n\r\nb\r\n"),
                ("\u{feff}a\u{200b}", "a"),
                ("\u{3000}日本\u{3000}", "\u{3000}日本"),
                ("a\n\n", "a\n"),
                ("a\n\nb", "a\n\nb"),
                (" \n\u{feff}\n", ""),
                ("", ""),
            ],
        );
    }

    #[test]
    fn sorted() {
        check(
            sort,
            &[
                ("b\na\n", "a\nb\n"),
                ("b\r\na", "a\r\nb"),
                ("file10\nfile2\nFile1", "File1\nfile2\nfile10"),
                ("a007\na7\na08", "a007\na7\na08"),
                ("Zebra\nÄpfel\napfel\nBirne", "apfel\nÄpfel\nBirne\nZebra"),
                ("b\nB\na\nA", "a\nA\nb\nB"),
                ("x 99999999999999999999999\nx 5", "x 5\nx 99999999999999999999999"),
                ("яблоко\nБанан\nарбуз", "арбуз\nБанан\nяблоко"),
                ("Łódź\nlotnisko\nmysz", "Łódź\nlotnisko\nmysz"),
                ("c\n\nb\n", "\nb\nc\n"),
                ("b\na\r", "a\nb\r"),
                ("", ""),
            ],
        );
    }

    #[test]
    fn doubles_taken_out() {
        check(
            unique,
            &[
                ("a\nb\na\n", "a\nb\n"),
                ("a\nb\na", "a\nb"),
                ("b\r\nb\r\na\r\n", "b\r\na\r\n"),
                ("a\nA\na ", "a\nA\na "),
                ("x", "x"),
                ("", ""),
            ],
        );
    }
}
