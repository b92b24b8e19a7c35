//! Which window has the focus, since when, and whose it is, by the window list that the compositor has: [`wlr`], which most
//! have, or KDE's own, [`plasma`]. GNOME has neither, and there the focus is not known.
//!
//! Their events come in one order with those of the selections, which are held against them. Beyond this file nobody knows
//! which list it is.

mod plasma;
mod wlr;

use std::collections::HashMap;

use wayland_client::QueueHandle;
use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_registry::WlRegistry;
use wayland_client::protocol::wl_seat::WlSeat;

use super::session::Session;
use crate::desktop::App;
use crate::desktop::moment::Moment;
use crate::text::sealed::UserText;

/// The globals' names in the registry, the one for everybody first.
pub const INTERFACES: [&str; 2] = [wlr::INTERFACE, plasma::INTERFACE];

/// Asks for the windows by `interface`, one of [`INTERFACES`]. Says whether they are told by this version of it.
pub fn bind(registry: &WlRegistry, name: u32, interface: &str, version: u32, queue: &QueueHandle<Session>) -> bool {
    match interface {
        wlr::INTERFACE => wlr::bind(registry, name, version, queue),
        plasma::INTERFACE => plasma::bind(registry, name, version, queue),
        _ => false,
    }
}

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

/// The compositor's word for a window.
#[derive(Debug)]
enum Handle {
    Wlr(wlr::Handle),
    Plasma(plasma::Window),
}

impl Handle {
    fn activate(&self, seat: &WlSeat) {
        match self {
            Self::Wlr(handle) => handle.activate(seat),
            Self::Plasma(window) => plasma::activate(window),
        }
    }
}

#[derive(Debug)]
struct Window {
    handle: Handle,
    number: u64,
    app: String,
    title: String,
    /// What was told last, which may not hold yet.
    is_active: bool,
    /// All that is true of it when it comes has been told.
    is_whole: bool,
    /// Somebody has waited for that, once.
    is_awaited: bool,
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

    /// Whether there are windows of which nothing is known yet, and which may have the focus: those that KDE's list has
    /// named, and tells of when it is asked. Each is waited for once, for as long as a question and its answer take.
    pub fn await_new(&mut self) -> bool {
        let mut is_any = false;
        for window in self.windows.values_mut().filter(|window| !window.is_whole && !window.is_awaited) {
            window.is_awaited = true;
            is_any = true;
        }
        is_any
    }

    fn came(&mut self, id: ObjectId, handle: Handle) {
        self.last_number += 1;
        let (number, app, title) = (self.last_number, String::new(), String::new());
        self.windows
            .insert(id, Window { handle, number, app, title, is_active: false, is_whole: false, is_awaited: false });
    }

    fn closed(&mut self, id: &ObjectId) {
        let closed = self.windows.remove(id);
        if closed.is_some_and(|closed| self.has_focus(closed.number)) {
            self.focused = None;
        }
    }

    fn get_mut(&mut self, id: &ObjectId) -> Option<&mut Window> {
        self.windows.get_mut(id)
    }

    /// All that was told of the window since the last time holds now.
    fn settled(&mut self, id: &ObjectId, at: Moment) {
        let Some(window) = self.windows.get_mut(id) else { return };
        window.is_whole = true;
        let (is_active, toplevel) = (window.is_active, Toplevel { number: window.number, app: window.app.clone() });
        match (is_active, self.has_focus(toplevel.number)) {
            (true, false) => self.focused = Some(Focused { window: toplevel, since: at }),
            (false, true) => self.focused = None,
            _ => {}
        }
    }

    fn has_focus(&self, number: u64) -> bool {
        self.focused.as_ref().is_some_and(|focus| focus.window.number == number)
    }
}

impl Session {
    fn window_settled(&mut self, id: &ObjectId) {
        let at = self.next_moment();
        self.toplevels.settled(id, at);
        self.focus_moved = true;
    }

    fn window_closed(&mut self, id: &ObjectId) {
        self.toplevels.closed(id);
        self.focus_moved = true;
    }
}
