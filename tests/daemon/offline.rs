//! `fix` without a model, by key: whatever befalls the process that mends, the daemon has one sentence for it, and the next
//! press works. Afterwards the process is gone, and the daemon is as small as before.

use std::fs;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::session::Session;
use crate::x11::eventually;

const WRONG: &str = "I recieve it.";
const MENDED: &str = "I receive it.";

/// What its memory may be more after all (KB): what an allocator keeps for itself.
const MARGIN: u64 = 1024;

/// A session whose Ctrl+Alt+M mends what is selected, with these variables.
fn session(variables: &[(&'static str, String)]) -> Session {
    let mut session = Session::new();
    session.save_prompt("mend", "---\nname: Mend\nshortcut: Ctrl+Alt+M\nto: [notify]\nengine: harper\n---\n");
    session.variables = variables.to_vec();
    session.configure(&session.config());
    session.start();
    session
}

fn presses(session: &mut Session) -> String {
    session.press("Ctrl+Alt+m");
    session.ended().body
}

#[track_caller]
fn works(session: &mut Session) {
    let body = presses(session);
    assert!(body.starts_with(MENDED), "{body}");
}

/// The processes that the daemon has started.
fn children(session: &Session) -> Vec<Pid> {
    let pid = session.daemon_pid().as_raw_nonzero();
    let pids = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).expect("it runs");
    pids.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}

fn child(session: &Session) -> Pid {
    eventually("the process that mends is there", || children(session).first().copied())
}

/// What the daemon alone has in memory (KB): pages of the program are shared with whatever else runs of it.
fn memory(session: &Session) -> u64 {
    let pid = session.daemon_pid().as_raw_nonzero();
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).expect("it runs");
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss_Anon:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// A library that ends each process in which it is loaded, as `kill -9` does, once the file of `KILLS` is there: the child
/// is killed before it has said anything.
fn killer(folder: &TempDir) -> String {
    const SOURCE: &str = "#include <signal.h>\n#include <stdlib.h>\n#include <unistd.h>\n\
        __attribute__((constructor)) static void end(void) {\n\
            const char *cue = getenv(\"KILLS\");\n\
            if (cue && access(cue, F_OK) == 0) kill(getpid(), SIGKILL);\n\
        }\n";
    let (source, library) = (folder.path().join("killer.c"), folder.path().join("killer.so"));
    fs::write(&source, SOURCE).expect("a file");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(compiled.expect("gcc is installed").success());
    library.to_str().expect("a name").to_owned()
}

#[test]
fn a_child_that_is_killed_costs_one_sentence_and_the_next_press_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let cue = folder.path().join("now");
    let mut session = session(&[("LD_PRELOAD", killer(&folder)), ("KILLS", cue.to_str().expect("a name").to_owned())]);
    let _editor = session.editor(WRONG);
    for _ in 0..2 {
        fs::write(&cue, "").expect("a file");
        let sentence = "the process that mends text ended in the middle of it; try again, it is started anew";
        assert_eq!(presses(&mut session), sentence);
        fs::remove_file(&cue).expect("the file");
        works(&mut session);
        // One that had answered before is not missed.
        kill_process(child(&session), Signal::KILL).expect("it runs");
        works(&mut session);
        kill_process(child(&session), Signal::KILL).expect("it runs");
        eventually("it is gone", || children(&session).is_empty().then_some(()));
    }
}

#[test]
fn a_child_that_hangs_costs_one_sentence_or_is_cancelled_and_the_next_press_works() {
    let mut session = session(&[]);
    let _editor = session.editor(WRONG);
    works(&mut session);
    let first = child(&session);
    kill_process(first, Signal::STOP).expect("it runs");
    session.press("Ctrl+Alt+m");
    let sign = session.shown();
    assert_eq!(session.cli(&["cancel"]).code, 0);
    session.await_closed(sign.id);
    session.await_rest();
    works(&mut session);
    let second = child(&session);
    assert_ne!(first, second);
    kill_process(second, Signal::STOP).expect("it runs");
    let sentence = "the process that mends text did not answer; try again, it is started anew";
    assert_eq!(presses(&mut session), sentence);
    works(&mut session);
    assert_ne!(child(&session), second);
}

#[test]
fn an_idle_child_goes_and_the_daemon_is_as_small_as_before() {
    let mut session = session(&[("POSTIL_FIX_IDLE", "1".to_owned())]);
    let _editor = session.editor(WRONG);
    session.press("Ctrl+Alt+u");
    session.ended();
    let before = memory(&session);
    for _ in 0..2 {
        works(&mut session);
        eventually("the child is gone", || children(&session).is_empty().then_some(()));
    }
    let after = memory(&session);
    assert!(after <= before + MARGIN, "{before} KB before, {after} KB after");
    println!("the daemon's own memory: {before} KB before, {after} KB after");
}
