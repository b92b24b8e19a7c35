//! Selections on a real X server: every way in which an owner can answer, late, wrong or never, and real applications.
#![cfg(target_os = "linux")]

#[path = "support/x11.rs"]
mod x11;

use std::sync::mpsc::{self, Receiver};

use postil::desktop::{Desktop, Pick, ReadFailure, TriggerContext};
use x11::{Client, DEADLINE, Ending, Owns, XServer, eventually, text};

/// What a read gave, with its text in the open.
type Found = Result<String, ReadFailure>;

fn desktop(server: &XServer) -> Desktop {
    Desktop::connect(server.env(), |_| {})
}

fn start(desktop: &Desktop, pick: Pick, context: TriggerContext) -> Receiver<Found> {
    let (sender, found) = mpsc::channel();
    desktop.read(pick, context, move |result| _ = sender.send(result.map(|found| found.text.expose().to_owned())));
    found
}

/// Reads as a trigger of this moment does.
fn read(desktop: &Desktop, pick: Pick) -> Found {
    start(desktop, pick, desktop.context_within(DEADLINE)).recv_timeout(DEADLINE).expect("a read is answered")
}

/// Reads both PRIMARY and CLIPBOARD of an owner that behaves so.
#[track_caller]
fn check(owns: Owns, expected: Result<&str, ReadFailure>) {
    let server = XServer::start();
    let desktop = desktop(&server);
    for (pick, selection) in [(Pick::Selection, "PRIMARY"), (Pick::Clipboard, "CLIPBOARD")] {
        let owner = Client::new(&server);
        owner.own(selection, owns.clone());
        let found = read(&desktop, pick);
        assert!(found.as_deref() == expected.as_ref().map(|text| *text), "{selection}: {}", outline(&found));
    }
}

/// A found text may be 10 MB.
fn outline(found: &Found) -> String {
    match found {
        Ok(text) => format!("{} bytes: {:?}…", text.len(), text.chars().take(60).collect::<String>()),
        Err(failure) => format!("{failure:?}"),
    }
}

fn hung() -> ReadFailure {
    ReadFailure::Hung { app: None, after: std::time::Duration::from_millis(500) }
}

/// Of the selection nobody says so, and what is not the word of the mark is no mark.
#[test]
fn a_password_that_was_copied_is_not_read() {
    let marked = |mark: &str| {
        Owns::Types(vec![("UTF8_STRING", "hunter2".into()), ("x-kde-passwordManagerHint", mark.as_bytes().to_vec())])
    };
    let server = XServer::start();
    let desktop = desktop(&server);
    let owner = Client::new(&server);
    owner.own("CLIPBOARD", marked("secret"));
    assert_eq!(read(&desktop, Pick::Clipboard), Err(ReadFailure::Secret));
    owner.own("CLIPBOARD", marked("public"));
    eventually("it is read", || (read(&desktop, Pick::Clipboard).as_deref() == Ok("hunter2")).then_some(()));
    owner.own("PRIMARY", text("selected"));
    eventually("it is read", || (read(&desktop, Pick::Selection).as_deref() == Ok("selected")).then_some(()));
}

#[test]
fn text_is_read_in_the_types_that_owners_have() {
    check(text("Grüße, мир, 世界 🌍\r\n"), Ok("Grüße, мир, 世界 🌍\r\n"));
    check(Owns::Types(vec![("STRING", b"Gr\xfc\xdfe".to_vec())]), Ok("Grüße"));
    check(Owns::Types(vec![("text/plain;charset=utf-8", "мир".into())]), Ok("мир"));
    check(Owns::Types(vec![("text/html", b"<p>x".to_vec()), ("text/plain", "é".into())]), Ok("é"));
}

#[test]
fn what_is_no_text_is_named() {
    check(Owns::Types(vec![("image/png", vec![0x89])]), Err(ReadFailure::NotText { kind: "image/png".into() }));
    let files = Owns::Types(vec![("text/uri-list", b"file:///a".to_vec()), ("x-special/files", vec![])]);
    check(files, Err(ReadFailure::NotText { kind: "text/uri-list".into() }));
}

#[test]
fn the_empty_text_is_nothing() {
    check(text(""), Err(ReadFailure::Nothing));
    check(Owns::Types(vec![]), Err(ReadFailure::Nothing));
    let server = XServer::start();
    let desktop = desktop(&server);
    assert_eq!(read(&desktop, Pick::Selection), Err(ReadFailure::Nothing));
    assert_eq!(read(&desktop, Pick::Clipboard), Err(ReadFailure::Nothing));
}

