//! The person's hands on a Wayland desktop: a keyboard and a pointer as the compositor sees real ones.

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Instant;

use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_keyboard::KeymapFormat;
use wayland_client::protocol::wl_pointer::ButtonState;
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, EventQueue, QueueHandle, delegate_noop};
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_manager_v1::ZwpVirtualKeyboardManagerV1 as KeyboardManager;
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_v1::ZwpVirtualKeyboardV1 as Keyboard;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_manager_v1::ZwlrVirtualPointerManagerV1 as PointerManager;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_v1::ZwlrVirtualPointerV1 as Pointer;

/// Keys by evdev's numbers.
pub const CTRL: u32 = 29;
pub const SHIFT: u32 = 42;
pub const ALT: u32 = 56;
pub const A: u32 = 30;
pub const Y: u32 = 21;
pub const HOME: u32 = 102;
pub const END: u32 = 107;

const LEFT_BUTTON: u32 = 0x110;

/// The screen that the pointer's places are told on.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 800;

pub struct Hands {
    queue: EventQueue<Nothing>,
    keyboard: Keyboard,
    pointer: Pointer,
    held: Vec<u32>,
    since: Instant,
}

struct Nothing;

impl Hands {
    /// On the compositor with this socket, whose keyboard has this layout (`us`, `de`, `us(dvorak)`, …).
    pub fn on(socket: &Path, layout: &str) -> Self {
        let connection = Connection::from_socket(UnixStream::connect(socket).unwrap()).unwrap();
        let (globals, mut queue) = registry_queue_init::<Nothing>(&connection).unwrap();
        let handle = queue.handle();
        let seat: WlSeat = globals.bind(&handle, 1..=1, ()).unwrap();
        let keyboards: KeyboardManager = globals.bind(&handle, 1..=1, ()).unwrap();
        let pointers: PointerManager = globals.bind(&handle, 1..=1, ()).unwrap();
        let keyboard = keyboards.create_virtual_keyboard(&seat, &handle, ());
        let mut file = tempfile::tempfile().unwrap();
        let keymap = keymap(layout);
        file.write_all(keymap.as_bytes()).unwrap();
        keyboard.keymap(KeymapFormat::XkbV1 as u32, file.as_fd(), keymap.len() as u32);
        let pointer = pointers.create_virtual_pointer(Some(&seat), &handle, ());
        queue.roundtrip(&mut Nothing).unwrap();
        Self { queue, keyboard, pointer, held: Vec::new(), since: Instant::now() }
    }

    /// Presses a key while modifiers are held, and lets all of them go.
    pub fn tap(&mut self, modifiers: &[u32], key: u32) {
        self.down(modifiers, key);
        self.up(modifiers, key);
    }

    /// One key alone, down (1) or up (0), with the modifiers that are down by it.
    pub fn key(&mut self, key: u32, state: u32) {
        self.keyboard.key(self.time(), key, state);
        if [SHIFT, CTRL, ALT].contains(&key) {
            match state {
                1 => self.held.push(key),
                _ => self.held.retain(|held| *held != key),
            }
            self.keyboard.modifiers(mask(&self.held), 0, 0, 0);
        }
        self.queue.roundtrip(&mut Nothing).unwrap();
    }

    pub fn down(&mut self, modifiers: &[u32], key: u32) {
        for modifier in modifiers {
            self.keyboard.key(self.time(), *modifier, 1);
        }
        self.keyboard.modifiers(mask(modifiers), 0, 0, 0);
        self.keyboard.key(self.time(), key, 1);
        self.queue.roundtrip(&mut Nothing).unwrap();
    }

    pub fn up(&mut self, modifiers: &[u32], key: u32) {
        self.keyboard.key(self.time(), key, 0);
        for modifier in modifiers {
            self.keyboard.key(self.time(), *modifier, 0);
        }
        self.keyboard.modifiers(0, 0, 0, 0);
        self.queue.roundtrip(&mut Nothing).unwrap();
    }

    pub fn move_to(&mut self, x: u32, y: u32) {
        self.pointer.motion_absolute(self.time(), x, y, WIDTH, HEIGHT);
        self.pointer.frame();
        self.queue.roundtrip(&mut Nothing).unwrap();
    }

    pub fn click(&mut self, x: u32, y: u32) {
        self.move_to(x, y);
        self.press();
        self.release();
    }

    /// The button goes down where the pointer is.
    pub fn press(&mut self) {
        self.button(ButtonState::Pressed);
    }

    pub fn release(&mut self) {
        self.button(ButtonState::Released);
    }

    /// Selects what lies between.
    pub fn drag(&mut self, from: (u32, u32), to: (u32, u32)) {
        self.move_to(from.0, from.1);
        self.press();
        for step in 1..=8 {
            let between = |from: u32, to: u32| (from * (8 - step) + to * step) / 8;
            self.move_to(between(from.0, to.0), between(from.1, to.1));
        }
        self.release();
    }

    fn button(&mut self, state: ButtonState) {
        self.pointer.button(self.time(), LEFT_BUTTON, state);
        self.pointer.frame();
        self.queue.roundtrip(&mut Nothing).unwrap();
    }

    fn time(&self) -> u32 {
        self.since.elapsed().as_millis() as u32
    }
}

/// Bits of XKB's real modifiers.
fn mask(modifiers: &[u32]) -> u32 {
    let bit = |modifier: &u32| match *modifier {
        SHIFT => 1,
        CTRL => 4,
        ALT => 8,
        other => panic!("{other} is no modifier here"),
    };
    modifiers.iter().map(bit).sum()
}

fn keymap(layout: &str) -> String {
    format!(
        "xkb_keymap {{ xkb_keycodes {{ include \"evdev+aliases(qwerty)\" }}; xkb_types {{ include \"complete\" }}; \
         xkb_compat {{ include \"complete\" }}; xkb_symbols {{ include \"pc+{layout}+inet(evdev)\" }}; }};\0"
    )
}

impl Dispatch<WlRegistry, GlobalListContents> for Nothing {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<WlSeat, ()> for Nothing {
    fn event(_: &mut Self, _: &WlSeat, _: wl_seat::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}

delegate_noop!(Nothing: ignore Keyboard);
delegate_noop!(Nothing: ignore KeyboardManager);
delegate_noop!(Nothing: ignore Pointer);
delegate_noop!(Nothing: ignore PointerManager);
