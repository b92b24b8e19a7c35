//! A text's beginning as a menu quotes it: short, on one line, and unable to reorder what stands beside it. It knows no
//! menu; how a desktop writes mnemonics is the business of what draws the menu.

use crate::text::line::one_line;
use crate::text::shorten::shorten;

/// Characters of a quoted text: enough to recognise it, short enough for a menu.
const QUOTE: usize = 36;
/// Characters of a text that are looked at for its beginning; the rest may be megabytes.
const LOOKED_AT: usize = 2000;

/// The beginning of `text` in quotation marks, isolated from the direction of the words around it.
pub fn quote(text: &str) -> String {
    let beginning: String = text.trim_start().chars().take(LOOKED_AT).collect();
    let (short, _) = shorten(&one_line(&beginning), QUOTE);
    format!("“\u{2068}{short}\u{2069}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(quote(text), format!("“\u{2068}{expected}\u{2069}”"));
    }

    #[test]
    fn a_quote_is_short_and_on_one_line() {
        check("Lorem ipsum", "Lorem ipsum");
        check("  two\n\tlines\r\n", "two lines");
        check("Lorem ipsum dolor sit amet, consectetur adipiscing", "Lorem ipsum dolor sit amet,…");
        check("a\u{0}b\u{1b}[31mc", "ab[31mc");
        check("", "");
    }

    #[test]
    fn what_is_quoted_cannot_turn_the_menu_around() {
        check("\u{202e}evil\u{2069}", "evil");
        check("שלום עולם", "שלום עולם");
        check("👩‍👩‍👧‍👦 family", "👩‍👩‍👧‍👦 family");
    }

    #[test]
    fn megabytes_are_not_walked_through() {
        check(&" x".repeat(1 << 20), &format!("{}…", ["x"; 18].join(" ")));
    }
}
