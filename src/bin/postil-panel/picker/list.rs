//! The picker's list: lines that are filled anew for what is typed, as making them would take too long.

use std::cell::{Cell, RefCell};

use gtk::glib;
use gtk::pango;
use gtk::prelude::*;
use postil::panel::picking::{Entry, Row};

use crate::look;

/// Of a line, on the screen.
pub const LINE: i32 = 40;

/// Of what stands before a title.
const ICON: i32 = 24;

/// In letters; what is longer ends in an ellipsis.
const LONGEST_TITLE: i32 = 48;

/// Above and below the lines.
pub const MARGINS: i32 = 10;

/// So many lines are seen at once; the keys Ctrl+1 to Ctrl+9 reach the first of all.
pub const MOST_SEEN: usize = 9;

/// Nobody looks through more.
const MOST_LINES: usize = 100;

pub struct List {
    pub scrolled: gtk::ScrolledWindow,
    pub list: gtk::ListBox,
    lines: RefCell<Vec<Line>>,
    shown: Cell<usize>,
}

/// What stands in a line.
pub struct Shown<'a> {
    pub icon: &'a str,
    pub title: &'a str,
    pub beside: String,
    pub keys: &'a str,
    /// Letters of the title that were typed.
    pub letters: &'a [usize],
    pub is_folder: bool,
}

impl<'a> Shown<'a> {
    /// `ask`: what an instruction of the moment is called.
    pub fn new(row: &'a Row, entries: &'a [Entry], ask: &'a str) -> Self {
        let plain = Self { icon: "", title: "", beside: String::new(), keys: "", letters: &[], is_folder: false };
        match row {
            Row::Action { entry, letters } => {
                let Some(entry) = entries.get(*entry) else { return plain };
                let Entry { icon, title, description, shortcut, .. } = entry;
                Self { icon, title, beside: description.clone(), keys: shortcut, letters, ..plain }
            }
            Row::Folder { name, holds } => {
                Self { icon: "📁", title: name, beside: format!("{holds} actions"), is_folder: true, ..plain }
            }
            Row::Ask => Self { icon: "💬", title: ask, beside: String::new(), ..plain },
        }
    }
}

impl List {
    pub fn new() -> Self {
        let list = gtk::ListBox::new();
        list.set_selection_mode(gtk::SelectionMode::Browse);
        list.set_activate_on_single_click(true);
        look::name(&list, look::words().actions);
        let scrolled = gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE);
        scrolled.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
        scrolled.add(&list);
        scrolled.style_context().add_class("actions");
        let made = Self { scrolled, list, lines: RefCell::default(), shown: Cell::new(0) };
        made.make(MOST_SEEN);
        made
    }

    /// Makes lines until there are so many.
    fn make(&self, number: usize) {
        let mut lines = self.lines.borrow_mut();
        while lines.len() < number {
            let line = Line::new(lines.len());
            self.list.add(&line.row);
            lines.push(line);
        }
    }

    pub fn fill<'a>(&self, rows: impl ExactSizeIterator<Item = Shown<'a>>) {
        let number = rows.len().min(MOST_LINES);
        self.make(number);
        let lines = self.lines.borrow();
        lines.iter().zip(rows).for_each(|(line, shown)| line.fill(&shown));
        for (place, line) in lines.iter().enumerate() {
            line.row.set_visible(place < number);
        }
        self.shown.set(number);
    }

    pub fn len(&self) -> usize {
        self.shown.get()
    }

    /// Selects a line and brings it into sight.
    pub fn select(&self, place: usize) {
        let Some(row) = self.list.row_at_index(index(place)) else { return };
        self.list.select_row(Some(&row));
        let (top, port) = (index(place) * LINE, self.scrolled.vadjustment());
        let (from, page) = (port.value(), port.page_size());
        let (top, bottom) = (f64::from(top), f64::from(top + LINE));
        if top < from {
            port.set_value(top);
        } else if bottom > from + page && page > 0.0 {
            port.set_value(bottom - page);
        }
    }

    /// Gives a line the keyboard, which has screen readers say it.
    pub fn focus(&self, place: usize) {
        if let Some(row) = self.list.row_at_index(index(place)) {
            row.grab_focus();
        }
    }
}

