//! Cuts a prompt file into its front matter (between two lines of `---`) and its body.

use crate::config::diagnostic::Diagnostic;
use crate::config::locate::{Source, Span};

const FENCE: &str = "---";

/// Both as bytes of the file. The body is without the blank lines around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Empty where there is none.
    pub front: Span,
    pub body: Span,
}

/// A file that does not open with `---` is all body.
pub fn split(source: &Source) -> Result<Parts, Diagnostic> {
    let text = source.text();
    let mut lines = Lines { text, at: 0 };
    if lines.next().is_none_or(|line| !is_fence(&text[line])) {
        return Ok(Parts { front: 0..0, body: trimmed(text, 0) });
    }
    let start = lines.at;
    while let Some(line) = lines.next() {
        if is_fence(&text[line.clone()]) {
            return Ok(Parts { front: start..line.start, body: trimmed(text, lines.at) });
        }
    }
    let help = "close it by a second line of `---`; the prompt stands below that";
    Err(source.mistake(&(0..FENCE.len()), "the front matter has no end", help))
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

fn trimmed(text: &str, from: usize) -> Span {
    let body = &text[from..];
    // Spaces before the first word are its own: only whole blank lines are taken off.
    let lead = body.len() - body.trim_start().len();
    let first_line = body[..lead].rfind('\n').map_or(0, |newline| newline + 1);
    let start = from + first_line;
    start..start.max(from + body.trim_end().len())
}

struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        self.at = start + (length + 1).min(rest.len());
        Some(start..start + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, front: &str, body: &str) {
        let source = Source::new("x.md", text);
        let parts = split(&source).unwrap();
        assert_eq!((&source.text()[parts.front], &source.text()[parts.body]), (front, body), "{text:?}");
    }

    #[test]
    fn files_are_cut_at_their_fences() {
        check("---\nname: A\n---\nBody", "name: A\n", "Body");
        check("\u{feff}---\r\nname: A\r\n---  \r\n\r\n  Body\r\n\r\n", "name: A\n", "  Body");
        check("Body alone", "", "Body alone");
        check("---\n---\n", "", "");
        check("---\n---", "", "");
        check("", "", "");
        check("Body\n---\nmore", "", "Body\n---\nmore");
    }

    #[test]
    fn a_front_matter_without_end_is_a_mistake() {
        let mistake = split(&Source::new("x.md", "---\nname: A\n")).unwrap_err();
        assert_eq!(
            mistake.to_string(),
            "x.md:1:1: the front matter has no end: `---`; close it by a second line of `---`; the prompt stands below that"
        );
    }
}
