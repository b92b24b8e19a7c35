//! What is done to a text before it is sent: secrets looked for, tokens counted.

use std::hint::black_box;
use std::time::Instant;

use postil::text::redaction;

use crate::distribution::Verdict;

const RUNS: usize = 21;

const SHORT: usize = 1 << 10;
const LONG: usize = 1 << 20;
/// Milliseconds that a look through so much may take: on the way of a key press, and on another thread.
const LOOK_SHORT: f64 = 0.2;
const LOOK_LONG: f64 = 100.0;
#[cfg(feature = "tokens")]
const COUNT_LONG: f64 = 200.0;
/// Megabytes that a process may have more when it has counted.
#[cfg(all(feature = "tokens", target_os = "linux"))]
const MORE_MEMORY: f64 = 2.0;

pub fn measure() {
    println!("| for a text | median of {RUNS} | target |\n|---|--:|---|");
    for (kind, text) in kinds() {
        for (size, length, limit) in [("1 KB", SHORT, LOOK_SHORT), ("1 MB", LONG, LOOK_LONG)] {
            let text = of_length(&text, length);
            row(&format!("looked through for secrets, {size} of {kind}"), limit, || {
                black_box(redaction::find(&text, &[]));
            });
        }
    }
    #[cfg(feature = "tokens")]
    tokens();
}

#[cfg(feature = "tokens")]
fn tokens() {
    use postil::text::tokens::{Encoding, Tokenizer};
    let before = memory_at_rest();
    for encoding in [Encoding::O200k, Encoding::Cl100k] {
        row(&format!("{encoding:?}: its table unpacked"), COUNT_LONG, || {
            black_box(Tokenizer::load(encoding));
        });
        let tokenizer = Tokenizer::load(encoding);
        let one_letter = ("one letter", "a".to_owned());
        for (kind, text) in kinds().into_iter().chain([one_letter]) {
            let text = of_length(&text, LONG);
            // One letter is one piece, which no text is; it is here to be seen not to take for ever.
            let limit = if kind == "one letter" { 5.0 * COUNT_LONG } else { COUNT_LONG };
            row(&format!("{encoding:?}: tokens of 1 MB of {kind}"), limit, || {
                black_box(tokenizer.count(&text));
            });
        }
    }
    if let (Some(before), Some(after)) = (before, memory_at_rest()) {
        let more = after - before;
        println!("| PSS after all of that | {more:+.1} MB | ≤ {MORE_MEMORY} MB: {} |", Verdict(more <= MORE_MEMORY));
    }
}

/// Megabytes, when all was given back as the daemon does it.
#[cfg(all(feature = "tokens", target_os = "linux"))]
fn memory_at_rest() -> Option<f64> {
    postil::daemon::rest::Rest::begin().give_back();
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

fn kinds() -> Vec<(&'static str, String)> {
    let read = |name: &str| std::fs::read_to_string(name).expect("it is in the repository");
    vec![
        ("prose", read("docs/config.md")),
        ("code", read("src/engine/tests.rs")),
        ("many scripts", read("src/text/tokens_tests.rs")),
    ]
}

/// As often as it takes, cut to so many bytes.
fn of_length(text: &str, length: usize) -> String {
    let mut long = text.repeat(length / text.len() + 1);
    long.truncate(long.floor_char_boundary(length));
    long
}

fn row(what: &str, limit: f64, mut run: impl FnMut()) {
    run(); // What is built when it is first needed is not of each time.
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let median = times[RUNS / 2];
    println!("| {what} | {median:.3} ms | ≤ {limit} ms: {} |", Verdict(median <= limit));
}
