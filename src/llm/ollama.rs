//! Ollama's own interface, a stream of JSON lines.
//!
//! It is spoken rather than the imitation of OpenAI's below `/v1` that Ollama has too, for two things that the imitation
//! cannot: the window is asked for as large as the text needs (a text that does not fit the server's own window, 4,096
//! tokens as a rule, is cut by it without a word), and thinking can be taken away. Where the address that the user writes
//! ends in `/v1`, the imitation is meant and spoken.
//!
//! Invariant: data to data. An answer is complete with `done`.

use serde::Deserialize;
use serde_json::{Deserializer, Map, Value};

use super::heard::Heard;
use super::models;
use super::openai;
use super::refused::Refused;
use super::request::{CallFailure, Chunk, Effort, Finish, Sampling, Turn, Usage};
use super::roster::Target;
use super::sse::Event;
use super::wire::{Delivery, Outgoing, outgoing};
use crate::config::Provider;
use crate::engine::call::Request;
use crate::text::tokens;

/// The server's window where nobody has set another. A larger one is asked for only where it is needed: the model is loaded
/// anew for it, which takes seconds.
const USUAL_WINDOW: u32 = 4_096;
/// What an answer may need besides as much as was asked.
const ROOM: u32 = 512;

/// Thinks in three degrees, and cannot do without; other models think or do not.
const GRADED: &str = "gpt-oss";

pub fn build(target: &Target, request: &Request, delivery: Delivery, refused: &Refused) -> Outgoing {
    let sampling = refused.left_of(&request.sampling, target);
    let mut body = Map::new();
    body.insert("model".into(), target.model.as_str().into());
    body.insert("messages".into(), openai::messages(request));
    // Its own default is a stream.
    body.insert("stream".into(), (delivery == Delivery::Streamed).into());
    if let Some(effort) = sampling.effort {
        body.insert("think".into(), think(&target.model, effort));
    }
    let options = options(target, request, &sampling);
    if !options.is_empty() {
        body.insert("options".into(), options.into());
    }
    let url = format!("{}/api/chat", base_url(&target.provider));
    outgoing(&target.provider, url, delivery, Vec::new(), body)
}

pub fn models_url(provider: &Provider) -> String {
    format!("{}/api/tags", base_url(provider))
}

pub fn models(body: &[u8]) -> Option<Vec<String>> {
    let list: Value = serde_json::from_slice(body).ok()?;
    match list.get("models")? {
        Value::Array(all) => all.iter().map(|model| Some(model.get("name")?.as_str()?.to_owned())).collect(),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

fn base_url(provider: &Provider) -> &str {
    let base = provider.base_url.trim_end_matches('/');
    base.strip_suffix("/api").unwrap_or(base)
}

fn think(model: &str, effort: Effort) -> Value {
    match effort {
        Effort::None | Effort::Minimal | Effort::Low if model.contains(GRADED) => "low".into(),
        Effort::Medium if model.contains(GRADED) => "medium".into(),
        Effort::High if model.contains(GRADED) => "high".into(),
        effort => (effort != Effort::None).into(),
    }
}

fn options(target: &Target, request: &Request, sampling: &Sampling) -> Map<String, Value> {
    let fields = [
        ("temperature", sampling.temperature.map(Value::from)),
        ("top_p", sampling.top_p.map(Value::from)),
        ("num_predict", sampling.max_tokens.map(Value::from)),
        ("num_ctx", window(target, request).map(Value::from)),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The window to ask for, where the server's own may be too small: for the conversation, and for an answer as long as its
/// last turn or as the limit says. In powers of two, so that the next text does not load the model anew.
fn window(target: &Target, request: &Request) -> Option<u32> {
    let conversation = &request.conversation;
    let instructions = conversation.instructions.as_ref().map_or(0, |text| tokens::estimate(text.expose()));
    let turns = conversation.turns.iter().map(estimate);
    let last = turns.clone().next_back().unwrap_or_default();
    let answer = request.sampling.max_tokens.map_or(last + u64::from(ROOM), u64::from);
    let needed = u32::try_from(instructions + turns.sum::<u64>() + answer).unwrap_or(u32::MAX);
    if needed <= USUAL_WINDOW {
        return None;
    }
    let most = models::data_of(target).context.unwrap_or(u32::MAX);
    Some(needed.checked_next_power_of_two().unwrap_or(u32::MAX).min(most))
}

fn estimate(turn: &Turn) -> u64 {
    tokens::estimate(match turn {
        Turn::Text(text) => text.expose(),
        Turn::Prompt(text) => text.expose(),
        Turn::Answer(text) => text.expose(),
    })
}

#[derive(Deserialize, Default)]
struct Line {
    model: Option<String>,
    message: Option<Message>,
    done: Option<bool>,
    done_reason: Option<String>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    thinking: Option<String>,
}

pub fn event(heard: &mut Heard, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let data = event.data.trim();
    if heard.done || data.is_empty() {
        return Ok(());
    }
    match serde_json::from_str(data) {
        Ok(line) => take(heard, line, chunks),
        // JSON that is no line of ours is one that we do not know.
        Err(_) if serde_json::from_str::<Value>(data).is_ok() => Ok(()),
        Err(_) => heard.unreadable(),
    }
}

/// An answer in one piece, or all the lines of a stream at once.
pub fn whole(heard: &mut Heard, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    for line in Deserializer::from_slice(body).into_iter::<Value>() {
        let Ok(line) = line else { return Err(heard.not_an_answer("broken JSON")) };
        take(heard, serde_json::from_value(line).unwrap_or_default(), chunks)?;
    }
    if !heard.done && !heard.answering {
        return Err(heard.not_an_answer("JSON that is no answer"));
    }
    Ok(())
}

fn take(heard: &mut Heard, line: Line, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    if let Some(error) = line.error.filter(|error| !error.is_null()) {
        return Err(heard.in_stream(&error));
    }
    heard.answers_as(line.model);
    if let Some(message) = line.message {
        heard.think(message.thinking.unwrap_or_default(), chunks);
        heard.say(message.content.unwrap_or_default(), chunks);
    }
    if line.done == Some(true) {
        heard.done = true;
        heard.answering = true;
        heard.finish = Some(if line.done_reason.as_deref() == Some("length") { Finish::Length } else { Finish::Stop });
        heard.usage = line.eval_count.map(|output| Usage {
            input: line.prompt_eval_count.unwrap_or_default(),
            output,
            ..Usage::default()
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "ollama_tests.rs"]
mod tests;
