//! The daemon's end of the socket: takes connections, reads one request of each, gives one reply.
//!
//! It decides nothing: each request goes to `handle` together with the way to answer it.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::oneshot;

use crate::ipc::message::{self, Hello, LONGEST_LINE, MessageError, Reply, Request};
use crate::ipc::transport::{Listener, Stream};

/// A command says what it wants at once. Who does not is cut off, so that no connection is held open for nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// After a connection that could not be taken (out of file descriptors) this long is waited for better times.
const BETTER_TIMES: Duration = Duration::from_millis(100);

/// Takes connections for ever. Each is served in a task of its own.
pub async fn serve(mut listener: Listener, handle: impl Fn(Request, oneshot::Sender<Reply>) + Clone + Send + 'static) {
    loop {
        match listener.accept().await {
            Ok(stream) => drop(tokio::spawn(serve_one(stream, handle.clone()))),
            Err(error) => {
                log::warn!("a connection to the socket failed: {error}");
                tokio::time::sleep(BETTER_TIMES).await;
            }
        }
    }
}

async fn serve_one(stream: Stream, handle: impl Fn(Request, oneshot::Sender<Reply>)) {
    let (read, mut write) = tokio::io::split(stream);
    let mut reader = BufReader::new(read);
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
    message::check_length(&line, LONGEST_LINE)?;
    Ok(line)
}
