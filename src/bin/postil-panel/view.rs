//! The window of one job: what it is, its text folded, its answers, and what can be done with them.

mod frame;
mod keys;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gtk::glib;
use gtk::prelude::*;
use postil::panel::protocol::{Done, FromPanel};

use crate::lane::Lane;
use crate::{pipe, place};
use frame::Frame;

/// Pieces that come within a frame of the screen are written at once.
const FRAME: Duration = Duration::from_millis(16);

/// So long a button says that it has done what it says.
const SAYS_DONE: Duration = Duration::from_millis(1500);

/// Of the text, what stands in the line that unfolds it.
const EXCERPT: usize = 90;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was shown in it yet.
    Spare,
    Working,
    /// There is an answer.
    Answered,
    /// There is none, or a part of one.
    Ended,
}

pub struct View {
    frame: Frame,
    lanes: RefCell<Vec<Lane>>,
    job: Cell<u64>,
    state: Cell<State>,
    replaces: Cell<bool>,
    awaits_retry: Cell<bool>,
    is_flushing: Cell<bool>,
    /// On the screen, or about to be: on Wayland its place is found out first.
    is_shown: Cell<bool>,
    /// The height that the window was given last; another one is the user's.
    height: Cell<i32>,
    own: RefCell<std::rc::Weak<Self>>,
}

impl View {
    /// A window that is ready and out of sight.
    pub fn new() -> Rc<Self> {
        let view = Rc::new(Self {
            frame: Frame::new(),
            lanes: RefCell::default(),
            job: Cell::new(0),
            state: Cell::new(State::Spare),
            replaces: Cell::new(false),
            awaits_retry: Cell::new(false),
            is_flushing: Cell::new(false),
            is_shown: Cell::new(false),
            height: Cell::new(0),
            own: RefCell::default(),
        });
        view.own.replace(Rc::downgrade(&view));
        view.connect();
        view
    }

    pub fn job(&self) -> u64 {
        self.job.get()
    }

    pub fn is_visible(&self) -> bool {
        self.is_shown.get()
    }

    pub fn is_over(&self) -> bool {
        self.state.get() != State::Working
    }

    /// Whether the same was asked for once more in it.
    pub fn awaits_retry(&self) -> bool {
        self.awaits_retry.get()
    }

    /// Shows a new job.
    pub fn begin(&self, job: u64, title: &str) {
        let stays = self.awaits_retry.replace(false) && self.is_visible();
        self.job.set(job);
        self.state.set(State::Working);
        self.replaces.set(false);
        self.set_lanes(vec![Lane::new(None, true)]);
        self.frame.begin(title);
        self.show_buttons();
        if stays {
            return;
        }
        self.height.set(0);
        self.fit();
        let size = (frame::WIDTH, self.height.get().max(frame::LEAST_HEIGHT));
        self.is_shown.set(true);
        place::show(&self.frame.window, size);
    }

    pub fn source(&self, text: &str) {
        self.frame.source(&excerpt(text), text);
        self.fit();
    }

    pub fn lanes(&self, labels: &[String]) {
        let lanes = labels.iter().enumerate().map(|(number, label)| Lane::new(Some(label), number == 0));
        self.set_lanes(lanes.collect());
        self.fit();
    }

    fn set_lanes(&self, lanes: Vec<Lane>) {
        for old in self.lanes.borrow().iter() {
            self.frame.answers.remove(&old.root);
        }
        lanes.iter().for_each(|lane| self.frame.answers.pack_start(&lane.root, false, false, 0));
        self.lanes.replace(lanes);
    }

    pub fn doing(&self, sentence: &str, by: &str) {
        if self.lanes.borrow().iter().all(Lane::is_blank) {
            self.frame.doing(Some(sentence));
        }
        if !by.is_empty() {
            self.frame.by.set_text(by);
        }
        self.fit();
    }

    pub fn answer(&self, lane: u16, piece: &str) {
        if let Some(lane) = self.lanes.borrow().get(usize::from(lane)) {
            lane.push(piece);
        }
        self.flush_soon();
    }

    pub fn reasoning(&self, lane: u16, piece: &str) {
        if let Some(lane) = self.lanes.borrow().get(usize::from(lane)) {
            lane.reason(piece);
        }
        self.fit();
    }

    pub fn lane_over(&self, lane: u16, failure: Option<&str>) {
        if let Some(lane) = self.lanes.borrow().get(usize::from(lane)) {
            lane.over(failure);
        }
        self.fit();
    }

    pub fn done(&self, done: &Done) {
        let lanes = self.lanes.borrow();
        let is_meant = |lane: &&Lane| done.label.as_ref().is_none_or(|label| lane.name == *label);
        lanes.iter().for_each(Lane::flush);
        if let Some(lane) = lanes.iter().find(is_meant) {
            lane.settle(done.text.expose());
        }
        drop(lanes);
        self.replaces.set(done.replaces);
        self.frame.by.set_text(&done.by);
        let notes: Vec<_> = done.notes.iter().map(|note| note.expose()).collect();
        self.frame.notes(&notes.join(" · "));
        self.end(State::Answered);
        self.frame.announce("answered");
    }

