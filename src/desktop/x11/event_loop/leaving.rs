//! What the display loses with us: a clipboard that we serve. A clipboard manager is asked to take it over, as
//! applications do that end; where none runs, it is gone as it would be with the application that copied it.

use std::time::{Duration, Instant};

use rustix::event::Timespec;
use x11rb::errors::ConnectionError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt as _;

use super::EventLoop;

/// A manager reads each format in turn; a picture takes the longest. Nobody waits for longer than this at the end.
const LONGEST_FAREWELL: Duration = Duration::from_secs(1);

impl EventLoop {
    /// Ends what is under way, and hands over what is served.
    pub(super) fn leave(&mut self) -> Result<(), ConnectionError> {
        for id in self.pastes.ids(|entry| entry.transaction.has_taken()) {
            self.put_back(id)?;
        }
        let atoms = self.display.atoms;
        let is_ours = self.serving.contents(atoms.CLIPBOARD).is_some();
        if !is_ours || self.display.owner_of(atoms.CLIPBOARD_MANAGER)? == x11rb::NONE {
            return Ok(());
        }
        let (conn, window, time) = (&self.display.conn, self.serving.window, self.serving.since(atoms.CLIPBOARD));
        conn.convert_selection(window, atoms.CLIPBOARD_MANAGER, atoms.SAVE_TARGETS, atoms.SAVE_TARGETS, time)?;
        self.serve_until_saved()
    }

    /// The manager answers once it has everything.
    fn serve_until_saved(&mut self) -> Result<(), ConnectionError> {
        let end = Instant::now() + LONGEST_FAREWELL;
        loop {
            while let Some(event) = self.next_event()? {
                let is_saved =
                    matches!(&event, Event::SelectionNotify(event) if event.requestor == self.serving.window);
                if is_saved {
                    return Ok(());
                }
                self.handle(event)?;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || self.serving.is_empty() {
                return Ok(());
            }
            self.wait_for(Timespec::try_from(left).ok())?;
        }
    }
}
