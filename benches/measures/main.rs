//! All measures: `cargo bench`, or `packaging/bench/run.sh`, which installs what they need.
//!
//! Each prints a table in Markdown; docs/performance.md is made of them. Words choose measures (`cargo bench -- press
//! idle`), and `--short` measures less often. The program that is measured is the optimised one that was built with
//! this, or the one that `POSTIL` names, on an X server, a session bus and model servers of its own.

// What cannot be measured is a panic: there is nobody to report to but the reader of the table.
#![allow(clippy::unwrap_used)]

mod distribution;
mod limits;
mod pure;
mod text;
#[cfg(feature = "define")]
mod words;

#[cfg(target_os = "linux")]
#[path = "../../tests/support/bus.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod bus;
#[cfg(target_os = "linux")]
#[path = "../../tests/support/x11.rs"]
mod x11;

#[path = "../../tests/support/limited.rs"]
mod limited;
#[path = "../../tests/support/server.rs"]
mod server;

#[cfg(target_os = "linux")]
mod desktop;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let names_none = arguments.iter().all(|argument| argument.starts_with("--"));
    // What `cargo test --benches` gives: that it builds and starts is all that is asked.
    if has("--test") {
        return;
    }
    let wanted = |name: &str| names_none || has(name);
    #[cfg(target_os = "linux")]
    desktop::measure(&wanted, has("--short"));
    #[cfg(feature = "define")]
    if wanted("words") {
        println!("\n### A word in a dictionary\n");
        words::measure();
    }
    if wanted("pure") {
        println!("\n### A piece of an answer\n");
        pure::measure();
    }
    if wanted("text") {
        println!("\n### A text before it is sent\n");
        text::measure();
    }
    // Minutes long, so they are taken only when they are named.
    if has("limits") {
        limits::measure();
    }
    if has("memory") {
        limits::measure_memory();
    }
}
