//! The keyboard's focus on X11: who has it before the picker takes it, and that window gets it back.
//!
//! On a connection of its own, as the toolkit tells neither a server's time nor other programs' windows.

use std::cell::Cell;

use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, InputFocus, PropMode,
    Timestamp, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        _NET_ACTIVE_WINDOW,
        _NET_SUPPORTING_WM_CHECK,
        _POSTIL_TIME,
        WM_WINDOW_ROLE,
    }
}

/// Who asks a window manager for the focus: a pager, as it does so on the person's word.
const SOURCE_PAGER: u32 = 2;

/// In units of four bytes.
const LONGEST_ROLE: u32 = 16;

pub struct Focus {
    conn: RustConnection,
    root: Window,
    /// A window that is never shown, whose properties tell the server's time.
    ours: Window,
    atoms: Atoms,
    before: Cell<Option<Window>>,
    /// The window that takes it.
    taker: Option<Window>,
}

impl Focus {
    /// For the window of ours that has this role, which the toolkit has made already. `None`: there is no X server, or it
    /// does not answer.
    pub fn connect(role: &str) -> Option<Self> {
        let (conn, screen) = RustConnection::connect(None).ok()?;
        let root = conn.setup().roots.get(screen)?.root;
        let ours = conn.generate_id().ok()?;
        let aux = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        conn.create_window(0, ours, root, -1, -1, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux).ok()?;
        let atoms = Atoms::new(&conn).ok()?.reply().ok()?;
        let focus = Self { conn, root, ours, atoms, before: Cell::new(None), taker: None };
        let taker = focus.window_of(role).ok()?;
        Some(Self { taker, ..focus })
    }

    /// Remembers who has the focus now, and tells where its window is: the middle of it.
    pub fn remember(&self) -> Option<(i32, i32)> {
        let window = self.active().ok().flatten();
        self.before.set(window);
        self.middle_of(window?).ok()
    }

    /// The server's time; what asks for the focus with it is newer than all that the person has done.
    pub fn time(&self) -> Option<Timestamp> {
        let (time, string) = (self.atoms._POSTIL_TIME, AtomEnum::STRING);
        self.conn.change_property8(PropMode::APPEND, self.ours, time, string, &[]).ok()?;
        self.conn.flush().ok()?;
        loop {
            if let Event::PropertyNotify(event) = self.conn.wait_for_event().ok()? {
                return Some(event.time);
            }
        }
    }

    /// Whether our window has it: a key that another program has grabbed takes it away only for as long as it is down.
    pub fn is_held(&self) -> bool {
        self.taker.is_some_and(|taker| self.is_in(taker).unwrap_or_default())
    }

    /// The toolkit has an input window of its own within each.
    fn is_in(&self, taker: Window) -> Result<bool, ReplyError> {
        let focused = self.focused()?;
        if focused <= u32::from(InputFocus::POINTER_ROOT) {
            return Ok(false);
        }
        Ok(focused == taker || self.conn.query_tree(focused)?.reply()?.parent == taker)
    }

    /// Gives the focus back. Where its window is gone, the window manager has found another one.
    pub fn give_back(&self) {
        if let Some(window) = self.before.take() {
            // A connection that has broken is the display's end, and ours.
            let _ = self.activate(window);
        }
    }

    fn activate(&self, window: Window) -> Result<(), ReplyError> {
        match self.window_property(self.atoms._NET_SUPPORTING_WM_CHECK)? {
            Some(_) => {
                let time = self.time().unwrap_or(x11rb::CURRENT_TIME);
                let data = [SOURCE_PAGER, time, 0, 0, 0];
                let message = ClientMessageEvent::new(32, window, self.atoms._NET_ACTIVE_WINDOW, data);
                let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
                self.conn.send_event(false, self.root, mask, message)?.ignore_error();
            }
            None => {
                self.conn.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.ignore_error();
            }
        }
        self.conn.flush()?;
        Ok(())
    }

    fn active(&self) -> Result<Option<Window>, ReplyError> {
        if let Some(window) = self.window_property(self.atoms._NET_ACTIVE_WINDOW)? {
            return Ok(Some(window));
        }
        let focus = self.focused()?;
        Ok((focus > u32::from(InputFocus::POINTER_ROOT) && focus != self.root).then_some(focus))
    }

    fn window_of(&self, role: &str) -> Result<Option<Window>, ReplyError> {
        let windows = self.conn.query_tree(self.root)?.reply()?.children;
        let asked: Result<Vec<_>, _> = windows.into_iter().map(|window| Ok((window, self.role_of(window)?))).collect();
        let is_ours = |(_, role_of): &(Window, Vec<u8>)| role_of == role.as_bytes();
        asked.map(|roles| roles.into_iter().find(is_ours).map(|(window, _)| window))
    }

    /// Empty also where a window has gone meanwhile.
    fn role_of(&self, window: Window) -> Result<Vec<u8>, ConnectionError> {
        let (role, string) = (self.atoms.WM_WINDOW_ROLE, AtomEnum::STRING);
        let asked = self.conn.get_property(false, window, role, string, 0, LONGEST_ROLE)?;
        Ok(asked.reply().map(|reply| reply.value).unwrap_or_default())
    }

    fn focused(&self) -> Result<Window, ReplyError> {
        Ok(self.conn.get_input_focus()?.reply()?.focus)
    }

    fn window_property(&self, property: Atom) -> Result<Option<Window>, ReplyError> {
        let reply = self.conn.get_property(false, self.root, property, AtomEnum::WINDOW, 0, 1)?.reply()?;
        Ok(reply.value32().and_then(|mut windows| windows.next()).filter(|window| *window != x11rb::NONE))
    }

    fn middle_of(&self, window: Window) -> Result<(i32, i32), ReplyError> {
        let size = self.conn.get_geometry(window)?;
        let place = self.conn.translate_coordinates(window, self.root, 0, 0)?;
        let (size, place) = (size.reply()?, place.reply()?);
        Ok((i32::from(place.dst_x) + i32::from(size.width) / 2, i32::from(place.dst_y) + i32::from(size.height) / 2))
    }
}
