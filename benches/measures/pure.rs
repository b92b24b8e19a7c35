//! What is run once for each piece of an answer: the stream's events, the wire format, the engine.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use postil::action::template::{Names, Template};
use postil::action::{Action, ActionName, ModelChoice, Source};
use postil::config::{Provider, ProviderKind, Settings};
use postil::desktop::TriggerContext;
use postil::engine::call::CallId;
use postil::engine::effect::Effect;
use postil::engine::event::{Event, Overrides, Trigger, What};
use postil::engine::{Engine, Now};
use postil::llm::request::Chunk;
use postil::llm::roster::{Readiness, Survey, Target};
use postil::llm::wire::{Framing, Wire};
use postil::llm::{lines, sse};

use crate::distribution::Verdict;

/// An answer of so many pieces is far longer than any.
const PIECES: u32 = 100_000;
/// What a connection's reads bring at once, more or less.
const READ: usize = 1400;
/// Of these runs the median counts.
const RUNS: usize = 5;
/// What one piece may take.
const LIMIT_MICROS: f64 = 2.0;

pub fn measure() {
    println!("| for each piece of an answer | median of {RUNS} runs over {PIECES} | target |\n|---|--:|---|");
    for (name, wire, piece) in formats() {
        row(&format!("decoded, {name}: bytes to chunks"), || decode(wire, &piece));
    }
    row("taken by the engine: event to effects", take);
    #[cfg(target_os = "linux")]
    for (name, wire, piece) in formats() {
        let grown = grown(wire, &piece);
        println!(
            "| memory after {PIECES} more, {name} | {grown} KB more | ≤ {NO_GROWTH} KB: {} |",
            Verdict(grown <= NO_GROWTH)
        );
    }
}

/// Kilobytes that are no growth: pages that the allocator touches for the first time.
#[cfg(target_os = "linux")]
const NO_GROWTH: i64 = 128;

/// Kilobytes by which the process is larger when the pieces were decoded once more.
#[cfg(target_os = "linux")]
fn grown(wire: Wire, piece: &str) -> i64 {
    let memory = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or_default().trim();
        line.trim_end_matches(" kB").parse::<i64>().expect("the system says so")
    };
    decode(wire, piece);
    let before = memory();
    decode(wire, piece);
    memory() - before
}

fn row(what: &str, run: impl Fn() -> f64) {
    let mut micros: Vec<f64> = (0..RUNS).map(|_| run()).collect();
    micros.sort_by(f64::total_cmp);
    let median = micros[RUNS / 2];
    println!("| {what} | {median:.2} µs | ≤ {LIMIT_MICROS} µs: {} |", Verdict(median <= LIMIT_MICROS));
}

fn provider() -> Arc<Provider> {
    Arc::new(Provider::new("bench", ProviderKind::OpenAi, "http://127.0.0.1:1/v1"))
}

/// Microseconds for one piece, from the bytes of the body.
fn decode(wire: Wire, piece: &str) -> f64 {
    let body = piece.repeat(PIECES as usize);
    let (mut events, mut chunks) = (Vec::new(), Vec::new());
    let (mut stream, mut decoder) = (sse::Decoder::default(), wire.decoder(&target()));
    let mut lines = lines::Decoder::default();
    let (mut decoded, begun) = (0, Instant::now());
    for read in body.as_bytes().chunks(READ) {
        let fed = match decoder.framing() {
            Framing::Events => stream.feed(read, &mut events),
            Framing::Lines => lines.feed(read, &mut events),
        };
        fed.expect("no event is too large");
        for event in events.drain(..) {
            decoder.push(&event, &mut chunks).expect("it is well formed");
        }
        decoded += chunks.drain(..).map(black_box).count();
    }
    let micros = begun.elapsed().as_secs_f64() * 1e6;
    assert_eq!(decoded, PIECES as usize);
    micros / f64::from(PIECES)
}

fn target() -> Target {
    Target { provider: provider(), model: "small".into() }
}

/// A piece of an answer as each format sends it.
fn formats() -> [(&'static str, Wire, String); 5] {
    let openai = serde_json::json!({
        "id": "chatcmpl-CQ5nYSKtYHwQ8ScNyVkYfLxqvzUTo", "object": "chat.completion.chunk", "created": 1_790_000_000,
        "model": "gpt-5-mini-2025-08-07", "service_tier": "default", "system_fingerprint": null,
        "choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": null}],
        "obfuscation": "b4hQ1mVrTz"
    });
    let responses = serde_json::json!({
        "type": "response.output_text.delta", "item_id": "msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654",
        "output_index": 0, "content_index": 0, "delta": "word ", "logprobs": [], "sequence_number": 7
    });
    let anthropic = serde_json::json!({
        "type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "word "}
    });
    let gemini = serde_json::json!({
        "candidates": [{"content": {"parts": [{"text": "word "}], "role": "model"}, "index": 0}],
        "usageMetadata": {"promptTokenCount": 11, "totalTokenCount": 11,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 11}]},
        "modelVersion": "gemini-3.5-flash-lite", "responseId": "mAitaLmkHPPlz7IPvtfUqQ4"
    });
    let ollama = serde_json::json!({
        "model": "qwen3:8b", "created_at": "2026-11-25T12:00:00.000000Z",
        "message": {"role": "assistant", "content": "word "}, "done": false
    });
    [
        ("chat completions", Wire::OpenAi, format!("data: {openai}\n\n")),
        ("Responses", Wire::Responses, format!("event: response.output_text.delta\ndata: {responses}\n\n")),
        ("Anthropic", Wire::Anthropic, format!("event: content_block_delta\ndata: {anthropic}\n\n")),
        ("Gemini", Wire::Gemini, format!("data: {gemini}\r\n\r\n")),
        ("Ollama", Wire::Ollama, format!("{ollama}\n")),
    ]
}

/// Microseconds for one piece, in an engine whose one job is being answered.
fn take() -> f64 {
    let now = Now { at: Instant::now(), today: "2026-11-21".into() };
    let (mut engine, call) = answering(&now);
    let pieces: Vec<_> = (0..PIECES).map(|_| Event::Delta { call, chunk: Chunk::Answer("word ".into()) }).collect();
    let begun = Instant::now();
    for piece in pieces {
        black_box(engine.handle(piece, now.clone()));
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(PIECES)
}

fn answering(now: &Now) -> (Engine, CallId) {
    let name = ActionName::new("explain");
    let prompt = Template::compile("Explain it.", Names::default()).expect("a template");
    let action = Action { prompt, ..Action::new(name.clone(), "Explain") };
    let settings = Settings {
        model: ModelChoice::Named("bench/small".into()),
        providers: BTreeMap::from([("bench".into(), provider())]),
        actions: BTreeMap::from([(name.clone(), Arc::new(action))]),
        ..Settings::bare()
    };
    let survey = Survey::from([("bench".into(), Readiness::Ready { models: Vec::new() })]);
    let mut engine = Engine::new(Arc::new(settings), survey, std::collections::BTreeSet::new(), now.clone());
    engine.begin();
    let overrides = Overrides { text: Some((Source::Selection, "a text".into())), ..Overrides::default() };
    let trigger = Trigger { what: What::Action(name), context: TriggerContext::nowhere(), supersedes: true, overrides };
    let (_, effects) = engine.trigger(trigger, now.clone());
    let call = effects.into_iter().find_map(|effect| match effect {
        Effect::Run { call, .. } => Some(call),
        _ => None,
    });
    (engine, call.expect("the text is given and the model is known"))
}
