//! A text as words: where each stands, and which of them may be touched at all.
//!
//! Invariant: a word that is part of anything but prose (an address, a path, a flag, an identifier, a number, a name) is
//! [`Plain::No`]. The decision is by the chunk between white space: what has more in it than letters, and punctuation at
//! its ends, is no prose.

use std::ops::Range;

use super::protect::Protected;

/// Whether a word is one of prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    Yes,
    /// With a capital in mid-sentence: a name as far as one can tell.
    Name,
    No,
}

/// A run of letters (with apostrophes between them).
#[derive(Clone)]
pub struct Word<'a> {
    pub at: Range<usize>,
    pub text: &'a str,
    /// In small letters and with straight apostrophes: what rules compare.
    pub small: String,
    pub plain: Plain,
    /// Whether a sentence begins here.
    pub opens: bool,
    /// What stands between the word before and this one is white space alone.
    pub follows: bool,
    /// The same, and without a line break.
    pub same_line: bool,
}

/// Punctuation that may stand before a word of prose.
const BEFORE: &[char] = &['(', '[', '"', '\'', '“', '‘', '„', '*', '_', '~', '—', '–', '¿', '¡'];
/// Punctuation that may stand after one.
const AFTER: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '”', '’', '“', '‘', '*', '_', '~', '…', '—', '–'];

/// All words of `text` in order.
pub fn words<'a>(text: &'a str, protected: &Protected) -> Vec<Word<'a>> {
    let mut words: Vec<Word<'a>> = Vec::new();
    for chunk in chunks(text, protected) {
        let trimmed = text[chunk.clone()].trim_start_matches(BEFORE).trim_end_matches(AFTER);
        let prose = !trimmed.is_empty() && trimmed.chars().all(|c| c.is_alphabetic() || is_apostrophe(c));
        let first = words.len();
        for at in letters(text, chunk.clone()) {
            let before = words.last().map_or(0, |word| word.at.end);
            words.push(word(text, at, before, prose && !protected.touches(&chunk)));
        }
        // A chunk of prose is one word; where there are more of them, it was something else.
        if words.len() > first + 1 {
            words[first..].iter_mut().for_each(|word| word.plain = Plain::No);
        }
    }
    beside_operators(text, &mut words);
    words
}

fn word<'a>(text: &'a str, at: Range<usize>, before: usize, prose: bool) -> Word<'a> {
    let between = &text[before..at.start];
    let word = &text[at.clone()];
    let opens = opens_sentence(&text[..at.start]);
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let begins = word.starts_with(char::is_uppercase);
    let plain = match (prose, capitals) {
        (true, 0) => Plain::Yes,
        (true, 1) if begins && (opens || word == "I" || word.starts_with("I'")) => Plain::Yes,
        (true, 1) if begins => Plain::Name,
        _ => Plain::No,
    };
    let blank = before > 0 && !between.is_empty() && between.chars().all(char::is_whitespace);
    Word {
        small: word.to_lowercase().replace('’', "'"),
        text: word,
        plain,
        opens,
        follows: blank,
        same_line: blank && !between.contains('\n'),
        at,
    }
}

/// What stands between white space; where a protected piece begins or ends, too.
fn chunks(text: &str, protected: &Protected) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let stops = c.is_whitespace();
        match (start, stops) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                chunks.push(from..at);
                start = None;
            }
            _ => {}
        }
        if let Some(from) = start.filter(|from| *from < at && protected.begins_or_ends(at)) {
            chunks.push(from..at);
            start = Some(at);
        }
    }
    chunks.extend(start.map(|from| from..text.len()));
    chunks
}

/// The runs of letters in a chunk; an apostrophe between two letters belongs to the word.
fn letters(text: &str, chunk: Range<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let piece = &text[chunk.clone()];
    let mut open: Option<usize> = None;
    let mut chars = piece.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inner = is_apostrophe(c) && open.is_some() && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        match (open, c.is_alphabetic() || inner) {
            (None, true) => open = Some(at),
            (Some(from), false) => {
                runs.push(chunk.start + from..chunk.start + at);
                open = None;
            }
            _ => {}
        }
    }
    runs.extend(open.map(|from| chunk.start + from..chunk.end));
    runs
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Whether a sentence begins after `before`: at the start, after a full stop, after an empty line or a bullet.
fn opens_sentence(before: &str) -> bool {
    let near = window_before(before);
    let is_start = near.len() == before.len();
    let before = near;
    let line_start = before.rfind('\n').map_or(if is_start { 0 } else { before.len() }, |at| at + 1);
    let line = before[line_start..].trim_matches(|c: char| c.is_whitespace() || BEFORE.contains(&c));
    let whole_line = is_start || before.contains('\n');
    if !whole_line {
        // In mid-line, far from its start.
    } else if matches!(line, "" | "-" | "+" | "•" | ">") || line.trim_start_matches('#').is_empty() {
        let above = before[..line_start].trim_end_matches([' ', '\t']);
        let above = above.strip_suffix('\n').unwrap_or(above);
        let ended = (above.is_empty() && is_start) || above.ends_with(['\n', '.', '!', '?', ':']) || !line.is_empty();
        if ended || before[line_start..].contains(['*', '-', '#', '+', '•']) {
            return true;
        }
    }
    let end = before.trim_end_matches(|c: char| c.is_whitespace() || BEFORE.contains(&c) || matches!(c, '”' | ')'));
    // "x.org": one word.
    (end.is_empty() && is_start) || (end.len() < before.len() && end.ends_with(['.', '!', '?']))
}

/// Words beside what only code has (`lenght = 3`, `git comit --amend`) are code too.
fn beside_operators(text: &str, words: &mut [Word<'_>]) {
    let odd = |piece: &str| {
        piece.split_whitespace().any(|chunk| {
            let signs = chunk.chars().all(|c| "=+<>|&{}$%^*/\\".contains(c)) && chunk != "*" && chunk != "&";
            signs || (chunk.starts_with('-') && chunk.len() > 1 && chunk.chars().any(char::is_alphanumeric))
        })
    };
    for word in words {
        let Range { start, end } = word.at;
        let before = line_before(text, start);
        let after = window(&text[end..]).split('\n').next().unwrap_or("");
        let last = before.split_whitespace().next_back().filter(|_| before.ends_with(char::is_whitespace));
        let next = after.split_whitespace().next().filter(|_| after.starts_with(char::is_whitespace));
        if last.is_some_and(odd) || next.is_some_and(odd) {
            word.plain = Plain::No;
        }
    }
}

/// Further away than this nothing is looked at, so that one long line is not read again for each of its words.
const NEAR: usize = 128;

fn line_before(text: &str, at: usize) -> &str {
    let near = window_before(&text[..at]);
    &near[near.rfind('\n').map_or(0, |found| found + 1)..]
}

fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(NEAR)]
}

fn window_before(text: &str) -> &str {
    &text[text.floor_char_boundary(text.len().saturating_sub(NEAR))..]
}
