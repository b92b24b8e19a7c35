//! JSON values, one a line, as Ollama streams them: bytes in, lines out.
//!
//! Invariant: how the bytes are cut into pieces never changes the lines, and the work is linear in the bytes.

use super::sse::{EVENT_LIMIT, Event, EventTooLarge};

/// The beginning of a line whose end has not come.
#[derive(Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
}

impl Decoder {
    /// Takes the next bytes, and puts the lines that they complete behind those in `lines`. Empty ones are none.
    pub fn feed(&mut self, mut bytes: &[u8], lines: &mut Vec<Event>) -> Result<(), EventTooLarge> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.keep(&bytes[..end])?;
            self.end_line(lines);
            bytes = &bytes[end + 1..];
        }
        self.keep(bytes)
    }

    /// The stream has ended: the line that was still open.
    pub fn finish(mut self) -> Option<Event> {
        let mut lines = Vec::new();
        self.end_line(&mut lines);
        lines.pop()
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), EventTooLarge> {
        if self.line.len() + bytes.len() > EVENT_LIMIT {
            return Err(EventTooLarge);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, lines: &mut Vec<Event>) {
        let text = String::from_utf8_lossy(&self.line);
        if !text.trim().is_empty() {
            lines.push(Event { event: None, data: text.trim().to_owned() });
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_matter() {
        let stream = "{\"a\":\"ü\"}\r\n\n {\"b\":1}\n{\"c\"".as_bytes();
        for size in 1..=stream.len() {
            let (mut decoder, mut lines) = (Decoder::default(), Vec::new());
            for piece in stream.chunks(size) {
                decoder.feed(piece, &mut lines).unwrap();
            }
            lines.extend(decoder.finish());
            let data: Vec<_> = lines.iter().map(|line| line.data.as_str()).collect();
            assert_eq!(data, ["{\"a\":\"ü\"}", "{\"b\":1}", "{\"c\""], "in pieces of {size}");
        }
    }

    #[test]
    fn an_endless_line_is_an_error() {
        let mut decoder = Decoder::default();
        decoder.feed(&vec![b'x'; EVENT_LIMIT], &mut Vec::new()).unwrap();
        assert_eq!(decoder.feed(b"x", &mut Vec::new()), Err(EventTooLarge));
    }
}
