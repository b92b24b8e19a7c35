//! One model's answer: its name where there are several, its reasoning folded, its text, or why there is none.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gtk::glib;
use gtk::prelude::*;
use postil::panel::entry;
use postil::panel::words::fill;

use crate::look::{self, words};
use crate::page::Page;

pub struct Lane {
    pub root: gtk::Box,
    pub page: Rc<Page>,
    pub name: String,
    /// Of several, the one that the buttons are about.
    pub head: gtk::RadioButton,
    state: gtk::Label,
    /// What stands in a line above it where there are several.
    row: gtk::Box,
    pub fold: gtk::Button,
    /// All of it but that line.
    body: gtk::Box,
    reasoning: gtk::Expander,
    thoughts: gtk::TextView,
    failure: gtk::Label,
    /// Pieces that are not on the page yet.
    pending: RefCell<String>,
    /// What comes is a dictionary's entry, which is laid out as a whole; and it, as far as it has come.
    pub is_entry: Cell<bool>,
    entry: RefCell<String>,
}

impl Lane {
    /// `name`: what it is called where there are several, of which `first` stands before this one.
    pub fn new(name: Option<&str>, first: Option<&Self>) -> Self {
        let root = gtk::Box::new(gtk::Orientation::Vertical, 0);
        root.style_context().add_class("lane");
        let page = Page::new();
        look::name(
            &page.view,
            &name.map_or_else(|| words().answer.to_owned(), |name| fill(words().answer_of, &[name])),
        );
        let (head, state) = head(name, first.map(|first| &first.head));
        let (reasoning, thoughts) = reasoning();
        let failure = look::label("failure");
        failure.set_selectable(true);
        if first.is_some() {
            let line = gtk::Box::new(gtk::Orientation::Horizontal, 0);
            line.style_context().add_class("lane-line");
            root.pack_start(&line, false, false, 0);
        }
        let (row, fold) = (gtk::Box::new(gtk::Orientation::Horizontal, 0), look::button("▾", "", Some("plain")));
        row.style_context().add_class("lane-row");
        row.pack_start(&head, true, true, 0);
        row.pack_start(&fold, false, false, 0);
        let body = gtk::Box::new(gtk::Orientation::Vertical, 0);
        body.pack_start(&reasoning, false, false, 0);
        body.pack_start(&page.view, true, true, 0);
        body.pack_start(&failure, false, false, 0);
        root.pack_start(&row, false, false, 0);
        root.pack_start(&body, true, true, 0);
        root.show_all();
        row.set_visible(name.is_some());
        for hidden in [reasoning.upcast_ref::<gtk::Widget>(), failure.upcast_ref(), page.view.upcast_ref()] {
            hidden.hide();
        }
        let name = name.unwrap_or_default().to_owned();
        let lane = Self {
            root,
            page,
            name,
            head,
            state,
            row,
            fold,
            body,
            reasoning,
            thoughts,
            failure,
            pending: RefCell::default(),
            is_entry: Cell::new(false),
            entry: RefCell::default(),
        };
        lane.set_folded(false);
        lane
    }

    /// Leaves nothing of it in sight but its name, or all of it.
    pub fn set_folded(&self, is_folded: bool) {
        self.body.set_visible(!is_folded);
        self.fold.set_label(if is_folded { "▸" } else { "▾" });
        let does = self.fold_does();
        self.fold.set_tooltip_text(Some(&does));
        look::name(&self.fold, &does);
    }

    pub fn is_folded(&self) -> bool {
        !self.body.get_visible()
    }

    /// What folding does to it now, with its key.
    pub fn fold_does(&self) -> String {
        fill(if self.is_folded() { words().unfold } else { words().fold }, &[&self.name])
    }

    /// One turn of a conversation, which needs no name and is whole.
    pub fn be_a_turn(&self) {
        self.set_folded(false);
        self.row.hide();
    }

