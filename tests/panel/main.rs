//! The panel on real X servers, read as a screen reader does: the program by itself, and the daemon with it.
//!
//! Needs Xvfb, openbox, dbus-daemon, at-spi2-core, xdotool, xclip and python3-gi with AT-SPI.
#![cfg(target_os = "linux")]
// Each double has more than is used here.
#![allow(dead_code)]

#[path = "../support/bus.rs"]
mod bus;
#[path = "../support/model.rs"]
mod model;
#[path = "../support/notifications.rs"]
mod notifications;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/session.rs"]
mod session;
#[path = "../support/x11.rs"]
mod x11;

mod alone;
mod reader;
mod whole;
