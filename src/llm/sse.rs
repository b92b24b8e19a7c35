//! Server-sent events: bytes in, events out, after <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
//!
//! Invariant: how the bytes are cut into pieces never changes the events, and the work is linear in the bytes. It knows
//! nothing of what the events mean. One deliberate difference from the specification: [`Decoder::finish`] hands on an
//! event that no blank line closed, since servers do end their last one so.

/// The most that one event may hold, so that a server that never ends its line cannot fill the memory. The largest
/// honest event, a whole answer in one piece, is far below.
pub const EVENT_LIMIT: usize = 8 * 1024 * 1024;

/// The mark that some servers put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What stood between two blank lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The `event` field, where there was one.
    pub event: Option<String>,
    /// The `data` fields, joined by line feeds.
    pub data: String,
}

/// One event was larger than [`EVENT_LIMIT`]. Nothing after it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of the stream is larger than {EVENT_LIMIT} bytes")]
pub struct EventTooLarge;

/// Remembers what the pieces so far have left open.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// The last byte was a CR: a LF that follows belongs to it.
    after_cr: bool,
    past_first_line: bool,
    event: Option<String>,
    data: Option<String>,
}

impl Decoder {
    /// Takes the next bytes, and puts the events that they complete behind those in `events`. After an error, feed it
    /// no more.
    pub fn feed(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) -> Result<(), EventTooLarge> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                return self.keep(bytes);
            };
            self.after_cr = bytes[end] == b'\r';
            self.end_line(&bytes[..end], events)?;
            bytes = &bytes[end + 1..];
        }
        Ok(())
    }

    /// The stream has ended: the event that was still open, if it had any data.
    pub fn finish(mut self) -> Option<Event> {
        let mut events = Vec::new();
        let line = std::mem::take(&mut self.line);
        self.take_line(&line, &mut events);
        self.take_line(b"", &mut events);
        events.pop()
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), EventTooLarge> {
        self.check_size(bytes.len())?;
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, rest: &[u8], events: &mut Vec<Event>) -> Result<(), EventTooLarge> {
        self.check_size(rest.len())?;
        if self.line.is_empty() {
            self.take_line(rest, events);
            return Ok(());
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(rest);
        self.take_line(&line, events);
        line.clear();
        self.line = line;
        Ok(())
    }

    fn check_size(&self, more: usize) -> Result<(), EventTooLarge> {
        let held = self.line.len() + self.data.as_ref().map_or(0, String::len);
        if held + more > EVENT_LIMIT { Err(EventTooLarge) } else { Ok(()) }
    }

    fn take_line(&mut self, mut line: &[u8], events: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.past_first_line, true) {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.is_empty() {
            let event = self.event.take();
            events.extend(self.data.take().map(|data| Event { event, data }));
            return;
        }
        let (field, value) = field_and_value(line);
        match field {
            b"data" => self.add_data(&String::from_utf8_lossy(value)),
            b"event" => self.event = Some(String::from_utf8_lossy(value).into_owned()),
            // Comments have an empty name; `id` and `retry` are for clients that connect anew.
            _ => {}
        }
    }

    fn add_data(&mut self, value: &str) {
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
    }
}

/// `field: value`, one space after the colon being no part of the value. No colon: an empty value.
fn field_and_value(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = line.iter().position(|&byte| byte == b':') else {
        return (line, b"");
    };
    let value = &line[colon + 1..];
    (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
        let (mut decoder, mut events) = (Decoder::default(), Vec::new());
        for piece in pieces {
            decoder.feed(piece, &mut events).unwrap();
        }
        events.extend(decoder.finish());
        events
    }

    /// `wanted`: each event as its data, or `name|data`. Whole, byte by byte and in threes.
    #[track_caller]
    fn check(stream: impl AsRef<[u8]>, wanted: &[&str]) {
        let stream = stream.as_ref();
        for size in [stream.len().max(1), 1, 3] {
            let events = decode(stream.chunks(size));
            let shown: Vec<_> = events
                .iter()
                .map(|event| match &event.event {
                    Some(name) => format!("{name}|{}", event.data),
                    None => event.data.clone(),
                })
                .collect();
            assert_eq!(shown, wanted, "in pieces of {size} bytes");
        }
    }

    #[test]
    fn a_blank_line_ends_an_event() {
        check("data: a\n\ndata: b\n\n", &["a", "b"]);
        check("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]);
        check("data: a\r\rdata: b\r\r", &["a", "b"]);
        check("data: a\r\n\ndata: b\n\r\n\n\n", &["a", "b"]);
    }

    #[test]
    fn an_event_that_nothing_closes_is_handed_on_at_the_end() {
        check("data: a\n\ndata: b", &["a", "b"]);
        check("data: a\n\ndata: b\n", &["a", "b"]);
        check("event: end", &[]);
        check("", &[]);
    }

    #[test]
    fn data_lines_are_joined() {
        check("data: a\ndata: b\ndata:\ndata: c\n\n", &["a\nb\n\nc"]);
        check("data\n\n", &[""]);
        check("data:\n\n", &[""]);
    }

    #[test]
    fn one_space_after_the_colon_is_dropped() {
        check("data:a\n\ndata:  b \n\n", &["a", " b "]);
        check("data: a: b\n\n", &["a: b"]);
    }

    #[test]
    fn comments_and_unknown_fields_are_skipped() {
        check(": keep-alive\n\ndata: a\n:\nid: 3\nretry: 5\nDATA: no\n data: no\n\n: x", &["a"]);
    }

    #[test]
    fn an_event_has_its_own_name_alone() {
        check("event: x\ndata: a\n\ndata: b\n\nevent: y\n\ndata: c\n\n", &["x|a", "b", "c"]);
    }

    #[test]
    fn a_byte_order_mark_counts_at_the_start_alone() {
        check("\u{feff}data: a\n\n\u{feff}data: b\n\ndata: c\n\n", &["a", "c"]);
    }

    #[test]
    fn characters_split_over_pieces_stay_whole_and_broken_ones_are_marked() {
        check("data: Grüße 🌐 日本\n\n", &["Grüße 🌐 日本"]);
        check(b"data: a\xFFb\n\n", &["a\u{fffd}b"]);
    }

    #[test]
    fn an_endless_event_is_an_error() {
        let piece = vec![b'x'; EVENT_LIMIT / 4];
        let (mut decoder, mut events) = (Decoder::default(), Vec::new());
        decoder.feed(b"data: first\n\ndata: ", &mut events).unwrap();
        let fed: Result<Vec<()>, _> = (0..4).map(|_| decoder.feed(&piece, &mut events)).collect();
        assert_eq!(fed, Err(EventTooLarge));
        assert_eq!(events.len(), 1, "what came before is not lost");
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(
            words in prop::collection::vec(
                prop::sample::select(vec!["data: ", "data:", "event: e", ":", "\r", "\n", "\r\n", "ü", "🌐", "\u{feff}", "x", " "]),
                0..40,
            ),
            cuts in prop::collection::vec(1usize..9, 1..40),
        ) {
            let stream = words.concat().into_bytes();
            let (mut rest, mut pieces) = (stream.as_slice(), Vec::new());
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            prop_assert_eq!(decode(pieces), decode([stream.as_slice()]));
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(decode(bytes.chunks(1)), decode([bytes.as_slice()]));
        }
    }
}
