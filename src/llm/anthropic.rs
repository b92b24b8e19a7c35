//! Anthropic's Messages.
//!
//! Invariant: data to data. Events and blocks that we do not know are skipped: new ones may come at any time, as their
//! versioning policy says. An answer is complete with a stop reason.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::heard::Heard;
use super::models::{self, Mark, ModelData};
use super::openai;
use super::refused::{Field, Refused};
use super::request::{CallFailure, Chunk, Effort, Finish, Sampling, Usage};
use super::roster::Target;
use super::sse::Event;
use super::wire::{Delivery, Outgoing, outgoing};
use crate::config::Provider;
use crate::engine::call::Request;

/// The version of the interface. The newer ones refuse `temperature` and `top_p` for every model, this one only for those
/// that do not have them; `api_version` in the config chooses another.
const VERSION: &str = "2023-06-01";

/// The limit of the answer has to be said. Where the user says none, it is what the model can, but no more than this: what
/// a long page comes to, many times over.
const USUAL_LIMIT: u32 = 32_000;
/// What every model still in service can at least.
const LEAST_LIMIT: u32 = 8_192;

/// The only temperatures that there are, where other providers go up to 2.
const WARMEST: f64 = 1.0;

/// Models that do not decide themselves how long they think get a budget, in tokens.
const SMALL_BUDGET: u32 = 1_024;
const MEDIUM_BUDGET: u32 = 4_096;
const LARGE_BUDGET: u32 = 16_384;

pub fn build(target: &Target, request: &Request, delivery: Delivery, refused: &Refused) -> Outgoing {
    let (provider, conversation) = (&target.provider, &request.conversation);
    let sampling = refused.left_of(&request.sampling, target);
    let data = models::data_of(target);
    let thinking = thinking(sampling.effort, &data, refused);
    let mut body = Map::new();
    body.insert("model".into(), target.model.as_str().into());
    body.insert("max_tokens".into(), (limit(&sampling, &data) + thinking.budget).into());
    if let Some(system) = &conversation.instructions {
        body.insert("system".into(), system.expose().into());
    }
    body.insert("messages".into(), openai::turns(&conversation.turns).collect());
    add_sampling(&mut body, &sampling, thinking.budget);
    body.extend(thinking.fields);
    if delivery == Delivery::Streamed {
        body.insert("stream".into(), true.into());
    }
    let version = provider.api_version.as_deref().unwrap_or(VERSION);
    let headers = vec![("anthropic-version".to_owned(), version.to_owned())];
    outgoing(provider, format!("{}/messages", base_url(provider)), delivery, headers, body)
}

/// All of them on one page.
pub fn models_url(provider: &Provider) -> String {
    format!("{}/models?limit=1000", base_url(provider))
}

/// The headers that go with every request.
pub fn headers(provider: &Provider) -> Vec<(String, String)> {
    vec![("anthropic-version".to_owned(), provider.api_version.as_deref().unwrap_or(VERSION).to_owned())]
}

/// Anthropic's own tools write the address without the version.
fn base_url(provider: &Provider) -> String {
    let base = provider.base_url.trim_end_matches('/');
    if base.ends_with("/v1") { base.to_owned() } else { format!("{base}/v1") }
}

fn limit(sampling: &Sampling, data: &ModelData) -> u32 {
    sampling.max_tokens.unwrap_or_else(|| data.output.unwrap_or(LEAST_LIMIT).min(USUAL_LIMIT))
}

/// Who thinks takes no temperature.
fn add_sampling(body: &mut Map<String, Value>, sampling: &Sampling, budget: u32) {
    if budget > 0 {
        return;
    }
    if let Some(temperature) = sampling.temperature {
        body.insert("temperature".into(), temperature.min(WARMEST).into());
    }
    if let Some(top_p) = sampling.top_p {
        body.insert("top_p".into(), top_p.into());
    }
}

/// What an effort is in fields of the request.
#[derive(Default)]
struct ThinkingFields {
    fields: Map<String, Value>,
    /// What the limit has to have room for besides the answer.
    budget: u32,
}

/// No effort named: the model's own. Those of today think by themselves, the older ones do not.
fn thinking(effort: Option<Effort>, data: &ModelData, refused: &Refused) -> ThinkingFields {
    let fields = |fields: Value| match fields {
        Value::Object(fields) => ThinkingFields { fields, budget: 0 },
        _ => ThinkingFields::default(),
    };
    let decides_itself = data.is(Mark::Adaptive) || !data.is(Mark::Reasons);
    match effort {
        None => ThinkingFields::default(),
        Some(Effort::None) if !decides_itself => ThinkingFields::default(),
        Some(Effort::None) if !refused.has(Field::ThinkingOff) => fields(json!({ "thinking": { "type": "disabled" } })),
        Some(effort) if decides_itself => {
            fields(json!({ "thinking": { "type": "adaptive" }, "output_config": { "effort": effort_word(effort) } }))
        }
        Some(effort) => {
            let budget = budget(effort);
            let fields = fields(json!({ "thinking": { "type": "enabled", "budget_tokens": budget } }));
            ThinkingFields { budget, ..fields }
        }
    }
}

