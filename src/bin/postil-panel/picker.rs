//! The picker: a text, what can be done with it, and a line in which both actions and instructions are typed.
//!
//! It takes the keyboard, and gives it back before anything is done. Which lines stand in its list is decided in
//! `postil::panel::picking`; which actions there are, by the daemon.

mod frame;
mod keys;
mod list;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use gtk::glib;
use gtk::prelude::*;
use postil::panel::picking::{self, Asks, Offer, Row};
use postil::panel::protocol::{FromPanel, LONGEST_TYPED, Words};
use postil::panel::words::fill;

use crate::focus::Focus;
use crate::look::words;
use crate::{pipe, place};
use frame::Frame;
use list::Shown;

/// So long it waits for what it offers before it is shown without.
const OFFER_WITHIN: Duration = Duration::from_millis(60);

/// After this pause in typing a text it is asked what fits it.
const TYPING_PAUSES: Duration = Duration::from_millis(80);

/// A window manager gives the keyboard within this, or somebody else has it.
const FOCUS_WITHIN: Duration = Duration::from_secs(2);

/// How often it is looked whether a key of another program's is up again.
const GRAB_PASSES: Duration = Duration::from_millis(30);

pub struct Picker {
    frame: Frame,
    focus: Option<Focus>,
    /// Where the window stands that has the focus.
    at: Cell<Option<(i32, i32)>>,
    job: Cell<u64>,
    is_open: Cell<bool>,
    /// Whether the keyboard has come to it since it was opened.
    had_focus: Cell<bool>,
    /// What is wanted while nothing is offered yet.
    offer: RefCell<Option<Offer>>,
    folder: RefCell<Option<String>>,
    rows: RefCell<Vec<Row>>,
    selected: Cell<usize>,
    is_asking: Cell<bool>,
    own: Rc<RefCell<Weak<Self>>>,
}

impl Picker {
    /// One that is ready and out of sight.
    pub fn new() -> Rc<Self> {
        let frame = Frame::new();
        let own: Rc<RefCell<Weak<Self>>> = Rc::default();
        let called = Rc::clone(&own);
        place::prepare_called(&frame.window, move || {
            called.borrow().upgrade().iter().for_each(|picker| picker.clicked_elsewhere());
        });
        // A role of this process alone, by which its window is found.
        let role = format!("picker-{}", std::process::id());
        frame.window.set_role(&role);
        frame.window.realize();
        if let Some(display) = gtk::gdk::Display::default() {
            display.sync();
        }
        let picker = Rc::new(Self {
            frame,
            // XWayland knows of no window that has the focus by the compositor, and is not to be started for that.
            focus: place::is_x11().then(|| Focus::connect(&role)).flatten(),
            at: Cell::new(None),
            job: Cell::new(0),
            is_open: Cell::new(false),
            had_focus: Cell::new(false),
            offer: RefCell::default(),
            folder: RefCell::default(),
            rows: RefCell::default(),
            selected: Cell::new(0),
            is_asking: Cell::new(false),
            own,
        });
        picker.own.replace(Rc::downgrade(&picker));
        picker.connect();
        picker
    }

    pub fn job(&self) -> u64 {
        self.job.get()
    }

    pub fn is_open(&self) -> bool {
        self.is_open.get()
    }

    /// It is wanted. What it offers is about to come, and is shown with it.
    pub fn begin(&self, job: u64) {
        match self.is_open.replace(true) {
            false => self.at.set(self.focus.as_ref().and_then(Focus::remember)),
            // There is one, and the newest is what is wanted.
            true if self.job() != job => pipe::say(&FromPanel::Closed { job: self.job() }),
            true => {}
        }
        self.job.set(job);
        self.had_focus.set(false);
        self.offer.replace(None);
        self.folder.replace(None);
        self.frame.entry.set_text("");
        self.set_text("");
        self.frame.set_typing(false);
        self.frame.about("", "");
        self.frame.set_lines(0);
        self.update();
        let picker = self.own.borrow().clone();
        glib::timeout_add_local_once(OFFER_WITHIN, move || {
            if let Some(picker) = picker.upgrade().filter(|picker| picker.job() == job && picker.is_open()) {
                picker.show();
            }
        });
    }

    /// What it offers from now on.
    pub fn offer(&self, offer: Offer) {
        if offer.job != self.job() || !self.is_open() {
            return;
        }
        let is_first = self.offer.borrow().is_none();
        let selected = self.selected_name();
        self.frame.set_typing(offer.text.is_none());
        self.frame.about(&offer.about, offer.text.as_ref().map_or("", |text| text.expose()));
        self.offer.replace(Some(offer));
        self.update();
        if is_first {
            self.frame.set_lines(self.rows.borrow().len());
            self.focus_field();
            self.show();
        } else if let Some(name) = selected {
            self.select_name(&name);
        }
    }

