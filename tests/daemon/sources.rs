//! Where the text comes from, and what is said where there is none.

use crate::session::Session;
use crate::x11::{Client, Ending, Owns, eventually, text};

/// Presses the key of `upper` and expects this to be shown.
#[track_caller]
fn check(session: &mut Session, title: &str, body: &str) {
    session.press("Ctrl+Alt+u");
    let shown = session.ended();
    assert_eq!((shown.summary.as_str(), shown.body.as_str()), (title, body));
    session.await_rest();
}

#[test]
fn with_nothing_selected_the_clipboard_is_used_and_said() {
    let mut session = Session::started();
    let window = session.window("Viewer");
    let nothing = "nothing is selected, the clipboard is empty; select or copy some text and try again";
    check(&mut session, "Upper case: failed", nothing);
    window.own("CLIPBOARD", text("copied"));
    check(&mut session, "Upper case", "COPIED\n\n(from the clipboard: nothing is selected; copied)");
    window.own("CLIPBOARD", Owns::Types(vec![("image/png", vec![0x89, b'P', b'N', b'G'])]));
    let image =
        "nothing is selected, the clipboard holds no text but image/png; select or copy some text and try again";
    check(&mut session, "Upper case: failed", image);
    window.own("PRIMARY", text("  \n"));
    check(&mut session, "Upper case: failed", image);
}

#[test]
fn an_old_selection_in_another_window_is_not_used_in_silence() {
    let mut session = Session::started();
    let _editor = session.editor("old");
    check(&mut session, "Upper case", "OLD\n\n(copied)");
    let copying = Client::new(&session.x);
    copying.own("CLIPBOARD", text("new"));
    // Of another program than the editor, which is one of the test's own.
    session.x.spawn("xterm", &[]);
    session.x.await_focus(session.x.window_of("XTerm"));
    check(&mut session, "Upper case", "NEW\n\n(from the clipboard: the selection is an old one in Editor; copied)");
}

#[test]
fn an_owner_that_hangs_costs_one_sentence() {
    let mut session = Session::started();
    let editor = session.window("Frozen");
    editor.own("PRIMARY", Owns::Hung);
    editor.own("CLIPBOARD", text("not what was selected"));
    let sentence = "Frozen did not hand out the selection within 500 ms; try again when it responds";
    check(&mut session, "Upper case: failed", sentence);
    // What comes too late belongs to no job any more.
    editor.answer("late", 100);
    editor.own("PRIMARY", text("awake"));
    check(&mut session, "Upper case", "AWAKE\n\n(copied)");
}

#[test]
fn megabytes_in_pieces_arrive_whole() {
    let mut session = Session::started();
    let editor = session.window("Editor");
    let long = "Ein langer Text. ".repeat(60_000);
    editor.own("PRIMARY", Owns::Pieces { text: long.clone().into(), piece: 65_536, ending: Ending::Proper });
    session.press("Ctrl+Alt+u");
    session.await_clipboard(&long.to_uppercase());
    assert_eq!(session.ended().summary, "Upper case");
}

#[test]
fn the_focus_of_the_key_press_counts() {
    let mut session = Session::new();
    session.save_action("title", "shortcut: Ctrl+Alt+T\nfrom: [selection]\nwhen: { apps: [editor] }");
    session.configure(&session.config());
    session.start();
    let _editor = session.editor("in the editor");
    session.press("Ctrl+Alt+t");
    assert_eq!(session.ended().summary, "Title");
    let viewer = session.window("Viewer");
    viewer.own("PRIMARY", text("elsewhere"));
    session.press("Ctrl+Alt+t");
    assert_eq!(session.ended().body, "title is not for this text or application, as its `when` says");
}

#[test]
fn an_application_of_never_apps_is_not_read() {
    let mut session = Session::started_with("[privacy]\nnever_apps = [\"Vault\"]\n");
    let vault = session.window("Vault");
    vault.own("PRIMARY", Owns::Hung);
    session.press("Ctrl+Alt+u");
    let sentence = "nothing is read in Vault, because it is one of `never_apps` in the config";
    assert_eq!(session.ended().body, sentence);
}

#[test]
fn an_owner_that_dies_while_it_is_read_leaves_the_daemon_alive() {
    let mut session = Session::started();
    let owner = Client::new(&session.x);
    owner.own("PRIMARY", Owns::Hung);
    session.press("Ctrl+Alt+u");
    owner.await_requests(1);
    drop(owner);
    eventually("the job ends", || (session.status().running.is_empty()).then_some(()));
    assert!(session.ended().body.starts_with("nothing is selected, "));
}
