//! A keyboard of our own (`virtual-keyboard-unstable-v1`), which presses keys for the person.
//!
//! Compositors keep what is held apart for each keyboard, so keys that a hand holds on another do not mix in. It is made
//! when it is first needed and then kept: Chromium was seen to fail at its start after a keyboard had gone.

use std::time::Instant;

use rustix::fd::{AsFd as _, OwnedFd};
use rustix::fs::{MemfdFlags, memfd_create};
use wayland_client::protocol::wl_keyboard::KeymapFormat;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, QueueHandle};
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_manager_v1::{
    self as manager, ZwpVirtualKeyboardManagerV1 as Manager,
};
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_v1::{
    self as device, ZwpVirtualKeyboardV1 as Device,
};

use super::keymap::{self, Presses};
use super::session::Session;

const RELEASED: u32 = 0;
const PRESSED: u32 = 1;

pub struct Keyboard {
    device: Device,
    /// Its times count from here.
    since: Instant,
    /// The compositor maps it when it likes.
    _keymap: OwnedFd,
}

impl Keyboard {
    pub fn new(manager: &Manager, seat: &WlSeat, queue: &QueueHandle<Session>) -> rustix::io::Result<Self> {
        let mut text = keymap::keymap().into_bytes();
        // The size counts the string's end.
        text.push(0);
        let file = memfd_create("postil-keymap", MemfdFlags::CLOEXEC)?;
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            rest = &rest[rustix::io::write(&file, rest)?..];
        }
        let device = manager.create_virtual_keyboard(seat, queue, ());
        let size = u32::try_from(text.len()).expect("the keymap is a few kilobytes");
        device.keymap(KeymapFormat::XkbV1 as u32, file.as_fd(), size);
        Ok(Self { device, since: Instant::now(), _keymap: file })
    }

    /// Presses and releases, so many times while the modifiers are held.
    pub fn press(&self, presses: &Presses, times: usize) {
        for key in &presses.modifiers {
            self.key(*key, PRESSED);
        }
        self.device.modifiers(presses.mask, 0, 0, 0);
        for _ in 0..times {
            self.key(presses.key, PRESSED);
            self.key(presses.key, RELEASED);
        }
        for key in presses.modifiers.iter().rev() {
            self.key(*key, RELEASED);
        }
        self.device.modifiers(0, 0, 0, 0);
    }

    fn key(&self, key: u32, state: u32) {
        // Times wrap around, as the protocol has it.
        self.device.key(self.since.elapsed().as_millis() as u32, key, state);
    }
}

impl Dispatch<Manager, ()> for Session {
    fn event(_: &mut Self, _: &Manager, _: manager::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}

impl Dispatch<Device, ()> for Session {
    fn event(_: &mut Self, _: &Device, _: device::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}
