//! Where a window goes: near the pointer, within the monitor, and not over what is under the pointer.
//!
//! On X11 a window is moved there. On Wayland no window knows or chooses its place but a layer surface, which stands off the
//! corner of a monitor ([`layer`]); where the compositor has none, it puts the window where it likes.

mod ground;
mod layer;
mod pointer;

use gtk::gdk;
use gtk::prelude::*;

use ground::Ground;
pub use ground::choose_backend;

/// Between the pointer and the window.
const GAP: i32 = 14;

/// Of the monitor's height, what an answer may take by itself.
const MOST_OF_MONITOR: f64 = 0.6;

/// Of a monitor whose size is not known.
const SOME_HEIGHT: i32 = 480;

/// A new window, before anything else happens to it.
pub fn prepare(window: &gtk::Window) {
    match Ground::here() {
        Ground::Layer => layer::prepare(window),
        Ground::X11 | Ground::Anywhere => {}
    }
}

/// A new window that is to be called by a key. `elsewhere`: told of a click anywhere but on it, where that does not take the
/// keyboard from it.
pub fn prepare_called(window: &gtk::Window, elsewhere: impl Fn() + 'static) {
    match Ground::here() {
        Ground::Layer => layer::prepare_called(window, elsewhere),
        Ground::X11 | Ground::Anywhere => {}
    }
}

/// Whether a window of ours can take the keyboard by itself.
pub fn gives_keyboard() -> bool {
    Ground::here().gives_keyboard()
}

/// Whether windows here are an X server's.
pub fn is_x11() -> bool {
    Ground::here() == Ground::X11
}

/// Shows a window of this size where the eyes are, with the keyboard. `at`: where the window is that has the focus, by an X
/// server's word, and `time` that server's.
pub fn call(window: &gtk::Window, size: (i32, i32), at: Option<(i32, i32)>, time: Option<u32>) {
    match Ground::here() {
        Ground::Layer => layer::call(window, size),
        Ground::X11 | Ground::Anywhere => {
            let time = time.unwrap_or(gdk::ffi::GDK_CURRENT_TIME as u32);
            to_the_middle(window, size, at);
            window.present_with_time(time);
            // A window manager may have put it elsewhere.
            to_the_middle(window, size, at);
            if let Some(shown) = window.window() {
                shown.focus(time);
            }
        }
    }
}

/// Shows a window of this size near the pointer.
pub fn show(window: &gtk::Window, size: (i32, i32)) {
    match Ground::here() {
        Ground::Layer => layer::show(window, size),
        Ground::X11 => {
            to_pointer(window, size);
            window.show();
            // A window manager may have put it elsewhere.
            to_pointer(window, size);
        }
        Ground::Anywhere => window.show(),
    }
}

/// Lets the keyboard go back to where it came from, with the window still in sight.
pub fn give_keyboard_back(window: &gtk::Window) {
    if Ground::here() == Ground::Layer {
        layer::give_keyboard_back(window);
    }
}

/// Shows a window where it was.
pub fn show_again(window: &gtk::Window) {
    window.show();
}

/// Gives it this size.
pub fn resize(window: &gtk::Window, (width, height): (i32, i32)) {
    match Ground::here() {
        // A layer surface is as large as it asks to be at least.
        Ground::Layer => window.set_size_request(width, height),
        Ground::X11 | Ground::Anywhere => {
            // The toolkit has a window be as high as what is in it would be at its least width: so that is this one. And it
            // takes a size back that has not come yet, when something in the window changes meanwhile: so it may not.
            let least = if window.size().1 < height { height } else { -1 };
            window.set_size_request(width, least);
            window.resize(width, height);
        }
    }
}

/// It has this size now: if that was asked for, it may be made smaller again.
pub fn has_size(window: &gtk::Window, (_, height): (i32, i32)) {
    let (width, least) = window.size_request();
    if Ground::here() != Ground::Layer && least == height {
        window.set_size_request(width, -1);
    }
}

