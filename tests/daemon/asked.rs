//! What is asked before a text with secrets leaves, where a command has its job run by the daemon: in the terminal of that
//! command.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::server::{Answer, DONE, STOP, Server, chunk};
use crate::session::Session;

const TEXT: &str = "the password = S3same!x";
const RUN: &str = "run say --from selection --to copy";

/// A session with this text selected, whose one model is elsewhere as far as postil can tell, and says all again.
fn session() -> (Session, Server) {
    let server = Server::start(|request| {
        let words = request.json()["messages"][1]["content"].as_str().unwrap_or_default().to_owned();
        Answer::stream([chunk(&words), STOP.to_owned(), DONE.to_owned()])
    });
    let mut session = Session::new();
    session.configure(&format!(
        "model = \"test/m\"\n[provider.test]\nbase_url = \"http://models.example/v1\"\nproxy = \"http://{}\"\n\
         allow_http = true\napi_key_env = \"TEST_KEY\"\n",
        server.host()
    ));
    session.save_prompt("say", "---\nname: Say\n---\nSay it again.\n");
    session.start();
    (session, server)
}

/// Runs postil in a terminal of its own where this is typed; its exit code, and what was seen.
fn in_a_terminal(session: &Session, arguments: &str, typed: &str) -> (Option<i32>, String) {
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_postil"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped()).env_clear();
    for (name, value) in session.command(&[]).get_envs() {
        script.env(name, value.expect("none is taken away"));
    }
    let mut terminal = script.env("POSTIL_LOG", "off").spawn().expect("script is installed");
    terminal.stdin.take().expect("a pipe").write_all(typed.as_bytes()).expect("it reads");
    let seen = terminal.wait_with_output().expect("it ends");
    (seen.status.code(), String::from_utf8_lossy(&seen.stdout).into_owned())
}

fn sent(server: &Server) -> String {
    let questions = server.requests().into_iter().filter(|request| request.method == "POST");
    questions.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

#[test]
fn secrets_are_asked_about_in_the_terminal_of_the_command() {
    let (session, server) = session();
    let _editor = session.editor(TEXT);
    let (code, seen) = in_a_terminal(&session, RUN, "y\n");
    let question = "There is a password (line 1) in it. Send it to test/m? [y: masked, a: as it is, N: no]";
    assert!(code == Some(0) && seen.contains(question), "{code:?} {seen}");
    session.await_clipboard(TEXT);
    assert!(sent(&server).contains("the password = POSTIL_SECRET_1"), "{}", sent(&server));
    assert!(!sent(&server).contains("S3same"));
}

#[test]
fn who_says_no_or_cannot_be_asked_sends_nothing() {
    let (session, server) = session();
    let _editor = session.editor(TEXT);
    let (code, seen) = in_a_terminal(&session, RUN, "n\n");
    assert!(code == Some(4) && seen.contains("not sent"), "{code:?} {seen}");
    let said = session.cli(&RUN.split(' ').collect::<Vec<_>>());
    let sentence = "postil: not sent to test/m: there is a password (line 1) in it, and nobody can be asked here; set \
                    `privacy.secrets = \"mask\"` in the config to send it without";
    assert_eq!((said.code, said.stderr.as_str()), (4, sentence));
    assert_eq!(sent(&server), "");
}
