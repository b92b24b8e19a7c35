//! The main job: text selected somewhere, a real key press, an answer in one notification, and where else the action
//! says.

use postil::ipc::message::Request;
use serde_json::Value;

use crate::model::ANSWER;
use crate::server::says;
use crate::session::{KEY, Session};
use crate::x11::{Client, eventually, text};

/// What was sent as the system's and as the user's words.
fn words(body: &Value) -> (&str, &str) {
    let word = |number: usize| body["messages"][number]["content"].as_str().expect("a message");
    (word(0), word(1))
}

#[test]
fn a_key_press_becomes_an_answer() {
    let mut session = Session::started();
    let editor = session.editor("The weather is lovely today, and everybody is outside.");
    session.press("Ctrl+Alt+y");
    let shown = session.ended();
    assert_eq!((shown.summary.as_str(), shown.body.as_str()), ("Translate", ANSWER));
    assert_eq!(shown.actions, ["copy", "Copy"]);

    let request = session.model.await_request(1);
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let body = request.json();
    assert_eq!((&body["model"], &body["stream"]), (&"tiny".into(), &true.into()));
    let (system, user) = words(&body);
    assert!(system.starts_with("You are a professional translator."), "{system}");
    assert!(system.contains("\nTranslate it from English into German.\n"), "{system}");
    assert_eq!(user, "The weather is lovely today, and everybody is outside.");

    session.await_rest();
    assert_eq!(session.x.owner("CLIPBOARD"), 0, "the clipboard is the user's");
    assert_eq!(session.x.owner("PRIMARY"), editor.window, "and so is the selection");
    assert_eq!(session.shown_so_far().len(), 0, "one notification for each job");
}

#[test]
fn what_is_selected_in_a_gtk_entry_is_translated() {
    let mut session = Session::started();
    // The system's own, as python3-gi is its package.
    session.x.spawn("/usr/bin/python3", &["-c", GTK_ENTRY]);
    session.x.await_focus(session.x.window_of("gtk-entry"));
    eventually("the entry has its text selected", || (session.x.owner("PRIMARY") != 0).then_some(()));
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().body, ANSWER);
    assert_eq!(words(&session.model.await_request(1).json()).1, "Grüße aus GTK");
}

const GTK_ENTRY: &str = r#"
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib
GLib.set_prgname("gtk-entry")
from gi.repository import Gtk
window = Gtk.Window(title="entry")
entry = Gtk.Entry(text="Grüße aus GTK")
window.add(entry)
window.show_all()
entry.grab_focus()
entry.select_region(0, -1)
Gtk.main()
"#;

#[test]
fn what_the_mouse_selected_in_xterm_is_translated() {
    let mut session = Session::started();
    session.x.spawn("xterm", &["-geometry", "80x24+0+0", "-e", "printf 'a line in a terminal\\n'; exec sleep 1000"]);
    let window = session.x.window_of("XTerm");
    session.x.await_focus(window);
    eventually("the line is selected", || {
        // Three clicks select a line, once the terminal has one.
        let window = window.to_string();
        session.x.run("xdotool", &["mousemove", "--window", &window, "60", "8", "click", "--repeat", "3", "1"]);
        (primary(&session).starts_with("a line")).then_some(())
    });
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().body, ANSWER);
    assert_eq!(words(&session.model.await_request(1).json()).1.trim_end(), "a line in a terminal");
}

fn primary(session: &Session) -> String {
    let mut xclip = session.x.command("xclip", &["-o", "-selection", "primary"]);
    let output = xclip.stdout(std::process::Stdio::piped()).output().expect("xclip is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_answer_can_be_had_again_in_every_way() {
    let mut session = Session::started();
    let long = "Ein Satz, der sich wiederholt. ".repeat(200);
    let long = long.trim_end();
    session.model.answers(says(long));
    let _editor = session.editor("A long text.");
    session.press("Ctrl+Alt+y");
    let shown = session.ended();
    assert!(shown.body.len() < 1000 && shown.body.contains('…'), "cut: {}", shown.body);

    session.press_button(&shown, "Copy");
    session.await_clipboard(long);
    session.press_button(&shown, "Show");
    let file = eventually("it is opened", || session.opened().pop());
    let whole = std::fs::read_to_string(&file).expect("the file that was opened");
    assert_eq!(whole, format!("Translate\n\n{long}\n"));

    let said = session.cli(&["last"]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, long, ""));
    let json: Value = serde_json::from_str(&session.cli(&["last", "--json"]).stdout).expect("JSON");
    assert_eq!((&json["action"], &json["answer"]), (&"Translate".into(), &long.into()));

    let other = Client::new(&session.x);
    other.own("CLIPBOARD", text("something else"));
    assert_eq!(session.cli(&["last", "--copy"]).code, 0);
    session.await_clipboard(long);
}

#[test]
fn an_action_that_copies_fills_the_clipboard_and_leaves_the_selection() {
    let mut session = Session::new();
    session.save_action("rephrase", "shortcut: Ctrl+Alt+R\nto: [copy, notify]");
    session.configure(&session.config());
    session.start();
    let editor = session.editor("copy this");
    session.press("Ctrl+Alt+r");
    session.await_clipboard(ANSWER);
    let shown = session.ended();
    assert_eq!((shown.summary.as_str(), shown.body), ("Rephrase", format!("{ANSWER}\n\n(copied)")));
    assert_eq!(session.x.owner("PRIMARY"), editor.window);
}

#[test]
fn nothing_of_the_user_is_logged() {
    let mut session = Session::started();
    session.model.answers(says("of the answer"));
    let _editor = session.editor("of the selected text");
    session.press("Ctrl+Alt+y");
    let shown = session.ended();
    session.press_button(&shown, "Copy");
    session.await_clipboard("of the answer");
    session.await_rest();
    let log = session.log();
    assert!(log.contains("TRACE"), "everything was logged that ever is");
    for secret in ["of the answer", "of the selected text", "of the about me", "professional translator", KEY] {
        assert!(!log.contains(secret), "{secret:?} stands in the log");
    }
}

/// Word that another program took the clipboard may reach the daemon only after it has copied again.
#[test]
fn a_copy_on_the_heels_of_another_program_s_is_there() {
    let mut session = Session::started();
    let editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    session.ended();
    session.await_clipboard("TEXT");
    for _ in 0..50 {
        editor.own("CLIPBOARD", text("something else"));
        session.ask(&Request::Last { copy: true, before: 0 });
        session.await_clipboard("TEXT");
    }
}
