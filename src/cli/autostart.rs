//! Start at login: an XDG autostart file (Desktop Application Autostart Specification), which every desktop reads and a
//! person can see in its settings. It is named as the desktop file is: older portals know the program by that.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::arguments::Switch;
use crate::config::paths::process_env;
use crate::desktop::APP_ID;
use crate::store::file;

pub fn set(wish: Switch) -> anyhow::Result<ExitCode> {
    let path = path()?;
    match wish {
        Switch::On => {
            let entry = entry(&std::env::current_exe().context("where postil itself stands is not known")?)?;
            file::replace(&path, entry.as_bytes())
                .with_context(|| format!("{} could not be written", path.display()))?;
            eprintln!("postil: starts at login from now on, by {}", path.display());
        }
        Switch::Off => {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{} could not be removed", path.display()));
                }
                _ => eprintln!("postil: does not start at login"),
            };
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether it is on.
pub fn is_on() -> bool {
    path().is_ok_and(|path| path.exists())
}

fn path() -> anyhow::Result<PathBuf> {
    let set = |name: &str| process_env(name).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
    Ok(config.context("neither XDG_CONFIG_HOME nor HOME is set")?.join(format!("autostart/{APP_ID}.desktop")))
}

fn entry(program: &std::path::Path) -> anyhow::Result<String> {
    let program = program.to_str().context("the path of postil is not UTF-8")?;
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName=postil\nComment=Select text, press a key, have it translated, explained \
         or fixed\nExec={} daemon\nIcon=postil\nTerminal=false\nCategories=Utility;\nX-GNOME-Autostart-enabled=true\n",
        quoted(program)
    ))
}

/// As the Desktop Entry Specification quotes an argument of `Exec`: its reserved characters are escaped within quotes, `%`
/// is doubled, and a backslash is one more time escaped as in every string value.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '+');
    if argument.chars().all(plain) {
        return argument.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in argument.chars() {
        match c {
            '"' | '`' | '$' => quoted.push_str(&format!("\\\\{c}")),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_where_it_must_be() {
        assert_eq!(quoted("/usr/bin/postil"), "/usr/bin/postil");
        assert_eq!(quoted("/home/a b/postil"), "\"/home/a b/postil\"");
        assert_eq!(quoted("/a$b%c"), "\"/a\\\\$b%%c\"");
    }
}
