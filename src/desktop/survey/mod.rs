//! What there is of a desktop session, found by looking: who draws it, which protocols, portals, tray host and keyring it
//! has. For `doctor`; the layers for the panel, too.
//!
//! Invariant: looking changes nothing. No service is started for a question, nothing is unlocked, nobody is asked. What is
//! on the bus answers within [`PATIENCE`]; a display server may not answer at all, so whoever asks after it must not wait
//! for it ([`compositor`], [`protocols`] and [`has_layers`] block).

mod bus;
mod ipc;
mod keyring;
mod portals;
mod process;
mod tray;
mod versions;
mod wayland;
mod x11;

use std::time::Duration;

pub use bus::{Bus, NoAnswer};
pub use keyring::{KeyringState, keyring};
pub use portals::{Portals, portals};
pub use tray::{TrayHost, tray_host};
use wayland::LAYERS;

/// A service that works answers in milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// How a variable of the environment is looked up.
pub type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Who draws the desktop: a compositor, or a window manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compositor {
    /// As it calls itself, or its program's name.
    pub name: String,
    pub version: Option<String>,
    /// How that was found out.
    pub how: String,
}

/// Something that a display server can do, by the protocol's own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// What this program needs it for.
    pub purpose: &'static str,
    /// Those that serve the purpose, best first.
    pub known: &'static [&'static str],
    /// The one that is there, with its version.
    pub found: Option<(String, String)>,
}

/// Why there is nothing to tell of a display server.
#[derive(Debug, thiserror::Error)]
pub enum NoDisplay {
    #[error("neither WAYLAND_DISPLAY nor DISPLAY is set")]
    NotSet,
    #[error("the Wayland compositor cannot be asked")]
    Wayland(#[from] super::wayland::ConnectFailure),
    #[error("the X server cannot be asked: {0}")]
    X11(String),
}

/// Who draws the desktop that the environment names.
pub fn compositor(env: Env<'_>) -> Result<Compositor, NoDisplay> {
    match (set(env, "WAYLAND_DISPLAY"), set(env, "DISPLAY")) {
        (Some(display), _) => Ok(wayland::compositor(env, &display)?),
        (None, Some(display)) => x11::window_manager(env, &display),
        (None, None) => Err(NoDisplay::NotSet),
    }
}

/// What its display server offers of what this program uses.
pub fn protocols(env: Env<'_>) -> Result<Vec<Protocol>, NoDisplay> {
    match (set(env, "WAYLAND_DISPLAY"), set(env, "DISPLAY")) {
        (Some(display), _) => Ok(wayland::protocols(env, &display)?),
        (None, Some(display)) => x11::extensions(&display),
        (None, None) => Err(NoDisplay::NotSet),
    }
}

/// Whether a Wayland compositor lets windows stand in layers above the others, where they can have the keyboard.
pub fn has_layers(env: Env<'_>) -> bool {
    let asked = set(env, "WAYLAND_DISPLAY").and_then(|display| wayland::protocols(env, &display).ok());
    let is_it = |protocol: &Protocol| protocol.known.contains(&LAYERS) && protocol.found.is_some();
    asked.is_some_and(|protocols| protocols.iter().any(is_it))
}

fn set(env: Env<'_>, name: &str) -> Option<String> {
    env(name).filter(|value| !value.is_empty())
}
