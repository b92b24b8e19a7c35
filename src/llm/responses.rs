//! OpenAI's Responses: for those of its models that chat completions do not have, and for who chooses it by
//! `kind = "responses"`.
//!
//! Invariant: data to data. Nothing is stored at OpenAI (`store: false`). An answer is complete with the event that says how
//! it ended; there is no `[DONE]`. Events that we do not know are skipped.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::heard::Heard;
use super::models;
use super::openai;
use super::refused::Refused;
use super::request::{CallFailure, Chunk, Finish, Usage};
use super::roster::Target;
use super::sse::Event;
use super::wire::{Delivery, Outgoing, outgoing};
use crate::engine::call::Request;

pub fn build(target: &Target, request: &Request, delivery: Delivery, refused: &Refused) -> Outgoing {
    let conversation = &request.conversation;
    let sampling = refused.left_of(&request.sampling, target);
    let mut body = Map::new();
    body.insert("model".into(), target.model.as_str().into());
    if let Some(instructions) = &conversation.instructions {
        body.insert("instructions".into(), instructions.expose().into());
    }
    body.insert("input".into(), openai::turns(&conversation.turns).collect());
    body.insert("store".into(), false.into());
    let fields = [
        ("temperature", sampling.temperature.map(Value::from)),
        ("top_p", sampling.top_p.map(Value::from)),
        ("max_output_tokens", sampling.max_tokens.map(Value::from)),
    ];
    body.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    if let Some(effort) = sampling.effort {
        let word = openai::effort_word(effort, &models::data_of(target));
        body.insert("reasoning".into(), json!({ "effort": word }));
    }
    if delivery == Delivery::Streamed {
        body.insert("stream".into(), true.into());
    }
    let url = format!("{}/responses", target.provider.base_url.trim_end_matches('/'));
    outgoing(&target.provider, url, delivery, Vec::new(), body)
}

/// An event of the stream, by the `type` in its data.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    delta: Option<Value>,
    response: Option<Response>,
    error: Option<Value>,
}

/// The answer with all that there is of it, at the end of a stream or alone.
#[derive(Deserialize, Default)]
struct Response {
    status: Option<String>,
    model: Option<String>,
    output: Option<Vec<Item>>,
    usage: Option<Value>,
    error: Option<Value>,
    incomplete_details: Option<Incomplete>,
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

/// Something that the model put out: a message, or what it thought.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    r#type: String,
    content: Option<Vec<Part>>,
    summary: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    r#type: String,
    text: Option<String>,
    refusal: Option<String>,
}

pub fn event(heard: &mut Heard, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let data = event.data.trim();
    if heard.done || data.is_empty() {
        return Ok(());
    }
    let Ok(message) = serde_json::from_str::<Message>(data) else {
        return match serde_json::from_str::<Value>(data) {
            Ok(json) => error_alone(heard, &json),
            // Who imitates it may end as chat completions do.
            Err(_) if data == "[DONE]" => Ok(()),
            Err(_) => heard.unreadable(),
        };
    };
    let delta = || match message.delta {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    match message.r#type.as_ref() {
        "response.output_text.delta" => heard.say(delta(), chunks),
        "response.refusal.delta" => heard.decline(delta(), chunks),
        "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => heard.think(delta(), chunks),
        "response.completed" | "response.incomplete" | "response.failed" => {
            return end(heard, message.response.unwrap_or_default(), chunks);
        }
        "error" => return Err(heard.in_stream(&error_of(message.error, data))),
        _ => {}
    }
    Ok(())
}

/// An answer in one piece.
pub fn whole(heard: &mut Heard, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return Err(heard.not_an_answer("broken JSON"));
    };
    error_alone(heard, &json)?;
    end(heard, serde_json::from_value(json).unwrap_or_default(), chunks)?;
    heard.whole()
}

fn error_alone(heard: &Heard, json: &Value) -> Result<(), CallFailure> {
    json.get("error").filter(|error| !error.is_null()).map_or(Ok(()), |error| Err(heard.in_stream(error)))
}

/// The error stands in the event itself, or below `error`.
fn error_of(error: Option<Value>, data: &str) -> Value {
    error.filter(|error| !error.is_null()).or_else(|| serde_json::from_str(data).ok()).unwrap_or_default()
}

fn end(heard: &mut Heard, response: Response, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    heard.answers_as(response.model);
    if let Some(usage) = response.usage.as_ref().and_then(usage) {
        heard.usage = Some(usage);
    }
    if let Some(error) = response.error.filter(|error| !error.is_null()) {
        return Err(heard.in_stream(&error));
    }
    // Of a stream all of it has come before.
    if !heard.answering {
        response.output.into_iter().flatten().for_each(|item| take(heard, item, chunks));
    }
    let why = response.incomplete_details.and_then(|details| details.reason);
    heard.finish = match (response.status.as_deref(), why.as_deref()) {
        (_, Some("content_filter")) => Some(Finish::Filtered),
        (Some("incomplete"), _) => Some(Finish::Length),
        (Some("failed" | "cancelled"), _) => return Err(heard.broke_down("failed")),
        (Some("completed"), _) => Some(Finish::Stop),
        _ => heard.finish,
    };
    heard.done = heard.finish.is_some();
    Ok(())
}

fn take(heard: &mut Heard, item: Item, chunks: &mut Vec<Chunk>) {
    let is_message = item.r#type == "message";
    for part in item.content.into_iter().chain(item.summary).flatten() {
        match part.r#type.as_str() {
            "output_text" if is_message => heard.say(part.text.unwrap_or_default(), chunks),
            "refusal" if is_message => heard.decline(part.refusal.unwrap_or_default(), chunks),
            _ if !is_message => heard.think(part.text.unwrap_or_default(), chunks),
            _ => {}
        }
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
    Some(Usage {
        input: count("/input_tokens")?,
        output: count("/output_tokens").unwrap_or_default(),
        cached: count("/input_tokens_details/cached_tokens").unwrap_or_default(),
        reasoning: count("/output_tokens_details/reasoning_tokens").unwrap_or_default(),
    })
}

#[cfg(test)]
#[path = "responses_tests.rs"]
mod tests;
