//! All that a selection holds, read by a client that knows nothing of the program: every target, byte for byte.

use std::collections::BTreeMap;
use std::time::Instant;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, GetPropertyReply, Property, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::DEADLINE;

/// Target, then its type, format and bytes.
pub type Contents = BTreeMap<String, (String, u8, Vec<u8>)>;

/// What is no contents, or none that anybody can give back.
const NOT_CONTENTS: &[&str] = &[
    "TARGETS",
    "MULTIPLE",
    "TIMESTAMP",
    "SAVE_TARGETS",
    "DELETE",
    "INSERT_SELECTION",
    "INSERT_PROPERTY",
    "GTK_TEXT_BUFFER_CONTENTS",
];

/// Reads `CLIPBOARD` or `PRIMARY`. `None` where nobody owns it.
pub fn contents(display: &str, selection: &str) -> Option<Contents> {
    let reader = Reader::new(display);
    let selection = reader.atom(selection);
    let owner = reader.conn.get_selection_owner(selection).unwrap().reply().unwrap().owner;
    if owner == x11rb::NONE {
        return None;
    }
    let list = reader.read(selection, reader.atom("TARGETS"))?;
    let targets = list.value32().unwrap().collect::<Vec<_>>();
    let mut all = Contents::new();
    for target in targets {
        let name = reader.name(target);
        let is_contents = !NOT_CONTENTS.contains(&name.as_str()) && !name.starts_with("x-libreoffice-internal-id-");
        if is_contents && let Some(value) = reader.read(selection, target) {
            all.insert(name, (reader.name(value.type_), value.format, value.value));
        }
    }
    Some(all)
}

struct Reader {
    conn: RustConnection,
    window: Window,
    property: Atom,
}

impl Reader {
    fn new(display: &str) -> Self {
        let conn = super::connect(display);
        let root = conn.setup().roots[0].root;
        let window = conn.generate_id().unwrap();
        let aux = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        conn.create_window(0, window, root, -1, -1, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux).unwrap();
        let property = conn.intern_atom(false, b"_TEST_CONTENTS").unwrap().reply().unwrap().atom;
        Self { conn, window, property }
    }

    fn atom(&self, name: &str) -> Atom {
        self.conn.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    fn name(&self, atom: Atom) -> String {
        if atom == x11rb::NONE {
            return String::new();
        }
        String::from_utf8(self.conn.get_atom_name(atom).unwrap().reply().unwrap().name).unwrap()
    }

    fn read(&self, selection: Atom, target: Atom) -> Option<GetPropertyReply> {
        let time = x11rb::CURRENT_TIME;
        self.conn.convert_selection(self.window, selection, target, self.property, time).unwrap();
        self.conn.sync().unwrap();
        let answer = self.wait(|event| match event {
            Event::SelectionNotify(event) if event.target == target => Some(event.property),
            _ => None,
        })?;
        if answer == x11rb::NONE {
            return None;
        }
        let first = self.take();
        if first.type_ != self.atom("INCR") {
            return Some(first);
        }
        self.read_pieces()
    }

    fn read_pieces(&self) -> Option<GetPropertyReply> {
        let mut all: Option<GetPropertyReply> = None;
        loop {
            self.wait(|event| match event {
                Event::PropertyNotify(event) if event.state == Property::NEW_VALUE => Some(()),
                _ => None,
            })?;
            let piece = self.take();
            if piece.value.is_empty() && piece.type_ != x11rb::NONE {
                return all.or(Some(piece));
            }
            match &mut all {
                Some(all) => all.value.extend(piece.value),
                None if piece.type_ != x11rb::NONE => all = Some(piece),
                None => {}
            }
        }
    }

    fn take(&self) -> GetPropertyReply {
        let any = AtomEnum::ANY;
        self.conn.get_property(true, self.window, self.property, any, 0, u32::MAX / 4).unwrap().reply().unwrap()
    }

    /// `None` where the owner does not answer.
    fn wait<T>(&self, mut look: impl FnMut(Event) -> Option<T>) -> Option<T> {
        let end = Instant::now() + DEADLINE;
        while Instant::now() < end {
            match self.conn.poll_for_event().unwrap() {
                Some(event) => {
                    if let Some(found) = look(event) {
                        return Some(found);
                    }
                }
                None => std::thread::park_timeout(std::time::Duration::from_millis(1)),
            }
        }
        None
    }
}
