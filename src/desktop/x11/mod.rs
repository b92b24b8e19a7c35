//! The desktop of an X server: shortcuts grabbed, selections read, the focus known, all on one thread with one
//! connection ([`event_loop`]). This file is the other threads' side: they send commands and wake it.
//!
//! Pure parts: [`keyboard`] (which key a shortcut is), [`transfer`] (what to ask an owner for), [`stale`].

mod atoms;
mod display;
mod event_loop;
mod focus;
mod grabs;
mod keyboard;
mod keys;
pub mod owner_watch;
mod owners;
mod reads;
mod stale;
mod transfer;
mod wake;

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use rustix::fd::OwnedFd;

use display::ConnectFailure;
use event_loop::{Beginning, Command, EventLoop, Wish};

use super::paste::{Paste, PasteId};
use super::reply::Reply;
use super::shortcut::Shortcut;
use super::{Events, Found, Pick, Probe, ReadFailure, TriggerContext};

/// Tries what a Linux session may offer. Gives `events` back where nothing answers.
pub fn probe(env: &dyn Fn(&str) -> Option<String>, events: Events) -> (Result<Desktop, Events>, Vec<Probe>) {
    let set = |name| env(name).filter(|value| !value.is_empty());
    let mut probes = Vec::new();
    if set("WAYLAND_DISPLAY").is_some() {
        let reason = "Wayland itself comes later; applications of the X server beside it are reached";
        probes.push(Probe { name: "Wayland", result: Err(reason.into()) });
    }
    let Some(name) = set("DISPLAY") else {
        probes.push(Probe { name: "X11", result: Err("DISPLAY is not set".into()) });
        return (Err(events), probes);
    };
    let (found, result) = match Desktop::connect(&name, events) {
        Ok(desktop) => (Ok(desktop), Ok(format!("display {name}"))),
        Err((failure, events)) => (Err(events), Err(with_causes(&failure))),
    };
    probes.push(Probe { name: "X11", result });
    (found, probes)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

/// The thread that holds the connection. It ends when this is dropped, and the server's grabs with it.
pub struct Desktop {
    commands: Option<Sender<Command>>,
    wake: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Desktop {
    /// Connects to `display` (`:0`). Everything that may be missing is found out here.
    fn connect(display: &str, events: Events) -> Result<Self, (ConnectFailure, Events)> {
        let begun = Beginning::connect(display).and_then(|beginning| Ok((beginning, wake::new()?)));
        match begun {
            Ok((beginning, wake)) => Ok(Self::spawn(beginning, Arc::new(wake), events)),
            Err(failure) => Err((failure, events)),
        }
    }

    fn spawn(beginning: Beginning, wake: Arc<OwnedFd>, events: Events) -> Self {
        let (commands, receiver) = mpsc::channel();
        let event_loop = EventLoop::new(beginning, receiver, Arc::clone(&wake), events);
        let thread = std::thread::Builder::new().name("x11".into()).spawn(move || event_loop.run());
        // As std::thread::spawn: without a thread more there is no program.
        Self { commands: Some(commands), wake, thread: Some(thread.expect("the system gives a thread")) }
    }

    pub fn bind(&self, shortcuts: Vec<Shortcut>) {
        self.send(Command::Bind(shortcuts));
    }

    pub fn read(&self, pick: Pick, context: TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        self.send(Command::Read(Wish { pick, context, reply }));
    }

    pub fn context(&self, reply: Reply<TriggerContext>) {
        self.send(Command::Context(reply));
    }

    pub fn prepare_paste(&self, _id: PasteId, _context: TriggerContext) {}

    pub fn paste(&self, paste: Paste) {
        self.send(Command::Paste(Box::new(paste)));
    }

    pub fn abandon_paste(&self, _id: PasteId) {}

    pub fn give_back(&self, _id: PasteId, reply: Reply<bool>) {
        reply.give(false);
    }

    /// To a thread that has ended it is dropped, and answers as it is.
    fn send(&self, command: Command) {
        if let Some(commands) = &self.commands {
            _ = commands.send(command);
            wake::wake(&self.wake);
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.commands = None;
        wake::wake(&self.wake);
        // An event may be what makes its receiver drop the desktop: a thread cannot wait for itself.
        let other = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        if let Some(thread) = other
            && thread.join().is_err()
        {
            log::error!("the X11 thread panicked");
        }
    }
}
