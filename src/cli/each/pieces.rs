//! A text in pieces, each with what stood after it, so that the answers can be put together as the text was.

/// A piece and what separated it from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub separator: String,
}

/// Every line is a piece. A last line without an end gets one, as an answer in a pipe should.
pub fn lines(text: &str) -> Vec<Piece> {
    let piece = |line: &str| {
        let content = line.trim_end_matches('\n').trim_end_matches('\r');
        let separator = if line.len() > content.len() { &line[content.len()..] } else { "\n" };
        Piece { text: content.to_owned(), separator: separator.to_owned() }
    };
    text.split_inclusive('\n').map(piece).collect()
}

/// Pieces are separated by blank lines, which stay as they are.
pub fn paragraphs(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for line in lines(text) {
        let blank = line.text.trim().is_empty();
        match pieces.last_mut() {
            Some(piece) if blank => piece.separator.push_str(&format!("{}{}", line.text, line.separator)),
            // The paragraph goes on while only a line's end stands between.
            Some(piece) if !has_blank_line(&piece.separator) => {
                piece.text.push_str(&piece.separator);
                piece.text.push_str(&line.text);
                piece.separator = line.separator;
            }
            _ => pieces.push(line),
        }
    }
    pieces
}

/// The end of the paragraph's last line and at least one more.
fn has_blank_line(separator: &str) -> bool {
    separator.matches('\n').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: Vec<Piece>, expected: &[(&str, &str)]) {
        let found: Vec<_> = pieces.iter().map(|piece| (piece.text.as_str(), piece.separator.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_keep_their_ends() {
        check(lines("a\nb\r\n\nc"), &[("a", "\n"), ("b", "\r\n"), ("", "\n"), ("c", "\n")]);
        check(lines(""), &[]);
    }

    #[test]
    fn paragraphs_keep_what_stands_between_them() {
        check(paragraphs("a\nb\n\n  \nc\n"), &[("a\nb", "\n\n  \n"), ("c", "\n")]);
        check(paragraphs("a"), &[("a", "\n")]);
        check(paragraphs("\n\na\r\nb\r\n\r\nc"), &[("", "\n\n"), ("a\r\nb", "\r\n\r\n"), ("c", "\n")]);
    }
}
