//! Which window has the focus, since when, and whose it is.
//!
//! The window manager says it in _NET_ACTIVE_WINDOW on the root; its changes come in one order with those of the
//! selections, which are held against it. Without such a window manager the focus is the server's own, and since when is unknown.

use std::collections::VecDeque;

use x11rb::cookie::Cookie;
use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, GetPropertyReply, InputFocus, Window,
};
use x11rb::rust_connection::RustConnection;

use super::display::{Display, answered};
use super::stale::Focused;
use crate::desktop::moment::Moment;
use crate::desktop::{App, TriggerContext};
use crate::text::sealed::UserText;

/// The last places of the focus, the newest last.
#[derive(Default)]
pub struct FocusLog {
    places: VecDeque<Focused>,
}

/// A read comes a moment after its trigger, so few are enough.
const REMEMBERED: usize = 8;

impl FocusLog {
    /// The focus as it is at the start; since when is not known.
    pub fn start(display: &Display) -> Result<Self, ConnectionError> {
        let window = active_window(display)?;
        Ok(Self { places: window.map(|window| Focused { window, since: None }).into_iter().collect() })
    }

    /// The window manager has set _NET_ACTIVE_WINDOW. It may have set what was there already.
    pub fn changed(&mut self, at: Moment, display: &Display) -> Result<(), ConnectionError> {
        let Some(window) = active_window(display)? else { return Ok(()) };
        if self.current() != Some(window) {
            self.places.push_back(Focused { window, since: Some(at) });
        }
        if self.places.len() > REMEMBERED {
            self.places.pop_front();
        }
        Ok(())
    }

    pub fn current(&self) -> Option<Window> {
        self.places.back().map(|place| place.window)
    }

    /// The focus of a trigger: when that window last got it.
    pub fn of(&self, context: &TriggerContext) -> Option<Focused> {
        let window = context.window.and_then(|window| Window::try_from(window).ok())?;
        let known = self.places.iter().rev().find(|place| place.window == window).copied();
        Some(known.unwrap_or(Focused { window, since: None }))
    }
}

/// What is true of the focus at this moment. Two round trips to the server.
pub fn context(display: &Display) -> Result<TriggerContext, ConnectionError> {
    let nowhere = TriggerContext::nowhere();
    let Some(window) = focused_window(display)? else { return Ok(nowhere) };
    let (window, app) = named_ancestor(window, display)?;
    Ok(TriggerContext { app, window: Some(u64::from(window)), ..nowhere })
}

/// The name of the application that `window` belongs to: its own, or that of another window of the same
/// program, as toolkits own selections by a hidden one.
pub fn client_name(window: Window, display: &Display) -> Result<Option<String>, ConnectionError> {
    if let Some(app) = app_of(window, display)? {
        return Ok(Some(app.name));
    }
    let list = window_property(display, display.root, display.atoms._NET_CLIENT_LIST)?;
    let windows = answered(list)?.and_then(|list| list.value32().map(Iterator::collect::<Vec<_>>)).unwrap_or_default();
    match display.of_same_program(window, &windows)?.first() {
        Some(other) => Ok(app_of(*other, display)?.map(|app| app.name)),
        None => Ok(None),
    }
}

/// Whether keys that are pressed now reach `window`: it is the active one, and the server's own focus is within it or
/// within another window of its application. A menu or a launcher may have the focus without being active.
pub fn has_keys(window: Window, display: &Display) -> Result<bool, ConnectionError> {
    let active = window_property(display, display.root, display.atoms._NET_ACTIVE_WINDOW)?;
    let focus = display.conn.get_input_focus()?;
    let (active, focus) = (answered(active)?.and_then(single_window), answered(focus)?.map_or(0, |focus| focus.focus));
    if active.is_some_and(|active| active != window) {
        return Ok(false);
    }
    let is_unsaid = focus <= u32::from(InputFocus::POINTER_ROOT) || focus == display.root;
    if is_unsaid || focus == window {
        return Ok(active.is_some() || focus == window);
    }
    Ok(display.clients.same(focus, window) || is_within(focus, window, display)?)
}

/// Whether `inner` is `outer` or stands somewhere in it.
pub fn is_within(inner: Window, outer: Window, display: &Display) -> Result<bool, ConnectionError> {
    let mut window = inner;
    for _ in 0..DEEPEST {
        if window == outer {
            return Ok(true);
        }
        match answered(display.conn.query_tree(window)?)? {
            Some(tree) if tree.parent != x11rb::NONE => window = tree.parent,
            _ => break,
        }
    }
    Ok(false)
}

