//! What happens on the screen outside of our windows, while a bar is shown that has no focus: keys, clicks, the wheel.
//!
//! The X server tells of each, whoever gets it. Nothing is listened to while no bar is shown, and of a key only whether it
//! is a modifier is looked at.

use std::os::fd::AsRawFd;
use std::rc::Rc;

use gtk::glib::{self, ControlFlow, IOCondition};
use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ConnectionExt as _, EventMask, XIEventMask};
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask, Window};
use x11rb::rust_connection::RustConnection;

/// All keyboards and pointers as one: XIAllMasterDevices.
const ALL_MASTERS: u16 = 1;

/// The first of a pointer's buttons that scrolls.
const FIRST_THAT_SCROLLS: u32 = 4;

/// The least keycode that X has.
const FIRST_KEYCODE: u8 = 8;

/// Who still looks at what was selected has the pointer within this of where it ended.
const NEAR: i32 = 160;

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A key that is no modifier.
    Key,
    /// Where, in pixels of the screen.
    Click(i32, i32),
    Scroll,
}

/// A connection of its own: the toolkit knows nothing of what happens outside of its windows.
pub struct Outside {
    conn: RustConnection,
    root: Window,
    modifiers: Vec<u8>,
}

impl Outside {
    /// `None`: the server does not tell.
    pub fn connect() -> Option<Self> {
        let (conn, screen) = RustConnection::connect(None).ok()?;
        let root = conn.setup().roots.get(screen)?.root;
        conn.xinput_xi_query_version(2, 1).ok()?.reply().ok()?;
        let modifiers = conn.get_modifier_mapping().ok()?.reply().ok()?.keycodes;
        Some(Self { conn, root, modifiers })
    }

    /// Tells `deed` from now on of what happens while that is [listened to](Self::listen).
    pub fn tell(self: &Rc<Self>, deed: impl Fn(Deed) + 'static) {
        let outside = Rc::downgrade(self);
        glib::source::unix_fd_add_local(self.conn.stream().as_raw_fd(), IOCondition::IN, move |_, _| {
            let Some(outside) = outside.upgrade() else { return ControlFlow::Break };
            match outside.take(&deed) {
                Ok(()) => ControlFlow::Continue,
                // Without its display the panel ends anyway.
                Err(_) => ControlFlow::Break,
            }
        });
    }

    /// Whether the hands have rested since something was selected here, as far as that can be seen: the panel may have had
    /// to start first, and who goes on meanwhile wants no bar.
    pub fn is_quiet_at(&self, place: (i32, i32)) -> bool {
        self.rests_at(place).unwrap_or_default()
    }

    fn rests_at(&self, (x, y): (i32, i32)) -> Result<bool, ReplyError> {
        let (pointer, keys) = (self.conn.query_pointer(self.root)?, self.conn.query_keymap()?);
        let (pointer, keys) = (pointer.reply()?, keys.reply()?.keys);
        let (away, down) =
            ((i32::from(pointer.root_x) - x).abs().max((i32::from(pointer.root_y) - y).abs()), pointer.mask);
        let is_down = |keycode: u8| keys[usize::from(keycode / 8)] & (1 << (keycode % 8)) != 0;
        let types = (FIRST_KEYCODE..=u8::MAX).any(|keycode| is_down(keycode) && !self.modifiers.contains(&keycode));
        Ok(away <= NEAR && !types && !down.intersects(KeyButMask::BUTTON1 | KeyButMask::BUTTON2 | KeyButMask::BUTTON3))
    }

    pub fn listen(&self) {
        self.select(XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_BUTTON_PRESS);
    }

    pub fn be_deaf(&self) {
        self.select(XIEventMask::default());
    }

    fn select(&self, mask: XIEventMask) {
        let masks = [EventMask { deviceid: ALL_MASTERS, mask: vec![mask] }];
        // A connection that has broken is the display's end, and ours.
        let _ = self.conn.xinput_xi_select_events(self.root, &masks).map(|asked| asked.ignore_error());
        let _ = self.conn.flush();
    }

    fn take(&self, deed: &impl Fn(Deed)) -> Result<(), ReplyError> {
        while let Some(event) = self.next()? {
            match event {
                Event::XinputRawKeyPress(event) if self.is_modifier(event.detail) => {}
                Event::XinputRawKeyPress(_) => deed(Deed::Key),
                Event::XinputRawButtonPress(event) if event.detail >= FIRST_THAT_SCROLLS => deed(Deed::Scroll),
                Event::XinputRawButtonPress(_) => {
                    let pointer = self.conn.query_pointer(self.root)?.reply()?;
                    deed(Deed::Click(pointer.root_x.into(), pointer.root_y.into()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn next(&self) -> Result<Option<Event>, ConnectionError> {
        self.conn.poll_for_event()
    }

    fn is_modifier(&self, keycode: u32) -> bool {
        u8::try_from(keycode).is_ok_and(|keycode| self.modifiers.contains(&keycode))
    }
}
