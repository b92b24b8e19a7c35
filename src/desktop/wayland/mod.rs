//! The desktop of a Wayland compositor with data control: selections read without a window and without the focus, all on
//! one thread with one connection ([`event_loop`]). This file is the other threads' side.
//!
//! Pure parts: [`mime`] (which type is the text), [`keymap`], [`contents`], the rule of what is stale.

mod contents;
mod control;
mod event_loop;
mod keyboard;
mod keymap;
mod mime;
mod pastes;
mod presser;
mod reads;
mod seats;
mod serving;
mod session;
pub mod survey;
mod toplevels;
mod xwayland;

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use wayland_client::Connection;

use crate::config::Binding;

use event_loop::{Broken, Command, EventLoop, Question, Wire};

use super::linux::Pasting;
use super::paste::{Ability, KeysBy, PasteId};
use super::portal::Told;
use super::remote_desktop::Wishes;
use super::reply::Reply;
use super::worker::Worker;
use super::{Events, Found, Pick, ReadFailure, TriggerContext, wake};

/// A compositor that takes longer to say what it has, hangs. KWin first reads the whole program and its copy on the disk, to
/// see that they are the same: half a second for ours, and longer while the desktop is starting.
const COMPOSITOR_ANSWERS: Duration = Duration::from_secs(5);

/// Why this compositor cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailure {
    #[error("WAYLAND_DISPLAY names no socket: XDG_RUNTIME_DIR is not set")]
    NoFolder,
    #[error("no connection to {0}")]
    NoConnection(PathBuf, #[source] std::io::Error),
    #[error("the compositor does not answer")]
    Silent,
    #[error("the compositor's first messages could not be read")]
    Broken(#[from] Broken),
    /// GNOME, for one.
    #[error(
        "this compositor has no data control (ext-data-control-v1 or wlr-data-control), so programs without a window cannot read the selection"
    )]
    NoDataControl,
    #[error("no more files can be opened")]
    NoFile(#[from] rustix::io::Errno),
}

/// The thread that holds the connection. It ends when this is dropped.
pub struct Desktop {
    worker: Worker<Command>,
    ability: Ability,
}

impl Desktop {
    /// Connects to the compositor that the environment names, and gives what was found there for `doctor`.
    pub fn connect(
        env: &dyn Fn(&str) -> Option<String>,
        display: &str,
        events: Events,
    ) -> Result<(Self, String), (ConnectFailure, Events)> {
        let begun = begin(env, display).and_then(|wire| Ok((wire, wake::new()?)));
        match begun {
            Ok((wire, wake)) => {
                let found = describe(display, &wire);
                let ability = ability(&wire);
                let x11 = env("DISPLAY").filter(|display| !display.is_empty());
                let run = move |inbox| EventLoop::new(wire, inbox, events, x11).run();
                Ok((Self { worker: Worker::spawn("wayland", wake, run), ability }, found))
            }
            Err(failure) => Err((failure, events)),
        }
    }

    pub fn bind(&self, bindings: Vec<Binding>) {
        self.worker.send(Command::Bind(bindings));
    }

    /// What may press keys, if the person lets it. `is_preferred`: also where there is a virtual keyboard.
    pub fn press_by(&self, wishes: Wishes, is_preferred: bool) {
        self.worker.send(Command::Portal { wishes, is_preferred });
    }

    pub fn ask_for_keys(&self, reply: Reply<Option<bool>>) {
        self.worker.send(Command::AskForKeys(reply));
    }

    pub fn ability(&self) -> Ability {
        self.ability
    }

    /// How the portal's words get to this desktop's events, in one order with them.
    pub fn told(&self) -> Option<impl Fn(Told) + Send + use<>> {
        let sending = self.worker.sending()?;
        Some(move |told| sending.send(Command::Told(told)))
    }

    pub fn read(&self, pick: Pick, context: TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        self.worker.send(Command::Ask(Question::Read { pick, context, reply }));
    }

    pub fn context(&self, reply: Reply<TriggerContext>) {
        self.worker.send(Command::Ask(Question::Context(reply)));
    }

    pub fn prepare_paste(&self, id: PasteId, context: TriggerContext) {
        self.worker.send(Command::PreparePaste(id, context));
    }

    /// How pastes get here from any thread.
    pub fn pasting(&self) -> Option<impl Fn(Pasting) + Send + use<>> {
        let sending = self.worker.sending()?;
        Some(move |pasting| {
            sending.send(match pasting {
                Pasting::Paste(paste) => Command::Paste(paste),
                Pasting::Abandon(id) => Command::AbandonPaste(id),
                Pasting::Refuse(id, why) => Command::RefusePaste(id, why),
            });
        })
    }

    pub fn give_back(&self, id: PasteId, reply: Reply<bool>) {
        self.worker.send(Command::GiveBack(id, reply));
    }
}

/// A connection to the compositor, and the process behind it.
fn open(env: &dyn Fn(&str) -> Option<String>, display: &str) -> Result<(Wire, Option<u32>), ConnectFailure> {
    let folder = env("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    // An absolute path stands for itself.
    let socket = match folder {
        Some(folder) => PathBuf::from(folder).join(display),
        None if display.starts_with('/') => PathBuf::from(display),
        None => return Err(ConnectFailure::NoFolder),
    };
    let stream = UnixStream::connect(&socket).map_err(|error| ConnectFailure::NoConnection(socket, error))?;
    let process = rustix::net::sockopt::socket_peercred(&stream).ok();
    let process = process.and_then(|peer| u32::try_from(peer.pid.as_raw_nonzero().get()).ok());
    let connection = Connection::from_socket(stream).map_err(|_| ConnectFailure::Silent)?;
    Ok((Wire::new(connection), process))
}

/// Everything that may be missing is found out here.
fn begin(env: &dyn Fn(&str) -> Option<String>, display: &str) -> Result<Wire, ConnectFailure> {
    let (mut wire, _) = open(env, display)?;
    let end = Instant::now() + COMPOSITOR_ANSWERS;
    let queue = wire.queue.handle();
    let registry = wire.connection.display().get_registry(&queue, ());
    let globals = wire.sync();
    if !wire.settle(globals, end)? {
        return Err(ConnectFailure::Silent);
    }
    wire.session.bind(&registry, &queue);
    if wire.session.control_by.is_none() {
        return Err(ConnectFailure::NoDataControl);
    }
    // The offers and windows that are there when we come; by KDE's list they are named first, and told when asked for.
    for _ in 0..2 {
        let first = wire.sync();
        if !wire.settle(first, end)? {
            return Err(ConnectFailure::Silent);
        }
    }
    Ok(wire)
}

fn ability(wire: &Wire) -> Ability {
    match (wire.session.knows_focus(), wire.session.keyboards.is_some()) {
        (false, _) => Ability::FocusUnknown,
        (true, true) => Ability::Keys(KeysBy::VirtualKeyboard),
        (true, false) => Ability::NoKeys,
    }
}

fn describe(display: &str, wire: &Wire) -> String {
    let control = match wire.session.control_by {
        Some("ext_data_control_manager_v1") => "ext-data-control-v1",
        _ => "wlr-data-control-unstable-v1",
    };
    let focus = match wire.session.focus_by {
        Some("org_kde_plasma_window_management") => "the focus by KDE's plasma-window-management",
        Some(_) => "the focus by wlr-foreign-toplevel-management",
        None => "the focus is not told",
    };
    let keys = match wire.session.keyboards.is_some() {
        true => "keys by virtual-keyboard",
        false => "no keys can be pressed",
    };
    format!("{display}: selection and clipboard by {control}, {focus}, {keys}")
}
