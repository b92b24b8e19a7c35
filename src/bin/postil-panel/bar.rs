//! The bar: the actions for what was selected with the mouse, beside it. It takes neither the focus nor the selection, and is
//! gone with the next key, click or turn of the wheel.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use gtk::gdk::{self, ModifierType};
use gtk::glib;
use gtk::prelude::*;
use postil::panel::picking::{self, Button, How};
use postil::panel::protocol::FromPanel;

use crate::look::words;
use crate::outside::{Deed, Outside};
use crate::{look, pipe, place};

/// Long enough to be seen and reached; who reads on wants none.
const STAYS: Duration = Duration::from_secs(8);

pub struct Bar {
    window: gtk::Window,
    row: gtk::Box,
    outside: Option<Rc<Outside>>,
    job: Cell<u64>,
    stays: RefCell<Option<glib::SourceId>>,
    own: RefCell<Weak<Self>>,
}

impl Bar {
    /// One that is ready and out of sight.
    pub fn new() -> Rc<Self> {
        let window = look::window(gtk::WindowType::Popup);
        window.set_type_hint(gdk::WindowTypeHint::PopupMenu);
        window.set_accept_focus(false);
        window.set_resizable(false);
        window.style_context().add_class("bar");
        look::name(&window, words().bar);
        let row = gtk::Box::new(gtk::Orientation::Horizontal, 2);
        row.style_context().add_class("frame-line");
        window.add(&row);
        row.show();
        window.realize();
        let outside = Outside::connect().map(Rc::new);
        let (job, stays, own) = (Cell::new(0), RefCell::default(), RefCell::default());
        let bar = Rc::new(Self { window, row, outside, job, stays, own });
        bar.own.replace(Rc::downgrade(&bar));
        bar.connect();
        bar
    }

    pub fn job(&self) -> u64 {
        self.job.get()
    }

    pub fn is_visible(&self) -> bool {
        self.window.is_visible()
    }

    /// Shows it beside the stroke that has selected the text. Where the server does not tell when it is to go, there is none.
    pub fn show(&self, bar: &picking::Bar) {
        let Some(outside) = self.outside.as_ref().filter(|outside| outside.is_quiet_at(bar.to)) else {
            // Or the same stroke, made again, is taken for this one.
            return pipe::say(&FromPanel::Closed { job: bar.job });
        };
        self.job.set(bar.job);
        for old in self.row.children() {
            self.row.remove(&old);
        }
        bar.buttons.iter().for_each(|button| self.row.pack_start(&self.button(button), false, false, 0));
        self.row.pack_start(&self.more(), false, false, 0);
        let (_, natural) = self.row.preferred_size();
        let size = (natural.width, natural.height);
        let scale = self.window.scale_factor().max(1);
        let scaled = |(x, y): (i32, i32)| (x / scale, y / scale);
        place::beside_stroke(&self.window, size, scaled(bar.from), scaled(bar.to));
        outside.listen();
        self.window.show();
        self.stay();
    }

    pub fn hide(&self) {
        if let Some(stays) = self.stays.take() {
            stays.remove();
        }
        if let Some(outside) = &self.outside {
            outside.be_deaf();
        }
        self.window.hide();
    }

    fn close(&self) {
        if self.is_visible() {
            self.hide();
            pipe::say(&FromPanel::Closed { job: self.job() });
        }
    }

    /// Waits anew before it goes by itself.
    fn stay(&self) {
        if let Some(before) = self.stays.take() {
            before.remove();
        }
        let bar = self.own.borrow().clone();
        let wait = glib::timeout_add_local_once(STAYS, move || {
            let Some(bar) = bar.upgrade() else { return };
            bar.stays.take();
            match bar.is_under_pointer() {
                true => bar.stay(),
                false => bar.close(),
            }
        });
        self.stays.replace(Some(wait));
    }

    fn is_under_pointer(&self) -> bool {
        place::x11_pointer().is_some_and(|at| self.covers(at))
    }

    fn covers(&self, (x, y): (i32, i32)) -> bool {
        let ((left, top), (width, height)) = (self.window.position(), self.window.size());
        (left..left + width).contains(&x) && (top..top + height).contains(&y)
    }

    fn button(&self, action: &Button) -> gtk::Button {
        let is_sign = !action.icon.trim().is_empty();
        let made = gtk::Button::with_label(if is_sign { &action.icon } else { &action.title });
        made.set_can_focus(false);
        // No more than this: what hangs below the bar hangs over the text.
        made.set_tooltip_text(Some(&action.title));
        look::name(&made, &action.title);
        if let Some(accessible) = made.accessible() {
            accessible.set_description(&action.description);
        }
        let (bar, action) = (self.own.borrow().clone(), action.name.clone());
        made.connect_clicked(move |_| {
            let Some(bar) = bar.upgrade() else { return };
            bar.hide();
            let how = how(gtk::current_event_state().unwrap_or(ModifierType::empty()));
            pipe::say(&FromPanel::RunFromBar { job: bar.job(), action: action.clone(), how });
        });
        made.show_all();
        made
    }

    fn more(&self) -> gtk::Button {
        let made = gtk::Button::with_label("⋯");
        made.set_can_focus(false);
        made.set_tooltip_text(Some(&format!("{}\n{}", words().all_actions, words().bar_help)));
        look::name(&made, words().all_actions);
        let bar = self.own.borrow().clone();
        made.connect_clicked(move |_| {
            let Some(bar) = bar.upgrade() else { return };
            bar.hide();
            pipe::say(&FromPanel::More { job: bar.job() });
        });
        made.show_all();
        made
    }

    fn connect(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        if let Some(outside) = &self.outside {
            outside.tell(move |deed| {
                let Some(bar) = weak.upgrade() else { return };
                let scale = bar.window.scale_factor().max(1);
                match deed {
                    Deed::Click(x, y) if bar.covers((x / scale, y / scale)) => {}
                    Deed::Click(..) | Deed::Key | Deed::Scroll => bar.close(),
                }
            });
        }
    }
}

/// What is held while a button is clicked changes where the answer goes, or who gives it.
fn how(held: ModifierType) -> How {
    match held {
        held if held.contains(ModifierType::SHIFT_MASK) => How::Replace,
        held if held.contains(ModifierType::CONTROL_MASK) => How::Copy,
        held if held.contains(ModifierType::MOD1_MASK) => How::OtherModel,
        _ => How::AsItSays,
    }
}
