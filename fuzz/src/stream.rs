//! A stream of any bytes gives the same answer however it is cut into pieces, and its answer is the same however the
//! words of it were cut into events.
//!
//! The first line says how: its first byte is the format, each other the length of a piece. The stream is what follows.

use postil::config::{Provider, ProviderKind};
use postil::llm::lines;
use postil::llm::request::{CallFailure, Chunk, Completion};
use postil::llm::roster::Target;
use postil::llm::sse::{self, Event};
use postil::llm::thinking::Thinking;
use postil::llm::wire::{Decoder, Framing, Progress, Wire};

use super::first_line;

/// So that the lengths of pieces can be written as letters.
const LONGEST_PIECE: u8 = 64;

pub fn check(bytes: &[u8]) {
    let (head, stream) = first_line(bytes);
    let (format, cuts) = head.split_first().map_or((0, head), |(format, cuts)| (*format, cuts));
    let wire = Wire::ALL[usize::from(format) % Wire::ALL.len()];
    let target = target();
    let pieces = pieces(cuts, stream);
    let framing = wire.decoder(&target).framing();
    assert_eq!(events(framing, &pieces), events(framing, &[stream]));
    assert_eq!(answer(wire, &target, &pieces), answer(wire, &target, &[stream]));
    check_one_piece(wire, &target, stream);
    if let Ok(text) = std::str::from_utf8(stream) {
        check_thinking(cuts, text);
    }
}

fn target() -> Target {
    let provider = Provider::new("fuzz", ProviderKind::OpenAi, "http://127.0.0.1/v1");
    Target { provider: provider.into(), model: "m".into() }
}

/// Cuts a stream as its format is cut.
enum Cutter {
    Events(sse::Decoder),
    Lines(lines::Decoder),
}

impl Cutter {
    fn of(framing: Framing) -> Self {
        match framing {
            Framing::Events => Self::Events(sse::Decoder::default()),
            Framing::Lines => Self::Lines(lines::Decoder::default()),
        }
    }

    fn feed(&mut self, piece: &[u8], events: &mut Vec<Event>) {
        let fed = match self {
            Self::Events(decoder) => decoder.feed(piece, events),
            Self::Lines(decoder) => decoder.feed(piece, events),
        };
        fed.expect("no input is as large as the limit");
    }

    fn finish(self) -> Option<Event> {
        match self {
            Self::Events(decoder) => decoder.finish(),
            Self::Lines(decoder) => decoder.finish(),
        }
    }
}

/// `stream` in pieces whose lengths are the bytes of `cuts`, again and again.
fn pieces<'a>(cuts: &[u8], mut stream: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for cut in cuts.iter().cycle() {
        if stream.is_empty() {
            break;
        }
        let (piece, rest) = stream.split_at(usize::from(cut % LONGEST_PIECE + 1).min(stream.len()));
        pieces.push(piece);
        stream = rest;
    }
    if !stream.is_empty() {
        pieces.push(stream);
    }
    pieces
}

fn events(framing: Framing, pieces: &[&[u8]]) -> Vec<Event> {
    let (mut cutter, mut events) = (Cutter::of(framing), Vec::new());
    for piece in pieces {
        cutter.feed(piece, &mut events);
    }
    events.extend(cutter.finish());
    events
}

/// What the model said, what it thought, and how it ended.
type Answer = (String, String, Result<Completion, CallFailure>);

/// As the client reads a stream: each piece's events at once, and none behind the end.
fn answer(wire: Wire, target: &Target, pieces: &[&[u8]]) -> Answer {
    let mut decoder: Decoder = wire.decoder(target);
    let mut cutter = Cutter::of(decoder.framing());
    let (mut events, mut chunks) = (Vec::new(), Vec::new());
    for piece in pieces {
        cutter.feed(piece, &mut events);
        for event in events.drain(..) {
            if let Err(failure) = decoder.push(&event, &mut chunks) {
                return told(&chunks, Err(failure));
            }
            if decoder.progress() == Progress::Done {
                let ended = decoder.finish(&mut chunks);
                return told(&chunks, ended);
            }
        }
    }
    if let Some(Err(failure)) = cutter.finish().map(|last| decoder.push(&last, &mut chunks)) {
        return told(&chunks, Err(failure));
    }
    let ended = decoder.finish(&mut chunks);
    told(&chunks, ended)
}

fn check_one_piece(wire: Wire, target: &Target, body: &[u8]) {
    let (mut decoder, mut chunks) = (wire.decoder(target), Vec::new());
    if decoder.whole(body, &mut chunks).is_ok() {
        // A list of Gemini's, and lines of Ollama's, may be without their end.
        let may_be_cut = matches!(wire, Wire::Gemini | Wire::Ollama);
        assert!(may_be_cut || decoder.progress() == Progress::Done);
        let ended = decoder.finish(&mut chunks);
        assert!(may_be_cut || ended.is_ok(), "a whole answer is complete");
    }
    wire.models(body);
}

fn check_thinking(cuts: &[u8], text: &str) {
    let letters: Vec<char> = text.chars().collect();
    let mut rest = letters.as_slice();
    let (mut thinking, mut chunks) = (Thinking::default(), Vec::new());
    for cut in cuts.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(usize::from(cut % LONGEST_PIECE + 1).min(rest.len()));
        thinking.push(piece.iter().collect(), &mut chunks);
        rest = after;
    }
    thinking.push(rest.iter().collect(), &mut chunks);
    thinking.finish(&mut chunks);
    let (mut whole, mut in_one) = (Thinking::default(), Vec::new());
    whole.push(text.to_owned(), &mut in_one);
    whole.finish(&mut in_one);
    assert_eq!(words(&chunks), words(&in_one));
}

fn told(chunks: &[Chunk], ended: Result<Completion, CallFailure>) -> Answer {
    let (said, thought) = words(chunks);
    (said, thought, ended)
}

/// What is said and what is thought, each as one text.
fn words(chunks: &[Chunk]) -> (String, String) {
    let (mut said, mut thought) = (String::new(), String::new());
    for chunk in chunks {
        match chunk {
            Chunk::Answer(text) => said.push_str(text.expose()),
            Chunk::Reasoning(text) => thought.push_str(text.expose()),
        }
    }
    (said, thought)
}
