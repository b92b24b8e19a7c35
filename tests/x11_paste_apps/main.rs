//! Answers pasted into real applications, over and over: each arrives once and whole, every format of the clipboard is
//! given back each time, and no modifier stays down.
//!
//! What makes it hard can be had by the environment (`trouble`). What takes large applications is ignored here and run by
//! `packaging/bench/paste.sh`, which goes through it all.
#![cfg(target_os = "linux")]

mod apps;
mod elsewhere;
mod page;
mod trouble;
mod world;
#[path = "../support/x11.rs"]
mod x11;

use apps::{Connected, Emacs, File, Noting, Terminal, Web, Writer};
use world::{check, check_undo, measure};

#[test]
fn gtk() {
    check(|server| File::new(server, "mousepad", &["--disable-server"], "Mousepad"));
}

#[test]
#[ignore = "a measure"]
fn gtk_text_changed() {
    measure(Noting::new, Noting::changed);
}

#[test]
fn two_connections() {
    check(Connected::new);
}

#[test]
fn gtk_undo() {
    check_undo(|server| File::new(server, "mousepad", &["--disable-server"], "Mousepad"));
}

#[test]
fn qt_undo() {
    check_undo(|server| File::new(server, "featherpad", &["--standalone"], "FeatherPad"));
}

#[test]
fn qt() {
    check(|server| File::new(server, "featherpad", &["--standalone"], "FeatherPad"));
}

#[test]
fn xterm() {
    // Clicks of one paste are not counted together with those of the next.
    let arguments = ["-xrm", "XTerm*multiClickTime: 60", "-e"];
    check(|server| Terminal::new(server, "xterm", &arguments, "XTerm"));
}

#[test]
#[ignore = "a large application"]
fn vte() {
    let arguments = ["--dbus-run", "gnome-terminal", "--wait", "--"];
    check(|server| Terminal::new(server, "gnome-terminal", &arguments, "Gnome-terminal"));
}

#[test]
#[ignore = "a large application"]
fn chromium_text_area() {
    check(|server| Web::new(server, page::TEXT_AREA));
}

#[test]
#[ignore = "a large application"]
fn chromium_editable() {
    check(|server| Web::new(server, page::EDITABLE));
}

#[test]
#[ignore = "a large application"]
fn chromium_undo() {
    check_undo(|server| Web::new(server, page::TEXT_AREA));
}

#[test]
#[ignore = "a large application"]
fn libreoffice() {
    check(Writer::new);
}

#[test]
#[ignore = "a large application"]
fn emacs() {
    check(Emacs::new);
}
