//! Models: what is asked of them ([`request`]), which one is meant ([`roster`]), how each wire format says it
//! ([`openai`]), how a stream is cut into events ([`sse`]), and the one file that knows HTTP ([`client`]).
//!
//! All but `client` are functions from data to data.

pub mod known;
pub mod request;
pub mod roster;

pub mod openai;
pub mod sse;

pub mod client;
