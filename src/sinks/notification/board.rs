//! Which notification is sent when. Pure: what happens goes in, [`Order`]s come out, and time is an argument.
//!
//! Each job has at most one call on its way; what comes meanwhile takes the place of what waits, so a slow server
//! gets the newest alone. A server is asked for its capabilities before anything is shown, once. It is known by its
//! unique name, so the numbers of notifications never reach another server, where they could name somebody else's.
//! A call that is overdue is reported as failed, but not forgotten: when a server that was stopped goes on, it answers
//! it, and the notification is updated (or closed) instead of lying beside a second one.

use std::collections::BTreeMap;
use std::time::Instant;

use super::DEADLINE;
use super::card::{Capabilities, Card, button, card};
use crate::engine::call::JobId;
use crate::engine::effect::{Notice, NoticeKind};
use crate::engine::event::{Button, SinkFailure};

/// Jobs whose notifications are remembered. More are never on a screen, and a server that does not say what was
/// closed must not fill our memory.
const MOST: usize = 64;
/// How often a notice is given to a new server after the last one went away under it.
const MOST_TRIES: u8 = 2;

/// What is to be done.
#[derive(Debug, PartialEq)]
pub enum Order {
    /// Connect, where that has not happened, and ask whoever has the name for its capabilities.
    AskCapabilities,
    /// Hear the server's signals from now on, or do not.
    Listen(bool),
    /// Give the card to the server that [`Board::server`] names. `replaces`: 0 for a new notification.
    Show {
        job: JobId,
        replaces: u32,
        card: Card,
    },
    Close(u32),
    Report(JobId, Result<(), SinkFailure>),
    Pressed(JobId, Button),
    /// Answers to all calls so far are of no use any more.
    ForgetCalls,
}

/// Why a call was not answered as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody is there (any more).
    Gone,
    /// The server said no.
    Refused,
}

/// All notifications of this program.
#[derive(Debug, Default)]
pub struct Board {
    server: Knowledge,
    slots: BTreeMap<JobId, Slot>,
    listening: bool,
}

#[derive(Debug, Default)]
enum Knowledge {
    #[default]
    Nothing,
    Asked,
    Known {
        name: String,
        capabilities: Capabilities,
    },
}

/// The notification of one job.
#[derive(Debug)]
struct Slot {
    newest: Notice,
    /// Whether `newest` has yet to be sent.
    unsent: bool,
    /// Whether a call is on its way.
    in_flight: bool,
    /// The server's number of what is on the screen.
    shown: Option<u32>,
    /// When `newest` counts as failed; none once that was reported.
    due: Option<Instant>,
    /// Whether it was taken back.
    unwanted: bool,
    tries: u8,
}

impl Slot {
    /// Whether it has to be answered, and is gone without an answer.
    fn is_refused(&self) -> bool {
        self.newest.kind == NoticeKind::Question && !self.unwanted
    }

    fn is_over(&self) -> bool {
        !self.unsent && !self.in_flight && self.shown.is_none()
    }
}

impl Board {
    /// The unique name of the server that is known.
    pub fn server(&self) -> Option<&str> {
        match &self.server {
            Knowledge::Known { name, .. } => Some(name),
            Knowledge::Nothing | Knowledge::Asked => None,
        }
    }

