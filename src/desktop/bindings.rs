//! The lines that bind postil's shortcuts in a desktop that keeps them to itself. Pure.
//!
//! Forms: sway(5) and i3's user guide `bindsym`; Hyprland's wiki "Binds"; niri's wiki "Key Bindings"; GNOME's
//! `org.gnome.settings-daemon.plugins.media-keys` custom keybindings through gsettings; KDE keeps its shortcuts in
//! System Settings, for programs by their desktop files.

use global_hotkey::hotkey::Modifiers;

use crate::config::{Binding, Bound};
use crate::desktop::shortcut::Shortcut;

/// Whose configuration the lines are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desktop {
    Sway,
    Hyprland,
    Niri,
    Gnome,
    Kde,
    I3,
}

/// Lines to paste, one or more for each binding.
pub fn lines(desktop: Desktop, bindings: &[Binding]) -> String {
    let one = |(number, binding): (usize, &Binding)| line(desktop, number, binding);
    let lines = bindings.iter().enumerate().map(one).collect::<Vec<_>>().join("\n");
    match desktop {
        Desktop::Niri => format!("binds {{\n{lines}\n}}"),
        Desktop::Gnome => format!("{}\n{lines}", gnome_list(bindings.len())),
        _ => lines,
    }
}

fn line(desktop: Desktop, number: usize, binding: &Binding) -> String {
    let shortcut = binding.shortcut;
    let command = command(&binding.does);
    match desktop {
        Desktop::Sway => format!("bindsym {} exec {command}", joined(shortcut, &X_NAMES, "+", keysym)),
        Desktop::I3 => format!("bindsym {} exec --no-startup-id {command}", joined(shortcut, &X_NAMES, "+", keysym)),
        Desktop::Hyprland => {
            format!("bind = {}, {}, exec, {command}", modifiers(shortcut, &HYPRLAND_NAMES).join(" "), keysym(shortcut))
        }
        Desktop::Niri => format!(
            "    {} {{ spawn {}; }}",
            joined(shortcut, &NIRI_NAMES, "+", keysym),
            command.split(' ').map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
        ),
        Desktop::Gnome => gnome(number, shortcut, &command),
        Desktop::Kde => format!(
            "# System Settings → Keyboard → Shortcuts → Add New → Command: {command}\n#   then set its shortcut to {shortcut}"
        ),
    }
}

fn command(does: &Bound) -> String {
    match does {
        Bound::Pick => "postil pick".to_owned(),
        Bound::Action { action, .. } => format!("postil trigger {action}"),
    }
}

/// As the portal is asked for it: freedesktop's shortcuts specification.
pub fn portal_trigger(shortcut: Shortcut) -> String {
    joined(shortcut, &PORTAL_NAMES, "+", keysym)
}

