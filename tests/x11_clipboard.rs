//! What is copied can be pasted, as long as the process that copied lives or until something else is copied.
//!
//! The clipboard finds its display in the environment of its process, so each copy is made in a child of this test.
#![cfg(target_os = "linux")]

#[path = "support/x11.rs"]
mod x11;

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::sync::mpsc;

use postil::desktop::{Desktop, Pick, ReadFailure, TriggerContext};
use postil::engine::event::SinkFailure;
use postil::sinks::clipboard;
use postil::text::sealed::AnswerText;
use x11::{Client, DEADLINE, XServer, eventually, text};

const ANSWER: &str = "Grüße, мир\n";

/// Runs one of the ignored tests below, which are the children's programs.
fn child(server: &XServer, test: &str) -> Child {
    let this = std::env::current_exe().expect("a test is a program");
    let mut command = server.command(this.to_str().expect("its path is text"), &["--exact", test, "--ignored"]);
    command.stdin(Stdio::piped()).spawn().expect("a child starts")
}

fn read(desktop: &Desktop) -> Result<String, ReadFailure> {
    let (sender, found) = mpsc::channel();
    let reply = move |result: Result<_, _>| _ = sender.send(result);
    desktop.read(Pick::Clipboard, TriggerContext::nowhere(), reply);
    found.recv_timeout(DEADLINE).expect("a read is answered").map(|found| found.text.expose().to_owned())
}

#[track_caller]
fn eventually_holds(desktop: &Desktop, expected: &str) {
    eventually("the clipboard holds the answer", || (read(desktop).as_deref() == Ok(expected)).then_some(()));
}

fn await_end(mut child: Child) {
    let status = eventually("the child's end", || child.try_wait().expect("it is ours"));
    assert!(status.success(), "{status}");
}

#[test]
fn a_copy_is_served_while_the_process_lives() {
    let server = XServer::start();
    let desktop = Desktop::connect(server.env(), |_| {});
    let mut copying = child(&server, "program_that_copies_and_waits");
    eventually_holds(&desktop, ANSWER);
    eventually_holds(&desktop, ANSWER);
    drop(copying.stdin.take());
    await_end(copying);
    assert_eq!(read(&desktop), Err(ReadFailure::Nothing));
}

#[test]
fn a_child_serves_until_something_else_is_copied() {
    let server = XServer::start();
    let desktop = Desktop::connect(server.env(), |_| {});
    let serving = child(&server, "program_that_serves");
    eventually_holds(&desktop, ANSWER);
    let other = Client::new(&server);
    other.own("CLIPBOARD", text("something else"));
    await_end(serving);
    assert_eq!(read(&desktop).as_deref(), Ok("something else"));
}

#[test]
fn without_a_display_a_copy_fails() {
    let mut server = XServer::start();
    server.display = ":4711".into();
    await_end(child(&server, "program_that_cannot_copy"));
}

#[test]
#[ignore = "a child's program"]
fn program_that_copies_and_waits() {
    clipboard::copy(&AnswerText::from("an earlier answer")).unwrap();
    clipboard::copy(&AnswerText::from(ANSWER)).unwrap();
    // Until the parent closes it.
    _ = std::io::stdin().read_to_end(&mut Vec::new());
    clipboard::hand_over();
}

#[test]
#[ignore = "a child's program"]
fn program_that_serves() {
    clipboard::hold(&AnswerText::from(ANSWER), || {}).unwrap();
}

#[test]
#[ignore = "a child's program"]
fn program_that_cannot_copy() {
    assert_eq!(clipboard::copy(&AnswerText::from(ANSWER)), Err(SinkFailure::NoClipboard));
}
