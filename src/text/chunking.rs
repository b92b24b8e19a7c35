//! Cuts a long text into parts that can be worked on one by one: at paragraphs, else at sentences, else at lines, and
//! where a sentence alone is too much, at words.
//!
//! Invariant: the parts and the white space between them, put together, are the text byte for byte, and no part begins or
//! ends with white space. Code between fences stays together as long as it can.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::offline::text_tools::sentences::sentence_starts;
use crate::text::sealed::UserText;

/// A text in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunks {
    pub list: Vec<Chunk>,
    /// White space behind the last part.
    pub tail: UserText,
}

/// A part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// White space between it and the part before.
    pub before: UserText,
    pub text: UserText,
}

impl Chunks {
    /// All of it in one part, its white space included.
    pub fn whole(text: UserText) -> Self {
        Self { list: vec![Chunk { before: UserText::default(), text }], tail: UserText::default() }
    }
}

/// Cuts `text` into as few parts as `most` allows, each filled from the front. `weigh` says how much a piece is; what
/// two pieces weigh together is taken to be the sum.
pub fn split(text: &UserText, most: usize, weigh: impl Fn(&str) -> usize) -> Chunks {
    let text = text.expose();
    let mut packing = Packing { text, most: most.max(1), weigh, done: Vec::new(), open: None };
    packing.pack(trimmed(text, 0..text.len()), Bound::Paragraph);
    packing.close();
    let mut list = Vec::new();
    let mut end = 0;
    for range in packing.done {
        list.push(Chunk { before: text[end..range.start].into(), text: text[range.clone()].into() });
        end = range.end;
    }
    Chunks { list, tail: text[end..].into() }
}

/// Where a text may be cut, the best places first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Paragraph,
    Sentence,
    Line,
    Word,
    /// Between what a reader takes for letters; the last resort, for what has no bounds at all.
    Letter,
}

impl Bound {
    fn next(self) -> Option<Self> {
        match self {
            Self::Paragraph => Some(Self::Sentence),
            Self::Sentence => Some(Self::Line),
            Self::Line => Some(Self::Word),
            Self::Word => Some(Self::Letter),
            Self::Letter => None,
        }
    }

    /// Where the pieces of `text` start.
    fn starts(self, text: &str) -> Vec<usize> {
        match self {
            Self::Paragraph => paragraphs(text),
            Self::Sentence => sentence_starts(text).into_iter().map(|start| before_its_signs(text, start)).collect(),
            Self::Line => after(text, |c| c == '\n'),
            Self::Word => after(text, char::is_whitespace),
            Self::Letter => text.grapheme_indices(true).map(|(at, _)| at).collect(),
        }
    }
}

struct Packing<'t, W> {
    text: &'t str,
    most: usize,
    weigh: W,
    done: Vec<Range<usize>>,
    /// The part that is being filled, and what it weighs.
    open: Option<(Range<usize>, usize)>,
}

impl<W: Fn(&str) -> usize> Packing<'_, W> {
    /// Puts the pieces of `range` into parts, in order.
    fn pack(&mut self, range: Range<usize>, bound: Bound) {
        let text = &self.text[range.clone()];
        let starts = bound.starts(text);
        let first = if starts.first() == Some(&0) { None } else { Some(0) };
        let starts: Vec<_> = first.into_iter().chain(starts).chain([text.len()]).collect();
        for pair in starts.windows(2) {
            let piece = trimmed(self.text, range.start + pair[0]..range.start + pair[1].max(pair[0]));
            if !piece.is_empty() {
                self.add(piece, bound);
            }
        }
    }

    fn add(&mut self, piece: Range<usize>, bound: Bound) {
        let weight = (self.weigh)(&self.text[piece.clone()]);
        match (&mut self.open, bound.next()) {
            (Some((open, weighs)), _) if *weighs + weight <= self.most => {
                open.end = piece.end;
                *weighs += weight;
            }
            (_, Some(finer)) if weight > self.most => {
                self.close();
                self.pack(piece, finer);
            }
            _ => {
                self.close();
                self.open = Some((piece, weight));
            }
        }
    }

    fn close(&mut self) {
        self.done.extend(self.open.take().map(|(range, _)| range));
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

/// Behind blank lines, but for those in fenced code.
fn paragraphs(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let (mut at, mut is_code, mut was_blank) = (0, false, true);
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        if was_blank && !word.is_empty() && !is_code {
            starts.push(at);
        }
        was_blank = word.is_empty();
        is_code ^= word.starts_with("```") || word.starts_with("~~~");
        at += line.len();
    }
    starts
}

