//! Which version a compositor or window manager has, asked in its own way: by its control socket, on the bus, or, of those
//! that are known to answer that and end, by their `--version`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio::time::timeout;

use super::bus::{Bus, NoAnswer, Owner};
use super::{Env, PATIENCE, ipc, set};

/// Whose version is wanted.
pub struct Whose<'e> {
    /// The program's name, or the one that it gives itself.
    pub name: &'e str,
    pub process: Option<u32>,
    /// Where i3 has said on its root window that its control socket is.
    pub i3_socket: Option<PathBuf>,
    pub env: Env<'e>,
}

/// A version, and how it was found out.
pub type Version = (String, &'static str);

/// Those whose `--version` says it and does nothing else.
const TELL_AND_END: &[&str] = &["labwc", "wayfire", "cosmic-comp", "weston"];

impl Whose<'_> {
    pub fn version(&self) -> Option<Version> {
        let by_socket = |version: io::Result<Option<String>>| Some((version.ok()??, "its control socket"));
        match self.name.to_lowercase().as_str() {
            "sway" => by_socket(ipc::of_i3(&self.sway_socket()?)),
            "i3" => by_socket(ipc::of_i3(&self.i3_socket.clone().or_else(|| self.path("I3SOCK"))?)),
            "hyprland" => by_socket(ipc::of_hyprland(&self.hyprland_socket()?)),
            "niri" => by_socket(ipc::of_niri(&self.path("NIRI_SOCKET")?)),
            name if name.starts_with("kwin") => on_the_bus(kwin()),
            "gnome-shell" | "gnome shell" | "mutter" | "mutter(gnome shell)" => on_the_bus(gnome_shell()),
            name if TELL_AND_END.contains(&name) => by_its_program(self.process?),
            _ => None,
        }
    }

    fn path(&self, variable: &str) -> Option<PathBuf> {
        set(self.env, variable).map(PathBuf::from)
    }

    /// `SWAYSOCK` may be another's: the one of this process is named after it.
    fn sway_socket(&self) -> Option<PathBuf> {
        let folder = self.path("XDG_RUNTIME_DIR")?;
        let end = format!(".{}.sock", self.process?);
        let files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
        let is_its =
            |path: &PathBuf| name_of(path).is_some_and(|name| name.starts_with("sway-ipc.") && name.ends_with(&end));
        files.into_iter().find(is_its).or_else(|| self.path("SWAYSOCK"))
    }

    fn hyprland_socket(&self) -> Option<PathBuf> {
        let instance = set(self.env, "HYPRLAND_INSTANCE_SIGNATURE")?;
        let folder = self.path("XDG_RUNTIME_DIR")?;
        Some(folder.join("hypr").join(instance).join(".socket.sock"))
    }
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

fn on_the_bus(question: impl Future<Output = Result<Option<String>, NoAnswer>>) -> Option<Version> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    Some((runtime.block_on(question).ok()??, "the session bus"))
}

async fn kwin() -> Result<Option<String>, NoAnswer> {
    let bus = Bus::session().await?;
    let Owner::Runs(owner) = bus.owner("org.kde.KWin").await? else { return Ok(None) };
    let information: String = bus.ask(&owner, "/KWin", ("org.kde.KWin", "supportInformation"), None).await?;
    Ok(kwin_version(&information))
}

/// One of the many lines that KWin says of itself.
fn kwin_version(information: &str) -> Option<String> {
    let version = information.lines().find_map(|line| line.strip_prefix("KWin version:"))?;
    Some(version.trim().to_owned())
}

async fn gnome_shell() -> Result<Option<String>, NoAnswer> {
    let bus = Bus::session().await?;
    let Owner::Runs(owner) = bus.owner("org.gnome.Shell").await? else { return Ok(None) };
    bus.property(&owner, "/org/gnome/Shell", "org.gnome.Shell", "ShellVersion").await.map(Some)
}

fn by_its_program(process: u32) -> Option<Version> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let mut command = Command::new(fs::read_link(format!("/proc/{process}/exe")).ok()?);
    command.arg("--version").env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY").stdin(Stdio::null());
    command.stderr(Stdio::null()).kill_on_drop(true);
    let output = runtime.block_on(async { timeout(PATIENCE, command.output()).await }).ok()?.ok()?;
    Some((number_in(&String::from_utf8_lossy(&output.stdout))?, "its --version"))
}

/// The first word that looks like a version.
fn number_in(words: &str) -> Option<String> {
    let is_version = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    words.split_whitespace().find(is_version).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_among_other_words() {
        let information = "KWin Support Information:\n\nVersion\n=======\nKWin version: 5.27.5\nQt Version: 5.15.8\n";
        assert_eq!(kwin_version(information).as_deref(), Some("5.27.5"));
        assert_eq!(number_in("labwc 0.8.1 (+xwayland +nls)\n").as_deref(), Some("0.8.1"));
        assert_eq!(number_in("no version here\n"), None);
    }
}
