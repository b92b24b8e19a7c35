//! An X server of one's own for each test, with keys to press, windows to focus and selections that behave as told.
//!
//! Each server is an Xvfb on the first free display and ends with its fixture, and with it everything that was started
//! on it. Nothing here sleeps for a time that is hoped to be enough: what takes time is waited for ([`eventually`]).

// Each test binary uses its own part of this.
#![allow(dead_code)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, PropMode, Property, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

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
        let child = self.command(program, arguments).spawn().unwrap_or_else(|_| panic!("{program} is installed"));
        self.programs.push(Program(child));
    }

    pub fn with_window_manager(mut self) -> Self {
        self.spawn("openbox", &["--config-file", "/dev/null"]);
        let check = self.atom("_NET_SUPPORTING_WM_CHECK");
        eventually("openbox manages windows", || self.window_property(self.root, check));
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

    fn key(&self, kind: u8, keycode: u8) {
        self.conn.xtest_fake_input(kind, keycode, 0, self.root, 0, 0, 0).unwrap();
        self.conn.flush().unwrap();
    }

    fn keycodes(&self, keys: &str) -> Vec<u8> {
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
        "Cyrillic_en" => 0x06ce,
        letter if letter.len() == 1 => u32::from(letter.as_bytes()[0]),
        _ => panic!("no keysym is known here for {name}"),
    }
}

