//! Looking words up in WordNet as Debian packs it (147,000 headwords): from the pages in memory, from the disk, and what
//! stays in memory afterwards.

use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use postil::offline::define::define;
use postil::offline::define::entry::Detail;
use postil::text::language::Language;

use crate::distribution::Verdict;

const INDEX: &str = "/usr/share/dictd/wn.index";
const DATA: &str = "/usr/share/dictd/wn.dict.dz";

/// Words from all over the index.
const WARM: usize = 2_000;
const COLD: usize = 50;

/// Milliseconds.
const WARM_LIMIT: f64 = 1.0;
const COLD_LIMIT: f64 = 5.0;

pub fn measure() {
    let folder = tempfile::tempdir().unwrap();
    // WordNet alone, whatever else is installed; copies, so that their pages can be let go of.
    let [index, data] = [INDEX, DATA].map(|file| {
        let copy = folder.path().join(file.rsplit('/').next().unwrap_or_default());
        std::fs::copy(file, &copy).expect("dict-wn is installed");
        copy
    });
    let keys = std::fs::read_to_string(&index).unwrap();
    let keys: Vec<&str> = keys.lines().filter_map(|line| line.split('\t').next()).filter(|key| key.len() > 2).collect();
    let words = |count: usize| keys.iter().step_by(keys.len() / count).take(count).copied().collect::<Vec<_>>();
    let folders = [folder.path().to_owned()];
    println!("| a word in WordNet | median | 99 % | target |\n|---|--:|--:|---|");
    for word in words(100) {
        look_up(word, &folders);
    }
    let before = resident();
    let warm: Vec<_> = words(WARM).iter().map(|word| look_up(word, &folders)).collect();
    let after = resident();
    row("warm", warm, WARM_LIMIT);
    let cold_words = words(COLD);
    let cold = cold_words.iter().map(|word| {
        forget(&index);
        forget(&data);
        look_up(word, &folders)
    });
    row("cold: the files are not in memory", cold.collect(), COLD_LIMIT);
    let unknown = words(COLD).iter().map(|word| look_up(&format!("{word}qz"), &folders)).collect();
    row("unknown, with what is near", unknown, COLD_LIMIT);
    println!("\nResident memory after {WARM} look-ups: {} KB more.", after.saturating_sub(before));
}

/// Milliseconds.
fn look_up(word: &str, folders: &[PathBuf]) -> f64 {
    let begun = Instant::now();
    _ = black_box(define(word, &[Language::ENGLISH], Detail::Main, folders));
    begun.elapsed().as_secs_f64() * 1e3
}

fn row(what: &str, mut times: Vec<f64>, limit: f64) {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let (median, most) = (at(0.5), at(0.99));
    println!("| {what} | {median:.2} ms | {most:.2} ms | ≤ {limit} ms: {} |", Verdict(median <= limit));
}

/// Lets the system drop the file's pages: what is read next comes from the disk.
fn forget(file: &std::path::Path) {
    let file = format!("if={}", file.display());
    let dropped =
        Command::new("dd").args([&file, "iflag=nocache", "count=0", "status=none"]).status().expect("dd is there");
    assert!(dropped.success(), "the pages of {file} stay in memory, so that nothing cold can be measured");
}

/// Kilobytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
