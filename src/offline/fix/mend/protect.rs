//! What of a text is not prose, by its shape: code, quotations, links, mathematics, markup.
//!
//! Invariant: pieces are in order, do not overlap, and begin and end between characters. It knows no words.

use std::ops::Range;

/// The pieces that nothing changes.
#[derive(Debug, Default)]
pub struct Protected {
    pieces: Vec<Range<usize>>,
}

/// A quotation longer than this was opened by a sign that is no quotation mark.
const LONGEST_QUOTE: usize = 400;

/// Code and the like has its end on the same line, and near.
const LONGEST_SPAN: usize = 300;

/// Inline code may have several lines.
const LONGEST_CODE: usize = 2_000;

/// How much further than the text around it a line of code is set in (CommonMark: four columns).
const CODE_INDENT: usize = 4;

impl Protected {
    /// Finds them in `text`.
    pub fn of(text: &str) -> Self {
        let mut pieces = blocks(text);
        spans(text, &mut pieces);
        pieces.sort_by_key(|piece| (piece.start, piece.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for piece in pieces {
            match merged.last_mut() {
                Some(last) if piece.start < last.end => last.end = last.end.max(piece.end),
                _ => merged.push(piece),
            }
        }
        Self { pieces: merged }
    }

    /// Whether `at` has anything of a piece in it.
    pub fn touches(&self, at: &Range<usize>) -> bool {
        let first = self.pieces.partition_point(|piece| piece.end <= at.start);
        self.pieces.get(first).is_some_and(|piece| piece.start < at.end)
    }

    /// Whether a piece begins or ends here.
    pub fn begins_or_ends(&self, at: usize) -> bool {
        let first = self.pieces.partition_point(|piece| piece.end < at);
        self.pieces[first..].iter().take(2).any(|piece| piece.start == at || piece.end == at)
    }

    /// The pieces themselves.
    pub fn pieces(&self) -> &[Range<usize>] {
        &self.pieces
    }
}

/// Whole lines: fences, code that is set in, mail that is quoted, lines that end as code does.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let base = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let mut pieces = Vec::new();
    let mut fence: Option<&str> = None;
    let (mut blank_before, mut code_before) = (true, false);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| body.starts_with(mark));
        let set_in = indent(line) >= base + CODE_INDENT && (blank_before || code_before) && !is_item(body);
        let code = fence.is_some() || mark.is_some() || set_in || body.starts_with('>') || is_code(body);
        if code && !body.is_empty() {
            pieces.push(start..start + line.len());
        }
        fence = match (fence, mark) {
            (None, Some(mark)) => Some(mark),
            (Some(open), Some(mark)) if open == mark => None,
            (open, _) => open,
        };
        code_before = set_in && !body.is_empty() || (body.is_empty() && code_before);
        blank_before = body.is_empty();
        start += line.len();
    }
    pieces
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).map(|c| if c == '\t' { CODE_INDENT } else { 1 }).sum()
}

fn is_item(body: &str) -> bool {
    let number = body.trim_start_matches(|c: char| c.is_ascii_digit());
    body.starts_with(['-', '*', '+', '•']) || (number.len() < body.len() && number.starts_with(['.', ')']))
}

/// Lines that no prose has: they end in a brace or semicolon, or begin with a prompt.
fn is_code(body: &str) -> bool {
    let ends = body.ends_with(['{', '}']) || (body.ends_with(';') && body.contains(['(', '=', '{', '"']));
    let begins = ["$ ", "% ", ">>> ", "#!", "#include", "#define", "// ", "/*", "@@ ", "+++ ", "--- "];
    // A comment's words are prose; what it stands beside is not.
    ends || begins.iter().any(|begin| body.starts_with(begin) && !begin.starts_with("//") && !begin.starts_with("/*"))
}

/// Pieces of lines: inline code, quotations, mathematics, markup, the addresses of links.
fn spans(text: &str, pieces: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let before = text[..at].chars().next_back();
        let length = match c {
            '`' => backticks(rest),
            '"' => closed(rest, "\"", LONGEST_QUOTE).filter(|_| opens_quote(before)),
            '“' | '„' => closed(rest, "”", LONGEST_QUOTE).or_else(|| closed(rest, "“", LONGEST_QUOTE)),
            '«' => closed(rest, "»", LONGEST_QUOTE),
            '»' => closed(rest, "«", LONGEST_QUOTE).filter(|_| opens_quote(before)),
            '\'' | '‘' if opens_quote(before) => single(rest),
            '<' => closed(rest, ">", LONGEST_SPAN).filter(|_| !rest[1..].starts_with([' ', '='])),
            '$' => closed(rest, "$", LONGEST_SPAN).filter(|_| !rest[1..].starts_with([' ', '{', '('])),
            '{' if rest.starts_with("{{") => closed(rest, "}}", LONGEST_SPAN),
            ']' if rest.starts_with("](") => closed(rest, ")", LONGEST_SPAN),
            _ => None,
        };
        if let Some(length) = length {
            pieces.push(at..at + length);
        }
        at += length.unwrap_or(c.len_utf8());
    }
}

fn opens_quote(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        c.is_whitespace() || matches!(c, '(' | '[' | '{' | '=' | ':' | ',' | '—' | '–' | '/' | '*' | '_')
    })
}

/// From the opening sign to the end of the closing one, in the same paragraph and within `limit`.
fn closed(rest: &str, close: &str, limit: usize) -> Option<usize> {
    let open = rest.chars().next()?.len_utf8();
    let found = open + within(&rest[open..], limit).find(close)?;
    let inside = &rest[open..found];
    (!inside.is_empty() && !inside.contains("\n\n")).then_some(found + close.len())
}

/// What is looked through for an end, so that a text full of openings is not read again for each.
fn within(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Inline code: it ends at as many signs as it began with.
fn backticks(rest: &str) -> Option<usize> {
    let open = rest.len() - rest.trim_start_matches('`').len();
    let mark = &rest[..open];
    let mut from = open;
    while let Some(found) = within(&rest[from..], LONGEST_CODE).find(mark) {
        let start = from + found;
        let run = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        if run == open {
            return (!rest[open..start].contains("\n\n")).then_some(start + open);
        }
        from = start + run;
    }
    None
}

/// A quotation in single marks. An apostrophe is none: the closing mark has no letter after it.
fn single(rest: &str) -> Option<usize> {
    let open = rest.chars().next()?;
    let close = if open == '‘' { '’' } else { '\'' };
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if at > LONGEST_QUOTE || (c == '\n' && open == '\'') {
            return None;
        }
        if c == close && chars.peek().is_none_or(|(_, next)| !next.is_alphanumeric()) {
            return Some(at + c.len_utf8());
        }
    }
    None
}
