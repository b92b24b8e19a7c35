//! The desktop of a Linux session, found by ordered probes: Wayland with data control; else the X server, which on a
//! compositor without it is XWayland, where only its own applications are reached. Each probe's reason is kept.
//!
//! On Wayland shortcuts are the portal's, whichever of the two has the texts; where it has none, they are the X
//! server's, if there is one.

use std::sync::OnceLock;

use crate::config::Binding;
use crate::config::paths::Paths;

use super::accessibility::Accessibility;
use super::paste::{Ability, KeysBy, NotPasted, Paste, PasteId};
use super::portal::{Portal, Told};
use super::remote_desktop::RemoteDesktop;
use super::reply::Reply;
use super::{Events, Found, Pick, Probe, ReadFailure, TriggerContext, survey, wayland, x11};

pub struct Desktop {
    /// Before the texts, as it speaks through their thread and is to end first.
    portal: Option<Portal>,
    /// The same holds for this.
    remote_desktop: Option<RemoteDesktop>,
    /// The same. From the first paste on; none where there is no session bus.
    accessibility: OnceLock<Option<Accessibility>>,
    /// The session bus's address.
    bus: Option<String>,
    texts: Texts,
}

/// What is wanted of a paste, in its order.
pub enum Pasting {
    Paste(Box<Paste>),
    Abandon(PasteId),
    /// It is known why nothing is to be pasted.
    Refuse(PasteId, NotPasted),
}

/// Where texts, the focus and everything else are had from.
enum Texts {
    X11(x11::Desktop),
    Wayland(wayland::Desktop),
}

impl Texts {
    /// How the portals' words get to this desktop's events.
    fn told(&self) -> Option<Box<dyn Fn(Told) + Send>> {
        match self {
            Self::X11(desktop) => desktop.told().map(|tell| Box::new(tell) as _),
            Self::Wayland(desktop) => desktop.told().map(|tell| Box::new(tell) as _),
        }
    }
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
                return (Ok(Desktop::on_wayland(env, Texts::Wayland(desktop))), probes);
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
        Ok(desktop) if set("WAYLAND_DISPLAY").is_some() => {
            let found = format!("display {name}, XWayland's: only the applications that run through it are reached");
            (Ok(Desktop::on_wayland(env, Texts::X11(desktop))), Ok(found))
        }
        Ok(desktop) => (Ok(Desktop::new(env, Texts::X11(desktop))), Ok(format!("display {name}"))),
        Err((failure, events)) => (Err(events), Err(with_causes(&failure))),
    };
    probes.push(Probe { name: "X11", result });
    (found, probes)
}

