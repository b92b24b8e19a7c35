//! Answers in the document: a key press in a real editor, its text afterwards, and the clipboard as it was.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use postil::ipc::message::Request;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::model::Cue;
use crate::notifications::Shown;
use crate::server::says;
use crate::session::Session;
use crate::x11::{Client, Owns, eventually, text};

/// What the person had copied before.
const COPIED: &str = "copied long before";

/// An editor with a file in it.
struct Editor {
    folder: TempDir,
    window: u32,
}

impl Editor {
    /// mousepad, with the focus, and all of this text selected.
    fn with(session: &mut Session, text: &str) -> Self {
        let editor = Self::showing(session, text);
        session.x.tap("Ctrl+a");
        eventually("the text is selected", || (selected(session).as_deref() == Some(text)).then_some(()));
        editor
    }

    fn showing(session: &mut Session, text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let editor = Self { folder, window: 0 };
        fs::write(editor.file(), text).expect("a file");
        let file = editor.file();
        session.x.spawn("mousepad", &["--disable-server", file.to_str().expect("a name")]);
        let window = session.x.window_of("Mousepad");
        session.x.await_focus(window);
        Self { window, ..editor }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("letter.txt")
    }

    /// Waits until nothing is worked on any more, and then until the document, saved by the editor itself, is this.
    fn becomes(&self, session: &Session, expected: &str) {
        if session.status_if_it_runs().is_some() {
            session.await_rest();
        }
        self.is_saved_as(session, expected);
    }

    fn is_saved_as(&self, session: &Session, expected: &str) {
        session.x.activate(self.window);
        eventually(&format!("the document becomes {expected:?}, not {:?}", fs::read_to_string(self.file())), || {
            session.x.tap("Ctrl+s");
            (fs::read_to_string(self.file()).ok()?.trim_end() == expected.trim_end()).then_some(())
        });
    }

    fn pid(&self) -> Pid {
        let file = self.file();
        let is_ours = |pid: &i32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(file.to_str().expect("a name"))
        };
        let pids = fs::read_dir("/proc").expect("processes").flatten();
        let mut pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        Pid::from_raw(pids.find(is_ours).expect("the editor runs")).expect("a number")
    }
}

fn selected(session: &Session) -> Option<String> {
    let mut xclip = session.x.command("xclip", &["-o", "-selection", "primary"]);
    let output = xclip.stdout(Stdio::piped()).output().expect("xclip is installed");
    String::from_utf8(output.stdout).ok()
}

/// A session with actions that replace, something on the clipboard, and whoever holds it.
fn session() -> (Session, Client) {
    let mut session = Session::new();
    session.save_action("mend", "shortcut: Ctrl+Alt+M\nto: [replace]\nanswer: plain\nfrom: [selection, clipboard]");
    session.save_action("look", "shortcut: Ctrl+Alt+L\nto: [replace]\nanswer: plain\npreview: diff");
    session.save_prompt("loud", "---\nshortcut: Ctrl+Alt+K\nengine: upper\nto: [replace]\n---\n");
    session.configure(&session.config());
    session.start();
    let owner = Client::new(&session.x);
    owner.own("CLIPBOARD", text(COPIED));
    (session, owner)
}

/// Presses the key in the editor, and holds the answer back until its request is there.
fn asked(session: &Session, keys: &str, answer: &str) -> Cue {
    let cue = session.model.holds_back(says(answer));
    let before = session.model.requests().len();
    session.press(keys);
    session.model.await_request(before + 1);
    cue
}

/// What is written down of pastes.
fn journal(session: &Session) -> Vec<PathBuf> {
    let entries = fs::read_dir(session.runtime_dir()).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.to_string_lossy().ends_with(".unfinished.json")).collect()
}

#[test]
fn an_answer_takes_the_place_of_the_selection_and_the_clipboard_comes_back() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "I recieved it.");
    asked(&session, "Ctrl+Alt+m", "```\nI received it.\n```").give();
    editor.becomes(&session, "I received it.");
    session.await_clipboard(COPIED);
    session.await_rest();
    let answers = session.shown_so_far();
    assert!(answers.iter().all(crate::session::is_sign_of_work), "{answers:?}");
    assert_eq!(session.cli(&["last"]).stdout, "I received it.");
}

