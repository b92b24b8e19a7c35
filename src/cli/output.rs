//! stdout as pipes need it: nobody who stops reading gets a panic.

use std::io::{self, Write};

/// Prints a text and a line end. A closed pipe ends the program quietly, as it does other filters.
pub fn say(text: &str) -> io::Result<()> {
    write_all(format!("{text}\n").as_bytes())
}

/// Prints bytes as they are.
pub fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => result,
    }
}
