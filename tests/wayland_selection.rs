//! Selections on a real Wayland compositor: every kind of source, hung ones, other windows, and the compositor's end.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/sway.rs"]
mod sway;

use std::sync::mpsc::{self, Receiver};

use postil::desktop::{Desktop, DesktopEvent, Pick, ReadFailure};
use rustix::process::{Pid, Signal, kill_process};
use sway::{DEADLINE, Sway, eventually};

type Found = Result<String, ReadFailure>;

fn desktop(sway: &Sway) -> Desktop {
    Desktop::connect(sway.env(), |_| {})
}

fn start(desktop: &Desktop, pick: Pick) -> Receiver<Found> {
    let (sender, found) = mpsc::channel();
    let context = desktop.context_within(DEADLINE);
    desktop.read(pick, context, move |result| _ = sender.send(result.map(|found| found.text.expose().to_owned())));
    found
}

fn read(desktop: &Desktop, pick: Pick) -> Found {
    start(desktop, pick).recv_timeout(DEADLINE).expect("a read is answered")
}

/// A source is there some time after its program was started.
#[track_caller]
fn reads(desktop: &Desktop, pick: Pick, expected: Found) {
    eventually(&format!("{pick:?} is {expected:?}"), || (read(desktop, pick) == expected).then_some(()));
}

fn hung(app: Option<&str>) -> Found {
    Err(ReadFailure::Hung { app: app.map(str::to_owned), after: std::time::Duration::from_millis(500) })
}

#[test]
fn both_selections_are_read_in_the_types_that_sources_have() {
    let mut sway = Sway::start();
    let desktop = desktop(&sway);
    assert!(desktop.probes()[0].result.is_ok(), "{:?}", desktop.probes());
    reads(&desktop, Pick::Selection, Err(ReadFailure::Nothing));
    for (pick, which) in [(Pick::Selection, "--primary"), (Pick::Clipboard, "--regular")] {
        let which: &[&str] = if which == "--primary" { &[which] } else { &[] };
        sway.copy(which, "Grüße, мир, 世界 🌍\r\n");
        reads(&desktop, pick, Ok("Grüße, мир, 世界 🌍\r\n".into()));
        sway.copy(&[which, &["--type", "text/plain;charset=UTF-8"]].concat(), "é");
        reads(&desktop, pick, Ok("é".into()));
        sway.copy(&[which, &["--type", "image/png"]].concat(), "no text");
        reads(&desktop, pick, Err(ReadFailure::NotText { kind: "image/png".into() }));
        sway.command("wl-copy").args(which).arg("--clear").status().unwrap();
        reads(&desktop, pick, Err(ReadFailure::Nothing));
    }
}

#[test]
fn a_password_that_was_copied_is_not_read() {
    let mut sway = Sway::start();
    let desktop = desktop(&sway);
    sway.copy(&["--type", "x-kde-passwordManagerHint"], "secret");
    reads(&desktop, Pick::Clipboard, Err(ReadFailure::Secret));
}

#[test]
fn ten_megabytes_arrive_whole() {
    let mut sway = Sway::start();
    let desktop = desktop(&sway);
    let long = "Grüße, мир, 世界 🌍\n".repeat(10_000_000 / 30);
    sway.copy(&["--primary"], &long);
    let found = eventually("the text is read", || read(&desktop, Pick::Selection).ok());
    assert!(found == long, "{} bytes of {}", found.len(), long.len());
}

#[test]
fn a_source_that_hangs_costs_its_own_read_alone() {
    let mut sway = Sway::start();
    let desktop = desktop(&sway);
    let source = sway.copy(&["--primary"], "late");
    sway.copy(&[], "copied");
    reads(&desktop, Pick::Selection, Ok("late".into()));
    reads(&desktop, Pick::Clipboard, Ok("copied".into()));
    let source = Pid::from_raw(source.cast_signed()).unwrap();
    kill_process(source, Signal::STOP).unwrap();
    let waiting = start(&desktop, Pick::Selection);
    assert_eq!(read(&desktop, Pick::Clipboard), Ok("copied".into()));
    assert!(waiting.try_recv().is_err(), "the other read waits still");
    assert_eq!(waiting.recv_timeout(DEADLINE).unwrap(), hung(None));
    kill_process(source, Signal::CONT).unwrap();
    reads(&desktop, Pick::Selection, Ok("late".into()));
}

#[test]
fn what_was_selected_under_another_window_is_left_over() {
    let mut sway = Sway::start();
    let desktop = desktop(&sway);
    sway.terminal("notes");
    sway.copy(&["--primary"], "of the notes");
    reads(&desktop, Pick::Selection, Ok("of the notes".into()));
    sway.copy(&[], "copied there");
    reads(&desktop, Pick::Clipboard, Ok("copied there".into()));
    sway.terminal("letter");
    reads(&desktop, Pick::Selection, Err(ReadFailure::Stale { app: Some("notes".into()) }));
    // The clipboard was filled on purpose.
    assert_eq!(read(&desktop, Pick::Clipboard), Ok("copied there".into()));
    sway.focus("notes");
    reads(&desktop, Pick::Selection, Ok("of the notes".into()));
    sway.focus("letter");
    sway.copy(&["--primary"], "of the letter");
    reads(&desktop, Pick::Selection, Ok("of the letter".into()));
}

#[test]
fn the_focus_and_the_owner_have_names() {
    let mut sway = Sway::start();
    let desktop = desktop(&sway);
    sway.terminal("notes");
    let app = eventually("the focus is told", || desktop.context_within(DEADLINE).app);
    assert_eq!(app.name, "notes");
    sway.copy(&["--primary"], "mine");
    let owner = eventually("the selection is told", || {
        let (sender, found) = mpsc::channel();
        desktop.read(Pick::Selection, desktop.context_within(DEADLINE), move |result| _ = sender.send(result));
        found.recv_timeout(DEADLINE).unwrap().ok()?.owner
    });
    assert_eq!(owner, "notes");
}

#[test]
fn the_compositors_end_is_told_and_answers_everything() {
    let mut sway = Sway::start();
    let (sender, events) = mpsc::channel();
    let desktop = Desktop::connect(sway.env(), move |event| _ = sender.send(event));
    sway.copy(&["--primary"], "still there");
    reads(&desktop, Pick::Selection, Ok("still there".into()));
    sway.kill();
    let lost = eventually("the end is told", || events.try_recv().ok());
    assert!(matches!(lost, DesktopEvent::Lost), "{lost:?}");
    assert_eq!(read(&desktop, Pick::Selection), Err(ReadFailure::NoDesktop));
}
