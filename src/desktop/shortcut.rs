//! A key combination as people write it: `Ctrl+Alt+Y`. The names of keys are global-hotkey's (W3C UI Events codes).
//!
//! A letter stands for that letter on the user's first Latin layout, and only where there is none for its place on a
//! US keyboard; what a place is on this keyboard is the desktop's business.

use std::fmt;
use std::str::FromStr;

use global_hotkey::hotkey::{Code, HotKey, Modifiers};

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shortcut(HotKey);

/// Why a text is no shortcut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShortcutError {
    #[error("no key is called `{0}`")]
    NoSuchKey(String),
    #[error("a shortcut is modifiers and then one key, as in Ctrl+Alt+Y")]
    Form,
    /// It would take that key away from every program.
    #[error("a shortcut needs Ctrl, Alt or Super beside the key, as in Ctrl+Alt+{0}")]
    NoModifier(String),
}

impl Shortcut {
    pub fn modifiers(self) -> Modifiers {
        self.0.mods
    }

    pub fn key(self) -> Code {
        self.0.key
    }

    /// A shipped shortcut as this system has it: on Windows Ctrl+Alt is AltGr, with which people type.
    pub fn for_this_system(self) -> Self {
        let alt_gr = Modifiers::CONTROL | Modifiers::ALT;
        if !cfg!(target_os = "windows") || !self.0.mods.contains(alt_gr) {
            return self;
        }
        Self(HotKey::new(Some((self.0.mods - Modifiers::CONTROL) | Modifiers::META), self.0.key))
    }

    /// As the crate on macOS and Windows takes it.
    pub fn hotkey(self) -> HotKey {
        self.0
    }
}

impl FromStr for Shortcut {
    type Err = ShortcutError;

    fn from_str(text: &str) -> Result<Self, ShortcutError> {
        let hotkey: HotKey = text.parse().map_err(|error| match error {
            global_hotkey::hotkey::HotKeyParseError::UnsupportedKey(key) => ShortcutError::NoSuchKey(key),
            _ => ShortcutError::Form,
        })?;
        let shortcut = Self(hotkey);
        let held = Modifiers::CONTROL | Modifiers::ALT | Modifiers::META;
        if !hotkey.mods.intersects(held) && !is_function_key(hotkey.key) {
            return Err(ShortcutError::NoModifier(shortcut.key_name()));
        }
        Ok(shortcut)
    }
}

impl Shortcut {
    fn key_name(self) -> String {
        let code = self.0.key.to_string();
        match code.strip_prefix("Key").or_else(|| code.strip_prefix("Digit")) {
            Some(short) => short.to_owned(),
            None => code,
        }
    }
}

/// Keys that type nothing may stand alone.
fn is_function_key(key: Code) -> bool {
    let code = key.to_string();
    let numbered = code.strip_prefix('F').is_some_and(|rest| rest.parse::<u8>().is_ok());
    numbered || matches!(key, Code::Pause | Code::ScrollLock | Code::PrintScreen | Code::Insert)
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Modifiers::CONTROL, if cfg!(target_os = "macos") { "Control" } else { "Ctrl" }),
            (Modifiers::ALT, if cfg!(target_os = "macos") { "Option" } else { "Alt" }),
            (Modifiers::SHIFT, "Shift"),
            (Modifiers::META, super_name()),
        ];
        for (modifier, name) in names {
            if self.0.mods.contains(modifier) {
                write!(f, "{name}+")?;
            }
        }
        f.write_str(&self.key_name())
    }
}

/// What the keyboard of this system calls the Super key.
fn super_name() -> &'static str {
    match () {
        () if cfg!(target_os = "macos") => "Cmd",
        () if cfg!(target_os = "windows") => "Win",
        () => "Super",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let parsed = text.parse::<Shortcut>();
        let shown = parsed.map(|shortcut| shortcut.to_string()).map_err(|error| error.to_string());
        assert_eq!(shown.as_deref(), expected.map_err(str::to_owned).as_ref().map(|s| *s), "{text}");
    }

    #[test]
    fn what_is_read_is_written_in_one_form() {
        check("Ctrl+Alt+Y", Ok("Ctrl+Alt+Y"));
        check("alt + ctrl + y", Ok("Ctrl+Alt+Y"));
        check("Super+Shift+Space", Ok("Shift+Super+Space"));
        check("Ctrl+1", Ok("Ctrl+1"));
        check("F9", Ok("F9"));
    }

    #[test]
    fn what_cannot_be_one_says_why() {
        check("Ctrl+Alt+Foo", Err("no key is called `Foo`"));
        check("Y", Err("a shortcut needs Ctrl, Alt or Super beside the key, as in Ctrl+Alt+Y"));
        check("Shift+Y", Err("a shortcut needs Ctrl, Alt or Super beside the key, as in Ctrl+Alt+Y"));
        check("Ctrl++Y", Err("a shortcut is modifiers and then one key, as in Ctrl+Alt+Y"));
    }
}
