//! All that can be done in a window at this moment, in one menu: for who looks for it, or for its key.

use gtk::prelude::*;
use postil::panel::words::fill;

use super::{View, foot};
use crate::look::words;

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
        let of_models = [&self.frame.by, &self.frame.foot.model];
        if let Some(button) = of_models.into_iter().find(|button| button.get_visible() && button.is_sensitive()) {
            deeds.push(pressing(button, words.another_model));
        }
        if let Some(next) = self.after().filter(|_| self.is_over()) {
            deeds.push((fill(words.next_model, &[&next]), Box::new(Self::next_model)));
        }
        if let Some(lane) = self.lanes.borrow().get(usize::from(self.chosen())).filter(|lane| lane.is_named()) {
            deeds.push((lane.fold_does(), Box::new(Self::fold_chosen)));
        }
        deeds.push((words.pin.to_owned(), Box::new(|view| view.frame.pin.set_active(!view.frame.pin.is_active()))));
        deeds.push((words.close.to_owned(), Box::new(Self::close)));
        deeds
    }
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
