//! What the buttons of a window do.

use std::rc::Rc;

use gtk::glib;
use gtk::prelude::*;
use postil::engine::job::consent::Permission;
use postil::panel::protocol::{FromPanel, Words};
use postil::panel::words::{fill, language_name};

use super::foot::{self, Moment};
use super::{View, keys};
use crate::look::{self, words};
use crate::pipe;

pub(super) fn connect(view: &Rc<View>) {
    let on = |button: &gtk::Button, act: fn(&View)| {
        let view = Rc::downgrade(view);
        button.connect_clicked(move |_| view.upgrade().iter().for_each(|view| act(view)));
    };
    let (frame, foot) = (&view.frame, &view.frame.foot);
    on(&foot.copy, View::copy);
    on(&foot.replace, View::replace);
    on(&foot.append, View::append);
    on(&foot.retry, |view| view.retry(None, None));
    on(&foot.model, |view| view.choose_model(&view.frame.foot.model));
    on(&frame.by, |view| view.choose_model(&view.frame.by));
    on(&foot.language, View::choose_language);
    on(&foot.config, |_| pipe::say(&FromPanel::OpenConfig));
    on(&foot.accept, |view| view.decide(true));
    on(&foot.keep, |view| view.decide(false));
    on(&foot.send_masked, |view| view.permit(Permission::Masked));
    on(&foot.send, |view| view.permit(Permission::AsItIs));
    on(&foot.dont_send, |view| view.permit(Permission::Refused));
    on(&foot.stop, |view| pipe::say(&FromPanel::Cancel { job: view.job() }));
    on(&frame.close, View::close);
    on(&frame.all, View::show_all);
    let weak = Rc::downgrade(view);
    frame.follow_up.connect_activate(move |_| weak.upgrade().iter().for_each(|view| view.follow()));
    let weak = Rc::downgrade(view);
    frame.window.connect_delete_event(move |_, _| {
        weak.upgrade().iter().for_each(|view| view.close());
        glib::Propagation::Stop
    });
    // A text view knows its height when it has laid its text out.
    for part in [&frame.answers, &frame.turns] {
        let weak = Rc::downgrade(view);
        part.connect_size_allocate(move |_, _| {
            let weak = weak.clone();
            glib::idle_add_local_once(move || weak.upgrade().iter().for_each(|view| view.fit()));
        });
    }
    keys::connect(view);
}

impl View {
    /// The number of the lane that the buttons are about.
    pub(super) fn chosen(&self) -> u16 {
        let lanes = self.lanes.borrow();
        let chosen = lanes.iter().position(|lane| lane.is_named() && lane.head.is_active()).unwrap_or(0);
        u16::try_from(chosen).unwrap_or(0)
    }

    /// Whether there is such a lane.
    pub(super) fn choose(&self, number: usize) -> bool {
        let lanes = self.lanes.borrow();
        let lane = lanes.get(number).filter(|lane| lane.is_named());
        lane.iter().for_each(|lane| lane.head.set_active(true));
        lane.is_some()
    }

    /// Folds this lane, or unfolds it.
    pub(super) fn fold(&self, number: usize) {
        if let Some(lane) = self.lanes.borrow().get(number).filter(|lane| lane.is_named()) {
            lane.set_folded(!lane.is_folded());
        }
        self.fit();
    }

    pub(super) fn fold_chosen(&self) {
        self.fold(self.chosen().into());
    }

    pub(super) fn copy(&self) {
        if !matches!(self.moment.get(), Moment::Answered { .. }) {
            return;
        }
        pipe::say(&FromPanel::Copy { job: self.job(), lane: self.chosen() });
        look::say_copied(&self.frame.foot.copy, words().copy.word);
    }

    pub(super) fn copy_code(&self, code: String) {
        pipe::say(&FromPanel::CopyCode { job: self.job(), code: Words::from(code) });
    }

    pub(super) fn replace(&self) {
        if self.moment.get() == (Moment::Answered { replaces: true }) {
            self.make_room();
            pipe::say(&FromPanel::Replace { job: self.job(), lane: self.chosen() });
        }
    }

    pub(super) fn append(&self) {
        if self.moment.get() == (Moment::Answered { replaces: true }) {
            self.make_room();
            pipe::say(&FromPanel::Append { job: self.job(), lane: self.chosen() });
        }
    }

    pub(super) fn retry(&self, model: Option<String>, language: Option<String>) {
        if self.is_over() {
            self.awaits_retry.set(true);
            pipe::say(&FromPanel::Retry { job: self.job(), model, language });
        }
    }

    /// The one after who has answered, in the order in which they are offered.
    pub(super) fn after(&self) -> Option<String> {
        let (models, by) = (self.models.borrow(), self.by.borrow());
        let at = models.iter().position(|model| *model == *by);
        let next = at.map_or(0, |at| at + 1);
        models.get(next).or_else(|| models.first()).filter(|model| **model != *by).cloned()
    }

    pub(super) fn next_model(&self) {
        if let Some(next) = self.after() {
            self.retry(Some(next), None);
        }
    }

    fn choose_model(&self, at: &gtk::Button) {
        let next = self.after();
        let mut models: Vec<_> = next.iter().cloned().collect();
        let others = self.models.borrow();
        models.extend(others.iter().cloned());
        let mut entries = models.clone();
        if let (Some(next), Some(first)) = (&next, entries.first_mut()) {
            *first = fill(words().next_model, &[next]);
        }
        let own = self.own.borrow().clone();
        foot::menu(at, &entries, move |number| {
            let model = models.get(number).cloned();
            own.upgrade().iter().for_each(|view| view.retry(model.clone(), None));
        });
    }

    pub(super) fn choose_language(&self) {
        let languages = self.languages.borrow().clone();
        if languages.is_empty() || !self.is_over() {
            return;
        }
        let names: Vec<_> = languages.iter().map(|code| language_name(code)).collect();
        let own = self.own.borrow().clone();
        foot::menu(&self.frame.foot.language, &names, move |number| {
            let language = languages.get(number).cloned();
            own.upgrade().iter().for_each(|view| view.retry(None, language.clone()));
        });
    }

    pub(super) fn decide(&self, accept: bool) {
        if self.moment.get() != Moment::Change {
            return;
        }
        if accept {
            self.make_room();
        }
        self.enter(Moment::Working);
        self.frame.notes("");
        pipe::say(&FromPanel::Decide { job: self.job(), accept });
    }

    fn permit(&self, permission: Permission) {
        self.enter(Moment::Working);
        self.frame.doing(None);
        pipe::say(&FromPanel::Permit { job: self.job(), permission });
    }

    pub(super) fn close(&self) {
        self.hide();
        self.frame.pin.set_active(false);
        pipe::say(&FromPanel::Closed { job: self.job() });
    }
}
