//! OpenAI's chat completions, and what the many servers that imitate them make of it.
//!
//! Invariant: data to data. An answer is complete only with a finish reason or `[DONE]`; what a server adds that we do
//! not know is skipped; what the model thinks is never handed on as its answer.

mod events;

use serde_json::{Map, Value, json};

use super::refusal;
use super::request::{CallFailure, Chunk, Completion, Effort, Finish, Sampling, Turn, Usage};
use super::roster::Target;
use super::sse::Event;
use super::thinking::{self, Thinking};
use super::wire::{self, Delivery, Outgoing, Progress};
use crate::config::{Provider, ProviderKind};
use crate::engine::call::Request;

const OPENAI_HOST: &str = "//api.openai.com";
/// Reports its tokens unasked, and has refused requests with fields that it does not know.
const MISTRAL_HOST: &str = "//api.mistral.ai";
/// The end of a stream.
const DONE: &str = "[DONE]";

/// The request for `target`. `n` is not asked for: alternatives are calls of their own.
pub fn build(target: &Target, request: &Request, delivery: Delivery) -> Outgoing {
    let provider = &target.provider;
    let base = base_url(provider);
    let mut body = Map::new();
    body.insert("model".into(), target.model.as_str().into());
    body.insert("messages".into(), messages(request));
    add_sampling(&mut body, &request.sampling, &base);
    if delivery == Delivery::Streamed {
        body.insert("stream".into(), true.into());
        if !base.contains(MISTRAL_HOST) {
            body.insert("stream_options".into(), json!({ "include_usage": true }));
        }
    }
    body.extend(provider.body.clone());
    let body = Value::Object(body).to_string().into_bytes();
    Outgoing { url: format!("{base}/chat/completions"), headers: headers(provider, delivery), body }
}

/// Ollama has its imitation below `/v1`; its users write the address without.
pub fn base_url(provider: &Provider) -> String {
    let base = provider.base_url.trim_end_matches('/');
    match provider.kind {
        ProviderKind::Ollama if !base.ends_with("/v1") => format!("{base}/v1"),
        _ => base.to_owned(),
    }
}

/// The names in the answer to `GET /models`.
pub fn models(body: &[u8]) -> Option<Vec<String>> {
    let list: Value = serde_json::from_slice(body).ok()?;
    let name = |model: &Value| model.get("id").and_then(Value::as_str).map(str::to_owned);
    match list.get("data")? {
        Value::Array(all) => all.iter().map(name).collect(),
        // Ollama without any model.
        Value::Null if list.get("object").and_then(Value::as_str) == Some("list") => Some(Vec::new()),
        _ => None,
    }
}

fn messages(request: &Request) -> Value {
    let conversation = &request.conversation;
    let system = conversation.instructions.iter().map(|text| message("system", text.expose()));
    let turns = conversation.turns.iter().map(|turn| match turn {
        Turn::Text(text) => message("user", text.expose()),
        Turn::Prompt(text) => message("user", text.expose()),
        Turn::Answer(text) => message("assistant", text.expose()),
    });
    system.chain(turns).collect()
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

fn add_sampling(body: &mut Map<String, Value>, sampling: &Sampling, base: &str) {
    let limit = if base.contains(OPENAI_HOST) { "max_completion_tokens" } else { "max_tokens" };
    let fields = [
        ("temperature", sampling.temperature.map(Value::from)),
        ("top_p", sampling.top_p.map(Value::from)),
        (limit, sampling.max_tokens.map(Value::from)),
        ("reasoning_effort", sampling.effort.map(|effort| effort_word(effort).into())),
    ];
    body.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
}

fn effort_word(effort: Effort) -> &'static str {
    match effort {
        Effort::None => "none",
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    }
}

fn headers(provider: &Provider, delivery: Delivery) -> Vec<(String, String)> {
    let accept = match delivery {
        Delivery::Streamed => "text/event-stream",
        Delivery::Whole => "application/json",
    };
    let mut headers =
        vec![("content-type".to_owned(), "application/json".to_owned()), ("accept".to_owned(), accept.to_owned())];
    for (name, value) in &provider.headers {
        headers.retain(|(ours, _)| !ours.eq_ignore_ascii_case(name));
        headers.push((name.to_ascii_lowercase(), value.clone()));
    }
    headers
}

/// One answer, as far as it has come.
#[derive(Debug)]
pub struct Decoder {
    target: Target,
    thinking: Thinking,
    finish: Option<Finish>,
    done: bool,
    refusing: bool,
    /// Whether there was any choice at all.
    answering: bool,
    usage: Option<Usage>,
    model: Option<String>,
}