    fn is_typed(&self) -> bool {
        self.offer.borrow().as_ref().is_some_and(|offer| offer.text.is_none())
    }

    fn focus_field(&self) {
        match self.is_typed() {
            true => self.frame.text.grab_focus(),
            false => self.frame.entry.grab_focus_without_selecting(),
        }
    }

    fn show(&self) {
        let window = &self.frame.window;
        if window.is_visible() {
            return;
        }
        self.focus_field();
        let size = (frame::WIDTH, self.frame.height());
        let scale = window.scale_factor().max(1);
        let at = self.at.get().map(|(x, y)| (x / scale, y / scale));
        place::call(window, size, at, self.focus.as_ref().and_then(Focus::time));
        self.await_focus();
    }

    /// Out of sight; who had the keyboard before has it again.
    pub fn hide(&self) {
        self.is_open.set(false);
        let had_focus = self.has_focus();
        place::hide(&self.frame.window);
        // A compositor has given the keyboard back once it has answered; an X server is asked to.
        if let Some(display) = gtk::gdk::Display::default() {
            display.sync();
        }
        if let Some(focus) = self.focus.as_ref().filter(|_| had_focus) {
            focus.give_back();
        }
    }

    fn has_focus(&self) -> bool {
        self.focus.as_ref().map_or_else(|| self.frame.window.is_active(), Focus::is_held)
    }

    fn close(&self) {
        if self.is_open() {
            self.hide();
            pipe::say(&FromPanel::Closed { job: self.job() });
        }
    }

    /// The list anew, for what is typed.
    fn update(&self) {
        let offer = self.offer.borrow();
        let entries = offer.as_ref().map(|offer| &offer.entries[..]).unwrap_or_default();
        let (typed, text) = (self.typed(), self.text());
        let folder = self.folder.borrow().clone();
        let asks = if typed.trim().is_empty() && text.trim().is_empty() { Asks::Nothing } else { Asks::Typed };
        let rows = picking::rows(entries, folder.as_deref(), &typed, asks);
        let ask = ask_line(if typed.trim().is_empty() { &text } else { &typed });
        self.frame.list.fill(rows.iter().map(|row| Shown::new(row, entries, &ask)));
        self.frame.folder(folder.as_deref());
        self.frame.hints(&typed, &text);
        self.frame.nothing_fits(rows.is_empty() && offer.is_some());
        self.frame.foot(&keys::foot(folder.is_some(), self.is_typed()));
        self.rows.replace(rows);
        self.select(0);
    }

    fn select(&self, place: usize) {
        self.selected.set(place.min(self.frame.list.len().saturating_sub(1)));
        self.frame.list.select(self.selected.get());
    }

    fn selected_name(&self) -> Option<String> {
        let (offer, rows) = (self.offer.borrow(), self.rows.borrow());
        let Row::Action { entry, .. } = rows.get(self.selected.get())? else { return None };
        Some(offer.as_ref()?.entries.get(*entry)?.name.clone())
    }

    fn select_name(&self, name: &str) {
        let place = {
            let (offer, rows) = (self.offer.borrow(), self.rows.borrow());
            let Some(offer) = offer.as_ref() else { return };
            let is_it = |row: &Row| matches!(row, Row::Action { entry, .. } if offer.entries[*entry].name == name);
            rows.iter().position(is_it)
        };
        place.into_iter().for_each(|place| self.select(place));
    }

    /// One line on, or back; from an end to the other one.
    fn step(&self, lines: isize) {
        let number = self.frame.list.len();
        if number > 0 {
            let place = (self.selected.get() + number).saturating_add_signed(lines) % number;
            self.select(place);
            self.frame.list.focus(place);
        }
    }

    fn run_selected(&self) {
        self.run(self.selected.get());
    }

    fn run(&self, place: usize) {
        let row = self.rows.borrow().get(place).cloned();
        match row {
            Some(Row::Action { entry, .. }) => self.run_action(entry),
            Some(Row::Folder { name, .. }) => self.open(Some(name)),
            Some(Row::Ask) => self.ask(),
            None => {}
        }
    }

