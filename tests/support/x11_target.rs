//! An application that is pasted into: a window that notes the keys it gets and, on Ctrl+V, asks for the clipboard in the
//! manner that a test gives it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, KeyButMask, KeyPressEvent, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{XServer, connect, eventually};

/// What it asks for, one after the other, once its paste key is pressed.
pub type Asks = &'static [&'static str];

/// In place of a type: it waits for [`Target::go_on`].
pub const PAUSE: &str = "";

pub struct Target {
    pub window: Window,
    shared: Arc<Shared>,
    killer: RustConnection,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    conn: RustConnection,
    window: Window,
    paste_key: u8,
    asks: Mutex<Asks>,
    selection: &'static str,
    goes_on: AtomicBool,
    /// What came of each paste: the last text that was asked for.
    pasted: Mutex<Vec<String>>,
    /// Keys with their modifiers, in order.
    keys: Mutex<Vec<(u8, u16)>>,
}

impl Target {
    /// A window of `class` that owns PRIMARY and has the focus.
    pub fn new(server: &XServer, class: &str, asks: Asks) -> Self {
        Self::with_key(server, class, asks, "v", "CLIPBOARD")
    }

    pub fn with_key(server: &XServer, class: &str, asks: Asks, key: &str, selection: &'static str) -> Self {
        let conn = connect(&server.display);
        let root = conn.setup().roots[0].root;
        let window = conn.generate_id().unwrap();
        let mask = EventMask::KEY_PRESS | EventMask::PROPERTY_CHANGE;
        let aux = CreateWindowAux::new().event_mask(mask);
        conn.create_window(0, window, root, 0, 0, 200, 100, 0, WindowClass::INPUT_OUTPUT, 0, &aux).unwrap();
        let named = format!("{}\0{class}\0", class.to_lowercase());
        let (class, string) = (AtomEnum::WM_CLASS, AtomEnum::STRING);
        conn.change_property8(PropMode::REPLACE, window, class, string, named.as_bytes()).unwrap();
        conn.map_window(window).unwrap();
        conn.sync().unwrap();
        let shared = Arc::new(Shared {
            conn,
            window,
            paste_key: server.keycode(key),
            asks: Mutex::new(asks),
            selection,
            goes_on: AtomicBool::new(false),
            pasted: Mutex::default(),
            keys: Mutex::default(),
        });
        let served = Arc::clone(&shared);
        let thread = Some(std::thread::spawn(move || served.serve()));
        let target = Self { window, shared, killer: connect(&server.display), thread };
        server.await_focus(window);
        target.select();
        target
    }

    /// Selects something, or something else.
    pub fn select(&self) {
        let conn = &self.shared.conn;
        conn.set_selection_owner(self.window, AtomEnum::PRIMARY.into(), x11rb::CURRENT_TIME).unwrap();
        conn.sync().unwrap();
    }

    pub fn go_on(&self) {
        self.shared.goes_on.store(true, Ordering::SeqCst);
    }

    pub fn pasted(&self) -> Vec<String> {
        self.shared.pasted.lock().unwrap().clone()
    }

    pub fn await_pasted(&self, expected: &[&str]) {
        eventually(&format!("{expected:?} is pasted"), || (self.pasted() == expected).then_some(()));
    }

    /// The keys that it got, with their modifiers.
    pub fn keys(&self) -> Vec<(u8, u16)> {
        self.shared.keys.lock().unwrap().clone()
    }

    /// Ends its thread; the window is gone.
    pub fn close(&mut self) {
        _ = self.killer.kill_client(self.window);
        _ = self.killer.sync();
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn serve(&self) {
        while let Ok(event) = self.conn.wait_for_event() {
            match event {
                Event::KeyPress(key) => self.pressed(&key),
                Event::SelectionRequest(request) => self.refuse(&request),
                _ => {}
            }
        }
    }

    /// What is selected is of no importance, and so is had in no type.
    fn refuse(&self, request: &SelectionRequestEvent) {
        let event = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: x11rb::NONE,
        };
        self.conn.send_event(false, request.requestor, EventMask::NO_EVENT, event).unwrap();
        self.conn.flush().unwrap();
    }

    fn pressed(&self, key: &KeyPressEvent) {
        let modifiers = u16::from(key.state) & 0xff;
        let is_combined = modifiers & u16::from(KeyButMask::CONTROL | KeyButMask::SHIFT) != 0;
        self.keys.lock().unwrap().push((key.detail, modifiers));
        if key.detail == self.paste_key && is_combined {
            self.paste();
        }
    }

    fn paste(&self) {
        let asks = *self.asks.lock().unwrap();
        let mut text = None;
        for target in asks {
            if *target == PAUSE {
                eventually("it may go on", || self.goes_on.load(Ordering::SeqCst).then_some(()));
                continue;
            }
            let Some(bytes) = self.ask(target) else { continue };
            if *target != "TARGETS" {
                text = Some(String::from_utf8(bytes).unwrap());
            }
        }
        self.pasted.lock().unwrap().extend(text);
    }

    /// `None`: refused.
    fn ask(&self, target: &str) -> Option<Vec<u8>> {
        let atom = |name: &str| self.conn.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let property = atom("_TARGET_PASTE");
        let time = x11rb::CURRENT_TIME;
        self.conn.convert_selection(self.window, atom(self.selection), atom(target), property, time).unwrap();
        self.conn.flush().unwrap();
        loop {
            if let Event::SelectionNotify(event) = self.conn.wait_for_event().ok()? {
                let value = self.conn.get_property(true, self.window, property, AtomEnum::ANY, 0, u32::MAX / 4);
                return (event.property != x11rb::NONE).then(|| value.unwrap().reply().unwrap().value);
            }
        }
    }
}
