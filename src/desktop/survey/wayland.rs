//! A Wayland compositor: which program it is, and which of the protocols it has that this program uses.

use super::versions::Whose;
use super::{Compositor, Env, Protocol, process};
use crate::desktop::wayland::ConnectFailure;
use crate::desktop::wayland::survey::{Seen, see};

/// By which windows stand in layers.
pub const LAYERS: &str = "zwlr_layer_shell_v1";

/// Purposes, and the interfaces that serve them, best first.
const PURPOSES: [(&str, &[&str]); 4] = [
    ("selection and clipboard", &["ext_data_control_manager_v1", "zwlr_data_control_manager_v1"]),
    ("focus", &["zwlr_foreign_toplevel_manager_v1", "org_kde_plasma_window_management"]),
    ("keys", &["zwp_virtual_keyboard_manager_v1"]),
    ("windows in their place", &[LAYERS]),
];

pub fn compositor(env: Env<'_>, display: &str) -> Result<Compositor, ConnectFailure> {
    let Seen { process, .. } = see(env, display)?;
    let name = process.and_then(process::name).unwrap_or_else(|| "a compositor".to_owned());
    let whose = Whose { name: &name, process, i3_socket: None, env };
    let (version, how) = whose.version().map_or((None, None), |(version, how)| (Some(version), Some(how)));
    let how = match how {
        Some(how) => format!("the process behind the socket {display}; the version by {how}"),
        None => format!("the process behind the socket {display}"),
    };
    Ok(Compositor { name, version, how })
}

pub fn protocols(env: Env<'_>, display: &str) -> Result<Vec<Protocol>, ConnectFailure> {
    let Seen { globals, .. } = see(env, display)?;
    let found = |known: &[&str]| {
        let found = known.iter().find_map(|name| globals.iter().find(|(interface, _)| interface == name));
        found.map(|(interface, version)| (interface.clone(), version.to_string()))
    };
    let protocol =
        |(purpose, known): (&'static str, &'static [&'static str])| Protocol { purpose, known, found: found(known) };
    Ok(PURPOSES.into_iter().map(protocol).collect())
}
