//! Answers pasted into real Wayland applications, over and over: each arrives once and whole, and every type of the
//! clipboard is given back each time; for the second half while a program follows the clipboard.
//!
//! `wayland_paste` has the same once in each run of the tests; here it is for `packaging/bench/paste-wayland.sh`, which
//! says by `POSTIL_PASTES` how often (20).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod apps;
#[path = "../x11_paste_apps/page.rs"]
mod page;
#[path = "../support/sway.rs"]
mod sway;
#[path = "../support/wayland_clipboard.rs"]
mod wayland_clipboard;
#[path = "../support/wayland_hands.rs"]
mod wayland_hands;
mod world;

use apps::{File, Terminal, Web};
use world::check;

#[test]
#[ignore = "for packaging/bench/paste-wayland.sh"]
fn foot() {
    check(Terminal::new);
}

#[test]
#[ignore = "for packaging/bench/paste-wayland.sh"]
fn gtk() {
    check(|sway| File::new(sway, "mousepad", &["--disable-server"], &[("GDK_BACKEND", "wayland")]));
}

#[test]
#[ignore = "for packaging/bench/paste-wayland.sh"]
fn qt() {
    check(|sway| File::new(sway, "featherpad", &["--standalone"], &[("QT_QPA_PLATFORM", "wayland")]));
}

#[test]
#[ignore = "a large application"]
fn chromium_text_area() {
    check(|sway| Web::new(sway, page::TEXT_AREA));
}

#[test]
#[ignore = "a large application"]
fn chromium_editable() {
    check(|sway| Web::new(sway, page::EDITABLE));
}
