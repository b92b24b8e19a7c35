//! The one window that there is, which has the focus, and the keys that are pressed for it.

use wayland_protocols_misc::zwp_virtual_keyboard_v1::server::zwp_virtual_keyboard_manager_v1::{
    self as keyboards, ZwpVirtualKeyboardManagerV1 as Keyboards,
};
use wayland_protocols_misc::zwp_virtual_keyboard_v1::server::zwp_virtual_keyboard_v1::{
    self as keyboard, ZwpVirtualKeyboardV1 as Keyboard,
};
use wayland_protocols_wlr::foreign_toplevel::v1::server::zwlr_foreign_toplevel_handle_v1::{
    self as window, ZwlrForeignToplevelHandleV1 as Window,
};
use wayland_protocols_wlr::foreign_toplevel::v1::server::zwlr_foreign_toplevel_manager_v1::{
    self as windows, ZwlrForeignToplevelManagerV1 as Windows,
};
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource as _};

use super::State;

pub fn advertise(handle: &DisplayHandle) {
    handle.create_global::<State, Windows, ()>(3, ());
    handle.create_global::<State, Keyboards, ()>(1, ());
}

impl GlobalDispatch<Windows, ()> for State {
    fn bind(
        _: &mut Self,
        handle: &DisplayHandle,
        client: &Client,
        windows: New<Windows>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        let windows = init.init(windows, ());
        let window = client.create_resource::<Window, (), Self>(handle, windows.version(), ()).unwrap();
        windows.toplevel(&window);
        window.title("letter.txt".into());
        window.app_id("editor".into());
        window.state((window::State::Activated as u32).to_ne_bytes().to_vec());
        window.done();
    }
}

impl Dispatch<Windows, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &Windows,
        _: windows::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}

impl Dispatch<Window, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &Window,
        _: window::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
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
