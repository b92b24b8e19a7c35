//! Windows as layer surfaces: above the others, at a distance from the corner of a monitor, and without the keyboard until
//! somebody clicks them. Or, where one was called by a key, where the compositor puts it, with the keyboard from the start.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gtk::gdk;
use gtk::glib;
use gtk::glib::Propagation;
use gtk::prelude::*;
use gtk_layer_shell::{Edge, KeyboardMode, Layer, LayerShell};

use super::pointer::{self, Spot, monitors};
use super::{above, beside, inside};

/// So long a compositor has to give the keyboard to what was clicked, before it is asked for it more plainly.
const KEYBOARD_WITHIN: Duration = Duration::from_millis(120);

/// Where there is no pointer: so much of the monitor's height above the window.
const FROM_TOP: i32 = 5;

/// What is known of a window beside what the toolkit keeps.
#[derive(Default)]
struct Standing {
    /// What windows have of its monitor.
    area: Cell<Option<gdk::Rectangle>>,
    /// Goes up when it is shown or hidden: a pointer that is found later is of no use.
    turn: Cell<u32>,
    /// What lies below it while it has the keyboard to itself.
    covers: RefCell<Vec<gtk::Window>>,
    /// What a click on those is to do.
    elsewhere: Option<Box<dyn Fn()>>,
}

thread_local! {
    static WINDOWS: RefCell<Vec<(gtk::Window, Rc<Standing>)>> = const { RefCell::new(Vec::new()) };
}

pub fn prepare(window: &gtk::Window) {
    prepare_with(window, Standing::default());
    window.set_anchor(Edge::Left, true);
}

/// In the middle between left and right, as it holds to neither, of the monitor on which the person works: that is what a
/// compositor chooses where none is named.
pub fn prepare_called(window: &gtk::Window, elsewhere: impl Fn() + 'static) {
    prepare_with(window, Standing { elsewhere: Some(Box::new(elsewhere)), ..Standing::default() });
}

fn prepare_with(window: &gtk::Window, known: Standing) {
    window.init_layer_shell();
    window.set_namespace("postil");
    window.set_layer(Layer::Overlay);
    window.set_keyboard_mode(KeyboardMode::None);
    window.set_anchor(Edge::Top, true);
    let is_first = WINDOWS.with_borrow_mut(|windows| {
        windows.push((window.clone(), Rc::new(known)));
        windows.len() == 1
    });
    if is_first {
        watch_pointer();
    }
    window.connect_leave_notify_event(|window, event| {
        // What was asked for so plainly is nobody else's while it lasts. What was called is to have it so.
        let is_called = !standing(window).covers.borrow().is_empty();
        let leaves = event.detail() != gdk::NotifyType::Inferior && !is_called;
        if leaves && window.keyboard_mode() == KeyboardMode::Exclusive {
            window.set_keyboard_mode(KeyboardMode::OnDemand);
        }
        Propagation::Proceed
    });
}

fn standing(window: &gtk::Window) -> Rc<Standing> {
    let of = |windows: &Vec<(gtk::Window, Rc<Standing>)>| {
        windows.iter().find(|(one, _)| one == window).map(|(_, standing)| Rc::clone(standing))
    };
    WINDOWS.with_borrow(of).unwrap_or_default()
}

/// Near the pointer, once it is known where that is.
pub fn show(window: &gtk::Window, size: (i32, i32)) {
    window.set_size_request(size.0, size.1);
    let turn = turn(window);
    let window = window.clone();
    pointer::find(move |spot| {
        let standing = standing(&window);
        if standing.turn.get() != turn {
            return;
        }
        let (x, y) = match spot {
            Some(Spot { monitor, area, at }) => {
                standing.area.set(Some(area));
                window.set_monitor(&monitor);
                beside(at, size, &area)
            }
            None => {
                let area = any_area();
                standing.area.set(area);
                area.map_or((0, 0), |area| ((area.width() - size.0) / 2, area.height() / FROM_TOP))
            }
        };
        put(&window, (x, y));
        window.set_keyboard_mode(KeyboardMode::None);
        window.show();
    });
}

