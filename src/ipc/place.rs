//! Where the socket of a session stands: `$XDG_RUNTIME_DIR/postil/SESSION.sock`, SESSION being the display's name.
//!
//! Two sessions of one user (a second display) have a daemon each. A command outside of any session (over SSH) finds
//! the daemon where there is one alone.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use crate::config::paths::{Env, Paths};

/// The folder of this user's sockets and of what is kept in memory. A session without `XDG_RUNTIME_DIR` has one of that
/// user's own among the temporary files; that it is the user's is made sure of before it is used.
pub fn folder(paths: &Paths) -> PathBuf {
    paths.runtime_dir.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("postil-{}", user())))
}

/// Why the folder is not used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{path} belongs to another user, so it is not used; set XDG_RUNTIME_DIR to a folder of your own")]
    Foreign { path: PathBuf },
    #[error("{path} could not be made")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// The [`folder`], made for this user alone, or made sure that it is.
pub fn own_folder(paths: &Paths) -> Result<PathBuf, FolderError> {
    let folder = folder(paths);
    make_own(&folder)?;
    Ok(folder)
}

/// A link is not followed: whoever set it could set it anew.
#[cfg(unix)]
pub fn make_own(folder: &Path) -> Result<(), FolderError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    let io = |source| FolderError::Io { path: folder.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    let metadata = fs::symlink_metadata(folder).map_err(io)?;
    if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(FolderError::Foreign { path: folder.to_owned() });
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io)
}

#[cfg(not(unix))]
pub fn make_own(folder: &Path) -> Result<(), FolderError> {
    DirBuilder::new()
        .recursive(true)
        .create(folder)
        .map_err(|source| FolderError::Io { path: folder.to_owned(), source })
}

#[cfg(unix)]
fn user() -> u32 {
    rustix::process::getuid().as_raw()
}

#[cfg(not(unix))]
fn user() -> &'static str {
    "user" // The temporary folder is each user's own there.
}

/// The session's name as a file name: `wayland-0`, `x11-0`, or `none` without a display.
pub fn session(env: Env<'_>) -> String {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let name = match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (Some(wayland), _) => wayland,
        (None, Some(display)) => format!("x11-{}", display.trim_start_matches(':')),
        (None, None) => "none".to_owned(),
    };
    let file_name = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    name.chars().map(file_name).collect()
}

/// The socket that this session's daemon listens on.
pub fn socket(runtime_dir: &Path, env: Env<'_>) -> PathBuf {
    runtime_dir.join(format!("{}.sock", session(env)))
}

/// The socket that a command speaks to: the session's, else the only one there is.
pub fn socket_to_ask(runtime_dir: &Path, env: Env<'_>) -> PathBuf {
    let own = socket(runtime_dir, env);
    if own.exists() {
        return own;
    }
    let entries = fs::read_dir(runtime_dir).into_iter().flatten().flatten();
    let mut sockets = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "sock"));
    match (sockets.next(), sockets.next()) {
        (Some(only), None) => only,
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wayland: &str, display: &str, expected: &str) {
        let env = |name: &str| match name {
            "WAYLAND_DISPLAY" => Some(wayland.to_owned()),
            "DISPLAY" => Some(display.to_owned()),
            _ => None,
        };
        assert_eq!(session(&env), expected);
    }

    #[test]
    fn a_session_is_named_by_its_display() {
        check("", ":0", "x11-0");
        check("", "localhost:10.0", "x11-localhost-10.0");
        check("wayland-1", ":0", "wayland-1");
        check("/run/user/1000/wayland-1", "", "-run-user-1000-wayland-1");
        check("", "", "none");
    }

    #[test]
    fn outside_of_a_session_the_only_daemon_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        let nothing: Env<'_> = &|_| None;
        assert_eq!(socket_to_ask(dir.path(), nothing), dir.path().join("none.sock"));
        fs::write(dir.path().join("x11-0.sock"), "").unwrap();
        assert_eq!(socket_to_ask(dir.path(), nothing), dir.path().join("x11-0.sock"));
        fs::write(dir.path().join("x11-1.sock"), "").unwrap();
        assert_eq!(socket_to_ask(dir.path(), nothing), dir.path().join("none.sock"));
    }
}
