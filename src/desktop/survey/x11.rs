//! An X server: its window manager, by the window that it shows for this (EWMH `_NET_SUPPORTING_WM_CHECK`), and the
//! extensions that this program uses.
//!
//! A server that is stopped takes a connection and never answers: this blocks then.

use std::path::PathBuf;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::res::ConnectionExt as _;
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xinput::ConnectionExt as _;
use x11rb::protocol::xkb::ConnectionExt as _;
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, Window};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::protocol::{res, xfixes, xinput, xkb, xtest};
use x11rb::rust_connection::RustConnection;

use super::versions::Whose;
use super::{Compositor, Env, NoDisplay, Protocol};

/// Longer names are nobody's.
const LONGEST_NAME: u32 = 1024;

impl From<x11rb::errors::ConnectError> for NoDisplay {
    fn from(error: x11rb::errors::ConnectError) -> Self {
        Self::X11(error.to_string())
    }
}

impl From<x11rb::errors::ReplyError> for NoDisplay {
    fn from(error: x11rb::errors::ReplyError) -> Self {
        Self::X11(error.to_string())
    }
}

impl From<x11rb::errors::ConnectionError> for NoDisplay {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        Self::X11(error.to_string())
    }
}

pub fn window_manager(env: Env<'_>, display: &str) -> Result<Compositor, NoDisplay> {
    let (conn, screen) = RustConnection::connect(Some(display))?;
    let root = conn.setup().roots[screen].root;
    let Some(name) = manager_name(&conn, root)? else {
        return Ok(Compositor {
            name: "no window manager".to_owned(),
            version: None,
            how: "_NET_SUPPORTING_WM_CHECK of the root window".to_owned(),
        });
    };
    let i3_socket = text(&conn, root, "I3_SOCKET_PATH")?.map(PathBuf::from);
    let process = manager_window(&conn, root)?.map(|window| number(&conn, window, "_NET_WM_PID", AtomEnum::CARDINAL));
    let process = process.transpose()?.flatten();
    let found = Whose { name: &name, process, i3_socket, env }.version();
    let how = match &found {
        Some((_, how)) => format!("_NET_WM_NAME of its window; the version by {how}"),
        None => "_NET_WM_NAME of its window".to_owned(),
    };
    Ok(Compositor { name, version: found.map(|(version, _)| version), how })
}

fn manager_name(conn: &RustConnection, root: Window) -> Result<Option<String>, NoDisplay> {
    match manager_window(conn, root)? {
        Some(window) => text(conn, window, "_NET_WM_NAME"),
        None => Ok(None),
    }
}

/// One that has ended leaves the property behind: the window itself must say the same.
fn manager_window(conn: &RustConnection, root: Window) -> Result<Option<Window>, NoDisplay> {
    let check = |window| number(conn, window, "_NET_SUPPORTING_WM_CHECK", AtomEnum::WINDOW);
    let Some(window) = check(root)? else { return Ok(None) };
    Ok(check(window).ok().flatten().filter(|itself| *itself == window))
}

/// A name that nobody has used yet has none, and so no property either.
fn atom(conn: &RustConnection, name: &str) -> Result<Option<Atom>, NoDisplay> {
    let atom = conn.intern_atom(true, name.as_bytes())?.reply()?.atom;
    Ok((atom != x11rb::NONE).then_some(atom))
}

fn number(conn: &RustConnection, window: Window, name: &str, of: AtomEnum) -> Result<Option<u32>, NoDisplay> {
    let Some(atom) = atom(conn, name)? else { return Ok(None) };
    let reply = conn.get_property(false, window, atom, of, 0, 1)?.reply()?;
    Ok(reply.value32().and_then(|mut values| values.next()))
}

fn text(conn: &RustConnection, window: Window, name: &str) -> Result<Option<String>, NoDisplay> {
    let Some(atom) = atom(conn, name)? else { return Ok(None) };
    let reply = conn.get_property(false, window, atom, AtomEnum::ANY, 0, LONGEST_NAME)?.reply()?;
    Ok(String::from_utf8(reply.value).ok().filter(|text| !text.is_empty()))
}

pub fn extensions(display: &str) -> Result<Vec<Protocol>, NoDisplay> {
    let (conn, _) = RustConnection::connect(Some(display))?;
    let conn = &conn;
    Ok(vec![
        extension(conn, "changes of the selection", &[xfixes::X11_EXTENSION_NAME], || {
            let version = conn.xfixes_query_version(5, 0)?.reply()?;
            Ok((version.major_version, version.minor_version))
        })?,
        extension(conn, "the keyboard's layout", &[xkb::X11_EXTENSION_NAME], || {
            let version = conn.xkb_use_extension(1, 0)?.reply()?;
            Ok((version.server_major.into(), version.server_minor.into()))
        })?,
        extension(conn, "keys", &[xtest::X11_EXTENSION_NAME], || {
            let version = conn.xtest_get_version(2, 2)?.reply()?;
            Ok((version.major_version.into(), version.minor_version.into()))
        })?,
        extension(conn, "which keys are held", &[xinput::X11_EXTENSION_NAME], || {
            let version = conn.xinput_xi_query_version(2, 1)?.reply()?;
            Ok((version.major_version.into(), version.minor_version.into()))
        })?,
        extension(conn, "whose a window is", &[res::X11_EXTENSION_NAME], || {
            let version = conn.res_query_version(1, 2)?.reply()?;
            Ok((version.server_major.into(), version.server_minor.into()))
        })?,
    ])
}

/// Asked for its version only where it is there.
fn extension(
    conn: &RustConnection,
    purpose: &'static str,
    known: &'static [&'static str; 1],
    version: impl FnOnce() -> Result<(u32, u32), NoDisplay>,
) -> Result<Protocol, NoDisplay> {
    let is_there = conn.extension_information(known[0])?.is_some();
    let version = is_there.then(version).transpose()?;
    Ok(Protocol {
        purpose,
        known,
        found: version.map(|(major, minor)| (known[0].to_owned(), format!("{major}.{minor}"))),
    })
}
