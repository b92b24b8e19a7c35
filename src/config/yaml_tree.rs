//! YAML (the front matter of a prompt file) to the neutral tree.
//!
//! Refused: anchors and aliases (a few lines of them can unfold to gigabytes), tags, several documents, the same key
//! twice, keys that are no words. Unquoted scalars keep their text: whether `no` is a word or a truth is for the key
//! to say.

use std::borrow::Cow;
use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::config::diagnostic::Diagnostic;
use crate::config::locate::{Source, Span};
use crate::config::reader::MOST_MISTAKES;
use crate::config::tree::{DEEPEST, Entry, Node, Table, Value};

/// Reads the bytes `part` of `source` as one YAML document whose root is a table; nothing at all is the empty one.
pub fn parse(source: &Source, part: Span) -> Result<Table, Vec<Diagnostic>> {
    let text = &source.text()[part.clone()];
    let mut reader = Reader {
        source,
        parser: Parser::new_from_str(text),
        places: Places::of(text, part.start),
        mistakes: Vec::new(),
    };
    match reader.document() {
        Ok(table) if reader.mistakes.is_empty() => Ok(table),
        Ok(_) => Err(reader.mistakes),
        Err(mistake) => {
            reader.mistakes.push(*mistake);
            Err(reader.mistakes)
        }
    }
}

struct Reader<'s> {
    source: &'s Source,
    parser: Parser<'s, saphyr_parser::StrInput<'s>>,
    places: Places,
    /// Mistakes after which the rest can still be read.
    mistakes: Vec<Diagnostic>,
}

/// A mistake after which nothing more can be read.
type Fatal = Box<Diagnostic>;

impl<'s> Reader<'s> {
    fn document(&mut self) -> Result<Table, Fatal> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(self.fatal(&span, "a second document", "one front matter is enough"));
                }
                Event::DocumentStart(_) => {}
                event => root = Some(self.node(event, span, 0)?),
            }
        }
        match root {
            None => Ok(Table::default()),
            Some(Node { value: Value::Table(table), .. }) => Ok(table),
            Some(Node { value: Value::Plain(text), .. }) if text.is_empty() => Ok(Table::default()),
            Some(Node { span, .. }) => Err(self.fatal(&span, "not a key", "write `key: value`")),
        }
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Fatal> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                Ok((event, self.places.byte(span.start.index())..self.places.byte(span.end.index())))
            }
            Some(Err(error)) => Err(self.syntax_error(&error)),
            None => Ok((Event::StreamEnd, 0..0)),
        }
    }

    fn node(&mut self, event: Event<'s>, span: Span, depth: usize) -> Result<Node, Fatal> {
        if depth > DEEPEST {
            return Err(self.fatal(&span, "too many levels", ""));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(&span, anchor, tag.is_some());
                Ok(Node { value: scalar(text, style), span })
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(&span, anchor, tag.is_some());
                self.list(span, depth)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(&span, anchor, tag.is_some());
                self.table(span, depth)
            }
            Event::Alias(_) => Err(self.fatal(&span, "an alias", "write the value itself")),
            _ => Err(self.fatal(&span, "not a value", "")),
        }
    }

    fn list(&mut self, start: Span, depth: usize) -> Result<Node, Fatal> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Node { value: Value::List(items), span: start.start..span.end.max(start.end) });
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn table(&mut self, start: Span, depth: usize) -> Result<Node, Fatal> {
        let mut entries = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            let (event, key_span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Node {
                    value: Value::Table(Table { entries }),
                    span: start.start..key_span.end.max(start.end),
                });
            }
            let Event::Scalar(key, ..) = event else {
                return Err(self.fatal(&key_span, "not a key", "a key is one word"));
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            if seen.insert(key.clone()) {
                entries.push(Entry { key: key.into_owned(), key_span, node });
            } else {
                self.mistake(&key_span, "duplicate key", "take one of the two away");
            }
        }
    }

    fn refuse_extras(&mut self, span: &Span, anchor: usize, tagged: bool) {
        if anchor != 0 {
            self.mistake(span, "an anchor", "take the `&name` away: there are no aliases");
        }
        if tagged {
            self.mistake(span, "a tag", "take the `!tag` away");
        }
    }

    fn mistake(&mut self, span: &Span, problem: &str, help: &str) {
        if self.mistakes.len() < MOST_MISTAKES {
            self.mistakes.push(self.source.mistake(span, problem, help));
        }
    }

    fn syntax_error(&self, error: &ScanError) -> Fatal {
        let at = self.places.byte(error.marker().index());
        let line_end = self.source.text()[at..].find('\n').map_or(self.source.text().len(), |newline| at + newline);
        let help = if error.info().contains("mapping values are not allowed") {
            "a value with `: ` in it needs quotes"
        } else {
            ""
        };
        self.fatal(&(at..line_end), format!("not YAML: {}", error.info()), help)
    }

    fn fatal(&self, span: &Span, problem: impl Into<String>, help: impl Into<String>) -> Fatal {
        Box::new(self.source.mistake(span, problem, help))
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    match style {
        ScalarStyle::Plain if matches!(&*text, "~" | "null") => Value::Plain(String::new()),
        ScalarStyle::Plain => Value::Plain(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    }
}

/// From the parser's count of characters to bytes of the file.
struct Places {
    base: usize,
    length: usize,
    /// The byte of each character; none where every character is one byte.
    bytes: Option<Vec<usize>>,
}

impl Places {
    fn of(text: &str, base: usize) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self { base, length: text.len(), bytes }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match &self.bytes {
            None => character,
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.length),
        };
        self.base + byte.min(self.length)
    }
}
