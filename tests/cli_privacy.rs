//! What must not leave: at the most talkative level, the user's text, the answer, the prompts and the keys stand in no
//! log and in no file, and a key never on a command line.

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/command.rs"]
mod command;
#[path = "support/server.rs"]
mod server;

use std::fs;
use std::path::Path;

use bus::PrivateBus;
use command::{Home, KEY, await_text, finish, interrupt};
use server::{Answer, STOP, Server, chunk};

const TEXT: &str = "Wolkenbruch";
const ANSWER: &str = "cloudburst";
const INSTRUCTION: &str = "Reimschmiede";

fn server() -> Server {
    Server::always(Answer::stream([chunk(ANSWER), chunk(" it is"), STOP.to_owned()]))
}

#[track_caller]
fn clean(what: &str, written: &str) {
    for word in [KEY, TEXT, ANSWER, INSTRUCTION] {
        assert!(!written.contains(word), "{word} stands in {what}: {written}");
    }
}

/// All files of this user but those that are kept on purpose.
fn clean_files(home: &Home, but: &[&str]) {
    for path in home.all_files() {
        if path.is_file() && !but.iter().any(|name| path.ends_with(name)) {
            clean(&path.display().to_string(), &String::from_utf8_lossy(&fs::read(&path).expect("a file of ours")));
        }
    }
}

#[test]
fn a_run_logs_no_words_and_no_key() {
    let server = server();
    let home = Home::with_model(&server.base_url()).set("POSTIL_LOG", "trace");
    let done = home.run(&["run", "translate", TEXT]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "cloudburst it is\n"));
    clean("the log of run", &done.stderr);
    let done = home.run(&["ask", INSTRUCTION, TEXT]);
    assert_eq!(done.code, Some(0));
    clean("the log of ask", &done.stderr);
    let done = home.pipe(TEXT, &["run", "translate", "--each", "line", "--json"]);
    assert_eq!(done.code, Some(0));
    clean("the log of --each", &done.stderr);
    // The key did go where it belongs.
    let bearer = format!("Bearer {KEY}");
    assert!(server.requests().iter().all(|request| request.header("authorization") == Some(&bearer)));
    clean_files(&home, &["conversation.json"]);
}

#[test]
fn failures_log_no_words_and_no_key() {
    let echoing = Server::start(|request| {
        // A server that quotes what it was sent, key included.
        let quoted = format!("{:?} {}", request.headers, String::from_utf8_lossy(&request.body));
        let error = serde_json::json!({ "error": { "message": quoted } });
        Answer::whole(500, "application/json", &error.to_string())
    });
    let home = Home::with_model(&echoing.base_url()).set("POSTIL_LOG", "trace");
    let done = home.run(&["run", "translate", TEXT, "--json"]);
    assert_eq!(done.code, Some(1));
    clean("the log of a failure", &done.stderr);
    assert!(!done.stdout.contains(KEY), "{}", done.stdout);
    let broken = Server::always(Answer::stream([chunk(ANSWER)]).cut());
    let home = Home::with_model(&broken.base_url()).set("POSTIL_LOG", "trace");
    let done = home.run(&["run", "translate", TEXT]);
    assert_eq!(done.code, Some(1));
    clean("the log of a broken answer", &done.stderr);
}

#[test]
fn a_key_stands_on_no_command_line() {
    let hanging = Server::always(Answer::stream([chunk("begun"), STOP.to_owned()]).hang());
    let home = Home::with_model(&hanging.base_url());
    let mut child = home.command(&["run", "translate", "x"]).spawn().unwrap();
    let rest = await_text(child.stdout.take().unwrap(), "begun");
    let command_line = fs::read(Path::new("/proc").join(child.id().to_string()).join("cmdline")).unwrap();
    assert!(!String::from_utf8_lossy(&command_line).contains(KEY));
    interrupt(&child);
    assert_eq!(finish(child).code, Some(130));
    drop(rest);
}

#[tokio::test]
async fn the_daemon_logs_no_words_and_no_key() {
    let server = server();
    let bus = PrivateBus::start();
    let home = Home::with_model(&server.base_url()).set("DBUS_SESSION_BUS_ADDRESS", bus.address());
    home.write(".config/postil/prompts/shout.md", "---\nname: Shout\nfrom: [clipboard]\n---\nShout.\n");
    let daemon = home.command(&["daemon"]).env("POSTIL_LOG", "trace").spawn().unwrap();
    bus::until("the daemon answers", async || home.run(&["status"]).code == Some(0)).await;
    home.run(&["trigger", "shout"]);
    let status = home.run(&["status", "--json"]);
    assert!(!status.stdout.contains(KEY));
    home.run(&["stop"]).was(0, "", "");
    let done = finish(daemon);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""));
    clean("the log of the daemon", &done.stderr);
    clean_files(&home, &[]);
}
