//! The X11 thread: one connection, one place where it waits.
//!
//! It sleeps in `poll` on the connection and on a wake-up for commands, with a timeout only while a read has a deadline
//! or the keyboard has just changed; idle, it does not wake at all. No part waits for another client: each keeps its
//! state and goes on when the next event comes, so a request to us is never left unanswered behind another.

mod keeping;
mod leaving;
mod pasting;
mod pressing;
mod selecting;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::Connection;
use x11rb::errors::ConnectionError;
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::SelectionNotifyEvent;
use x11rb::protocol::xproto::{KeyPressEvent, Property, PropertyNotifyEvent, Timestamp, Window};

use super::display::{ConnectFailure, Display};
use super::focus::{self, FocusLog};
use super::grabs::Grabs;
use super::hands::Watch;
use super::keyboard::Keymap;
use super::owners::Owners;
use super::pastes::Pastes;
use super::reads::Reads;
use super::selecting::Selecting;
use super::serving::Serving;
use super::stale::{Taken, is_stale};
use super::talk::Talk;
use crate::config::Binding;
use crate::desktop::moment::Moment;
use crate::desktop::paste::transaction::Input;
use crate::desktop::paste::{NotPasted, Paste, PasteId};
use crate::desktop::portal::Told;
use crate::desktop::reply::Reply;
use crate::desktop::worker::{Inbox, Next};
use crate::desktop::{DesktopEvent, Events, Found, Pick, ReadFailure, TriggerContext};
use crate::text::sealed::UserText;

/// What other threads ask of this one.
pub enum Command {
    Bind(Vec<Binding>),
    Told(Told),
    Read(Wish),
    Context(Reply<TriggerContext>),
    WatchSelections(bool),
    PreparePaste(PasteId, TriggerContext),
    Paste(Box<Paste>),
    AbandonPaste(PasteId),
    RefusePaste(PasteId, NotPasted),
    GiveBack(PasteId, Reply<bool>),
}

/// What waits for the server's time; each notice of it is for the first.
enum Undated {
    Read(Wish),
    Keep(PasteId, Pick),
    Check(PasteId),
    Do(Dated),
}

/// What is asked of pastes, in its order. What the person did before it has to be known first.
enum Dated {
    Paste(Box<Paste>),
    Abandon(PasteId),
    GiveBack(PasteId, Reply<bool>),
}

/// A text that somebody wants.
pub struct Wish {
    pub pick: Pick,
    pub context: TriggerContext,
    pub reply: Reply<Result<Found, ReadFailure>>,
}

/// A new layout is told three times within a few milliseconds, and is read after that.
const KEYBOARD_SETTLES: Duration = Duration::from_millis(30);

pub struct EventLoop {
    display: Display,
    inbox: Inbox<Command>,
    events: Events,
    keymap: Keymap,
    /// How many events there were.
    now: Moment,
    /// The keyboard changed and is read again then.
    keyboard_settles: Option<Instant>,
    grabs: Grabs,
    focus: FocusLog,
    owners: Owners,
    undated: VecDeque<Undated>,
    reads: Reads,
    serving: Serving,
    pastes: Pastes,
    /// Whether moves of keys and buttons are told, as they are while anything is to be pasted.
    watch: Watch,
    /// What the mouse selects, where that is wanted.
    selecting: Option<Selecting>,
    /// Came while something else was waited for, and are heard before all others.
    unheard: VecDeque<Event>,
}

/// What is asked of a server before it can be lived on.
pub struct Beginning {
    display: Display,
    keymap: Keymap,
    focus: FocusLog,
    owners: Owners,
    reads: Reads,
    serving: Serving,
}

impl Beginning {
    /// Whether the server has what pasting needs.
    pub fn can_paste(&self) -> bool {
        self.display.can_paste
    }

    pub fn connect(name: &str) -> Result<Self, ConnectFailure> {
        let display = Display::connect(name)?;
        let keymap = display.keymap()?.unwrap_or_default();
        let focus = FocusLog::start(&display)?;
        let reads = Reads::new(&display)?;
        let owners = Owners::start(&display)?;
        let serving = Serving::start(&display)?;
        Ok(Self { display, keymap, focus, owners, reads, serving })
    }
}

