//! The pieces of a text as they are needed: a thread reads ahead a little and then waits, so that a text of any size takes
//! the same memory.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::thread;

use tokio::sync::mpsc;

use crate::cli::arguments::Each;
use crate::cli::each::pieces::{Cutter, Piece};
use crate::cli::input;
use crate::cli::refusal::{not_sent, wrong_use};
use crate::desktop::LARGEST_TEXT;

/// How many pieces are read ahead: enough that nobody waits for a disk.
const AHEAD: usize = 64;

/// Where the text comes from.
pub enum Text {
    Argument(String),
    Stdin,
}

/// A piece, and how far into the text it goes, in bytes.
pub type Supplied = anyhow::Result<(Piece, u64)>;

/// The pieces to come.
pub struct Supply {
    pieces: mpsc::Receiver<Supplied>,
    /// In bytes, where it is known.
    pub size: Option<u64>,
}

impl Supply {
    pub fn start(text: Text, each: Each) -> Self {
        let (sender, pieces) = mpsc::channel(AHEAD);
        let size = match &text {
            Text::Argument(text) => Some(text.len() as u64),
            Text::Stdin => input::size_of_stdin(),
        };
        thread::spawn(move || {
            let mut sent = |supplied| sender.blocking_send(supplied).is_ok();
            match text {
                Text::Argument(text) => read(&mut Cursor::new(text), each, &mut sent),
                Text::Stdin => read(&mut BufReader::new(io::stdin()), each, &mut sent),
            }
        });
        Self { pieces, size }
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Supplied> {
        self.pieces.recv().await
    }
}

/// Reads until the end, the first mistake, or until nobody wants more.
fn read(text: &mut impl BufRead, each: Each, sent: &mut impl FnMut(Supplied) -> bool) {
    let mut cutter = Cutter::new(each);
    let mut at = 0;
    loop {
        let piece = match next_line(text, at) {
            Ok(Some(line)) => {
                at += line.len() as u64;
                cutter.line(&line)
            }
            Ok(None) => {
                let last = cutter.end();
                last.map(|piece| sent(Ok((piece, at))));
                return;
            }
            Err(error) => {
                sent(Err(error));
                return;
            }
        };
        if piece.is_some_and(|piece| !sent(Ok((piece, at)))) {
            return;
        }
    }
}

/// The next line, its end included.
fn next_line(text: &mut impl BufRead, at: u64) -> anyhow::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = text.take(LARGEST_TEXT as u64 + 1).read_until(b'\n', &mut bytes);
    read.map_err(|error| anyhow::Error::from(error).context("stdin could not be read"))?;
    if bytes.len() > LARGEST_TEXT {
        let limit = LARGEST_TEXT >> 20;
        return Err(not_sent(format!(
            "not sent: a line is longer than the {limit} MB that postil reads; give it less"
        )));
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    let line = String::from_utf8(bytes).map_err(|error| {
        let byte = at + error.utf8_error().valid_up_to() as u64 + 1;
        wrong_use(format!("stdin is not UTF-8 text (byte {byte}); convert it first, for example with iconv"))
    })?;
    Ok(Some(line))
}
