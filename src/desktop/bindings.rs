//! The lines that bind postil's shortcuts in a desktop that keeps them to itself. Pure.
//!
//! Forms: sway(5) and i3's user guide `bindsym`; Hyprland's wiki "Binds"; niri's wiki "Key Bindings"; labwc-config(5);
//! Wayfire's wiki "Configuration"; riverctl(1); COSMIC's `com.system76.CosmicSettings.Shortcuts`; GNOME's
//! `org.gnome.settings-daemon.plugins.media-keys` custom keybindings through gsettings; KDE keeps its shortcuts in System
//! Settings, for programs by their desktop files.

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
    Cosmic,
    Labwc,
    Wayfire,
    River,
}

/// Lines to paste, one or more for each binding, under a comment that says where to.
pub fn lines(desktop: Desktop, bindings: &[Binding]) -> String {
    let one = |(number, binding): (usize, &Binding)| line(desktop, number, binding);
    let lines = bindings.iter().enumerate().map(one).collect::<Vec<_>>().join("\n");
    let before = match desktop {
        // May be appended to their file as they are, or say it themselves.
        Desktop::Sway | Desktop::I3 | Desktop::Hyprland | Desktop::River | Desktop::Kde => return lines,
        Desktop::Gnome => gnome_list(bindings.len()),
        Desktop::Niri => "// into `binds { }` of ~/.config/niri/config.kdl".to_owned(),
        Desktop::Cosmic => {
            "// into the braces of ~/.config/cosmic/com.system76.CosmicSettings.Shortcuts/v1/custom".to_owned()
        }
        Desktop::Labwc => "<!-- into <keyboard> of ~/.config/labwc/rc.xml -->".to_owned(),
        Desktop::Wayfire => "# into ~/.config/wayfire.ini\n[command]".to_owned(),
    };
    format!("{before}\n{lines}")
}

fn line(desktop: Desktop, number: usize, binding: &Binding) -> String {
    let shortcut = binding.shortcut;
    let command = command(&binding.does);
    match desktop {
        // By the key that has the letter on the first layout, whichever is in use.
        Desktop::Sway => format!("bindsym --to-code {} exec {command}", joined(shortcut, &X_NAMES, "+", keysym)),
        Desktop::I3 => format!("bindsym {} exec --no-startup-id {command}", joined(shortcut, &X_NAMES, "+", keysym)),
        Desktop::Hyprland => {
            format!("bind = {}, {}, exec, {command}", modifiers(shortcut, &HYPRLAND_NAMES).join(" "), keysym(shortcut))
        }
        Desktop::Niri => format!(
            "{} {{ spawn {}; }}",
            joined(shortcut, &NIRI_NAMES, "+", keysym),
            command.split(' ').map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
        ),
        Desktop::Cosmic => format!(
            "(modifiers: [{}], key: \"{}\", description: Some(\"{command}\")): Spawn(\"{command}\"),",
            modifiers(shortcut, &NIRI_NAMES).join(", "),
            keysym(shortcut)
        ),
        Desktop::Labwc => format!(
            "<keybind key=\"{}\"><action name=\"Execute\" command=\"{command}\"/></keybind>",
            joined(shortcut, &LABWC_NAMES, "-", keysym)
        ),
        Desktop::Wayfire => format!(
            "binding_postil{number} = {}\ncommand_postil{number} = {command}",
            joined(shortcut, &WAYFIRE_NAMES, " ", evdev_name)
        ),
        Desktop::River => format!(
            "riverctl map normal {} {} spawn '{command}'",
            none_or(modifiers(shortcut, &RIVER_NAMES).join("+")),
            keysym(shortcut)
        ),
        Desktop::Gnome => gnome(number, shortcut, &command),
        Desktop::Kde => format!(
            "# System Settings → Keyboard → Shortcuts → Add New → Command (Plasma 5.27: Shortcuts → Add Command): \
             {command}\n#   then set its shortcut to {shortcut}"
        ),
    }
}

/// river's word for no modifier.
fn none_or(modifiers: String) -> String {
    if modifiers.is_empty() { "None".to_owned() } else { modifiers }
}

