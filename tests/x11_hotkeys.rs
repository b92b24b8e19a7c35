//! Global shortcuts on a real X server: pressed by XTEST, under locks, repeats, other layouts and other grabbers.
#![cfg(target_os = "linux")]

#[path = "support/x11.rs"]
mod x11;

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use postil::config::{Binding, Bound};
use postil::desktop::{BindFailure, BindingId, Bindings, Desktop, DesktopEvent, Pick, ReadFailure, TriggerContext};
use x11::{Client, DEADLINE, XServer};

/// A desktop on a server, and what it tells.
struct Session {
    server: XServer,
    desktop: Desktop,
    events: Receiver<DesktopEvent>,
}

/// What of an event matters here.
#[derive(Debug, PartialEq)]
enum Told {
    Pressed(u32),
    Released(u32),
    Bound(Vec<(u32, String)>),
    Lost,
}

fn binding(shortcut: &str) -> Binding {
    Binding { shortcut: shortcut.parse().expect("a shortcut"), does: Bound::Pick }
}

impl Session {
    fn on(server: XServer) -> Self {
        let (sender, events) = mpsc::channel();
        let desktop = Desktop::connect(server.env(), move |event| _ = sender.send(event));
        Self { server, desktop, events }
    }

    /// Binds these and gives what does not work.
    fn bind(&self, shortcuts: &[&str]) -> Vec<(u32, String)> {
        self.desktop.bind(shortcuts.iter().map(|text| binding(text)).collect());
        match self.next() {
            Told::Bound(failures) => failures,
            other => panic!("not bound but {other:?}"),
        }
    }

    fn next(&self) -> Told {
        told(self.events.recv_timeout(DEADLINE).expect("the desktop tells something"))
    }

    /// Taps a combination and expects exactly one press and one release of this shortcut.
    #[track_caller]
    fn check_tap(&self, keys: &str, binding: u32) {
        self.server.tap(keys);
        assert_eq!([self.next(), self.next()], [Told::Pressed(binding), Told::Released(binding)], "{keys}");
    }
}

fn told(event: DesktopEvent) -> Told {
    match event {
        DesktopEvent::Pressed { binding: BindingId(id), .. } => Told::Pressed(id),
        DesktopEvent::Released { binding: BindingId(id) } => Told::Released(id),
        DesktopEvent::Bound(Bindings { failures, .. }) => {
            Told::Bound(failures.into_iter().map(|(BindingId(id), failure)| (id, failure.to_string())).collect())
        }
        DesktopEvent::Lost => Told::Lost,
        DesktopEvent::Paste { .. } => unreachable!("nothing is pasted here"),
        DesktopEvent::Selected { .. } => unreachable!("no selection is watched here"),
    }
}

#[test]
fn each_shortcut_is_told_by_its_number() {
    let session = Session::on(XServer::start());
    assert_eq!(session.bind(&["Ctrl+Alt+Y", "Ctrl+Alt+Space", "Ctrl+Shift+F"]), []);
    session.check_tap("Ctrl+Alt+y", 0);
    session.check_tap("Ctrl+Alt+Space", 1);
    session.check_tap("Ctrl+Shift+f", 2);
}

#[test]
fn binding_again_replaces_all() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y", "Ctrl+Alt+U"]);
    session.bind(&["Ctrl+Alt+U"]);
    session.server.tap("Ctrl+Alt+y");
    session.check_tap("Ctrl+Alt+u", 0);
    session.bind(&[]);
    let free = Client::new(&session.server);
    free.grab(30, 1 << 2 | 1 << 3);
}

#[test]
fn locks_do_not_matter() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y"]);
    session.server.tap("NumLock");
    session.check_tap("Ctrl+Alt+y", 0);
    session.server.tap("CapsLock");
    session.check_tap("Ctrl+Alt+y", 0);
    session.server.tap("NumLock");
    session.check_tap("Ctrl+Alt+y", 0);
}

#[test]
fn more_modifiers_are_another_combination() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y", "Ctrl+Alt+Shift+Y"]);
    session.check_tap("Ctrl+Alt+Shift+y", 1);
    session.check_tap("Ctrl+Alt+y", 0);
}

#[test]
fn a_key_that_is_held_fires_once() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y"]);
    // Repeats after 30 ms, a hundred times a second.
    session.server.run("xset", &["r", "rate", "30", "100"]);
    session.server.hold("Ctrl+Alt+y");
    assert_eq!(session.next(), Told::Pressed(0));
    let meanwhile = session.events.recv_timeout(Duration::from_millis(400));
    assert!(matches!(meanwhile, Err(RecvTimeoutError::Timeout)), "{meanwhile:?}");
    session.server.let_go("Ctrl+Alt+y");
    assert_eq!(session.next(), Told::Released(0));
    session.check_tap("Ctrl+Alt+y", 0);
}

#[test]
fn a_key_that_is_held_while_others_are_bound_does_not_fire_again() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y"]);
    session.server.run("xset", &["r", "rate", "30", "100"]);
    session.server.hold("Ctrl+Alt+y");
    assert_eq!(session.next(), Told::Pressed(0));
    assert_eq!(session.bind(&["Ctrl+Alt+U", "Ctrl+Alt+Y"]), []);
    let meanwhile = session.events.recv_timeout(Duration::from_millis(200));
    assert!(matches!(meanwhile, Err(RecvTimeoutError::Timeout)), "{meanwhile:?}");
    session.server.let_go("Ctrl+Alt+y");
    session.check_tap("Ctrl+Alt+y", 1);
}