/// Whether windows can stand in layers above the others, and have the keyboard there.
pub fn has_layers(env: &dyn Fn(&str) -> Option<String>) -> bool {
    survey::has_layers(env)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

impl Desktop {
    fn new(env: &dyn Fn(&str) -> Option<String>, texts: Texts) -> Self {
        let bus = env("DBUS_SESSION_BUS_ADDRESS").filter(|address| !address.is_empty());
        Self { portal: None, remote_desktop: None, accessibility: OnceLock::new(), bus, texts }
    }

    fn on_wayland(env: &dyn Fn(&str) -> Option<String>, texts: Texts) -> Self {
        let desktop = Self::new(env, texts);
        let (bus, texts) = (desktop.bus.clone(), &desktop.texts);
        let no_thread = |error: &std::io::Error| log::warn!("the portal has no thread: {error}");
        let portal = texts.told().and_then(|tell| Portal::start(bus.clone(), tell).inspect_err(no_thread).ok());
        let is_preferred = env("POSTIL_KEYS").is_some_and(|by| by == "portal");
        let remote_desktop = match texts {
            Texts::Wayland(desktop) if is_preferred || desktop.ability() == Ability::NoKeys => {
                texts.told().and_then(|tell| {
                    let state = Paths::from_env(env).ok().map(|paths| paths.state_dir);
                    RemoteDesktop::start(bus, state, tell).inspect_err(no_thread).ok()
                })
            }
            _ => None,
        };
        if let (Texts::Wayland(desktop), Some(remote_desktop)) = (texts, &remote_desktop) {
            desktop.press_by(remote_desktop.wishes(), is_preferred);
        }
        Self { portal, remote_desktop, ..desktop }
    }

    pub fn bind(&self, bindings: Vec<Binding>) {
        match (&self.portal, &self.texts) {
            (Some(portal), _) => portal.bind(bindings),
            (None, Texts::X11(desktop)) => desktop.bind(bindings),
            (None, Texts::Wayland(desktop)) => desktop.bind(bindings),
        }
    }

    pub fn ask_for_keys(&self, reply: Reply<Option<bool>>) {
        match (&self.texts, &self.remote_desktop) {
            (Texts::Wayland(desktop), Some(_)) => desktop.ask_for_keys(reply),
            _ => drop(reply),
        }
    }

    pub fn asks_for_shortcuts(&self) -> bool {
        self.portal.is_some()
    }

    pub fn ability(&self) -> Ability {
        match &self.texts {
            Texts::X11(_) if self.portal.is_some() => Ability::XWaylandOnly,
            Texts::X11(desktop) => desktop.ability(),
            Texts::Wayland(desktop) => match desktop.ability() {
                Ability::NoKeys if self.remote_desktop.is_some() => Ability::Keys(KeysBy::RemoteDesktop),
                ability => ability,
            },
        }
    }

    pub fn read(&self, pick: Pick, context: TriggerContext, reply: Reply<Result<Found, ReadFailure>>) {
        match &self.texts {
            Texts::X11(desktop) => desktop.read(pick, context, reply),
            Texts::Wayland(desktop) => desktop.read(pick, context, reply),
        }
    }

    pub fn watch_selections(&self, wanted: bool) {
        match &self.texts {
            Texts::X11(desktop) => desktop.watch_selections(wanted),
            Texts::Wayland(_) => {}
        }
    }

    pub fn context(&self, reply: Reply<TriggerContext>) {
        match &self.texts {
            Texts::X11(desktop) => desktop.context(reply),
            Texts::Wayland(desktop) => desktop.context(reply),
        }
    }

    pub fn prepare_paste(&self, id: PasteId, context: TriggerContext) {
        if let Some(accessibility) = self.accessibility() {
            accessibility.look(id, &context);
        }
        match &self.texts {
            Texts::X11(desktop) => desktop.prepare_paste(id, context),
            Texts::Wayland(desktop) => desktop.prepare_paste(id, context),
        }
    }

    /// Once it is known whether text can be put there.
    pub fn paste(&self, paste: Paste) {
        let Some(sending) = self.pasting() else { return };
        self.after_looking(move || sending(Pasting::Paste(Box::new(paste))));
    }

    pub fn abandon_paste(&self, id: PasteId) {
        let Some(sending) = self.pasting() else { return };
        self.after_looking(move || sending(Pasting::Abandon(id)));
    }

    fn after_looking(&self, act: impl FnOnce() + Send + 'static) {
        match self.accessibility() {
            Some(accessibility) => accessibility.pass(act),
            None => act(),
        }
    }

    fn accessibility(&self) -> Option<&Accessibility> {
        self.accessibility.get_or_init(|| self.start_accessibility()).as_ref()
    }

    fn start_accessibility(&self) -> Option<Accessibility> {
        let refuse = self.pasting()?;
        let started = Accessibility::start(self.bus.clone()?, move |id, why| refuse(Pasting::Refuse(id, why)));
        started.inspect_err(|error| log::warn!("accessibility has no thread: {error}")).ok()
    }

    /// How pastes get to the display's thread from any other.
    fn pasting(&self) -> Option<Box<dyn Fn(Pasting) + Send>> {
        match &self.texts {
            Texts::X11(desktop) => desktop.pasting().map(|send| Box::new(send) as _),
            Texts::Wayland(desktop) => desktop.pasting().map(|send| Box::new(send) as _),
        }
    }

    pub fn give_back(&self, id: PasteId, reply: Reply<bool>) {
        match &self.texts {
            Texts::X11(desktop) => desktop.give_back(id, reply),
            Texts::Wayland(desktop) => desktop.give_back(id, reply),
        }
    }
}
