//! The keys that a shortcut can name: their places on a US keyboard and what they type there.
//!
//! Keycodes are evdev's plus eight, as every X server on Linux has them; keysyms are those of X11/keysymdef.h.

use global_hotkey::hotkey::Code;

/// What a key types, by X's numbering.
pub type Keysym = u32;

/// A key position without a symbol.
pub const NONE: Keysym = 0;
pub const NUM_LOCK: Keysym = 0xff7f;
pub const SCROLL_LOCK: Keysym = 0xff14;
pub const ALT_L: Keysym = 0xffe9;
pub const ALT_R: Keysym = 0xffea;
pub const SUPER_L: Keysym = 0xffeb;
pub const SUPER_R: Keysym = 0xffec;

/// Where a key is on a US keyboard, and what it types there without Shift.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub keycode: u8,
    pub keysym: Keysym,
}

/// `None` for keys that X has no common place or name for.
pub fn place(code: Code) -> Option<Place> {
    let (_, keycode, keysym) = *PLACES.iter().find(|(named, ..)| *named == code)?;
    Some(Place { keycode, keysym })
}

/// Whether the symbol depends on the layout: letters, digits and signs do, Space and the named keys do not.
pub fn types_a_character(keysym: Keysym) -> bool {
    (0x21..0x7f).contains(&keysym)
}

#[rustfmt::skip]
const PLACES: &[(Code, u8, Keysym)] = &[
    (Code::Digit1, 10, 0x31), (Code::Digit2, 11, 0x32), (Code::Digit3, 12, 0x33), (Code::Digit4, 13, 0x34),
    (Code::Digit5, 14, 0x35), (Code::Digit6, 15, 0x36), (Code::Digit7, 16, 0x37), (Code::Digit8, 17, 0x38),
    (Code::Digit9, 18, 0x39), (Code::Digit0, 19, 0x30), (Code::Minus, 20, 0x2d), (Code::Equal, 21, 0x3d),
    (Code::KeyQ, 24, 0x71), (Code::KeyW, 25, 0x77), (Code::KeyE, 26, 0x65), (Code::KeyR, 27, 0x72),
    (Code::KeyT, 28, 0x74), (Code::KeyY, 29, 0x79), (Code::KeyU, 30, 0x75), (Code::KeyI, 31, 0x69),
    (Code::KeyO, 32, 0x6f), (Code::KeyP, 33, 0x70), (Code::BracketLeft, 34, 0x5b), (Code::BracketRight, 35, 0x5d),
    (Code::KeyA, 38, 0x61), (Code::KeyS, 39, 0x73), (Code::KeyD, 40, 0x64), (Code::KeyF, 41, 0x66),
    (Code::KeyG, 42, 0x67), (Code::KeyH, 43, 0x68), (Code::KeyJ, 44, 0x6a), (Code::KeyK, 45, 0x6b),
    (Code::KeyL, 46, 0x6c), (Code::Semicolon, 47, 0x3b), (Code::Quote, 48, 0x27), (Code::Backquote, 49, 0x60),
    (Code::Backslash, 51, 0x5c), (Code::KeyZ, 52, 0x7a), (Code::KeyX, 53, 0x78), (Code::KeyC, 54, 0x63),
    (Code::KeyV, 55, 0x76), (Code::KeyB, 56, 0x62), (Code::KeyN, 57, 0x6e), (Code::KeyM, 58, 0x6d),
    (Code::Comma, 59, 0x2c), (Code::Period, 60, 0x2e), (Code::Slash, 61, 0x2f), (Code::IntlBackslash, 94, 0x3c),
    (Code::Space, 65, 0x20), (Code::Escape, 9, 0xff1b), (Code::Backspace, 22, 0xff08), (Code::Tab, 23, 0xff09),
    (Code::Enter, 36, 0xff0d), (Code::CapsLock, 66, 0xffe5), (Code::ContextMenu, 135, 0xff67),
    (Code::F1, 67, 0xffbe), (Code::F2, 68, 0xffbf), (Code::F3, 69, 0xffc0), (Code::F4, 70, 0xffc1),
    (Code::F5, 71, 0xffc2), (Code::F6, 72, 0xffc3), (Code::F7, 73, 0xffc4), (Code::F8, 74, 0xffc5),
    (Code::F9, 75, 0xffc6), (Code::F10, 76, 0xffc7), (Code::F11, 95, 0xffc8), (Code::F12, 96, 0xffc9),
    (Code::F13, 191, 0xffca), (Code::F14, 192, 0xffcb), (Code::F15, 193, 0xffcc), (Code::F16, 194, 0xffcd),
    (Code::F17, 195, 0xffce), (Code::F18, 196, 0xffcf), (Code::F19, 197, 0xffd0), (Code::F20, 198, 0xffd1),
    (Code::F21, 199, 0xffd2), (Code::F22, 200, 0xffd3), (Code::F23, 201, 0xffd4), (Code::F24, 202, 0xffd5),
    (Code::PrintScreen, 107, 0xff61), (Code::ScrollLock, 78, SCROLL_LOCK), (Code::Pause, 127, 0xff13),
    (Code::Insert, 118, 0xff63), (Code::Home, 110, 0xff50), (Code::PageUp, 112, 0xff55), (Code::Delete, 119, 0xffff),
    (Code::End, 115, 0xff57), (Code::PageDown, 117, 0xff56), (Code::ArrowUp, 111, 0xff52), (Code::ArrowLeft, 113, 0xff51),
    (Code::ArrowDown, 116, 0xff54), (Code::ArrowRight, 114, 0xff53),
    (Code::NumLock, 77, NUM_LOCK), (Code::NumpadDivide, 106, 0xffaf), (Code::NumpadMultiply, 63, 0xffaa),
    (Code::NumpadSubtract, 82, 0xffad), (Code::NumpadAdd, 86, 0xffab), (Code::NumpadEnter, 104, 0xff8d),
    (Code::NumpadDecimal, 91, 0xff9f), (Code::NumpadEqual, 125, 0xffbd), (Code::Numpad0, 90, 0xff9e),
    (Code::Numpad1, 87, 0xff9c), (Code::Numpad2, 88, 0xff99), (Code::Numpad3, 89, 0xff9b), (Code::Numpad4, 83, 0xff96),
    (Code::Numpad5, 84, 0xff9d), (Code::Numpad6, 85, 0xff98), (Code::Numpad7, 79, 0xff95), (Code::Numpad8, 80, 0xff97),
    (Code::Numpad9, 81, 0xff9a),
    (Code::AudioVolumeMute, 121, 0x1008_ff12), (Code::AudioVolumeDown, 122, 0x1008_ff11),
    (Code::AudioVolumeUp, 123, 0x1008_ff13), (Code::MediaPlayPause, 172, 0x1008_ff14), (Code::MediaPlay, 172, 0x1008_ff14),
    (Code::MediaStop, 174, 0x1008_ff15), (Code::MediaTrackPrevious, 173, 0x1008_ff16),
    (Code::MediaTrackNext, 171, 0x1008_ff17), (Code::LaunchMail, 163, 0x1008_ff19),
    (Code::BrowserHome, 180, 0x1008_ff18), (Code::BrowserSearch, 225, 0x1008_ff1b), (Code::BrowserBack, 166, 0x1008_ff26),
    (Code::BrowserForward, 167, 0x1008_ff27), (Code::Copy, 141, 0x1008_ff57), (Code::Cut, 145, 0x1008_ff58),
    (Code::Paste, 143, 0x1008_ff6d), (Code::Help, 146, 0xff6a), (Code::Undo, 139, 0xff65), (Code::Find, 144, 0xff68),
];