/// Behind each character that is one of these.
fn after(text: &str, separates: impl Fn(char) -> bool) -> Vec<usize> {
    let ends = text.char_indices().filter(|(_, c)| separates(*c));
    std::iter::once(0).chain(ends.map(|(at, c)| at + c.len_utf8())).collect()
}

/// A sentence's first letter may stand behind a quotation mark, or a list's sign at the start of its line.
fn before_its_signs(text: &str, start: usize) -> usize {
    let opens = |c: char| {
        matches!(c, '"' | '\'' | '(' | '[' | '{' | '“' | '‘' | '„' | '«' | '»' | '¿' | '¡' | '「' | '『' | '*' | '_')
    };
    let start = text[..start].trim_end_matches(opens).len();
    let near = text.floor_char_boundary(start.saturating_sub(LONGEST_SIGN));
    let line = match text[near..start].rfind('\n') {
        Some(at) => near + at + 1,
        None if near == 0 => 0,
        None => return start,
    };
    // Nothing that is read may stand before it.
    if text[line..start].contains(char::is_alphanumeric) { start } else { line }
}

/// In bytes; as in `> - [ ] **`.
const LONGEST_SIGN: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, most: usize, expected: &[&str]) {
        let chunks = split(&text.into(), most, str::len);
        let parts: Vec<_> = chunks.list.iter().map(|chunk| chunk.text.expose()).collect();
        assert_eq!(parts, expected);
        assert_eq!(joined(&chunks), text);
    }

    fn joined(chunks: &Chunks) -> String {
        let parts = chunks.list.iter().map(|chunk| format!("{}{}", chunk.before.expose(), chunk.text.expose()));
        parts.collect::<String>() + chunks.tail.expose()
    }

    #[test]
    fn what_fits_stays_together() {
        check("  one\n\ntwo \n", 100, &["one\n\ntwo"]);
        check("", 10, &[]);
        check(" \n", 10, &[]);
    }

    #[test]
    fn paragraphs_are_packed_from_the_front() {
        check("aaaa\n\nbbbb\n \n\ncccc\r\n\r\ndddd\n", 9, &["aaaa\n\nbbbb", "cccc\r\n\r\ndddd"]);
        check("aaaa\nbbbb\n\ncccc", 9, &["aaaa\nbbbb", "cccc"]);
    }

    #[test]
    fn too_long_a_paragraph_is_cut_at_sentences() {
        check(
            "It rains. “Why?” asked Dr. Who. It did.\n\nEnd.",
            20,
            &["It rains. “Why?”", "asked Dr. Who.", "It did.\n\nEnd."],
        );
        check(
            "今日は雨です。「なぜ」と聞いた。明日は晴れ。",
            48,
            &["今日は雨です。「なぜ」と聞いた。", "明日は晴れ。"],
        );
        check("- one two\n- three four\n- five", 24, &["- one two\n- three four", "- five"]);
    }

    #[test]
    fn what_has_no_sentences_is_cut_at_lines_and_words() {
        check("aaa bbb\nccc ddd\neee", 8, &["aaa bbb", "ccc ddd", "eee"]);
        check("aaa bbb ccc ddd", 7, &["aaa bbb", "ccc ddd"]);
        check("aaaaaaaaaa", 4, &["aaaa", "aaaa", "aa"]);
        check("👩‍👩‍👧👩‍👩‍👧", 4, &["👩‍👩‍👧", "👩‍👩‍👧"]);
    }

    #[test]
    fn a_lists_sign_goes_with_its_item() {
        check(
            "One two three. Four.\n  > - [ ] “five six.” Seven",
            28,
            &["One two three. Four.", "> - [ ] “five six.” Seven"],
        );
    }

    #[test]
    fn code_stays_together() {
        check("Look:\n\n```\na\n\nb\n```\n\nend", 12, &["Look:", "```\na\n\nb\n```", "end"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_changed(text in "([a-zäあ]{0,9}[ \\n\\r\\t.?!。\"`-]{0,3}){0,60}|\\PC{0,200}", most in 1_usize..80) {
            let chunks = split(&text.as_str().into(), most, str::len);
            prop_assert_eq!(joined(&chunks), text.as_str());
            for chunk in &chunks.list {
                let part = chunk.text.expose();
                prop_assert!(!part.is_empty() && part.trim() == part);
                prop_assert!(chunk.before.is_blank());
                // Too much is only what cannot be cut.
                let weight: usize = part.split_whitespace().map(str::len).sum();
                prop_assert!(weight <= most || part.graphemes(true).count() == 1, "{:?} of {}", part, most);
            }
            prop_assert!(chunks.tail.is_blank());
        }
    }
}
