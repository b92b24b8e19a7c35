//! Limits, budget and usage as a user meets them: real processes against a server that enforces limits.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/command.rs"]
mod command;
#[path = "support/limited.rs"]
mod limited;
#[path = "support/server.rs"]
mod server;

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

#[test]
fn a_batch_keeps_within_the_limits() {
    let limits = Arc::new(Limits::a_minute(1200.0 * LENIENT, 30_000.0 * LENIENT));
    let server = enforcing(&limits);
    let home = home(&server.base_url(), "", "requests_per_minute = 1200\ntokens_per_minute = 30000");
    let (text, expected) = lines(0..60);
    home.pipe(text, &["run", "brief", "--each", "line"]).was(0, &expected, "");
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
            home.pipe(text, &["run", "brief", "--each", "line"]).was(0, &expected, "");
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
    let mut child = home.command(&["run", "brief", "b", "--json"]).spawn().unwrap();
    let stdout = command::await_text(child.stdout.take().unwrap(), "rate limit of test");
    child.stdout = Some(stdout);
    command::interrupt(&child);
    assert_eq!(finish(child).code, Some(130));
    assert_eq!(server.requests().len(), 1);
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
