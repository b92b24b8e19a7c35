//! The bar beside what the mouse selects, in a session with an application of text: real strokes of the pointer, and clicks
//! with keys held.

use std::fs;

use rustix::process::Pid;
use tempfile::NamedTempFile;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, CreateWindowAux, MapState, Window, WindowClass};

use crate::model::{ANSWER, Model};
use crate::reader::Reader;
use crate::session::Session;
use crate::x11::{Move, XServer, eventually};

const PANEL: &str = env!("CARGO_BIN_EXE_postil-panel");

/// Two lines of text, which it writes down whenever they change.
const PAGE: &str = r#"
import gi, sys
gi.require_version("Gtk", "3.0")
from gi.repository import GLib
GLib.set_prgname("gtk-page")
from gi.repository import Gtk
window = Gtk.Window(title="page", default_width=600, default_height=300)
view = Gtk.TextView(monospace=True)
view.get_buffer().set_text("The weather is lovely today, is it not.\nLet us go for a walk in the park.")
def write(buffer):
    open(sys.argv[1], "w").write(buffer.get_text(*buffer.get_bounds(), False))
view.get_buffer().connect("changed", write)
window.add(view)
window.show_all()
view.grab_focus()
Gtk.main()
"#;

/// Places in the page.
const FIRST_LINE: (i16, i16) = (4, 10);
const FURTHER: (i16, i16) = (200, 10);
const SECOND_LINE: (i16, i16) = (180, 28);
const BELOW_ALL: (i16, i16) = (300, 200);

pub struct Desk {
    session: Session,
    pub reader: Reader,
    page: Window,
    file: NamedTempFile,
}

impl Desk {
    fn with(config: &str) -> Self {
        Self::on(Session::new(), config)
    }

    fn on(mut session: Session, config: &str) -> Self {
        session.panel = PANEL.into();
        session.configure(&(session.config() + config));
        session.save_action("zap", "icon: Z\nto: [panel]");
        session.start();
        let reader = Reader::start(&session.x, &session.bus);
        let file = NamedTempFile::new().expect("a file");
        session.x.spawn("/usr/bin/python3", &["-c", PAGE, file.path().to_str().expect("a name")]);
        let page = session.x.window_of("gtk-page");
        session.x.await_focus(page);
        session.await_desktop();
        Self { session, reader, page, file }
    }

    /// One at which the bar is wanted.
    pub fn new() -> Self {
        Self::with("\n[panel]\nbar_on_selection = true\n")
    }

    pub fn x(&self) -> &XServer {
        &self.session.x
    }

    fn go(&self, (x, y): (i16, i16)) {
        self.x().run("xdotool", &["mousemove", "--window", &self.page.to_string(), &x.to_string(), &y.to_string()]);
    }

    fn click(&self, button: u8) {
        self.x().button(button, Move::Down);
        self.x().button(button, Move::Up);
    }

    /// Draws the mouse from one place to another one with its button down.
    fn draws(&self, from: (i16, i16), to: (i16, i16)) {
        self.go(from);
        self.x().button(1, Move::Down);
        for part in 1..=4 {
            self.go((from.0 + (to.0 - from.0) / 4 * part, from.1 + (to.1 - from.1) / 4 * part));
        }
        self.go(to);
        self.x().button(1, Move::Up);
    }

    /// Selects the same as [`selects`](Self::selects), but for the last moment.
    pub fn draws_and_holds(&self) {
        self.go(FIRST_LINE);
        self.x().button(1, Move::Down);
        self.go(SECOND_LINE);
        self.go(FURTHER);
        eventually("it is selected", || (self.x().owner("PRIMARY") != 0).then_some(()));
    }

    /// Selects something, and gives where the bar is then: left, top, width, height.
    pub fn selects(&self) -> (i16, i16, u16, u16) {
        self.draws(FIRST_LINE, FURTHER);
        self.await_bar()
    }

    fn await_bar(&self) -> (i16, i16, u16, u16) {
        eventually("there is a bar", || self.bar())
    }

