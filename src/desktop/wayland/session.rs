//! What the compositor has told: its globals, seats, windows. The events of one connection, in their order.

use std::collections::{BTreeMap, VecDeque};

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_callback::{self, WlCallback};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, QueueHandle};
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_manager_v1::ZwpVirtualKeyboardManagerV1;

use super::contents::Contents;
use super::control::{Manager, Offer, Source, SourceEvent};
use super::seats::{SeatName, Seats};
use super::toplevels::{self, Toplevels};
use crate::desktop::moment::Moment;
use crate::desktop::{Pick, ReadFailure};

/// The state that events change.
#[derive(Default)]
pub struct Session {
    pub seats: Seats,
    pub toplevels: Toplevels,
    /// Interface and version of each global, by its number.
    globals: BTreeMap<u32, (String, u32)>,
    control: Option<Manager>,
    /// Which of the protocols that is, for `doctor`.
    pub control_by: Option<&'static str>,
    /// By which of the lists of windows the focus is told, if it is.
    pub focus_by: Option<&'static str>,
    now: Moment,
    pub keyboards: Option<ZwpVirtualKeyboardManagerV1>,
    /// Sources of ours that are in force: an offer that comes meanwhile is of one of them.
    pub own_sources: Vec<(Pick, ObjectId)>,
    /// What became of them, not heard yet; each with how many `sync` requests had been answered then.
    pub source_events: VecDeque<(u32, SourceEvent)>,
    /// Selections that have changed, not heard yet.
    pub changed: Vec<Pick>,
    /// The focus has moved, not heard yet.
    pub focus_moved: bool,
    /// How many of our `sync` requests were answered.
    pub answered: u32,
}

impl Session {
    /// Counts an event.
    pub fn next_moment(&mut self) -> Moment {
        self.now.0 += 1;
        self.now
    }

    /// Interface and version of each global.
    pub fn globals(&self) -> impl Iterator<Item = &(String, u32)> {
        self.globals.values()
    }

    /// Whether the focus is told.
    pub fn knows_focus(&self) -> bool {
        self.focus_by.is_some()
    }

    /// Whether the protocol tells what is selected. A compositor need not.
    pub fn tells_selection(&self) -> bool {
        self.control.as_ref().is_some_and(Manager::has_primary)
    }

    /// Why there is no text, where the compositor has not spoken of a selection or clipboard.
    pub fn not_told(&self, pick: Pick) -> ReadFailure {
        match (pick, self.tells_selection()) {
            (Pick::Clipboard, _) => ReadFailure::Nothing,
            (Pick::Selection, true) => ReadFailure::NotTold,
            (Pick::Selection, false) => ReadFailure::Unsupported,
        }
    }

    /// A seat's selection has changed.
    pub fn selected(&mut self, seat: SeatName, pick: Pick, offer: Option<Offer>) {
        let at = self.next_moment();
        let under = self.toplevels.focused().map(|focus| focus.window.clone());
        // A source is told that it was replaced before it is told what by.
        let is_ours = self.own_sources.iter().any(|(own, _)| *own == pick);
        self.seats.selected(seat, pick, offer, at, under);
        if !is_ours {
            self.changed.push(pick);
        }
    }

    /// Binds what is of use among the globals, once all of them are known.
    pub fn bind(&mut self, registry: &WlRegistry, queue: &QueueHandle<Self>) {
        for interface in Manager::INTERFACES {
            let found = self.globals.iter().find(|(_, (name, _))| name == interface);
            if let (None, Some((number, (_, version)))) = (&self.control, found) {
                self.control = Manager::bind(registry, *number, interface, *version, queue);
                self.control_by = Some(interface);
            }
        }
        self.focus_by = toplevels::INTERFACES.into_iter().find(|interface| {
            let found = self.globals.iter().find(|(_, (name, _))| name == interface);
            found.is_some_and(|(number, (_, version))| toplevels::bind(registry, *number, interface, *version, queue))
        });
        let keyboards = self.globals.iter().find(|(_, (name, _))| name == "zwp_virtual_keyboard_manager_v1");
        self.keyboards = keyboards.map(|(number, _)| registry.bind(*number, 1, queue, ()));
        self.open_seats(queue);
    }

    /// A source of ours for these contents, put in force; what was selected or copied before is over.
    pub fn offer(&mut self, pick: Pick, contents: &Contents, queue: &QueueHandle<Self>) -> Option<Source> {
        let source = self.control.as_ref()?.source(contents.types(), queue);
        self.own_sources.retain(|(own, _)| *own != pick);
        self.own_sources.push((pick, source.id()));
        self.seats.set(pick, Some(&source));
        Some(source)
    }

    /// Nothing of ours is selected or copied any more.
    pub fn take_away(&mut self, pick: Pick) {
        self.own_sources.retain(|(own, _)| *own != pick);
        self.seats.set(pick, None);
    }

    fn open_seats(&mut self, queue: &QueueHandle<Self>) {
        if let Some(control) = &self.control {
            self.seats.open(|seat, name| control.device(seat, name, queue));
        }
    }
}

impl Dispatch<WlRegistry, ()> for Session {
    fn event(
        session: &mut Self,
        registry: &WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        match event {
            wl_registry::Event::Global { name, interface, version } => {
                if interface == "wl_seat" {
                    session.seats.came(SeatName(name), registry.bind(name, 1, queue, ()));
                    session.open_seats(queue);
                }
                session.globals.insert(name, (interface, version));
            }
            wl_registry::Event::GlobalRemove { name } => {
                session.globals.remove(&name);
                session.seats.gone(SeatName(name));
            }
            _ => {}
        }
    }
}

impl Dispatch<WlSeat, ()> for Session {
    fn event(_: &mut Self, _: &WlSeat, _: wl_seat::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}

impl Dispatch<WlCallback, ()> for Session {
    fn event(
        session: &mut Self,
        _: &WlCallback,
        _: wl_callback::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        session.answered += 1;
    }
}
