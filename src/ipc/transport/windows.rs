//! A named pipe, one per user and session. Not compiled or tried on Windows yet; written from tokio's documentation.
//!
//! The system's default descriptor lets the pipe's owner, administrators and the system write to it, and nobody else;
//! connections from other machines are refused (both are `ServerOptions`' defaults).

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};

use super::BindError;

/// One connection, as the daemon has it. Commands have a blocking one, from [`connect`].
pub type Stream = NamedPipeServer;

/// `ERROR_ACCESS_DENIED`: who asks for the first instance of a pipe that is there already gets this.
const ACCESS_DENIED: i32 = 5;

/// The pipe, held by this process alone for as long as this lives.
#[derive(Debug)]
pub struct Listener {
    name: String,
    /// The instance that waits for the next connection.
    waiting: NamedPipeServer,
}

impl Listener {
    /// Makes the pipe that stands for `path`. Needs a tokio runtime.
    pub fn bind(path: &Path) -> Result<Self, BindError> {
        let name = pipe_name(path);
        match ServerOptions::new().first_pipe_instance(true).create(&name) {
            Ok(waiting) => Ok(Self { name, waiting }),
            Err(error) if error.raw_os_error() == Some(ACCESS_DENIED) => Err(BindError::Taken),
            Err(source) => Err(BindError::Io { path: name.into(), source }),
        }
    }

    /// The next connection.
    pub async fn accept(&mut self) -> io::Result<Stream> {
        self.waiting.connect().await?;
        let next = ServerOptions::new().create(&self.name)?;
        Ok(std::mem::replace(&mut self.waiting, next))
    }
}

/// Pipes stand in a namespace of their own, where the user's name keeps those of two users apart.
fn pipe_name(path: &Path) -> String {
    let session = path.file_stem().unwrap_or_default().to_string_lossy();
    let user = std::env::var("USERNAME").unwrap_or_default();
    format!(r"\\.\pipe\postil-{user}-{session}")
}

/// A command's connection. A pipe opened as a file knows no time-outs: the daemon answers at once or is gone.
pub fn connect(path: &Path, _patience: Duration) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(pipe_name(path))
}
