//! The window of one job: what it is, its text folded, its answers, and what can be done with them.

mod all;
mod change;
mod foot;
mod frame;
mod keys;
mod pressed;
mod turns;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use gtk::glib;
use gtk::prelude::*;
use postil::panel::protocol::{Done, FromPanel, Size};
use postil::panel::words::fill;
use postil::text::diff::Piece;

use crate::lane::Lane;
use crate::look::words;
use crate::{pipe, place};
use foot::Moment;
use frame::Frame;

/// Pieces that come within this are written at once. Half a frame of the screen: it is laid out before the next one is drawn.
const TOGETHER: Duration = Duration::from_millis(8);

/// A wait is counted down in these.
const SECOND: Duration = Duration::from_secs(1);

/// A window that is to stay is in sight again when something has been pasted beside it.
const AFTER_PASTE: Duration = Duration::from_millis(1500);

/// Of the text, what stands in the line that unfolds it.
const EXCERPT: usize = 90;

pub struct View {
    frame: Frame,
    lanes: RefCell<Vec<Lane>>,
    job: Cell<u64>,
    /// What is run, by its name.
    action: RefCell<String>,
    moment: Cell<Moment>,
    replaces: Cell<bool>,
    follows: Cell<bool>,
    models: RefCell<Vec<String>>,
    languages: RefCell<Vec<String>>,
    /// Who has answered.
    by: RefCell<String>,
    awaits_retry: Cell<bool>,
    /// What was asked further, until that is a job.
    asked: RefCell<Option<String>>,
    is_flushing: Cell<bool>,
    /// When pieces were last shown.
    flushed: Cell<Option<Instant>>,
    /// On the screen, or about to be: on Wayland its place is found out first.
    is_shown: Cell<bool>,
    /// Goes up when a wait that is counted down is over.
    wait: Cell<u32>,
    /// The height that the window was given last; another one is the user's.
    height: Cell<i32>,
    /// As high as it may become by itself.
    highest: Cell<i32>,
    own: RefCell<std::rc::Weak<Self>>,
}

impl View {
    /// A window that is ready and out of sight.
    pub fn new() -> Rc<Self> {
        let view = Rc::new(Self {
            frame: Frame::new(),
            lanes: RefCell::default(),
            job: Cell::new(0),
            action: RefCell::default(),
            moment: Cell::new(Moment::Ended { failed: false }),
            replaces: Cell::new(false),
            follows: Cell::new(false),
            models: RefCell::default(),
            languages: RefCell::default(),
            by: RefCell::default(),
            awaits_retry: Cell::new(false),
            asked: RefCell::default(),
            is_flushing: Cell::new(false),
            flushed: Cell::new(None),
            is_shown: Cell::new(false),
            wait: Cell::new(0),
            height: Cell::new(0),
            highest: Cell::new(0),
            own: RefCell::default(),
        });
        view.own.replace(Rc::downgrade(&view));
        pressed::connect(&view);
        view
    }

    pub fn job(&self) -> u64 {
        self.job.get()
    }

    pub fn is_visible(&self) -> bool {
        self.is_shown.get()
    }

    /// Whether another job can have it.
    pub fn is_free(&self) -> bool {
        self.is_over() && !self.is_pinned()
    }

    fn is_over(&self) -> bool {
        matches!(self.moment.get(), Moment::Answered { .. } | Moment::Ended { .. })
    }

    fn is_pinned(&self) -> bool {
        self.frame.pin.is_active()
    }

    /// Whether the same was asked for once more in it, or something further.
    pub fn awaits_next(&self) -> bool {
        self.awaits_retry.get() || self.asked.borrow().is_some()
    }

