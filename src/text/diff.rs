//! What an answer changes in a text, word by word, to be looked at before it is made.
//!
//! Words are those of Unicode, so that Chinese and Japanese are compared character by character. Invariant: the kept and
//! the old pieces together are the old text, the kept and the new ones the new text, byte for byte. The work is bounded:
//! long texts are compared by lines first, and what differs wholly is shown whole.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::line::without_controls;
use super::sealed::AnswerText;
use super::shorten::shorten;

/// The most steps of one comparison, as they are foreseen: some milliseconds. Two thousand words that are all different
/// take as many.
const MOST_WORK: usize = 4_000_000;

/// The longest texts, as the product of their pieces, for which that is foreseen: pieces that only changed their places
/// are not noticed beforehand.
const MOST_PRODUCT: usize = 40_000_000;

/// Words of the unchanged text that are shown around a change in the short form.
const CONTEXT_WORDS: usize = 3;

/// A piece of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Kind, String)", into = "(Kind, String)")]
pub struct Piece {
    pub kind: Kind,
    pub text: AnswerText,
}

impl From<(Kind, String)> for Piece {
    fn from((kind, text): (Kind, String)) -> Self {
        Self { kind, text: text.into() }
    }
}

impl From<Piece> for (Kind, String) {
    fn from(piece: Piece) -> Self {
        (piece.kind, piece.text.expose().to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Kept,
    Old,
    New,
}

/// How the terminal's full form is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Red and struck through, green: for a terminal.
    Colours,
    /// `[-old-]{+new+}`, as `wdiff` and `git diff --word-diff` write it.
    Signs,
}

/// What leads from `old` to `new`.
pub fn diff(old: &str, new: &str) -> Vec<Piece> {
    let mut work = MOST_WORK;
    let mut pieces = Vec::new();
    let (old_words, new_words) = (words(old), words(new));
    match spend(&mut work, &old_words, &new_words) {
        true => compare(&old_words, &new_words, &mut pieces),
        false => by_lines(old, new, work, &mut pieces),
    }
    tidy(pieces)
}

/// Whether the comparison is within what is left of the work; it is taken off then.
fn spend(work: &mut usize, old: &[&str], new: &[&str]) -> bool {
    let (old, new) = without_common_ends(old, new);
    let cost = (old.len() + new.len()).saturating_mul(unmatched(old, new) + 1);
    let affordable = cost <= *work && old.len().saturating_mul(new.len()) <= MOST_PRODUCT;
    if affordable {
        *work -= cost;
    }
    affordable
}

/// The two where they differ: what is the same at the ends costs nothing.
fn without_common_ends<'a>(old: &'a [&'a str], new: &'a [&'a str]) -> (&'a [&'a str], &'a [&'a str]) {
    let front = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    (&old[..old.len() - back], &new[..new.len() - back])
}

/// How many pieces the other side does not have: at least so many changes there are.
fn unmatched(old: &[&str], new: &[&str]) -> usize {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    old.iter().for_each(|piece| *counts.entry(piece).or_default() += 1);
    new.iter().for_each(|piece| *counts.entry(piece).or_default() -= 1);
    usize::try_from(counts.values().map(|count| count.abs()).sum::<i64>()).unwrap_or(usize::MAX)
}

fn words(text: &str) -> Vec<&str> {
    text.split_word_bounds().collect()
}

fn compare(old: &[&str], new: &[&str], pieces: &mut Vec<Piece>) {
    for operation in capture_diff_slices(Algorithm::Myers, old, new) {
        changed(&operation, old, new, pieces);
    }
}

fn changed(operation: &DiffOp, old: &[&str], new: &[&str], pieces: &mut Vec<Piece>) {
    if let DiffOp::Equal { .. } = operation {
        return push(pieces, Kind::Kept, &old[operation.old_range()].concat());
    }
    push(pieces, Kind::Old, &old[operation.old_range()].concat());
    push(pieces, Kind::New, &new[operation.new_range()].concat());
}

/// By lines, and by words where lines changed, as far as the work goes.
fn by_lines(old: &str, new: &str, mut work: usize, pieces: &mut Vec<Piece>) {
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<&str>>();
    let (old_lines, new_lines) = (lines(old), lines(new));
    if !spend(&mut work, &old_lines, &new_lines) {
        push(pieces, Kind::Old, old);
        return push(pieces, Kind::New, new);
    }
    for operation in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
        let (gone, come) = (old_lines[operation.old_range()].concat(), new_lines[operation.new_range()].concat());
        let (gone_words, come_words) = (words(&gone), words(&come));
        match matches!(operation, DiffOp::Replace { .. }) && spend(&mut work, &gone_words, &come_words) {
            true => compare(&gone_words, &come_words, pieces),
            false => changed(&operation, &old_lines, &new_lines, pieces),
        }
    }
}

fn push(pieces: &mut Vec<Piece>, kind: Kind, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece { kind, text: text.into() });
    }
}

/// A change between two kept texts.
#[derive(Default)]
struct Change {
    old: String,
    new: String,
}

/// As a reader has it: what was taken away before what came in its place, and no space alone kept between two changes.
fn tidy(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut tidied = Vec::new();
    let mut open = Change::default();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let text = piece.text.expose();
        match piece.kind {
            Kind::Old => open.old.push_str(text),
            Kind::New => open.new.push_str(text),
            // More changes follow, as two kept pieces never do.
            Kind::Kept if open.is_change() && is_gap(text) && pieces.peek().is_some() => {
                open.old.push_str(text);
                open.new.push_str(text);
            }
            Kind::Kept => {
                open.close(&mut tidied);
                push_kept(&mut tidied, text);
            }
        }
    }
    open.close(&mut tidied);
    tidied
}

