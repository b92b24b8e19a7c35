//! The daemon's end of the socket: takes connections of this user, reads one request of each, gives one reply.
//!
//! It decides nothing: each request goes to `handle` together with the way to answer it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::FlockOperation;
use rustix::process::geteuid;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;

use crate::ipc::message::{self, Hello, LONGEST_LINE, MessageError, Reply, Request};
use crate::ipc::place::{self, FolderError};

/// A command says what it wants at once. Who does not is cut off, so that no connection is held open for nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The socket, held by this process alone for as long as this lives.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    _lock: File,
}

/// Why the socket could not be had.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another daemon holds it.
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

impl Socket {
    /// Binds `path`, once per session: a lock beside it is held for as long as the process lives, so that a socket left
    /// behind by a crash is told from one in use. Needs a tokio runtime.
    pub fn bind(path: &Path) -> Result<Self, BindError> {
        let io = |source| BindError::Io { path: path.to_owned(), source };
        let folder = path.parent().unwrap_or(Path::new("/"));
        place::make_own(folder)?;
        let lock = File::create(path.with_extension("lock")).map_err(io)?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(BindError::Taken),
            Err(error) => return Err(io(error.into())),
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        let listener = UnixListener::bind(path).map_err(io)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(io)?;
        Ok(Self { listener, path: path.to_owned(), _lock: lock })
    }

    /// Takes connections for ever. Each is served in a task of its own.
    pub async fn serve(&self, handle: impl Fn(Request, oneshot::Sender<Reply>) + Clone + Send + 'static) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => drop(tokio::spawn(serve_one(stream, handle.clone()))),
                // Out of file descriptors, or a peer that is gone already: the next one may do better.
                Err(error) => {
                    log::warn!("a connection to the socket failed: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

async fn serve_one(stream: UnixStream, handle: impl Fn(Request, oneshot::Sender<Reply>)) {
    match stream.peer_cred() {
        Ok(peer) if peer.uid() == geteuid().as_raw() => {}
        _ => return log::warn!("another user's connection to the socket was refused"),
    }
    let (read, mut write) = stream.into_split();
    let mut reader = BufReader::new(read.take(2 * LONGEST_LINE as u64));
    let request = tokio::time::timeout(PATIENCE, read_request(&mut reader)).await;
    let reply = match request {
        Ok(Ok(request)) => answer(request, handle).await,
        Ok(Err(error)) => Some(Reply::Refused { sentence: error.to_string(), exit: 2 }),
        Err(_) => None,
    };
    let Some(reply) = reply else { return };
    let mut lines = message::line(&Hello::ours());
    lines.extend(message::line(&reply));
    // Who has hung up needs no answer.
    let _ = tokio::time::timeout(PATIENCE, write.write_all(&lines)).await;
}

async fn answer(request: Request, handle: impl Fn(Request, oneshot::Sender<Reply>)) -> Option<Reply> {
    let (sender, receiver) = oneshot::channel();
    handle(request, sender);
    receiver.await.ok()
}

async fn read_request(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Request, MessageError> {
    message::check_hello(&message::parse(&read_line(reader).await?)?)?;
    message::parse(&read_line(reader).await?)
}

async fn read_line(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Vec<u8>, MessageError> {
    let mut line = Vec::new();
    let cut_off = MessageError::Malformed { column: 0 };
    reader.take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line).await.map_err(|_| cut_off)?;
    Ok(line)
}