    /// Shows a new job.
    pub fn begin(&self, job: u64, title: &str, action: &str, size: Option<Size>) {
        let asked = self.asked.take();
        let goes_on = (self.awaits_retry.replace(false) || asked.is_some()) && self.is_visible();
        self.job.set(job);
        self.action.replace(action.to_owned());
        self.replaces.set(false);
        self.follows.set(false);
        match asked.filter(|_| goes_on) {
            Some(question) => self.turn(&question),
            None if goes_on => {}
            None => {
                self.forget_turns();
                self.frame.begin(title);
                self.models.borrow_mut().clear();
                self.languages.borrow_mut().clear();
                self.by.borrow_mut().clear();
                self.frame.pin.set_active(false);
            }
        }
        self.set_lanes(vec![Lane::new(None, None)]);
        self.frame.notes("");
        self.doing_nothing();
        self.frame.foot.copy.set_label(words().copy.word);
        self.enter(Moment::Working);
        if goes_on {
            self.frame.scroll_to_end();
            return;
        }
        self.height.set(0);
        let size = match size {
            Some(Size { width, height }) => {
                self.frame.keep_size();
                self.height.set(height);
                (width, height)
            }
            None => {
                self.fit();
                (frame::WIDTH, self.height.get().max(frame::LEAST_HEIGHT))
            }
        };
        place::resize(&self.frame.window, size);
        self.is_shown.set(true);
        place::show(&self.frame.window, size);
    }

    /// Whether what comes is a dictionary's entry.
    pub fn be_of_entries(&self, is_entry: bool) {
        self.lanes.borrow().iter().for_each(|lane| lane.is_entry.set(is_entry));
    }

    pub fn source(&self, text: &str) {
        self.frame.source(&excerpt(text, EXCERPT), text);
        self.fit();
    }

    /// What can be chosen for another answer.
    pub fn choices(&self, models: Vec<String>, languages: Vec<String>) {
        self.models.replace(models);
        self.languages.replace(languages);
        self.show_buttons();
    }

    pub fn lanes(&self, labels: &[String]) {
        let mut lanes: Vec<Lane> = Vec::new();
        for label in labels {
            let lane = Lane::new(Some(label), lanes.first());
            lanes.push(lane);
        }
        self.set_lanes(lanes);
        self.fit();
    }

    fn set_lanes(&self, lanes: Vec<Lane>) {
        for old in self.lanes.borrow().iter() {
            self.frame.answers.remove(&old.root);
        }
        for (number, lane) in lanes.iter().enumerate() {
            self.frame.answers.pack_start(&lane.root, false, false, 0);
            let view = self.own.borrow().clone();
            lane.fold.connect_clicked(move |_| view.upgrade().iter().for_each(|view| view.fold(number)));
            let view = self.own.borrow().clone();
            lane.page.connect_copy(move |code| {
                if let Some(view) = view.upgrade() {
                    view.copy_code(code);
                }
            });
        }
        self.lanes.replace(lanes);
    }

    /// `waits`: for so many seconds.
    pub fn doing(&self, sentence: &str, by: &str, waits: Option<u64>) {
        if self.lanes.borrow().iter().all(Lane::is_blank) {
            match waits {
                Some(seconds) => self.count_down(sentence, seconds),
                None => {
                    self.doing_nothing();
                    self.frame.doing(Some(sentence));
                }
            }
        }
        if !by.is_empty() {
            self.frame.by(by, false);
        }
        self.fit();
    }

    /// The seconds of a wait, as they pass.
    fn count_down(&self, sentence: &str, seconds: u64) {
        self.doing_nothing();
        let wait = self.wait.get();
        self.frame.doing(Some(&fill(words().again_in, &[sentence, &seconds.to_string()])));
        let (view, sentence, mut left) = (self.own.borrow().clone(), sentence.to_owned(), seconds);
        glib::timeout_add_local(SECOND, move || {
            let Some(view) = view.upgrade().filter(|view| view.wait.get() == wait && left > 1) else {
                return glib::ControlFlow::Break;
            };
            left -= 1;
            view.frame.doing(Some(&fill(words().again_in, &[&sentence, &left.to_string()])));
            glib::ControlFlow::Continue
        });
    }

