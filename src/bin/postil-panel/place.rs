//! Where a window goes: near the pointer, within the monitor, and not over what is under the pointer.

use gtk::gdk;
use gtk::prelude::*;

/// Between the pointer and the window.
const GAP: i32 = 14;

/// Of the monitor's height, what an answer may take by itself.
const MOST_OF_MONITOR: f64 = 0.6;

/// Moves a window of this size to the pointer.
pub fn to_pointer(window: &gtk::Window, size: (i32, i32)) {
    let Some((x, y)) = pointer() else { return };
    let Some(area) = monitor_at(x, y) else { return };
    let (x, y) = beside((x, y), size, &area);
    window.move_(x, y);
}

/// Below the pointer and to its right; above it where there is no room below.
fn beside((x, y): (i32, i32), (width, height): (i32, i32), area: &gdk::Rectangle) -> (i32, i32) {
    let below = y + GAP;
    let top = match below + height <= area.y() + area.height() {
        true => below,
        false => y - GAP - height,
    };
    (within(x + GAP, width, area.x(), area.width()), within(top, height, area.y(), area.height()))
}

/// Moves a window back into its monitor after it has grown.
pub fn keep_inside(window: &gtk::Window, height: i32) {
    let (x, y) = window.position();
    let (width, _) = window.size();
    let Some(area) = monitor_at(x + width / 2, y) else { return };
    let inside = (within(x, width, area.x(), area.width()), within(y, height, area.y(), area.height()));
    if inside != (x, y) {
        window.move_(inside.0, inside.1);
    }
}

/// How high a window may grow by itself, where it stands or is about to.
pub fn highest(window: &gtk::Window) -> i32 {
    let (x, y) = match window.is_visible() {
        true => window.position(),
        false => pointer().unwrap_or_default(),
    };
    monitor_at(x, y).map_or(480, |area| (f64::from(area.height()) * MOST_OF_MONITOR) as i32)
}

fn within(at: i32, size: i32, from: i32, room: i32) -> i32 {
    at.min(from + room - size).max(from)
}

fn pointer() -> Option<(i32, i32)> {
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

    #[test]
    fn it_is_beside_the_pointer_and_inside_the_monitor() {
        check((1100, 100), (300, 200), (1114, 114));
        check((1790, 100), (300, 200), (1500, 114));
        check((1100, 500), (300, 200), (1114, 286));
        check((1100, 300), (300, 560), (1114, 0));
        check((1100, 300), (900, 100), (1000, 314));
    }
}
