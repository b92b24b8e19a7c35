//! Programs of the user's: `engine: command`, and `engine: open`, which hands an address to the desktop.
//!
//! Invariants: no shell ever sees the text; writing and reading go on side by side, so that no size of text or answer
//! can block both ends; when the future is dropped, the program and all that it started in its group are gone.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use super::BuiltinFailure;
use super::decode::AnswerDecoder;
use crate::engine::event::BackendFailure;
use crate::llm::request::{Chunk, Completion, Finish};
use crate::process::{ProcessGroup, detach, withhold_keys};
use crate::text::sealed::{AnswerText, ForeignText, UserText};

/// More is no answer that anybody reads: a program gone wild.
const MOST_OUTPUT: usize = 64 << 20;

/// Of stderr only the end is kept: the last line is what programs say why with.
const KEPT_COMPLAINT: usize = 4 << 10;

/// The size of a pipe on Linux: what one read can give at most.
const READ_SIZE: usize = 64 << 10;

/// How long a program that has ended may leave its output open. What it started (a player, a clipboard owner) may hold
/// it for hours; what was written is there at once.
const LEFTOVER_WAIT: Duration = Duration::from_millis(500);

/// How long an opener is watched. Some wait for the browser, and then it has worked; those that fail do so sooner.
const OPENER_WAIT: Duration = Duration::from_secs(2);

/// Runs `argv` with `text` on its stdin and hands its stdout on in pieces as they come. Invalid UTF-8 is replaced; a
/// last line break is the program's manner, not the answer's, unless the text has one too. Variables of the
/// environment that hold keys are not passed on: those whose names end in `_KEY`, `_TOKEN`, `_SECRET` or `_PASSWORD`.
///
/// # Errors
/// `CommandMissing` if it cannot be started, `CommandFailed` if it ends with a failure or writes more than 64 MiB.
pub async fn run(
    argv: &[String],
    text: &UserText,
    mut on_chunk: impl FnMut(Chunk),
) -> Result<Completion, BackendFailure> {
    let (program, mut running) = Running::start(argv)?;
    let mut decoder = AnswerDecoder::new(text.expose().ends_with('\n'));
    let end = running.attend(text, |bytes| hand_on(decoder.push(bytes), &mut on_chunk)).await;
    let failed = |status: String, complaint: VecDeque<u8>| BackendFailure::CommandFailed {
        program: program.clone(),
        status,
        message: last_line(complaint),
    };
    let complaint = std::mem::take(&mut running.complaint);
    match end {
        Ok(status) if status.success() => {
            hand_on(decoder.finish(), &mut on_chunk);
            running.group.release();
            Ok(Completion::bare(Finish::Stop))
        }
        Ok(status) => Err(failed(status_words(status), complaint)),
        Err(Broken::TooMuch) => Err(failed("its output is longer than 64 MiB".into(), complaint)),
        Err(Broken::Pipe(error)) => Err(failed(error.kind().to_string(), complaint)),
    }
}

fn hand_on(piece: String, on_chunk: &mut impl FnMut(Chunk)) {
    if !piece.is_empty() {
        on_chunk(Chunk::Answer(AnswerText::from(piece)));
    }
}

/// Why a program was not attended to its end.
enum Broken {
    TooMuch,
    Pipe(io::Error),
}

/// A program with its three pipes.
struct Running {
    child: Child,
    group: ProcessGroup,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: ChildStderr,
    complaint: VecDeque<u8>,
}

impl Running {
    /// The program's name, for failures, and the program itself.
    fn start(argv: &[String]) -> Result<(String, Self), BackendFailure> {
        let (program, arguments) = argv.split_first().map_or(("", &[][..]), |(program, rest)| (program.as_str(), rest));
        let missing = || BackendFailure::CommandMissing { program: program.to_owned() };
        let mut child = command(program, arguments).spawn().map_err(|_| missing())?;
        let group = ProcessGroup::led_by(child.id());
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (stdin, Some(stdout), Some(stderr)) = pipes else { return Err(missing()) };
        Ok((program.to_owned(), Self { child, group, stdin, stdout, stderr, complaint: VecDeque::new() }))
    }

