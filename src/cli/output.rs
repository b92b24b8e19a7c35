//! stdout as pipes need it: nobody who stops reading gets a panic.

use std::io::{self, Write};

use anyhow::Context;

/// Prints a text and a line end. A closed pipe ends the program quietly, as it does other filters.
pub fn say(text: &str) -> anyhow::Result<()> {
    write_all(format!("{text}\n").as_bytes())
}

/// Prints bytes as they are.
pub fn write_all(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => result.context("stdout could not be written"),
    }
}
