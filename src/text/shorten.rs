//! Cutting a text at a word.

use unicode_segmentation::UnicodeSegmentation;

/// The beginning of `text`, at most `limit` graphemes, cut after a whole word where one ends in its second half; and
/// whether something was cut.
pub fn shorten(text: &str, limit: usize) -> (String, bool) {
    let Some((end, _)) = text.grapheme_indices(true).nth(limit) else {
        return (text.to_owned(), false);
    };
    let head = &text[..end];
    let word_end = text[end..].starts_with(char::is_whitespace).then_some(end);
    let cut = word_end.or_else(|| head.rfind(char::is_whitespace).filter(|at| *at > end / 2)).unwrap_or(end);
    (head[..cut].trim_end().to_owned(), true)
}
