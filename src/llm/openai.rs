//! OpenAI's chat completions, and what the many servers that imitate them make of it.
//!
//! Invariant: data to data. What a server adds that we do not know is skipped. What the imitators do otherwise stands in
//! the table of [`known`] providers, not here.

mod events;

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::heard::Heard;
use super::known::{self, Quirks};
use super::models::{self, Mark, ModelData};
use super::refused::{Field, Refused};
use super::request::{CallFailure, Chunk, Effort, Finish, Sampling, Turn};
use super::roster::Target;
use super::sse::Event;
use super::wire::{Delivery, Outgoing, outgoing};
use crate::config::{Provider, ProviderKind};
use crate::engine::call::Request;

/// The end of a stream.
const DONE: &str = "[DONE]";

/// Azure's version of the interface that is spoken where the config names none.
const AZURE_VERSION: &str = "2024-10-21";

/// In the name of a deployment all but these stand as they are not.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The request for `target`. `n` is not asked for: alternatives are calls of their own.
pub fn build(target: &Target, request: &Request, delivery: Delivery, refused: &Refused) -> Outgoing {
    let (provider, quirks) = (&target.provider, known::quirks(&target.provider));
    let mut body = Map::new();
    body.insert("model".into(), target.model.as_str().into());
    body.insert("messages".into(), messages(request));
    add_sampling(&mut body, target, &refused.left_of(&request.sampling, target), quirks, refused);
    if delivery == Delivery::Streamed {
        body.insert("stream".into(), true.into());
        if quirks.asks_for_usage && !refused.has(Field::StreamOptions) {
            body.insert("stream_options".into(), json!({ "include_usage": true }));
        }
    }
    outgoing(provider, chat_url(target), delivery, Vec::new(), body)
}

/// Azure has a deployment where others have a model, and it stands in the address, unless that is of its newer kind.
fn chat_url(target: &Target) -> String {
    let base = base_url(&target.provider);
    if target.provider.kind != ProviderKind::Azure || base.ends_with("/v1") {
        return format!("{base}/chat/completions");
    }
    let version = target.provider.api_version.as_deref().unwrap_or(AZURE_VERSION);
    let deployment = utf8_percent_encode(&target.model, ENCODED);
    format!("{base}/openai/deployments/{deployment}/chat/completions?api-version={version}")
}

/// Where the list of models is had with a GET.
pub fn models_url(provider: &Provider) -> String {
    let base = base_url(provider);
    if provider.kind != ProviderKind::Azure || base.ends_with("/v1") {
        return format!("{base}/models");
    }
    let version = provider.api_version.as_deref().unwrap_or(AZURE_VERSION);
    format!("{base}/openai/models?api-version={version}")
}

/// Ollama has its imitation below `/v1`; its users write the address without.
fn base_url(provider: &Provider) -> Cow<'_, str> {
    let base = provider.base_url.trim_end_matches('/');
    match provider.kind {
        ProviderKind::Ollama if !base.ends_with("/v1") => format!("{base}/v1").into(),
        _ => base.into(),
    }
}

/// The names in the answer to `GET /models`.
pub fn models(body: &[u8]) -> Option<Vec<String>> {
    let list: Value = serde_json::from_slice(body).ok()?;
    let name = |model: &Value| model.get("id").and_then(Value::as_str).map(str::to_owned);
    match list.get("data")? {
        Value::Array(all) => all.iter().map(name).collect(),
        // Ollama's imitation, without any model.
        Value::Null if list.get("object").and_then(Value::as_str) == Some("list") => Some(Vec::new()),
        _ => None,
    }
}

/// The conversation, each turn as a role and its words. Ollama has the same.
pub fn messages(request: &Request) -> Value {
    let conversation = &request.conversation;
    let system = conversation.instructions.iter().map(|text| message("system", text.expose()));
    system.chain(turns(&conversation.turns)).collect()
}

