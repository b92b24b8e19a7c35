//! The loop: takes what wakes the program, asks the engine, performs what it answers. It decides nothing.
//!
//! [`Loop`] is the same for the daemon and for `postil run`; [`hands`] performs effects, [`calls`] runs backends,
//! [`serve`] is the daemon itself: its socket, tray, watch and signals around the loop.

pub mod apart;
pub mod books;
pub mod calls;
pub mod hands;
pub mod holder;
pub mod panel;
mod pasting;
mod requests;
pub mod rest;
pub mod runs;
pub mod serve;
mod tray;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use crate::action::ActionName;
use crate::desktop::TriggerContext;
use crate::engine::call::JobId;
use crate::engine::effect::{Effect, MenuChoice, Peek, Print, Undone};
use crate::engine::event::{Event, Trigger};
use crate::engine::outcome::{Failure, Outcome};
use crate::engine::{Engine, Now};
use crate::ipc::message::{Reply, Request};
use crate::panel::protocol::Size;
use hands::Hands;
use panel::Worked;

/// Everything that can wake the loop: the engine's events, and what is asked of the process around it.
#[derive(Debug)]
pub enum Wake {
    Event(Event),
    /// A command over the socket. `context`: the focus at that moment, where the request needs one.
    Request {
        request: Request,
        context: Option<TriggerContext>,
        reply: oneshot::Sender<Reply>,
    },
    Menu {
        choice: MenuChoice,
        peek: Box<Peek>,
    },
    /// The panel was given up.
    PanelLost(Worked),
    /// Somebody has drawn a window of the panel's that shows this action.
    PanelSized {
        action: String,
        size: Size,
    },
    /// A file of the configuration was written.
    FilesChanged,
    /// The process is to end.
    Stop,
    /// The display has ended, and with it all that was served on it.
    DisplayLost,
}

/// Where threads, callbacks and tasks put what wakes the loop. Sending never blocks and never fails for the sender: a
/// loop that is over wants nothing any more.
#[derive(Debug, Clone)]
pub struct Inbox(mpsc::UnboundedSender<Wake>);

impl Inbox {
    pub fn wake(&self, wake: Wake) {
        let _ = self.0.send(wake);
    }

    pub fn event(&self, event: Event) {
        self.wake(Wake::Event(event));
    }
}

/// What the loop's owner has to see to.
#[derive(Debug)]
pub enum Report {
    Print(JobId, Print),
    Ended(JobId, Box<Outcome>),
    /// What came of taking the last replacement back.
    Undone(Undone),
    /// A wake that is not the engine's.
    Wake(Wake),
}

/// An engine with hands.
pub struct Loop {
    engine: Engine,
    hands: Hands,
    wakes: mpsc::UnboundedReceiver<Wake>,
}

impl Loop {
    /// The loop, and the way into it, which `make_hands` gets too.
    pub fn new(engine: Engine, make_hands: impl FnOnce(Inbox) -> Hands) -> (Self, Inbox) {
        let (sender, wakes) = mpsc::unbounded_channel();
        let inbox = Inbox(sender);
        (Self { engine, hands: make_hands(inbox.clone()), wakes }, inbox)
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub fn hands(&mut self) -> &mut Hands {
        &mut self.hands
    }

    /// From here on the limits are kept that earlier calls were told of.
    pub fn know_limits(&mut self) {
        self.engine.know_limited(self.hands.limited());
    }

    /// What was picked in earlier runs stands first again.
    pub fn know_picked(&mut self, picked: Vec<ActionName>) {
        self.engine.know_picked(picked);
    }

    /// Shortcuts, models, tray: what holds from the start.
    pub fn begin(&mut self) -> Vec<Report> {
        self.know_limits();
        let effects = self.engine.begin();
        self.perform(effects)
    }

    /// Starts a job now.
    pub fn trigger(&mut self, trigger: Trigger) -> (Result<JobId, Failure>, Vec<Report>) {
        let (started, effects) = self.engine.trigger(trigger, now());
        (started, self.perform(effects))
    }

    /// Gives the engine an event now.
    pub fn handle(&mut self, event: Event) -> Vec<Report> {
        let effects = self.engine.handle(event, now());
        self.perform(effects)
    }

    /// Sleeps until something happens, or until the engine's next deadline; there is none while nothing runs.
    pub async fn next(&mut self) -> Vec<Report> {
        let wake = match self.engine.next_deadline() {
            None => self.wakes.recv().await,
            Some(deadline) => match tokio::time::timeout_at(deadline.into(), self.wakes.recv()).await {
                Ok(wake) => wake,
                Err(_) => Some(Wake::Event(Event::Deadline)),
            },
        };
        match wake.expect("the hands hold a sender") {
            Wake::Event(event) => self.handle(event),
            wake => vec![Report::Wake(wake)],
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> Vec<Report> {
        effects.into_iter().filter_map(|effect| self.hands.perform(effect)).collect()
    }
}

/// What the engine is told of the time.
pub fn now() -> Now {
    Now { at: Instant::now(), today: jiff::Zoned::now().date().to_string() }
}

/// What the engine leaves to chance begins here: another number in each process.
pub fn seed() -> u64 {
    // The standard library's hash maps are keyed at random, by the system.
    RandomState::new().build_hasher().finish()
}
