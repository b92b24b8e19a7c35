//! The daemon and its panel: a key press in a session, an answer in the window, and what happens without one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};

use crate::model::ANSWER;
use crate::reader::Reader;
use crate::server::{Answer, says};
use crate::session::Session;
use crate::x11::eventually;

const PANEL: &str = env!("CARGO_BIN_EXE_postil-panel");

/// A session in which this program is the panel.
pub fn session(panel: impl Into<PathBuf>) -> Session {
    let mut session = Session::new();
    session.panel = panel.into();
    session.configure(&session.config());
    session.start();
    session
}

/// The processes that the daemon has started and not reaped, with their states.
fn children(session: &Session) -> Vec<(Pid, String, char)> {
    let daemon = session.daemon_pid().as_raw_nonzero().get();
    let entries = fs::read_dir("/proc").expect("processes").flatten();
    let stats = entries.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let child = |stat: String| {
        let (pid, rest) = stat.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let mut fields = rest.split(' ');
        let state = fields.next()?.chars().next()?;
        (fields.next()?.parse::<i32>().ok()? == daemon).then_some(())?;
        Some((Pid::from_raw(pid.parse().ok()?)?, name.to_owned(), state))
    };
    stats.filter_map(child).collect()
}

pub fn panel_of(session: &Session) -> Pid {
    eventually("the panel runs", || {
        children(session).into_iter().find(|(_, name, state)| name == "postil-panel" && *state != 'Z').map(|one| one.0)
    })
}

fn await_no_children(session: &Session) {
    eventually("no child is left", || children(session).is_empty().then_some(()));
}

#[test]
fn a_key_press_becomes_an_answer_in_the_panel() {
    let mut session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let editor = session.editor("The weather is lovely.");
    session.press("Ctrl+Alt+y");
    reader.await_words(ANSWER);
    reader.await_words("The text: The weather is lovely.");
    session.await_rest();
    assert_eq!(session.x.active_window(), Some(editor.window), "the editor keeps the focus");
    assert_eq!(session.x.owner("PRIMARY"), editor.window, "and the selection");
    assert_eq!(session.shown_so_far().len(), 0, "there is no notification");

    reader.press("Copy the answer");
    session.await_clipboard(ANSWER);
    session.model.answers(says("Einen guten Tag"));
    reader.press("Ask once more");
    reader.await_words("Einen guten Tag");
    session.model.answers(says("So:\n\n```\nguten\n  Tag\n```"));
    reader.press("Ask once more");
    reader.press("Copy this code");
    session.await_clipboard("guten\n  Tag");
    session.x.activate(session.x.window_of("postil-panel"));
    session.press("Escape");
    reader.await_nothing();
    session.x.await_focus(editor.window);
    assert_eq!(children(&session).len(), 1, "one panel, which stays for the next");
    session.press("Ctrl+Alt+y");
    reader.await_words(ANSWER);
    assert_eq!(children(&session).len(), 1);
}

/// An entry in which all is selected, and which writes down what it becomes.
pub const ENTRY: &str = r#"
import gi, sys
gi.require_version("Gtk", "3.0")
from gi.repository import GLib
GLib.set_prgname("gtk-entry")
from gi.repository import Gtk
window = Gtk.Window(title="entry")
entry = Gtk.Entry(text="The weather is lovely.")
def write(text):
    open(sys.argv[1], "w").write(text)
entry.connect("changed", lambda entry: write(entry.get_text()))
# Until it first has the focus the toolkit may select it once more.
def focused(*_):
    if not open(sys.argv[1]).read():
        GLib.idle_add(write, "ready")
window.connect_after("focus-in-event", focused)
window.add(entry)
window.show_all()
entry.grab_focus()
entry.select_region(0, -1)
Gtk.main()
"#;

/// An entry in this session, with the focus and its text selected.
pub fn entry_with(session: &mut Session, file: &Path) -> u32 {
    session.x.spawn("/usr/bin/python3", &["-c", ENTRY, file.to_str().expect("a name")]);
    let entry = session.x.window_of("gtk-entry");
    session.x.await_focus(entry);
    eventually("its text is selected", || (session.x.owner("PRIMARY") != 0).then_some(()));
    eventually("it has heard of its focus", || (fs::read_to_string(file).ok()? == "ready").then_some(()));
    entry
}

/// The same with a file of its own.
fn entry(session: &mut Session) -> (u32, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    (entry_with(session, file.path()), file)
}

#[test]
fn an_answer_takes_the_place_of_the_text() {
    let mut session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let (entry, file) = entry(&mut session);
    session.press("Ctrl+Alt+y");
    reader.await_words(ANSWER);
    session.await_rest();
    session.x.activate(session.x.window_of("postil-panel"));
    session.press("Ctrl+Return");
    reader.await_nothing();
    eventually("the entry has the answer", || (fs::read_to_string(&file).ok()? == ANSWER).then_some(()));
    session.x.await_focus(entry);
    assert_eq!(session.shown_so_far().len(), 0);
}

