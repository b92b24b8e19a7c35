//! Broken lines made whole, as they come out of a PDF or an e-mail.
//!
//! A text is cut into blocks (paragraphs, list items, headings), and the lines of each are joined. A new block starts
//! - at a blank line, at a list item or a Markdown heading, and where a sentence ended on the line before and this one is indented;
//! - where the line before ended early, that is, its successor's first word would have fitted on it, and this one
//!   starts with a capital: behind a full stop a new paragraph, behind none (at a block's first line) text under its heading.
//!
//! Every rule but the join itself needs two signs, because a wrong join is a small harm and a torn paragraph too.

use super::lines::{Line, lines};
use super::seam::seam;

const SOFT_HYPHEN: char = '\u{ad}';

/// Marks of list items; a dash is one only where no sentence runs into it.
const BULLETS: &[char] = &['-', '*', '+', '•', '‣', '▪', '◦', '●', '○', '·', '–'];

/// Columns of a first-line indent.
const INDENT: usize = 2;

/// A line ended early if its successor's first word would have fitted into this share of the width: letters are not
/// equally wide, so the fullest lines of a paragraph differ by some.
const FULL: f64 = 0.85;

/// Digits of a list item's number; more are a year at the start of a line.
const ITEM_DIGITS: usize = 2;

/// The lines of each paragraph of `text` in one. Blank lines, list items, headings and line endings stay.
pub fn join_lines(text: &str) -> String {
    let lines = lines(text);
    let width = lines.iter().map(|line| columns(line.content.trim_end())).max().unwrap_or_default();
    let mut joined = String::with_capacity(text.len());
    let mut block: Vec<Line<'_>> = Vec::new();
    for line in lines {
        if starts_block(&block, line.content, width) {
            flush(&mut block, text, &mut joined);
        }
        block.push(line);
    }
    flush(&mut block, text, &mut joined);
    joined.retain(|letter| letter != SOFT_HYPHEN);
    joined
}

/// Writes a block as one line, with its last line's ending.
fn flush(block: &mut Vec<Line<'_>>, text: &str, joined: &mut String) {
    let start = joined.len();
    for (index, line) in block.iter().enumerate() {
        if index == 0 {
            joined.push_str(if block.len() > 1 { line.content.trim_end() } else { line.content });
            continue;
        }
        let next = line.content.trim();
        let seam = seam(&joined[start..], next, text);
        joined.truncate(joined.len() - seam.taken);
        joined.push_str(seam.put);
        joined.push_str(next);
    }
    joined.push_str(block.last().map_or("", |line| line.ending));
    block.clear();
}

