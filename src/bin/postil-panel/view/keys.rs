//! What the keys do while a window has the focus. An input method has the first word: its Enter and its Escape are not ours.

use std::rc::Rc;

use gtk::gdk::keys::{Key, constants as key};
use gtk::gdk::{EventKey, ModifierType};
use gtk::glib::Propagation;
use gtk::prelude::*;

use super::View;
use super::foot::Moment;

pub fn connect(view: &Rc<View>) {
    let weak = Rc::downgrade(view);
    view.frame.window.connect_key_press_event(move |_, event| {
        let Some(view) = weak.upgrade() else { return Propagation::Proceed };
        if is_composed(&view, event) {
            return Propagation::Stop;
        }
        let held = event.state() & (ModifierType::CONTROL_MASK | ModifierType::SHIFT_MASK | ModifierType::MOD1_MASK);
        let is_ours = match held {
            held if held.contains(ModifierType::MOD1_MASK) => false,
            held if held.contains(ModifierType::CONTROL_MASK) => {
                with_control(&view, event.keyval(), held.contains(ModifierType::SHIFT_MASK))
            }
            _ => alone(&view, event.keyval()),
        };
        if is_ours { Propagation::Stop } else { Propagation::Proceed }
    });
}

/// Whether an input method has taken the key.
fn is_composed(view: &View, event: &EventKey) -> bool {
    let entry = &view.frame.follow_up;
    entry.has_focus() && entry.im_context_filter_keypress(event)
}

/// Whether the key was ours.
fn with_control(view: &View, pressed: Key, with_shift: bool) -> bool {
    match pressed {
        // What is marked is copied by whatever it is marked in.
        key::c | key::C if !view.has_selection() => view.copy(),
        key::r | key::R => view.retry(None, None),
        key::m | key::M => view.next_model(),
        key::l | key::L => view.choose_language(),
        key::f | key::F => view.fold_chosen(),
        key::k | key::K => view.show_all(),
        key::p | key::P => view.frame.pin.set_active(!view.frame.pin.is_active()),
        key::Return | key::KP_Enter if with_shift => view.append(),
        key::Return | key::KP_Enter => view.replace(),
        _ => return digit(pressed).is_some_and(|number| view.choose(number)),
    }
    true
}

fn alone(view: &View, pressed: Key) -> bool {
    let is_on_button = view.frame.window.focused_widget().is_some_and(|focused| focused.is::<gtk::Button>());
    match pressed {
        key::Escape => view.escape(),
        // A button that has the focus is pressed by it.
        key::Return | key::KP_Enter if !is_on_button => return view.accept(),
        _ if !is_on_button => view.type_ahead(pressed),
        _ => return false,
    }
    pressed == key::Escape
}

/// An accent that waits for its letter, or the key that composes one.
fn begins_a_letter(pressed: Key) -> bool {
    pressed == key::Multi_key || (*key::dead_grave..=*key::dead_greek).contains(&*pressed)
}

fn digit(pressed: Key) -> Option<usize> {
    pressed.to_unicode()?.to_digit(10).filter(|digit| *digit > 0).map(|digit| digit as usize - 1)
}

impl View {
    /// The first answer to whatever is asked; whether anything is.
    fn accept(&self) -> bool {
        match self.moment.get() {
            Moment::Change => self.decide(true),
            Moment::Question { masks: true } => self.frame.foot.send_masked.clicked(),
            _ => return false,
        }
        true
    }

    /// Out of what is asked; out of the window.
    fn escape(&self) {
        match self.moment.get() {
            Moment::Change => self.decide(false),
            Moment::Question { .. } => self.frame.foot.dont_send.clicked(),
            _ if self.is_pinned() => self.give_keyboard_back(),
            _ => self.close(),
        }
    }

    /// Who begins to type has a question.
    fn type_ahead(&self, pressed: Key) {
        let entry = &self.frame.follow_up;
        let is_letter = pressed.to_unicode().is_some_and(|letter| !letter.is_control());
        if (is_letter || begins_a_letter(pressed)) && entry.get_visible() && !entry.has_focus() {
            entry.grab_focus_without_selecting();
        }
    }
}
