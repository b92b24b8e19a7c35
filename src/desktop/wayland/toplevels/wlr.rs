//! The windows by `wlr-foreign-toplevel-management-unstable-v1`: sway, Hyprland, niri, labwc, Wayfire and COSMIC.

use wayland_client::protocol::wl_registry::WlRegistry;
use wayland_client::{Connection, Dispatch, Proxy as _, QueueHandle, event_created_child};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_handle_v1 as handle;
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::{
    self as manager, ZwlrForeignToplevelManagerV1 as Manager,
};

pub use handle::ZwlrForeignToplevelHandleV1 as Handle;

use super::Session;

pub const INTERFACE: &str = "zwlr_foreign_toplevel_manager_v1";

/// The latest that we know.
const VERSION: u32 = 3;

pub fn bind(registry: &WlRegistry, name: u32, version: u32, queue: &QueueHandle<Session>) -> bool {
    registry.bind::<Manager, _, _>(name, version.min(VERSION), queue, ());
    true
}

/// `state` is an array of 32-bit numbers in the machine's order.
fn is_activated(state: &[u8]) -> bool {
    let activated = handle::State::Activated as u32;
    state.as_chunks::<4>().0.iter().any(|number| u32::from_ne_bytes(*number) == activated)
}

impl Dispatch<Manager, ()> for Session {
    fn event(session: &mut Self, _: &Manager, event: manager::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        if let manager::Event::Toplevel { toplevel } = event {
            session.toplevels.came(toplevel.id(), super::Handle::Wlr(toplevel));
        }
    }

    event_created_child!(Session, Manager, [manager::EVT_TOPLEVEL_OPCODE => (Handle, ())]);
}

impl Dispatch<Handle, ()> for Session {
    fn event(session: &mut Self, proxy: &Handle, event: handle::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        let id = proxy.id();
        match event {
            handle::Event::Closed => {
                session.window_closed(&id);
                proxy.destroy();
            }
            handle::Event::Done => session.window_settled(&id),
            event => {
                let Some(window) = session.toplevels.get_mut(&id) else { return };
                match event {
                    handle::Event::Title { title } => window.title = title,
                    handle::Event::AppId { app_id } => window.app = app_id,
                    handle::Event::State { state } => window.is_active = is_activated(&state),
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
