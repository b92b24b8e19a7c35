//! How the daemon ends, and what it takes with it.

use std::os::unix::process::ExitStatusExt;

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

use crate::server::{Answer, chunk};
use crate::session::{KEY, Session};
use crate::x11::{Client, eventually};

#[test]
fn a_signal_ends_it_with_its_jobs_and_their_signs() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut session = Session::started();
        session.model.answers(Answer::stream([chunk("Gu")]).hang());
        let _editor = session.editor("Text");
        session.press("Ctrl+Alt+y");
        let sign = session.shown();
        session.signal(signal);
        session.await_closed(sign.id);
        session.model.wait_until("the connection is closed", |log| log.closed >= 1);
        assert_eq!(session.await_end().code(), Some(0), "{signal:?}");
        assert!(!session.socket().exists());
        // The shortcuts are free: this panics where they are not.
        Client::new(&session.x).grab(session.x.keycode("u"), 1 << 2 | 1 << 3);
    }
}

#[test]
fn without_its_display_it_ends_cleanly() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    session.ended();
    session.await_clipboard("TEXT");
    session.x.kill();
    assert_eq!(session.await_end().code(), Some(0));
    assert!(!session.socket().exists());
}

#[test]
fn without_a_session_bus_it_works_and_says_so() {
    let mut session = Session::new();
    session.configure(&session.config());
    session.bus.kill();
    session.start();
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    session.await_clipboard("TEXT");
    session.settle();
    assert!(session.status().tray.starts_with("no session bus"), "{}", session.status().tray);
    session.signal(Signal::TERM);
    assert!(session.await_end().success());
}

#[test]
fn a_session_bus_that_hangs_holds_nobody_up() {
    let mut session = Session::new();
    session.configure(&session.config());
    session.bus.freeze();
    session.start();
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    session.await_clipboard("TEXT");
    session.settle();
    assert_eq!(session.cli(&["last"]).stdout, "TEXT");
    session.signal(Signal::TERM);
    assert!(session.await_end().success());
}

#[test]
fn programs_that_it_runs_end_with_their_job() {
    let mut session = Session::new();
    session.save_prompt("wait", "---\nshortcut: Ctrl+Alt+W\nengine: command\ncommand: [sleep, '1000']\n---\n");
    session.configure(&session.config());
    session.start();
    let _editor = session.editor("Text");
    let children = |session: &Session| {
        let pid = session.daemon_pid().as_raw_nonzero();
        std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).expect("it runs")
    };
    session.press("Ctrl+Alt+w");
    eventually("the program runs", || (!children(&session).is_empty()).then_some(()));
    assert_eq!(session.cli(&["cancel"]).code, 0);
    eventually("it has ended, and nobody is left of it", || children(&session).is_empty().then_some(()));

    session.press("Ctrl+Alt+w");
    let child = eventually("the program runs again", || children(&session).trim().parse::<u32>().ok());
    session.x.kill();
    assert_eq!(session.await_end().code(), Some(0));
    let is_there = || std::fs::read_to_string(format!("/proc/{child}/cmdline")).is_ok_and(|line| line.contains("1000"));
    eventually("it has ended", || (!is_there()).then_some(()));
}

#[test]
fn a_crash_with_a_key_in_memory_leaves_no_core_and_no_word_of_it() {
    // As where cores are dumped; what the tests start inherits it.
    let most = getrlimit(Resource::Core).maximum;
    setrlimit(Resource::Core, Rlimit { current: most, maximum: most }).expect("up to there it may be set");
    let mut session = Session::started();
    session.model.answers(Answer::stream([chunk("Gu")]).hang());
    let _editor = session.editor("of the selected text");
    session.press("Ctrl+Alt+y");
    let request = session.model.await_request(1);
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    session.signal(Signal::ABORT);
    let end = session.await_end();
    assert_eq!((end.signal(), end.core_dumped()), (Some(Signal::ABORT.as_raw()), false));
    let log = session.log();
    assert!(log.contains("TRACE") && !log.contains(KEY) && !log.contains("of the selected text"));
}