    fn doing_nothing(&self) {
        self.wait.set(self.wait.get().wrapping_add(1));
        self.frame.doing(None);
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

    pub fn lane_over(&self, lane: u16, failure: Option<&str>, toll: &str) {
        if let Some(lane) = self.lanes.borrow().get(usize::from(lane)) {
            lane.over(failure, toll);
        }
        self.fit();
    }

    /// What the answer would change.
    pub fn change(&self, pieces: &[Piece]) {
        self.lanes.borrow().iter().for_each(Lane::flush);
        self.doing_nothing();
        self.frame.change.set(pieces);
        self.frame.notes(words().change_asked);
        self.ask(Moment::Change, &self.frame.foot.accept);
    }

    /// Whether something may leave.
    pub fn question(&self, sentence: &str, masks: bool) {
        self.doing_nothing();
        self.frame.doing(Some(sentence));
        let foot = &self.frame.foot;
        self.ask(Moment::Question { masks }, if masks { &foot.send_masked } else { &foot.dont_send });
    }

    /// `first`: the button that Enter presses.
    fn ask(&self, moment: Moment, first: &gtk::Button) {
        self.enter(moment);
        first.grab_focus();
        self.fit();
        self.frame.announce(words().says_asks);
    }

    pub fn done(&self, done: &Done) {
        {
            let lanes = self.lanes.borrow();
            let of = |label: &String| lanes.iter().find(|lane| lane.name == *label);
            // What is copied is what is chosen, which is the first that has answered unless somebody has chosen.
            let lane = done.label.as_ref().and_then(of).or_else(|| lanes.first());
            if let Some(lane) = lane {
                lane.settle(done.text.expose());
                if lanes.iter().any(|lane| lane.head.is_active() && lane.has_failed()) {
                    lane.head.set_active(true);
                }
            }
            lanes.iter().for_each(Lane::flush);
        }
        self.replaces.set(done.replaces);
        self.follows.set(done.follows);
        self.by.replace(done.by.clone());
        self.frame.by(&done.by, !self.models.borrow().is_empty());
        self.frame.toll(if done.label.is_some() { "" } else { &done.toll });
        let notes: Vec<_> = done.notes.iter().map(|note| note.expose()).collect();
        self.frame.notes(&notes.join(" · "));
        self.end(Moment::Answered { replaces: done.replaces });
        self.be_ready_to_type();
        self.frame.announce(words().says_answered);
        if !done.is_placed && !self.is_visible() {
            self.show_again();
        }
    }

    /// Who clicks the window can ask further at once. Where somebody is in it already, nothing is taken out of their hands.
    fn be_ready_to_type(&self) {
        let entry = &self.frame.follow_up;
        if entry.get_visible() && !self.frame.window.is_active() {
            entry.grab_focus_without_selecting();
        }
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
        self.frame.by("", false);
        self.end(Moment::Ended { failed: true });
        self.frame.announce(&format!("{}: {sentence}", words().says_failed));
        if !self.is_visible() {
            self.show_again();
        }
    }

    pub fn cancelled(&self) {
        if self.is_over() {
            return;
        }
        self.lanes.borrow().iter().for_each(Lane::flush);
        self.frame.notes(words().stopped);
        self.end(Moment::Ended { failed: false });
    }

    /// Out of sight, so that the window that something is pasted into has the keyboard. One that is to stay comes back.
    pub fn make_room(&self) {
        self.hide();
        if self.is_pinned() {
            let (view, job) = (self.own.borrow().clone(), self.job());
            glib::timeout_add_local_once(AFTER_PASTE, move || {
                if let Some(view) = view.upgrade().filter(|view| view.job() == job && !view.is_visible()) {
                    view.show_again();
                }
            });
        }
    }

    fn hide(&self) {
        self.tell_size();
        self.is_shown.set(false);
        place::hide(&self.frame.window);
    }

    /// Where it was.
    fn show_again(&self) {
        self.is_shown.set(true);
        place::show_again(&self.frame.window);
    }

    /// What the user has drawn is kept for the next of its kind.
    fn tell_size(&self) {
        if self.frame.was_resized() && self.is_visible() {
            let (width, height) = self.frame.window.size();
            let (action, size) = (self.action.borrow().clone(), Size { width, height });
            pipe::say(&FromPanel::Sized { action, size });
        }
    }

    fn give_keyboard_back(&self) {
        place::give_keyboard_back(&self.frame.window);
    }

    fn end(&self, moment: Moment) {
        self.doing_nothing();
        self.enter(moment);
        self.fit();
    }

    fn enter(&self, moment: Moment) {
        self.moment.set(moment);
        self.show_buttons();
    }

    fn show_buttons(&self) {
        let moment = self.moment.get();
        let frame = &self.frame;
        frame.spinner.set_active(moment == Moment::Working);
        frame.spinner.set_visible(moment == Moment::Working);
        frame.change.view.set_visible(moment == Moment::Change);
        frame.answers.set_visible(moment != Moment::Change);
        let is_answered = matches!(moment, Moment::Answered { .. });
        frame.follow_up.set_visible(is_answered && self.follows.get());
        frame.foot.show(moment, !self.models.borrow().is_empty(), !self.languages.borrow().is_empty());
    }

    fn flush_soon(&self) {
        if self.is_flushing.replace(true) {
            return;
        }
        let view = self.own.borrow().clone();
        let since = self.flushed.get().map_or(TOGETHER, |flushed| flushed.elapsed());
        glib::timeout_add_local_once(TOGETHER.saturating_sub(since), move || {
            let Some(view) = view.upgrade() else { return };
            view.is_flushing.set(false);
            view.flushed.set(Some(Instant::now()));
            if view.moment.get() == Moment::Working {
                view.doing_nothing();
            }
            view.lanes.borrow().iter().for_each(Lane::flush);
            view.fit();
        });
    }

    /// Whether there is anything between the head and the foot.
    fn has_content(&self) -> bool {
        let is_told = |lane: &Lane| lane.is_named() || !lane.is_blank() || lane.has_thoughts();
        let has_turns = !self.frame.turns.children().is_empty();
        self.moment.get() == Moment::Change || has_turns || self.lanes.borrow().iter().any(is_told)
    }

    /// Grows with the answer, up to a part of the monitor; a size that the user has chosen stays.
    fn fit(&self) {
        let window = &self.frame.window;
        let (width, _) = window.size();
        let last = self.height.get();
        self.frame.show_content(self.has_content());
        if last != 0 && self.frame.was_resized() {
            return;
        }
        // The X server is asked for it, so that is not done for each piece.
        if last == 0 || self.moment.get() != Moment::Working {
            self.highest.set(place::highest(window));
        }
        let highest = self.highest.get();
        // More of an answer that fills it already changes nothing, and a long one takes long to measure.
        if last == highest && self.moment.get() == Moment::Working {
            return;
        }
        let width = if last == 0 { frame::WIDTH } else { width };
        let wanted = self.frame.height_at(width).clamp(frame::LEAST_HEIGHT, highest);
        // While pieces come it only grows.
        let may_shrink = self.moment.get() != Moment::Working || !self.has_content();
        if wanted > last || (wanted < last && may_shrink) {
            self.height.set(wanted);
            place::resize(window, (width, wanted));
            if window.is_visible() {
                place::keep_inside(window, wanted);
            }
        }
    }

    fn has_selection(&self) -> bool {
        self.lanes.borrow().iter().any(Lane::has_selection)
            || self.frame.source_has_selection()
            || self.frame.follow_up.selection_bounds().is_some()
    }
}

/// The beginning of a text, so many letters of it on one line.
fn excerpt(text: &str, letters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