fn is_gap(text: &str) -> bool {
    text.trim().is_empty() && !text.contains('\n')
}

/// Kept texts of two comparisons that follow each other are one.
fn push_kept(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(last) if last.kind == Kind::Kept => last.text = format!("{}{text}", last.text.expose()).into(),
        _ => push(pieces, Kind::Kept, text),
    }
}

impl Change {
    fn is_change(&self) -> bool {
        !(self.old.is_empty() && self.new.is_empty())
    }

    fn close(&mut self, pieces: &mut Vec<Piece>) {
        let Self { old, new } = std::mem::take(self);
        if old == new {
            return push_kept(pieces, &old);
        }
        push(pieces, Kind::Old, &old);
        push(pieces, Kind::New, &new);
    }
}

/// The changes with a few words around each, for a notification: `I [recieved → received] your …`.
pub fn short(pieces: &[Piece], limit: usize) -> String {
    let mut text = String::new();
    for (place, piece) in pieces.iter().enumerate() {
        let shown = without_controls(piece.text.expose());
        match piece.kind {
            Kind::Kept => text.push_str(&context(&shown, place == 0, place + 1 == pieces.len())),
            Kind::Old if pieces.get(place + 1).is_some_and(|next| next.kind == Kind::New) => {
                text.push_str(&format!("[{} → ", seen(&shown)));
            }
            Kind::Old => text.push_str(&format!("[− {}]", seen(&shown))),
            Kind::New if place > 0 && pieces[place - 1].kind == Kind::Old => {
                text.push_str(&format!("{}]", seen(&shown)));
            }
            Kind::New => text.push_str(&format!("[+ {}]", seen(&shown))),
        }
    }
    shorten(text.trim(), limit).0
}

/// White space that is a whole change is made visible.
fn seen(text: &str) -> String {
    match text.trim().is_empty() {
        true => text.replace("\r\n", "⏎").replace(['\n', '\r'], "⏎").replace('\t', "⇥").replace(' ', "␣"),
        false => text.to_owned(),
    }
}

/// A kept text without its middle, or without the far end where it is the first or the last.
fn context(text: &str, is_first: bool, is_last: bool) -> String {
    let starts: Vec<usize> = text.unicode_word_indices().map(|(at, _)| at).collect();
    let most = if is_first || is_last { CONTEXT_WORDS } else { CONTEXT_WORDS * 2 };
    if starts.len() <= most {
        return text.to_owned();
    }
    let front = &text[..starts[CONTEXT_WORDS]];
    let back = &text[starts[starts.len() - CONTEXT_WORDS]..];
    match (is_first, is_last) {
        (true, _) => format!("… {back}"),
        (false, true) => format!("{}…", front.trim_end().to_owned() + " "),
        (false, false) => format!("{} … {back}", front.trim_end()),
    }
}