fn index(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

struct Line {
    row: gtk::ListBoxRow,
    icon: gtk::Label,
    title: gtk::Label,
    beside: gtk::Label,
    keys: gtk::Label,
    number: gtk::Label,
    into: gtk::Label,
}

impl Line {
    fn new(place: usize) -> Self {
        let label = |class: &str| {
            let label = look::label(class);
            label.set_line_wrap(false);
            label
        };
        let line = Self {
            row: gtk::ListBoxRow::new(),
            icon: label("icon"),
            title: label("action"),
            beside: label("beside"),
            keys: label("keys"),
            number: label("key"),
            into: label("into"),
        };
        line.icon.set_size_request(ICON, -1);
        line.icon.set_xalign(0.5);
        look::shorten(&line.title, LONGEST_TITLE);
        look::shorten(&line.beside, 1);
        line.into.set_text("›");
        if place < MOST_SEEN {
            line.number.set_text(&(place + 1).to_string());
        }
        let root = gtk::Box::new(gtk::Orientation::Horizontal, 10);
        root.pack_start(&line.icon, false, false, 0);
        root.pack_start(&line.title, false, false, 0);
        root.pack_start(&line.beside, true, true, 0);
        root.pack_start(&line.keys, false, false, 0);
        root.pack_start(&line.into, false, false, 0);
        root.pack_start(&line.number, false, false, 0);
        for label in [&line.icon, &line.title, &line.beside, &line.keys, &line.into, &line.number] {
            label.set_valign(gtk::Align::Center);
        }
        line.row.add(&root);
        line.row.set_size_request(-1, LINE);
        line.row.show_all();
        line.number.set_visible(place < MOST_SEEN);
        line
    }

    fn fill(&self, shown: &Shown<'_>) {
        let Shown { icon, title, beside, keys, letters, is_folder } = shown;
        // A title that has no sign of its own begins with its first letter.
        let first = || title.chars().next().map(String::from).unwrap_or_default();
        let has_icon = !icon.trim().is_empty();
        self.icon.set_text(&if has_icon { (*icon).to_owned() } else { first() });
        let context = self.icon.style_context();
        if has_icon {
            context.remove_class("letter")
        } else {
            context.add_class("letter")
        }
        self.title.set_text(title);
        self.title.set_attributes(Some(&marked(title, letters)));
        self.beside.set_text(beside);
        self.keys.set_text(keys);
        self.keys.set_visible(!keys.is_empty());
        self.into.set_visible(*is_folder);
        let said = [*title, beside.as_str(), *keys].into_iter().filter(|part| !part.is_empty());
        look::name(&self.row, &said.collect::<Vec<_>>().join(", "));
    }
}

/// The letters that were typed stand out.
fn marked(title: &str, letters: &[usize]) -> pango::AttrList {
    let list = pango::AttrList::new();
    let starts: Vec<_> = title.char_indices().map(|(at, letter)| (at, at + letter.len_utf8())).collect();
    for (start, end) in letters.iter().filter_map(|letter| starts.get(*letter)) {
        let mut bold = pango::AttrInt::new_weight(pango::Weight::Bold);
        bold.set_start_index(u32::try_from(*start).unwrap_or(0));
        bold.set_end_index(u32::try_from(*end).unwrap_or(0));
        list.insert(bold);
    }
    list
}

/// Runs `act` for a line that is clicked.
pub fn on_click(list: &List, act: impl Fn(usize) + 'static) {
    list.list.connect_row_activated(move |_, row| act(usize::try_from(row.index()).unwrap_or(0)));
    // Keys are looked at by the window, before the list has its own meaning for them.
    list.list.connect_move_cursor(|list, _, _| glib::signal::signal_stop_emission_by_name(list, "move-cursor"));
}
