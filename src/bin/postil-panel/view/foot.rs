//! The buttons at the foot of a window, and which of them are there when.

use std::rc::Rc;

use gtk::prelude::*;
use postil::panel::words::{Button, key_of};

use crate::look::{self, words};
use crate::place;

/// What a window is about at this moment, as far as its buttons go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Working,
    /// There is an answer.
    Answered {
        replaces: bool,
    },
    /// There is none, or a part of one. `failed`: that is a pity.
    Ended {
        failed: bool,
    },
    /// A change waits for a yes.
    Change,
    /// Something waits for leave to be sent.
    Question {
        masks: bool,
    },
}

pub struct Foot {
    pub row: gtk::Box,
    pub copy: gtk::Button,
    pub replace: gtk::Button,
    pub append: gtk::Button,
    pub retry: gtk::Button,
    pub model: gtk::Button,
    pub language: gtk::Button,
    pub config: gtk::Button,
    pub accept: gtk::Button,
    pub keep: gtk::Button,
    pub send_masked: gtk::Button,
    pub send: gtk::Button,
    pub dont_send: gtk::Button,
    pub stop: gtk::Button,
}

impl Foot {
    /// `resized`: told when somebody draws at the corner.
    pub fn new(window: &gtk::Window, resized: impl Fn() + 'static) -> Self {
        let words = words();
        let (main, other) = (|of: Button| button(of, Some("main")), |of: Button| button(of, None));
        let foot = Self {
            row: gtk::Box::new(gtk::Orientation::Horizontal, 6),
            copy: main(words.copy),
            replace: other(words.replace),
            append: other(words.append),
            retry: other(words.retry),
            model: other(words.model),
            language: other(words.language),
            config: other(words.config),
            accept: main(words.accept),
            keep: other(words.keep),
            send_masked: main(words.send_masked),
            send: other(words.send),
            dont_send: other(words.dont_send),
            stop: other(words.stop),
        };
        foot.row.style_context().add_class("foot");
        foot.in_order().iter().for_each(|button| foot.row.pack_start(*button, false, false, 0));
        foot.row.pack_end(&corner(window, resized), false, false, 0);
        foot.row.pack_end(&foot.stop, false, false, 0);
        foot
    }

    /// What can be pressed now but the choice of a model, with what it does.
    pub fn possible(&self) -> impl Iterator<Item = (&gtk::Button, &'static str)> {
        let words = words();
        let does = [
            (&self.accept, words.accept),
            (&self.keep, words.keep),
            (&self.send_masked, words.send_masked),
            (&self.send, words.send),
            (&self.dont_send, words.dont_send),
            (&self.copy, words.copy),
            (&self.replace, words.replace),
            (&self.append, words.append),
            (&self.retry, words.retry),
            (&self.language, words.language),
            (&self.config, words.config),
            (&self.stop, words.stop),
        ];
        let is_possible = |(button, _): &(&gtk::Button, Button)| button.get_visible() && button.is_sensitive();
        does.into_iter().filter(is_possible).map(|(button, of)| (button, of.does))
    }

    fn in_order(&self) -> [&gtk::Button; 12] {
        let (asks, sends) = ([&self.accept, &self.keep], [&self.send_masked, &self.send, &self.dont_send]);
        let of_answer = [&self.copy, &self.replace, &self.append, &self.retry, &self.model, &self.language];
        let mut all = [&self.config; 12];
        all[..2].copy_from_slice(&asks);
        all[2..5].copy_from_slice(&sends);
        all[5..11].copy_from_slice(&of_answer);
        all
    }

    /// `models`, `languages`: whether there are others to choose.
    pub fn show(&self, moment: Moment, models: bool, languages: bool) {
        let is_answered = matches!(moment, Moment::Answered { .. });
        let is_over = is_answered || matches!(moment, Moment::Ended { .. });
        let has_failed = moment == Moment::Ended { failed: true };
        self.copy.set_visible(is_answered || moment == Moment::Working);
        self.copy.set_sensitive(is_answered);
        self.replace.set_visible(moment == Moment::Answered { replaces: true });
        self.append.set_visible(moment == Moment::Answered { replaces: true });
        self.retry.set_visible(is_over);
        // Where there is an answer, the name of who gave it is the button.
        self.model.set_visible(has_failed && models);
        self.language.set_visible(is_over && languages);
        self.config.set_visible(has_failed);
        self.accept.set_visible(moment == Moment::Change);
        self.keep.set_visible(moment == Moment::Change);
        let asks = matches!(moment, Moment::Question { .. });
        self.send_masked.set_visible(moment == Moment::Question { masks: true });
        self.send.set_visible(asks);
        self.dont_send.set_visible(asks);
        self.stop.set_visible(moment == Moment::Working);
        match has_failed {
            true => self.retry.style_context().add_class("main"),
            false => self.retry.style_context().remove_class("main"),
        }
    }
}

fn button(of: Button, class: Option<&str>) -> gtk::Button {
    look::button(of.word, of.does, class)
}

/// To resize the window by.
fn corner(window: &gtk::Window, resized: impl Fn() + 'static) -> gtk::EventBox {
    let corner = gtk::EventBox::new();
    let sign = look::label("by");
    sign.set_text("◢");
    corner.add(&sign);
    corner.set_valign(gtk::Align::End);
    look::name(&corner, words().resize);
    place::resized_by(&corner, window, resized);
    corner
}

/// A menu of what things do, with their keys; told by its number what was chosen, at the button that opens it.
pub fn menu(button: &impl IsA<gtk::Widget>, entries: &[String], chosen: impl Fn(usize) + 'static) -> gtk::Menu {
    let menu = gtk::Menu::new();
    menu.set_reserve_toggle_size(false);
    let chosen = Rc::new(chosen);
    for (number, entry) in entries.iter().enumerate() {
        let item = item(entry);
        let chosen = Rc::clone(&chosen);
        item.connect_activate(move |_| chosen(number));
        menu.append(&item);
    }
    // The toolkit leaves a menu that belongs to a button out of what screen readers see.
    menu.set_attach_widget(button.parent().as_ref());
    menu.show_all();
    // It goes with its last use.
    menu.connect_deactivate(|menu| {
        let menu = menu.clone();
        gtk::glib::idle_add_local_once(move || menu.detach());
    });
    menu.popup_at_widget(button, gtk::gdk::Gravity::SouthWest, gtk::gdk::Gravity::NorthWest, None);
    menu
}

/// A line of a menu, with its key at its end.
fn item(does: &str) -> gtk::MenuItem {
    let (what, key) = key_of(does);
    let Some(key) = key else { return gtk::MenuItem::with_label(does) };
    let (item, row) = (gtk::MenuItem::new(), gtk::Box::new(gtk::Orientation::Horizontal, 24));
    let [what, key] = [(what, "item"), (key, "item-key")].map(|(text, class)| {
        let label = look::label(class);
        label.set_line_wrap(false);
        label.set_text(text);
        label
    });
    row.pack_start(&what, true, true, 0);
    row.pack_start(&key, false, false, 0);
    item.add(&row);
    look::name(&item, does);
    item
}