#[test]
fn a_change_is_looked_at_in_the_panel_before_it_is_made() {
    let mut session = session(PANEL);
    session.save_action("mend", "shortcut: Ctrl+Alt+M\nto: [replace]\npreview: diff");
    session.await_shortcut("Ctrl+Alt+M", "mend");
    let reader = Reader::start(&session.x, &session.bus);
    let (entry, file) = entry(&mut session);
    session.model.answers(says("The weather is fine."));
    session.press("Ctrl+Alt+m");
    reader.await_words("The weather is lovely\u{2009}fine.");
    assert_eq!(session.x.active_window(), Some(entry), "the entry keeps the focus");
    session.x.activate(session.x.window_of("postil-panel"));
    session.press("Return");
    eventually("the entry has it", || (fs::read_to_string(&file).ok()? == "The weather is fine.").then_some(()));
    reader.await_nothing();
    session.x.await_focus(entry);
    session.await_rest();
    assert_eq!(session.shown_so_far().len(), 0);
}

#[test]
fn one_asks_further_in_the_same_conversation() {
    let session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    session.press("Ctrl+Alt+y");
    reader.await_words(ANSWER);
    session.await_rest();
    session.model.answers(says("Servus"));
    session.x.activate(session.x.window_of("postil-panel"));
    session.x.run("xdotool", &["type", "less formal"]);
    session.press("Return");
    reader.await_words("Servus");
    for earlier in [ANSWER, "less formal"] {
        reader.await_words(earlier);
    }
    let asked = String::from_utf8(session.model.await_request(2).body).expect("UTF-8");
    let places = ["The weather is lovely.", ANSWER, "less formal"].map(|words| asked.find(words));
    assert!(places.is_sorted() && places[0].is_some(), "{asked}");
}

#[test]
fn an_answer_survives_its_panel() {
    let mut session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    let cue = session.model.holds_back(says(ANSWER));
    session.press("Ctrl+Alt+y");
    reader.await_words("Translate");
    kill_process(panel_of(&session), Signal::KILL).expect("the panel runs");
    await_no_children(&session);
    cue.give();
    assert_eq!(session.ended().body, ANSWER);
    // The next job has another one.
    session.press("Ctrl+Alt+y");
    reader.await_words(ANSWER);
    assert_eq!(children(&session).len(), 1);
}

#[test]
fn a_panel_that_hangs_is_given_up() {
    let mut session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    let cue = session.model.holds_back(says(ANSWER));
    session.press("Ctrl+Alt+y");
    reader.await_words("Translate");
    let panel = panel_of(&session);
    kill_process(panel, Signal::STOP).expect("the panel runs");
    cue.give();
    assert_eq!(session.ended().body, ANSWER);
    await_no_children(&session);
}

/// A program that does this in place of the panel.
fn fake(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("panel");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
    path
}

#[test]
fn what_is_no_panel_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    for script in [
        "exit 3",
        r#"echo '{"says":"hello","postil":"9.0.0","version":99}'; exec sleep 1000"#,
        r#"echo '{"says":"seen","job":1}'; exec sleep 1000"#,
        "echo something else; exec sleep 1000",
    ] {
        let mut session = session(fake(folder.path(), script));
        let _editor = session.editor("The weather is lovely.");
        for _ in 0..2 {
            session.press("Ctrl+Alt+y");
            assert_eq!(session.ended().body, ANSWER, "{script}");
            session.await_rest();
        }
        await_no_children(&session);
    }
}

#[test]
fn a_panel_that_has_nothing_to_show_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = session(fake(folder.path(), &format!("exec {PANEL} 1")));
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    for _ in 0..2 {
        session.press("Ctrl+Alt+y");
        reader.await_words(ANSWER);
        session.await_rest();
        session.x.activate(session.x.window_of("postil-panel"));
        session.press("Escape");
        await_no_children(&session);
    }
    assert_eq!(session.shown_so_far().len(), 0);
}

#[test]
fn without_the_program_answers_are_notifications() {
    let mut session = session("/nowhere/postil-panel");
    let _editor = session.editor("The weather is lovely.");
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().body, ANSWER);
    assert!(children(&session).is_empty());
}

#[test]
fn the_panel_ends_with_the_daemon() {
    let mut session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    session.press("Ctrl+Alt+y");
    reader.await_words(ANSWER);
    let panel = panel_of(&session);
    session.signal(Signal::KILL);
    session.await_end();
    eventually("the panel is gone", || rustix::process::test_kill_process(panel).is_err().then_some(()));
}

#[test]
fn what_fails_is_said_in_the_panel() {
    let mut session = session(PANEL);
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    session.model.answers(Answer::whole(401, "application/json", r#"{"error":{"message":"no"}}"#));
    session.press("Ctrl+Alt+y");
    reader.await_words("test refused the key (HTTP 401); set a valid one by postil key set test");
    assert_eq!(session.shown_so_far().len(), 0);
}
