//! The panel on real X servers and Wayland compositors, read as a screen reader does: the program by itself, and the daemon with it.
//!
//! Needs Xvfb, openbox, sway, KWin, foot, mousepad, grim, wl-clipboard, dbus-daemon, at-spi2-core, xdotool, xclip and python3-gi with AT-SPI.
#![cfg(target_os = "linux")]
// Each double has more than is used here.
#![allow(dead_code)]

#[path = "../support/bus.rs"]
mod bus;
#[path = "../support/kwin.rs"]
mod kwin;
#[path = "../support/model.rs"]
mod model;
#[path = "../support/notifications.rs"]
mod notifications;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/session.rs"]
mod session;
#[path = "../support/sway.rs"]
mod sway;
#[path = "../support/wayland_hands.rs"]
mod wayland_hands;
#[path = "../support/x11.rs"]
mod x11;

mod alone;
mod answers;
mod appearance;
mod bar;
mod composing;
mod measure;
mod picker;
mod program;
mod reader;
mod wayland;
mod wayland_picker;
mod whole;
