//! An X server of one's own for each test, with keys to press, windows to focus and selections that behave as told.
//!
//! Each server is an Xvfb on the first free display and ends with its fixture, and with it everything that was started
//! on it. Nothing here sleeps for a time that is hoped to be enough: what takes time is waited for ([`eventually`]).

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

#[path = "x11_client.rs"]
mod client;
#[path = "clipboard.rs"]
pub mod clipboard;
#[path = "pasting.rs"]
pub mod pasting;
#[path = "x11_target.rs"]
pub mod target;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConnectionExt as _, EventMask,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

#[allow(unused_imports)]
pub use client::{Client, Ending, Owns, text};

/// Much longer than anything takes, even on a loaded machine.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until `look` finds something.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "not within {DEADLINE:?}: {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// A program that ends with its fixture.
pub struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Down,
    Up,
}

pub struct XServer {
    pub display: String,
    pub conn: RustConnection,
    root: Window,
    programs: Vec<Program>,
    // Dropped last: the server outlives what runs on it.
    server: Program,
}

impl XServer {
    pub fn start() -> Self {
        let mut xvfb = Command::new("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]);
        let mut child = xvfb.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Xvfb is installed");
        let mut number = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        let server = Program(child);
        BufReader::new(stdout).read_line(&mut number).expect("Xvfb tells its display");
        let display = format!(":{}", number.trim());
        let conn = connect(&display);
        let root = conn.setup().roots[0].root;
        Self { display, conn, root, programs: Vec::new(), server }
    }

    /// The server ends at once, under everybody.
    pub fn kill(&mut self) {
        self.server.0.kill().unwrap();
        self.server.0.wait().unwrap();
    }

    /// It does not end, and does nothing any more.
    pub fn freeze(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.server.0), signal).unwrap();
    }

    /// The environment of a program on this display, and nothing else of a session.
    pub fn env(&self) -> impl Fn(&str) -> Option<String> + use<> {
        let display = self.display.clone();
        move |name| (name == "DISPLAY").then(|| display.clone())
    }

    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY").env("NO_AT_BRIDGE", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a program to its end.
    pub fn run(&self, program: &str, arguments: &[&str]) {
        let status = self.command(program, arguments).status().unwrap_or_else(|_| panic!("{program} is installed"));
        assert!(status.success(), "{program} {arguments:?}: {status}");
    }

    /// Starts a program that runs as long as the server.
    pub fn spawn(&mut self, program: &str, arguments: &[&str]) {
        self.keep(self.command(program, arguments));
    }

    /// Runs a command as long as the server.
    pub fn keep(&mut self, mut command: Command) {
        let child = command.spawn().unwrap_or_else(|_| panic!("{command:?} is installed"));
        self.programs.push(Program(child));
    }

    /// The same with a home of its own, so that it finds no settings and leaves none.
    pub fn spawn_at(&mut self, home: &str, program: &str, arguments: &[&str]) {
        let mut command = self.command(program, arguments);
        command
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", format!("{home}/config"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        // GNOME's terminal starts in no other kind of locale.
        command.envs([("XDG_RUNTIME_DIR", home), ("LC_ALL", "C.UTF-8")]);
        let child = command.spawn().unwrap_or_else(|_| panic!("{program} is installed"));
        self.programs.push(Program(child));
    }

    pub fn root(&self) -> Window {
        self.root
    }

    pub fn with_window_manager(mut self) -> Self {
        self.spawn("openbox", &["--config-file", "/dev/null"]);
        let check = self.atom("_NET_SUPPORTING_WM_CHECK");
        eventually("openbox manages windows", || self.window_property(self.root, check));
        self
    }

    /// One that tiles.
    pub fn with_i3(mut self) -> Self {
        self.spawn("i3", &["-c", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/i3.conf")]);
        let check = self.atom("_NET_SUPPORTING_WM_CHECK");
        eventually("i3 manages windows", || self.window_property(self.root, check));
        self
    }

    pub fn with_layout(self, layout: &[&str]) -> Self {
        self.run("setxkbmap", layout);
        self
    }

    pub fn atom(&self, name: &str) -> Atom {
        self.conn.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    fn window_property(&self, window: Window, property: Atom) -> Option<Window> {
        let reply = self.conn.get_property(false, window, property, AtomEnum::WINDOW, 0, 1).ok()?.reply().ok()?;
        reply.value32()?.next().filter(|found| *found != 0)
    }

    pub fn active_window(&self) -> Option<Window> {
        self.window_property(self.root, self.atom("_NET_ACTIVE_WINDOW"))
    }

    /// Has the window manager give a window the focus, as a click on a task bar does.
    pub fn activate(&self, window: Window) {
        let data = [2, 0, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, self.atom("_NET_ACTIVE_WINDOW"), data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.conn.send_event(false, self.root, mask, message).unwrap();
        self.conn.flush().unwrap();
        self.await_focus(window);
    }

    /// Waits until a window has the focus; a new one gets it by itself, a moment after it is shown.
    pub fn await_focus(&self, window: Window) {
        eventually("the window has the focus", || (self.active_window() == Some(window)).then_some(()));
    }

    /// The first managed window whose WM_CLASS names `class`.
    pub fn window_of(&self, class: &str) -> Window {
        let (list, named) = (self.atom("_NET_CLIENT_LIST"), AtomEnum::WM_CLASS);
        eventually(&format!("a window of {class}"), || {
            let windows = self.conn.get_property(false, self.root, list, AtomEnum::WINDOW, 0, 64).ok()?.reply().ok()?;
            windows.value32()?.find(|window| {
                let property = self.conn.get_property(false, *window, named, AtomEnum::STRING, 0, 64).unwrap().reply();
                property
                    .is_ok_and(|property| property.value.split(|byte| *byte == 0).any(|part| part == class.as_bytes()))
            })
        })
    }

    /// Who owns PRIMARY or CLIPBOARD; 0 for nobody.
    pub fn owner(&self, selection: &str) -> Window {
        self.conn.get_selection_owner(self.atom(selection)).unwrap().reply().unwrap().owner
    }

    /// Presses and releases a combination of xdotool's keysym names: `Control_L+Alt_L+y`.
    pub fn tap(&self, keys: &str) {
        self.hold(keys);
        self.let_go(keys);
    }

    pub fn hold(&self, keys: &str) {
        self.keycodes(keys).iter().for_each(|keycode| self.key(KEY_PRESS_EVENT, *keycode));
    }

    pub fn let_go(&self, keys: &str) {
        self.keycodes(keys).iter().rev().for_each(|keycode| self.key(KEY_RELEASE_EVENT, *keycode));
    }

    /// The modifiers that are in force, locks among them, and the buttons that are down.
    pub fn modifiers(&self) -> u16 {
        self.conn.query_pointer(self.root).unwrap().reply().unwrap().mask.into()
    }

    /// Clicks where the focused window is.
    pub fn click(&self) {
        let window = self.active_window().expect("a window has the focus").to_string();
        self.run("xdotool", &["mousemove", "--window", &window, "20", "20", "click", "1"]);
    }

    /// Selects a line of a window's text, below menus and tabs if there are any.
    pub fn triple_click(&self, window: Window) {
        let place = self.conn.translate_coordinates(window, self.root, 60, 72).unwrap().reply().unwrap();
        let (x, y) = (place.dst_x, place.dst_y);
        self.conn.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, self.root, x, y, 0).unwrap();
        for kind in [BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT].repeat(3) {
            self.conn.xtest_fake_input(kind, 1, 0, self.root, 0, 0, 0).unwrap();
        }
        self.conn.flush().unwrap();
    }

    /// Moves one button of the mouse.
    pub fn button(&self, button: u8, way: Move) {
        let kind = if way == Move::Down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        self.conn.xtest_fake_input(kind, button, 0, self.root, 0, 0, 0).unwrap();
        self.conn.flush().unwrap();
    }

    /// Moves one key, and does not wait for the server.
    pub fn key(&self, kind: u8, keycode: u8) {
        self.conn.xtest_fake_input(kind, keycode, 0, self.root, 0, 0, 0).unwrap();
        self.conn.flush().unwrap();
    }

    /// The key that types this now.
    pub fn keycode(&self, key: &str) -> u8 {
        self.keycodes(key)[0]
    }

    pub fn keycodes(&self, keys: &str) -> Vec<u8> {
        let (first, last) = (self.conn.setup().min_keycode, self.conn.setup().max_keycode);
        let mapping = self.conn.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let width = usize::from(mapping.keysyms_per_keycode);
        let keycode = |symbol: u32| {
            let place = mapping.keysyms.chunks(width).position(|key| key.contains(&symbol));
            first + u8::try_from(place.unwrap_or_else(|| panic!("no key types {symbol:#x}"))).unwrap()
        };
        keys.split('+').map(|name| keycode(keysym(name))).collect()
    }

    /// Returns when the server has processed all that was sent here.
    pub fn sync(&self) {
        self.conn.sync().unwrap();
    }
}

fn connect(display: &str) -> RustConnection {
    RustConnection::connect(Some(display)).expect("the server is up").0
}

fn keysym(name: &str) -> u32 {
    match name {
        "Ctrl" => 0xffe3,
        "Alt" => 0xffe9,
        "Shift" => 0xffe1,
        "NumLock" => 0xff7f,
        "CapsLock" => 0xffe5,
        "Space" => 0x20,
        "End" => 0xff57,
        "BackSpace" => 0xff08,
        "Down" => 0xff54,
        "Escape" => 0xff1b,
        "Home" => 0xff50,
        "Insert" => 0xff63,
        "Return" => 0xff0d,
        "Tab" => 0xff09,
        "Up" => 0xff52,
        "Cyrillic_en" => 0x06ce,
        letter if letter.len() == 1 => u32::from(letter.as_bytes()[0]),
        _ => panic!("no keysym is known here for {name}"),
    }
}