fn starts_block(block: &[Line<'_>], next: &str, width: usize) -> bool {
    let Some(last) = block.last().map(|line| line.content) else { return false };
    if is_blank(last) || is_blank(next) || is_heading(last) || is_heading(next) {
        return true;
    }
    let first = block[0].content;
    let capital = starts_anew(next);
    let early = ended_early(last, next, width);
    if is_bullet(next) || is_number(next) {
        return is_item(first) || ends_clause(last) || early;
    }
    if ends_sentence(last) {
        let indented = !is_item(first) && indent(next) >= indent(last) + INDENT;
        return indented || (early && capital);
    }
    block.len() == 1 && early && capital && !is_item(first) && !runs_on(last)
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// A Markdown heading.
fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    rest.len() < line.len() && rest.starts_with(' ')
}

fn is_item(line: &str) -> bool {
    is_bullet(line) || is_number(line)
}

fn is_bullet(line: &str) -> bool {
    line.trim_start().strip_prefix(BULLETS).is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// `1.`, `12)`, `(3)`, `a)`.
fn is_number(line: &str) -> bool {
    let line = line.trim_start();
    let (open, line) = line.strip_prefix('(').map_or((false, line), |rest| (true, rest));
    let end = line.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(line.len());
    let (label, rest) = line.split_at(end);
    let digits = !label.is_empty() && label.len() <= ITEM_DIGITS && label.bytes().all(|byte| byte.is_ascii_digit());
    let letter = label.len() == 1;
    let closed = rest.strip_prefix(')').or_else(|| rest.strip_prefix('.').filter(|_| digits && !open));
    (digits || letter) && closed.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

fn indent(line: &str) -> usize {
    columns(&line[..line.len() - line.trim_start().len()])
}

/// Whether the first word of `next` would have fitted behind `last`.
fn ended_early(last: &str, next: &str, width: usize) -> bool {
    let word = next.split_whitespace().next().unwrap_or_default();
    ((columns(last.trim_end()) + 1 + columns(word)) as f64) < FULL * width as f64
}

/// Columns as a terminal counts them, nearly: East Asian letters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}

/// Han, kana, and the punctuation and letters of full width.
pub fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

fn unquoted(line: &str) -> &str {
    line.trim_end().trim_end_matches(['"', '”', '’', '»', '“', ')', ']', '」', '』', '\''])
}

fn ends_sentence(line: &str) -> bool {
    unquoted(line).ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।', ':', '：'])
}

/// A list may follow.
fn ends_clause(line: &str) -> bool {
    ends_sentence(line) || unquoted(line).ends_with([';', ',', '；', '，'])
}

/// No heading ends so.
fn runs_on(line: &str) -> bool {
    line.trim_end().ends_with([',', ';', '-', '‐', '–', '—', '(', '、', '，', SOFT_HYPHEN])
}

/// With a capital, a digit, an opening mark, or in a script without capitals.
fn starts_anew(line: &str) -> bool {
    line.trim_start()
        .chars()
        .next()
        .is_some_and(|letter| !letter.is_lowercase() && !matches!(letter, ',' | ';' | '.' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &[(&str, &str)]) {
        for (text, expected) in table {
            assert_eq!(join_lines(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn paragraphs() {
        check(&[
            ("", ""),
            ("one\ntwo\n", "one two\n"),
            ("one  \n  two", "one two"),
            ("one\r\ntwo\r\n\r\nthree\r\nfour\r\n", "one two\r\n\r\nthree four\r\n"),
            ("one\ntwo\n\n\n\nthree\n", "one two\n\n\n\nthree\n"),
            ("    one\n    two", "    one two"),
            (
                "The first paragraph goes over two whole\nlines and ends here.\nThe second one goes on in the same way\nand ends.",
                "The first paragraph goes over two whole lines and ends here.\nThe second one goes on in the same way and ends.",
            ),
            (
                "The first paragraph goes over two lines, to the end.\n   The second is indented, and it too has\nmore lines.",
                "The first paragraph goes over two lines, to the end.\n   The second is indented, and it too has more lines.",
            ),
            (
                "This sentence is full width and ends right here.\nThis one follows in the same paragraph and goes\non.",
                "This sentence is full width and ends right here. This one follows in the same paragraph and goes on.",
            ),
        ]);
    }

    #[test]
    fn headings_and_lists() {
        check(&[
            (
                "Introduction\nThis paper presents a method that joins\nlines.",
                "Introduction\nThis paper presents a method that joins lines.",
            ),
            ("# Title\nsome text that\ngoes on", "# Title\nsome text that goes on"),
            ("We need:\n- milk from the\n  shop\n- bread\n", "We need:\n- milk from the shop\n- bread\n"),
            ("1. One item that\n   wraps\n2. Another\n10) ten", "1. One item that wraps\n2. Another\n10) ten"),
            ("• eins\n• zwei und\ndrei", "• eins\n• zwei und drei"),
            ("a) first\nb) second", "a) first\nb) second"),
            (
                "it happened in the summer of the year\n1998. Then nothing",
                "it happened in the summer of the year 1998. Then nothing",
            ),
            ("five minus three\n- that is two", "five minus three - that is two"),
        ]);
    }

    #[test]
    fn hyphens_and_scripts() {
        check(&[
            ("trans-\nlation is hyphen-\nated", "translation is hyphenated"),
            ("soft\u{ad}\nware and hard\u{ad}ware", "software and hardware"),
            ("Silben-\ntrennung in Baden-\nWürttemberg", "Silbentrennung in Baden-Württemberg"),
            ("日本語の文章は\n改行されます。", "日本語の文章は改行されます。"),
            ("这是一个\n测试。", "这是一个测试。"),
            ("한국어 문장은\n띄어쓰기가 있다", "한국어 문장은 띄어쓰기가 있다"),
            ("هذا نص\nعربي", "هذا نص عربي"),
            ("ภาษา\nไทย", "ภาษาไทย"),
            ("разде-\nление слов", "разделение слов"),
        ]);
    }
}
