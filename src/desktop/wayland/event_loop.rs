//! The Wayland thread: one connection, one place where it waits.
//!
//! It sleeps in `poll` on the connection, on a wake-up for commands and on the pipes of reads and of what is served, with a
//! timeout only while something has a deadline; idle, it does not wake at all.

mod keeping;
mod keys;
mod pasting;

use std::collections::{BTreeSet, VecDeque};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use wayland_client::backend::WaylandError;
use wayland_client::{Connection, DispatchError, EventQueue};

use super::contents::NOT_TO_BE_KEPT;
use super::keyboard::Keyboard;
use super::pastes::Pastes;
use super::reads::{By, Reads};
use super::seats::{Kept, NoOffer};
use super::serving::Serving;
use super::session::Session;
use super::toplevels::Focused;
use crate::config::Binding;
use crate::desktop::paste::transaction::Input;
use crate::desktop::paste::{NotPasted, Paste, PasteId, SelectionMark};
use crate::desktop::portal::Told;
use crate::desktop::remote_desktop::{Permission, Wishes};
use crate::desktop::reply::Reply;
use crate::desktop::worker::{Inbox, Next};
use crate::desktop::{BindingId, Bindings, DesktopEvent, Events, Found, Pick, ReadFailure, TriggerContext};

/// What other threads ask of this one.
pub enum Command {
    Bind(Vec<Binding>),
    Told(Told),
    Ask(Question),
    PreparePaste(PasteId, TriggerContext),
    Paste(Box<Paste>),
    AbandonPaste(PasteId),
    RefusePaste(PasteId, NotPasted),
    GiveBack(PasteId, Reply<bool>),
    /// The portal that may press keys. `is_preferred`: also where there is a virtual keyboard.
    Portal {
        wishes: Wishes,
        is_preferred: bool,
    },
    /// Whether keys may be pressed, asking the person anew; `None` where nobody can be asked.
    AskForKeys(Reply<Option<bool>>),
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
    Paste(Box<Paste>),
    AbandonPaste(PasteId),
    GiveBack(PasteId, Reply<bool>),
    /// To be told then.
    Tell(Box<DesktopEvent>),
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