    /// Feeds and reads until the program has ended and all that it wrote is read.
    async fn attend(&mut self, text: &UserText, mut on_output: impl FnMut(&[u8])) -> Result<ExitStatus, Broken> {
        let mut feeding = Box::pin(feed(self.stdin.take(), text.clone()));
        let (mut fed, mut answering, mut complaining) = (false, true, true);
        let (mut answer, mut complaint) = (vec![0; READ_SIZE], vec![0; READ_SIZE]);
        let (mut written, mut ended) = (0, None);
        loop {
            if let Some(status) = ended
                && !answering
                && !complaining
            {
                return Ok(status);
            }
            tokio::select! {
                () = &mut feeding, if !fed => fed = true,
                read = self.stdout.read(&mut answer), if answering => {
                    let length = read.map_err(Broken::Pipe)?;
                    answering = length > 0;
                    written += length;
                    if written > MOST_OUTPUT {
                        return Err(Broken::TooMuch);
                    }
                    on_output(&answer[..length]);
                }
                read = self.stderr.read(&mut complaint), if complaining => {
                    let length = read.map_err(Broken::Pipe)?;
                    complaining = length > 0;
                    self.keep(&complaint[..length]);
                }
                status = self.child.wait(), if ended.is_none() => ended = Some(status.map_err(Broken::Pipe)?),
                () = sleep(LEFTOVER_WAIT), if ended.is_some() => (answering, complaining) = (false, false),
            }
        }
    }

    fn keep(&mut self, complaint: &[u8]) {
        self.complaint.extend(complaint);
        let surplus = self.complaint.len().saturating_sub(KEPT_COMPLAINT);
        self.complaint.drain(..surplus);
    }
}

/// Writes the text and closes the pipe. A program may end, or close its stdin, without reading all: that is its right.
async fn feed(stdin: Option<ChildStdin>, text: UserText) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(text.expose().as_bytes()).await;
    }
}

fn command(program: &str, arguments: &[String]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    withhold_keys(&mut command);
    detach(&mut command);
    command
}

fn status_words(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("killed by signal {signal}");
    }
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}

/// The last line that is not blank.
fn last_line(complaint: VecDeque<u8>) -> ForeignText {
    let complaint = Vec::from(complaint);
    let text = String::from_utf8_lossy(&complaint);
    ForeignText::from(text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

/// Has the desktop open `address`. Only `http`, `https` and `mailto`: an address is made from a template and from the
/// user's text, and other schemes run programs or show files.
///
/// # Errors
/// `Builtin(NotFitting)` for another scheme or what is no address, `CannotOpen` if no opener is there or all of them fail.
pub async fn open(address: &str) -> Result<(), BackendFailure> {
    open_by(open::commands(check_address(address)?)).await
}

/// Has the desktop open one of our own files with what the user has for its kind.
///
/// # Errors
/// `CannotOpen` if no opener is there or all of them fail.
pub async fn open_file(path: &Path) -> Result<(), BackendFailure> {
    open_by(open::commands(path)).await
}

/// `address` without white space around it, if it may be opened.
fn check_address(address: &str) -> Result<&str, BackendFailure> {
    let refusal = |sentence: &str| BackendFailure::from(BuiltinFailure::NotFitting(sentence.into()));
    let address = address.trim();
    let Some((scheme, rest)) = address.split_once(':') else {
        return Err(refusal("this is no address: it has no `https:` in front"));
    };
    let named = |name: &str| scheme.eq_ignore_ascii_case(name);
    if !(named("http") || named("https") || named("mailto")) {
        return Err(refusal("only http, https and mailto addresses are opened"));
    }
    let is_web = !named("mailto");
    let host = rest.strip_prefix("//").filter(|host| !host.starts_with(['/', '?', '#']) && !host.is_empty());
    if address.chars().any(|letter| letter.is_control() || letter.is_whitespace()) || (is_web && host.is_none()) {
        return Err(refusal("this is no complete address"));
    }
    Ok(address)
}

/// Tries one opener after the other.
async fn open_by(openers: Vec<std::process::Command>) -> Result<(), BackendFailure> {
    for opener in openers {
        let mut opener = Command::from(opener);
        opener.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        withhold_keys(&mut opener);
        detach(&mut opener);
        let Ok(mut child) = opener.spawn() else { continue };
        match timeout(OPENER_WAIT, child.wait()).await {
            Ok(Ok(status)) if !status.success() => {}
            _ => return Ok(()),
        }
    }
    Err(BackendFailure::CannotOpen)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