#[test]
fn the_original_comes_back() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "Einß, zwei");
    asked(&session, "Ctrl+Alt+m", "Eins 👍\nund zwei").give();
    editor.becomes(&session, "Eins 👍\nund zwei");
    session.await_rest();
    let said = session.cli(&["undo"]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "Mend is taken back", ""));
    editor.becomes(&session, "Einß, zwei");
    session.await_clipboard(COPIED);
    let said = session.cli(&["undo"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, "postil: there is no replacement to take back"));
}

#[test]
fn what_was_changed_since_is_not_touched_but_the_original_is_offered() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "before");
    asked(&session, "Ctrl+Alt+m", "after").give();
    editor.becomes(&session, "after");
    session.await_rest();
    session.x.tap("x");
    editor.becomes(&session, "afterx");
    let said = session.cli(&["undo"]);
    assert_eq!(said.code, 1, "{said:?}");
    let shown = session.ended();
    assert!(shown.body.ends_with("The original: before"), "{shown:?}");
    session.press_button(&shown, "Copy the original");
    session.await_clipboard("before");
    editor.becomes(&session, "afterx");
}

#[test]
fn who_has_moved_on_gets_the_answer_in_a_notification() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "teh");
    let cue = asked(&session, "Ctrl+Alt+m", "the");
    let _other = session.window("Other");
    cue.give();
    let shown = session.ended();
    assert_eq!(shown.body, "the\n\n(not pasted: another window has the focus now)");
    session.await_clipboard(COPIED);
    // There is still a place for it.
    session.press_button(&shown, "Replace");
    editor.becomes(&session, "the");
    session.await_clipboard(COPIED);
}

#[test]
fn what_was_copied_is_not_replaced() {
    let (mut session, _owner) = session();
    let editor = Editor::showing(&mut session, "a document");
    session.model.answers(says("better"));
    session.press("Ctrl+Alt+m");
    let shown = session.ended();
    assert!(shown.body.starts_with("better\n\n(not pasted: the text was not selected"), "{shown:?}");
    editor.becomes(&session, "a document");
    session.await_clipboard(COPIED);
}

/// Presses a button of a question until it is heard: the double tells what it is shown before the daemon has its answer.
fn answer(session: &mut Session, question: &Shown, label: &str) {
    eventually("the question is answered", || {
        session.press_button_now(question, label);
        session.status().running.is_empty().then_some(())
    });
    session.await_closed(question.id);
}

#[test]
fn a_change_is_made_when_it_is_accepted() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "a bad word");
    asked(&session, "Ctrl+Alt+l", "a good word").give();
    let question = session.ended();
    let words = (question.summary.as_str(), question.body.as_str());
    assert_eq!(words, ("Look: make this change?", "a [bad → good] word"));
    answer(&mut session, &question, "Accept");
    editor.becomes(&session, "a good word");

    session.x.tap("Ctrl+a");
    eventually("it is selected", || (selected(&session)?.trim_end() == "a good word").then_some(()));
    asked(&session, "Ctrl+Alt+l", "a wrong word").give();
    let question = session.ended();
    answer(&mut session, &question, "Keep");
    editor.becomes(&session, "a good word");
    session.await_clipboard(COPIED);
}

#[test]
fn a_command_has_the_daemon_replace() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "word");
    session.model.answers(says("other"));
    let said = session.cli(&["run", "mend", "--to", "replace", "--json"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let last: Value = serde_json::from_str(said.stdout.lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["event"], &last["answer"], &last["placed"]), (&"done".into(), &"other".into(), &"done".into()));
    editor.becomes(&session, "other");
    assert_eq!(session.cli(&["undo"]).code, 0, "the daemon knows of it");
    editor.becomes(&session, "word");
    session.await_clipboard(COPIED);
}