    pub fn await_no_bar(&self) {
        eventually("there is no bar", || self.bar().is_none().then_some(()));
    }

    fn bar(&self) -> Option<(i16, i16, u16, u16)> {
        let conn = &self.x().conn;
        let children = conn.query_tree(self.x().root()).ok()?.reply().ok()?.children;
        let is_bar = |window: Window| {
            let attributes = conn.get_window_attributes(window).ok()?.reply().ok()?;
            let class = conn.get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, 64).ok()?.reply();
            let is_ours = class.ok()?.value.starts_with(b"postil-panel\0");
            Some(attributes.override_redirect && attributes.map_state == MapState::VIEWABLE && is_ours)
        };
        let bar = children.into_iter().find(|window| is_bar(*window).unwrap_or_default())?;
        let place = conn.get_geometry(bar).ok()?.reply().ok()?;
        (place.width > 40).then_some((place.x, place.y, place.width, place.height))
    }

    /// Clicks the first button of the bar.
    fn clicks(&self, (left, top, _, height): (i16, i16, u16, u16)) {
        let (x, y) = (left + 16, top + i16::try_from(height / 2).expect("a small window"));
        self.x().run("xdotool", &["mousemove", &x.to_string(), &y.to_string(), "click", "1"]);
    }
}

#[test]
fn what_the_mouse_selects_gets_a_bar_that_takes_nothing() {
    let desk = Desk::new();
    let bar = desk.selects();
    desk.reader.await_words("Translate");
    desk.reader.await_words("All actions");
    let owner = desk.x().owner("PRIMARY");
    assert_eq!(desk.x().active_window(), Some(desk.page), "the page keeps the focus");
    let page = desk.x().conn.translate_coordinates(desk.page, desk.x().root(), FURTHER.0, FURTHER.1);
    let end = page.expect("the server is up").reply().expect("it is there");
    let (top, bottom) = (bar.1, bar.1 + i16::try_from(bar.3).expect("a small window"));
    assert!(bottom <= end.dst_y - 10 || top >= end.dst_y + 10, "it covers the line: {bar:?}, {end:?}");
    assert!(bar.0 >= 0 && top >= 0 && bar.0 + i16::try_from(bar.2).expect("small") <= 1024 && bottom <= 768, "{bar:?}");
    desk.clicks(bar);
    desk.reader.await_words(ANSWER);
    desk.await_no_bar();
    assert_eq!(desk.x().owner("PRIMARY"), owner, "and the selection");
    let body = desk.session.model.await_request(1).json();
    assert!(body["messages"][1]["content"].as_str().is_some_and(|text| text.contains("weather is")), "{body}");
}

#[test]
fn it_is_gone_with_the_next_key_click_or_turn_of_the_wheel() {
    let desk = Desk::new();
    desk.selects();
    desk.x().tap("Shift");
    assert!(desk.bar().is_some(), "a modifier is about to change what a click means");
    desk.x().tap("End");
    desk.await_no_bar();
    desk.selects();
    desk.click(5);
    desk.await_no_bar();
    desk.selects();
    desk.go(BELOW_ALL);
    desk.click(1);
    desk.await_no_bar();
    // And comes again with the next selection: of several lines, below the last.
    desk.draws(FIRST_LINE, SECOND_LINE);
    let bar = desk.await_bar();
    let end = desk.x().conn.translate_coordinates(desk.page, desk.x().root(), SECOND_LINE.0, SECOND_LINE.1);
    assert!(bar.1 >= end.expect("the server is up").reply().expect("it is there").dst_y + 10, "{bar:?}");
}

#[test]
fn a_stroke_that_selects_nothing_brings_none() {
    let desk = Desk::new();
    desk.selects();
    desk.x().tap("End");
    desk.await_no_bar();
    desk.draws(BELOW_ALL, (BELOW_ALL.0 + 100, BELOW_ALL.1));
    // Nor does what keys select.
    desk.x().hold("Shift+Home");
    eventually("something is selected", || (desk.x().owner("PRIMARY") != 0).then_some(()));
    desk.session.settle();
    desk.x().let_go("Shift+Home");
    assert_eq!(desk.bar(), None);
    desk.selects();
}

