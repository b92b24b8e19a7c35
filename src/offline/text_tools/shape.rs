//! What a line looks like: how wide it is, how it starts and how it ends. Knows nothing of its neighbours but for
//! [`fullness`].

use super::seam::is_unspaced;
use super::sentences::is_end;

/// Marks of list items; a dash is one only where no sentence runs into it.
const BULLETS: &[char] = &['-', '*', '+', '•', '‣', '▪', '◦', '●', '○', '·', '–'];

/// Digits of a list item's number; more are a year at the start of a line.
const ITEM_DIGITS: usize = 2;

pub fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// A Markdown heading.
pub fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    rest.len() < line.len() && rest.starts_with(' ')
}

pub fn is_item(line: &str) -> bool {
    is_bullet(line) || number(line).is_some()
}

pub fn is_bullet(line: &str) -> bool {
    line.trim_start().strip_prefix(BULLETS).is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// The number or letter of a list item: `1.`, `12)`, `(3)`, `a)`.
pub fn number(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (open, line) = line.strip_prefix('(').map_or((false, line), |rest| (true, rest));
    let end = line.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(line.len());
    let (label, rest) = line.split_at(end);
    let digits = !label.is_empty() && label.len() <= ITEM_DIGITS && label.bytes().all(|byte| byte.is_ascii_digit());
    let closed = rest.strip_prefix(')').or_else(|| rest.strip_prefix('.').filter(|_| digits && !open))?;
    ((digits || label.len() == 1) && closed.starts_with([' ', '\t'])).then_some(label)
}

/// The marks of an e-mail's quotation that the line starts with, and the space behind them.
pub fn quotation(line: &str) -> &str {
    let rest = line.trim_start_matches(['>', ' ']);
    let marks = &line[..line.len() - rest.len()];
    if marks.starts_with('>') { marks } else { "" }
}

pub fn indent(line: &str) -> usize {
    columns(&line[..line.len() - line.trim_start().len()])
}

/// How full `last` would have been with the first word of `next` behind it; 1 is `width` columns.
pub fn fullness(last: &str, next: &str, width: usize) -> f64 {
    let word = next.split_whitespace().next().unwrap_or_default();
    let unbroken = match word.chars().next() {
        Some(letter) if is_unspaced(letter) => columns(&word[..letter.len_utf8()]),
        _ => columns(word),
    };
    (columns(last.trim_end()) + 1 + unbroken) as f64 / width.max(1) as f64
}

/// Columns as a terminal counts them, nearly: East Asian letters take two.
pub fn columns(text: &str) -> usize {
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}

/// Han, kana, Hangul, and the punctuation and letters of full width.
pub fn is_wide(letter: char) -> bool {
    matches!(
        letter,
        '\u{2e80}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

fn unquoted(line: &str) -> &str {
    line.trim_end().trim_end_matches(['"', '”', '’', '»', '“', ')', ']', '」', '』', '\''])
}

/// With a stop that is not an abbreviation's, or a colon.
pub fn ends_sentence(line: &str) -> bool {
    let line = unquoted(line);
    match line.strip_suffix('.') {
        Some(before) => before.ends_with('.') || is_end(before, ".", ""),
        None => line.ends_with(['!', '?', '…', '。', '！', '？', '؟', '।', ':', '：']),
    }
}

/// A list may follow.
pub fn ends_clause(line: &str) -> bool {
    ends_sentence(line) || unquoted(line).ends_with([';', ',', '；', '，'])
}

/// No heading ends so.
pub fn runs_on(line: &str) -> bool {
    line.trim_end().ends_with([',', ';', '-', '‐', '–', '—', '(', '、', '，', '\u{ad}'])
}

/// With a capital, a digit, an opening quotation mark, or in a script without capitals.
pub fn starts_anew(line: &str) -> bool {
    let first = line.trim_start().chars().next();
    first.is_some_and(|letter| !letter.is_lowercase() && !matches!(letter, ',' | ';' | '.' | '(' | ')'))
}
