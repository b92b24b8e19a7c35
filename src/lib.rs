//! postil: select text anywhere, press a key, and have it translated, explained or fixed, where you are.
//!
//! One key press is a straight line through these modules, which stand in reading order:
//! a trigger becomes an [`engine::Event`], the [`engine`] answers with [`engine::Effect`]s, the [`daemon`]
//! performs them with the rooms below it and turns what comes back into the next events.
//!
//! Pure (they touch nothing; text in, text out): `text`, `action`, `config` but for its files' loading and watch, `llm` but for its
//! client, `panel`, `engine`. Effects: `offline`, `process`, `desktop`, `sinks`, `tray`, `store`, `ipc`, `daemon`, `cli`.
//! `docs/architecture.md` has the invariants; `tests/architecture.rs` keeps the arrows pointing down.

pub mod engine;

pub mod action;
pub mod config;
pub mod llm;
pub mod panel;
pub mod text;

pub mod desktop;
pub mod ipc;
pub mod offline;
pub mod process;
pub mod sinks;
pub mod store;
pub mod tray;

pub mod cli;
pub mod daemon;

/// What unit tests share with those in `tests/` names this crate from outside.
#[cfg(test)]
extern crate self as postil;
