//! Broken lines made whole, as they come out of a PDF or an e-mail.
//!
//! A text is cut into blocks (paragraphs, list items, headings), and the lines of each are joined. A new block starts
//! - at a blank line, a list item, a Markdown heading, or where the depth of an e-mail's quotation changes;
//! - where a sentence ended on the line before and this one is indented;
//! - where the line before ended early, that is, its successor's first word would have fitted on it, and this one
//!   starts with a capital: behind a full stop a new paragraph, behind none (at a block's first line) text under its
//!   heading; and where the line before is not even half full, whatever follows.

use super::lines::{Line, lines};
use super::seam::seam;
use super::shape::{
    columns, ends_clause, ends_sentence, fullness, indent, is_blank, is_bullet, is_heading, is_item, number, quotation,
    runs_on, starts_anew,
};

const SOFT_HYPHEN: char = '\u{ad}';

/// Columns of a first-line indent.
const INDENT: usize = 2;

/// A line ended early if it would have been less full than this with its successor's first word: letters are not
/// equally wide, so the fullest lines of a paragraph differ by some.
const EARLY: f64 = 0.85;

/// No line is broken here because it is full.
const ON_PURPOSE: f64 = 0.5;

/// Words with hyphens are looked up in texts of up to so many bytes: every hyphen at a line's end costs one search.
const LOOKED_UP: usize = 128 << 10;

/// The lines of each paragraph of `text` in one. Blank lines, list items, headings and line endings stay.
pub fn join_lines(text: &str) -> String {
    let lines = lines(text);
    let width = width(&lines);
    let words = if text.len() > LOOKED_UP { "" } else { text };
    let mut joined = String::with_capacity(text.len());
    let mut block: Vec<Line<'_>> = Vec::new();
    for line in lines {
        if starts_block(&block, line.content, width) {
            flush(&mut block, words, &mut joined);
        }
        block.push(line);
    }
    flush(&mut block, words, &mut joined);
    joined.retain(|letter| letter != SOFT_HYPHEN);
    joined
}

/// The columns of the longest line that has a neighbour: a paragraph that already is in one line tells nothing of
/// where the others were broken.
fn width(lines: &[Line<'_>]) -> usize {
    let pairs = lines.windows(2).filter(|pair| !is_blank(pair[0].content) && !is_blank(pair[1].content));
    pairs.flatten().map(|line| columns(line.content.trim_end())).max().unwrap_or_default()
}

/// Writes a block as one line, with its last line's ending.
fn flush(block: &mut Vec<Line<'_>>, words: &str, joined: &mut String) {
    let start = joined.len();
    for (index, line) in block.iter().enumerate() {
        if index == 0 {
            joined.push_str(if block.len() > 1 { line.content.trim_end() } else { line.content });
            continue;
        }
        let next = line.content[quotation(line.content).len()..].trim();
        let seam = seam(&joined[start..], next, words);
        joined.truncate(joined.len() - seam.taken);
        joined.push_str(seam.put);
        joined.push_str(next);
    }
    joined.push_str(block.last().map_or("", |line| line.ending));
    block.clear();
}

fn starts_block(block: &[Line<'_>], next: &str, width: usize) -> bool {
    let Some(last) = block.last().map(|line| line.content) else { return false };
    let depth = |line| quotation(line).matches('>').count();
    if depth(last) != depth(next) {
        return true;
    }
    let [first, last, next] = [block[0].content, last, next].map(|line| &line[quotation(line).len()..]);
    if [last, next].into_iter().any(|line| is_blank(line) || is_heading(line)) {
        return true;
    }
    let fullness = fullness(last, next, width);
    let early = fullness < EARLY;
    if is_bullet(next) {
        return is_item(first) || ends_clause(last) || early;
    }
    if let Some(number) = number(next) {
        return is_item(first) || (matches!(number, "1" | "a" | "A" | "i") && (ends_clause(last) || early));
    }
    let new_paragraph = if ends_sentence(last) {
        let indented = !is_item(first) && indent(next) >= indent(last) + INDENT;
        indented || (early && starts_anew(next))
    } else {
        block.len() == 1 && early && starts_anew(next) && !is_item(first) && !runs_on(last)
    };
    new_paragraph || (fullness < ON_PURPOSE && !last.trim_end().ends_with(['-', '‐', SOFT_HYPHEN]))
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
            (
                "See Smith et al.\n(2019) and J. R.\nDoe (in Fig.\n3) for more of the same",
                "See Smith et al. (2019) and J. R. Doe (in Fig. 3) for more of the same",
            ),
            (
                "We stay as we were, all of us and more.\n\nBest,\nAnna",
                "We stay as we were, all of us and more.\n\nBest, Anna",
            ),
            (
                "A long line that goes to the very end of it,\nand one more line.\nBest,\nAnna",
                "A long line that goes to the very end of it, and one more line.\nBest,\nAnna",
            ),
            ("> quoted and\n> wrapped\n>> deeper\nreply", "> quoted and wrapped\n>> deeper\nreply"),
            (
                "第一章 はじめに\n本研究では、日本語の文章を対象として、改行を\n取り除く。",
                "第一章 はじめに\n本研究では、日本語の文章を対象として、改行を取り除く。",
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