/// With the keyboard to itself, until it is hidden or gives that back. Who has it so is told of no click elsewhere, and no
/// click moves it: so there are surfaces all over the monitors that nobody sees, to be clicked.
pub fn call(window: &gtk::Window, size: (i32, i32)) {
    let room = any_area().map_or(size.1, |area| area.height());
    window.set_layer_shell_margin(Edge::Top, above(size.1, room));
    window.set_keyboard_mode(KeyboardMode::Exclusive);
    window.show();
    let standing = standing(window);
    let display = gdk::Display::default();
    let covers = display.iter().flat_map(monitors).map(|monitor| cover(&monitor, window));
    standing.covers.replace(covers.collect());
}

/// Below the window, wherever that is. A click is done when the button is up: what goes before that is not told of it, and the
/// toolkit then takes it for pressed.
fn cover(monitor: &gdk::Monitor, window: &gtk::Window) -> gtk::Window {
    let cover = pointer::cover(monitor, Layer::Top);
    cover.add_events(
        gdk::EventMask::BUTTON_PRESS_MASK | gdk::EventMask::BUTTON_RELEASE_MASK | gdk::EventMask::TOUCH_MASK,
    );
    let window = window.downgrade();
    cover.connect_event(move |_, event| {
        let is_click = matches!(event.event_type(), gdk::EventType::ButtonRelease | gdk::EventType::TouchEnd);
        if let (true, Some(window)) = (is_click, window.upgrade())
            && let Some(elsewhere) = &standing(&window).elsewhere
        {
            elsewhere();
        }
        Propagation::Proceed
    });
    cover.show();
    cover
}

/// Nothing lies below it any more.
fn uncover(window: &gtk::Window) {
    for cover in standing(window).covers.take() {
        pointer::put_away(cover);
    }
}

pub fn hide(window: &gtk::Window) {
    turn(window);
    uncover(window);
    window.hide();
    window.set_keyboard_mode(KeyboardMode::None);
}

pub fn give_keyboard_back(window: &gtk::Window) {
    uncover(window);
    window.set_keyboard_mode(KeyboardMode::None);
}

fn turn(window: &gtk::Window) -> u32 {
    let standing = standing(window);
    standing.turn.set(standing.turn.get().wrapping_add(1));
    standing.turn.get()
}

/// What windows have of the monitor on which it is.
pub fn area(window: &gtk::Window) -> Option<gdk::Rectangle> {
    standing(window).area.get().or_else(any_area)
}

/// Of a monitor that the compositor is to choose: what there is of each.
fn any_area() -> Option<gdk::Rectangle> {
    let display = gdk::Display::default()?;
    let smallest = monitors(&display).map(|monitor| monitor.geometry()).min_by_key(gdk::Rectangle::height)?;
    Some(gdk::Rectangle::new(0, 0, smallest.width(), smallest.height()))
}

pub fn keep_inside(window: &gtk::Window, size: (i32, i32)) {
    if let Some(area) = area(window) {
        let at = at(window);
        let inside = inside(at, size, &area);
        if inside != at {
            put(window, inside);
        }
    }
}

fn at(window: &gtk::Window) -> (i32, i32) {
    (window.layer_shell_margin(Edge::Left), window.layer_shell_margin(Edge::Top))
}

fn put(window: &gtk::Window, (x, y): (i32, i32)) {
    window.set_layer_shell_margin(Edge::Left, x);
    window.set_layer_shell_margin(Edge::Top, y);
}

pub fn moved_by(grip: &gtk::EventBox, window: &gtk::Window) {
    let window = window.clone();
    grip.connect_button_press_event(move |_, event| {
        if event.button() == 1 {
            Drag::begin(&window, event.root(), Dragged::Place(at(&window)));
        }
        Propagation::Proceed
    });
}

pub fn resized_by(corner: &gtk::EventBox, window: &gtk::Window, begun: impl Fn() + 'static) {
    let window = window.clone();
    corner.connect_button_press_event(move |_, event| {
        begun();
        Drag::begin(&window, event.root(), Dragged::Size(window.size()));
        Propagation::Stop
    });
}

