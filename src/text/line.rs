//! Foreign words that are to stand among our own: on one line, and unable to do anything but be read.

/// `text` on one line: white space becomes single spaces, control and direction characters go.
pub fn one_line(text: &str) -> String {
    without_controls(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` without control and direction characters; its lines stay. No D-Bus string, markup or menu takes NUL, and
/// an override that is left open would turn the words after it around.
pub fn without_controls(text: &str) -> String {
    text.chars().filter(|c| c.is_whitespace() || !(c.is_control() || is_direction_control(*c))).collect()
}

/// Marks, embeddings, overrides and isolates.
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreign_stays_on_its_line() {
        assert_eq!(one_line("  a\u{0}b\r\n\tc\u{202e}d\u{2069} "), "ab cd");
        assert_eq!(without_controls("a\u{1b}[1m\nb\u{7}"), "a[1m\nb");
        assert_eq!(one_line("שלום 👩‍👩‍👧"), "שלום 👩‍👩‍👧");
    }
}
