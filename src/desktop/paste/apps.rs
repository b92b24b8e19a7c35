//! How each application is pasted into: which keys, which selection it then reads, whether it is a terminal. Pure.
//!
//! Most are of the kind that has Ctrl+V and Shift+Insert, both for the clipboard. Terminals have neither: Ctrl+V is a
//! character to them and Shift+Insert pastes PRIMARY, in xterm as the only way. So where Shift+Insert goes to a
//! terminal, the text is offered in both selections.

use std::time::Duration;

use global_hotkey::hotkey::{Code, Modifiers};
use unicode_segmentation::UnicodeSegmentation;

use crate::desktop::Pick;
use crate::desktop::shortcut::Shortcut;

/// One key with its modifiers, pressed for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chord {
    pub modifiers: Modifiers,
    pub key: Code,
}

/// One way to paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Pressed one after the other; the last is the one that pastes.
    pub chords: Vec<Chord>,
    /// What the application may read then.
    pub reads: &'static [Pick],
}

/// How an application is pasted into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    pub place: Place,
    /// The first that this keyboard has keys for is taken; none where no way is known.
    pub ways: Vec<Way>,
    /// How long it is given to ask what is on offer, before the keys are pressed.
    pub asks_first: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Text replaces what is selected.
    Field,
    /// Text is inserted at the prompt, where each line may be a command.
    Terminal,
}

const CTRL_V: Chord = Chord { modifiers: Modifiers::CONTROL, key: Code::KeyV };
const CTRL_SHIFT_V: Chord = Chord { modifiers: Modifiers::CONTROL.union(Modifiers::SHIFT), key: Code::KeyV };
const SHIFT_INSERT: Chord = Chord { modifiers: Modifiers::SHIFT, key: Code::Insert };
const DELETE: Chord = Chord { modifiers: Modifiers::empty(), key: Code::Delete };

/// Selects one character more before the cursor.
pub const SELECT_BACKWARDS: Chord = Chord { modifiers: Modifiers::SHIFT, key: Code::ArrowLeft };
/// Puts the cursor to the end of what is selected.
pub const DESELECT: Chord = Chord { modifiers: Modifiers::empty(), key: Code::ArrowRight };

/// Terminals whose only paste is Shift+Insert, of PRIMARY. By their WM_CLASS, in lower case.
const OLD_TERMINALS: &[&str] = &["xterm", "uxterm", "urxvt", "rxvt", "mlterm", "eterm", "aterm"];

/// Terminals with Ctrl+Shift+V.
const TERMINALS: &[&str] = &[
    "alacritty",
    "blackbox",
    "com.mitchellh.ghostty",
    "com.raggesilver.blackbox",
    "contour",
    "cool-retro-term",
    "deepin-terminal",
    "foot",
    "ghostty",
    "gnome-terminal",
    "gnome-terminal-server",
    "guake",
    "hyper",
    "kgx",
    "kitty",
    "konsole",
    "lxterminal",
    "mate-terminal",
    "org.codeberg.dnkl.foot",
    "org.gnome.console",
    "org.gnome.ptyxis",
    "org.gnome.terminal",
    "org.kde.konsole",
    "org.wezfurlong.wezterm",
    "ptyxis",
    "qterminal",
    "rio",
    "roxterm",
    "sakura",
    "st",
    "st-256color",
    "tabby",
    "terminator",
    "terminology",
    "termite",
    "tilda",
    "tilix",
    "warp",
    "wezterm",
    "xfce4-terminal",
    "yakuake",
];

/// Editors where no key is sure to paste: what Ctrl+V and Shift+Insert do there depends on the mode.
const WITHOUT_KEYS: &[&str] = &["gvim", "vim", "neovide", "nvim-qt"];

/// Whether the application is a terminal.
pub fn is_terminal(app: &str) -> bool {
    manner(Some(app), None).place == Place::Terminal
}

/// `chord`: the user's own word for this application.
pub fn manner(app: Option<&str>, chord: Option<Shortcut>) -> Manner {
    let name = app.unwrap_or_default().to_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    let place = if is(OLD_TERMINALS) || is(TERMINALS) { Place::Terminal } else { Place::Field };
    let chords: Vec<Vec<Chord>> = match chord {
        Some(own) => vec![vec![Chord { modifiers: own.modifiers(), key: own.key() }]],
        None if is(OLD_TERMINALS) => vec![vec![SHIFT_INSERT]],
        None if is(TERMINALS) => vec![vec![CTRL_SHIFT_V], vec![SHIFT_INSERT]],
        None if is(WITHOUT_KEYS) => Vec::new(),
        // Its paste leaves what is selected where it is, and Ctrl+V scrolls.
        None if name == "emacs" => vec![vec![DELETE, SHIFT_INSERT]],
        None => vec![vec![CTRL_V], vec![SHIFT_INSERT]],
    };
    let way = |chords: Vec<Chord>| Way { reads: reads(place, &chords), chords };
    Manner { place, ways: chords.into_iter().map(way).collect(), asks_first: asks_first(&name, place) }
}

