//! A Unix socket of mode 0600 in a folder of mode 0700, for connections of this user.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::UnixListener;

use super::BindError;
use crate::ipc::place;

/// One connection, as the daemon has it. Commands have a blocking one, from [`connect`].
pub type Stream = tokio::net::UnixStream;

/// The socket, held by this process alone for as long as this lives.
#[derive(Debug)]
pub struct Listener {
    listener: UnixListener,
    path: PathBuf,
    _lock: File,
}

impl Listener {
    /// Binds `path`. A lock beside it is held for as long as the process lives, so that a socket left behind by a crash
    /// is told from one in use. Needs a tokio runtime.
    pub fn bind(path: &Path) -> Result<Self, BindError> {
        let io = |source| BindError::Io { path: path.to_owned(), source };
        place::make_own(path.parent().unwrap_or(Path::new("/")))?;
        let lock = File::create(path.with_extension("lock")).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(BindError::Taken),
            Err(fs::TryLockError::Error(error)) => return Err(io(error)),
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        let listener = UnixListener::bind(path).map_err(io)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(io)?;
        Ok(Self { listener, path: path.to_owned(), _lock: lock })
    }

    /// The next connection of this user; those of others are closed.
    pub async fn accept(&mut self) -> io::Result<Stream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            match stream.peer_cred() {
                Ok(peer) if peer.uid() == user() => return Ok(stream),
                _ => log::warn!("another user's connection to the socket was refused"),
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// A command's connection, on which nothing waits for longer than `patience`.
pub fn connect(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    Ok(stream)
}