#[test]
fn there_is_none_where_none_is_wanted() {
    for config in [
        "",
        "\n[panel]\nbar_on_selection = true\nbar_not_apps = [\"gtk-page\"]\n",
        "\n[privacy]\nnever_apps = [\"gtk-page\"]\n[panel]\nbar_on_selection = true\n",
    ] {
        let desk = Desk::with(config);
        desk.draws(FIRST_LINE, FURTHER);
        eventually("it is selected", || (desk.x().owner("PRIMARY") != 0).then_some(()));
        desk.session.settle();
        assert_eq!(desk.bar(), None, "{config}");
        assert!(desk.reader.look().is_empty());
    }
}

#[test]
fn with_shift_the_answer_takes_the_place_of_the_text() {
    let desk = Desk::new();
    let bar = desk.selects();
    desk.x().hold("Shift");
    desk.clicks(bar);
    desk.x().let_go("Shift");
    eventually("the page has the answer", || fs::read_to_string(&desk.file).ok()?.contains(ANSWER).then_some(()));
}

#[test]
fn with_control_it_is_copied() {
    let desk = Desk::new();
    let bar = desk.selects();
    desk.x().hold("Ctrl");
    desk.clicks(bar);
    desk.x().let_go("Ctrl");
    desk.session.await_clipboard(ANSWER);
}

#[test]
fn with_alt_another_provider_answers() {
    let (other, mut session) = (Model::start(), Session::new());
    session.variables.push(("OTHER_KEY", "sk-of-the-other".into()));
    let provider = |address: String| {
        format!(
            "\n[provider.other]\nkind = \"openai\"\nbase_url = \"{address}\"\napi_key_env = \"OTHER_KEY\"\nmodel = \"huge\"\n"
        )
    };
    let config = format!("{}\n[panel]\nbar_on_selection = true\n", provider(other.base_url()));
    let desk = Desk::on(session, &config);
    let bar = desk.selects();
    desk.x().hold("Alt");
    desk.clicks(bar);
    desk.x().let_go("Alt");
    desk.reader.await_words(ANSWER);
    assert_eq!(other.await_request(1).json()["model"], "huge");
    assert_eq!(desk.session.model.requests().len(), 0, "and the action's own is not asked");
    desk.reader.await_words("other/huge: Ask another model (Ctrl+M: the next one)");
}

#[test]
fn what_has_no_room_in_it_is_in_the_picker() {
    let desk = Desk::new();
    desk.selects();
    desk.reader.press("All actions");
    desk.reader.await_words("Choose an action, or say what to do");
    desk.x().await_focus(desk.x().window_of("postil-panel"));
}

/// How often the thread of a process was woken that hears of the display.
fn wakes(process: Pid) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero())).expect("it runs").flatten();
    let mut statuses = tasks.filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
    let status = statuses.find(|status| status.starts_with("Name:\tx11\n")).expect("it has such a thread");
    let number = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    number.and_then(|number| number.trim().parse().ok()).expect("a number")
}

#[test]
fn while_it_is_off_no_click_wakes_the_daemon() {
    let desk = Desk::with("");
    desk.session.settle();
    // Where no window manager has anything to tell of a click.
    let conn = &desk.x().conn;
    let window = conn.generate_id().expect("the server is up");
    let aux = CreateWindowAux::new().override_redirect(1);
    let kind = WindowClass::INPUT_OUTPUT;
    conn.create_window(0, window, desk.x().root(), 750, 550, 100, 100, 0, kind, 0, &aux).expect("the server is up");
    conn.map_window(window).expect("the server is up");
    let settled = || {
        let before = wakes(desk.session.daemon_pid());
        desk.x().sync();
        (wakes(desk.session.daemon_pid()) == before).then_some(before)
    };
    let before = eventually("it is at rest", settled);
    for _ in 0..10 {
        desk.x().run("xdotool", &["mousemove", "800", "600", "click", "1"]);
    }
    assert_eq!(wakes(desk.session.daemon_pid()), before);
}