#[test]
fn ten_megabytes_arrive_in_one_and_in_pieces() {
    let long = "Ein langer Text. ".repeat(10 * 1024 * 1024 / 17);
    check(text(&long), Ok(&long));
    check(Owns::Pieces { text: long.clone().into(), piece: 262_143, ending: Ending::Proper }, Ok(&long));
}

#[test]
fn pieces_may_cut_characters() {
    let text = "мир ".repeat(100);
    check(Owns::Pieces { text: text.clone().into(), piece: 7, ending: Ending::Proper }, Ok(&text));
}

#[test]
fn an_owner_that_hangs_is_given_up_and_the_next_is_read() {
    check(Owns::Hung, Err(hung()));
    check(Owns::Pieces { text: vec![b'x'; 4000], piece: 1000, ending: Ending::Stops }, Err(hung()));
}

#[test]
fn an_owner_that_hangs_is_named_by_its_window() {
    let server = XServer::start().with_window_manager();
    let desktop = desktop(&server);
    let owner = Client::new(&server).show("Frozen", "busy");
    server.await_focus(owner.window);
    owner.own("CLIPBOARD", Owns::Hung);
    let Err(ReadFailure::Hung { app, .. }) = read(&desktop, Pick::Clipboard) else { panic!("not hung") };
    assert_eq!(app.as_deref(), Some("Frozen"));
}

#[test]
fn an_owner_that_dies_ends_the_read() {
    let server = XServer::start();
    let desktop = desktop(&server);
    let owner = Client::new(&server);
    owner.own("PRIMARY", Owns::Hung);
    let found = start(&desktop, Pick::Selection, TriggerContext::nowhere());
    owner.await_requests(1);
    drop(owner);
    assert_eq!(found.recv_timeout(DEADLINE).unwrap(), Err(ReadFailure::Nothing));
}

#[test]
fn an_owner_that_dies_between_pieces_ends_the_read() {
    check(Owns::Pieces { text: vec![b'x'; 4000], piece: 1000, ending: Ending::Dies }, Err(ReadFailure::Nothing));
}

/// An owner in pieces goes on only when each is taken away, and some serve nobody else until then.
#[test]
fn a_late_answer_is_taken_away() {
    let server = XServer::start();
    let desktop = desktop(&server);
    let slow = Client::new(&server);
    slow.own("PRIMARY", Owns::Hung);
    assert_eq!(read(&desktop, Pick::Selection), Err(hung()));
    slow.answer("slow", 2);
    // The announcement and both pieces; then the empty one ends it.
    slow.await_pieces_taken(3);
    slow.own("PRIMARY", text("awake"));
    assert_eq!(read(&desktop, Pick::Selection).as_deref(), Ok("awake"));
}

#[test]
fn a_late_answer_is_not_mistaken_for_the_next() {
    let server = XServer::start();
    let desktop = desktop(&server);
    let slow = Client::new(&server);
    slow.own("PRIMARY", Owns::Hung);
    assert_eq!(read(&desktop, Pick::Selection), Err(hung()));
    // Another owner hangs too, and the first one's answer comes while that one is waited for.
    let next = Client::new(&server);
    next.own("PRIMARY", Owns::Hung);
    let found = start(&desktop, Pick::Selection, TriggerContext::nowhere());
    next.await_requests(1);
    slow.answer("slow", 100);
    slow.await_pieces_taken(2);
    assert_eq!(found.recv_timeout(DEADLINE).unwrap(), Err(hung()));
}

#[test]
fn several_reads_go_on_at_once() {
    let server = XServer::start();
    let desktop = desktop(&server);
    let owner = Client::new(&server);
    owner.own("PRIMARY", Owns::Pieces { text: vec![b'p'; 100_000], piece: 1000, ending: Ending::Proper });
    owner.own("CLIPBOARD", text("clipboard"));
    let slow = start(&desktop, Pick::Selection, TriggerContext::nowhere());
    let quick = start(&desktop, Pick::Clipboard, TriggerContext::nowhere());
    assert_eq!(quick.recv_timeout(DEADLINE).unwrap().as_deref(), Ok("clipboard"));
    assert_eq!(slow.recv_timeout(DEADLINE).unwrap().map(|text| text.len()), Ok(100_000));
}

/// Two windows of two clients, the first with a selection; the focus went to the second after that.
struct TwoWindows {
    server: XServer,
    desktop: Desktop,
    first: Client,
    second: Client,
}

impl TwoWindows {
    fn start() -> Self {
        let server = XServer::start().with_window_manager();
        let first = Client::new(&server).show("First", "one");
        server.await_focus(first.window);
        let second = Client::new(&server).show("Second", "two");
        server.await_focus(second.window);
        server.activate(first.window);
        let desktop = desktop(&server);
        first.own("PRIMARY", text("of the first"));
        Self { server, desktop, first, second }
    }

    fn read(&self) -> Found {
        read(&self.desktop, Pick::Selection)
    }
}

