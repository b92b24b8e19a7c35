//! Where the pointer is on a Wayland desktop. No program is told that but of a surface of its own under the pointer: so one
//! that nobody sees is laid over each monitor until the pointer is said to be on one of them, which takes a frame or two.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gtk::gdk;
use gtk::glib;
use gtk::prelude::*;
use gtk_layer_shell::{Edge, KeyboardMode, Layer, LayerShell};

/// With no word by then it is over a bar of the desktop's. A compositor under load takes its time.
const WITHIN: Duration = Duration::from_millis(400);

/// Where the pointer is.
pub struct Spot {
    pub monitor: gdk::Monitor,
    /// What windows have of it, without the desktop's bars. Places are told from its corner.
    pub area: gdk::Rectangle,
    pub at: (i32, i32),
}

/// Tells `found` where the pointer is, once.
pub fn find(found: impl FnOnce(Option<Spot>) + 'static) {
    let has_pointer = |seat: &gdk::Seat| seat.capabilities().contains(gdk::SeatCapabilities::POINTER);
    let display =
        gdk::Display::default().filter(|display| display.default_seat().is_some_and(|seat| has_pointer(&seat)));
    let Some(display) = display else { return found(None) };
    let look = Rc::new(RefCell::new(Some(Look { covers: Vec::new(), found: Box::new(found) })));
    for monitor in monitors(&display) {
        let cover = cover(&monitor, Layer::Overlay);
        cover.add_events(gdk::EventMask::ENTER_NOTIFY_MASK);
        let looks = Rc::clone(&look);
        cover.connect_enter_notify_event(move |cover, event| {
            let (width, height) = cover.size();
            let (x, y) = event.position();
            let area = gdk::Rectangle::new(0, 0, width, height);
            end(&looks, Some(Spot { monitor: monitor.clone(), area, at: (x as i32, y as i32) }));
            glib::Propagation::Stop
        });
        cover.show();
        if let Some(look) = look.borrow_mut().as_mut() {
            look.covers.push(cover);
        }
    }
    glib::timeout_add_local_once(WITHIN, move || end(&look, None));
}

struct Look {
    covers: Vec<gtk::Window>,
    found: Box<dyn FnOnce(Option<Spot>)>,
}

fn end(look: &RefCell<Option<Look>>, spot: Option<Spot>) {
    let Some(Look { covers, found }) = look.take() else { return };
    covers.into_iter().for_each(put_away);
    found(spot);
}

/// All that the display has.
pub fn monitors(display: &gdk::Display) -> impl Iterator<Item = gdk::Monitor> {
    (0..display.n_monitors()).filter_map(|number| display.monitor(number))
}

/// A cover that has done its work.
pub fn put_away(cover: gtk::Window) {
    cover.hide();
    // It is in the middle of telling an event.
    glib::idle_add_local_once(move || cover.close());
}

/// A surface over all of a monitor that is not seen.
pub fn cover(monitor: &gdk::Monitor, layer: Layer) -> gtk::Window {
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.init_layer_shell();
    window.set_namespace("postil-pointer");
    window.set_layer(layer);
    window.set_keyboard_mode(KeyboardMode::None);
    window.set_monitor(monitor);
    for edge in [Edge::Left, Edge::Right, Edge::Top, Edge::Bottom] {
        window.set_anchor(edge, true);
    }
    window.set_app_paintable(true);
    window.style_context().add_class("postil-cover");
    window
}
