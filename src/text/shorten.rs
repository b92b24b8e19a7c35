//! Long texts for small places: notifications, menus, titles.
//!
//! Limits count grapheme clusters, which is what a reader sees as one character. What is cut says so with `…`.

use unicode_segmentation::UnicodeSegmentation;

const ELLIPSIS: char = '…';

/// `text` in at most `limit` characters, and whether it was cut. It is cut between words; inside one only if that alone
/// is longer than the limit. Directions that the cut would leave open are closed, so that the rest of a line keeps its own.
pub fn shorten(text: &str, limit: usize) -> (String, bool) {
    // Where the character behind the last one that fits starts, and where the first too many.
    let mut starts = text.grapheme_indices(true).map(|(at, _)| at);
    let room = limit.saturating_sub(1);
    let Some(last) = starts.by_ref().nth(room) else { return (text.to_owned(), false) };
    if limit > 0 && starts.next().is_none() {
        return (text.to_owned(), false);
    }
    if limit == 0 {
        return (String::new(), true);
    }
    let kept = text[..cut_at(text, last, room)].trim_end();
    let closed: String = open_directions(kept).into_iter().rev().collect();
    (format!("{kept}{closed}{ELLIPSIS}"), true)
}

/// The last end of a word at or before byte `end`; `end` itself inside a word of more than `room` characters.
fn cut_at(text: &str, end: usize, room: usize) -> usize {
    let word = text.split_word_bound_indices().map(|(at, word)| (at, at + word.len())).find(|(_, stop)| *stop >= end);
    match word {
        Some((start, stop)) if stop > end => {
            let too_long = text[start..stop].graphemes(true).count() > room;
            if too_long || text[..start].trim().is_empty() { end } else { start }
        }
        _ => end,
    }
}

/// What closes the embeddings, overrides and isolates that `text` leaves open, the outermost first.
fn open_directions(text: &str) -> Vec<char> {
    const POP_DIRECTION: char = '\u{202c}';
    const POP_ISOLATE: char = '\u{2069}';
    let mut open = Vec::new();
    for letter in text.chars() {
        match letter {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push(POP_DIRECTION),
            '\u{2066}'..='\u{2068}' => open.push(POP_ISOLATE),
            POP_DIRECTION if open.last() == Some(&POP_DIRECTION) => drop(open.pop()),
            POP_ISOLATE => {
                if let Some(isolate) = open.iter().rposition(|&close| close == POP_ISOLATE) {
                    open.truncate(isolate);
                }
            }
            _ => {}
        }
    }
    open
}

/// The first line of `text` with words in it, for a menu or a title: at most `limit` characters, white space as single
/// spaces, no control characters and none that change the direction.
pub fn first_line(text: &str, limit: usize) -> String {
    let line = text.lines().map(shown).find(|line| !line.is_empty()).unwrap_or_default();
    shorten(&line, limit).0
}

fn shown(line: &str) -> String {
    let spaced: String = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let visible = spaced.replace(
        |letter| {
            matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        },
        "",
    );
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shortened() {
        for (text, limit, expected) in [
            ("", 0, ""),
            ("a", 0, ""),
            ("a", 1, "a"),
            ("ab", 1, "…"),
            ("hello world", 11, "hello world"),
            ("hello world", 10, "hello…"),
            ("hello world", 6, "hello…"),
            ("hello world", 5, "hell…"),
            ("a unbelievably long", 6, "a unb…"),
            ("one, two", 7, "one,…"),
            ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧"),
            ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2, "👨‍👩‍👧…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("日本語の文章です", 5, "日本語の…"),
            ("שלום עולם טוב", 10, "שלום עולם…"),
            ("a \u{2067}שלום עולם\u{2069} b", 8, "a \u{2067}שלום\u{2069}…"),
            ("line one\nline two", 12, "line one…"),
        ] {
            let (short, cut) = shorten(text, limit);
            assert_eq!((short.as_str(), cut), (expected, expected != text), "{text:?} {limit}");
        }
    }

    #[test]
    fn first_lines() {
        for (text, limit, expected) in [
            ("\n \t\nTitle\there\u{7}  now\nrest", 40, "Title here now"),
            ("a\u{202e}b\u{200b}c", 40, "abc"),
            ("one two three", 8, "one two…"),
            ("\r\nx\r\n", 5, "x"),
            ("", 5, ""),
        ] {
            assert_eq!(first_line(text, limit), expected);
        }
    }

    proptest! {
        #[test]
        fn within_the_limit(text in any::<String>(), limit in 0usize..30) {
            let (short, cut) = shorten(&text, limit);
            let closing = |letter: &char| matches!(letter, '\u{202c}' | '\u{2069}');
            let shown: String = if cut { short.chars().filter(|letter| !closing(letter)).collect() } else { short };
            prop_assert!(shown.graphemes(true).count() <= limit);
        }
    }
}