#[test]
fn a_selection_left_over_in_another_window_is_stale() {
    let windows = TwoWindows::start();
    assert_eq!(windows.read().as_deref(), Ok("of the first"));
    windows.server.activate(windows.second.window);
    assert_eq!(windows.read(), Err(ReadFailure::Stale { app: Some("First".into()) }));
    windows.server.activate(windows.first.window);
    assert_eq!(windows.read().as_deref(), Ok("of the first"));
}

#[test]
fn a_selection_newer_than_the_focus_is_fresh_whoever_owns_it() {
    let windows = TwoWindows::start();
    windows.server.activate(windows.second.window);
    let tool = Client::new(&windows.server);
    tool.own("PRIMARY", text("by a tool"));
    assert_eq!(windows.read().as_deref(), Ok("by a tool"));
    windows.server.activate(windows.first.window);
    assert_eq!(windows.read(), Err(ReadFailure::Stale { app: None }));
    windows.server.activate(windows.second.window);
    assert_eq!(windows.read().as_deref(), Ok("by a tool"));
}

#[test]
fn the_clipboard_is_never_stale() {
    let windows = TwoWindows::start();
    windows.first.own("CLIPBOARD", text("copied"));
    windows.server.activate(windows.second.window);
    assert_eq!(read(&windows.desktop, Pick::Clipboard).as_deref(), Ok("copied"));
}

#[test]
fn the_focus_of_the_trigger_counts_and_not_that_of_the_read() {
    let windows = TwoWindows::start();
    let trigger = windows.desktop.context_within(DEADLINE);
    windows.server.activate(windows.second.window);
    let found = start(&windows.desktop, Pick::Selection, trigger).recv_timeout(DEADLINE).unwrap();
    assert_eq!(found.as_deref(), Ok("of the first"));
}

#[test]
fn xclip_and_xsel_are_read() {
    let server = XServer::start();
    let desktop = desktop(&server);
    server.run("sh", &["-c", "printf 'by xclip' | xclip -selection primary"]);
    eventually("xclip owns it", || (server.owner("PRIMARY") != 0).then_some(()));
    assert_eq!(read(&desktop, Pick::Selection).as_deref(), Ok("by xclip"));
    server.run("sh", &["-c", "printf 'by xsel' | xsel --clipboard --input"]);
    eventually("xsel owns it", || (server.owner("CLIPBOARD") != 0).then_some(()));
    assert_eq!(read(&desktop, Pick::Clipboard).as_deref(), Ok("by xsel"));
}

#[test]
fn a_line_selected_in_xterm_is_read() {
    let mut server = XServer::start().with_window_manager();
    let desktop = desktop(&server);
    server.spawn("xterm", &["-geometry", "80x24+0+0", "-e", "printf 'a line in a terminal\\n'; exec sleep 1000"]);
    let window = server.window_of("XTerm");
    server.await_focus(window);
    let found = eventually("the line is selected", || {
        let window = window.to_string();
        // Three clicks select a line.
        server.run("xdotool", &["mousemove", "--window", &window, "60", "8", "click", "--repeat", "3", "1"]);
        read(&desktop, Pick::Selection).ok().filter(|found| found.contains("terminal"))
    });
    assert_eq!(found.trim_end(), "a line in a terminal");
    let (sender, owner) = mpsc::channel();
    let tell = move |result: Result<postil::desktop::Found, _>| _ = sender.send(result.map(|found| found.owner));
    desktop.read(Pick::Selection, desktop.context_within(DEADLINE), tell);
    assert_eq!(owner.recv_timeout(DEADLINE).unwrap(), Ok(Some("XTerm".into())), "whose text it is");
    // The terminal keeps PRIMARY when the person goes elsewhere.
    let other = Client::new(&server).show("Other", "elsewhere");
    server.await_focus(other.window);
    assert_eq!(read(&desktop, Pick::Selection), Err(ReadFailure::Stale { app: Some("XTerm".into()) }));
}

#[test]
fn a_selection_in_a_gtk_window_is_read_and_its_end_seen() {
    let mut server = XServer::start().with_window_manager();
    let desktop = desktop(&server);
    // The system's own, as python3-gi is its package.
    server.spawn("/usr/bin/python3", &["-c", GTK_ENTRY]);
    server.await_focus(server.window_of("gtk-entry"));
    let found = eventually("the entry has its text selected", || read(&desktop, Pick::Selection).ok());
    assert_eq!(found, "Grüße aus GTK");
    // GTK gives PRIMARY up when the text is deselected.
    server.tap("End");
    eventually("the end of the selection", || {
        (read(&desktop, Pick::Selection) == Err(ReadFailure::Nothing)).then_some(())
    });
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
