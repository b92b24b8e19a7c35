//! The process that mends text, and programs in its place that crash, hang, talk nonsense or are too big: each costs one
//! answer and nothing more.

#![cfg(all(unix, feature = "harper"))]
#![allow(clippy::unwrap_used)]

#[path = "support/command.rs"]
mod command;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use command::{Home, await_text, finish};
use postil::engine::call::Request;
use postil::llm::request::{Conversation, Sampling};
use postil::offline::BuiltinFailure;
use postil::offline::fix::proofreader::{Proofreader, Terms};
use rustix::process::{Pid, Signal, kill_process};

const POSTIL: &str = env!("CARGO_BIN_EXE_postil");

/// Reached only where something hangs.
const DEADLINE: Duration = Duration::from_secs(30);

fn request(text: &str) -> Request {
    Request {
        conversation: Conversation::default(),
        sampling: Sampling::default(),
        text: text.into(),
        options: Default::default(),
        languages: Vec::new(),
    }
}

async fn mended(reader: &mut Proofreader, text: &str) -> Result<String, BuiltinFailure> {
    let made = tokio::time::timeout(DEADLINE, reader.wish(request(text))).await.expect("no answer, and no failure");
    made.map(|made| made.text.expose().to_owned())
}

fn terms(program: &Path) -> Terms {
    Terms { program: Some(program.to_owned()), idle: Duration::from_secs(60), patience: DEADLINE / 2 }
}

/// A shell script that is started in the child's place; it writes its process into the file `started`.
fn script(folder: &Path, body: &str) -> PathBuf {
    let (draft, path) = (folder.join("draft"), folder.join("child"));
    fs::write(&draft, format!("#!/bin/sh\necho $$ >> '{}/started'\n{body}\n", folder.display())).unwrap();
    // By another process: a file that this one has open for writing cannot be started by a test beside.
    let copied = Command::new("install").args(["-m", "755"]).args([&draft, &path]).status().unwrap();
    assert!(copied.success());
    path
}

/// The real child, started by way of a script that tells its process.
fn real(folder: &Path) -> PathBuf {
    script(folder, &format!("exec '{POSTIL}' \"$@\""))
}

/// The processes that were started, in order.
fn started(folder: &Path) -> Vec<i32> {
    fs::read_to_string(folder.join("started")).unwrap_or_default().lines().map(|line| line.parse().unwrap()).collect()
}

fn signal(process: i32, signal: Signal) {
    kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
}

async fn is_gone(process: i32) {
    let begun = Instant::now();
    while fs::exists(format!("/proc/{process}")).unwrap() {
        assert!(begun.elapsed() < DEADLINE, "{process} is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn broken(did: &'static str) -> BuiltinFailure {
    BuiltinFailure::Broken { what: "the process that mends text", did }
}

#[tokio::test]
async fn one_child_serves_until_it_is_idle() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Proofreader::on(Terms { idle: Duration::from_secs(1), ..terms(&real(folder.path())) });
    assert_eq!(mended(&mut reader, "I recieve it.").await, Ok("I receive it.".to_owned()));
    let first = started(folder.path())[0];
    is_gone(first).await;
    assert_eq!(mended(&mut reader, "They was late.").await, Ok("They were late.".to_owned()));
    assert_eq!(started(folder.path()).len(), 2);
}

#[tokio::test]
async fn a_warm_child_that_is_killed_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Proofreader::on(terms(&real(folder.path())));
    assert_eq!(mended(&mut reader, "I recieve it.").await, Ok("I receive it.".to_owned()));
    let first = started(folder.path())[0];
    // Stopped first, so that it is killed in the middle of the next text.
    signal(first, Signal::STOP);
    let next = reader.wish(request("Its been a while."));
    tokio::spawn(async move { signal(first, Signal::KILL) });
    let made = tokio::time::timeout(DEADLINE, next).await.unwrap().unwrap();
    assert_eq!(made.text.expose(), "It's been a while.");
    assert_eq!(started(folder.path()).len(), 2);
}

#[tokio::test]
async fn a_child_that_hangs_is_killed_and_the_next_one_works() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Proofreader::on(Terms { patience: Duration::from_secs(1), ..terms(&real(folder.path())) });
    assert_eq!(mended(&mut reader, "I recieve it.").await, Ok("I receive it.".to_owned()));
    let first = started(folder.path())[0];
    signal(first, Signal::STOP);
    assert_eq!(mended(&mut reader, "They was late.").await, Err(broken("did not answer")));
    is_gone(first).await;
    assert_eq!(mended(&mut reader, "They was late.").await, Ok("They were late.".to_owned()));
}

