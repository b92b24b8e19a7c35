//! Limits, budget and usage as a user meets them: real processes against a server that enforces limits.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/limited.rs"]
mod limited;
#[path = "support/server.rs"]
mod server;

use std::process::Child;
use std::sync::Arc;
use std::thread;

use command::{Home, finish};
use limited::Limits;
use server::{Answer, DONE, Recorded, STOP, Server, chunk, says};

/// So much more than is told do the servers here allow: on a busy machine requests are held up and then arrive together.
/// Twice as much, which is what two processes would use that do not share, they refuse. What is used of limits that are
/// enforced to the letter is measured (`packaging/bench/limits.sh`).
const LENIENT: f64 = 1.5;

/// A server that enforces these limits and answers in angle brackets.
fn enforcing(limits: &Arc<Limits>) -> Server {
    let limits = Arc::clone(limits);
    Server::start(move |request| limits.answer(request, |text| format!("<{text}>")))
}

/// A home whose model is `test/m`, with more lines for its provider, and others before it.
fn home(base_url: &str, before: &str, of_the_provider: &str) -> Home {
    let home = Home::new();
    let provider = format!("[provider.test]\nkind = \"openai\"\nbase_url = \"{base_url}\"\n{of_the_provider}\n");
    home.write(".config/postil/config.toml", &format!("model = \"test/m\"\n{before}\n{provider}"));
    home.write(".config/postil/prompts/brief.md", "---\nname: Brief\nto: [stdout]\n---\nBe brief.\n");
    home
}

fn lines(numbers: std::ops::Range<u32>) -> (String, String) {
    let text = numbers.clone().map(|number| format!("line {number}\n")).collect();
    (text, numbers.map(|number| format!("<line {number}>\n")).collect())
}

