//! The keymap of our own keyboard, and the keys that a chord is on it. Pure.
//!
//! A compositor hands each keyboard's keymap to the application that has the focus, so the layout of the person's own
//! keyboard is of no concern: V is V here. It has the key numbers of a real keyboard (evdev's), because some applications
//! go by those (VTE, and GTK 3, into which a keymap with numbers of its own pasted nothing), and no more keys than can be
//! asked for, because every application that gets it reads it anew.
//!
//! Written in XKB's text format, whole: nothing is included from files that an application in a container may not have.

use std::fmt::Write as _;

use global_hotkey::hotkey::{Code, Modifiers};

use crate::desktop::paste::apps::Chord;

/// A key by evdev's number, and the modifiers that are down with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presses {
    pub key: u32,
    /// Their keys, in the order of pressing.
    pub modifiers: Vec<u32>,
    /// The same as the mask that goes with the keys.
    pub mask: u32,
}

/// Number, X keysym without Shift and with it (linux/input-event-codes.h; xkbcommon-keysyms).
type Key = (u32, &'static str, &'static str);

/// Each modifier that a chord may have: its key, the XKB modifier that it is, and that one's bit.
const MODIFIERS: [(Modifiers, Key, &str, u32); 4] = [
    (Modifiers::SHIFT, (42, "Shift_L", "Shift_L"), "Shift", 1),
    (Modifiers::CONTROL, (29, "Control_L", "Control_L"), "Control", 1 << 2),
    (Modifiers::ALT, (56, "Alt_L", "Alt_L"), "Mod1", 1 << 3),
    (Modifiers::META, (125, "Super_L", "Super_L"), "Mod4", 1 << 6),
];

const KEYS: &[(Code, Key)] = &[
    (Code::KeyA, (30, "a", "A")),
    (Code::KeyB, (48, "b", "B")),
    (Code::KeyC, (46, "c", "C")),
    (Code::KeyD, (32, "d", "D")),
    (Code::KeyE, (18, "e", "E")),
    (Code::KeyF, (33, "f", "F")),
    (Code::KeyG, (34, "g", "G")),
    (Code::KeyH, (35, "h", "H")),
    (Code::KeyI, (23, "i", "I")),
    (Code::KeyJ, (36, "j", "J")),
    (Code::KeyK, (37, "k", "K")),
    (Code::KeyL, (38, "l", "L")),
    (Code::KeyM, (50, "m", "M")),
    (Code::KeyN, (49, "n", "N")),
    (Code::KeyO, (24, "o", "O")),
    (Code::KeyP, (25, "p", "P")),
    (Code::KeyQ, (16, "q", "Q")),
    (Code::KeyR, (19, "r", "R")),
    (Code::KeyS, (31, "s", "S")),
    (Code::KeyT, (20, "t", "T")),
    (Code::KeyU, (22, "u", "U")),
    (Code::KeyV, (47, "v", "V")),
    (Code::KeyW, (17, "w", "W")),
    (Code::KeyX, (45, "x", "X")),
    (Code::KeyY, (21, "y", "Y")),
    (Code::KeyZ, (44, "z", "Z")),
    (Code::Insert, (110, "Insert", "Insert")),
    (Code::Delete, (111, "Delete", "Delete")),
    (Code::ArrowLeft, (105, "Left", "Left")),
    (Code::ArrowRight, (106, "Right", "Right")),
    (Code::Paste, (135, "XF86Paste", "XF86Paste")),
];

/// XKB's keycodes are evdev's and eight.
const OFFSET: u32 = 8;

/// The keys of a chord; `None` where the keymap has none for it.
pub fn presses(chord: Chord) -> Option<Presses> {
    let (_, (key, ..)) = KEYS.iter().find(|(code, _)| *code == chord.key)?;
    let held = MODIFIERS.iter().filter(|(modifier, ..)| chord.modifiers.contains(*modifier));
    let (modifiers, masks): (Vec<_>, Vec<_>) = held.map(|(_, (key, ..), _, mask)| (*key, *mask)).unzip();
    Some(Presses { key: *key, modifiers, mask: masks.iter().sum() })
}

/// The keymap as text.
pub fn keymap() -> String {
    let keys = || KEYS.iter().map(|(_, key)| key).chain(MODIFIERS.iter().map(|(_, key, ..)| key));
    let mut codes = String::new();
    let mut symbols = String::new();
    for (number, plain, shifted) in keys() {
        _ = writeln!(codes, "<K{number}> = {};", number + OFFSET);
        _ = writeln!(symbols, "key <K{number}> {{ type = \"TWO_LEVEL\", symbols[Group1] = [{plain}, {shifted}] }};");
    }
    for (_, (number, ..), name, _) in MODIFIERS {
        _ = writeln!(symbols, "modifier_map {name} {{ <K{number}> }};");
    }
    format!(
        "xkb_keymap {{\n\
         xkb_keycodes \"postil\" {{ minimum = 8; maximum = 255;\n{codes}}};\n\
         xkb_types \"postil\" {{ type \"TWO_LEVEL\" {{ modifiers = Shift; map[Shift] = Level2; \
         level_name[Level1] = \"Base\"; level_name[Level2] = \"Shift\"; }}; }};\n\
         xkb_compatibility \"postil\" {{ interpret Any + AnyOf(all) {{ action = SetMods(modifiers = modMapMods); }}; }};\n\
         xkb_symbols \"postil\" {{ name[Group1] = \"postil\";\n{symbols}}};\n\
         }};\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(modifiers: Modifiers, key: Code, expected: Option<(u32, &[u32], u32)>) {
        let found = presses(Chord { modifiers, key });
        let found = found.as_ref().map(|presses| (presses.key, presses.modifiers.as_slice(), presses.mask));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_chord_is_the_keys_of_a_real_keyboard() {
        check(Modifiers::CONTROL, Code::KeyV, Some((47, &[29], 4)));
        check(Modifiers::CONTROL | Modifiers::SHIFT, Code::KeyV, Some((47, &[42, 29], 5)));
        check(Modifiers::SHIFT, Code::Insert, Some((110, &[42], 1)));
        check(Modifiers::empty(), Code::Delete, Some((111, &[], 0)));
        check(Modifiers::CONTROL, Code::AudioVolumeUp, None);
    }

    #[test]
    fn each_key_has_its_number_once() {
        let keymap = keymap();
        for (_, (number, plain, _)) in KEYS {
            assert_eq!(keymap.matches(&format!("<K{number}> = {};", number + OFFSET)).count(), 1, "{plain}");
        }
    }
}
