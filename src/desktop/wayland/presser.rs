//! Who presses the keys of a paste: a virtual keyboard where the compositor gives one, else the desktop's portal, where the
//! person lets it. Pure.

use crate::desktop::paste::NotPasted;
use crate::desktop::paste::apps::{Chord, Way};
use crate::desktop::remote_desktop::{Permission, Stroke};

use super::keymap::{self, Presses};

/// Who presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presser {
    /// Its keymap is our own, so that no layout matters.
    VirtualKeyboard,
    /// The keys go through the person's own layout.
    Portal,
}

/// What is to be done before keys can be pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    Now(Presser),
    /// The portal's session is being opened, or can be without a question.
    Soon,
    /// The person is to be asked.
    AfterAsking,
    Never(NotPasted),
}

/// `permission`: none where there is no portal that could be asked.
pub fn choose(has_keyboard: bool, permission: Option<Permission>) -> Chosen {
    match permission {
        _ if has_keyboard => Chosen::Now(Presser::VirtualKeyboard),
        Some(Permission::Open) => Chosen::Now(Presser::Portal),
        Some(Permission::Given | Permission::Opening) => Chosen::Soon,
        Some(Permission::Unasked) => Chosen::AfterAsking,
        Some(Permission::Asked) => Chosen::Never(NotPasted::KeysAsked),
        Some(Permission::Refused) => Chosen::Never(NotPasted::KeysRefused),
        None | Some(Permission::Unavailable) => Chosen::Never(NotPasted::Unsupported),
    }
}

/// The first of an application's ways that there are keys for, and these. Through the person's own layout, one without
/// letters comes first: V is another key on a Dvorak keyboard, and Insert is the same on all.
pub fn way(ways: &[Way], presser: Option<Presser>) -> Option<(&Way, Vec<Presses>)> {
    let presses = |way: &Way| way.chords.iter().map(|chord| keymap::presses(*chord)).collect::<Option<Vec<_>>>();
    let first = |is_meant: &dyn Fn(&Way) -> bool| {
        ways.iter().filter(|way| is_meant(way)).find_map(|way| Some((way, presses(way)?)))
    };
    let without_letters = |way: &Way| way.chords.iter().all(|chord| !is_letter(*chord));
    match presser {
        Some(Presser::Portal) => first(&without_letters).or_else(|| first(&|_| true)),
        _ => first(&|_| true),
    }
}

fn is_letter(chord: Chord) -> bool {
    chord.key.to_string().starts_with("Key")
}

/// The same for the portal.
pub fn stroke(presses: &Presses, times: usize) -> Stroke {
    Stroke { held: presses.modifiers.clone(), key: presses.key, times }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::paste::apps::manner;

    #[test]
    fn a_virtual_keyboard_comes_first_and_nobody_is_asked_in_mid_paste() {
        for (has_keyboard, permission, expected) in [
            (true, Some(Permission::Open), Chosen::Now(Presser::VirtualKeyboard)),
            (false, Some(Permission::Open), Chosen::Now(Presser::Portal)),
            (false, Some(Permission::Given), Chosen::Soon),
            (false, Some(Permission::Unasked), Chosen::AfterAsking),
            (false, Some(Permission::Asked), Chosen::Never(NotPasted::KeysAsked)),
            (false, Some(Permission::Refused), Chosen::Never(NotPasted::KeysRefused)),
            (false, Some(Permission::Unavailable), Chosen::Never(NotPasted::Unsupported)),
            (false, None, Chosen::Never(NotPasted::Unsupported)),
        ] {
            assert_eq!(choose(has_keyboard, permission), expected, "{has_keyboard} {permission:?}");
        }
    }

    /// The keys' numbers, the last chord's held ones first.
    #[track_caller]
    fn check(app: &str, own: Option<&str>, presser: Presser, expected: &[u32]) {
        let manner = manner(Some(app), own.map(|own| own.parse().unwrap()));
        let keys = way(&manner.ways, Some(presser)).map(|(_, presses)| presses).unwrap_or_default();
        let last = keys.last().map(|last| [last.modifiers.as_slice(), &[last.key]].concat());
        assert_eq!(last.as_deref(), Some(expected), "{app}");
    }

    #[test]
    fn through_the_persons_layout_letters_are_avoided() {
        let (shift, ctrl, insert, v) = (42, 29, 110, 47);
        check("mousepad", None, Presser::VirtualKeyboard, &[ctrl, v]);
        check("mousepad", None, Presser::Portal, &[shift, insert]);
        check("foot", None, Presser::Portal, &[shift, insert]);
        check("code", Some("Ctrl+Shift+V"), Presser::Portal, &[shift, ctrl, v]);
    }
}
