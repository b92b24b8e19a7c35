//! The daemon's socket: one daemon for each session, commands and their exit codes, and what others may write there.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use postil::ipc::message::{Hello, LONGEST_LINE, PROTOCOL, Reply, Request, line, parse};
use rustix::process::Signal;

use crate::model::ANSWER;
use crate::session::Session;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn a_second_daemon_says_which_one_runs() {
    let session = Session::started();
    let said = session.cli(&["daemon"]);
    let pid = session.daemon_pid().as_raw_nonzero();
    let sentence = format!("postil {} already runs in this session (process {pid})", env!("CARGO_PKG_VERSION"));
    assert_eq!((said.code, said.stderr), (0, sentence));
    assert_eq!(session.status().pid, pid.get().cast_unsigned());
}

#[test]
fn the_socket_is_this_user_s_alone_and_survives_a_crash() {
    let mut session = Session::started();
    assert_eq!((mode(&session.socket()), mode(&session.runtime_dir())), (0o600, 0o700));
    session.signal(Signal::KILL);
    assert!(!session.await_end().success());
    assert!(session.socket().exists(), "nobody took it away");
    let said = session.cli(&["status"]);
    let sentence = "postil: no postil daemon runs in this session; start it with `postil`";
    assert_eq!((said.code, said.stderr.as_str()), (3, sentence));
    session.start();
    assert_eq!((mode(&session.socket()), mode(&session.runtime_dir())), (0o600, 0o700));
    assert_eq!(session.cli(&["stop"]).code, 0);
    assert!(session.await_end().success());
    assert!(!session.socket().exists());
}

#[test]
fn without_a_daemon_every_command_says_so() {
    let session = Session::new();
    let commands = ["status", "cancel", "last", "stop", "reload", "pause", "resume", "pick", "trigger upper"];
    for command in commands {
        let said = session.cli(&command.split(' ').collect::<Vec<_>>());
        let sentence = "postil: no postil daemon runs in this session; start it with `postil`";
        assert_eq!((said.code, said.stderr.as_str()), (3, sentence), "{command}");
    }
}

#[test]
fn commands_do_what_they_say() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    let said = session.cli(&["trigger", "translate"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(session.ended().body, ANSWER);
    let said = session.cli(&["trigger", "translat"]);
    let sentence = "postil: no action is called translat; did you mean translate?";
    assert_eq!((said.code, said.stderr.as_str()), (2, sentence));

    let words = session.cli(&["status"]).stdout;
    assert!(words.contains(" is ready\n") && words.contains("\nmodel: test/tiny\n"), "{words}");
    assert!(words.contains("\nCtrl+Alt+Y: translate\n"), "{words}");
    let json: serde_json::Value = serde_json::from_str(&session.cli(&["status", "--json"]).stdout).expect("JSON");
    assert_eq!((&json["model"], &json["paused"]), (&"test/tiny".into(), &false.into()));
    assert_eq!(session.cli(&["reload"]).code, 0);
    assert_eq!(session.cli(&["stop"]).code, 0);
    assert!(session.await_end().success());
}

/// Writes these bytes and gives the daemon's replies, its hello left out.
fn raw(session: &Session, bytes: &[u8]) -> Vec<Reply> {
    let mut stream = UnixStream::connect(session.socket()).expect("the daemon listens");
    // It may have had enough before the end.
    let _written = stream.write_all(bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
    let mut answer = Vec::new();
    let _read = stream.read_to_end(&mut answer);
    answer.split(|byte| *byte == b'\n').skip(1).filter_map(|line| parse(line).ok()).collect()
}

fn refusal(replies: &[Reply]) -> &str {
    match replies {
        [Reply::Refused { sentence, exit: 2 }] => sentence,
        other => panic!("not refused but {other:?}"),
    }
}

#[test]
fn whatever_is_written_there_does_not_hurt() {
    let session = Session::started();
    let hello = line(&Hello::ours());
    assert_eq!(refusal(&raw(&session, b"GET / HTTP/1.1\r\n\r\n")), "not a message of postil's: column 1");
    assert_eq!(refusal(&raw(&session, b"")), "not a message of postil's: column 0");
    assert_eq!(
        refusal(&raw(&session, &[&hello[..], b"{\"command\":\"dance\"}\n"].concat())),
        "not a message of postil's: column 18"
    );
    assert_eq!(
        refusal(&raw(&session, &[&hello[..], &[0xff; 64][..], b"\n"].concat())),
        "not a message of postil's: column 1"
    );
    let other = line(&Hello { postil: "9.0.0".into(), protocol: PROTOCOL + 1 });
    let sentence = format!(
        "this is postil {}, the other side is 9.0.0; restart the older one (`postil stop`)",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(refusal(&raw(&session, &other)), sentence);
    let endless = vec![b'x'; LONGEST_LINE + 100];
    raw(&session, &[&hello[..], &endless[..]].concat());
    // Some who connect and say nothing, or little, hold nobody up.
    let silent: Vec<_> = (0..20).map(|_| UnixStream::connect(session.socket()).expect("the daemon listens")).collect();
    for mut stream in &silent {
        stream.write_all(b"{\"postil\"").expect("the daemon reads");
    }
    assert!(matches!(session.ask(&Request::Status), Reply::Status(_)));
    drop(silent);
    // Who hangs up before the answer does not hurt either.
    for _ in 0..20 {
        let mut stream = UnixStream::connect(session.socket()).expect("the daemon listens");
        stream.write_all(&[hello.clone(), line(&Request::Status)].concat()).expect("the daemon reads");
    }
    assert_eq!(session.cli(&["status"]).code, 0);
}

#[test]
fn a_daemon_of_another_version_or_one_that_is_stopped_is_a_sentence() {
    let session = Session::new();
    std::fs::create_dir_all(session.runtime_dir()).expect("a folder");
    let listener = UnixListener::bind(session.socket()).expect("the place is free");
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the command connects");
        let hello = line(&Hello { postil: "9.0.0".into(), protocol: PROTOCOL + 1 });
        stream.write_all(&hello).expect("the command reads");
        // Then one that never answers.
        listener.accept().expect("the command connects")
    });
    let said = session.cli(&["status"]);
    let versions = format!("this is postil {}, the other side is 9.0.0", env!("CARGO_PKG_VERSION"));
    assert_eq!(said.code, 1);
    assert!(said.stderr.contains(&versions), "{said:?}");
    let said = session.cli(&["status"]);
    let sentence = "postil: the postil daemon does not answer; is it stopped or busy?";
    assert_eq!((said.code, said.stderr.as_str()), (1, sentence));
    drop(answering.join());
}
