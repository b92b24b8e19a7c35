//! Waits for the clipboard to change hands: for the child process that holds it and is to end when it does not any more.
//!
//! On a connection of its own that asks for nothing else, so it also ends when the display does.

use x11rb::connection::Connection;
use x11rb::errors::ConnectionError;
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
use x11rb::rust_connection::RustConnection;

use super::atoms::Atoms;

/// Changes from its start on are told, none is missed.
pub struct OwnerWatch(RustConnection);

impl OwnerWatch {
    /// On the display that the environment names. `None` where there is none, or one that cannot tell.
    pub fn start() -> Option<Self> {
        let (conn, screen) = RustConnection::connect(None).ok()?;
        let root = conn.setup().roots.get(screen)?.root;
        let atoms = Atoms::new(&conn).ok()?.reply().ok()?;
        // XFixes wants its version asked for before anything else.
        conn.xfixes_query_version(1, 0).ok()?.reply().ok()?;
        let mask = SelectionEventMask::SET_SELECTION_OWNER
            | SelectionEventMask::SELECTION_WINDOW_DESTROY
            | SelectionEventMask::SELECTION_CLIENT_CLOSE;
        conn.xfixes_select_selection_input(root, atoms.CLIPBOARD, mask).ok()?.check().ok()?;
        Some(Self(conn))
    }

    /// Blocks until the clipboard has a new owner, or none. Fails when the display is gone.
    pub fn next_change(&self) -> Result<(), ConnectionError> {
        loop {
            if let Event::XfixesSelectionNotify(_) = self.0.wait_for_event()? {
                return Ok(());
            }
        }
    }
}
