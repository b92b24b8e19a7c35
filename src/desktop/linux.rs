//! The desktop of a Linux session, found by ordered probes: Wayland with data control; else the X server, which on a
//! compositor without it is XWayland, where only its own applications are reached. Each probe's reason is kept.

use super::paste::{Paste, PasteId};
use super::reply::Reply;
use super::shortcut::Shortcut;
use super::{Events, Found, Pick, Probe, ReadFailure, TriggerContext, wayland, x11};

/// Which of the two it is.
pub enum Desktop {
    X11(x11::Desktop),
    Wayland(wayland::Desktop),
}

/// Tries what a Linux session may offer. Gives `events` back where nothing answers.
pub fn probe(env: &dyn Fn(&str) -> Option<String>, events: Events) -> (Result<Desktop, Events>, Vec<Probe>) {
    let set = |name| env(name).filter(|value| !value.is_empty());
    let mut probes = Vec::new();
    let mut events = events;
    if let Some(name) = set("WAYLAND_DISPLAY") {
        match wayland::Desktop::connect(env, &name, events) {
            Ok((desktop, found)) => {
                probes.push(Probe { name: "Wayland", result: Ok(found) });
                return (Ok(Desktop::Wayland(desktop)), probes);
            }
            Err((failure, unused)) => {
                probes.push(Probe { name: "Wayland", result: Err(with_causes(&failure)) });
                events = unused;
            }
        }
    }
    let Some(name) = set("DISPLAY") else {
        probes.push(Probe { name: "X11", result: Err("DISPLAY is not set".into()) });
        return (Err(events), probes);
    };
    let (found, result) = match x11::Desktop::connect(&name, events) {
        Ok(desktop) => (Ok(Desktop::X11(desktop)), Ok(x11_found(&name, set("WAYLAND_DISPLAY").is_some()))),
        Err((failure, events)) => (Err(events), Err(with_causes(&failure))),
    };
    probes.push(Probe { name: "X11", result });
    (found, probes)
}

/// On a Wayland desktop it is XWayland.
fn x11_found(name: &str, on_wayland: bool) -> String {
    match on_wayland {
        true => format!("display {name}, XWayland's: only the applications that run through it are reached"),
        false => format!("display {name}"),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

impl Desktop {
    pub fn bind(&self, shortcuts: Vec<Shortcut>) {
        match self {
            Self::X11(desktop) => desktop.bind(shortcuts),
            Self::Wayland(desktop) => desktop.bind(shortcuts),
        }
    }

    pub fn read(&self, pick: Pick, context: TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        match self {
            Self::X11(desktop) => desktop.read(pick, context, reply),
            Self::Wayland(desktop) => desktop.read(pick, context, reply),
        }
    }

    pub fn context(&self, reply: Reply<TriggerContext>) {
        match self {
            Self::X11(desktop) => desktop.context(reply),
            Self::Wayland(desktop) => desktop.context(reply),
        }
    }

    pub fn prepare_paste(&self, id: PasteId, context: TriggerContext) {
        match self {
            Self::X11(desktop) => desktop.prepare_paste(id, context),
            Self::Wayland(desktop) => desktop.prepare_paste(id),
        }
    }

    pub fn paste(&self, paste: Paste) {
        match self {
            Self::X11(desktop) => desktop.paste(paste),
            Self::Wayland(desktop) => desktop.paste(&paste),
        }
    }

    pub fn abandon_paste(&self, id: PasteId) {
        match self {
            Self::X11(desktop) => desktop.abandon_paste(id),
            // Nothing was kept.
            Self::Wayland(_) => {}
        }
    }

    pub fn give_back(&self, id: PasteId, reply: Reply<bool>) {
        match self {
            Self::X11(desktop) => desktop.give_back(id, reply),
            Self::Wayland(_) => drop(reply),
        }
    }
}