#[test]
fn without_a_daemon_a_child_replaces_and_serves_the_clipboard() {
    let mut session = Session::new();
    session.configure(&session.config());
    let owner = Client::new(&session.x);
    owner.own("CLIPBOARD", text(COPIED));
    let editor = Editor::with(&mut session, "word");
    let said = session.cli(&["run", "upper", "--to", "replace"]);
    let expected = (0, "", "postil: it stands in place of what was selected");
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), expected);
    editor.becomes(&session, "WORD");
    session.await_clipboard(COPIED);
    assert_eq!(children(&session), 1, "it serves the clipboard");
    owner.own("CLIPBOARD", text("something else"));
    eventually("the child is gone", || (children(&session) == 0).then_some(()));
    assert_eq!(journal(&session), Vec::<PathBuf>::new());
}

#[test]
fn a_child_that_serves_ends_with_its_display() {
    let mut session = Session::new();
    session.configure(&session.config());
    let owner = Client::new(&session.x);
    owner.own("CLIPBOARD", text(COPIED));
    let _editor = Editor::with(&mut session, "word");
    assert_eq!(session.cli(&["run", "upper", "--to", "replace"]).code, 0);
    assert_eq!(children(&session), 1, "it serves the clipboard");
    session.x.kill();
    eventually("the child is gone", || (children(&session) == 0).then_some(()));
}

/// Processes that run apart on this display.
fn children(session: &Session) -> usize {
    let of_this_display = format!("DISPLAY={}\0", session.x.display);
    let reads = |path: PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let processes = fs::read_dir("/proc").expect("processes").flatten().map(|entry| entry.path());
    let is_child = |process: &PathBuf| {
        reads(process.join("cmdline")).contains("run-apart")
            && reads(process.join("environ")).contains(&of_this_display)
    };
    processes.filter(is_child).count()
}

#[test]
fn what_the_application_does_not_take_stays_on_the_clipboard() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "word");
    let cue = asked(&session, "Ctrl+Alt+m", "other");
    kill_process(editor.pid(), Signal::STOP).expect("it runs");
    cue.give();
    let shown = session.ended();
    kill_process(editor.pid(), Signal::CONT).expect("it runs");
    assert!(shown.body.contains("did not take it, so it is on the clipboard"), "{shown:?}");
    let said = session.cli(&["undo"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, "the old clipboard is back"));
    session.await_clipboard(COPIED);
}

#[test]
fn a_daemon_that_dies_while_the_model_works_has_changed_nothing() {
    let (mut session, owner) = session();
    let editor = Editor::with(&mut session, "word");
    let _cue = asked(&session, "Ctrl+Alt+m", "other");
    session.signal(Signal::KILL);
    session.await_end();
    assert_eq!(session.x.owner("CLIPBOARD"), owner.window);
    assert_eq!(journal(&session), Vec::<PathBuf>::new());
    editor.becomes(&session, "word");
}

#[test]
fn a_daemon_that_dies_before_the_change_is_accepted_has_the_answer() {
    let (mut session, owner) = session();
    let editor = Editor::with(&mut session, "a bad word");
    asked(&session, "Ctrl+Alt+l", "a good word").give();
    let _question = session.ended();
    eventually("it is written down", || (journal(&session).len() == 1).then_some(()));
    session.signal(Signal::KILL);
    session.await_end();
    assert_eq!(session.x.owner("CLIPBOARD"), owner.window);
    answer_offered_after_the_next_start(&mut session, "Look", "a good word");
    editor.becomes(&session, "a bad word");
}

#[test]
fn a_daemon_that_dies_before_the_old_clipboard_is_safe_has_the_answer() {
    let (mut session, owner) = session();
    owner.own("CLIPBOARD", Owns::Hung);
    let editor = Editor::with(&mut session, "word");
    // It waits for half a second; where that has passed before it is killed, it is pressed again.
    eventually("it is killed in time", || {
        session.press("Ctrl+Alt+k");
        eventually("it is written down", || (journal(&session).len() == 1).then_some(()));
        session.signal(Signal::KILL);
        session.await_end();
        let in_time = journal(&session).len() == 1;
        if !in_time {
            session.start();
        }
        in_time.then_some(())
    });
    owner.own("CLIPBOARD", text(COPIED));
    answer_offered_after_the_next_start(&mut session, "Loud", "WORD");
    editor.becomes(&session, "word");
}

