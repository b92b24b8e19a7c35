//! Which key of this keyboard a shortcut is. Pure: a snapshot of the server's keymap in, a keycode and modifiers out.
//!
//! A letter (a digit, a sign) is the key that types it on the first Latin layout, so Ctrl+Alt+Y is where the user's Y
//! is, in dvorak too; with no Latin layout at all, or where it needs Shift (the digits of a French keyboard), it is its
//! place on a US keyboard. Which bit is NumLock, Alt or Super is the keymap's word, not a habit.

use global_hotkey::hotkey::{Code, Modifiers};

use super::keys::{self, Keysym};
use crate::desktop::paste::apps::Chord;
use crate::desktop::shortcut::Shortcut;

/// The keymap, as far as shortcuts need it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    /// The keycode of `keys[0]`.
    pub first: u8,
    /// For each key what it types without Shift, for each group (layout). Nothing for a key that is not there.
    pub keys: Vec<Vec<Keysym>>,
    /// The keycodes of Shift, Lock, Control, Mod1 … Mod5.
    pub modifiers: [Vec<u8>; 8],
}

/// What is grabbed: a key, and the modifiers that must be down with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Combination {
    pub keycode: u8,
    pub modifiers: u16,
}

/// What is pressed for a chord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presses {
    pub modifiers: Vec<u8>,
    pub keycode: u8,
}

const SHIFT: u16 = 1 << 0;
const LOCK: u16 = 1 << 1;
const CONTROL: u16 = 1 << 2;
const MOD1: u16 = 1 << 3;
const MOD4: u16 = 1 << 6;

/// A layout that types this many of the 26 letters is a Latin one; Turkish and Latvian ones lack a few.
const LATIN_LETTERS: usize = 20;

impl Keymap {
    /// The key and modifiers of `shortcut`; `None` if this keyboard has no such key.
    pub fn resolve(&self, shortcut: Shortcut) -> Option<Combination> {
        Some(Combination { keycode: self.keycode(shortcut.key())?, modifiers: self.mask(shortcut.modifiers()) })
    }

    /// The keys to press for `chord` while `group` is the active layout: the letter is where that layout has it, else where
    /// any other has it, which toolkits accept. `None` if no layout types it.
    pub fn presses(&self, chord: Chord, group: usize) -> Option<Presses> {
        let place = keys::place(chord.key)?;
        let groups = self.keys.iter().map(Vec::len).max().unwrap_or(0);
        let in_turn = std::iter::once(group).chain((0..groups).filter(|other| *other != group));
        let keycode = in_turn.into_iter().find_map(|group| self.key_that_types(place.keysym, group, place.keycode))?;
        let bits = self.mask(chord.modifiers);
        let held = (0..8).filter(|modifier| bits & (1 << modifier) != 0);
        let modifiers = held.map(|modifier| self.modifiers[modifier].first().copied()).collect::<Option<Vec<_>>>()?;
        Some(Presses { modifiers, keycode })
    }

    /// Whether the key is Shift, Control, … and types nothing by itself.
    pub fn is_modifier(&self, keycode: u8) -> bool {
        self.modifiers.iter().any(|row| row.contains(&keycode))
    }

    /// Every combination of the locks that may be on while a shortcut is pressed, none of them included.
    pub fn locks(&self) -> Vec<u16> {
        let switches = [Some(LOCK), self.modifier_of(&[keys::NUM_LOCK]), self.modifier_of(&[keys::SCROLL_LOCK])];
        switches.into_iter().flatten().fold(vec![0], |subsets, switch| {
            let with = subsets.iter().map(|subset| subset | switch).collect::<Vec<_>>();
            [subsets, with].concat()
        })
    }

    fn keycode(&self, code: Code) -> Option<u8> {
        let place = keys::place(code)?;
        let group = match self.latin_group() {
            Some(group) => Some(group),
            None if keys::types_a_character(place.keysym) => None,
            None => Some(0),
        };
        let by_symbol = group.and_then(|group| self.key_that_types(place.keysym, group, place.keycode));
        by_symbol.or_else(|| self.symbols(place.keycode).next().map(|_| place.keycode))
    }

    /// Where two keys type the same, the one at the US place is meant.
    fn key_that_types(&self, keysym: Keysym, group: usize, preferred: u8) -> Option<u8> {
        if self.typed(preferred, group) == Some(keysym) {
            return Some(preferred);
        }
        self.keycodes().find(|keycode| self.typed(*keycode, group) == Some(keysym))
    }

    fn latin_group(&self) -> Option<usize> {
        let groups = self.keys.iter().map(Vec::len).max().unwrap_or(0);
        (0..groups).find(|group| {
            let typed = |letter: &u8| self.key_that_types(Keysym::from(*letter), *group, 0).is_some();
            (b'a'..=b'z').filter(typed).count() >= LATIN_LETTERS
        })
    }

    fn mask(&self, wanted: Modifiers) -> u16 {
        let masks = [
            (Modifiers::SHIFT, SHIFT),
            (Modifiers::CONTROL, CONTROL),
            (Modifiers::ALT, self.modifier_of(&[keys::ALT_L, keys::ALT_R]).unwrap_or(MOD1)),
            (Modifiers::META, self.modifier_of(&[keys::SUPER_L, keys::SUPER_R]).unwrap_or(MOD4)),
        ];
        masks.into_iter().filter(|(name, _)| wanted.contains(*name)).fold(0, |all, (_, mask)| all | mask)
    }

    /// The one of Mod1 … Mod5 that a key with one of these symbols sets.
    fn modifier_of(&self, keysyms: &[Keysym]) -> Option<u16> {
        let sets = |keycode: &u8| self.symbols(*keycode).any(|symbol| keysyms.contains(&symbol));
        (3..8).find(|modifier| self.modifiers[*modifier].iter().any(sets)).map(|modifier| 1 << modifier)
    }

