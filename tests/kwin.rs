//! A real KWin: it tells the focus to the program that our desktop file names, and to nobody else.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/kwin.rs"]
mod kwin;
#[path = "support/sway.rs"]
mod sway;

use std::sync::mpsc;

use kwin::KWin;
use postil::desktop::paste::{Ability, KeysBy};
use postil::desktop::{Desktop, Found, Pick, ReadFailure};
use sway::{DEADLINE, eventually};

/// KWin first reads the whole program of whoever it is to trust, which a test's is long.
fn desktop(kwin: &KWin) -> Desktop {
    eventually("KWin answers", || {
        let desktop = Desktop::connect(kwin.env(), |_| {});
        desktop.probes()[0].result.is_ok().then_some(desktop)
    })
}

fn focused(desktop: &Desktop) -> Option<String> {
    desktop.context_within(DEADLINE).app.map(|app| app.name)
}

#[track_caller]
fn has_focus(desktop: &Desktop, app: &str) {
    eventually(&format!("{app} has the focus"), || (focused(desktop).as_deref() == Some(app)).then_some(()));
}

fn read(desktop: &Desktop, pick: Pick) -> Result<Found, ReadFailure> {
    let (sender, found) = mpsc::channel();
    desktop.read(pick, desktop.context_within(DEADLINE), move |result| _ = sender.send(result));
    found.recv_timeout(DEADLINE).expect("a read is answered")
}

#[track_caller]
fn has_text(desktop: &Desktop, pick: Pick, text: &str) {
    eventually("it is read", || (read(desktop, pick).ok()?.text.expose() == text).then_some(()));
}

#[test]
fn the_focus_is_told_to_whom_our_desktop_file_names() {
    let mut kwin = KWin::start(true);
    let desktop = desktop(&kwin);
    let found = desktop.probes()[0].result.clone().unwrap();
    assert!(found.contains("the focus by KDE's plasma-window-management"), "{found}");
    assert_eq!(desktop.ability(), Ability::Keys(KeysBy::RemoteDesktop));
    kwin.editor("mousepad", &["--disable-server"]);
    has_focus(&desktop, "mousepad");
    let window = desktop.context_within(DEADLINE).window;
    kwin.editor("featherpad", &["--standalone"]);
    has_focus(&desktop, "featherpad");
    assert_ne!(desktop.context_within(DEADLINE).window, window);
    kwin.close_last();
    has_focus(&desktop, "mousepad");
    assert_eq!(desktop.context_within(DEADLINE).window, window);
}

#[test]
fn nobody_else_is_told_and_the_clipboard_remains() {
    let mut kwin = KWin::start(false);
    let desktop = desktop(&kwin);
    assert_eq!(desktop.ability(), Ability::FocusUnknown);
    kwin.copy(&["what was copied"]);
    has_text(&desktop, Pick::Clipboard, "what was copied");
}

/// It says nothing of a selection until there is one.
#[test]
fn what_is_selected_is_told_once_there_is_something() {
    let mut kwin = KWin::start(false);
    let desktop = desktop(&kwin);
    assert!(matches!(read(&desktop, Pick::Selection), Err(ReadFailure::NotTold)));
    assert!(matches!(read(&desktop, Pick::Clipboard), Err(ReadFailure::Nothing)));
    let written = kwin.folder().join("text").display().to_string();
    // The system's own, as python3-gi is its package. (wl-copy takes what is not told for what is not supported.)
    kwin.editor("/usr/bin/python3", &["packaging/newer/editor.py", &written]);
    has_text(&desktop, Pick::Selection, "one two three");
}