/// How a selection's owner behaves.
#[derive(Clone)]
pub enum Owns {
    /// Serves these types whole, and lists them.
    Types(Vec<(&'static str, Vec<u8>)>),
    /// Serves UTF8_STRING in pieces of this many bytes.
    Pieces { text: Vec<u8>, piece: usize, ending: Ending },
    /// Takes requests and does not answer until [`Client::answer`].
    Hung,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Ending {
    Proper,
    /// The client ends after its first piece.
    Dies,
    /// The client says no more after its first piece, until [`Client::answer`].
    Stops,
}

/// Plain text as most applications have it.
pub fn text(text: &str) -> Owns {
    Owns::Types(vec![("UTF8_STRING", text.into()), ("STRING", text.into())])
}

/// Another X client, with a thread that serves its selections.
pub struct Client {
    shared: Arc<Shared>,
    pub window: Window,
    killer: RustConnection,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    conn: RustConnection,
    root: Window,
    window: Window,
    selections: Mutex<HashMap<Atom, Owns>>,
    /// Requests that were left unanswered.
    unanswered: Mutex<Vec<SelectionRequestEvent>>,
    /// Transfers in pieces: what is left of each.
    transfers: Mutex<HashMap<(Window, Atom), (Vec<u8>, usize, Ending)>>,
    /// How many pieces of it were taken away so far.
    taken: Mutex<usize>,
}

impl Client {
    /// A client with a window that is not shown.
    pub fn new(server: &XServer) -> Self {
        let conn = connect(&server.display);
        let root = conn.setup().roots[0].root;
        let window = conn.generate_id().unwrap();
        let aux = CreateWindowAux::new();
        conn.create_window(0, window, root, 0, 0, 200, 100, 0, WindowClass::INPUT_OUTPUT, 0, &aux).unwrap();
        conn.sync().unwrap();
        let (selections, unanswered) = (Mutex::default(), Mutex::default());
        let (transfers, taken) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { conn, root, window, selections, unanswered, transfers, taken });
        let served = Arc::clone(&shared);
        let thread = Some(std::thread::spawn(move || served.serve()));
        Self { shared, window, killer: connect(&server.display), thread }
    }

    /// Shows the window under this class and title.
    pub fn show(self, class: &str, title: &str) -> Self {
        let conn = &self.shared.conn;
        let named = format!("{}\0{class}\0", class.to_lowercase());
        let utf8 = self.shared.atom("UTF8_STRING");
        let name = self.shared.atom("_NET_WM_NAME");
        let class = AtomEnum::WM_CLASS;
        conn.change_property8(PropMode::REPLACE, self.window, class, AtomEnum::STRING, named.as_bytes()).unwrap();
        conn.change_property8(PropMode::REPLACE, self.window, name, utf8, title.as_bytes()).unwrap();
        conn.map_window(self.window).unwrap();
        conn.sync().unwrap();
        self
    }

    pub fn own(&self, selection: &str, owns: Owns) {
        let atom = self.shared.atom(selection);
        self.shared.selections.lock().unwrap().insert(atom, owns);
        self.shared.conn.set_selection_owner(self.window, atom, x11rb::CURRENT_TIME).unwrap();
        self.shared.conn.sync().unwrap();
    }

    /// Grabs a key for itself alone.
    pub fn grab(&self, keycode: u8, modifiers: u16) {
        use x11rb::protocol::xproto::GrabMode;
        let conn = &self.shared.conn;
        let grab = conn.grab_key(false, self.shared.root, modifiers.into(), keycode, GrabMode::ASYNC, GrabMode::ASYNC);
        grab.unwrap().check().unwrap();
    }

    /// Waits until this many requests lie unanswered.
    pub fn await_requests(&self, number: usize) {
        eventually("requests", || (self.shared.unanswered.lock().unwrap().len() >= number).then_some(()));
    }

    /// Answers, late, all that was left unanswered, with this text in pieces of `piece` bytes.
    pub fn answer(&self, text: &str, piece: usize) {
        for request in self.shared.unanswered.lock().unwrap().drain(..) {
            self.shared.begin_pieces(&request, text.as_bytes().to_vec(), piece, Ending::Proper);
        }
    }

    /// Waits until somebody has taken this many pieces away.
    pub fn await_pieces_taken(&self, number: usize) {
        eventually("pieces taken away", || (*self.shared.taken.lock().unwrap() >= number).then_some(()));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        _ = self.killer.kill_client(self.window);
        _ = self.killer.sync();
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

impl Shared {
    fn atom(&self, name: &str) -> Atom {
        self.conn.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    fn serve(&self) {
        while let Ok(event) = self.conn.wait_for_event() {
            match event {
                Event::SelectionRequest(request) => self.requested(request),
                Event::PropertyNotify(event) if event.state == Property::DELETE => {
                    self.next_piece(event.window, event.atom);
                }
                _ => {}
            }
        }
    }

    fn requested(&self, request: SelectionRequestEvent) {
        let owns = self.selections.lock().unwrap().get(&request.selection).cloned();
        match owns {
            Some(Owns::Hung) => self.unanswered.lock().unwrap().push(request),
            Some(Owns::Types(types)) => self.serve_whole(&request, &types),
            Some(Owns::Pieces { text, piece, ending }) if request.target == self.atom("UTF8_STRING") => {
                self.begin_pieces(&request, text, piece, ending);
            }
            _ => self.notify(&request, x11rb::NONE),
        }
    }

    fn serve_whole(&self, request: &SelectionRequestEvent, types: &[(&str, Vec<u8>)]) {
        let (to, property, replace) = (request.requestor, request.property, PropMode::REPLACE);
        if request.target == self.atom("TARGETS") {
            let names = ["TARGETS"].into_iter().chain(types.iter().map(|(name, _)| *name));
            let atoms = names.map(|name| self.atom(name)).collect::<Vec<_>>();
            self.conn.change_property32(replace, to, property, AtomEnum::ATOM, &atoms).unwrap();
            return self.notify(request, property);
        }
        match types.iter().find(|(name, _)| self.atom(name) == request.target) {
            Some((_, bytes)) => {
                self.conn.change_property8(replace, to, property, request.target, bytes).unwrap();
                self.notify(request, property);
            }
            None => self.notify(request, x11rb::NONE),
        }
    }

    fn begin_pieces(&self, request: &SelectionRequestEvent, text: Vec<u8>, piece: usize, ending: Ending) {
        let size = u32::try_from(text.len()).unwrap();
        let aux = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.conn.change_window_attributes(request.requestor, &aux).unwrap();
        self.transfers.lock().unwrap().insert((request.requestor, request.property), (text, piece, ending));
        let (to, property, incr) = (request.requestor, request.property, self.atom("INCR"));
        self.conn.change_property32(PropMode::REPLACE, to, property, incr, &[size]).unwrap();
        self.notify(request, property);
    }

    /// The last one is followed by an empty one.
    fn next_piece(&self, to: Window, property: Atom) {
        let mut transfers = self.transfers.lock().unwrap();
        let Some((left, piece, ending)) = transfers.get_mut(&(to, property)) else { return };
        let mut taken = self.taken.lock().unwrap();
        *taken += 1;
        match (*taken, *ending) {
            (2, Ending::Dies) => {
                _ = self.conn.kill_client(self.window);
                _ = self.conn.flush();
                return;
            }
            (2, Ending::Stops) => return,
            _ => {}
        }
        let rest = left.split_off(left.len().min(*piece));
        let chunk = std::mem::replace(left, rest);
        let utf8 = self.atom("UTF8_STRING");
        self.conn.change_property8(PropMode::REPLACE, to, property, utf8, &chunk).unwrap();
        self.conn.flush().unwrap();
        if chunk.is_empty() {
            transfers.remove(&(to, property));
        }
    }

    fn notify(&self, request: &SelectionRequestEvent, property: Atom) {
        let event = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property,
        };
        self.conn.send_event(false, request.requestor, EventMask::NO_EVENT, event).unwrap();
        self.conn.flush().unwrap();
    }
}