    fn keycodes(&self) -> impl Iterator<Item = u8> {
        self.first..=self.first.saturating_add(u8::try_from(self.keys.len().saturating_sub(1)).unwrap_or(u8::MAX))
    }

    fn symbols(&self, keycode: u8) -> impl Iterator<Item = Keysym> {
        let key = keycode.checked_sub(self.first).and_then(|index| self.keys.get(usize::from(index)));
        key.into_iter().flatten().copied().filter(|symbol| *symbol != keys::NONE)
    }

    /// A key with fewer groups than the keyboard starts again at its first.
    fn typed(&self, keycode: u8, group: usize) -> Option<Keysym> {
        let key = self.keys.get(usize::from(keycode.checked_sub(self.first)?))?;
        key.get(group.checked_rem(key.len())?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: &str = "qwertyuiop[]\nasdfghjkl;'\nzxcvbnm,./";
    const DE: &str = "qwertzuiopü+\nasdfghjklöä\nyxcvbnm,.-";
    const DVORAK: &str = "',.pyfgcrl/=\naoeuidhtns-\n;qjkxbmwvz";
    const RU: &str = "йцукенгшщзхъ\nфывапролджэ\nячсмитьбю.";

    /// A keyboard with evdev's keycodes and these layouts: three rows of letters, the locks and modifiers.
    fn keymap(layouts: &[&str]) -> Keymap {
        let mut keys = vec![Vec::new(); 248];
        for layout in layouts {
            for (row, start) in layout.lines().zip([24, 38, 52]) {
                for (place, letter) in row.chars().enumerate() {
                    keys[start + place - 8].push(u32::from(letter));
                }
            }
        }
        for (keycode, symbol) in
            [(64, keys::ALT_L), (133, keys::SUPER_L), (77, keys::NUM_LOCK), (65, 0x20), (75, 0xffc6)]
        {
            keys[keycode - 8].push(symbol);
        }
        let mut modifiers: [Vec<u8>; 8] = Default::default();
        (modifiers[3], modifiers[4], modifiers[6]) = (vec![64], vec![77], vec![133]);
        Keymap { first: 8, keys, modifiers }
    }

    fn check(layouts: &[&str], shortcut: &str, keycode: Option<u8>) {
        let shortcut = shortcut.parse::<Shortcut>().unwrap();
        let found = keymap(layouts).resolve(shortcut).map(|combination| combination.keycode);
        assert_eq!(found, keycode, "{shortcut} on {layouts:?}");
    }

    #[test]
    fn a_letter_is_where_the_first_latin_layout_has_it() {
        check(&[US], "Ctrl+Alt+Y", Some(29));
        check(&[DE], "Ctrl+Alt+Y", Some(52));
        check(&[DE, US], "Ctrl+Alt+Y", Some(52));
        check(&[DVORAK], "Ctrl+Alt+Y", Some(28));
        check(&[RU, DE], "Ctrl+Alt+Y", Some(52));
        check(&[DVORAK], "Ctrl+Alt+.", Some(26));
    }

    #[test]
    fn without_a_latin_layout_it_is_at_its_us_place() {
        check(&[RU], "Ctrl+Alt+Y", Some(29));
        check(&[RU], "Ctrl+Alt+.", Some(60));
        check(&[DE], "Ctrl+Alt+[", Some(34));
    }

    #[test]
    fn a_named_key_is_found_by_its_name() {
        check(&[RU], "Ctrl+Alt+Space", Some(65));
        check(&[US], "F9", Some(75));
        check(&[US], "Ctrl+Alt+F20", None);
        check(&[US], "Ctrl+Alt+1", None);
    }

    fn check_v(layouts: &[&str], group: usize, keycode: Option<u8>) {
        let chord = Chord { modifiers: Modifiers::CONTROL, key: Code::KeyV };
        let mut keymap = keymap(layouts);
        keymap.modifiers[2] = vec![37, 105];
        let presses = keymap.presses(chord, group);
        let expected = keycode.map(|keycode| Presses { modifiers: vec![37], keycode });
        assert_eq!(presses, expected, "in group {group} of {layouts:?}");
    }

    #[test]
    fn a_letter_is_pressed_where_the_active_layout_has_it_or_else_any() {
        check_v(&[US], 0, Some(55));
        check_v(&[DVORAK], 0, Some(60));
        check_v(&[US, DVORAK], 1, Some(60));
        check_v(&[RU, US], 0, Some(55));
        check_v(&[RU, DVORAK], 0, Some(60));
        check_v(&[RU], 0, None);
    }

    #[test]
    fn modifiers_are_the_keymaps() {
        let mut swapped = keymap(&[US]);
        let all = "Ctrl+Alt+Shift+Super+Y".parse().unwrap();
        assert_eq!(swapped.resolve(all).unwrap().modifiers, SHIFT | CONTROL | MOD1 | MOD4);
        swapped.modifiers.swap(3, 7);
        assert_eq!(swapped.resolve(all).unwrap().modifiers, SHIFT | CONTROL | MOD4 | 1 << 7);
    }

    #[test]
    fn every_lock_may_be_on() {
        let mut keymap = keymap(&[US]);
        assert_eq!(keymap.locks(), [0, LOCK, 1 << 4, LOCK | 1 << 4]);
        keymap.keys[78 - 8].push(keys::SCROLL_LOCK);
        keymap.modifiers[7].push(78);
        assert_eq!(keymap.locks().len(), 8);
        keymap.modifiers = Default::default();
        assert_eq!(keymap.locks(), [0, LOCK]);
    }
}