impl Decoder {
    pub fn new(target: &Target) -> Self {
        Self {
            target: target.clone(),
            thinking: Thinking::default(),
            finish: None,
            done: false,
            refusing: false,
            answering: false,
            usage: None,
            model: None,
        }
    }

    /// An event of the stream; what comes after `[DONE]` is not looked at.
    pub fn push(&mut self, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        let data = event.data.trim();
        if self.done || data.is_empty() {
            return Ok(());
        }
        if data == DONE {
            self.done = true;
            return Ok(());
        }
        match events::read(data.as_bytes()) {
            events::Read::Completion(completion) => self.take(completion, chunks),
            events::Read::NotJson if self.finish.is_none() => Err(self.not_an_answer("unreadable data")),
            // What follows a complete answer cannot make it worse.
            events::Read::NotJson | events::Read::Unknown => Ok(()),
        }
    }

    /// An answer in one piece. That it is whole JSON says that it is complete.
    pub fn whole(&mut self, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        match events::read(body) {
            events::Read::Completion(completion) => self.take(completion, chunks)?,
            events::Read::Unknown => {}
            events::Read::NotJson => return Err(self.not_an_answer("broken JSON")),
        }
        if !self.answering {
            return Err(self.not_an_answer("JSON that is no answer"));
        }
        self.done = true;
        Ok(())
    }

    pub fn progress(&self) -> Progress {
        match (self.done, self.finish) {
            (true, _) => Progress::Done,
            (false, Some(_)) => Progress::TextComplete,
            (false, None) => Progress::Running,
        }
    }

    /// How the answer ended.
    pub fn finish(self, chunks: &mut Vec<Chunk>) -> Result<Completion, CallFailure> {
        let ended = match (self.finish, self.done, self.answering) {
            (Some(finish), ..) => Ok(finish),
            (None, true, true) => Ok(Finish::Stop),
            (None, true, false) => Err(self.not_an_answer("an empty answer")),
            (None, false, _) => Err(CallFailure::BrokenOff { host: wire::host(&self.target.provider) }),
        };
        self.thinking.finish(chunks);
        let finish = match ended? {
            Finish::Stop if self.refusing => Finish::Refused,
            other => other,
        };
        Ok(Completion { usage: self.usage, model: self.model, ..Completion::bare(finish) })
    }

    fn take(&mut self, completion: events::Completion, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        if let Some(usage) = completion.usage.as_ref().and_then(events::usage) {
            self.usage = Some(usage);
        }
        if self.model.is_none() {
            self.model = completion.model.filter(|model| !model.is_empty()).map(|model| model.into_owned());
        }
        // Alternatives are calls of their own, so one choice is all that is asked for.
        let choice = completion.choices.into_iter().flatten().find(|choice| choice.index.unwrap_or(0) == 0);
        let (reason, error) = match choice {
            Some(choice) => {
                self.answering = true;
                self.take_delta(choice.delta.or(choice.message).unwrap_or_default(), chunks);
                (choice.finish_reason, choice.error)
            }
            None => (None, None),
        };
        if let Some(error) = completion.error.or(error).filter(|error| !error.is_null()) {
            return Err(refusal::in_stream(&self.target, &error));
        }
        if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
            self.finish = Some(self.finish_of(&reason)?);
        }
        Ok(())
    }

    fn take_delta(&mut self, delta: events::Delta, chunks: &mut Vec<Chunk>) {
        if let Some(thought) = delta.reasoning_content.or(delta.reasoning) {
            thinking::reasoning(thought, chunks);
        }
        let content = delta.content.unwrap_or_default();
        thinking::reasoning(content.thinking, chunks);
        self.thinking.push(content.text, chunks);
        if let Some(refusal) = delta.refusal.filter(|words| !words.is_empty()) {
            self.refusing = true;
            chunks.push(Chunk::Answer(refusal.into()));
        }
    }

    /// A reason that we do not know is still one: the model had said all.
    fn finish_of(&self, reason: &str) -> Result<Finish, CallFailure> {
        match reason {
            "length" | "max_tokens" | "model_length" => Ok(Finish::Length),
            "content_filter" | "safety" => Ok(Finish::Filtered),
            "refusal" => Ok(Finish::Refused),
            // OpenRouter's, whose error stands beside it; DeepSeek's.
            "error" | "insufficient_system_resource" => Err(CallFailure::InStream {
                provider: self.target.provider.name.clone(),
                message: refusal::shortened(reason),
            }),
            _ => Ok(Finish::Stop),
        }
    }

    fn not_an_answer(&self, what: &'static str) -> CallFailure {
        CallFailure::NotAnAnswer { host: wire::host(&self.target.provider), what }
    }
}

#[cfg(test)]
#[path = "openai_tests.rs"]
mod tests;