/// GNOME's terminal refuses to paste until it has seen that there is text; other terminals may do so too.
fn asks_first(name: &str, place: Place) -> Option<Duration> {
    match place {
        Place::Terminal if SURE_TO_ASK.contains(&name) => Some(SURE_TO_ASK_WITHIN),
        Place::Terminal if !OLD_TERMINALS.contains(&name) => Some(MAY_ASK_WITHIN),
        _ => None,
    }
}

const SURE_TO_ASK: &[&str] = &["gnome-terminal", "gnome-terminal-server"];
/// As long as is waited for a receipt: it may be busy.
const SURE_TO_ASK_WITHIN: Duration = Duration::from_secs(2);
/// Hardly felt, and many times what asking takes.
const MAY_ASK_WITHIN: Duration = Duration::from_millis(50);

/// What an application of this kind may read, whichever keys are pressed: the user's own may be any.
pub fn may_read(place: Place) -> &'static [Pick] {
    reads(place, &[SHIFT_INSERT])
}

fn reads(place: Place, chords: &[Chord]) -> &'static [Pick] {
    match place == Place::Terminal && chords.contains(&SHIFT_INSERT) {
        true => &[Pick::Clipboard, Pick::Selection],
        false => &[Pick::Clipboard],
    }
}

/// What an application gets of a text. For a terminal: no newline at the end, which would run it, and no control
/// characters, which are keys there.
pub fn text_for(place: Place, text: &str) -> String {
    match place {
        Place::Field => text.to_owned(),
        Place::Terminal => {
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            let typed = |character: &char| matches!(character, '\n' | '\t') || !character.is_control();
            lines.trim_end_matches('\n').chars().filter(typed).collect()
        }
    }
}

/// How often the cursor is moved to pass over a text: once for each character as people see it.
pub fn steps_over(text: &str) -> usize {
    text.graphemes(true).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(app: &str, own: Option<&str>, expected: &str) {
        let manner = manner(Some(app), own.map(|own| own.parse().unwrap()));
        let chord = |chord: &Chord| format!("{}{}", modifiers(chord.modifiers), chord.key);
        let way = |way: &Way| {
            let keys = way.chords.iter().map(chord).collect::<Vec<_>>().join(" ");
            if way.reads.len() == 2 { format!("{keys} (both)") } else { keys }
        };
        let ways = manner.ways.iter().map(way).collect::<Vec<_>>().join(", ");
        assert_eq!(format!("{:?}: {ways}", manner.place), expected, "{app}");
    }

    fn modifiers(modifiers: Modifiers) -> String {
        let names = [(Modifiers::CONTROL, "Ctrl+"), (Modifiers::SHIFT, "Shift+")];
        names.iter().filter(|(one, _)| modifiers.contains(*one)).map(|(_, name)| *name).collect()
    }

    #[test]
    fn each_application_has_its_keys() {
        check("Mousepad", None, "Field: Ctrl+KeyV, Shift+Insert");
        check("XTerm", None, "Terminal: Shift+Insert (both)");
        check("Xfce4-terminal", None, "Terminal: Ctrl+Shift+KeyV, Shift+Insert (both)");
        check("Emacs", None, "Field: Delete Shift+Insert");
        check("Gvim", None, "Field: ");
    }

    #[test]
    fn the_users_own_chord_comes_first_and_alone() {
        check("XTerm", Some("Ctrl+Shift+V"), "Terminal: Ctrl+Shift+KeyV");
        check("Gvim", Some("Shift+Insert"), "Field: Shift+Insert");
    }

    #[test]
    fn a_terminal_gets_no_key_that_does_anything() {
        assert_eq!(text_for(Place::Terminal, "ls\r\n"), "ls");
        assert_eq!(text_for(Place::Terminal, "a\tb\rc\u{1b}[31m\u{3}\n\n"), "a\tb\nc[31m");
        assert_eq!(text_for(Place::Field, "as it is\r\n"), "as it is\r\n");
    }
}