    pub fn failed(&self, sentence: &str) {
        if let Some(lane) = self.lanes.borrow().first() {
            lane.flush();
            // What came of several is said of each already.
            if !lane.is_named() {
                lane.fail(sentence);
            } else {
                self.frame.notes(sentence);
            }
        }
        self.end(State::Ended);
        self.frame.announce("failed");
    }

    pub fn cancelled(&self) {
        if self.is_over() {
            return;
        }
        self.lanes.borrow().iter().for_each(Lane::flush);
        self.frame.notes("stopped");
        self.end(State::Ended);
    }

    pub fn hide(&self) {
        self.is_shown.set(false);
        place::hide(&self.frame.window);
    }

    fn end(&self, state: State) {
        self.state.set(state);
        self.frame.doing(None);
        self.show_buttons();
        self.fit();
    }

    fn show_buttons(&self) {
        let state = self.state.get();
        let is_answered = state == State::Answered;
        self.frame.spinner.set_active(state == State::Working);
        self.frame.spinner.set_visible(state == State::Working);
        self.frame.copy.set_sensitive(is_answered);
        self.frame.replace.set_visible(is_answered && self.replaces.get());
        self.frame.retry.set_visible(state != State::Working);
        self.frame.cancel.set_visible(state == State::Working);
    }

    fn flush_soon(&self) {
        if self.is_flushing.replace(true) {
            return;
        }
        let view = self.own.borrow().clone();
        glib::timeout_add_local_once(FRAME, move || {
            let Some(view) = view.upgrade() else { return };
            view.is_flushing.set(false);
            view.frame.doing(None);
            view.lanes.borrow().iter().for_each(Lane::flush);
            view.fit();
        });
    }

    /// Grows with the answer, up to a part of the monitor; a size that the user has chosen stays.
    fn fit(&self) {
        let window = &self.frame.window;
        let (width, now) = window.size();
        let last = self.height.get();
        if window.is_visible() && last != 0 && (now - last).abs() > 2 && self.frame.was_resized() {
            return;
        }
        let width = if last == 0 { frame::WIDTH } else { width };
        let wanted = self.frame.height_at(width).clamp(frame::LEAST_HEIGHT, place::highest(window));
        // While pieces come it only grows.
        if wanted > last || (wanted < last && self.is_over()) {
            self.height.set(wanted);
            place::resize(window, (width, wanted));
            if window.is_visible() {
                place::keep_inside(window, wanted);
            }
        }
    }

    fn connect(self: &Rc<Self>) {
        let on = |button: &gtk::Button, act: fn(&Self)| {
            let view = Rc::downgrade(self);
            button.connect_clicked(move |_| view.upgrade().iter().for_each(|view| act(view)));
        };
        on(&self.frame.copy, Self::copy);
        on(&self.frame.replace, Self::replace);
        on(&self.frame.retry, Self::retry);
        on(&self.frame.cancel, |view| pipe::say(&FromPanel::Cancel { job: view.job() }));
        on(&self.frame.close, Self::close);
        let view = Rc::downgrade(self);
        self.frame.window.connect_delete_event(move |_, _| {
            view.upgrade().iter().for_each(|view| view.close());
            glib::Propagation::Stop
        });
        // A text view knows its height when it has laid its text out.
        let view = Rc::downgrade(self);
        self.frame.answers.connect_size_allocate(move |_, _| {
            let view = view.clone();
            glib::idle_add_local_once(move || view.upgrade().iter().for_each(|view| view.fit()));
        });
        keys::connect(self);
    }

    fn copy(&self) {
        if self.state.get() != State::Answered {
            return;
        }
        pipe::say(&FromPanel::Copy { job: self.job() });
        self.frame.copy.set_label("✓ Copied");
        let copy = self.frame.copy.clone();
        glib::timeout_add_local_once(SAYS_DONE, move || copy.set_label("_Copy"));
    }

    fn replace(&self) {
        if self.state.get() == State::Answered && self.replaces.get() {
            self.hide();
            pipe::say(&FromPanel::Replace { job: self.job() });
        }
    }

    fn retry(&self) {
        if self.is_over() {
            self.awaits_retry.set(true);
            pipe::say(&FromPanel::Retry { job: self.job() });
        }
    }

    fn close(&self) {
        self.hide();
        pipe::say(&FromPanel::Closed { job: self.job() });
    }

    fn has_selection(&self) -> bool {
        self.lanes.borrow().iter().any(Lane::has_selection) || self.frame.source_has_selection()
    }
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