fn text_of(request: &Recorded) -> String {
    request.json()["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned()
}

/// Waits until it has said `text` on stdout.
fn await_event(mut child: Child, text: &str) -> Child {
    let stdout = command::await_text(child.stdout.take().unwrap(), text);
    child.stdout = Some(stdout);
    child
}

#[test]
fn a_batch_keeps_within_the_limits() {
    let limits = Arc::new(Limits::a_minute(1200.0 * LENIENT, 30_000.0 * LENIENT));
    let server = enforcing(&limits);
    let home = home(&server.base_url(), "", "requests_per_minute = 1200\ntokens_per_minute = 30000");
    let (text, expected) = lines(0..60);
    let done = home.pipe(text, &["run", "brief", "--each", "line"]);
    // On stderr may stand how far it is, where it takes long.
    assert_eq!((done.code, done.stdout), (Some(0), expected));
    assert_eq!((limits.state().served, limits.state().refused), (60, 0));
}

#[test]
fn processes_share_the_limits() {
    let limits = Arc::new(Limits::a_minute(1200.0 * LENIENT, f64::INFINITY));
    let server = enforcing(&limits);
    let home = Arc::new(home(&server.base_url(), "", "models = { m = { requests_per_minute = 1200 } }"));
    let runs = [0..30, 30..60].map(|numbers| {
        let home = Arc::clone(&home);
        thread::spawn(move || {
            let (text, expected) = lines(numbers);
            let done = home.pipe(text, &["run", "brief", "--each", "line"]);
            assert_eq!((done.code, done.stdout), (Some(0), expected));
        })
    });
    runs.into_iter().for_each(|run| run.join().unwrap());
    assert_eq!((limits.state().served, limits.state().refused), (60, 0));
}

#[test]
fn a_limit_that_the_server_tells_is_kept_by_the_next_process() {
    let server = Server::start(|request| {
        let told = says(&text_of(request)).with_header("x-ratelimit-limit-requests", "1");
        told.with_header("x-ratelimit-remaining-requests", "0")
    });
    let home = home(&server.base_url(), "", "");
    home.run(&["run", "brief", "a"]).was(0, "a\n", "");
    // The second would come a minute later, and nobody waits that long here.
    let child = await_event(home.command(&["run", "brief", "b", "--json"]).spawn().unwrap(), "rate limit of test");
    command::interrupt(&child);
    assert_eq!(finish(child).code, Some(130));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn who_is_refused_waits_in_sight_and_can_leave() {
    let refusal = Answer::with_headers(429, &[("retry-after", "4")], "{}");
    let server = Server::always(refusal);
    let home = home(&server.base_url(), "", "");
    let mut child = home.command(&["run", "brief", "a"]).spawn().unwrap();
    let stderr = command::await_text(child.stderr.take().unwrap(), "postil: rate limit of test, again in 4 s\n");
    child.stderr = Some(stderr);
    command::interrupt(&child);
    finish(child).was(130, "", "postil: cancelled\n");
    assert_eq!(server.requests().len(), 1);
    // The next one, of whatever process, does not ask before the moment that the server named.
    let child = home.command(&["run", "brief", "b", "--json"]).spawn().unwrap();
    let child = await_event(child, "rate limit of test");
    command::interrupt(&child);
    assert_eq!((finish(child).code, server.requests().len()), (Some(130), 1));
}

/// A home with two keys for `test/m`.
fn home_with_keys(base_url: &str, of_the_provider: &str) -> Home {
    let keys = "api_key_env = [\"KEY_A\", \"KEY_B\"]";
    home(base_url, "", &format!("{keys}\n{of_the_provider}")).set("KEY_A", "key-a").set("KEY_B", "key-b")
}

fn keys_of(server: &Server) -> Vec<String> {
    let key = |request: &Recorded| request.header("authorization").unwrap_or_default().replace("Bearer key-", "");
    server.requests().iter().filter(|request| request.method == "POST").map(key).collect()
}

const OTHER_KEY: &str = "postil: KEY_A is at its rate limit at test, so KEY_B was used\n";

#[test]
fn each_key_has_limits_of_its_own() {
    let server = Server::start(|request| says(&text_of(request)));
    let home = home_with_keys(&server.base_url(), "requests_per_day = 1");
    home.run(&["run", "brief", "a"]).was(0, "a\n", "");
    home.run(&["run", "brief", "b"]).was(0, "b\n", OTHER_KEY);
    let done = home.run(&["run", "brief", "c"]);
    assert_eq!((done.code, keys_of(&server)), (Some(1), vec!["a".to_owned(), "b".into()]), "{}", done.stderr);
    assert_eq!(done.stderr, "postil: test limits the rate; try again in 25 h\n");
}

#[test]
fn a_key_that_was_refused_is_not_asked_with_by_others_meanwhile() {
    let server = Server::start(|request| match request.header("authorization") {
        Some("Bearer key-a") => Answer::with_headers(429, &[("retry-after", "300")], "{}"),
        _ => says(&text_of(request)),
    });
    let home = home_with_keys(&server.base_url(), "");
    home.run(&["run", "brief", "a"]).was(0, "a\n", OTHER_KEY);
    home.run(&["run", "brief", "b"]).was(0, "b\n", OTHER_KEY);
    assert_eq!(keys_of(&server), ["a", "b", "b"]);
}

/// A server whose model `m` is at its limit, in these words, and whose others answer.
fn limiting_one(message: &str) -> Server {
    let body = serde_json::json!({ "error": { "message": message, "type": "rate_limit_error" } }).to_string();
    Server::start(move |request| match request.json()["model"].as_str() {
        Some("m") => Answer::with_headers(429, &[("retry-after", "1200")], &body),
        _ => says(&text_of(request)),
    })
}

#[test]
fn a_model_at_its_limit_closes_no_other() {
    let server = limiting_one("Rate limit reached for m in organization org-x on tokens per min (TPM): Limit 30000.");
    let home = home(&server.base_url(), "", "");
    assert_eq!(home.run(&["run", "brief", "a"]).code, Some(1));
    home.run(&["run", "brief", "b", "--model", "test/other"]).was(0, "b\n", "");
    let done = home.run(&["run", "brief", "c"]);
    assert_eq!(done.stderr, "postil: test limits the rate; try again in 20 min\n");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_account_at_its_limit_closes_all_its_models() {
    let server = limiting_one("This request would exceed your account's rate limit. Please try again later.");
    let home = home(&server.base_url(), "", "");
    assert_eq!(home.run(&["run", "brief", "a"]).code, Some(1));
    let done = home.run(&["run", "brief", "b", "--model", "test/other"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), "postil: test limits the rate; try again in 20 min\n"));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn who_holds_or_breaks_the_books_stops_nobody() {
    let server = Server::start(|request| says(&text_of(request)));
    let home = home(&server.base_url(), "[budget]\nmonth = 5.0", "requests_per_minute = 60000");
    home.run(&["run", "brief", "a"]).was(0, "a\n", "");
    let (ledger, usage) = (home.path(".local/state/postil/ledger.json"), home.path(".local/state/postil/usage.sqlite"));
    for damage in [&b""[..], b"{\"books\":{\"accounts\":{\"te", b"\xff\xfe\0\0", b"[1, 2]\n{}\n"] {
        std::fs::write(&ledger, damage).unwrap();
        assert_eq!(home.run(&["run", "brief", "b"]).stdout, "b\n");
    }
    // As a process does that was stopped while it held them.
    let held = std::fs::File::options().write(true).open(&ledger).unwrap();
    held.lock().unwrap();
    let records = rusqlite::Connection::open(&usage).unwrap();
    records.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert_eq!(home.run(&["run", "brief", "c"]).stdout, "c\n");
    assert_eq!(home.pipe("d\ne\nf\n", &["run", "brief", "--each", "line"]).stdout, "d\ne\nf\n");
}

#[test]
fn a_budget_warns_once_and_stops() {
    // Each answer is a million tokens in all, at a dollar a million.
    let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":900000,\"completion_tokens\":100000}}\n\n";
    let whole = [chunk("yes"), STOP.to_owned(), usage.to_owned(), DONE.to_owned()];
    let server = Server::always(Answer::stream(whole));
    let price = "models = { m = { price = [1.0, 1.0] } }";
    let home = home(&server.base_url(), "[budget]\nmonth = 2.9", price);
    home.run(&["run", "brief", "a"]).was(0, "yes\n", "");
    home.run(&["run", "brief", "b"]).was(0, "yes\n", "");
    let near = "postil: with this, about $3.04 of this month's budget of $2.90 are used\n";
    home.run(&["run", "brief", "c"]).was(0, "yes\n", near);
    let over = "postil: not sent: $3.00 of this month's budget of $2.90 are used; raise `[budget] month` in the config, or \
                use a model on this machine\n";
    home.run(&["run", "brief", "d"]).was(4, "", over);
    home.pipe("d\ne\n", &["run", "brief", "--each", "line"]).was(4, "", over);
    assert_eq!(server.requests().len(), 3);
}