/// Takes it out of sight.
pub fn hide(window: &gtk::Window) {
    match Ground::here() {
        Ground::Layer => layer::hide(window),
        Ground::X11 | Ground::Anywhere => window.hide(),
    }
}

/// Moves a window back into its monitor after it has grown.
pub fn keep_inside(window: &gtk::Window, height: i32) {
    let (width, _) = window.size();
    match Ground::here() {
        Ground::Layer => layer::keep_inside(window, (width, height)),
        Ground::X11 => {
            let (x, y) = window.position();
            let Some(area) = monitor_at(x + width / 2, y) else { return };
            let inside = inside((x, y), (width, height), &area);
            if inside != (x, y) {
                window.move_(inside.0, inside.1);
            }
        }
        Ground::Anywhere => {}
    }
}

/// How high a window may grow by itself, where it stands or is about to.
pub fn highest(window: &gtk::Window) -> i32 {
    let height = match Ground::here() {
        Ground::Layer => layer::area(window).map(|area| area.height()),
        Ground::X11 | Ground::Anywhere => {
            let (x, y) = match window.is_visible() {
                true => window.position(),
                false => x11_pointer().unwrap_or_default(),
            };
            monitor_at(x, y).map(|area| area.height())
        }
    };
    height.map_or(SOME_HEIGHT, |height| (f64::from(height) * MOST_OF_MONITOR) as i32)
}

/// Moves the window by what can be gripped, from the moment that it is pressed.
pub fn moved_by(grip: &gtk::EventBox, window: &gtk::Window) {
    if Ground::here() == Ground::Layer {
        return layer::moved_by(grip, window);
    }
    let window = window.clone();
    grip.connect_button_press_event(move |_, event| {
        if event.button() == 1 {
            let (x, y) = event.root();
            window.begin_move_drag(1, x as i32, y as i32, event.time());
        }
        gtk::glib::Propagation::Proceed
    });
}

/// Resizes the window by its corner. `begun`: told when somebody does.
pub fn resized_by(corner: &gtk::EventBox, window: &gtk::Window, begun: impl Fn() + 'static) {
    if Ground::here() == Ground::Layer {
        return layer::resized_by(corner, window, begun);
    }
    let window = window.clone();
    corner.connect_button_press_event(move |_, event| {
        begun();
        window.set_size_request(-1, -1);
        let (x, y) = event.root();
        window.begin_resize_drag(gdk::WindowEdge::SouthEast, 1, x as i32, y as i32, event.time());
        gtk::glib::Propagation::Stop
    });
}

fn to_pointer(window: &gtk::Window, size: (i32, i32)) {
    let Some((x, y)) = x11_pointer() else { return };
    let Some(area) = monitor_at(x, y) else { return };
    let (x, y) = beside((x, y), size, &area);
    window.move_(x, y);
}

/// Of the room above and below a window that is called by a key, what is above it.
const ABOVE: f64 = 0.38;

/// Moves a window of this size to where the eyes are that look at `at`, or at the pointer: the middle of the monitor, rather
/// in its upper half.
fn to_the_middle(window: &gtk::Window, (width, height): (i32, i32), at: Option<(i32, i32)>) {
    let Some(area) = at.or_else(x11_pointer).and_then(|(x, y)| monitor_at(x, y)) else { return };
    let left = area.x() + (area.width() - width) / 2;
    window.move_(left.max(area.x()), area.y() + above(height, area.height()));
}

/// What is left free above a window of this height.
fn above(height: i32, room: i32) -> i32 {
    (f64::from(room - height) * ABOVE).max(0.0) as i32
}

/// From the pointer to a bar above or below it: no line of text is higher than twice this.
const OFF_THE_LINE: i32 = 24;

/// So far the pointer moves up or down within one line.
const SAME_LINE: i32 = 12;

