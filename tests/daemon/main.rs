//! The daemon against the real thing: real keys on a real X server, selections of real applications, notifications and
//! a tray over a real session bus, and a model's server that does right and wrong. Each test has a session of its own.
//!
//! One binary for all of it, so that the tests of every part run side by side.
//!
//! Needs Xvfb, openbox, dbus-daemon, dunst, xterm, xdotool, xclip, setxkbmap and python3-gi with GTK 3.
#![cfg(target_os = "linux")]
// Each double has more than is used here.
#![allow(dead_code)]

#[path = "../support/bus.rs"]
mod bus;
#[path = "../support/dunst.rs"]
mod dunst;
#[path = "../support/model.rs"]
mod model;
#[path = "../support/notifications.rs"]
mod notifications;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/session.rs"]
mod session;
#[path = "../support/tray_host.rs"]
mod tray_host;
#[path = "../support/x11.rs"]
mod x11;

mod asked;
mod configuration;
mod ends;
mod job;
mod keys;
mod launcher;
mod limits;
#[cfg(feature = "harper")]
mod offline;
mod replace;
mod screen;
mod servers;
mod slow;
mod socket;
mod sources;
mod tray;
