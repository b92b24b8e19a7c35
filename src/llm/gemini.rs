//! Google's Gemini: `generateContent`, and its stream of whole responses, each with the next part of the answer.
//!
//! Invariant: data to data. There is no `[DONE]`: an answer is complete with a finish reason, and withheld with a block
//! reason. An error may be the one element of a list.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::heard::Heard;
use super::refused::Refused;
use super::request::{CallFailure, Chunk, Effort, Finish, Sampling, Turn, Usage};
use super::roster::Target;
use super::sse::Event;
use super::wire::{Delivery, Outgoing, outgoing};
use crate::config::Provider;
use crate::engine::call::Request;

/// Where nothing else is written behind the host: `v1` knows neither system instructions nor thinking.
const VERSION: &str = "v1beta";

/// Gemini 2.5 gets a budget of tokens for its thinking where the later ones get a level; zero takes it away.
const BUDGETED: &str = "gemini-2.5";
const BUDGETS: [(Effort, u32); 5] =
    [(Effort::None, 0), (Effort::Minimal, 512), (Effort::Low, 1_024), (Effort::Medium, 8_192), (Effort::High, 24_576)];
/// This one cannot do without thinking; its smallest budget.
const BUDGETED_PRO: &str = "gemini-2.5-pro";
const LEAST_OF_PRO: u32 = 128;

pub fn build(target: &Target, request: &Request, delivery: Delivery, refused: &Refused) -> Outgoing {
    let conversation = &request.conversation;
    let mut body = Map::new();
    if let Some(instructions) = &conversation.instructions {
        body.insert("systemInstruction".into(), json!({ "parts": [{ "text": instructions.expose() }] }));
    }
    body.insert("contents".into(), conversation.turns.iter().map(content).collect());
    let config = generation(target, &refused.left_of(&request.sampling, target));
    if !config.is_empty() {
        body.insert("generationConfig".into(), config.into());
    }
    let method = match delivery {
        Delivery::Streamed => "streamGenerateContent?alt=sse",
        Delivery::Whole => "generateContent",
    };
    let url = format!("{}/{}:{method}", base_url(&target.provider), path_of(&target.model));
    outgoing(&target.provider, url, delivery, Vec::new(), body)
}

pub fn models_url(provider: &Provider) -> String {
    format!("{}/models?pageSize=1000", base_url(provider))
}

/// The models that answer.
pub fn models(body: &[u8]) -> Option<Vec<String>> {
    let list: Value = serde_json::from_slice(body).ok()?;
    let answers = |model: &&Value| {
        let methods = model.get("supportedGenerationMethods").and_then(Value::as_array);
        methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
    };
    let name = |model: &Value| {
        let name = model.get("name")?.as_str()?;
        Some(name.strip_prefix("models/").unwrap_or(name).to_owned())
    };
    list.get("models")?.as_array()?.iter().filter(answers).map(name).collect()
}

fn base_url(provider: &Provider) -> String {
    let base = provider.base_url.trim_end_matches('/');
    let last = base.rsplit('/').next().unwrap_or_default();
    let is_version = last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if is_version { base.to_owned() } else { format!("{base}/{VERSION}") }
}

/// Tuned models stand beside `models/`.
fn path_of(model: &str) -> Cow<'_, str> {
    if model.contains('/') { model.into() } else { format!("models/{model}").into() }
}

fn content(turn: &Turn) -> Value {
    let (role, text) = match turn {
        Turn::Text(text) => ("user", text.expose()),
        Turn::Prompt(text) => ("user", text.expose()),
        Turn::Answer(text) => ("model", text.expose()),
    };
    json!({ "role": role, "parts": [{ "text": text }] })
}