/// The window that the person sees at `window`'s place: the window manager's frame around it, if there is one.
pub fn outermost(window: Window, display: &Display) -> Result<Window, ConnectionError> {
    let mut outer = window;
    for _ in 0..DEEPEST {
        match answered(display.conn.query_tree(outer)?)? {
            Some(tree) if tree.parent != display.root && tree.parent != x11rb::NONE => outer = tree.parent,
            _ => break,
        }
    }
    Ok(outer)
}

pub fn exists(window: Window, display: &Display) -> Result<bool, ConnectionError> {
    Ok(answered(display.conn.get_window_attributes(window)?)?.is_some())
}

/// Asks the window manager to give `window` the focus, as a task bar does; without one it is given at once.
pub fn bring_back(window: Window, display: &Display) -> Result<(), ConnectionError> {
    if active_window(display)?.is_none() {
        let focus = display.conn.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?;
        focus.ignore_error();
        return Ok(());
    }
    let data = [BY_THE_USER, x11rb::CURRENT_TIME, 0, 0, 0];
    let message = ClientMessageEvent::new(32, window, display.atoms._NET_ACTIVE_WINDOW, data);
    let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
    display.conn.send_event(false, display.root, mask, message)?;
    Ok(())
}

/// The message comes from what acts for the person, and not from an application that wants attention.
const BY_THE_USER: u32 = 2;

fn active_window(display: &Display) -> Result<Option<Window>, ConnectionError> {
    let property = answered(window_property(display, display.root, display.atoms._NET_ACTIVE_WINDOW)?)?;
    Ok(property.and_then(single_window))
}

fn focused_window(display: &Display) -> Result<Option<Window>, ConnectionError> {
    let active = window_property(display, display.root, display.atoms._NET_ACTIVE_WINDOW)?;
    let focus = display.conn.get_input_focus()?;
    let (active, focus) = (answered(active)?, answered(focus)?);
    let focus = focus.map(|focus| focus.focus).filter(|focus| *focus > u32::from(InputFocus::POINTER_ROOT));
    Ok(active.and_then(single_window).or(focus.filter(|focus| *focus != display.root)))
}

fn window_property<'d>(
    display: &'d Display,
    window: Window,
    property: Atom,
) -> Result<Cookie<'d, RustConnection, GetPropertyReply>, ConnectionError> {
    display.conn.get_property(false, window, property, AtomEnum::WINDOW, 0, MOST_WINDOWS)
}

/// Of a client list.
const MOST_WINDOWS: u32 = 4096;

fn single_window(property: GetPropertyReply) -> Option<Window> {
    property.value32()?.next().filter(|window| *window != x11rb::NONE)
}

/// Without a window manager the focus may be within an application's window, which alone has a name.
fn named_ancestor(focus: Window, display: &Display) -> Result<(Window, Option<App>), ConnectionError> {
    let mut window = focus;
    for _ in 0..DEEPEST {
        if let Some(app) = app_of(window, display)? {
            return Ok((window, Some(app)));
        }
        match answered(display.conn.query_tree(window)?)? {
            Some(tree) if tree.parent != display.root && tree.parent != x11rb::NONE => window = tree.parent,
            _ => break,
        }
    }
    Ok((focus, None))
}

/// Toolkits nest their windows less deeply than this.
const DEEPEST: usize = 8;

fn app_of(window: Window, display: &Display) -> Result<Option<App>, ConnectionError> {
    let text = |property: Atom, kind: Atom| display.conn.get_property(false, window, property, kind, 0, LONGEST_NAME);
    let class = text(AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
    let title = text(display.atoms._NET_WM_NAME, display.atoms.UTF8_STRING)?;
    let old_title = text(AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())?;
    let (class, title, old_title) = (answered(class)?, answered(title)?, answered(old_title)?);
    let Some(name) = class.and_then(|class| class_name(&class.value)) else { return Ok(None) };
    let title = title.filter(|title| !title.value.is_empty()).or(old_title).map(|title| title.value);
    let title = title.map(|title| String::from_utf8_lossy(&title).into_owned()).unwrap_or_default();
    Ok(Some(App { name, title: UserText::from(title) }))
}

/// Of a name or title, in units of four bytes.
const LONGEST_NAME: u32 = 1024;

/// WM_CLASS is two strings, each ended by a zero: the instance, then the class.
fn class_name(value: &[u8]) -> Option<String> {
    let mut parts = value.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    let instance = parts.next()?;
    Some(String::from_utf8_lossy(parts.next().unwrap_or(instance)).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_names_the_application() {
        assert_eq!(class_name(b"xterm\0XTerm\0").as_deref(), Some("XTerm"));
        assert_eq!(class_name(b"xterm\0").as_deref(), Some("xterm"));
        assert_eq!(class_name(b"\0\0"), None);
        assert_eq!(class_name(b""), None);
    }
}