/// What does it. A trigger knows the action alone; where the binding has its own places for texts, a run is told them.
fn command(does: &Bound) -> String {
    match does {
        Bound::Pick => "postil pick".to_owned(),
        Bound::Action { action, from: None, to: None } => format!("postil trigger {action}"),
        Bound::Action { action, from, to } => {
            let words = |words: Vec<&str>| words.join(",");
            let from = from.as_ref().map(|from| words(from.iter().map(|source| source.word()).collect()));
            let to = to.as_ref().map(|to| words(to.iter().map(|sink| sink.word()).collect()));
            let option = |name: &str, value: Option<String>| value.map(|value| format!(" --{name} {value}"));
            let options = [option("from", from), option("to", to)].into_iter().flatten().collect::<String>();
            format!("postil run {action}{options}")
        }
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
const LABWC_NAMES: ModifierNames = ["C", "A", "S", "W"];
const WAYFIRE_NAMES: ModifierNames = ["<ctrl>", "<alt>", "<shift>", "<super>"];
const RIVER_NAMES: ModifierNames = ["Control", "Alt", "Shift", "Super"];
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

/// The kernel's name of the key (linux/input-event-codes.h), which is a place on the keyboard.
fn evdev_name(shortcut: Shortcut) -> String {
    let code = shortcut.key().to_string();
    let name = match code.as_str() {
        "Quote" => "APOSTROPHE",
        "Backquote" => "GRAVE",
        "Period" => "DOT",
        "BracketLeft" => "LEFTBRACE",
        "BracketRight" => "RIGHTBRACE",
        "PrintScreen" => "SYSRQ",
        other => other.trim_start_matches("Key").trim_start_matches("Digit").trim_start_matches("Arrow"),
    };
    format!("KEY_{}", name.to_uppercase())
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
    use crate::action::{ActionName, Sink, Source};

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
            "bindsym --to-code Ctrl+Mod1+space exec postil pick\n\
             bindsym --to-code Shift+Mod4+y exec postil trigger translate",
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
            "// into `binds { }` of ~/.config/niri/config.kdl\nCtrl+Alt+space { spawn \"postil\" \"pick\"; }\n\
             Shift+Super+y { spawn \"postil\" \"trigger\" \"translate\"; }",
        );
        check(
            Desktop::Labwc,
            "<!-- into <keyboard> of ~/.config/labwc/rc.xml -->\n\
             <keybind key=\"C-A-space\"><action name=\"Execute\" command=\"postil pick\"/></keybind>\n\
             <keybind key=\"S-W-y\"><action name=\"Execute\" command=\"postil trigger translate\"/></keybind>",
        );
        check(
            Desktop::Wayfire,
            "# into ~/.config/wayfire.ini\n[command]\nbinding_postil0 = <ctrl> <alt> KEY_SPACE\n\
             command_postil0 = postil pick\nbinding_postil1 = <shift> <super> KEY_Y\n\
             command_postil1 = postil trigger translate",
        );
        check(
            Desktop::River,
            "riverctl map normal Control+Alt space spawn 'postil pick'\n\
             riverctl map normal Shift+Super y spawn 'postil trigger translate'",
        );
    }

    #[test]
    fn desktops_with_settings_of_their_own_are_told_where() {
        check(
            Desktop::Cosmic,
            "// into the braces of ~/.config/cosmic/com.system76.CosmicSettings.Shortcuts/v1/custom\n\
             (modifiers: [Ctrl, Alt], key: \"space\", description: Some(\"postil pick\")): Spawn(\"postil pick\"),\n\
             (modifiers: [Shift, Super], key: \"y\", description: Some(\"postil trigger translate\")): \
             Spawn(\"postil trigger translate\"),",
        );
        check(
            Desktop::Kde,
            "# System Settings → Keyboard → Shortcuts → Add New → Command (Plasma 5.27: Shortcuts → Add Command): postil \
             pick\n#   then set its shortcut to Ctrl+Alt+Space\n\
             # System Settings → Keyboard → Shortcuts → Add New → Command (Plasma 5.27: Shortcuts → Add Command): postil \
             trigger translate\n#   then set its shortcut to Shift+Super+Y",
        );
    }

    #[test]
    fn a_binding_with_places_of_its_own_keeps_them() {
        let action = ActionName::new("polish");
        let does =
            Bound::Action { action, from: Some(vec![Source::Clipboard]), to: Some(vec![Sink::Copy, Sink::Notify]) };
        assert_eq!(command(&does), "postil run polish --from clipboard --to copy,notify");
    }

    #[test]
    fn keys_have_the_kernels_names() {
        let name = |shortcut: &str| evdev_name(shortcut.parse().unwrap());
        assert_eq!(["Ctrl+7", "Ctrl+.", "Ctrl+F5", "Ctrl+Left"].map(name), ["KEY_7", "KEY_DOT", "KEY_F5", "KEY_LEFT"]);
    }
}
