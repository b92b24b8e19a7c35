//! The tray's icon by the name of a file that is installed, for hosts that draw such an icon in the colour of their text.
//!
//! Not all do, and those that take it as it is would show it dark on dark: they get the picture that carries its own
//! contrast ([`super::icon`]), and so does everybody where nothing is installed.

use std::path::{Path, PathBuf};

use crate::engine::effect::TrayIcon;

/// Desktops whose hosts colour what is called symbolic: GNOME with its AppIndicator extension, and Plasma.
const COLOURING: &[&str] = &["GNOME", "KDE"];

/// Where a data folder has the icons.
const PLACE: &str = "icons/hicolor/symbolic/apps";

/// What the specification of base directories says of an environment that says nothing.
const USUAL_FOLDERS: &str = "/usr/local/share:/usr/share";

/// The icon's name, without its ending.
pub fn name(icon: TrayIcon) -> &'static str {
    match icon {
        TrayIcon::Idle => "postil-symbolic",
        TrayIcon::Working => "postil-working-symbolic",
        TrayIcon::Paused => "postil-paused-symbolic",
        TrayIcon::Failed => "postil-failed-symbolic",
    }
}

/// Whether the host of this environment is to be given names.
pub fn is_wanted(env: &dyn Fn(&str) -> Option<String>, is_there: impl Fn(&Path) -> bool) -> bool {
    let desktops = env("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let colours = desktops.split(':').any(|desktop| COLOURING.contains(&desktop));
    let file = Path::new(PLACE).join(name(TrayIcon::Failed)).with_extension("svg");
    colours && data_folders(env).iter().any(|folder| is_there(&folder.join(&file)))
}

fn data_folders(env: &dyn Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let own = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")? + "/.local/share"));
    let others = set("XDG_DATA_DIRS").unwrap_or_else(|| USUAL_FOLDERS.to_owned());
    own.iter().map(PathBuf::from).chain(others.split(':').map(PathBuf::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(set: &[(&str, &str)], installed: &str, expected: bool) {
        let env = |name: &str| set.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(is_wanted(&env, |path| path.starts_with(installed)), expected, "{set:?}");
    }

    #[test]
    fn names_are_for_hosts_that_colour_and_have_the_files() {
        check(&[("XDG_CURRENT_DESKTOP", "ubuntu:GNOME"), ("HOME", "/home/a")], "/home/a/.local/share", true);
        check(&[("XDG_CURRENT_DESKTOP", "KDE"), ("XDG_DATA_HOME", "/data")], "/data", true);
        check(&[("XDG_CURRENT_DESKTOP", "KDE")], "/usr/local/share", true);
        check(&[("XDG_CURRENT_DESKTOP", "KDE"), ("XDG_DATA_DIRS", "/a:/b")], "/b", true);
        check(&[("XDG_CURRENT_DESKTOP", "KDE"), ("XDG_DATA_DIRS", "/a:/b")], "/usr/share", false);
        check(&[("XDG_CURRENT_DESKTOP", "sway")], "/usr/share", false);
        check(&[], "/usr/share", false);
    }

    #[test]
    fn each_name_is_an_icon_of_ours() {
        for icon in [TrayIcon::Idle, TrayIcon::Working, TrayIcon::Paused, TrayIcon::Failed] {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/icons").join(name(icon));
            assert!(file.with_extension("svg").is_file(), "{}", name(icon));
        }
    }
}