/// Something that follows the pointer while its button is down.
struct Drag {
    window: gtk::Window,
    from: (f64, f64),
    what: Dragged,
}

#[derive(Clone, Copy)]
enum Dragged {
    /// Where it stood when the pointer's place was last told from there.
    Place((i32, i32)),
    /// How large it was.
    Size((i32, i32)),
}

thread_local! {
    static DRAG: RefCell<Option<Drag>> = const { RefCell::new(None) };
}

impl Drag {
    fn begin(window: &gtk::Window, from: (f64, f64), what: Dragged) {
        DRAG.replace(Some(Self { window: window.clone(), from, what }));
    }

    fn stands(at: (i32, i32)) {
        DRAG.with_borrow_mut(|drag| {
            if let Some(Self { what: Dragged::Place(place), .. }) = drag {
                *place = at;
            }
        });
    }

    fn follow(&self, (x, y): (f64, f64)) {
        let by = ((x - self.from.0) as i32, (y - self.from.1) as i32);
        let window = &self.window;
        match self.what {
            Dragged::Size((width, height)) => window.set_size_request(width + by.0, height + by.1),
            Dragged::Place((left, top)) => {
                let to = (left + by.0, top + by.1);
                put(window, area(window).map_or(to, |area| inside(to, window.size(), &area)));
                if pointer_follows() {
                    window.add_tick_callback(|window, _| {
                        Self::stands(at(window));
                        glib::ControlFlow::Break
                    });
                }
                window.queue_draw();
            }
        }
    }
}

/// Whether the pointer's place is told within the window as it moves. Most compositors count from where it was pressed, as
/// long as the button is down (sway, river, labwc, niri, COSMIC); these count from where it is.
fn pointer_follows() -> bool {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default().to_ascii_lowercase();
    desktop.split(':').any(|name| matches!(name, "kde" | "wayfire"))
}

/// Follows the pointer, whichever widget it is over.
fn drag_on(event: &gdk::Event) {
    DRAG.with_borrow_mut(|drag| {
        let holds = event.state().is_some_and(|state| state.contains(gdk::ModifierType::BUTTON1_MASK));
        match (drag.as_ref(), event.event_type(), event.root_coords()) {
            (Some(drag), gdk::EventType::MotionNotify, Some(at)) if holds => drag.follow(at),
            (Some(_), gdk::EventType::MotionNotify | gdk::EventType::ButtonRelease, _) => *drag = None,
            _ => {}
        }
    });
}

/// Before anything takes a click as its own: what was clicked may have the keyboard. When the button is up again, as a
/// compositor that gives the keyboard away may let go of what is being pressed.
fn watch_pointer() {
    gdk::Event::set_handler(Some(|event: &mut gdk::Event| {
        if matches!(event.event_type(), gdk::EventType::ButtonRelease | gdk::EventType::TouchEnd)
            && let Some(window) = clicked(event)
        {
            take_keyboard(&window);
        }
        drag_on(event);
        gtk::main_do_event(event);
    }));
}

fn clicked(event: &gdk::Event) -> Option<gtk::Window> {
    let surface = event.window()?.toplevel();
    let is_it = |window: &gtk::Window| window.window().is_some_and(|own| own == surface);
    WINDOWS.with_borrow(|windows| windows.iter().map(|(window, _)| window).find(|window| is_it(window)).cloned())
}

/// Some compositors give the keyboard to what wants it from now on, others with the next click alone.
fn take_keyboard(window: &gtk::Window) {
    if window.keyboard_mode() != KeyboardMode::None {
        return;
    }
    window.set_keyboard_mode(KeyboardMode::OnDemand);
    let window = window.downgrade();
    glib::timeout_add_local_once(KEYBOARD_WITHIN, move || {
        let Some(window) = window.upgrade() else { return };
        if window.keyboard_mode() == KeyboardMode::OnDemand && window.is_visible() && !window.has_toplevel_focus() {
            window.set_keyboard_mode(KeyboardMode::Exclusive);
        }
    });
}