/// The whole text with its changes.
pub fn full(pieces: &[Piece], marks: Marks) -> String {
    let marked = pieces.iter().map(|piece| {
        let text = without_controls(piece.text.expose());
        match (piece.kind, marks) {
            (Kind::Kept, _) => text,
            (Kind::Old, Marks::Signs) => format!("[-{text}-]"),
            (Kind::New, Marks::Signs) => format!("{{+{text}+}}"),
            // SGR of ECMA-48: 31 and 32 are red and green, 9 strikes through, 4 underlines.
            (Kind::Old, Marks::Colours) => format!("\x1b[31;9m{text}\x1b[0m"),
            (Kind::New, Marks::Colours) => format!("\x1b[32;4m{text}\x1b[0m"),
        }
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(old: &str, new: &str, expected: &str) {
        assert_eq!(full(&diff(old, new), Marks::Signs), expected);
    }

    #[test]
    fn words_are_compared() {
        check("a same text", "a same text", "a same text");
        check("I recieved it", "I received it", "I [-recieved-]{+received+} it");
        check("there own dog", "their own dog", "[-there-]{+their+} own dog");
        check("one two three", "uno due three", "[-one two-]{+uno due+} three");
        check("a b", "a", "a[- b-]");
        check("", "new", "{+new+}");
        check("これは本です", "これは木です", "これは[-本-]{+木+}です");
        check("don't", "do not", "[-don't-]{+do not+}");
        check("one\ntwo", "eins\nzwei", "[-one-]{+eins+}\n[-two-]{+zwei+}");
    }

    #[test]
    fn colours_are_for_a_terminal_and_nothing_of_the_text_gets_there_as_a_command() {
        let pieces = diff("a\x1b[2Jb", "c");
        assert_eq!(full(&pieces, Marks::Colours), "\x1b[31;9ma[2Jb\x1b[0m\x1b[32;4mc\x1b[0m");
    }

    fn check_short(old: &str, new: &str, expected: &str) {
        assert_eq!(short(&diff(old, new), 80), expected);
    }

    #[test]
    fn the_short_form_shows_the_changes() {
        check_short("I recieved it", "I received it", "I [recieved → received] it");
        check_short("a very good day", "a good day", "a [− very ]good day");
        check_short("good day", "a good day", "[+ a ]good day");
        check_short("a  b", "a b", "a[␣␣ → ␣]b");
        let words = "one two three four five six seven eight";
        check_short(
            &format!("{words} bad {words} wrong"),
            &format!("{words} good {words} right"),
            "… six seven eight [bad → good] one two three … six seven eight [wrong → right]",
        );
        check_short(&format!("bad {words}"), &format!("good {words}"), "[bad → good] one two three …");
    }

    #[test]
    fn long_texts_are_compared_by_lines() {
        let line = |number: usize| format!("line {number} with words of its own, again and again\n");
        let old: String = (0..4000).map(line).collect();
        let new = old.replace("line 17 with", "line 17 without").replace("line 3917 with", "line 3917 without");
        let changed = short(&diff(&old, &new), 200);
        assert_eq!(changed.matches("[with → without]").count(), 2, "{changed}");
    }

    #[test]
    fn what_differs_wholly_is_shown_whole_and_soon() {
        let text = |word: &str| (0..50_000).map(|number| format!("{word}{number}\n")).collect::<String>();
        assert_eq!(diff(&text("a"), &text("b")).len(), 2);
    }

    proptest! {
        #[test]
        fn both_texts_are_in_it(old in "[ab \n.語]{0,40}", new in "[ab \n.語]{0,40}") {
            let pieces = diff(&old, &new);
            let side = |other: Kind| {
                let kept = pieces.iter().filter(|piece| piece.kind != other);
                kept.map(|piece| piece.text.expose()).collect::<String>()
            };
            prop_assert_eq!(side(Kind::New), old);
            prop_assert_eq!(side(Kind::Old), new);
            let _ = short(&pieces, 20);
        }
    }
}