impl EventLoop {
    pub fn new(beginning: Beginning, inbox: Inbox<Command>, events: Events) -> Self {
        let Beginning { display, keymap, focus, owners, reads, serving } = beginning;
        Self {
            display,
            inbox,
            events,
            keymap,
            now: Moment::default(),
            keyboard_settles: None,
            grabs: Grabs::default(),
            focus,
            owners,
            undated: VecDeque::new(),
            reads,
            serving,
            pastes: Pastes::default(),
            watch: Watch::Off,
            selecting: None,
            unheard: VecDeque::new(),
        }
    }

    /// Runs until the commands' sender or the display is gone.
    pub fn run(mut self) {
        if let Err(error) = self.run_connected() {
            log::warn!("the X display is gone: {error}");
            (self.events)(DesktopEvent::Lost);
        }
    }

    /// What has arrived is heard before a deadline is held against anybody.
    fn run_connected(&mut self) -> Result<(), ConnectionError> {
        loop {
            if !self.obey()? {
                return self.leave();
            }
            self.hear()?;
            // Whoever waited for a reply may have brought events in with it, which `poll` would not see.
            if !self.settle(Instant::now())? {
                self.wait()?;
            }
        }
    }

    /// Handles all events that are there; afterwards nothing is queued and nothing unsent.
    fn hear(&mut self) -> Result<(), ConnectionError> {
        self.display.conn.flush()?;
        while let Some(event) = self.next_event()? {
            self.handle(event)?;
            for ended in self.reads.take_ended() {
                self.read_ended(ended)?;
            }
            self.display.conn.flush()?;
        }
        Ok(())
    }

    fn next_event(&mut self) -> Result<Option<Event>, ConnectionError> {
        match self.unheard.pop_front() {
            Some(event) => Ok(Some(event)),
            None => self.display.conn.poll_for_event(),
        }
    }

    fn wait(&self) -> Result<(), ConnectionError> {
        let deadlines = [self.reads.next_deadline(), self.keyboard_settles, self.paste_deadline()];
        let deadline = deadlines.into_iter().flatten().min();
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        self.wait_for(left.and_then(|left| Timespec::try_from(left).ok()))
    }

    fn wait_for(&self, timeout: Option<Timespec>) -> Result<(), ConnectionError> {
        // What was handled before may have left something to be sent.
        self.display.conn.flush()?;
        let mut watched = [
            PollFd::from_borrowed_fd(self.display.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.inbox.as_fd(), PollFlags::IN),
        ];
        match poll(&mut watched, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(ConnectionError::IoError(error.into())),
        }
    }

    /// Does what a deadline has come for. Says whether there was anything.
    fn settle(&mut self, now: Instant) -> Result<bool, ConnectionError> {
        let settled = self.keyboard_settles.take_if(|settled| *settled <= now).is_some();
        if settled {
            self.follow_keyboard()?;
        }
        let given_up = self.reads.expire(&self.display, now)?;
        for ended in self.reads.take_ended() {
            self.read_ended(ended)?;
        }
        Ok(self.expire_pastes(now)? || given_up || settled)
    }

    /// Performs the commands that are there. Says whether the thread goes on.
    fn obey(&mut self) -> Result<bool, ConnectionError> {
        self.inbox.clear();
        loop {
            match self.inbox.next() {
                Next::Perform(command) => self.perform(command)?,
                Next::Wait => return Ok(true),
                Next::Stop => return Ok(false),
            }
        }
    }

    fn perform(&mut self, command: Command) -> Result<(), ConnectionError> {
        match command {
            Command::Bind(bindings) => self.bind(&bindings),
            Command::Told(told) => self.hear_portal(told),
            Command::Read(wish) => self.date(wish),
            Command::Context(reply) => {
                reply.give(self.context()?);
                Ok(())
            }
            Command::WatchSelections(wanted) => self.watch_selections(wanted),
            Command::PreparePaste(id, context) => self.prepare_paste(id, context),
            Command::Paste(paste) => self.date_paste(Dated::Paste(paste)),
            Command::RefusePaste(id, why) => self.advance(id, Input::Failed(why)),
            Command::AbandonPaste(id) => self.date_paste(Dated::Abandon(id)),
            Command::GiveBack(id, reply) => self.date_paste(Dated::GiveBack(id, reply)),
        }
    }