    /// When [`overdue`](Self::overdue) has to be called at the latest.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.slots.values().filter_map(|slot| slot.due).min()
    }

    /// Whether anything is on its way to the server, or waits for that.
    pub fn is_busy(&self) -> bool {
        self.slots.values().any(|slot| slot.unsent || slot.in_flight)
    }

    /// A notice may come soon.
    pub fn prepare(&mut self) -> Vec<Order> {
        match self.server {
            Knowledge::Nothing => self.ask(),
            Knowledge::Asked | Knowledge::Known { .. } => Vec::new(),
        }
    }

    /// The job has something to show.
    pub fn notice(&mut self, job: JobId, notice: Notice, now: Instant) -> Vec<Order> {
        let due = (notice.kind != NoticeKind::Working).then(|| now + DEADLINE);
        let before = self.slots.remove(&job);
        let (in_flight, shown) = before.map_or((false, None), |slot| (slot.in_flight, slot.shown));
        self.make_room();
        let slot = Slot { newest: notice, unsent: true, in_flight, shown, due, unwanted: false, tries: 0 };
        self.slots.insert(job, slot);
        let mut orders = self.prepare();
        orders.extend(self.send());
        self.with_ears(orders)
    }

    /// The job has nothing to show any more.
    pub fn unnotify(&mut self, job: JobId) -> Vec<Order> {
        let Some(slot) = self.slots.get_mut(&job) else { return Vec::new() };
        (slot.unsent, slot.due, slot.unwanted) = (false, None, true);
        if slot.in_flight {
            return Vec::new();
        }
        let shown = slot.shown;
        self.slots.remove(&job);
        self.with_ears(shown.map(Order::Close).into_iter().collect())
    }

    /// The server `name` has these capabilities.
    pub fn capable(&mut self, name: String, capabilities: Capabilities) -> Vec<Order> {
        self.server = Knowledge::Known { name, capabilities };
        let orders = self.send();
        self.with_ears(orders)
    }

    /// Nobody has the name, or there is no bus: what waits has failed, and nothing that was shown is ours any more.
    pub fn lost(&mut self) -> Vec<Order> {
        self.server = Knowledge::Nothing;
        self.listening = false;
        let waiting = std::mem::take(&mut self.slots).into_iter().filter(|(_, slot)| slot.due.is_some());
        let failed = waiting.map(|(job, _)| Order::Report(job, Err(SinkFailure::NoNotifications)));
        std::iter::once(Order::ForgetCalls).chain(failed).collect()
    }

    /// The server answered the job's call with the notification's number, or not.
    pub fn answered(&mut self, job: JobId, answer: Result<u32, Refusal>) -> Vec<Order> {
        match answer {
            Ok(id) => self.shown(job, id),
            Err(Refusal::Gone) => self.server_went(),
            Err(Refusal::Refused) => self.refused(job),
        }
    }

    fn shown(&mut self, job: JobId, id: u32) -> Vec<Order> {
        let Some(slot) = self.slots.get_mut(&job) else { return vec![Order::Close(id)] };
        (slot.in_flight, slot.shown) = (false, Some(id));
        if slot.unwanted {
            return self.unnotify(job);
        }
        if slot.unsent {
            return self.send();
        }
        let has_buttons = matches!(self.server, Knowledge::Known { capabilities, .. } if capabilities.actions);
        let result = match slot.newest.kind == NoticeKind::Question && !has_buttons {
            true => Err(SinkFailure::NoButtons),
            false => Ok(()),
        };
        slot.due.take().map(|_| Order::Report(job, result)).into_iter().collect()
    }

    fn refused(&mut self, job: JobId) -> Vec<Order> {
        let Some(slot) = self.slots.get_mut(&job) else { return Vec::new() };
        slot.in_flight = false;
        let mut orders = Vec::new();
        if !slot.unsent && slot.due.take().is_some() {
            orders.push(Order::Report(job, Err(SinkFailure::NoNotifications)));
        }
        orders.extend(self.send());
        self.sweep();
        self.with_ears(orders)
    }

    /// The name has another owner, or none.
    pub fn owner_changed(&mut self, new: Option<&str>) -> Vec<Order> {
        match self.server() {
            Some(known) if Some(known) != new => self.server_went(),
            _ => Vec::new(),
        }
    }

    /// Nothing that was shown is there any more; what was on its way is given to the next server.
    fn server_went(&mut self) -> Vec<Order> {
        self.server = Knowledge::Nothing;
        let mut refused = Vec::new();
        for (job, slot) in &mut self.slots {
            if slot.shown.take().is_some() && slot.is_refused() {
                refused.push(Order::Pressed(*job, Button::Keep));
            }
            if std::mem::take(&mut slot.in_flight) && !slot.unwanted {
                slot.tries += 1;
                slot.unsent |= slot.tries < MOST_TRIES;
            }
        }
        let mut orders = vec![Order::ForgetCalls];
        orders.extend(refused);
        orders.extend(self.give_up());
        self.sweep();
        if self.slots.values().any(|slot| slot.unsent) {
            orders.extend(self.ask());
        }
        self.with_ears(orders)
    }

    /// Reports what has failed before its time: nothing of it is on its way, and nothing waits.
    fn give_up(&mut self) -> Vec<Order> {
        let idle = self.slots.iter_mut().filter(|(_, slot)| slot.is_over());
        let failed = idle.filter_map(|(job, slot)| slot.due.take().map(|_| *job));
        failed.map(|job| Order::Report(job, Err(SinkFailure::NoNotifications))).collect()
    }

    /// Time has passed.
    pub fn overdue(&mut self, now: Instant) -> Vec<Order> {
        let late = self.slots.iter_mut().filter(|(_, slot)| slot.due.is_some_and(|due| due <= now));
        let failed = late.map(|(job, slot)| {
            slot.due = None;
            Order::Report(*job, Err(SinkFailure::NoNotifications))
        });
        failed.collect()
    }

    /// The notification is gone from the screen. A question that was not answered has been refused.
    pub fn closed(&mut self, id: u32) -> Vec<Order> {
        let mut orders = Vec::new();
        for (job, slot) in self.slots.iter_mut().filter(|(_, slot)| slot.shown == Some(id)) {
            slot.shown = None;
            if slot.is_refused() {
                orders.push(Order::Pressed(*job, Button::Keep));
            }
        }
        self.sweep();
        self.with_ears(orders)
    }

    /// The user pressed what has this key.
    pub fn invoked(&self, id: u32, key: &str) -> Vec<Order> {
        let slot = self.slots.iter().find(|(_, slot)| slot.shown == Some(id));
        let pressed = slot.and_then(|(job, slot)| Some(Order::Pressed(*job, button(&slot.newest, key)?)));
        pressed.into_iter().collect()
    }

    fn ask(&mut self) -> Vec<Order> {
        self.server = Knowledge::Asked;
        vec![Order::AskCapabilities]
    }

    /// Everything that waits and whose turn it is.
    fn send(&mut self) -> Vec<Order> {
        let Knowledge::Known { capabilities, .. } = self.server else { return Vec::new() };
        let ready = self.slots.iter_mut().filter(|(_, slot)| slot.unsent && !slot.in_flight);
        let show = ready.map(|(job, slot)| {
            (slot.unsent, slot.in_flight) = (false, true);
            Order::Show { job: *job, replaces: slot.shown.unwrap_or(0), card: card(&slot.newest, capabilities) }
        });
        show.collect()
    }

    fn sweep(&mut self) {
        self.slots.retain(|_, slot| !slot.is_over());
    }

    /// Forgets the oldest that is not on its way, where there are too many.
    fn make_room(&mut self) {
        if self.slots.len() >= MOST
            && let Some(job) = self.slots.iter().find(|(_, slot)| slot.due.is_none()).map(|(job, _)| *job)
        {
            self.slots.remove(&job);
        }
    }

    /// Puts the change of listening before `orders`: only while something of ours is on the screen (or on its way
    /// there), as the signals of everybody's notifications come to all who listen.
    fn with_ears(&mut self, mut orders: Vec<Order>) -> Vec<Order> {
        let wanted = self.slots.values().any(|slot| slot.in_flight || slot.shown.is_some());
        if wanted != std::mem::replace(&mut self.listening, wanted) {
            orders.insert(0, Order::Listen(wanted));
        }
        orders
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