    /// Waits until so many `sync` requests are answered, or it is `end`. Says whether they are.
    pub fn settle(&mut self, until: u32, end: Instant) -> Result<bool, Broken> {
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
    fn turn(&mut self, others: &[(BorrowedFd<'_>, PollFlags)], deadline: Option<Instant>) -> Result<Vec<bool>, Broken> {
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
            watched.extend(others.iter().map(|(other, wanted)| PollFd::from_borrowed_fd(*other, *wanted)));
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
    serving: Serving,
    pastes: Pastes,
    keyboard: Option<Keyboard>,
    /// What presses keys where the compositor gives no keyboard, and whether it may.
    portal: Option<(Wishes, Permission)>,
    prefers_portal: bool,
    /// XWayland's display, where there is one.
    x11: Option<String>,
    asked_for_keys: Vec<Reply<Option<bool>>>,
    /// Shortcuts of the portal's that are held down.
    held: BTreeSet<BindingId>,
}

impl EventLoop {
    pub fn new(wire: Wire, inbox: Inbox<Command>, events: Events, x11: Option<String>) -> Self {
        Self {
            wire,
            inbox,
            events,
            asked: VecDeque::new(),
            reads: Reads::default(),
            serving: Serving::default(),
            pastes: Pastes::default(),
            keyboard: None,
            portal: None,
            prefers_portal: false,
            x11,
            asked_for_keys: Vec::new(),
            held: BTreeSet::new(),
        }
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
            self.hear();
            self.wait()?;
        }
    }

    /// Takes up what has come, in the order in which one thing may be the cause of another; then what is late.
    fn hear(&mut self) {
        self.hear_sources();
        self.hear_answers(self.wire.session.answered);
        self.hear_changes();
        self.hear_focus();
        self.answer();
        let now = Instant::now();
        self.reads.expire(now);
        self.hear_reads();
        self.expire_pastes(now);
    }

    fn wait(&mut self) -> Result<(), Broken> {
        let mut others = vec![(self.inbox.as_fd(), PollFlags::IN)];
        others.extend(self.reads.pipes().map(|pipe| (pipe, PollFlags::IN)));
        let reads = others.len();
        others.extend(self.serving.pipes().map(|pipe| (pipe, PollFlags::OUT)));
        let served = others.len();
        others.extend(self.pastes.lags().map(|lag| (lag, PollFlags::IN)));
        let deadlines = [self.reads.next_deadline(), self.pastes.next_deadline()];
        let ready = self.wire.turn(&others, deadlines.into_iter().flatten().min())?;
        drop(others);
        let is_ready = |place: usize| ready.get(place).copied().unwrap_or_default();
        self.reads.readable(|number| number + 1 < reads && is_ready(number + 1), Instant::now());
        self.serving.writable(|number| number + reads < served && is_ready(number + reads));
        self.pastes.caught_up(|number| is_ready(number + served));
        Ok(())
    }

    fn perform(&mut self, command: Command) {
        match command {
            // A compositor keeps its keys to itself.
            Command::Bind(bindings) | Command::Told(Told::Unavailable(bindings)) => {
                (self.events)(DesktopEvent::Bound(Bindings::unsupported(bindings.len())));
            }
            Command::Told(Told::Bound(bound)) => (self.events)(DesktopEvent::Bound(bound)),
            Command::Told(Told::Pressed(binding)) => {
                self.held.insert(binding);
                self.ask(Question::Pressed(binding));
            }
            Command::Told(Told::Released(binding)) => {
                self.held.remove(&binding);
                (self.events)(DesktopEvent::Released { binding });
                self.keys_up();
            }
            Command::Told(Told::Keys(permission)) => self.hear_permission(permission),
            Command::Told(Told::KeysPressed { number, done }) => self.hear_pressed(number, done),
            Command::Portal { wishes, is_preferred } => {
                self.portal = Some((wishes, Permission::Unasked));
                self.prefers_portal = is_preferred;
            }
            Command::AskForKeys(reply) => self.ask_for_keys(reply),
            Command::Ask(question) => self.ask(question),
            Command::PreparePaste(id, context) => self.prepare_paste(id, context),
            // What the person did before has to be known first.
            Command::Paste(paste) => self.ask(Question::Paste(paste)),
            Command::RefusePaste(id, why) => self.advance(id, Input::Failed(why)),
            Command::AbandonPaste(id) => self.ask(Question::AbandonPaste(id)),
            Command::GiveBack(id, reply) => self.ask(Question::GiveBack(id, reply)),
        }
    }

    fn ask(&mut self, question: Question) {
        let number = self.wire.sync();
        self.asked.push_back((number, question));
    }

    /// Takes up the questions before which everything has been heard.
    fn answer(&mut self) {
        let answered = self.wire.session.answered;
        if self.asked.front().is_some_and(|(number, _)| *number <= answered) && self.wire.session.toplevels.await_new()
        {
            let number = self.wire.sync();
            self.asked.iter_mut().for_each(|(awaited, _)| *awaited = number);
        }
        while let Some((_, question)) = self.asked.pop_front_if(|(number, _)| *number <= self.wire.session.answered) {
            match question {
                Question::Context(reply) => reply.give(self.context()),
                Question::Pressed(binding) => {
                    (self.events)(DesktopEvent::Pressed { binding, context: self.context() });
                }
                Question::Read { pick, context, reply } => self.read(pick, &context, reply),
                Question::Paste(paste) => self.paste(*paste),
                Question::Tell(event) => (self.events)(*event),
                Question::AbandonPaste(id) => self.advance(id, Input::Abandoned),
                Question::GiveBack(id, reply) => self.give_back(id, reply),
            }
        }
    }

    fn context(&self) -> TriggerContext {
        let toplevels = &self.wire.session.toplevels;
        let window = toplevels.focused().map(|focus| focus.window.number);
        TriggerContext { at: Instant::now(), app: toplevels.app(), window, selection: self.selection_mark().ok() }
    }

    /// Offers carry no owner; each is a change of its own.
    fn selection_mark(&self) -> Result<SelectionMark, NoOffer> {
        let kept = self.wire.session.seats.of(Pick::Selection)?;
        Ok(SelectionMark { owner: 0, change: kept.at.0 })
    }

    /// What we serve ourselves is marked by us, and is none.
    fn is_password(&self, kept: &Kept) -> bool {
        kept.types.iter().any(|mime| mime == NOT_TO_BE_KEPT) && self.serving.contents(Pick::Clipboard).is_none()
    }

    fn read(&mut self, pick: Pick, context: &TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        let session = &self.wire.session;
        match session.seats.of(pick) {
            Err(NoOffer::Nothing) => reply.give(Err(ReadFailure::Nothing)),
            Err(NoOffer::NotTold) => reply.give(Err(session.not_told(pick))),
            // The clipboard was filled on purpose, however long ago.
            Ok(kept) if pick == Pick::Selection && is_stale(kept, session.toplevels.focused(), context) => {
                reply.give(Err(ReadFailure::Stale { app: kept.under.as_ref().map(|window| window.app.clone()) }));
            }
            Ok(kept) if pick == Pick::Clipboard && self.is_password(kept) => reply.give(Err(ReadFailure::Secret)),
            Ok(kept) => {
                let owner = kept.under.as_ref().map(|window| window.app.clone());
                self.reads.start_text(kept, By::Caller { owner, reply }, Instant::now());
            }
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
