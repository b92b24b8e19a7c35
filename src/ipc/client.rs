//! A command's end of the socket: one request, one reply, bounded in time. No runtime: it has to be over in a moment.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::time::Duration;

use crate::ipc::message::{self, Hello, LONGEST_REPLY, MessageError, Reply, Request};
use crate::ipc::transport;

/// A daemon that works answers within a millisecond; one that is stopped must not hang the command.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why there is no reply, by what the user can do.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("no postil daemon runs in this session; start it with `postil`")]
    NoDaemon,
    #[error("the postil daemon does not answer; is it stopped or busy?")]
    Silent,
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("the connection to the postil daemon broke")]
    Broken(#[source] io::Error),
}

impl From<io::Error> for AskError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{ConnectionRefused, NotFound, TimedOut, WouldBlock};
        match error.kind() {
            NotFound | ConnectionRefused => Self::NoDaemon,
            TimedOut | WouldBlock => Self::Silent,
            _ => Self::Broken(error),
        }
    }
}

/// Taking a replacement back waits for an application: until the clipboard is kept, the text is selected and taken.
const PATIENCE_FOR_APPLICATIONS: Duration = Duration::from_secs(12);

/// A job takes as long as its model does; every deadline of it is the engine's.
const PATIENCE_FOR_A_JOB: Duration = Duration::from_secs(24 * 60 * 60);

/// Asks the daemon that listens on `socket`.
pub fn ask(socket: &Path, request: &Request) -> Result<Reply, AskError> {
    let patience = match request {
        Request::Undo => PATIENCE_FOR_APPLICATIONS,
        Request::Await { .. } => PATIENCE_FOR_A_JOB,
        _ => PATIENCE,
    };
    let mut stream = transport::connect(socket, patience)?;
    let mut lines = message::line(&Hello::ours());
    lines.extend(message::line(request));
    stream.write_all(&lines)?;
    let mut reader = BufReader::new(stream);
    message::check_hello(&message::parse(&read_line(&mut reader)?)?)?;
    Ok(message::parse(&read_line(&mut reader)?)?)
}

fn read_line(reader: &mut impl BufRead) -> Result<Vec<u8>, AskError> {
    let mut line = Vec::new();
    reader.take(LONGEST_REPLY as u64 + 1).read_until(b'\n', &mut line)?;
    message::check_length(&line, LONGEST_REPLY)?;
    match line.last() {
        Some(b'\n') => Ok(line),
        _ => Err(AskError::Broken(io::ErrorKind::UnexpectedEof.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_arrives_whole() {
        let reply = Reply::Last { title: "Upper".into(), answer: "10 megabytes\n".repeat(10_000_000 / 13) };
        let mut written = message::line(&Hello::ours());
        written.extend(message::line(&reply));
        let mut reader = &written[..];
        assert_eq!(message::parse(&read_line(&mut reader).unwrap()), Ok(Hello::ours()));
        assert_eq!(message::parse(&read_line(&mut reader).unwrap()), Ok(reply));
        assert!(matches!(read_line(&mut reader), Err(AskError::Broken(_))));
    }
}
