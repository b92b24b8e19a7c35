//! The widgets of a window, in the order in which they stand.

use std::cell::Cell;
use std::rc::Rc;

use gtk::prelude::*;
use gtk::{gdk, glib, pango};
use postil::panel::words::fill;

use super::change::Change;
use super::foot::Foot;
use crate::look::{self, words};
use crate::place;

/// What a line of about seventy letters takes.
pub const WIDTH: i32 = 480;
pub const LEAST_HEIGHT: i32 = 96;
/// Of the text that is worked on, when unfolded.
const HIGHEST_SOURCE: i32 = 160;

pub struct Frame {
    pub window: gtk::Window,
    pub spinner: gtk::Spinner,
    title: gtk::Label,
    /// Who has answered; the models that could.
    pub by: gtk::Button,
    by_name: gtk::Label,
    toll: gtk::Label,
    pub all: gtk::Button,
    pub pin: gtk::ToggleButton,
    pub close: gtk::Button,
    fold: gtk::Expander,
    fold_label: gtk::Label,
    source: gtk::Label,
    doing: gtk::Label,
    scrolled: gtk::ScrolledWindow,
    content: gtk::Box,
    /// What was asked and answered before in the same conversation.
    pub turns: gtk::Box,
    pub answers: gtk::Box,
    pub change: Change,
    notes: gtk::Label,
    pub follow_up: gtk::Entry,
    pub foot: Foot,
    outer: gtk::Box,
    resized: Rc<Cell<bool>>,
}

impl Frame {
    pub fn new() -> Self {
        let outer = gtk::Box::new(gtk::Orientation::Vertical, 0);
        outer.style_context().add_class("frame-line");
        let [title, by_name, fold_label] = ["title", "by", "fold"].map(|class| {
            let label = look::label(class);
            label.set_line_wrap(false);
            label.set_ellipsize(pango::EllipsizeMode::End);
            label
        });
        let (window, resized) = (window(), Rc::new(Cell::new(false)));
        let draws = Rc::clone(&resized);
        let vertical = || gtk::Box::new(gtk::Orientation::Vertical, 0);
        let frame = Self {
            spinner: gtk::Spinner::new(),
            title,
            by: gtk::Button::new(),
            by_name,
            toll: look::label("by"),
            all: look::button("⋯", words().all, Some("plain")),
            pin: pin(),
            close: look::button("✕", words().close, Some("plain")),
            fold: look::fold(&fold_label),
            fold_label,
            source: look::label("source"),
            doing: look::label("doing"),
            scrolled: gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE),
            content: vertical(),
            turns: vertical(),
            answers: vertical(),
            change: Change::new(),
            notes: look::label("notes"),
            follow_up: gtk::Entry::new(),
            foot: Foot::new(&window, move || draws.set(true)),
            window,
            outer,
            resized,
        };
        frame.build();
        frame
    }

    fn build(&self) {
        self.source.set_selectable(true);
        let fold = scroller(&self.source, HIGHEST_SOURCE);
        self.fold.add(&fold);
        for part in [&self.turns, &self.answers] {
            self.content.pack_start(part, false, false, 0);
        }
        self.content.pack_start(&self.change.view, false, false, 0);
        self.scrolled.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
        self.scrolled.add(&self.content);
        if let Some(port) = self.scrolled.child().and_then(|port| port.downcast::<gtk::Viewport>().ok()) {
            port.set_shadow_type(gtk::ShadowType::None);
        }
        self.follow_up.set_placeholder_text(Some(words().follow_up));
        self.follow_up.style_context().add_class("follow-up");
        look::name(&self.follow_up, words().follow_up);
        self.outer.pack_start(&self.head(), false, false, 0);
        self.outer.pack_start(&self.fold, false, false, 0);
        self.outer.pack_start(&self.doing, false, false, 0);
        self.outer.pack_start(&self.scrolled, true, true, 0);
        self.outer.pack_start(&self.notes, false, false, 0);
        self.outer.pack_start(&self.follow_up, false, false, 0);
        self.outer.pack_start(&self.foot.row, false, false, 0);
        self.window.add(&self.outer);
        self.outer.show_all();
        self.change.view.hide();
        self.follow_up.hide();
        for hidden in [self.fold.upcast_ref::<gtk::Widget>(), self.doing.upcast_ref(), self.notes.upcast_ref()] {
            hidden.hide();
        }
        self.stay_inside();
    }

    /// A window manager may get to what it was asked for when the window is elsewhere than it was then.
    fn stay_inside(&self) {
        let (resized, last) = (Rc::clone(&self.resized), Cell::new((0, 0)));
        self.window.connect_configure_event(move |window, event| {
            let (width, height) = event.size();
            let size = (width as i32, height as i32);
            if last.replace(size) != size {
                place::has_size(window, size);
                if !resized.get() {
                    place::keep_inside(window, size.1);
                }
            }
            false
        });
    }

    /// Its title; the window is moved by it.
    fn head(&self) -> gtk::EventBox {
        let row = gtk::Box::new(gtk::Orientation::Horizontal, 6);
        row.style_context().add_class("head");
        self.by.style_context().add_class("plain");
        self.by.add(&self.by_name);
        row.pack_start(&self.title, false, false, 0);
        row.pack_start(&self.by, false, true, 0);
        row.pack_start(&self.toll, false, false, 0);
        let tools = gtk::Box::new(gtk::Orientation::Horizontal, 0);
        for tool in [self.all.upcast_ref::<gtk::Widget>(), self.pin.upcast_ref(), self.close.upcast_ref()] {
            tools.pack_start(tool, false, false, 0);
        }
        row.pack_end(&tools, false, false, 0);
        row.pack_end(&self.spinner, false, false, 0);
        let head = gtk::EventBox::new();
        head.set_visible_window(false);
        head.add(&row);
        place::moved_by(&head, &self.window);
        head
    }

    /// As it is before anything is known but what the action is called.
    pub fn begin(&self, title: &str) {
        self.title.set_text(title);
        self.window.set_title(title);
        look::name(&self.window, title);
        self.fold.hide();
        self.fold.set_expanded(false);
        self.resized.set(false);
        self.by("", false);
        self.scrolled.vadjustment().set_value(0.0);
    }

    /// Who is asked, or has answered; whether there are others.
    pub fn by(&self, name: &str, has_others: bool) {
        let sign = if has_others && !name.is_empty() { " ▾" } else { "" };
        self.by_name.set_text(&format!("{name}{sign}"));
        self.by.set_sensitive(has_others);
        self.by.set_visible(!name.is_empty());
        self.by.set_tooltip_text(has_others.then_some(words().model.does));
        look::name(&self.by, &if has_others { format!("{name}: {}", words().model.does) } else { name.to_owned() });
        self.toll("");
    }

    /// What it took.
    pub fn toll(&self, toll: &str) {
        self.toll.set_text(toll);
    }

    /// `excerpt`: what stands in the line that unfolds it.
    pub fn source(&self, excerpt: &str, text: &str) {
        self.fold_label.set_text(excerpt);
        look::name(&self.fold, &fill(words().the_text, &[excerpt]));
        self.source.set_text(text);
        self.fold.show();
    }

    pub fn source_has_selection(&self) -> bool {
        self.source.selection_bounds().is_some()
    }

    pub fn doing(&self, sentence: Option<&str>) {
        self.doing.set_text(sentence.unwrap_or_default());
        self.doing.set_visible(sentence.is_some());
    }

    pub fn notes(&self, notes: &str) {
        self.notes.set_text(notes);
        self.notes.set_visible(!notes.is_empty());
    }

    /// A screen reader is told what has happened, wherever it is; the window's name says it to who comes later.
    pub fn announce(&self, state: &str) {
        let said = format!("{}: {state}", self.title.text());
        look::name(&self.window, &said);
        look::announce(&self.window, &said);
    }

    /// The end of the conversation comes into sight, when it is laid out.
    pub fn scroll_to_end(&self) {
        let adjustment = self.scrolled.vadjustment();
        glib::idle_add_local_once(move || adjustment.set_value(adjustment.upper()));
    }

    /// Whether the user has drawn at the corner, now or the last time.
    pub fn was_resized(&self) -> bool {
        self.resized.get()
    }

    /// It has the size that it was given before.
    pub fn keep_size(&self) {
        self.resized.set(true);
    }

    /// What scrolls takes room even when there is nothing in it.
    pub fn show_content(&self, is_there: bool) {
        self.scrolled.set_visible(is_there);
    }

    /// What all of it would take.
    pub fn height_at(&self, width: i32) -> i32 {
        // What scrolls tells no height of its own for a width.
        let (_, around) = self.outer.preferred_height_for_width(width);
        if !self.scrolled.get_visible() {
            return around;
        }
        let (_, scrolled) = self.scrolled.preferred_height();
        let (_, content) = self.content.preferred_height_for_width(width - 2);
        around - scrolled + content
    }
}

