//! The widgets of the picker, in the order in which they stand.

use gtk::gdk;
use gtk::prelude::*;

use super::list::{self, List};
use crate::look::{self, words};

pub const WIDTH: i32 = 600;

/// Of a text that is typed, before it scrolls.
const TEXT_HEIGHT: i32 = 96;

pub struct Frame {
    pub window: gtk::Window,
    outer: gtk::Box,
    /// Where a text is typed, if none is selected.
    typing: gtk::Box,
    pub text: gtk::TextView,
    text_hint: gtk::Label,
    why: gtk::Label,
    search: gtk::Box,
    folder: gtk::Label,
    pub entry: gtk::Entry,
    entry_hint: gtk::Label,
    /// What is selected.
    context: gtk::Box,
    about: gtk::Label,
    excerpt: gtk::Label,
    pub list: List,
    none: gtk::Label,
    foot: gtk::Label,
}

impl Frame {
    pub fn new() -> Self {
        let frame = Self {
            window: window(),
            outer: column(),
            typing: column(),
            text: gtk::TextView::new(),
            text_hint: line("hint"),
            why: line("why"),
            search: gtk::Box::new(gtk::Orientation::Horizontal, 8),
            folder: line("folder"),
            entry: gtk::Entry::new(),
            entry_hint: line("hint"),
            context: gtk::Box::new(gtk::Orientation::Horizontal, 8),
            about: line("about"),
            excerpt: line("excerpt"),
            list: List::new(),
            none: line("none"),
            foot: line("keys-line"),
        };
        frame.build();
        frame
    }

    fn build(&self) {
        self.outer.style_context().add_class("frame-line");
        self.build_typing();
        self.build_search();
        self.context.style_context().add_class("context");
        self.context.pack_start(&self.about, false, false, 0);
        self.context.pack_start(&self.excerpt, true, true, 0);
        self.none.set_text(words().nothing_fits);
        for label in [&self.excerpt, &self.why, &self.none, &self.foot] {
            look::shorten(label, 1);
        }
        self.outer.pack_start(&self.typing, false, false, 0);
        self.outer.pack_start(&self.search, false, false, 0);
        self.outer.pack_start(&self.context, false, false, 0);
        self.outer.pack_start(&self.none, false, false, 0);
        self.outer.pack_start(&self.list.scrolled, true, true, 0);
        self.outer.pack_start(&self.foot, false, false, 0);
        self.window.add(&self.outer);
        self.outer.show_all();
        self.none.hide();
        look::name(&self.window, words().pick);
    }

    fn build_typing(&self) {
        self.typing.style_context().add_class("typing");
        self.text.set_wrap_mode(gtk::WrapMode::WordChar);
        self.text.set_accepts_tab(false);
        look::name(&self.text, words().typed_text);
        self.text_hint.set_text(words().type_text);
        let scrolled = gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE);
        scrolled.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
        scrolled.set_min_content_height(TEXT_HEIGHT);
        scrolled.add(&self.text);
        self.typing.pack_start(&self.why, false, false, 0);
        self.typing.pack_start(&over(&scrolled, &self.text_hint), true, true, 0);
        self.text_hint.set_valign(gtk::Align::Start);
        let hint = self.text_hint.clone();
        self.text.connect_preedit_changed(move |text, composed| {
            hint.set_visible(composed.is_empty() && text.buffer().is_none_or(|buffer| buffer.char_count() == 0));
        });
    }

    fn build_search(&self) {
        self.search.style_context().add_class("search");
        self.entry.set_has_frame(false);
        self.entry.set_activates_default(false);
        self.search.pack_start(&self.folder, false, false, 0);
        self.search.pack_start(&over(&self.entry, &self.entry_hint), true, true, 0);
        // What an input method has not handed over yet stands in the field, and is no text of it.
        let hint = self.entry_hint.clone();
        self.entry.connect_preedit_changed(move |entry, composed| {
            hint.set_visible(composed.is_empty() && entry.text_length() == 0);
        });
    }

    /// As it is for a text that is selected, or for one that is to be typed.
    pub fn set_typing(&self, is_typed: bool) {
        self.typing.set_visible(is_typed);
        self.context.set_visible(!is_typed);
        let hint = if is_typed { words().choose_for_typed } else { words().choose };
        self.entry_hint.set_text(hint);
        look::name(&self.entry, hint);
        let context = self.search.style_context();
        if is_typed { context.add_class("second") } else { context.remove_class("second") }
    }

    pub fn about(&self, about: &str, excerpt: &str) {
        self.why.set_text(about);
        self.about.set_text(about);
        self.excerpt.set_text(excerpt);
        look::name(&self.excerpt, &format!("{about}: {excerpt}"));
    }

    pub fn folder(&self, folder: Option<&str>) {
        self.folder.set_text(&folder.map(|folder| format!("{folder} ›")).unwrap_or_default());
        self.folder.set_visible(folder.is_some());
    }

    /// What stands in an empty field is there only while it is empty.
    pub fn hints(&self, typed: &str, text: &str) {
        self.entry_hint.set_visible(typed.is_empty());
        self.text_hint.set_visible(text.is_empty());
    }

    pub fn nothing_fits(&self, nothing: bool) {
        self.none.set_visible(nothing);
    }

    pub fn foot(&self, keys: &str) {
        self.foot.set_text(keys);
    }

    /// Room for so many lines in the list; all else takes what it needs.
    pub fn set_lines(&self, lines: usize) {
        let lines = i32::try_from(lines.clamp(1, list::MOST_SEEN)).unwrap_or(1);
        self.list.scrolled.set_size_request(WIDTH, lines * list::LINE + list::MARGINS);
    }

    pub fn height(&self) -> i32 {
        self.outer.preferred_height_for_width(WIDTH).1
    }
}

/// A window of its own that the window manager lets stand where it is put. It takes the focus.
fn window() -> gtk::Window {
    let window = look::window(gtk::WindowType::Toplevel);
    window.set_title(words().pick);
    window.set_type_hint(gdk::WindowTypeHint::Dialog);
    window.set_resizable(false);
    window.style_context().add_class("picker");
    window
}

fn column() -> gtk::Box {
    gtk::Box::new(gtk::Orientation::Vertical, 0)
}

fn line(class: &str) -> gtk::Label {
    let label = look::label(class);
    label.set_line_wrap(false);
    label
}

/// A field with what stands in it while it is empty. The toolkit's own goes with the focus, which it has from the start.
fn over(field: &impl IsA<gtk::Widget>, hint: &gtk::Label) -> gtk::Overlay {
    let overlay = gtk::Overlay::new();
    overlay.add(field);
    hint.set_halign(gtk::Align::Start);
    hint.set_valign(gtk::Align::Center);
    overlay.add_overlay(hint);
    overlay.set_overlay_pass_through(hint, true);
    overlay
}
