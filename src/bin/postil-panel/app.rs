//! The windows, one for each job that is shown, and which message is whose.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use gtk::glib;
use postil::cli::hardening;
use postil::panel::protocol::{FromPanel, Hello, ToPanel};

use crate::bar::Bar;
use crate::look;
use crate::picker::Picker;
use crate::pipe::{self, Told};
use crate::place;
use crate::view::View;

/// With nothing on the screen for so long, the panel may go.
const IDLE: Duration = Duration::from_secs(5 * 60);

pub fn main() -> ExitCode {
    hardening::harden();
    place::choose_backend();
    if let Err(error) = gtk::init() {
        eprintln!("postil-panel: {error}");
        return ExitCode::FAILURE;
    }
    glib::set_prgname(Some("postil-panel"));
    glib::set_application_name("postil");
    look::follow_the_desktop();
    pipe::say(&FromPanel::Hello(Hello::ours()));
    let app = Rc::new(RefCell::new(App {
        views: Vec::new(),
        picker: None,
        bar: None,
        idle: idle(),
        timer: None,
        is_ready: false,
    }));
    let exit = Rc::new(RefCell::new(ExitCode::SUCCESS));
    let exits = Rc::clone(&exit);
    pipe::listen(move |told| match told {
        Told::Message(message) => take(&app, message),
        Told::End => gtk::main_quit(),
        Told::Refused(error) => {
            eprintln!("postil-panel: {error}");
            exits.replace(ExitCode::FAILURE);
            gtk::main_quit();
        }
    });
    gtk::main();
    exit.replace(ExitCode::FAILURE)
}

/// The seconds may stand in an argument, for tests.
fn idle() -> Duration {
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok());
    seconds.map_or(IDLE, Duration::from_secs)
}

struct App {
    views: Vec<Rc<View>>,
    picker: Option<Rc<Picker>>,
    bar: Option<Rc<Bar>>,
    /// How long nothing is shown before the panel says so.
    idle: Duration,
    timer: Option<glib::SourceId>,
    /// What may be wanted next is made, or about to be.
    is_ready: bool,
}

impl App {
    /// A window that is made before it is needed is shown at once.
    fn spare(&mut self) -> Rc<View> {
        let view = View::new();
        self.views.push(Rc::clone(&view));
        view
    }

    /// A window for a new job: the one in which it was asked for, one that is out of sight, one that is over; or another.
    fn room(&mut self) -> Rc<View> {
        let free = |is_free: fn(&View) -> bool| self.views.iter().rev().find(|view| is_free(view)).cloned();
        free(View::awaits_next)
            .or_else(|| free(|view| !view.is_visible() && view.is_free()))
            .or_else(|| free(View::is_free))
            .unwrap_or_else(|| self.spare())
    }

    fn picker(&mut self) -> Rc<Picker> {
        Rc::clone(self.picker.get_or_insert_with(Picker::new))
    }

    fn bar(&mut self) -> Rc<Bar> {
        Rc::clone(self.bar.get_or_insert_with(Bar::new))
    }

    fn is_seen(&self) -> bool {
        self.views.iter().any(|view| view.is_visible())
            || self.picker.iter().any(|picker| picker.is_open())
            || self.bar.iter().any(|bar| bar.is_visible())
    }

    fn view(&self, job: u64) -> Option<Rc<View>> {
        self.views.iter().find(|view| view.job() == job).cloned()
    }
}

fn take(app: &Rc<RefCell<App>>, message: ToPanel) {
    match message {
        ToPanel::Hello(_) => return,
        ToPanel::Show { job, title, action, size, is_entry } => {
            let view = app.borrow_mut().room();
            view.begin(job, &title, &action, size);
            view.be_of_entries(is_entry);
        }
        ToPanel::Choices { job, models, languages } => on(app, job, |view| view.choices(models, languages)),
        ToPanel::Source { job, text } => on(app, job, |view| view.source(text.expose())),
        ToPanel::Lanes { job, labels } => on(app, job, |view| view.lanes(&labels)),
        ToPanel::Doing { job, sentence, by, waits } => on(app, job, |view| view.doing(&sentence, &by, waits)),
        ToPanel::Answer { job, lane, text } => on(app, job, |view| view.answer(lane, text.expose())),
        ToPanel::Reasoning { job, lane, text } => on(app, job, |view| view.reasoning(lane, text.expose())),
        ToPanel::LaneOver { job, lane, failure, toll } => {
            on(app, job, |view| view.lane_over(lane, failure.as_ref().map(|failure| failure.expose()), &toll));
        }
        ToPanel::Change { job, pieces } => {
            on(app, job, |view| view.change(&pieces));
            seen(job);
        }
        ToPanel::Question { job, sentence, masks } => {
            on(app, job, |view| view.question(&sentence, masks));
            seen(job);
        }
        ToPanel::Done(done) => {
            on(app, done.job, |view| view.done(&done));
            seen(done.job);
        }
        ToPanel::Failed { job, sentence } => {
            on(app, job, |view| view.failed(sentence.expose()));
            seen(job);
        }
        ToPanel::Cancelled { job } => {
            hide_picker(app, job);
            on(app, job, View::cancelled);
        }
        ToPanel::Hide { job } => {
            hide_picker(app, job);
            app.borrow().bar.iter().filter(|bar| bar.job() == job).for_each(|bar| bar.hide());
            on(app, job, View::make_room);
        }
        ToPanel::Pick { job } => {
            let picker = app.borrow_mut().picker();
            picker.begin(job);
        }
        ToPanel::Offer(offer) => {
            let (job, picker) = (offer.job, app.borrow_mut().picker());
            picker.offer(offer);
            seen(job);
        }
        ToPanel::Bar(bar) => {
            let shows = app.borrow_mut().bar();
            shows.show(&bar);
        }
    }
    get_ready(app);
    rest(app);
}

fn hide_picker(app: &Rc<RefCell<App>>, job: u64) {
    let picker = app.borrow().picker.clone().filter(|picker| picker.is_open() && picker.job() == job);
    picker.iter().for_each(|picker| picker.hide());
}

/// What may be wanted next is made when what was wanted first is drawn, for which the program was started. Where the picker
/// cannot be had, it would only start XWayland.
fn get_ready(app: &Rc<RefCell<App>>) {
    if std::mem::replace(&mut app.borrow_mut().is_ready, true) {
        return;
    }
    let app = Rc::clone(app);
    glib::idle_add_local_once(move || {
        let mut app = app.borrow_mut();
        if app.views.is_empty() {
            app.spare();
        }
        if place::gives_keyboard() {
            app.picker();
        }
    });
}

fn on(app: &Rc<RefCell<App>>, job: u64, act: impl FnOnce(&View)) {
    let view = app.borrow().view(job);
    if let Some(view) = view {
        act(&view);
    }
}

/// Said when what was told is drawn: drawing goes before what is idle.
fn seen(job: u64) {
    glib::idle_add_local_once(move || pipe::say(&FromPanel::Seen { job }));
}

/// Waits anew for the moment at which nothing was shown for long enough.
fn rest(app: &Rc<RefCell<App>>) {
    if let Some(timer) = app.borrow_mut().timer.take() {
        timer.remove();
    }
    let watched = Rc::downgrade(app);
    let wait = glib::timeout_add_local_once(app.borrow().idle, move || {
        let Some(app) = watched.upgrade() else { return };
        app.borrow_mut().timer = None;
        if !app.borrow().is_seen() {
            pipe::say(&FromPanel::Idle);
        }
        // Something is on the screen, or the daemon has just told something more.
        rest(&app);
    });
    app.borrow_mut().timer = Some(wait);
}
