//! The windows by `org_kde_plasma_window_management`, KWin's list for its own panel.
//!
//! KWin shows it only to programs for which there is a desktop file that names it in `X-KDE-Wayland-Interfaces` and whose
//! `Exec` begins with the program's own path; ours does, where it was installed by `packaging/install.sh`. Of it only what
//! tells the focus is used.

use wayland_client::protocol::wl_registry::WlRegistry;
use wayland_client::{Connection, Dispatch, Proxy as _, QueueHandle};
use wayland_protocols_plasma::plasma_window_management::client::org_kde_plasma_window as window;
use wayland_protocols_plasma::plasma_window_management::client::org_kde_plasma_window_management::{
    self as manager, OrgKdePlasmaWindowManagement as Manager,
};

pub use window::OrgKdePlasmaWindow as Window;

use super::{Handle, Session};

pub const INTERFACE: &str = "org_kde_plasma_window_management";

/// The first that names windows for good, and not by numbers that may come again. Plasma 5.22 has it.
const WITH_UUIDS: u32 = 13;

/// The latest that we know. From 17 on it does not tell each change in the order of the windows.
const VERSION: u32 = 18;

pub fn bind(registry: &WlRegistry, name: u32, version: u32, queue: &QueueHandle<Session>) -> bool {
    if version < WITH_UUIDS {
        return false;
    }
    registry.bind::<Manager, _, _>(name, version.min(VERSION), queue, ());
    true
}

/// Asks for the focus.
pub fn activate(window: &Window) {
    let active = manager::State::Active as u32;
    window.set_state(active, active);
}

impl Dispatch<Manager, ()> for Session {
    fn event(
        session: &mut Self,
        manager: &Manager,
        event: manager::Event,
        (): &(),
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        if let manager::Event::WindowWithUuid { uuid, .. } = event {
            let window = manager.get_window_by_uuid(uuid, queue, ());
            session.toplevels.came(window.id(), Handle::Plasma(window));
        }
    }
}

impl Dispatch<Window, ()> for Session {
    fn event(session: &mut Self, proxy: &Window, event: window::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        let id = proxy.id();
        let Some(window) = session.toplevels.get_mut(&id) else { return };
        match event {
            window::Event::Unmapped => {
                session.window_closed(&id);
                proxy.destroy();
            }
            window::Event::TitleChanged { title } => window.title = title,
            window::Event::AppIdChanged { app_id } => window.app = app_id,
            window::Event::StateChanged { flags } => {
                window.is_active = flags & manager::State::Active as u32 != 0;
                // Before, its application may not have been told.
                if window.is_whole {
                    session.window_settled(&id);
                }
            }
            window::Event::InitialState => session.window_settled(&id),
            _ => {}
        }
    }
}
