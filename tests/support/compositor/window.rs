//! The windows, one of which has the focus, by either list of them, and the keys that are pressed for it.

use wayland_protocols_misc::zwp_virtual_keyboard_v1::server::zwp_virtual_keyboard_manager_v1::{
    self as keyboards, ZwpVirtualKeyboardManagerV1 as Keyboards,
};
use wayland_protocols_misc::zwp_virtual_keyboard_v1::server::zwp_virtual_keyboard_v1::{
    self as keyboard, ZwpVirtualKeyboardV1 as Keyboard,
};
use wayland_protocols_plasma::plasma_window_management::server::org_kde_plasma_window::{
    self as plasma_window, OrgKdePlasmaWindow as PlasmaWindow,
};
use wayland_protocols_plasma::plasma_window_management::server::org_kde_plasma_window_management::{
    self as plasma_list, OrgKdePlasmaWindowManagement as PlasmaList,
};
use wayland_protocols_wlr::foreign_toplevel::v1::server::zwlr_foreign_toplevel_handle_v1::{
    self as wlr_window, ZwlrForeignToplevelHandleV1 as WlrWindow,
};
use wayland_protocols_wlr::foreign_toplevel::v1::server::zwlr_foreign_toplevel_manager_v1::{
    self as wlr_list, ZwlrForeignToplevelManagerV1 as WlrList,
};
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource as _};

use super::{Control, State};

pub fn advertise(control: Control, handle: &DisplayHandle) {
    match control {
        Control::Kde => _ = handle.create_global::<State, PlasmaList, ()>(16, ()),
        _ => _ = handle.create_global::<State, WlrList, ()>(3, ()),
    }
    handle.create_global::<State, Keyboards, ()>(1, ());
}

/// Windows have numbers, which their clients know them by.
#[derive(Default)]
pub struct Windows {
    windows: Vec<Window>,
    lists: Vec<List>,
}

struct Window {
    app: String,
    is_active: bool,
    told: Vec<Told>,
}

enum List {
    Wlr(WlrList),
    Plasma(PlasmaList),
}

/// A client's word for a window.
enum Told {
    Wlr(WlrWindow),
    Plasma(PlasmaWindow),
}

impl Told {
    fn is_active(&self, is_active: bool) {
        match self {
            Self::Wlr(window) => {
                let states = if is_active { vec![wlr_window::State::Activated as u32] } else { Vec::new() };
                window.state(states.into_iter().flat_map(u32::to_ne_bytes).collect());
                window.done();
            }
            Self::Plasma(window) => window.state_changed(if is_active { ACTIVE | CLOSEABLE } else { CLOSEABLE }),
        }
    }

    fn closed(&self) {
        match self {
            Self::Wlr(window) => window.closed(),
            Self::Plasma(window) => window.unmapped(),
        }
    }
}

const ACTIVE: u32 = plasma_list::State::Active as u32;
const CLOSEABLE: u32 = plasma_list::State::Closeable as u32;

impl State {
    /// A window comes, and has the focus.
    pub fn open_window(&mut self, app: &str) {
        let number = self.windows.windows.len();
        self.windows.windows.push(Window { app: app.to_owned(), is_active: false, told: Vec::new() });
        for place in 0..self.windows.lists.len() {
            self.tell_window(place, number);
        }
        self.focus(Some(number));
    }

    /// The one that loses it is told first, as compositors do.
    pub fn focus(&mut self, number: Option<usize>) {
        let is_meant = |place: usize| Some(place) == number;
        for activates in [false, true] {
            for (place, window) in self.windows.windows.iter_mut().enumerate() {
                if is_meant(place) == activates && window.is_active != activates {
                    window.is_active = activates;
                    window.told.iter().for_each(|told| told.is_active(activates));
                }
            }
        }
    }

    /// The number stays taken.
    pub fn close_window(&mut self, number: usize) {
        let window = &mut self.windows.windows[number];
        window.is_active = false;
        window.told.drain(..).for_each(|told| told.closed());
    }

    pub fn focused(&self) -> Option<&str> {
        self.windows.windows.iter().find(|window| window.is_active).map(|window| window.app.as_str())
    }

    /// A list hears of a window.
    fn tell_window(&mut self, place: usize, number: usize) {
        let window = &mut self.windows.windows[number];
        match &self.windows.lists[place] {
            List::Plasma(list) => list.window_with_uuid(number as u32, number.to_string()),
            List::Wlr(list) => {
                let client = list.client().unwrap();
                let told = client.create_resource::<WlrWindow, usize, Self>(&self.handle, list.version(), number);
                let told = told.unwrap();
                list.toplevel(&told);
                told.title("letter.txt".into());
                told.app_id(window.app.clone());
                let told = Told::Wlr(told);
                told.is_active(window.is_active);
                window.told.push(told);
            }
        }
    }

    fn list_windows(&mut self, list: List) {
        self.windows.lists.push(list);
        for number in 0..self.windows.windows.len() {
            self.tell_window(self.windows.lists.len() - 1, number);
        }
    }
}

impl GlobalDispatch<WlrList, ()> for State {
    fn bind(
        state: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        list: New<WlrList>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        let list = init.init(list, ());
        state.list_windows(List::Wlr(list));
    }
}

impl Dispatch<WlrList, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &WlrList,
        _: wlr_list::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}

impl Dispatch<WlrWindow, usize> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        _: &WlrWindow,
        request: wlr_window::Request,
        number: &usize,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let wlr_window::Request::Activate { .. } = request {
            state.focus(Some(*number));
        }
    }
}

impl GlobalDispatch<PlasmaList, ()> for State {
    fn bind(
        state: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        list: New<PlasmaList>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        let list = init.init(list, ());
        state.list_windows(List::Plasma(list));
    }
}

impl Dispatch<PlasmaList, ()> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        _: &PlasmaList,
        request: plasma_list::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let plasma_list::Request::GetWindowByUuid { id, internal_window_uuid } = request {
            let number: usize = internal_window_uuid.parse().unwrap();
            let told = init.init(id, number);
            let window = &mut state.windows.windows[number];
            // KWin tells the state first.
            told.state_changed(if window.is_active { ACTIVE | CLOSEABLE } else { CLOSEABLE });
            told.title_changed("letter.txt".into());
            told.app_id_changed(window.app.clone());
            told.initial_state();
            window.told.push(Told::Plasma(told));
        }
    }
}

impl Dispatch<PlasmaWindow, usize> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        _: &PlasmaWindow,
        request: plasma_window::Request,
        number: &usize,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let plasma_window::Request::SetState { flags: ACTIVE, state: ACTIVE } = request {
            state.focus(Some(*number));
        }
    }
}

impl GlobalDispatch<Keyboards, ()> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        keyboards: New<Keyboards>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(keyboards, ());
    }
}

impl Dispatch<Keyboards, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &Keyboards,
        request: keyboards::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let keyboards::Request::CreateVirtualKeyboard { id, .. } = request {
            init.init(id, ());
        }
    }
}

impl Dispatch<Keyboard, ()> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        _: &Keyboard,
        request: keyboard::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let keyboard::Request::Key { key, state: 1, .. } = request {
            state.keys.push(key);
            state.unheard.push(key);
        }
    }
}
