//! The desktop of an X server: shortcuts grabbed, selections read, the focus known, answers pasted, all on one thread with one
//! connection ([`event_loop`]). This file is the other threads' side: they send commands and wake it.
//!
//! Pure parts: [`keyboard`] (which key a shortcut is), [`transfer`] and [`keeping`] (what to ask an owner for),
//! [`pieces`], [`contents`], [`stale`], [`selecting`].

mod atoms;
mod contents;
mod display;
mod event_loop;
mod focus;
mod grabs;
mod hands;
mod keeping;
mod keyboard;
mod keys;
pub mod owner_watch;
mod owners;
mod pastes;
mod pieces;
mod reads;
mod selecting;
mod serving;
mod stale;
mod talk;
mod transfer;

use crate::config::Binding;

pub use display::ConnectFailure;
use event_loop::{Beginning, Command, EventLoop, Wish};

use super::linux::Pasting;
use super::paste::{Ability, KeysBy, PasteId};
use super::portal::Told;
use super::reply::Reply;
use super::worker::Worker;
use super::{Events, Found, Pick, ReadFailure, TriggerContext, wake};

/// The thread that holds the connection. It ends when this is dropped, and the server's grabs with it.
pub struct Desktop {
    worker: Worker<Command>,
    ability: Ability,
}

impl Desktop {
    /// Connects to `display` (`:0`). Everything that may be missing is found out here.
    pub fn connect(display: &str, events: Events) -> Result<Self, (ConnectFailure, Events)> {
        let begun = Beginning::connect(display).and_then(|beginning| Ok((beginning, wake::new()?)));
        match begun {
            Ok((beginning, wake)) => {
                let ability = if beginning.can_paste() { Ability::Keys(KeysBy::XTest) } else { Ability::NoKeys };
                let run = move |inbox| EventLoop::new(beginning, inbox, events).run();
                Ok(Self { worker: Worker::spawn("x11", wake, run), ability })
            }
            Err(failure) => Err((failure, events)),
        }
    }

    pub fn bind(&self, bindings: Vec<Binding>) {
        self.worker.send(Command::Bind(bindings));
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
        self.worker.send(Command::Read(Wish { pick, context, reply }));
    }

    pub fn watch_selections(&self, wanted: bool) {
        self.worker.send(Command::WatchSelections(wanted));
    }

    pub fn context(&self, reply: Reply<TriggerContext>) {
        self.worker.send(Command::Context(reply));
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