    fn handle(&mut self, event: Event) -> Result<(), ConnectionError> {
        self.now.0 += 1;
        match event {
            Event::KeyPress(event) => self.pressed(&event),
            Event::KeyRelease(event) => {
                if let Some(binding) = self.grabs.release(&event) {
                    (self.events)(DesktopEvent::Released { binding });
                }
                self.key_up()
            }
            Event::XinputRawKeyRelease(_) => self.key_up(),
            Event::XinputRawKeyPress(event) => self.key_touched(event.detail),
            Event::XinputRawButtonPress(event) => {
                self.stroke_begins(event.detail)?;
                self.button_touched(event.detail)
            }
            Event::XinputRawButtonRelease(event) => self.stroke_ends(event.detail),
            Event::FocusIn(_) => self.focus_moved(),
            Event::SelectionRequest(request) => self.requested(&request),
            Event::SelectionClear(event) => self.selection_lost(&event),
            Event::DestroyNotify(event) => {
                self.serving.window_gone(event.window);
                Ok(())
            }
            Event::PropertyNotify(event) => self.property_changed(&event),
            Event::SelectionNotify(event) => self.reads.notified(&event, &self.display, Instant::now()),
            Event::XfixesSelectionNotify(event) => self.owner_changed(&event),
            Event::XkbNewKeyboardNotify(_) | Event::XkbMapNotify(_) | Event::MappingNotify(_) => {
                self.keyboard_settles = Some(Instant::now() + KEYBOARD_SETTLES);
                Ok(())
            }
            Event::Error(error) => {
                log::debug!("X refused {:?} ({:?})", error.request_name, error.error_kind);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn pressed(&mut self, event: &KeyPressEvent) -> Result<(), ConnectionError> {
        if let Some(binding) = self.grabs.press(event) {
            let context = self.context()?;
            (self.events)(DesktopEvent::Pressed { binding, context });
        }
        Ok(())
    }

    fn context(&self) -> Result<TriggerContext, ConnectionError> {
        let selection = self.owners.of(Pick::Selection).map(Taken::mark);
        Ok(TriggerContext { selection, ..focus::context(&self.display)? })
    }

    fn property_changed(&mut self, event: &PropertyNotifyEvent) -> Result<(), ConnectionError> {
        let ours = event.window == self.display.requestor;
        match event.atom {
            atom if ours && atom == self.display.atoms.TIME => self.time_told(event.time),
            _ if ours => {
                // Perhaps we read what is ours.
                if event.state == Property::DELETE {
                    self.serving.taken_away(event.window, event.atom, &self.display)?;
                }
                self.reads.property_changed(event, &self.display, Instant::now())
            }
            _ if event.window != self.display.root && event.state == Property::DELETE => {
                self.serving.taken_away(event.window, event.atom, &self.display)
            }
            atom if atom == self.display.atoms._NET_ACTIVE_WINDOW => {
                self.focus.changed(self.now, &self.display)?;
                self.focus_moved()
            }
            _ => Ok(()),
        }
    }

    /// On a Wayland desktop the keys are the portal's, and come with what has the focus here.
    fn hear_portal(&mut self, told: Told) -> Result<(), ConnectionError> {
        match told {
            Told::Bound(bound) => (self.events)(DesktopEvent::Bound(bound)),
            Told::Pressed(binding) => {
                let context = self.context()?;
                (self.events)(DesktopEvent::Pressed { binding, context });
            }
            Told::Released(binding) => (self.events)(DesktopEvent::Released { binding }),
            Told::Unavailable(bindings) => return self.bind(&bindings),
            // XTEST presses them here.
            Told::Keys(_) | Told::KeysPressed { .. } => {}
        }
        Ok(())
    }

    fn bind(&mut self, bindings: &[Binding]) -> Result<(), ConnectionError> {
        let shortcuts = bindings.iter().map(|binding| binding.shortcut).collect();
        let failures = self.grabs.bind(shortcuts, &self.keymap, &self.display)?;
        (self.events)(DesktopEvent::Bound(failures.into()));
        Ok(())
    }

    /// Also comes when a second keyboard is used for the first time; then nothing has moved and nothing is told.
    fn follow_keyboard(&mut self) -> Result<(), ConnectionError> {
        let Some(keymap) = self.display.keymap()? else { return Ok(()) };
        if keymap == self.keymap {
            return Ok(());
        }
        self.keymap = keymap;
        let failures = self.grabs.grab(&self.keymap, &self.display)?;
        (self.events)(DesktopEvent::Bound(failures.into()));
        Ok(())
    }

    /// Asks for the server's time before anything else. A real time tells late answers apart; and because events come
    /// in order, all that happened before it is known by then: who owns what, and where the focus went.
    fn date(&mut self, wish: Wish) -> Result<(), ConnectionError> {
        self.undated.push_back(Undated::Read(wish));
        self.display.ask_time()
    }

    fn date_paste(&mut self, wanted: Dated) -> Result<(), ConnectionError> {
        self.undated.push_back(Undated::Do(wanted));
        self.display.ask_time()
    }

    fn time_told(&mut self, time: Timestamp) -> Result<(), ConnectionError> {
        match self.undated.pop_front() {
            Some(Undated::Read(wish)) => self.read(wish, time),
            Some(Undated::Keep(paste, pick)) => self.keep_at(paste, pick, time),
            Some(Undated::Check(paste)) => self.check_at(paste, time),
            Some(Undated::Do(Dated::Paste(paste))) => self.paste(*paste),
            Some(Undated::Do(Dated::Abandon(id))) => self.abandon_paste(id),
            Some(Undated::Do(Dated::GiveBack(id, reply))) => self.give_back(id, reply),
            None => Ok(()),
        }
    }

    fn read(&mut self, wish: Wish, time: Timestamp) -> Result<(), ConnectionError> {
        let Wish { pick, context, reply } = wish;
        let Some(taken) = self.owners.of(pick) else {
            reply.give(Err(ReadFailure::Nothing));
            return Ok(());
        };
        // The clipboard was filled on purpose, however long ago.
        let focus = self.focus.of(&context);
        if pick == Pick::Selection
            && is_stale(taken, focus, self.display.clients)
            && !self.is_of_focused(taken.owner, &context)?
        {
            let app = focus::client_name(taken.owner, &self.display)?;
            reply.give(Err(ReadFailure::Stale { app }));
            return Ok(());
        }
        let owner = self.name_of(taken.owner, context)?;
        let found = move |text: Result<UserText, ReadFailure>| reply.give(text.map(|text| Found { text, owner }));
        let reply = Reply::new(Err(ReadFailure::NoDesktop), Box::new(found));
        // What we serve ourselves is marked by us, and is no password.
        let talk = match pick == Pick::Clipboard && taken.owner != self.serving.window {
            true => Talk::for_caller_unless_secret(reply, &self.display.atoms),
            false => Talk::for_caller(reply, &self.display.atoms),
        };
        self.reads.start(self.owners.atom(pick), taken.owner, time, talk, &self.display)
    }

    /// The application that owns a text. Nearly always it has the focus, and then its name is known already.
    fn name_of(&self, owner: Window, context: TriggerContext) -> Result<Option<String>, ConnectionError> {
        match self.is_of_focused(owner, &context)? {
            true => Ok(context.app.map(|app| app.name)),
            false => focus::client_name(owner, &self.display),
        }
    }

    fn is_of_focused(&self, owner: Window, context: &TriggerContext) -> Result<bool, ConnectionError> {
        let focused = context.window.and_then(|window| Window::try_from(window).ok());
        focused.map_or(Ok(false), |focused| self.display.same_program(focused, owner))
    }

    fn owner_changed(&mut self, event: &SelectionNotifyEvent) -> Result<(), ConnectionError> {
        if event.owner == self.serving.window {
            self.serving.taken_at(event.selection, event.selection_timestamp);
        }
        if let Some(ended) = self.owners.changed(event, self.now, self.focus.current()) {
            self.reads.owner_ended(event.selection, ended);
        }
        self.selection_changed(event)?;
        self.keep_anew(event.selection, event.owner)
    }
}