/// Without the instructions, for those who want them elsewhere.
pub fn turns(turns: &[Turn]) -> impl Iterator<Item = Value> {
    turns.iter().map(|turn| match turn {
        Turn::Text(text) => message("user", text.expose()),
        Turn::Prompt(text) => message("user", text.expose()),
        Turn::Answer(text) => message("assistant", text.expose()),
    })
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

fn add_sampling(
    body: &mut Map<String, Value>,
    target: &Target,
    sampling: &Sampling,
    quirks: &Quirks,
    refused: &Refused,
) {
    let limit = match (quirks.limit, refused.has(Field::LimitName)) {
        ("max_tokens", true) => "max_completion_tokens",
        (_, true) => "max_tokens",
        (usual, false) => usual,
    };
    let fields = [
        ("temperature", sampling.temperature.map(Value::from)),
        ("top_p", sampling.top_p.map(Value::from)),
        (limit, sampling.max_tokens.map(Value::from)),
    ];
    body.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    if !refused.has(Field::Effort) {
        quirks.effort.add(body, sampling.effort, &models::data_of(target));
    }
}

/// OpenAI's word for an effort, as far as the model has it.
pub fn effort_word(effort: Effort, data: &ModelData) -> &'static str {
    match effort {
        Effort::None if data.is(Mark::EffortNone) || !data.is(Mark::Reasons) => "none",
        Effort::None | Effort::Minimal if data.is(Mark::EffortMinimal) => "minimal",
        Effort::Minimal if !data.is(Mark::Reasons) => "minimal",
        Effort::None | Effort::Minimal | Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    }
}

/// An event of the stream; what comes after `[DONE]` is not looked at.
pub fn event(heard: &mut Heard, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let data = event.data.trim();
    if heard.done || data.is_empty() {
        return Ok(());
    }
    if data == DONE {
        heard.done = true;
        return Ok(());
    }
    match events::read(data.as_bytes()) {
        events::Read::Completion(completion) => take(heard, completion, chunks),
        events::Read::NotJson => heard.unreadable(),
        events::Read::Unknown => Ok(()),
    }
}

/// An answer in one piece. That it is whole JSON says that it is complete.
pub fn whole(heard: &mut Heard, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    match events::read(body) {
        events::Read::Completion(completion) => take(heard, completion, chunks)?,
        events::Read::Unknown => {}
        events::Read::NotJson => return Err(heard.not_an_answer("broken JSON")),
    }
    heard.whole()
}

fn take(heard: &mut Heard, completion: events::Completion, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    if let Some(usage) = completion.usage.as_ref().and_then(events::usage) {
        heard.usage = Some(usage);
    }
    heard.answers_as(completion.model);
    // Alternatives are calls of their own, so one choice is all that is asked for.
    let choice = completion.choices.into_iter().flatten().find(|choice| choice.index.unwrap_or(0) == 0);
    let (reason, error) = match choice {
        Some(choice) => {
            heard.answering = true;
            take_delta(heard, choice.delta.or(choice.message).unwrap_or_default(), chunks);
            (choice.finish_reason, choice.error)
        }
        None => (None, None),
    };
    if let Some(error) = completion.error.or(error).filter(|error| !error.is_null()) {
        return Err(heard.in_stream(&error));
    }
    if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
        heard.finish = Some(finish_of(heard, &reason)?);
    }
    Ok(())
}

fn take_delta(heard: &mut Heard, delta: events::Delta, chunks: &mut Vec<Chunk>) {
    if let Some(thought) = delta.reasoning_content.or(delta.reasoning) {
        heard.think(thought, chunks);
    }
    let content = delta.content.unwrap_or_default();
    heard.think(content.thinking, chunks);
    heard.say(content.text, chunks);
    heard.decline(delta.refusal.unwrap_or_default(), chunks);
}

/// A reason that we do not know is still one: the model had said all.
fn finish_of(heard: &Heard, reason: &str) -> Result<Finish, CallFailure> {
    match reason {
        "length" | "max_tokens" | "model_length" => Ok(Finish::Length),
        "content_filter" | "safety" => Ok(Finish::Filtered),
        "refusal" => Ok(Finish::Refused),
        // OpenRouter's, whose error stands beside it; DeepSeek's.
        "error" | "insufficient_system_resource" => Err(heard.broke_down(reason)),
        _ => Ok(Finish::Stop),
    }
}

#[cfg(test)]
#[path = "openai_tests.rs"]
mod tests;
