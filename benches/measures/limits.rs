//! What `--each` makes of the limits of a server that enforces them to the letter, whether a person gets in between, and
//! what a long text takes of memory. Takes a quarter of an hour; only when it is named: `cargo bench -- limits memory`.

#![allow(clippy::disallowed_methods, reason = "a server takes its time, and a person presses now and then")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::limited::Limits;
use crate::server::Server;

/// How long a run is looked at.
const LOOK: Duration = Duration::from_secs(180);
/// A model takes this long to answer.
const LATENCY: Duration = Duration::from_millis(400);
/// So often a person asks something in between.
const PERSON_EVERY: Duration = Duration::from_secs(9);
/// What a person's text has in it.
const PERSON: &str = "from a person";
/// How often a person's job is timed without a batch.
const ALONE: usize = 20;

pub fn measure() {
    println!("\n### Limits\n");
    let alone = alone();
    println!(
        "2,000 short lines by `--each line`, looked at over three minutes; the server answers after {} ms. Every {} s a \
         person's job begins while the server has room for it. It is timed from the start of its process to its arrival at \
         the server; without a batch that takes {:.1} ms, which is taken off.\n",
        LATENCY.as_millis(),
        PERSON_EVERY.as_secs(),
        alone.as_secs_f64() * 1e3
    );
    println!(
        "| a minute | requests used | tokens used | refused (429) | persons with room | the batch delays them: median, most |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    run(600, Some(60_000), alone);
    run(600, Some(10_000), alone);
    run(60, None, alone);
}

/// What a person's job takes to the server where nothing else is asked: the median.
fn alone() -> Duration {
    let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = Arc::clone(&arrivals);
    let server = Server::start(move |_| {
        noted.lock().unwrap().push(Instant::now());
        crate::server::says("yes")
    });
    let folder = tempfile::tempdir().unwrap();
    // A limit that never binds, so that the books are asked as they are beside a batch.
    configure(folder.path(), &server.base_url(), "requests_per_minute = 60000\n");
    let mut took: Vec<_> = (0..ALONE).filter_map(|_| person(folder.path(), &arrivals)).collect();
    took.sort();
    took[took.len() / 2]
}

/// How long a person's job takes to the server.
fn person(home: &Path, arrivals: &Mutex<Vec<Instant>>) -> Option<Duration> {
    let asked = Instant::now();
    start(home, &["run", "brief", PERSON], None).wait().unwrap();
    arrivals.lock().unwrap().last().map(|arrived| arrived.saturating_duration_since(asked))
}

fn run(requests: u32, tokens: Option<u32>, alone: Duration) {
    let limits = Arc::new(Limits::a_minute(f64::from(requests), tokens.map_or(f64::INFINITY, f64::from)));
    let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let (enforced, noted) = (Arc::clone(&limits), Arc::clone(&arrivals));
    let server = Server::start(move |request| {
        if String::from_utf8_lossy(&request.body).contains(PERSON) {
            noted.lock().unwrap().push(Instant::now());
        }
        let answer = enforced.answer(request, |text| format!("Zeile: {text}"));
        thread::sleep(LATENCY);
        answer
    });
    let folder = tempfile::tempdir().unwrap();
    let of_tokens = tokens.map_or(String::new(), |tokens| format!("tokens_per_minute = {tokens}\n"));
    configure(folder.path(), &server.base_url(), &format!("requests_per_minute = {requests}\n{of_tokens}"));
    let text: String = (0..2000).map(|number| format!("This is line {number} of them.\n")).collect();
    fs::write(folder.path().join("text"), text).unwrap();
    let began = Instant::now();
    let mut batch = start(folder.path(), &["run", "brief", "--each", "line"], Some("text"));
    let mut waits = Vec::new();
    let mut last = limits.state();
    while began.elapsed() < LOOK {
        thread::sleep(PERSON_EVERY.min(LOOK.saturating_sub(began.elapsed())));
        last = limits.state();
        if began.elapsed() + PERSON_EVERY < LOOK {
            let has_room = limits.has_room();
            let waited = person(folder.path(), &arrivals);
            waits.extend(waited.filter(|_| has_room).map(|waited| waited.saturating_sub(alone)));
        }
    }
    let _ = (batch.kill(), batch.wait());
    waits.sort();
    let minutes = LOOK.as_secs_f64() / 60.0;
    let part = |used: u64, limit: f64| format!("{:.1} %", 100.0 * used as f64 / limit / minutes);
    println!(
        "| {requests} requests, {} tokens | {} | {} | {} | {} | {} ms, {} ms |",
        tokens.map_or("any".to_owned(), |tokens| tokens.to_string()),
        part(last.served, f64::from(requests)),
        tokens.map_or("".to_owned(), |tokens| part(last.used_tokens, f64::from(tokens))),
        last.refused,
        waits.len(),
        waits.get(waits.len() / 2).map_or(0, Duration::as_millis),
        waits.last().map_or(0, Duration::as_millis),
    );
}

pub fn measure_memory() {
    println!("\n| 100,000 lines by `--each line` | peak RSS | of 1,000 lines |");
    println!("|---|--:|--:|");
    let server = Server::start(|_| crate::server::says("yes"));
    for action in ["upper", "brief"] {
        let [many, few] = [100_000, 1_000].map(|lines| {
            let folder = tempfile::tempdir().unwrap();
            configure(folder.path(), &server.base_url(), "");
            let text: String = (0..lines).map(|number| format!("This is line {number} of them.\n")).collect();
            fs::write(folder.path().join("text"), text).unwrap();
            let mut child =
                start(folder.path(), &["run", action, "--each", "line", "--resume", "journal"], Some("text"));
            let mut peak = 0;
            while child.try_wait().unwrap().is_none() {
                peak = peak.max(peak_of(child.id()));
                thread::sleep(Duration::from_millis(20));
            }
            peak
        });
        println!("| {action} | {:.1} MB | {:.1} MB |", many as f64 / 1024.0, few as f64 / 1024.0);
    }
}

/// In KB, so far.
fn peak_of(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn configure(home: &Path, base_url: &str, limits: &str) {
    let folder = home.join(".config/postil/prompts");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("brief.md"), "---\nname: Brief\nto: [stdout]\n---\nTranslate the user's text, briefly.\n")
        .unwrap();
    let provider = format!("[provider.test]\nkind = \"openai\"\nbase_url = \"{base_url}\"\n{limits}");
    fs::write(home.join(".config/postil/config.toml"), format!("model = \"test/m\"\n{provider}")).unwrap();
}

fn start(home: &Path, arguments: &[&str], stdin: Option<&str>) -> Child {
    let program = std::env::var_os("POSTIL").unwrap_or_else(|| env!("CARGO_BIN_EXE_postil").into());
    let stdin = stdin.map_or(Stdio::null(), |file| fs::File::open(home.join(file)).unwrap().into());
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("HOME", home).env("XDG_RUNTIME_DIR", home).current_dir(home);
    command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
}
