//! The widgets of a window, in the order in which they stand.

use std::cell::Cell;
use std::rc::Rc;

use gtk::prelude::*;
use gtk::{gdk, pango};

use crate::{look, place};

/// What a line of about seventy letters takes.
pub const WIDTH: i32 = 480;
pub const LEAST_HEIGHT: i32 = 96;
/// Of the text that is worked on, when unfolded.
const HIGHEST_SOURCE: i32 = 160;

pub struct Frame {
    pub window: gtk::Window,
    pub spinner: gtk::Spinner,
    title: gtk::Label,
    pub by: gtk::Label,
    pub close: gtk::Button,
    fold: gtk::Expander,
    fold_label: gtk::Label,
    source: gtk::Label,
    doing: gtk::Label,
    scrolled: gtk::ScrolledWindow,
    pub answers: gtk::Box,
    notes: gtk::Label,
    pub copy: gtk::Button,
    pub replace: gtk::Button,
    pub retry: gtk::Button,
    pub cancel: gtk::Button,
    outer: gtk::Box,
    resized: Rc<Cell<bool>>,
}

impl Frame {
    pub fn new() -> Self {
        let outer = gtk::Box::new(gtk::Orientation::Vertical, 0);
        outer.style_context().add_class("frame-line");
        let (title, by) = (look::label("title"), look::label("by"));
        for label in [&title, &by] {
            label.set_line_wrap(false);
            label.set_ellipsize(pango::EllipsizeMode::End);
        }
        let (source, fold_label) = (look::label("source"), look::label("fold"));
        source.set_selectable(true);
        fold_label.set_line_wrap(false);
        fold_label.set_ellipsize(pango::EllipsizeMode::End);
        let frame = Self {
            window: window(),
            spinner: gtk::Spinner::new(),
            title,
            by,
            close: look::button("✕", "Close (Escape)", Some("plain")),
            fold: gtk::Expander::new(None),
            fold_label,
            source,
            doing: look::label("doing"),
            scrolled: gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE),
            answers: gtk::Box::new(gtk::Orientation::Vertical, 0),
            notes: look::label("notes"),
            copy: look::button("_Copy", "Copy the answer (Ctrl+C)", Some("main")),
            replace: look::button("Re_place", "Put it in the place of the selected text (Ctrl+Enter)", None),
            retry: look::button("_Retry", "Ask once more (Ctrl+R)", None),
            cancel: look::button("_Stop", "Stop asking (Escape closes)", None),
            outer,
            resized: Rc::default(),
        };
        frame.build();
        frame
    }

    fn build(&self) {
        let head = self.head();
        let fold = scroller(&self.source, HIGHEST_SOURCE);
        self.fold.set_label_widget(Some(&self.fold_label));
        self.fold.set_label_fill(true);
        self.fold.add(&fold);
        self.scrolled.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
        self.scrolled.add(&self.answers);
        if let Some(port) = self.scrolled.child().and_then(|port| port.downcast::<gtk::Viewport>().ok()) {
            port.set_shadow_type(gtk::ShadowType::None);
        }
        let foot = self.foot();
        self.outer.pack_start(&head, false, false, 0);
        self.outer.pack_start(&self.fold, false, false, 0);
        self.outer.pack_start(&self.doing, false, false, 0);
        self.outer.pack_start(&self.scrolled, true, true, 0);
        self.outer.pack_start(&self.notes, false, false, 0);
        self.outer.pack_start(&foot, false, false, 0);
        self.window.add(&self.outer);
        self.outer.show_all();
        for hidden in [self.fold.upcast_ref::<gtk::Widget>(), self.doing.upcast_ref(), self.notes.upcast_ref()] {
            hidden.hide();
        }
    }

    /// Its title; the window is moved by it.
    fn head(&self) -> gtk::EventBox {
        let row = gtk::Box::new(gtk::Orientation::Horizontal, 8);
        row.style_context().add_class("head");
        row.pack_start(&self.title, false, false, 0);
        row.pack_start(&self.by, true, true, 0);
        row.pack_start(&self.spinner, false, false, 0);
        row.pack_start(&self.close, false, false, 0);
        let head = gtk::EventBox::new();
        head.set_visible_window(false);
        head.add(&row);
        place::moved_by(&head, &self.window);
        head
    }

    /// The buttons, and a corner to resize the window by.
    fn foot(&self) -> gtk::Box {
        let row = gtk::Box::new(gtk::Orientation::Horizontal, 6);
        row.style_context().add_class("foot");
        for button in [&self.copy, &self.replace, &self.retry] {
            row.pack_start(button, false, false, 0);
        }
        let corner = gtk::EventBox::new();
        let sign = look::label("by");
        sign.set_text("◢");
        corner.add(&sign);
        corner.set_valign(gtk::Align::End);
        look::name(&corner, "Resize");
        let resized = Rc::clone(&self.resized);
        place::resized_by(&corner, &self.window, move || resized.set(true));
        row.pack_end(&corner, false, false, 0);
        row.pack_end(&self.cancel, false, false, 0);
        row
    }

    /// As it is before anything is known but what the action is called.
    pub fn begin(&self, title: &str) {
        self.title.set_text(title);
        self.window.set_title(title);
        look::name(&self.window, title);
        self.by.set_text("");
        self.fold.hide();
        self.fold.set_expanded(false);
        self.notes("");
        self.doing(None);
        self.resized.set(false);
        self.copy.set_label("_Copy");
        self.scrolled.vadjustment().set_value(0.0);
    }

    /// `excerpt`: what stands in the line that unfolds it.
    pub fn source(&self, excerpt: &str, text: &str) {
        self.fold_label.set_text(excerpt);
        look::name(&self.fold, &format!("The text: {excerpt}"));
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

    /// What a screen reader is told of the window as a whole.
    pub fn announce(&self, state: &str) {
        look::name(&self.window, &format!("{}: {state}", self.title.text()));
    }

    /// Whether the user has drawn at the corner.
    pub fn was_resized(&self) -> bool {
        self.resized.get()
    }

    /// What all of it would take.
    pub fn height_at(&self, width: i32) -> i32 {
        // What scrolls tells no height of its own for a width.
        let (_, around) = self.outer.preferred_height_for_width(width);
        let (_, scrolled) = self.scrolled.preferred_height();
        let (_, answers) = self.answers.preferred_height_for_width(width - 2);
        around - scrolled + answers
    }
}

/// A window of its own, near whatever has the focus, which it does not take when it is shown.
fn window() -> gtk::Window {
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    place::prepare(&window);
    window.set_decorated(false);
    window.set_type_hint(gdk::WindowTypeHint::Utility);
    window.set_skip_taskbar_hint(true);
    window.set_skip_pager_hint(true);
    window.set_keep_above(true);
    window.set_focus_on_map(false);
    window.set_default_size(WIDTH, LEAST_HEIGHT);
    window.style_context().add_class("postil");
    if let Some(screen) = gdk::Screen::default().filter(gdk::Screen::is_composited) {
        window.set_visual(screen.rgba_visual().as_ref());
        window.set_app_paintable(true);
        window.style_context().add_class("composited");
    }
    window
}

fn scroller(child: &impl IsA<gtk::Widget>, highest: i32) -> gtk::ScrolledWindow {
    let scrolled = gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE);
    scrolled.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
    scrolled.set_propagate_natural_height(true);
    scrolled.set_max_content_height(highest);
    scrolled.add(child);
    scrolled
}
