//! Files that change under a running daemon, rightly and wrongly.

use crate::session::Session;
use crate::x11::{Client, eventually};

const CTRL_ALT: u16 = 1 << 2 | 1 << 3;

#[test]
fn a_saved_change_takes_effect_at_once() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    session.configure(&session.config().replace("\"Ctrl+Alt+U\" = \"upper\"", "\"Ctrl+Alt+L\" = \"lower\""));
    session.await_shortcut("Ctrl+Alt+L", "lower");
    session.press("Ctrl+Alt+l");
    assert_eq!(session.ended().body, "text\n\n(copied)");
    // What was taken out is free for others: this panics where it is not.
    Client::new(&session.x).grab(session.x.keycode("u"), CTRL_ALT);
}

#[test]
fn a_bad_file_is_told_on_screen_and_changes_nothing_until_it_is_mended() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    let good = session.config();
    let bad = good.replace("silence = 15", "silence = 0").replace("languages", "langages");
    session.configure(&bad);
    let told = session.shown();
    assert_eq!(told.summary, "2 mistakes in the configuration");
    let file = session.config_file().display().to_string();
    let lines: Vec<_> = told.body.lines().collect();
    assert!(lines[0].starts_with(&format!("{file}:2:1: unknown key: `langages`")), "{lines:?}");
    assert!(lines[1].starts_with(&format!("{file}:9:43: not a number")), "{lines:?}");
    assert_eq!(lines[2], "What was in force before stays so.");
    session.press("Ctrl+Alt+u");
    assert_eq!(session.ended().body, "TEXT\n\n(copied)");

    // Other mistakes take the place of the first ones.
    session.configure(&(good.clone() + "\"Ctrl+Alt+L\" = \"lowe\"\n"));
    let again = session.shown();
    assert_eq!((again.replaces, again.summary.as_str()), (told.id, "A mistake in the configuration"));

    session.configure(&(good + "\"Ctrl+Alt+L\" = \"lower\"\n"));
    session.await_closed(told.id);
    session.await_shortcut("Ctrl+Alt+L", "lower");
    session.press("Ctrl+Alt+l");
    assert_eq!(session.ended().body, "text\n\n(copied)");
}

#[test]
fn a_start_with_a_bad_file_uses_the_last_good_one() {
    let mut session = Session::started();
    assert_eq!(session.cli(&["stop"]).code, 0);
    assert!(session.await_end().success());
    session.configure(&session.config().replace("\"upper\"", "\"uper\""));
    session.start();
    assert_eq!(session.shown().summary, "A mistake in the configuration");
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    assert_eq!(session.ended().body, "TEXT\n\n(copied)");
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().summary, "Translate");
}

#[test]
fn without_any_good_file_nothing_is_sent_and_text_tools_work() {
    let mut session = Session::new();
    session.configure("privacy = 3\n");
    session.start();
    assert_eq!(session.shown().summary, "A mistake in the configuration");
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+y");
    let sentence = "not sent: the config has mistakes, so the privacy rules are not known; see `postil config check`";
    assert_eq!(session.ended().body, sentence);
    assert_eq!(session.cli(&["trigger", "upper"]).code, 0);
    assert_eq!(session.ended().body, "TEXT\n\n(copied)");
    assert_eq!(session.model.requests().len(), 0);
}

#[test]
fn prompt_files_come_change_and_go() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    session.save_prompt("shout", "---\nshortcut: Ctrl+Alt+S\nengine: upper\nto: [notify]\n---\n");
    session.await_shortcut("Ctrl+Alt+S", "shout");
    session.press("Ctrl+Alt+s");
    assert_eq!(session.ended().body, "TEXT");

    session.save_prompt("shout", "---\nshortcut: Ctrl+Alt+S\nengine: uper\n---\n");
    let told = session.shown();
    let place = format!("{}:3:9: ", session.prompt_file("shout").display());
    assert!(told.body.starts_with(&place), "{told:?}");
    session.press("Ctrl+Alt+s");
    assert_eq!(session.ended().body, "TEXT", "its last good version stays");

    std::fs::remove_file(session.prompt_file("shout")).expect("it is there");
    session.await_closed(told.id);
    eventually("it is gone", || {
        (session.status().shortcuts.iter().all(|shortcut| shortcut.action != "shout")).then_some(())
    });
    assert_eq!(session.cli(&["trigger", "shout"]).code, 2);
    session.press("Ctrl+Alt+s");
    session.settle();
    assert_eq!(session.shown_so_far().len(), 0);
}

#[test]
fn a_file_that_was_missing_is_found() {
    let mut session = Session::new();
    session.start();
    let _editor = session.editor("Text");
    session.configure(&session.config());
    session.await_shortcut("Ctrl+Alt+U", "upper");
    session.press("Ctrl+Alt+u");
    assert_eq!(session.ended().body, "TEXT\n\n(copied)");
    std::fs::remove_file(session.config_file()).expect("it is there");
    eventually("all is as without it", || {
        (session.status().shortcuts.iter().all(|shortcut| shortcut.action != "upper")).then_some(())
    });
}
