//! How the two ends of the socket meet on this system: a Unix socket, or a named pipe on Windows. The same names for both:
//! `Listener` with `bind` and `accept`, and `connect`.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{Listener, Stream, connect};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::{Listener, Stream, connect};

use std::io;
use std::path::PathBuf;

use crate::ipc::place::FolderError;

/// Why a daemon cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another daemon holds the socket.
    #[error("a postil daemon already runs in this session")]
    Taken,
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("{path} could not be made")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}