/// Moves a window of this size beside the text that was selected from here to there, never over it.
pub fn beside_stroke(window: &gtk::Window, size: (i32, i32), from: (i32, i32), to: (i32, i32)) {
    let Some(area) = monitor_at(to.0, to.1) else { return };
    let (x, y) = beside_text(from, to, size, &area);
    window.move_(x, y);
}

/// Where the stroke has ended: below it if it went down, else above, where what was selected does not stand. Where there is
/// no room, at the other end.
fn beside_text(from: (i32, i32), to: (i32, i32), (width, height): (i32, i32), area: &gdk::Rectangle) -> (i32, i32) {
    let above = from.1.min(to.1) - OFF_THE_LINE - height;
    let below = from.1.max(to.1) + OFF_THE_LINE;
    let (has_room_above, has_room_below) = (above >= area.y(), below + height <= area.y() + area.height());
    let goes_down = to.1 - from.1 > SAME_LINE;
    let top = match (goes_down, has_room_above, has_room_below) {
        (true, _, true) | (false, false, true) => below,
        _ => above,
    };
    (within(to.0 - width / 2, width, area.x(), area.width()), within(top, height, area.y(), area.height()))
}

/// Below the pointer and to its right; above it where there is no room below.
fn beside((x, y): (i32, i32), (width, height): (i32, i32), area: &gdk::Rectangle) -> (i32, i32) {
    let below = y + GAP;
    let top = match below + height <= area.y() + area.height() {
        true => below,
        false => y - GAP - height,
    };
    inside((x + GAP, top), (width, height), area)
}

fn inside((x, y): (i32, i32), (width, height): (i32, i32), area: &gdk::Rectangle) -> (i32, i32) {
    (within(x, width, area.x(), area.width()), within(y, height, area.y(), area.height()))
}

fn within(at: i32, size: i32, from: i32, room: i32) -> i32 {
    at.min(from + room - size).max(from)
}

/// On Wayland only the place within a window of one's own is known ([`pointer`]).
pub fn x11_pointer() -> Option<(i32, i32)> {
    let device = gdk::Display::default()?.default_seat()?.pointer()?;
    let (_, x, y) = device.position();
    Some((x, y))
}

fn monitor_at(x: i32, y: i32) -> Option<gdk::Rectangle> {
    Some(gdk::Display::default()?.monitor_at_point(x, y)?.workarea())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pointer: (i32, i32), size: (i32, i32), expected: (i32, i32)) {
        assert_eq!(beside(pointer, size, &gdk::Rectangle::new(1000, 0, 800, 600)), expected);
    }

    #[track_caller]
    fn check_bar(from: (i32, i32), to: (i32, i32), expected: (i32, i32)) {
        assert_eq!(beside_text(from, to, (200, 40), &gdk::Rectangle::new(1000, 0, 800, 600)), expected);
    }

    #[test]
    fn what_is_called_stands_rather_in_the_upper_half() {
        assert_eq!([above(300, 800), above(800, 800), above(900, 800)], [190, 0, 0]);
    }

    #[test]
    fn a_bar_is_beside_what_was_selected() {
        // In one line, above it; at the top of the screen, below it.
        check_bar((1300, 300), (1500, 304), (1400, 236));
        check_bar((1300, 30), (1500, 34), (1400, 58));
        // Down over several lines, below the last one; at the bottom of the screen, above the first one.
        check_bar((1300, 300), (1500, 400), (1400, 424));
        check_bar((1300, 300), (1500, 590), (1400, 236));
        // Up, above the last one.
        check_bar((1300, 400), (1500, 300), (1400, 236));
        check_bar((1300, 400), (1005, 300), (1000, 236));
    }

    #[test]
    fn it_is_beside_the_pointer_and_inside_the_monitor() {
        check((1100, 100), (300, 200), (1114, 114));
        check((1790, 100), (300, 200), (1500, 114));
        check((1100, 500), (300, 200), (1114, 286));
        check((1100, 300), (300, 560), (1114, 0));
        check((1100, 300), (900, 100), (1000, 314));
    }
}
