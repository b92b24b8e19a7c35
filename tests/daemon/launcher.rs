//! The desktop's launcher: what the entry and its actions run, while no daemon runs and while one does.

use std::fs;

use crate::session::Session;
use crate::x11::eventually;

const ENTRY: &str = include_str!("../../packaging/io.github.postil.Postil.desktop");

/// What the entry runs, and then its actions in the order in which it lists them.
fn commands() -> Vec<Vec<&'static str>> {
    let lines = ENTRY.lines().filter_map(|line| line.strip_prefix("Exec=postil "));
    lines.map(|line| line.split(' ').collect()).collect()
}

#[test]
fn without_a_daemon_it_starts_one_that_begins_with_the_picker() {
    let mut session = Session::new();
    session.configure(&session.config());
    let _editor = session.editor("some words");
    session.start_by(&commands()[0]);
    let list = session.shown();
    assert_eq!((list.summary.as_str(), list.body.as_str()), ("What to do with the selection?", "some words"));
    session.press("Ctrl+Alt+u");
    session.await_clipboard("SOME WORDS");
}

#[test]
fn with_a_daemon_it_is_the_picker() {
    let mut session = Session::started();
    let _editor = session.editor("some words");
    let said = session.cli(&commands()[0]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "", ""));
    assert_eq!(session.shown().summary, "What to do with the selection?");
}

#[test]
fn its_actions_open_the_configuration_and_what_works_here() {
    let session = Session::new();
    let commands = commands();
    let [_, pick, settings, doctor] = &commands[..] else { panic!("the entry and its three actions: {commands:?}") };
    assert_eq!(*pick, commands[0]);
    assert_eq!(session.cli(settings).stderr, "");
    let opened = eventually("it is opened", || session.opened().pop());
    assert_eq!(opened, session.config_file().display().to_string());
    assert!(fs::read_to_string(opened).expect("it was made").starts_with('#'), "with every line a comment");
    let said = session.cli(doctor);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "", ""));
    let opened = eventually("it is opened", || session.opened().into_iter().nth(1));
    let page = fs::read_to_string(&opened).expect("the page");
    assert!(page.contains("What postil can do here") && page.contains("shortcuts"), "{page}");
    assert!(!page.contains('\u{1b}'), "it is no terminal: {page}");
}
