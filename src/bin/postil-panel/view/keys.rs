//! What the keys do while a window has the focus.

use std::rc::Rc;

use gtk::gdk::ModifierType;
use gtk::gdk::keys::{Key, constants as key};
use gtk::glib::Propagation;
use gtk::prelude::*;

use super::View;

pub fn connect(view: &Rc<View>) {
    let weak = Rc::downgrade(view);
    view.frame.window.connect_key_press_event(move |_, event| {
        let Some(view) = weak.upgrade() else { return Propagation::Proceed };
        match press(&view, event.keyval(), event.state().contains(ModifierType::CONTROL_MASK)) {
            true => Propagation::Stop,
            false => Propagation::Proceed,
        }
    });
}

/// Whether the key was ours.
fn press(view: &View, pressed: Key, with_control: bool) -> bool {
    match (with_control, pressed) {
        (false, key::Escape) => view.close(),
        // What is marked is copied by whatever it is marked in.
        (true, key::c | key::C) if !view.has_selection() => view.copy(),
        (true, key::r | key::R) => view.retry(),
        (true, key::Return | key::KP_Enter) => view.replace(),
        _ => return false,
    }
    true
}