#[test]
fn a_combination_that_is_taken_is_named_and_the_rest_work() {
    let server = XServer::start();
    let other = Client::new(&server);
    // Ctrl+Alt+Y, with NumLock alone: one variant is enough to make it unreliable.
    other.grab(29, 1 << 2 | 1 << 3 | 1 << 4);
    let session = Session::on(server);
    let taken = "Ctrl+Alt+Y is taken by another program".to_owned();
    assert_eq!(session.bind(&["Ctrl+Alt+U", "Ctrl+Alt+Y"]), [(1, taken)]);
    session.check_tap("Ctrl+Alt+u", 0);
    // The variants that were granted have been given back.
    Client::new(&session.server).grab(29, 1 << 2 | 1 << 3);
    drop(other);
}

#[test]
fn a_key_that_is_not_there_is_named() {
    let session = Session::on(XServer::start());
    let missing = "Ctrl+Fn has no key on this keyboard".to_owned();
    assert_eq!(session.bind(&["Ctrl+Fn", "Ctrl+Alt+Y"]), [(0, missing)]);
    session.check_tap("Ctrl+Alt+y", 1);
}

#[test]
fn a_change_of_the_layout_is_followed() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y"]);
    for layout in [&["de"][..], &["us", "-variant", "dvorak"], &["ru,us"], &["us"]] {
        session.server.run("setxkbmap", layout);
        assert_eq!(session.next(), Told::Bound(vec![]), "{layout:?}");
        session.check_tap("Ctrl+Alt+y", 0);
    }
}

#[test]
fn without_a_latin_layout_the_us_place_is_meant() {
    let session = Session::on(XServer::start().with_layout(&["ru"]));
    session.bind(&["Ctrl+Alt+Y"]);
    // Cyrillic_en is where a US keyboard has Y.
    session.check_tap("Ctrl+Alt+Cyrillic_en", 0);
}

#[test]
fn a_press_knows_what_had_the_focus() {
    let session = Session::on(XServer::start().with_window_manager());
    let editor = Client::new(&session.server).show("Editor", "Grüße – notes");
    session.server.await_focus(editor.window);
    session.bind(&["Ctrl+Alt+Y"]);
    session.server.tap("Ctrl+Alt+y");
    let Ok(DesktopEvent::Pressed { context, .. }) = session.events.recv_timeout(DEADLINE) else {
        panic!("not pressed")
    };
    check_editor(&context, &editor);
    check_editor(&session.desktop.context_within(DEADLINE), &editor);
}

#[track_caller]
fn check_editor(context: &TriggerContext, editor: &Client) {
    let app = context.app.as_ref().expect("the window has a class");
    assert_eq!((app.name.as_str(), app.title.expose()), ("Editor", "Grüße – notes"));
    assert_eq!(context.window, Some(u64::from(editor.window)));
}

#[test]
fn a_server_that_ends_is_told_and_reads_are_answered() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y"]);
    let Session { server, desktop, events } = session;
    drop(server);
    assert_eq!(told(events.recv_timeout(DEADLINE).unwrap()), Told::Lost);
    let (sender, text) = mpsc::channel();
    desktop.read(Pick::Selection, TriggerContext::nowhere(), move |result| _ = sender.send(result));
    assert_eq!(text.recv_timeout(DEADLINE).unwrap(), Err(ReadFailure::NoDesktop));
    assert_eq!(desktop.context_within(DEADLINE).window, None);
}

#[test]
fn the_grabs_end_with_the_desktop() {
    let session = Session::on(XServer::start());
    session.bind(&["Ctrl+Alt+Y"]);
    let Session { server, desktop, .. } = session;
    drop(desktop);
    let (sender, events) = mpsc::channel();
    let next = Desktop::connect(server.env(), move |event| _ = sender.send(event));
    next.bind(vec![binding("Ctrl+Alt+Y")]);
    x11::eventually("the combination is free", || match events.recv_timeout(DEADLINE).unwrap() {
        DesktopEvent::Bound(Bindings { failures, .. }) if failures.is_empty() => Some(()),
        DesktopEvent::Bound(Bindings { failures, .. }) => {
            assert!(matches!(failures[0].1, BindFailure::Taken(_)));
            next.bind(vec![binding("Ctrl+Alt+Y")]);
            None
        }
        _ => None,
    });
}

#[test]
fn a_display_that_is_not_there_is_a_reason() {
    let desktop = Desktop::connect(|name| (name == "DISPLAY").then(|| ":4711".to_owned()), |_| {});
    let probe = &desktop.probes()[0];
    assert_eq!(probe.name, "X11");
    let reason = probe.result.as_ref().unwrap_err();
    assert!(reason.starts_with("no connection to X display :4711: "), "{reason}");
}

#[test]
fn a_wayland_session_uses_the_x_server_beside_it() {
    let server = XServer::start();
    let env = server.env();
    let both = move |name: &str| if name == "WAYLAND_DISPLAY" { Some("wayland-0".into()) } else { env(name) };
    let desktop = Desktop::connect(both, |_| {});
    let found = desktop.probes().iter().map(|probe| (probe.name, probe.result.is_ok())).collect::<Vec<_>>();
    assert_eq!(found, [("Wayland", false), ("X11", true)]);
}