/// A window of its own, near whatever has the focus, which it does not take when it is shown.
fn window() -> gtk::Window {
    let window = look::window(gtk::WindowType::Toplevel);
    place::prepare(&window);
    window.set_type_hint(gdk::WindowTypeHint::Utility);
    window.set_focus_on_map(false);
    window.set_default_size(WIDTH, LEAST_HEIGHT);
    window
}

/// Drawn by hand: not every desktop has a picture of one, and no font has one that is not coloured.
fn pin() -> gtk::ToggleButton {
    let button = gtk::ToggleButton::new();
    button.style_context().add_class("plain");
    button.set_tooltip_text(Some(words().pin));
    look::name(&button, words().pin);
    let sign = gtk::DrawingArea::new();
    sign.set_size_request(14, 14);
    sign.set_valign(gtk::Align::Center);
    sign.connect_draw(|sign, context| {
        let style = sign.style_context();
        let colour = style.color(style.state());
        context.set_source_rgba(colour.red(), colour.green(), colour.blue(), colour.alpha());
        context.set_line_width(1.2);
        // Head, neck, collar, needle.
        for line in [[(4.0, 1.6), (10.0, 1.6)], [(5.2, 1.6), (5.2, 6.4)], [(8.8, 1.6), (8.8, 6.4)]] {
            context.move_to(line[0].0, line[0].1);
            context.line_to(line[1].0, line[1].1);
        }
        for line in
            [[(5.2, 6.4), (3.0, 8.8)], [(8.8, 6.4), (11.0, 8.8)], [(3.0, 8.8), (11.0, 8.8)], [(7.0, 8.8), (7.0, 13.0)]]
        {
            context.move_to(line[0].0, line[0].1);
            context.line_to(line[1].0, line[1].1);
        }
        // What cannot be drawn is not seen.
        let _ = context.stroke();
        glib::Propagation::Proceed
    });
    button.add(&sign);
    button
}

fn scroller(child: &impl IsA<gtk::Widget>, highest: i32) -> gtk::ScrolledWindow {
    let scrolled = gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE);
    scrolled.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
    scrolled.set_propagate_natural_height(true);
    scrolled.set_max_content_height(highest);
    scrolled.add(child);
    scrolled
}
