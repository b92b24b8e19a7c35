//! A program's output as text, piece by piece: characters that two reads split, bytes that are no UTF-8, and the line
//! break that programs end with.

/// Turns bytes into pieces of text.
#[derive(Debug)]
pub struct AnswerDecoder {
    /// The start of a character whose rest has not come: three bytes at most.
    begun: Vec<u8>,
    /// A line break that is handed on only if more follows.
    held: &'static str,
    keeps_last_break: bool,
}

impl AnswerDecoder {
    /// `keeps_last_break`: whether a line break at the very end belongs to the answer.
    pub fn new(keeps_last_break: bool) -> Self {
        Self { begun: Vec::new(), held: "", keeps_last_break }
    }

    /// What can be said of the text now that `bytes` have come.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.begun.extend_from_slice(bytes);
        let begun = std::mem::take(&mut self.begun);
        let mut text = String::with_capacity(begun.len());
        let mut chunks = begun.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            if invalid.is_empty() {
                continue;
            }
            if chunks.peek().is_none() && is_begun(invalid) {
                self.begun = invalid.to_vec();
            } else {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.hold_last_break(text)
    }

    /// The rest, after the last byte has come.
    pub fn finish(self) -> String {
        let broken = if self.begun.is_empty() { "" } else { "\u{fffd}" };
        let held = if self.keeps_last_break || !broken.is_empty() { self.held } else { "" };
        [held, broken].concat()
    }

    fn hold_last_break(&mut self, text: String) -> String {
        if text.is_empty() {
            return text;
        }
        // A lone `\r` may be the first half of `\r\n`.
        let mut whole = std::mem::take(&mut self.held).to_owned() + &text;
        self.held = ["\r\n", "\n", "\r"].into_iter().find(|end| whole.ends_with(end)).unwrap_or("");
        whole.truncate(whole.len() - self.held.len());
        whole
    }
}

/// Whether `bytes` can become a character when more bytes come.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(pieces: &[&[u8]], keeps_last_break: bool) -> String {
        let mut decoder = AnswerDecoder::new(keeps_last_break);
        let text: String = pieces.iter().map(|piece| decoder.push(piece)).collect();
        text + &decoder.finish()
    }

    #[test]
    fn decoded_as_it_comes() {
        let check = |pieces: &[&[u8]], without, with| {
            assert_eq!(decoded(pieces, false), without);
            assert_eq!(decoded(pieces, true), with);
        };
        check(&[b"a\n"], "a", "a\n");
        check(&[b"a\r", b"\n"], "a", "a\r\n");
        check(&[b"a\n\n"], "a\n", "a\n\n");
        check(&[b"a\n", b"", b"b"], "a\nb", "a\nb");
        check(&["ü".as_bytes().split_at(1).0, "ü".as_bytes().split_at(1).1], "ü", "ü");
        check(&[b"\xf0\x9f", b"\x98", b"\x80!"], "😀!", "😀!");
        check(&[b"a\xff\xfeb"], "a\u{fffd}\u{fffd}b", "a\u{fffd}\u{fffd}b");
        check(&[b"a\xc3"], "a\u{fffd}", "a\u{fffd}");
        check(&[b"\xc3", b"a"], "\u{fffd}a", "\u{fffd}a");
        check(&[], "", "");
    }

    proptest! {
        #[test]
        fn where_reads_split_changes_nothing(bytes in any::<Vec<u8>>(), size in 1usize..5) {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            prop_assert_eq!(decoded(&pieces, true), String::from_utf8_lossy(&bytes));
        }
    }
}