fn generation(target: &Target, sampling: &Sampling) -> Map<String, Value> {
    let fields = [
        ("temperature", sampling.temperature.map(Value::from)),
        ("topP", sampling.top_p.map(Value::from)),
        ("maxOutputTokens", sampling.max_tokens.map(Value::from)),
        ("thinkingConfig", sampling.effort.map(|effort| thinking(&target.model, effort))),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn thinking(model: &str, effort: Effort) -> Value {
    if !model.contains(BUDGETED) {
        return json!({ "thinkingLevel": level(effort) });
    }
    let budget = BUDGETS.iter().find(|(of, _)| *of == effort).map_or(0, |(_, budget)| *budget);
    let least = if model.contains(BUDGETED_PRO) { LEAST_OF_PRO } else { 0 };
    json!({ "thinkingBudget": budget.max(least) })
}

fn level(effort: Effort) -> &'static str {
    match effort {
        Effort::None | Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Counts>,
    model_version: Option<String>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    parts: Option<Vec<Part>>,
}

/// Parts of other kinds have no text.
#[derive(Deserialize)]
struct Part {
    text: Option<String>,
    thought: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    prompt_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
}

pub fn event(heard: &mut Heard, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    let data = event.data.trim();
    if data.is_empty() {
        return Ok(());
    }
    match serde_json::from_str(data) {
        Ok(response) => take(heard, response, chunks),
        Err(_) => match serde_json::from_str::<Value>(data) {
            Ok(json) => other(heard, &json, chunks),
            Err(_) => heard.unreadable(),
        },
    }
}

/// JSON that is no response: a list of them, or an error whose other fields are not what we take them for.
fn other(heard: &mut Heard, json: &Value, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    if let Some(list) = json.as_array() {
        return list.iter().try_for_each(|one| match Response::deserialize(one) {
            Ok(response) => take(heard, response, chunks),
            Err(_) => other(heard, one, chunks),
        });
    }
    json.get("error").filter(|error| !error.is_null()).map_or(Ok(()), |error| Err(heard.in_stream(error)))
}

/// One response, or (where `alt=sse` did not arrive) the list of those that a stream consists of: its last has the end.
pub fn whole(heard: &mut Heard, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    match serde_json::from_slice::<Value>(body) {
        Err(_) => Err(heard.not_an_answer("broken JSON")),
        Ok(list @ Value::Array(_)) => {
            other(heard, &list, chunks)?;
            heard.done = heard.finish.is_some();
            Ok(())
        }
        Ok(one) => {
            other(heard, &Value::Array(vec![one]), chunks)?;
            heard.whole()
        }
    }
}

fn take(heard: &mut Heard, response: Response, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
    if let Some(error) = response.error.filter(|error| !error.is_null()) {
        return Err(heard.in_stream(&error));
    }
    heard.answers_as(response.model_version);
    if let Some(counts) = response.usage_metadata {
        heard.usage = Some(usage(&counts));
    }
    if response.prompt_feedback.and_then(|feedback| feedback.block_reason).is_some() {
        heard.finish = Some(Finish::Filtered);
    }
    let Some(candidate) = response.candidates.into_iter().flatten().next() else { return Ok(()) };
    heard.answering = true;
    for part in candidate.content.and_then(|content| content.parts).into_iter().flatten() {
        match (part.thought, part.text) {
            (Some(true), text) => heard.think(text.unwrap_or_default(), chunks),
            (_, text) => heard.say(text.unwrap_or_default(), chunks),
        }
    }
    if let Some(reason) = candidate.finish_reason {
        heard.finish = finish_of(&reason).or(heard.finish);
    }
    Ok(())
}

fn usage(counts: &Counts) -> Usage {
    let thoughts = counts.thoughts_token_count.unwrap_or_default();
    Usage {
        input: counts.prompt_token_count.unwrap_or_default(),
        output: counts.candidates_token_count.unwrap_or_default() + thoughts,
        cached: counts.cached_content_token_count.unwrap_or_default(),
        reasoning: thoughts,
    }
}

/// A reason that we do not know is still one.
fn finish_of(reason: &str) -> Option<Finish> {
    match reason {
        "FINISH_REASON_UNSPECIFIED" | "" => None,
        "MAX_TOKENS" => Some(Finish::Length),
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "LANGUAGE" => Some(Finish::Filtered),
        _ => Some(Finish::Stop),
    }
}

#[cfg(test)]
#[path = "gemini_tests.rs"]
mod tests;