#[tokio::test]
async fn whatever_stands_in_its_place_costs_one_sentence() {
    for (body, did) in [
        ("exit 3", "ended in the middle of it"),
        ("kill -SEGV $$", "ended in the middle of it"),
        // So little memory that it cannot even begin.
        (&format!("ulimit -v 20000; exec '{POSTIL}' \"$@\""), "ended in the middle of it"),
        ("printf 'Hello, world, this is no frame'; cat > /dev/null", "answered what is no answer"),
        ("printf '\\005\\000\\000\\000hello'; cat > /dev/null", "answered what is no answer"),
        ("printf '\\377\\377\\377\\377'; cat > /dev/null", "answered what is no answer"),
        ("printf '\\100\\000\\000\\000{'; head -c 1 > /dev/null", "ended in the middle of it"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = Proofreader::on(terms(&script(folder.path(), body)));
        assert_eq!(mended(&mut reader, "I recieve it.").await, Err(broken(did)), "{body}");
        real(folder.path());
        assert_eq!(mended(&mut reader, "I recieve it.").await, Ok("I receive it.".to_owned()), "after {body}");
    }
    let nowhere = terms(Path::new("/nonexistent/postil"));
    let failure = mended(&mut Proofreader::on(nowhere), "I recieve it.").await;
    assert_eq!(failure, Err(broken("could not be started")));
}

#[tokio::test]
async fn one_of_another_version_says_so() {
    let folder = tempfile::tempdir().unwrap();
    // Fifteen bytes, with the quotation marks.
    let program = script(folder.path(), r#"printf '\017\000\000\000"other_version"'; cat > /dev/null"#);
    assert_eq!(mended(&mut Proofreader::on(terms(&program)), "I recieve it.").await, Err(BuiltinFailure::Updated));
}

#[tokio::test]
async fn a_wish_that_is_given_up_leaves_the_child_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Proofreader::on(terms(&real(folder.path())));
    drop(reader.wish(request("I recieve it.")));
    assert_eq!(mended(&mut reader, "They was late.").await, Ok("They were late.".to_owned()));
    let process = started(folder.path())[0];
    assert_eq!(started(folder.path()).len(), 1);
    // With who asked, the child goes too.
    drop(reader);
    is_gone(process).await;
}

/// The processes that `parent` started and that work.
fn children(parent: u32) -> Vec<i32> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_child = |process: &i32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(") ").next().unwrap_or_default();
        after_name.split(' ').nth(1) == Some(&parent.to_string()) && !after_name.starts_with('Z')
    };
    processes.filter(is_child).collect()
}

#[test]
fn a_run_goes_on_when_its_child_is_killed() {
    let home = Home::new();
    let mut run = home.command(&["run", "fix", "--each", "line"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = run.stdin.take().unwrap();
    stdin.write_all(b"I recieve it.\n").unwrap();
    let stdout = await_text(run.stdout.take().unwrap(), "I receive it.");
    let [child] = children(run.id())[..] else { panic!("one child") };
    signal(child, Signal::STOP);
    stdin.write_all(b"They was late.\n").unwrap();
    signal(child, Signal::KILL);
    let stdout = await_text(stdout, "They were late.");
    drop((stdin, stdout));
    assert_eq!(finish(run).code, Some(0));
}

#[test]
fn one_that_was_updated_meanwhile_starts_itself_and_not_another() {
    let home = Home::new();
    let program = home.path("postil");
    fs::copy(POSTIL, &program).unwrap();
    let mut command = home.other(program.to_str().unwrap(), &["run", "fix", "--each", "line"]);
    let mut run = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = run.stdin.take().unwrap();
    stdin.write_all(b"Nothing is wrong.\n").unwrap();
    let stdout = await_text(run.stdout.take().unwrap(), "wrong.");
    fs::remove_file(program).unwrap();
    let [child] = children(run.id())[..] else { panic!("one child") };
    signal(child, Signal::KILL);
    stdin.write_all(b"I recieve it.\n").unwrap();
    let stdout = await_text(stdout, "I receive it.");
    drop((stdin, stdout));
    assert_eq!(finish(run).code, Some(0));
}