fn effort_word(effort: Effort) -> &'static str {
    match effort {
        Effort::None | Effort::Minimal | Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    }
}

fn budget(effort: Effort) -> u32 {
    match effort {
        Effort::None | Effort::Minimal | Effort::Low => SMALL_BUDGET,
        Effort::Medium => MEDIUM_BUDGET,
        Effort::High => LARGE_BUDGET,
    }
}

/// An event of the stream, by the `type` in its data.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    message: Option<Body>,
    content_block: Option<Block>,
    delta: Option<Block>,
    usage: Option<Counts>,
    error: Option<Value>,
}

/// A whole message; at the beginning of a stream one without content.
#[derive(Deserialize, Default)]
struct Body {
    model: Option<String>,
    content: Option<Vec<Block>>,
    stop_reason: Option<String>,
    usage: Option<Counts>,
}

/// A block of the content, or a piece of one.
#[derive(Deserialize, Default)]
struct Block {
    #[serde(default)]
    r#type: String,
    text: Option<String>,
    thinking: Option<String>,
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    thinking_tokens: Option<u64>,
}

pub fn event(heard: &mut Heard, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let data = event.data.trim();
    if heard.done || data.is_empty() {
        return Ok(());
    }
    let Ok(message) = serde_json::from_str::<Message>(data) else {
        // JSON that is no message of ours is one that we do not know.
        return if serde_json::from_str::<Value>(data).is_ok() { Ok(()) } else { heard.unreadable() };
    };
    match message.r#type.as_ref() {
        "message_start" => start(heard, message.message.unwrap_or_default()),
        "content_block_start" => take(heard, message.content_block.unwrap_or_default(), chunks),
        "content_block_delta" => take(heard, message.delta.unwrap_or_default(), chunks),
        "message_delta" => {
            heard.usage = counted(heard.usage, message.usage);
            heard.finish = message.delta.and_then(|delta| delta.stop_reason).map(|reason| finish_of(&reason));
        }
        "message_stop" => heard.done = true,
        "error" => return Err(heard.in_stream(&message.error.unwrap_or_default())),
        _ => {}
    }
    Ok(())
}

/// A whole answer, or an error in its place.
pub fn whole(heard: &mut Heard, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return Err(heard.not_an_answer("broken JSON"));
    };
    if let Some(error) = json.get("error").filter(|error| !error.is_null()) {
        return Err(heard.in_stream(error));
    }
    let mut message: Body = serde_json::from_value(json).unwrap_or_default();
    let blocks = message.content.take();
    heard.answering |= blocks.is_some();
    heard.finish = message.stop_reason.take().map(|reason| finish_of(&reason));
    start(heard, message);
    blocks.into_iter().flatten().for_each(|block| take(heard, block, chunks));
    heard.whole()
}

fn start(heard: &mut Heard, message: Body) {
    heard.answers_as(message.model);
    heard.usage = counted(heard.usage, message.usage);
}

fn take(heard: &mut Heard, block: Block, chunks: &mut Vec<Chunk>) {
    match block.r#type.as_str() {
        "text" | "text_delta" => heard.say(block.text.unwrap_or_default(), chunks),
        "thinking" | "thinking_delta" => heard.think(block.thinking.unwrap_or_default(), chunks),
        _ => {}
    }
}

/// The counts at the end are those of the whole answer, but not all of them are said again.
fn counted(before: Option<Usage>, counts: Option<Counts>) -> Option<Usage> {
    let Some(counts) = counts else { return before };
    let before = before.unwrap_or_default();
    let cached = counts.cache_read_input_tokens;
    let read = counts
        .input_tokens
        .map(|input| input + cached.unwrap_or_default() + counts.cache_creation_input_tokens.unwrap_or_default());
    let reasoning = counts.output_tokens_details.and_then(|details| details.thinking_tokens);
    Some(Usage {
        input: read.unwrap_or(before.input),
        output: counts.output_tokens.unwrap_or(before.output),
        cached: cached.unwrap_or(before.cached),
        reasoning: reasoning.unwrap_or(before.reasoning),
    })
}

fn finish_of(reason: &str) -> Finish {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "refusal" => Finish::Refused,
        _ => Finish::Stop,
    }
}

#[cfg(test)]
#[path = "anthropic_tests.rs"]
mod tests;
