//! The JSON of chat completions: chunks of a stream and whole answers have the same fields, but for `delta` and
//! `message`. Read once per chunk, so without a tree where it can be.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use crate::llm::request::Usage;

/// What an event's data was.
pub enum Read<'a> {
    Completion(Completion<'a>),
    /// JSON, but none that we know: skipped.
    Unknown,
    NotJson,
}

/// A chunk, or a whole answer.
#[derive(Deserialize, Default)]
pub struct Completion<'a> {
    pub choices: Option<Vec<Choice>>,
    pub usage: Option<Value>,
    #[serde(borrow)]
    pub model: Option<Cow<'a, str>>,
    pub error: Option<Value>,
}

#[derive(Deserialize)]
pub struct Choice {
    pub index: Option<u64>,
    pub delta: Option<Delta>,
    pub message: Option<Delta>,
    pub finish_reason: Option<String>,
    pub error: Option<Value>,
}

#[derive(Deserialize, Default)]
pub struct Delta {
    pub content: Option<Content>,
    pub refusal: Option<String>,
    /// DeepSeek, llama.cpp, vLLM.
    pub reasoning_content: Option<String>,
    /// Groq, OpenRouter, Ollama. Some send both.
    pub reasoning: Option<String>,
}

/// Text, or (Mistral) a list of parts, some of which are what the model thinks.
#[derive(Default)]
pub struct Content {
    pub text: String,
    pub thinking: String,
}

/// Reads an event's data.
pub fn read(data: &[u8]) -> Read<'_> {
    match serde_json::from_slice(data) {
        Ok(completion) => Read::Completion(completion),
        Err(error) if error.classify() == Category::Data => error_alone(data),
        Err(_) => Read::NotJson,
    }
}

/// Fields are not what we take them for. Where one says `error`, that still counts.
fn error_alone(data: &[u8]) -> Read<'_> {
    match serde_json::from_slice::<Value>(data) {
        Ok(mut value) => match value.get_mut("error").map(Value::take) {
            Some(error) => Read::Completion(Completion { error: Some(error), ..Completion::default() }),
            None => Read::Unknown,
        },
        Err(_) => Read::NotJson,
    }
}

/// The tokens, where the server counted them.
pub fn usage(usage: &Value) -> Option<Usage> {
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
    let cached = ["/prompt_tokens_details/cached_tokens", "/prompt_cache_hit_tokens"].into_iter().find_map(count);
    let (input, said) = (count("/prompt_tokens")?, count("/completion_tokens").unwrap_or_default());
    // xAI counts what the model thinks in the sum alone.
    let output = count("/total_tokens").and_then(|total| total.checked_sub(input)).unwrap_or_default().max(said);
    Some(Usage {
        input,
        output,
        cached: cached.unwrap_or_default(),
        reasoning: count("/completion_tokens_details/reasoning_tokens").unwrap_or_default(),
    })
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of parts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content { text: text.to_owned(), thinking: String::new() })
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Content, A::Error> {
        let mut content = Content::default();
        while let Some(part) = parts.next_element::<Value>()? {
            content.add(&part);
        }
        Ok(content)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Content::default())
    }
}

impl Content {
    fn add(&mut self, part: &Value) {
        if let Some(text) = part.get("text").and_then(Value::as_str) {
            self.text.push_str(text);
        }
        let thoughts = part.get("thinking").and_then(Value::as_array);
        for thought in thoughts.into_iter().flatten().filter_map(|thought| thought.get("text")?.as_str()) {
            self.thinking.push_str(thought);
        }
    }
}
