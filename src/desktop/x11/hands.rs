//! The keyboard as hands know it: which keys are down, letting go of them, pressing some for the person.
//!
//! What is down is asked of the single keyboards: the one that they add up to forgets a key as soon as anybody lets go of
//! it, which is how [`let_go`] works on keys that a hand still holds.
//!
//! While something is to be pasted, the server also tells of each key and button that moves, whoever gets it. Only that
//! one moved is looked at; which one, only so far as to tell modifiers from keys. Buttons alone are told where a bar is wanted
//! beside what is selected.

use x11rb::connection::Connection;
use x11rb::errors::ConnectionError;
use x11rb::protocol::xinput::{self, ConnectionExt as _, DeviceType, XIEventMask};
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, GrabStatus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;

use super::display::{Display, answered};
use super::keyboard::Presses;

/// All keyboards together.
const ALL_DEVICES: u16 = 0;
const ALL_MASTERS: u16 = 1;

/// Whether something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    On,
    Off,
}

/// Has moves of keys and buttons told, as pastes want it, or what buttons do, as the bar wants it.
pub fn watch(moves: Watch, strokes: Watch, display: &Display) -> Result<(), ConnectionError> {
    let mut mask = XIEventMask::default();
    if moves == Watch::On {
        mask |= XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_KEY_RELEASE | XIEventMask::RAW_BUTTON_PRESS;
    }
    if strokes == Watch::On {
        mask |= XIEventMask::RAW_BUTTON_PRESS | XIEventMask::RAW_BUTTON_RELEASE;
    }
    let masks = [xinput::EventMask { deviceid: ALL_MASTERS, mask: vec![mask] }];
    display.conn.xinput_xi_select_events(display.root, &masks)?;
    Ok(())
}

/// The keycodes that are down on any keyboard.
pub fn down(display: &Display) -> Result<Vec<u8>, ConnectionError> {
    let Some(devices) = answered(display.conn.xinput_xi_query_device(ALL_DEVICES)?)? else { return Ok(Vec::new()) };
    let keyboards = devices.infos.iter().filter(|device| device.type_ == DeviceType::SLAVE_KEYBOARD && device.enabled);
    let ids = keyboards.filter_map(|device| u8::try_from(device.deviceid).ok());
    let asked = ids.map(|id| display.conn.xinput_query_device_state(id)).collect::<Result<Vec<_>, _>>()?;
    let mut keycodes = Vec::new();
    for state in asked {
        let classes = answered(state)?.map(|state| state.classes).unwrap_or_default();
        let keys = classes.iter().filter_map(|class| class.data.as_key()).map(|key| key.keys);
        keys.for_each(|bits| {
            keycodes.extend((8..=255u8).filter(|code| bits[usize::from(code / 8)] & (1 << (code % 8)) != 0))
        });
    }
    Ok(keycodes)
}

/// For everybody who listens these keys are up now, and stay so when the hand goes up.
pub fn let_go(keycodes: &[u8], display: &Display) -> Result<(), ConnectionError> {
    for keycode in keycodes {
        key(KEY_RELEASE_EVENT, *keycode, display)?;
    }
    Ok(())
}

/// Presses and releases, in one go.
pub fn press(presses: &Presses, display: &Display) -> Result<(), ConnectionError> {
    press_repeatedly(presses, 1, display)
}

/// The same key many times, its modifiers held meanwhile.
pub fn press_repeatedly(presses: &Presses, times: usize, display: &Display) -> Result<(), ConnectionError> {
    for modifier in &presses.modifiers {
        key(KEY_PRESS_EVENT, *modifier, display)?;
    }
    for _ in 0..times {
        key(KEY_PRESS_EVENT, presses.keycode, display)?;
        key(KEY_RELEASE_EVENT, presses.keycode, display)?;
    }
    let_go(&presses.modifiers, display)?;
    display.conn.flush()?;
    Ok(())
}

/// Whether another program has the keyboard for itself: a lock of the screen, an open menu. It would get what we press.
pub fn is_taken(display: &Display) -> Result<bool, ConnectionError> {
    let time = x11rb::CURRENT_TIME;
    let grab = display.conn.grab_keyboard(false, display.root, time, GrabMode::ASYNC, GrabMode::ASYNC)?;
    let status = answered(grab)?.map(|grab| grab.status);
    if status == Some(GrabStatus::SUCCESS) {
        display.conn.ungrab_keyboard(time)?;
    }
    Ok(status != Some(GrabStatus::SUCCESS))
}

fn key(kind: u8, keycode: u8, display: &Display) -> Result<(), ConnectionError> {
    display.conn.xtest_fake_input(kind, keycode, x11rb::CURRENT_TIME, display.root, 0, 0, 0)?;
    Ok(())
}
