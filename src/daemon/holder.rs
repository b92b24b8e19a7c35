//! The child that holds the clipboard for a command that ends: on X11 and Wayland a clipboard is handed out by who has
//! copied, for as long as that lives. It is this program again, given the text on its stdin, and it ends by itself when
//! something else is copied.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::engine::event::SinkFailure;
use crate::process::{detach, ourselves, withhold_keys};
use crate::text::sealed::AnswerText;

/// The word that it is started with.
pub const COMMAND: &str = "hold-clipboard";

/// What a copy that did not happen is.
pub const FAILED: SinkFailure = SinkFailure::NoClipboard;

/// A child that holds the clipboard says so within milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// Starts the child and waits until it holds the clipboard.
pub async fn copy(text: &AnswerText) -> Result<(), SinkFailure> {
    let mut child = start().map_err(|error| {
        log::warn!("the process that holds the clipboard could not be started: {error}");
        FAILED
    })?;
    match timeout(PATIENCE, hand_over(&mut child, text)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(FAILED),
    }
}

fn start() -> std::io::Result<Child> {
    let mut command = Command::new(ourselves()?);
    command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    withhold_keys(&mut command);
    detach(&mut command);
    command.spawn()
}

async fn hand_over(child: &mut Child, text: &AnswerText) -> std::io::Result<()> {
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.expose().as_bytes()).await?;
    }
    let mut said = [0; 1];
    match child.stdout.take() {
        Some(mut stdout) => stdout.read_exact(&mut said).await.map(drop),
        None => Ok(()),
    }
}
