//! The wire formats behind one face: a request of ours becomes an [`Outgoing`], the server's events become [`Chunk`]s
//! and at last a [`Completion`]. A further format is a file beside [`openai`](super::openai) and an arm in each match.
//!
//! Invariant: data to data. It never sees a key: it only says in which header one goes.

use std::fmt;

use serde_json::{Map, Value};

use super::heard::Heard;
use super::models::{self, Mark};
use super::refusal::{self, Answered, Said};
use super::refused::{self, Field, Refused};
use super::request::{CallFailure, Chunk, Completion};
use super::roster::Target;
use super::sse::Event;
use super::{anthropic, gemini, known, ollama, openai, responses};
use crate::config::{Provider, ProviderKind};
use crate::engine::call::Request;

pub use super::heard::Progress;

/// Whether the answer comes piece by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Streamed,
    Whole,
}

/// What stands between two events of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Events,
    /// A line of JSON each.
    Lines,
}

/// A POST as it goes out, but for the key.
#[derive(Clone, PartialEq)]
pub struct Outgoing {
    pub url: String,
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

/// The body holds the user's text, and the headers what the user put there.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({}, {} headers, {} bytes)", self.url, self.headers.len(), self.body.len())
    }
}

/// In which header a key goes, and what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHeader {
    pub name: &'static str,
    pub prefix: &'static str,
}

/// `host:port` of the base URL, as the user wrote it, without a name and password before it.
pub fn host(provider: &Provider) -> String {
    provider.host().to_owned()
}

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Chat completions.
    OpenAi,
    Responses,
    Anthropic,
    Gemini,
    Ollama,
}

