//! The wire formats behind one face: a request of ours becomes an [`Outgoing`], the server's events become [`Chunk`]s
//! and at last a [`Completion`]. A further format is a file beside [`openai`](super::openai) and an arm in each match.
//!
//! Invariant: data to data. It never sees a key: it only says in which header one goes.

use std::fmt;

use super::openai;
use super::refusal::{self, Answered};
use super::request::{CallFailure, Chunk, Completion};
use super::roster::Target;
use super::sse::Event;
use crate::config::{Provider, ProviderKind};
use crate::engine::call::Request;

/// Whether the answer comes piece by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Streamed,
    Whole,
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
    let url = provider.base_url.as_str();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_owned()
}

/// A wire format that is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Chat completions. Ollama speaks them too, below `/v1`.
    OpenAi,
}

impl Wire {
    /// The format that `provider` understands, or [`CallFailure::NotSpokenYet`].
    pub fn of(provider: &Provider) -> Result<Self, CallFailure> {
        match provider.kind {
            ProviderKind::OpenAi | ProviderKind::Ollama => Ok(Self::OpenAi),
            ProviderKind::Anthropic | ProviderKind::Gemini => {
                Err(CallFailure::NotSpokenYet { provider: provider.name.clone() })
            }
        }
    }

    pub fn key_header(self) -> KeyHeader {
        match self {
            Self::OpenAi => KeyHeader { name: "authorization", prefix: "Bearer " },
        }
    }

    pub fn build(self, target: &Target, request: &Request, delivery: Delivery) -> Outgoing {
        match self {
            Self::OpenAi => openai::build(target, request, delivery),
        }
    }

    /// Where the list of models is had with a GET.
    pub fn models_url(self, provider: &Provider) -> String {
        match self {
            Self::OpenAi => format!("{}/models", openai::base_url(provider)),
        }
    }

    /// The names in a list of models, or `None` where `body` is no such list: then it is no model server.
    pub fn models(self, body: &[u8]) -> Option<Vec<String>> {
        match self {
            Self::OpenAi => openai::models(body),
        }
    }

    pub fn decoder(self, target: &Target) -> Decoder {
        match self {
            Self::OpenAi => Decoder::OpenAi(openai::Decoder::new(target)),
        }
    }

    /// What an HTTP status other than 2xx and 3xx means.
    pub fn failure(self, target: &Target, answered: &Answered) -> CallFailure {
        match self {
            Self::OpenAi => refusal::failure(target, answered),
        }
    }
}

/// The state of one answer. Chunks are put behind those that are in `chunks`, also where an error is returned: what had
/// arrived is not lost.
#[derive(Debug)]
pub enum Decoder {
    OpenAi(openai::Decoder),
}

impl Decoder {
    /// The next event of a stream.
    pub fn push(&mut self, event: &Event, chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        match self {
            Self::OpenAi(decoder) => decoder.push(event, chunks),
        }
    }

    /// An answer that came in one piece of JSON.
    pub fn whole(&mut self, body: &[u8], chunks: &mut Vec<Chunk>) -> Result<(), CallFailure> {
        match self {
            Self::OpenAi(decoder) => decoder.whole(body, chunks),
        }
    }

    pub fn progress(&self) -> Progress {
        match self {
            Self::OpenAi(decoder) => decoder.progress(),
        }
    }

    /// Nothing more comes: how the answer ended, or [`CallFailure::BrokenOff`] where it did not.
    pub fn finish(self, chunks: &mut Vec<Chunk>) -> Result<Completion, CallFailure> {
        match self {
            Self::OpenAi(decoder) => decoder.finish(chunks),
        }
    }
}

/// How far an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Running,
    /// The text is complete; what the server still says of it (the tokens used) may follow.
    TextComplete,
    /// The server has said that nothing follows.
    Done,
}
