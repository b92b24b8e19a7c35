//! All that can be done in a window at this moment, in one menu: for who looks for it, or for its key.

use gtk::prelude::*;
use postil::panel::words::fill;

use super::{View, excerpt, foot};
use crate::look::words;

/// So much of a code tells it from others.
const CODE_EXCERPT: usize = 30;

/// Something that can be done: what it says of itself with its key, and what does it.
type Deed = (String, Box<dyn Fn(&View)>);

impl View {
    pub(super) fn show_all(&self) {
        let (said, acts): (Vec<_>, Vec<_>) = self.deeds().into_iter().unzip();
        let own = self.own.borrow().clone();
        let menu = foot::menu(&self.frame.all, &said, move |number| {
            let own = own.upgrade();
            own.iter().zip(acts.get(number)).for_each(|(view, act)| act(view));
        });
        menu.select_first(true);
    }

    /// What the buttons do, and what has a key alone.
    fn deeds(&self) -> Vec<Deed> {
        let words = words();
        let mut deeds: Vec<Deed> = self.frame.foot.possible().map(|(button, does)| pressing(button, does)).collect();
        let lanes = self.lanes.borrow();
        let chosen = lanes.get(usize::from(self.chosen()));
        // While a change is asked about, the answer is out of sight.
        if let Some(lane) = chosen.filter(|lane| lane.root.is_visible()) {
            deeds.extend(lane.page.codes().into_iter().map(copying));
        }
        let of_models = [&self.frame.by, &self.frame.foot.model];
        if let Some(button) = of_models.into_iter().find(|button| button.get_visible() && button.is_sensitive()) {
            deeds.push(pressing(button, words.another_model));
        }
        if let Some(next) = self.after().filter(|_| self.is_over()) {
            deeds.push((fill(words.next_model, &[&next]), Box::new(Self::next_model)));
        }
        if let Some(lane) = chosen.filter(|lane| lane.is_named()) {
            deeds.push((lane.fold_does(), Box::new(Self::fold_chosen)));
        }
        deeds.push((words.pin.to_owned(), Box::new(|view| view.frame.pin.set_active(!view.frame.pin.is_active()))));
        deeds.push((words.close.to_owned(), Box::new(Self::close)));
        deeds
    }
}

/// One of the codes in the answer, in quotes: what ends it may look like a key.
fn copying(code: String) -> Deed {
    let does = format!("{}: “{}”", words().copy_code.does, excerpt(&code, CODE_EXCERPT));
    (does, Box::new(move |view| view.copy_code(code.clone())))
}

/// It may open a menu of its own, for which this one has to have gone.
fn pressing(button: &gtk::Button, does: &str) -> Deed {
    let button = button.clone();
    let press = move |_: &View| {
        let button = button.clone();
        gtk::glib::idle_add_local_once(move || button.clicked());
    };
    (does.to_owned(), Box::new(press))
}