fn answer_offered_after_the_next_start(session: &mut Session, title: &str, answer: &str) {
    session.start();
    let shown = session.ended();
    assert_eq!(shown.summary, "postil ended before it had pasted");
    assert_eq!(shown.body, format!("The answer of {title}: {answer}"));
    assert_eq!(session.cli(&["last"]).stdout, answer);
    session.await_clipboard(COPIED);
    session.press_button(&shown, "Copy the answer");
    session.await_clipboard(answer);
    assert_eq!(journal(session), Vec::<PathBuf>::new());
}

#[test]
fn a_daemon_that_dies_in_mid_paste_has_lost_nothing() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "word");
    let cue = asked(&session, "Ctrl+Alt+m", "other");
    kill_process(editor.pid(), Signal::STOP).expect("it runs");
    cue.give();
    eventually("the clipboard is taken", || {
        (journal(&session).len() == 1 && clipboard(&session) == "other").then_some(())
    });
    session.signal(Signal::KILL);
    session.await_end();
    kill_process(editor.pid(), Signal::CONT).expect("it runs");
    offered_after_the_next_start(&mut session, "other");
    editor.becomes(&session, "word");
}

#[test]
fn a_daemon_that_dies_while_it_serves_the_old_clipboard_offers_it() {
    let (mut session, _owner) = session();
    let editor = Editor::with(&mut session, "word");
    asked(&session, "Ctrl+Alt+m", "other").give();
    editor.becomes(&session, "other");
    session.await_rest();
    session.await_clipboard(COPIED);
    session.signal(Signal::KILL);
    session.await_end();
    session.start();
    let shown = session.ended();
    assert_eq!(shown.body, format!("On the clipboard was: {COPIED}"));
    session.press_button(&shown, "Copy the old clipboard");
    session.await_clipboard(COPIED);
}

fn offered_after_the_next_start(session: &mut Session, answer: &str) {
    session.start();
    let shown = session.ended();
    assert_eq!(shown.body, format!("The answer of Mend: {answer}\n\nOn the clipboard was: {COPIED}"));
    assert_eq!(session.cli(&["last"]).stdout, answer);
    session.press_button(&shown, "Copy the old clipboard");
    session.await_clipboard(COPIED);
    session.press_button(&shown, "Copy the answer");
    session.await_clipboard(answer);
    assert_eq!(journal(session), Vec::<PathBuf>::new());
}

fn clipboard(session: &Session) -> String {
    let mut xclip = session.x.command("xclip", &["-o", "-selection", "clipboard"]);
    let output = xclip.stdout(Stdio::piped()).output().expect("xclip is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn passwords_are_never_written_down() {
    let (mut session, owner) = session();
    let types = vec![("UTF8_STRING", b"hunter2".to_vec()), ("x-kde-passwordManagerHint", b"secret".to_vec())];
    owner.own("CLIPBOARD", Owns::Types(types));
    let editor = Editor::with(&mut session, "word");
    let cue = asked(&session, "Ctrl+Alt+m", "other");
    kill_process(editor.pid(), Signal::STOP).expect("it runs");
    cue.give();
    let written = eventually("it is written down", || fs::read_to_string(journal(&session).pop()?).ok());
    kill_process(editor.pid(), Signal::CONT).expect("it runs");
    assert!(written.contains("other") && !written.contains("hunter2"), "{written}");
    session.await_rest();
    let _tidy = session.ask(&Request::Status);
    session.await_clipboard("hunter2");
    assert!(journal(&session).iter().all(|path| !fs::read_to_string(path).unwrap_or_default().contains("hunter2")));
}
