//! Whether X11's side of the desktop knows of what we have put on offer.
//!
//! The compositor tells XWayland in its own time, and the keys of a paste go another way. An X11 application that owns a
//! selection pastes its own text until it hears that somebody else has it; so where one has the focus, its keys are pressed
//! only once its X server says that the compositor is the owner: from then on it hears of that before it hears of the keys.
//!
//! A server that is busy answers late, so it is asked on a thread of its own, which ends by itself.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd as _, OwnedFd};
use rustix::pipe::{PipeFlags, pipe_with};
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use crate::desktop::Pick;

/// A server that takes longer has an application that can hardly be pasted into.
pub const LONGEST_LAG: Duration = Duration::from_secs(2);

/// Asks whether the compositor owns these on this X display. What is given hangs up once it does, or it is of no importance:
/// no X11 application has the focus, or none is there. `None` where nobody uses that display: it would be started for this.
pub fn follow(display: &str, picks: &'static [Pick]) -> Option<OwnedFd> {
    let sockets = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    if !is_used(&sockets, display) {
        return None;
    }
    let (known, holds) = pipe_with(PipeFlags::CLOEXEC).ok()?;
    let display = display.to_owned();
    let thread = std::thread::Builder::new().name("xwayland".into()).spawn(move || {
        if let Err(error) = wait(&display, picks) {
            log::info!("the X display {display} cannot be asked who owns the selection: {error}");
        }
        drop(holds);
    });
    thread.is_ok().then_some(known)
}

/// Whether somebody is connected to the display, by the system's list of sockets. One that only listens is a compositor's
/// that starts XWayland when it is needed.
fn is_used(sockets: &str, display: &str) -> bool {
    const CONNECTED: &str = "03";
    let Some(number) = display.strip_prefix(':').and_then(|rest| rest.split('.').next()) else { return false };
    let path = format!("/tmp/.X11-unix/X{number}");
    sockets.lines().any(|line| {
        let mut words = line.split_whitespace();
        let (state, name) = (words.nth(5), words.nth(1));
        state == Some(CONNECTED) && name.is_some_and(|name| name.trim_start_matches('@') == path)
    })
}

fn wait(display: &str, picks: &[Pick]) -> Result<(), Box<dyn Error>> {
    let (conn, screen) = RustConnection::connect(Some(display))?;
    let root = conn.setup().roots[screen].root;
    let atom = |name: &str| -> Result<Atom, ReplyError> { Ok(conn.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let active = atom("_NET_ACTIVE_WINDOW")?;
    let active = conn.get_property(false, root, active, AtomEnum::WINDOW, 0, 1)?.reply()?;
    if active.value32().and_then(|mut windows| windows.next()).unwrap_or_default() == 0 {
        return Ok(());
    }
    conn.xfixes_query_version(1, 0)?.reply()?;
    let clipboard = atom("CLIPBOARD")?;
    let selections: Vec<Atom> =
        picks.iter().map(|pick| if *pick == Pick::Clipboard { clipboard } else { AtomEnum::PRIMARY.into() }).collect();
    for selection in &selections {
        conn.xfixes_select_selection_input(root, *selection, SelectionEventMask::SET_SELECTION_OWNER)?;
    }
    let compositor = conn.get_selection_owner(atom("WM_S0")?)?.reply()?.owner;
    let client = |window: Window| window & !conn.setup().resource_id_mask;
    let end = Instant::now() + LONGEST_LAG;
    loop {
        let mut are_known = true;
        for selection in &selections {
            are_known &= client(conn.get_selection_owner(*selection)?.reply()?.owner) == client(compositor);
        }
        let left = end.saturating_duration_since(Instant::now());
        if are_known || left.is_zero() {
            return Ok(());
        }
        if conn.poll_for_event()?.is_none() {
            poll(&mut [PollFd::new(&conn.stream().as_fd(), PollFlags::IN)], Some(&Timespec::try_from(left)?))?;
        }
        while conn.poll_for_event()?.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_that_nobody_uses_is_not_woken() {
        let listens = "Num       RefCount Protocol Flags    Type St Inode Path\n\
                       0000: 00000002 00000000 00010000 0001 01 1812 /tmp/.X11-unix/X1\n";
        assert!(!is_used(listens, ":1"));
        let used = format!("{listens}0000: 00000003 00000000 00000000 0001 03 1813 @/tmp/.X11-unix/X1\n");
        assert!(is_used(&used, ":1") && is_used(&used, ":1.0"));
        assert!(!is_used(&used, ":11") && !is_used(&used, ":0") && !is_used(&used, ""));
    }
}
