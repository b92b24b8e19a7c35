//! Models: what is asked of them ([`request`]), which one is meant ([`roster`], [`known`]), what it takes and
//! costs ([`models`]), how each wire format says it
//! ([`wire`], [`openai`], [`refusal`], [`rates`]), how a stream is cut into events ([`sse`]) and thinking told from answering
//! ([`thinking`]), how limits are kept ([`limits`]) and what it costs ([`spending`]), where a key is had from ([`keys`]), and the one room that knows HTTP ([`client`]).
//!
//! All but `client` and `keys` are functions from data to data.

pub mod known;
pub mod models;
pub mod request;
pub mod roster;

pub mod anthropic;
pub mod gemini;
pub mod heard;
pub mod lines;
pub mod ollama;
pub mod openai;
pub mod rates;
pub mod refusal;
pub mod refused;
pub mod responses;
pub mod sse;
pub mod thinking;
pub mod wire;

pub mod limits;
pub mod spending;

pub mod client;
pub mod keys;