    /// Keeps a piece for the next [`flush`](Self::flush).
    pub fn push(&self, piece: &str) {
        self.pending.borrow_mut().push_str(piece);
    }

    /// Brings what has come to the page.
    pub fn flush(&self) {
        let pending = self.pending.take();
        if !pending.is_empty() {
            self.page.view.show();
            self.state.set_text("");
            match self.is_entry.get() {
                true => self.settle_entry(&(self.entry.take() + &pending)),
                false => self.page.push(&pending),
            }
        }
    }

    /// What a text view takes is known when it has laid its text out, which it does not tell by itself when it is less. To
    /// ask for it draws all of it anew, so that is not done for each piece.
    fn measure(&self) {
        let view = self.page.view.clone();
        glib::idle_add_local_once(move || view.queue_resize());
    }

    /// The whole answer, where it is not what came in pieces.
    pub fn settle(&self, whole: &str) {
        self.flush();
        match self.is_entry.get() {
            true => self.settle_entry(whole),
            false if self.page.text() != whole => self.page.set(whole),
            false => {}
        }
        self.measure();
        self.page.view.set_visible(!whole.trim().is_empty());
    }

    fn settle_entry(&self, whole: &str) {
        if *self.entry.borrow() != whole {
            self.page.set(&entry::markdown(whole));
            self.entry.replace(whole.to_owned());
        }
    }

    pub fn reason(&self, piece: &str) {
        self.reasoning.show();
        if let Some(buffer) = self.thoughts.buffer() {
            buffer.insert(&mut buffer.end_iter(), piece);
        }
    }

    pub fn over(&self, failure: Option<&str>, toll: &str) {
        self.flush();
        self.state.set_text(toll);
        // What stands in a button is not read by itself.
        look::name(&self.head, &format!("{}: {toll}", self.name));
        if let Some(sentence) = failure {
            self.fail(sentence);
        }
    }

    pub fn fail(&self, sentence: &str) {
        self.failure.set_markup(&look::with_code(sentence));
        self.failure.show();
    }

    /// Whether it has neither a word nor a failure yet.
    pub fn is_blank(&self) -> bool {
        self.pending.borrow().is_empty() && !self.page.view.get_visible() && !self.failure.get_visible()
    }

    pub fn has_thoughts(&self) -> bool {
        self.reasoning.get_visible()
    }

    pub fn has_failed(&self) -> bool {
        self.failure.get_visible()
    }

    /// Whether the user has marked some of it.
    pub fn has_selection(&self) -> bool {
        let selects = |view: &gtk::TextView| view.buffer().is_some_and(|buffer| buffer.has_selection());
        selects(&self.page.view) || selects(&self.thoughts) || self.failure.selection_bounds().is_some()
    }

    pub fn is_named(&self) -> bool {
        self.row.get_visible()
    }
}

fn head(name: Option<&str>, first: Option<&gtk::RadioButton>) -> (gtk::RadioButton, gtk::Label) {
    let head = first.map_or_else(gtk::RadioButton::new, gtk::RadioButton::from_widget);
    // It looks like a heading, and not like a button with a dot.
    head.set_mode(false);
    head.style_context().add_class("lane-head");
    let label = look::label("lane-name");
    label.set_text(name.unwrap_or_default());
    let state = look::label("lane-state");
    state.set_text("…");
    let row = gtk::Box::new(gtk::Orientation::Horizontal, 8);
    row.pack_start(&label, false, false, 0);
    row.pack_start(&state, false, false, 0);
    head.add(&row);
    look::name(&head, name.unwrap_or_default());
    (head, state)
}

fn reasoning() -> (gtk::Expander, gtk::TextView) {
    let thoughts = look::text_view("reasoning");
    thoughts.set_left_margin(30);
    look::name(&thoughts, words().reasoning);
    let label = look::label("fold");
    label.set_text(words().reasoning);
    let expander = look::fold(&label);
    look::name(&expander, words().reasoning);
    expander.add(&thoughts);
    (expander, thoughts)
}
