//! The Wayland thread: one connection, one place where it waits.
//!
//! It sleeps in `poll` on the connection, on a wake-up for commands and on the pipes of reads, with a timeout only while a
//! read has a deadline; idle, it does not wake at all.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use wayland_client::backend::WaylandError;
use wayland_client::{Connection, DispatchError, EventQueue};

use super::reads::Reads;
use super::seats::{Kept, NoOffer};
use super::session::Session;
use super::toplevels::Focused;
use crate::config::Binding;
use crate::desktop::paste::SelectionMark;
use crate::desktop::portal::Told;
use crate::desktop::reply::Reply;
use crate::desktop::worker::{Inbox, Next};
use crate::desktop::{BindingId, Bindings, DesktopEvent, Events, Found, Pick, ReadFailure, TriggerContext};

/// What other threads ask of this one.
pub enum Command {
    Bind(Vec<Binding>),
    Told(Told),
    Ask(Question),
    /// Say this where all that this desktop says comes from, in its order.
    Tell(DesktopEvent),
}

/// What is answered once all that happened before it is known.
pub enum Question {
    Read {
        pick: Pick,
        context: TriggerContext,
        reply: Reply<Result<Found, ReadFailure>>,
    },
    Context(Reply<TriggerContext>),
    /// A shortcut went down: what is true then?
    Pressed(BindingId),
}