impl Wire {
    pub const ALL: [Self; 5] = [Self::OpenAi, Self::Responses, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// The format that `provider` understands.
    pub fn of(provider: &Provider) -> Self {
        match provider.kind {
            ProviderKind::OpenAi | ProviderKind::Azure => Self::OpenAi,
            ProviderKind::Responses => Self::Responses,
            ProviderKind::Anthropic => Self::Anthropic,
            ProviderKind::Gemini => Self::Gemini,
            // Its imitation of OpenAI's.
            ProviderKind::Ollama if provider.base_url.trim_end_matches('/').ends_with("/v1") => Self::OpenAi,
            ProviderKind::Ollama => Self::Ollama,
        }
    }

    /// The format in which this model is asked: some of OpenAI's are to be had by one alone, and what calls itself Ollama
    /// may have the imitation of OpenAI's alone.
    pub fn of_target(target: &Target, refused: &Refused) -> Self {
        match Self::of(&target.provider) {
            Self::Ollama if refused.has(Field::Native) => Self::OpenAi,
            Self::OpenAi
                if known::home(&target.provider) == Some("openai")
                    && models::data_of(target).is(Mark::ResponsesOnly) =>
            {
                Self::Responses
            }
            wire => wire,
        }
    }

    pub fn key_header(self, provider: &Provider) -> KeyHeader {
        match (self, provider.kind) {
            (_, ProviderKind::Azure) => KeyHeader { name: "api-key", prefix: "" },
            (Self::Anthropic, _) => KeyHeader { name: "x-api-key", prefix: "" },
            (Self::Gemini, _) => KeyHeader { name: "x-goog-api-key", prefix: "" },
            (Self::OpenAi | Self::Responses | Self::Ollama, _) => {
                KeyHeader { name: "authorization", prefix: "Bearer " }
            }
        }
    }

    pub fn build(self, target: &Target, request: &Request, delivery: Delivery, refused: &Refused) -> Outgoing {
        match self {
            Self::OpenAi => openai::build(target, request, delivery, refused),
            Self::Responses => responses::build(target, request, delivery, refused),
            Self::Anthropic => anthropic::build(target, request, delivery, refused),
            Self::Gemini => gemini::build(target, request, delivery, refused),
            Self::Ollama => ollama::build(target, request, delivery, refused),
        }
    }

    /// Where the list of models is had with a GET.
    pub fn models_url(self, provider: &Provider) -> String {
        match self {
            Self::OpenAi | Self::Responses => openai::models_url(provider),
            Self::Anthropic => anthropic::models_url(provider),
            Self::Gemini => gemini::models_url(provider),
            Self::Ollama => ollama::models_url(provider),
        }
    }

    /// The headers that go with that GET, the user's among them.
    pub fn models_headers(self, provider: &Provider) -> Vec<(String, String)> {
        let ours = match self {
            Self::Anthropic => anthropic::headers(provider),
            Self::OpenAi | Self::Responses | Self::Gemini | Self::Ollama => Vec::new(),
        };
        with_the_users(ours, provider)
    }

    /// The names in a list of models, or `None` where `body` is no such list: then it is no model server.
    pub fn models(self, body: &[u8]) -> Option<Vec<String>> {
        match self {
            Self::OpenAi | Self::Responses | Self::Anthropic => openai::models(body),
            Self::Gemini => gemini::models(body),
            Self::Ollama => ollama::models(body),
        }
    }

    pub fn decoder(self, target: &Target) -> Decoder {
        Decoder { wire: self, heard: Heard::new(target) }
    }

    /// The field of a request that an answer with this status complains of; of what calls itself Ollama also that it does not
    /// know the address.
    pub fn refused_field(self, answered: &Answered) -> Option<Field> {
        let said = Said::of_body(answered.body);
        let no_such_address = matches!(answered.status, 404 | 405) && !said.is_unknown_model(answered.status);
        match self {
            Self::Ollama if no_such_address => Some(Field::Native),
            _ => refused::field(answered.status, &said),
        }
    }

    /// What an HTTP status other than 2xx and 3xx means. All formats say it in ways that are like OpenAI's.
    pub fn failure(self, target: &Target, answered: &Answered) -> CallFailure {
        refusal::failure(target, answered)
    }
}

/// What goes out: `body` with what the user laid over it, and the headers, the user's over ours.
pub fn outgoing(
    provider: &Provider,
    url: String,
    delivery: Delivery,
    own: Vec<(String, String)>,
    mut body: Map<String, Value>,
) -> Outgoing {
    lay_over(&mut body, &provider.body);
    let accept = match delivery {
        Delivery::Streamed => "text/event-stream",
        Delivery::Whole => "application/json",
    };
    let mut headers =
        vec![("content-type".to_owned(), "application/json".to_owned()), ("accept".to_owned(), accept.to_owned())];
    headers.extend(own);
    Outgoing { url, headers: with_the_users(headers, provider), body: Value::Object(body).to_string().into_bytes() }
}

fn with_the_users(mut headers: Vec<(String, String)>, provider: &Provider) -> Vec<(String, String)> {
    for (name, value) in &provider.headers {
        headers.retain(|(ours, _)| !ours.eq_ignore_ascii_case(name));
        headers.push((name.to_ascii_lowercase(), value.clone()));
    }
    headers
}

/// Tables are laid into tables, so that one of Ollama's options does not take the others away.
fn lay_over(body: &mut Map<String, Value>, over: &Map<String, Value>) {
    for (name, value) in over {
        match (body.get_mut(name), value) {
            (Some(Value::Object(below)), Value::Object(above)) => lay_over(below, above),
            _ => {
                body.insert(name.clone(), value.clone());
            }
        }
    }
}

/// The state of one answer. Chunks are put behind those that are in `chunks`, also where an error is returned: what had
/// arrived is not lost.
#[derive(Debug)]
pub struct Decoder {
    wire: Wire,
    heard: Heard,
}

impl Decoder {
    pub fn framing(&self) -> Framing {
        match self.wire {
            Wire::Ollama => Framing::Lines,
            Wire::OpenAi | Wire::Responses | Wire::Anthropic | Wire::Gemini => Framing::Events,
        }
    }

    /// The next event of a stream.
    pub fn push(&mut self, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        match self.wire {
            Wire::OpenAi => openai::event(&mut self.heard, event, chunks),
            Wire::Responses => responses::event(&mut self.heard, event, chunks),
            Wire::Anthropic => anthropic::event(&mut self.heard, event, chunks),
            Wire::Gemini => gemini::event(&mut self.heard, event, chunks),
            Wire::Ollama => ollama::event(&mut self.heard, event, chunks),
        }
    }

    /// An answer that came in one piece of JSON.
    pub fn whole(&mut self, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        match self.wire {
            Wire::OpenAi => openai::whole(&mut self.heard, body, chunks),
            Wire::Responses => responses::whole(&mut self.heard, body, chunks),
            Wire::Anthropic => anthropic::whole(&mut self.heard, body, chunks),
            Wire::Gemini => gemini::whole(&mut self.heard, body, chunks),
            Wire::Ollama => ollama::whole(&mut self.heard, body, chunks),
        }
    }

    pub fn progress(&self) -> Progress {
        self.heard.progress()
    }

    /// Nothing more comes: how the answer ended, or [`CallFailure::BrokenOff`] where it did not.
    pub fn finish(self, chunks: &mut Vec<Chunk>) -> Result<Completion, CallFailure> {
        self.heard.finish(chunks)
    }
}
