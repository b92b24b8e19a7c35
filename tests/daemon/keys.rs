//! Shortcuts as they are met in life: locks, other layouts, other programs' grabs, pausing.

use crate::session::Session;
use crate::x11::{Client, eventually};

/// Presses this, and expects the selected `text` in upper case.
#[track_caller]
fn check_works(session: &mut Session, keys: &str) {
    session.press(keys);
    assert_eq!(session.ended().body, "TEXT\n\n(copied)", "{keys}");
    session.await_rest();
}

#[test]
fn locks_do_not_matter() {
    let mut session = Session::started();
    let _editor = session.editor("text");
    for lock in ["NumLock", "CapsLock", "NumLock"] {
        session.x.tap(lock);
        check_works(&mut session, "Ctrl+Alt+u");
    }
}

#[test]
fn a_change_of_the_layout_is_followed() {
    // On a German keyboard Y is where a US one has Z.
    let mut session = Session::started_with("\"Ctrl+Alt+Z\" = \"upper\"\n\"Ctrl+Alt+Y\" = \"\"\n");
    let _editor = session.editor("text");
    check_works(&mut session, "Ctrl+Alt+z");
    for layout in [&["de"][..], &["us", "-variant", "dvorak"], &["us"]] {
        session.x.run("setxkbmap", layout);
        // The grab moves a moment after the layout; until then the key at its new place is nobody's.
        let shown = eventually("the new place works", || {
            session.press("Ctrl+Alt+z");
            session.settle();
            session.shown_so_far().pop()
        });
        assert_eq!(shown.body, "TEXT\n\n(copied)", "{layout:?}");
    }
}

#[test]
fn a_combination_that_is_taken_is_told_and_the_rest_work() {
    let mut session = Session::new();
    let other = Client::new(&session.x);
    // Ctrl+Alt+Y, with NumLock alone: one variant is enough to make it unreliable.
    other.grab(29, 1 << 2 | 1 << 3 | 1 << 4);
    session.configure(&session.config());
    session.start();
    let shown = session.shown();
    let told = "Ctrl+Alt+Y is taken by another program";
    let body = format!("{told}\nThe other shortcuts work. Choose another combination in the config.");
    assert_eq!((shown.summary.as_str(), shown.body), ("A shortcut does not work", body));
    let failed = |session: &Session| session.status().shortcuts.into_iter().filter_map(|one| one.failure).collect();
    let failures: Vec<String> = eventually("the status says it", || {
        let failures: Vec<String> = failed(&session);
        (!failures.is_empty()).then_some(failures)
    });
    assert_eq!(failures, [told]);
    assert!(session.cli(&["status"]).stdout.contains(&format!("Ctrl+Alt+Y: translate does not work: {told}")));
    assert!(session.cli(&["doctor"]).stdout.contains(told));
    let _editor = session.editor("text");
    check_works(&mut session, "Ctrl+Alt+u");

    // Given free, it is taken up again with the next reading of the files that changes something.
    drop(other);
    session.configure(&(session.config() + "\"Ctrl+Alt+J\" = \"join-lines\"\n"));
    session.await_shortcut("Ctrl+Alt+J", "join-lines");
    eventually("nothing fails any more", || failed(&session).is_empty().then_some(()));
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().summary, "Translate");
}

#[test]
fn paused_nothing_is_held_and_resumed_everything_again() {
    let mut session = Session::started();
    let _editor = session.editor("text");
    assert_eq!(session.cli(&["pause"]).code, 0);
    session.await_status("it is paused", |status| status.paused);
    let refused = "postil: postil is paused; `postil resume` or the tray's menu wakes it";
    for command in [&["trigger", "upper"][..], &["pick"]] {
        let said = session.cli(command);
        assert_eq!((said.code, said.stderr.as_str()), (1, refused), "{command:?}");
    }
    // Another program can have the combination now: this panics where it cannot.
    let other = Client::new(&session.x);
    other.grab(session.x.keycode("u"), 1 << 2 | 1 << 3);
    drop(other);
    assert_eq!(session.cli(&["resume"]).code, 0);
    session.await_status("it is awake", |status| !status.paused);
    check_works(&mut session, "Ctrl+Alt+u");
}
