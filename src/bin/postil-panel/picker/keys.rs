//! What the keys do in the picker. An input method has the first word: its Enter and its arrows are not ours.

use std::rc::Rc;

use gtk::gdk::keys::{Key, constants as key};
use gtk::gdk::{self, EventKey, ModifierType};
use gtk::glib::Propagation;
use gtk::prelude::*;

use super::Picker;
use crate::look::words;

/// A line that says what the keys do.
pub fn foot(is_in_folder: bool, is_typed: bool) -> String {
    let words = &words().keys;
    let mut keys = vec![words.choose, words.run, words.run_at_once];
    match (is_in_folder, is_typed) {
        (true, _) => keys.push(words.back),
        (false, true) => keys.extend([words.actions, words.new_line]),
        (false, false) => {}
    }
    keys.push(words.close);
    keys.join("      ")
}

pub fn connect(picker: &Rc<Picker>) {
    let weak = Rc::downgrade(picker);
    picker.frame.window.connect_key_press_event(move |_, event| {
        let Some(picker) = weak.upgrade() else { return Propagation::Proceed };
        match is_composed(&picker, event) || press(&picker, event) {
            true => Propagation::Stop,
            false => Propagation::Proceed,
        }
    });
}

/// Whether an input method has taken the key.
fn is_composed(picker: &Picker, event: &EventKey) -> bool {
    let (entry, text) = (&picker.frame.entry, &picker.frame.text);
    (entry.has_focus() && entry.im_context_filter_keypress(event))
        || (text.has_focus() && text.im_context_filter_keypress(event))
}

/// Whether the key was ours.
fn press(picker: &Picker, event: &EventKey) -> bool {
    let state = event.state();
    let (control, shift) = (state.contains(ModifierType::CONTROL_MASK), state.contains(ModifierType::SHIFT_MASK));
    let pressed = event.keyval();
    match pressed {
        key::Escape => picker.close(),
        key::Return | key::KP_Enter if control => picker.ask(),
        key::Return | key::KP_Enter if shift && picker.frame.text.has_focus() => return false,
        key::Return | key::KP_Enter => picker.run_selected(),
        key::Down | key::KP_Down if goes_down(picker) => picker.step(1),
        key::Up | key::KP_Up if goes_up(picker) => picker.step(-1),
        key::n if control => picker.step(1),
        key::p if control => picker.step(-1),
        key::Tab | key::ISO_Left_Tab => return go_on(picker),
        key::Right | key::KP_Right if is_blank(picker) => return open_folder(picker),
        key::BackSpace | key::Left | key::KP_Left if is_blank(picker) => return leave_folder(picker),
        _ if control => return run_numbered(picker, event),
        _ => return type_on(picker, pressed),
    }
    true
}

/// In a text, the arrows are the text's up to its ends.
fn goes_down(picker: &Picker) -> bool {
    !picker.frame.text.has_focus() || line_of_cursor(picker).is_none_or(|(line, last)| line == last)
}

fn goes_up(picker: &Picker) -> bool {
    !picker.frame.text.has_focus() || line_of_cursor(picker).is_none_or(|(line, _)| line == 0)
}

/// The line of the text that the cursor is in, and the last one.
fn line_of_cursor(picker: &Picker) -> Option<(i32, i32)> {
    let buffer = picker.frame.text.buffer()?;
    Some((buffer.iter_at_offset(buffer.cursor_position()).line(), buffer.line_count() - 1))
}

/// From a text to the actions for it, and back.
fn go_on(picker: &Picker) -> bool {
    if picker.is_typed() {
        match picker.frame.text.has_focus() {
            true => picker.frame.entry.grab_focus(),
            false => picker.frame.text.grab_focus(),
        }
        return true;
    }
    picker.step(1);
    true
}

/// Whether the keys that go back and forth in a line have nothing to do there.
fn is_blank(picker: &Picker) -> bool {
    !picker.frame.text.has_focus() && picker.typed().is_empty()
}

fn open_folder(picker: &Picker) -> bool {
    let row = picker.rows.borrow().get(picker.selected.get()).cloned();
    let is_folder = matches!(row, Some(super::Row::Folder { .. }));
    if is_folder {
        picker.run_selected();
    }
    is_folder
}

fn leave_folder(picker: &Picker) -> bool {
    let is_in_folder = picker.folder.borrow().is_some();
    if is_in_folder {
        picker.open(None);
    }
    is_in_folder
}

fn run_numbered(picker: &Picker, event: &EventKey) -> bool {
    let digit = digit(event.keyval()).or_else(|| digit_on(event.hardware_keycode()));
    let Some(place) = digit.and_then(|digit| usize::try_from(digit.checked_sub(1)?).ok()) else { return false };
    picker.run(place);
    true
}

fn digit(key: Key) -> Option<u32> {
    key.to_unicode().and_then(|letter| letter.to_digit(10))
}

/// The digit on a key that types it with Shift only, as French keyboards have it.
fn digit_on(keycode: u16) -> Option<u32> {
    let keymap = gdk::Keymap::for_display(&gdk::Display::default()?)?;
    keymap.entries_for_keycode(keycode.into()).into_iter().find_map(|(_, keyval)| digit(Key::from(keyval)))
}

/// Typing goes on in the line above wherever the arrows have led.
fn type_on(picker: &Picker, pressed: Key) -> bool {
    let entry = &picker.frame.entry;
    let is_typing = pressed.to_unicode().is_some_and(|letter| !letter.is_control()) || pressed == key::BackSpace;
    if is_typing && !entry.has_focus() && !picker.frame.text.has_focus() {
        entry.grab_focus_without_selecting();
    }
    false
}