/// What a desktop calls Ctrl, Alt, Shift and Super.
type ModifierNames = [&'static str; 4];

const X_NAMES: ModifierNames = ["Ctrl", "Mod1", "Shift", "Mod4"];
const HYPRLAND_NAMES: ModifierNames = ["CTRL", "ALT", "SHIFT", "SUPER"];
const NIRI_NAMES: ModifierNames = ["Ctrl", "Alt", "Shift", "Super"];
const PORTAL_NAMES: ModifierNames = ["CTRL", "ALT", "SHIFT", "LOGO"];
const GNOME_NAMES: ModifierNames = ["<Control>", "<Alt>", "<Shift>", "<Super>"];

fn modifiers(shortcut: Shortcut, names: &ModifierNames) -> Vec<&'static str> {
    let order = [Modifiers::CONTROL, Modifiers::ALT, Modifiers::SHIFT, Modifiers::META];
    let held = |(modifier, name): (Modifiers, &'static str)| shortcut.modifiers().contains(modifier).then_some(name);
    order.into_iter().zip(*names).filter_map(held).collect()
}

fn joined(shortcut: Shortcut, names: &ModifierNames, with: &str, key: impl Fn(Shortcut) -> String) -> String {
    let mut parts: Vec<_> = modifiers(shortcut, names).into_iter().map(str::to_owned).collect();
    parts.push(key(shortcut));
    parts.join(with)
}

/// The X keysym's name, which Wayland compositors use too (xkbcommon-keysyms).
fn keysym(shortcut: Shortcut) -> String {
    let code = shortcut.key().to_string();
    if let Some(letter) = code.strip_prefix("Key") {
        return letter.to_lowercase();
    }
    if let Some(digit) = code.strip_prefix("Digit") {
        return digit.to_owned();
    }
    let name = match code.as_str() {
        "Space" => "space",
        "Enter" => "Return",
        "Period" => "period",
        "Comma" => "comma",
        "Slash" => "slash",
        "Semicolon" => "semicolon",
        "Quote" => "apostrophe",
        "Backquote" => "grave",
        "Minus" => "minus",
        "Equal" => "equal",
        "BracketLeft" => "bracketleft",
        "BracketRight" => "bracketright",
        "Backslash" => "backslash",
        "PageUp" => "Prior",
        "PageDown" => "Next",
        "ArrowUp" => "Up",
        "ArrowDown" => "Down",
        "ArrowLeft" => "Left",
        "ArrowRight" => "Right",
        "PrintScreen" => "Print",
        "ScrollLock" => "Scroll_Lock",
        other => other,
    };
    name.to_owned()
}

const GNOME_PATH: &str = "/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/postil";
const GNOME_SCHEMA: &str = "org.gnome.settings-daemon.plugins.media-keys";

/// GNOME knows custom keybindings by a list of paths. The user's own stay in it.
fn gnome_list(count: usize) -> String {
    let paths = (0..count).map(|number| format!("'{GNOME_PATH}{number}/'")).collect::<Vec<_>>().join(", ");
    format!(
        "# adds postil's to the custom shortcuts that are there\nold=$(gsettings get {GNOME_SCHEMA} custom-keybindings | \
         sed \"s/^@as //; s/\\[//; s/\\]//; s#'{GNOME_PATH}[0-9]*/',* *##g; s/, *$//\")\ngsettings set {GNOME_SCHEMA} \
         custom-keybindings \"[${{old:+$old, }}{paths}]\""
    )
}

fn gnome(number: usize, shortcut: Shortcut, command: &str) -> String {
    let schema = format!("{GNOME_SCHEMA}.custom-keybinding:{GNOME_PATH}{number}/");
    let binding = joined(shortcut, &GNOME_NAMES, "", keysym);
    format!(
        "gsettings set {schema} name '{command}'\ngsettings set {schema} command '{command}'\n\
         gsettings set {schema} binding '{binding}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::ActionName;

    fn check(desktop: Desktop, expected: &str) {
        let bind = |shortcut: &str, does| Binding { shortcut: shortcut.parse().unwrap(), does };
        let translate = Bound::Action { action: ActionName::new("translate"), from: None, to: None };
        let bindings = [bind("Ctrl+Alt+Space", Bound::Pick), bind("Super+Shift+Y", translate)];
        assert_eq!(lines(desktop, &bindings), expected);
    }

    #[test]
    fn each_desktop_gets_its_own_form() {
        check(
            Desktop::Sway,
            "bindsym Ctrl+Mod1+space exec postil pick\nbindsym Shift+Mod4+y exec postil trigger translate",
        );
        check(
            Desktop::I3,
            "bindsym Ctrl+Mod1+space exec --no-startup-id postil pick\n\
             bindsym Shift+Mod4+y exec --no-startup-id postil trigger translate",
        );
        check(
            Desktop::Hyprland,
            "bind = CTRL ALT, space, exec, postil pick\nbind = SHIFT SUPER, y, exec, postil trigger translate",
        );
        check(
            Desktop::Niri,
            "binds {\n    Ctrl+Alt+space { spawn \"postil\" \"pick\"; }\n    \
             Shift+Super+y { spawn \"postil\" \"trigger\" \"translate\"; }\n}",
        );
        check(
            Desktop::Kde,
            "# System Settings → Keyboard → Shortcuts → Add New → Command: postil pick\n\
             #   then set its shortcut to Ctrl+Alt+Space\n\
             # System Settings → Keyboard → Shortcuts → Add New → Command: postil trigger translate\n\
             #   then set its shortcut to Shift+Super+Y",
        );
    }
}
