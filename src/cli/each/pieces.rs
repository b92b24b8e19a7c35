//! A text in pieces, each with what stood after it, so that the answers can be put together as the text was. It is cut
//! line by line, as it comes.

use crate::cli::arguments::Each;

/// A piece and what separated it from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub separator: String,
}

impl Piece {
    /// Passed on as it is.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Makes pieces of lines.
pub struct Cutter {
    each: Each,
    /// A paragraph that may go on.
    open: Option<Piece>,
}

impl Cutter {
    pub fn new(each: Each) -> Self {
        Self { each, open: None }
    }

    /// Takes the next line, its end included; gives the piece that is complete.
    pub fn line(&mut self, line: &str) -> Option<Piece> {
        let line = piece_of(line);
        if self.each == Each::Line {
            return Some(line);
        }
        let blank = line.is_blank();
        match &mut self.open {
            Some(piece) if blank => {
                piece.separator.push_str(&line.text);
                piece.separator.push_str(&line.separator);
                None
            }
            // The paragraph goes on while only a line's end stands between.
            Some(piece) if !has_blank_line(&piece.separator) => {
                piece.text.push_str(&piece.separator);
                piece.text.push_str(&line.text);
                piece.separator = line.separator;
                None
            }
            _ => self.open.replace(line),
        }
    }

    /// The text is over.
    pub fn end(&mut self) -> Option<Piece> {
        self.open.take()
    }
}

/// A last line without an end gets one, as an answer in a pipe should.
fn piece_of(line: &str) -> Piece {
    let content = line.trim_end_matches('\n').trim_end_matches('\r');
    let separator = if line.len() > content.len() { &line[content.len()..] } else { "\n" };
    Piece { text: content.to_owned(), separator: separator.to_owned() }
}

/// The end of the paragraph's last line and at least one more.
fn has_blank_line(separator: &str) -> bool {
    separator.matches('\n').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(each: Each, text: &str, expected: &[(&str, &str)]) {
        let mut cutter = Cutter::new(each);
        let mut pieces: Vec<_> = text.split_inclusive('\n').filter_map(|line| cutter.line(line)).collect();
        pieces.extend(cutter.end());
        let found: Vec<_> = pieces.iter().map(|piece| (piece.text.as_str(), piece.separator.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_keep_their_ends() {
        check(Each::Line, "a\nb\r\n\nc", &[("a", "\n"), ("b", "\r\n"), ("", "\n"), ("c", "\n")]);
        check(Each::Line, "", &[]);
    }

    #[test]
    fn paragraphs_keep_what_stands_between_them() {
        check(Each::Paragraph, "a\nb\n\n  \nc\n", &[("a\nb", "\n\n  \n"), ("c", "\n")]);
        check(Each::Paragraph, "a", &[("a", "\n")]);
        check(Each::Paragraph, "\n\na\r\nb\r\n\r\nc", &[("", "\n\n"), ("a\r\nb", "\r\n\r\n"), ("c", "\n")]);
    }
}
