//! Which window has the focus, since when, and whose it is, as `wlr-foreign-toplevel-management-unstable-v1` tells it.
//! sway, Hyprland, niri, labwc, Wayfire and COSMIC have it; KWin and GNOME do not, and there the focus is not known.
//!
//! Its events come in one order with those of the selections, which are held against it.

use std::collections::HashMap;

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, event_created_child};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_handle_v1::{
    self as handle, ZwlrForeignToplevelHandleV1 as Handle,
};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::{
    self as manager, ZwlrForeignToplevelManagerV1 as Manager,
};

use super::session::Session;
use crate::desktop::App;
use crate::desktop::moment::Moment;
use crate::text::sealed::UserText;

/// A window by a number of our own, which is not used twice, and its application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toplevel {
    pub number: u64,
    pub app: String,
}

/// Where the focus is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focused {
    pub window: Toplevel,
    pub since: Moment,
}

#[derive(Debug)]
struct Window {
    handle: Handle,
    number: u64,
    app: String,
    title: String,
    is_active: bool,
    /// What was told since the last `done`.
    pending_active: bool,
}

/// The windows there are, and which of them has the focus.
#[derive(Default)]
pub struct Toplevels {
    windows: HashMap<ObjectId, Window>,
    last_number: u64,
    focused: Option<Focused>,
}

impl Toplevels {
    pub fn focused(&self) -> Option<&Focused> {
        self.focused.as_ref()
    }

    /// The focused window's application with its title.
    pub fn app(&self) -> Option<App> {
        let focused = self.focused.as_ref()?;
        let window = self.windows.values().find(|window| window.number == focused.window.number)?;
        Some(App { name: window.app.clone(), title: UserText::from(window.title.as_str()) })
    }

    /// Whether this window is still there.
    pub fn has(&self, number: u64) -> bool {
        self.windows.values().any(|window| window.number == number)
    }

    /// Asks for the focus for this window.
    pub fn bring_back(&self, number: u64, seat: &WlSeat) {
        if let Some(window) = self.windows.values().find(|window| window.number == number) {
            window.handle.activate(seat);
        }
    }

    fn came(&mut self, handle: Handle) {
        self.last_number += 1;
        let (number, app, title) = (self.last_number, String::new(), String::new());
        self.windows
            .insert(handle.id(), Window { handle, number, app, title, is_active: false, pending_active: false });
    }

    fn closed(&mut self, id: &ObjectId) {
        let closed = self.windows.remove(id);
        if closed.is_some_and(|closed| self.focused.as_ref().is_some_and(|focus| focus.window.number == closed.number))
        {
            self.focused = None;
        }
    }

    /// All that was told of the window since the last time holds now.
    fn settled(&mut self, id: &ObjectId, at: Moment) {
        let Some(window) = self.windows.get_mut(id) else { return };
        window.is_active = window.pending_active;
        let toplevel = Toplevel { number: window.number, app: window.app.clone() };
        let had_focus = self.focused.as_ref().is_some_and(|focus| focus.window.number == toplevel.number);
        match (window.is_active, had_focus) {
            (true, false) => self.focused = Some(Focused { window: toplevel, since: at }),
            (false, true) => self.focused = None,
            _ => {}
        }
    }
}

/// `state` is an array of 32-bit numbers in the machine's order.
fn is_activated(state: &[u8]) -> bool {
    let activated = handle::State::Activated as u32;
    state.as_chunks::<4>().0.iter().any(|number| u32::from_ne_bytes(*number) == activated)
}

impl Dispatch<Manager, ()> for Session {
    fn event(session: &mut Self, _: &Manager, event: manager::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        if let manager::Event::Toplevel { toplevel } = event {
            session.toplevels.came(toplevel);
        }
    }

    event_created_child!(Session, Manager, [manager::EVT_TOPLEVEL_OPCODE => (Handle, ())]);
}

impl Dispatch<Handle, ()> for Session {
    fn event(session: &mut Self, proxy: &Handle, event: handle::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        let id = proxy.id();
        match event {
            handle::Event::Closed => {
                session.toplevels.closed(&id);
                session.focus_moved = true;
                proxy.destroy();
            }
            handle::Event::Done => {
                let at = session.next_moment();
                session.toplevels.settled(&id, at);
                session.focus_moved = true;
            }
            event => {
                let Some(window) = session.toplevels.windows.get_mut(&id) else { return };
                match event {
                    handle::Event::Title { title } => window.title = title,
                    handle::Event::AppId { app_id } => window.app = app_id,
                    handle::Event::State { state } => window.pending_active = is_activated(&state),
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_a_list_of_numbers() {
        let state = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_ne_bytes()).collect::<Vec<_>>();
        assert!(is_activated(&state(&[0, 2])));
        assert!(!is_activated(&state(&[0, 3])));
        assert!(!is_activated(&[2, 0]));
    }
}
