//! A file of the user's as text, and the way from a span of bytes in it to a [`Diagnostic`] with line and column.
//!
//! Invariant: what is quoted of a file is one shortened line of it, and never what could be a key's value.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::config::diagnostic::Diagnostic;
use crate::config::secret;

/// Bytes of a [`Source`]'s text.
pub type Span = Range<usize>;

/// The most that is quoted of the offending text: enough to find it, short enough for a notification.
const LONGEST_QUOTE: usize = 60;

/// A file's text, without byte order mark and with `\n` alone at the ends of lines; neither moves a line or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    file: PathBuf,
    text: String,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    pub value: T,
    pub span: Span,
}

impl Source {
    pub fn new(file: impl Into<PathBuf>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        Self { file: file.into(), text }
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte, both from 1, the column in characters. Past the end is the end.
    pub fn line_column(&self, at: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// A mistake at its place, with the offending text.
    pub fn mistake(&self, span: &Span, problem: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        let mut diagnostic = self.sealed_mistake(span, problem, help);
        diagnostic.found = self.quote(span);
        diagnostic
    }

    /// A mistake whose text is not to be shown.
    pub fn sealed_mistake(&self, span: &Span, problem: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        let (line, column) = self.line_column(span.start);
        Diagnostic {
            file: self.file.clone(),
            line,
            column,
            found: String::new(),
            problem: problem.into(),
            help: help.into(),
        }
    }

    /// The first line of what stands in `span`, shortened; nothing where its line could hold a key.
    fn quote(&self, span: &Span) -> String {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end.max(span.start));
        if secret::may_hold_one(self.line_around(start)) {
            return String::new();
        }
        let line = self.text[start..end].lines().next().unwrap_or_default().trim_end();
        match line.char_indices().nth(LONGEST_QUOTE) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None => line.to_owned(),
        }
    }

    fn line_around(&self, at: usize) -> &str {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        &self.text[start..end]
    }
}

/// The mistake of a file that cannot be read at all.
pub fn unreadable(file: &Path, problem: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Source::new(file, "").sealed_mistake(&(0..0), problem, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_their_ends() {
        let source = Source::new("x", "\u{feff}ä = 1\r\nöö = 2");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column("ä = 1\nöö".len()), (2, 3));
        assert_eq!(source.line_column(1_000), (2, 7));
    }

    #[test]
    fn a_quote_is_one_short_line_without_keys() {
        let quote = |text: &str| Source::new("x", text).mistake(&(0..text.len()), "wrong", "").found;
        assert_eq!(quote("one\ntwo"), "one");
        assert_eq!(quote(&"é".repeat(99)), format!("{}…", "é".repeat(60)));
        assert_eq!(quote("api_key = sk-123"), "");
    }
}
