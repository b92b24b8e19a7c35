//! Another X client: a window to focus, grabs that are in the way, and selections that are served well, late or never.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode, GrabStatus,
    PropMode, Property, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{XServer, connect, eventually};

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
    transfers: Mutex<HashMap<(Window, Atom), Transfer>>,
    /// How many pieces of it were taken away so far.
    taken: Mutex<usize>,
}

struct Transfer {
    left: Vec<u8>,
    piece: usize,
    ending: Ending,
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

    /// Nobody owns it then.
    pub fn disown(&self, selection: &str) {
        let atom = self.shared.atom(selection);
        self.shared.conn.set_selection_owner(x11rb::NONE, atom, x11rb::CURRENT_TIME).unwrap();
        self.shared.conn.sync().unwrap();
    }

    /// Has the whole keyboard, as a lock of the screen does.
    pub fn grab_keyboard(&self) {
        let (conn, now, root) = (&self.shared.conn, x11rb::CURRENT_TIME, self.shared.root);
        let grab = conn.grab_keyboard(false, root, now, GrabMode::ASYNC, GrabMode::ASYNC).unwrap().reply().unwrap();
        assert_eq!(grab.status, GrabStatus::SUCCESS);
    }

    /// Grabs a key for itself alone.
    pub fn grab(&self, keycode: u8, modifiers: u16) {
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
        self.transfers
            .lock()
            .unwrap()
            .insert((request.requestor, request.property), Transfer { left: text, piece, ending });
        let (to, property, incr) = (request.requestor, request.property, self.atom("INCR"));
        self.conn.change_property32(PropMode::REPLACE, to, property, incr, &[size]).unwrap();
        self.notify(request, property);
    }

    /// The last one is followed by an empty one.
    fn next_piece(&self, to: Window, property: Atom) {
        let mut transfers = self.transfers.lock().unwrap();
        let Some(Transfer { left, piece, ending }) = transfers.get_mut(&(to, property)) else { return };
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
