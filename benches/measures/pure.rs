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
use postil::llm::sse;
use postil::llm::wire::Wire;

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
    row("decoded: bytes to chunks", decode);
    row("taken by the engine: event to effects", take);
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
fn decode() -> f64 {
    let body = event("word ").repeat(PIECES as usize);
    let (mut events, mut chunks) = (Vec::new(), Vec::new());
    let mut stream = sse::Decoder::default();
    let mut decoder = Wire::OpenAi.decoder(&Target { provider: provider(), model: "small".into() });
    let (mut decoded, begun) = (0, Instant::now());
    for read in body.as_bytes().chunks(READ) {
        stream.feed(read, &mut events).expect("no event is too large");
        for event in events.drain(..) {
            decoder.push(&event, &mut chunks).expect("it is well formed");
        }
        decoded += chunks.drain(..).map(black_box).count();
    }
    let micros = begun.elapsed().as_secs_f64() * 1e6;
    assert_eq!(decoded, PIECES as usize);
    micros / f64::from(PIECES)
}

/// As OpenAI sends it.
fn event(piece: &str) -> String {
    let chunk = serde_json::json!({
        "id": "chatcmpl-CQ5nYSKtYHwQ8ScNyVkYfLxqvzUTo", "object": "chat.completion.chunk", "created": 1_790_000_000,
        "model": "gpt-5-mini-2025-08-07", "service_tier": "default", "system_fingerprint": null,
        "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": null}],
        "obfuscation": "b4hQ1mVrTz"
    });
    format!("data: {chunk}\n\n")
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
