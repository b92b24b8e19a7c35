//! A stream of any bytes gives the same answer however it is cut into pieces, and its answer is the same however the
//! words of it were cut into events.
//!
//! The first line says how: each byte of it is the length of a piece. The stream is what follows.

use postil::config::{Provider, ProviderKind};
use postil::llm::request::{CallFailure, Chunk, Completion};
use postil::llm::roster::Target;
use postil::llm::sse::{self, Event};
use postil::llm::thinking::Thinking;
use postil::llm::wire::{Decoder, Progress, Wire};

use super::first_line;

/// So that the lengths of pieces can be written as letters.
const LONGEST_PIECE: u8 = 64;

pub fn check(bytes: &[u8]) {
    let (cuts, stream) = first_line(bytes);
    let target = target();
    let pieces = pieces(cuts, stream);
    let whole = events(&[stream]);
    assert_eq!(events(&pieces), whole);
    assert_eq!(answer(&target, &pieces), answer(&target, &[stream]));
    check_one_piece(&target, stream);
    if let Ok(text) = std::str::from_utf8(stream) {
        check_thinking(cuts, text);
    }
}

fn target() -> Target {
    let provider = Provider::new("fuzz", ProviderKind::OpenAi, "http://127.0.0.1/v1");
    Target { provider: provider.into(), model: "m".into() }
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

fn events(pieces: &[&[u8]]) -> Vec<Event> {
    let (mut decoder, mut events) = (sse::Decoder::default(), Vec::new());
    for piece in pieces {
        decoder.feed(piece, &mut events).expect("no input is as large as the limit");
    }
    events.extend(decoder.finish());
    events
}

/// What the model said, what it thought, and how it ended.
type Answer = (String, String, Result<Completion, CallFailure>);

/// As the client reads a stream: each piece's events at once, and none behind the end.
fn answer(target: &Target, pieces: &[&[u8]]) -> Answer {
    let (mut cutter, mut decoder) = (sse::Decoder::default(), decoder(target));
    let (mut events, mut chunks) = (Vec::new(), Vec::new());
    for piece in pieces {
        cutter.feed(piece, &mut events).expect("no input is as large as the limit");
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

fn check_one_piece(target: &Target, body: &[u8]) {
    let (mut decoder, mut chunks) = (decoder(target), Vec::new());
    if decoder.whole(body, &mut chunks).is_ok() {
        assert_eq!(decoder.progress(), Progress::Done);
        decoder.finish(&mut chunks).expect("a whole answer is complete");
    }
    Wire::OpenAi.models(body);
}

fn decoder(target: &Target) -> Decoder {
    Wire::OpenAi.decoder(target)
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