/// Why the connection is of no use any more.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("the compositor's messages could not be read")]
    Dispatch(#[from] DispatchError),
    #[error("the connection to the compositor broke")]
    Connection(#[from] WaylandError),
    #[error("waiting failed")]
    Wait(#[from] Errno),
}

/// A connection with what the compositor has told on it.
pub struct Wire {
    pub connection: Connection,
    pub queue: EventQueue<Session>,
    pub session: Session,
    /// How many `sync` requests were sent.
    asked: u32,
}

impl Wire {
    pub fn new(connection: Connection) -> Self {
        let queue = connection.new_event_queue();
        Self { connection, queue, session: Session::default(), asked: 0 }
    }

    /// Asks for a sign that everything before was heard; the number that `session.answered` will then have.
    pub fn sync(&mut self) -> u32 {
        self.connection.display().sync(&self.queue.handle(), ());
        self.asked += 1;
        self.asked
    }

    /// Waits for `until`, for no longer than it takes to hear that `bound` is over. Says whether it came.
    pub fn settle(&mut self, until: u32, bound: Duration) -> Result<bool, Broken> {
        let end = Instant::now() + bound;
        while self.session.answered < until {
            if Instant::now() >= end {
                return Ok(false);
            }
            self.turn(&[], Some(end))?;
        }
        Ok(true)
    }

    /// Sends what is to be sent, sleeps until the connection or one of `others` has something or `deadline` comes, and
    /// hears what has arrived. Gives which of `others` are ready.
    fn turn(&mut self, others: &[BorrowedFd<'_>], deadline: Option<Instant>) -> Result<Vec<bool>, Broken> {
        if self.queue.dispatch_pending(&mut self.session)? > 0 {
            return Ok(vec![false; others.len()]);
        }
        let wanted = match self.queue.flush() {
            // The compositor does not take more now.
            Err(WaylandError::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                PollFlags::IN | PollFlags::OUT
            }
            flushed => flushed.map(|()| PollFlags::IN)?,
        };
        let Some(guard) = self.queue.prepare_read() else { return Ok(vec![false; others.len()]) };
        let (ours, ready) = {
            let socket = guard.connection_fd();
            let mut watched = vec![PollFd::from_borrowed_fd(socket, wanted)];
            watched.extend(others.iter().map(|other| PollFd::from_borrowed_fd(*other, PollFlags::IN)));
            wait(&mut watched, deadline)?;
            let ready = watched[1..].iter().map(|watched| !watched.revents().is_empty()).collect();
            (watched[0].revents().intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR), ready)
        };
        if ours {
            match guard.read() {
                Err(WaylandError::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                read => _ = read?,
            }
        } else {
            drop(guard);
        }
        self.queue.dispatch_pending(&mut self.session)?;
        Ok(ready)
    }
}

fn wait(watched: &mut [PollFd<'_>], deadline: Option<Instant>) -> Result<(), Errno> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let timeout = left.and_then(|left| Timespec::try_from(left).ok());
    match poll(watched, timeout.as_ref()) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}

pub struct EventLoop {
    wire: Wire,
    inbox: Inbox<Command>,
    events: Events,
    /// Each with the number of the sync that it waits for.
    asked: VecDeque<(u32, Question)>,
    reads: Reads,
}

impl EventLoop {
    pub fn new(wire: Wire, inbox: Inbox<Command>, events: Events) -> Self {
        Self { wire, inbox, events, asked: VecDeque::new(), reads: Reads::default() }
    }

    /// Runs until the commands' sender or the compositor is gone.
    pub fn run(mut self) {
        if let Err(error) = self.run_connected() {
            log::warn!("the Wayland display is gone: {error}");
            (self.events)(DesktopEvent::Lost);
        }
    }

    fn run_connected(&mut self) -> Result<(), Broken> {
        loop {
            self.inbox.clear();
            loop {
                match self.inbox.next() {
                    Next::Perform(command) => self.perform(command),
                    Next::Wait => break,
                    Next::Stop => return Ok(()),
                }
            }
            self.answer();
            self.reads.expire(Instant::now());
            self.wait()?;
        }
    }

    fn wait(&mut self) -> Result<(), Broken> {
        let mut others = vec![self.inbox.as_fd()];
        others.extend(self.reads.pipes());
        let ready = self.wire.turn(&others, self.reads.next_deadline())?;
        drop(others);
        self.reads.readable(|number| ready.get(number + 1).copied().unwrap_or_default(), Instant::now());
        Ok(())
    }

    fn perform(&mut self, command: Command) {
        match command {
            // A compositor keeps its keys to itself.
            Command::Bind(bindings) | Command::Told(Told::Unavailable(bindings)) => {
                (self.events)(DesktopEvent::Bound(Bindings::unsupported(bindings.len())));
            }
            Command::Told(Told::Bound(bound)) => (self.events)(DesktopEvent::Bound(bound)),
            Command::Told(Told::Pressed(binding)) => self.ask(Question::Pressed(binding)),
            Command::Told(Told::Released(binding)) => (self.events)(DesktopEvent::Released { binding }),
            Command::Tell(event) => (self.events)(event),
            Command::Ask(question) => self.ask(question),
        }
    }

    fn ask(&mut self, question: Question) {
        let number = self.wire.sync();
        self.asked.push_back((number, question));
    }

    /// Takes up the questions before which everything has been heard.
    fn answer(&mut self) {
        while let Some((_, question)) = self.asked.pop_front_if(|(number, _)| *number <= self.wire.session.answered) {
            match question {
                Question::Context(reply) => reply.give(self.context()),
                Question::Pressed(binding) => {
                    (self.events)(DesktopEvent::Pressed { binding, context: self.context() });
                }
                Question::Read { pick, context, reply } => self.read(pick, &context, reply),
            }
        }
    }

    fn context(&self) -> TriggerContext {
        let Session { toplevels, seats, .. } = &self.wire.session;
        let window = toplevels.focused().map(|focus| focus.window.number);
        // Offers carry no owner; each is a change of its own.
        let mark = |kept: &Kept| SelectionMark { owner: 0, change: kept.at.0 };
        let selection = seats.of(Pick::Selection).ok().map(mark);
        TriggerContext { at: Instant::now(), app: toplevels.app(), window, selection }
    }

    fn read(&mut self, pick: Pick, context: &TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        let session = &self.wire.session;
        match session.seats.of(pick) {
            Err(NoOffer::Nothing) => reply.give(Err(ReadFailure::Nothing)),
            Err(NoOffer::Unsupported) => reply.give(Err(ReadFailure::Unsupported)),
            // The clipboard was filled on purpose, however long ago.
            Ok(kept) if pick == Pick::Selection && is_stale(kept, session.toplevels.focused(), context) => {
                reply.give(Err(ReadFailure::Stale { app: kept.under.as_ref().map(|window| window.app.clone()) }));
            }
            Ok(kept) => self.reads.start(kept, reply, Instant::now()),
        }
    }
}

/// Stale is what was selected while another application had the focus, before the focus came to the trigger's window.
/// Only GTK takes a selection back when the text is deselected, so there is always some; what is not known is never held
/// against it.
fn is_stale(kept: &Kept, focused: Option<&Focused>, context: &TriggerContext) -> bool {
    let Some(focused) = focused.filter(|focused| Some(focused.window.number) == context.window) else { return false };
    let made_here = kept.under.as_ref().is_none_or(|under| under.app == focused.window.app);
    !made_here && kept.at < focused.since
}