    fn run_action(&self, entry: usize) {
        let name = self.offer.borrow().as_ref().and_then(|offer| Some(offer.entries.get(entry)?.name.clone()));
        let Some(action) = name else { return };
        let text = self.is_typed().then(|| self.text());
        if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            self.frame.text.grab_focus();
            return;
        }
        self.hide();
        pipe::say(&FromPanel::Run { job: self.job(), action, text: text.map(Words::from) });
    }

    /// Follows what is typed; where that is a text alone, it is the instruction.
    fn ask(&self) {
        let (typed, text) = (self.typed(), self.text());
        let (instruction, text) = match typed.trim().is_empty() {
            true => (text, None),
            false => (typed, Some(text).filter(|text| !text.trim().is_empty())),
        };
        if instruction.trim().is_empty() {
            return;
        }
        self.hide();
        let (instruction, text) = (instruction.trim().to_owned().into(), text.map(Words::from));
        pipe::say(&FromPanel::Ask { job: self.job(), instruction, text });
    }

    fn open(&self, folder: Option<String>) {
        self.folder.replace(folder);
        self.frame.entry.set_text("");
        self.frame.entry.grab_focus();
        self.update();
    }

    fn typed(&self) -> String {
        self.frame.entry.text().into()
    }

    fn text(&self) -> String {
        let Some(buffer) = self.frame.text.buffer() else { return String::new() };
        let (start, end) = buffer.bounds();
        let text: String = buffer.text(&start, &end, false).map(Into::into).unwrap_or_default();
        cut(text, LONGEST_TYPED)
    }

    fn set_text(&self, text: &str) {
        if let Some(buffer) = self.frame.text.buffer() {
            buffer.set_text(text);
        }
    }

    /// Something else may fit what is typed now.
    fn text_changed(&self) {
        self.update();
        if !self.is_open() || self.is_asking.replace(true) {
            return;
        }
        let picker = self.own.borrow().clone();
        glib::timeout_add_local_once(TYPING_PAUSES, move || {
            let Some(picker) = picker.upgrade() else { return };
            picker.is_asking.set(false);
            if picker.is_open() && picker.is_typed() {
                pipe::say(&FromPanel::Typed { job: picker.job(), text: picker.text().into() });
            }
        });
    }

    /// The keyboard may have come and gone before the toolkit told of it.
    fn await_focus(&self) {
        let (picker, job) = (self.own.borrow().clone(), self.job());
        glib::timeout_add_local_once(FOCUS_WITHIN, move || {
            if let Some(picker) = picker.upgrade().filter(|picker| picker.job() == job) {
                picker.had_focus.set(true);
                picker.left();
            }
        });
    }

    /// The same where no click takes the keyboard away.
    fn clicked_elsewhere(&self) {
        match self.text().trim().is_empty() {
            true => self.close(),
            false => place::give_keyboard_back(&self.frame.window),
        }
    }

    /// Who clicks elsewhere wants no action. A text that was typed stays: more of it may be copied elsewhere.
    fn left(&self) {
        if !self.had_focus.get() || !self.is_open() {
            return;
        }
        if !self.has_focus() {
            if self.text().trim().is_empty() {
                self.close();
            }
            return;
        }
        // Some program has grabbed a key that is down, and the toolkit is told nothing of what it does with the focus then.
        let (picker, job) = (self.own.borrow().clone(), self.job());
        glib::timeout_add_local_once(GRAB_PASSES, move || {
            let is_away = |picker: &Rc<Self>| picker.job() == job && !picker.frame.window.is_active();
            picker.upgrade().filter(is_away).iter().for_each(|picker| picker.left());
        });
    }

    fn connect(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.frame.entry.connect_changed(move |_| weak.upgrade().iter().for_each(|picker| picker.update()));
        let weak = Rc::downgrade(self);
        if let Some(buffer) = self.frame.text.buffer() {
            buffer.connect_changed(move |_| weak.upgrade().iter().for_each(|picker| picker.text_changed()));
        }
        let weak = Rc::downgrade(self);
        list::on_click(&self.frame.list, move |place| weak.upgrade().iter().for_each(|picker| picker.run(place)));
        let weak = Rc::downgrade(self);
        self.frame.window.connect_delete_event(move |_, _| {
            weak.upgrade().iter().for_each(|picker| picker.close());
            glib::Propagation::Stop
        });
        let weak = Rc::downgrade(self);
        self.frame.window.connect_focus_in_event(move |_, _| {
            // What is told may be of the last time, when it was taken away.
            weak.upgrade().iter().filter(|picker| picker.has_focus()).for_each(|picker| picker.had_focus.set(true));
            glib::Propagation::Proceed
        });
        let weak = Rc::downgrade(self);
        self.frame.window.connect_focus_out_event(move |_, _| {
            weak.upgrade().iter().for_each(|picker| picker.left());
            glib::Propagation::Proceed
        });
        keys::connect(self);
    }
}

/// What an instruction of the moment is called.
fn ask_line(typed: &str) -> String {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    fill(words().ask, &[&line])
}

/// The beginning of a text, no longer than this.
fn cut(mut text: String, longest: usize) -> String {
    while text.len() > longest || !text.is_char_boundary(text.len()) {
        let at = (0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(at);
    }
    text
}
