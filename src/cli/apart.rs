//! A run that acts on the desktop, as its command sees it: the daemon does it, or a child of this program's own where no
//! daemon runs. It is asked for the next thing that happens, again and again, until the end.

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;

use crate::cli::printer::Printer;
use crate::cli::question::{self, Offers};
use crate::cli::{change, environment};
use crate::daemon::apart::COMMAND;
use crate::engine::job::consent::Permission;
use crate::engine::job::placing::Decision;
use crate::ipc::client::{self, AskError};
use crate::ipc::message::{self, Ended, Reply, Request, Run};
use crate::process::{detach, ourselves};

/// Interrupted.
const INTERRUPTED: u8 = 130;

/// Who runs the job.
enum Runner {
    Daemon(PathBuf),
    Child { requests: ChildStdin, replies: Lines<BufReader<ChildStdout>> },
}

/// Runs it to its end, prints what it says, and gives the end.
pub async fn run(run: Run, mut printer: Printer) -> anyhow::Result<(ExitCode, Option<Ended>)> {
    let (mut runner, first) = begin(&Request::Run(Box::new(run))).await?;
    let job = match first {
        Reply::Started { job } => job,
        other => return Ok(over(other, &mut printer)),
    };
    loop {
        let next = tokio::select! {
            reply = runner.ask(Request::Await { job }) => reply?,
            _ = tokio::signal::ctrl_c() => return Ok(cancelled(&mut runner, job).await),
        };
        match next {
            Reply::Working { by, says, waits } => printer.working(&by, &says, waits),
            Reply::Change { pieces } => {
                printer.change(&pieces);
                let decision = tokio::select! {
                    decision = apart(move || change::ask(&pieces)) => decision.unwrap_or(Decision::Keep),
                    _ = tokio::signal::ctrl_c() => return Ok(cancelled(&mut runner, job).await),
                };
                let accept = decision == Decision::Accept;
                runner.ask(Request::Decide { job, accept }).await?;
            }
            Reply::Question { words, masks } => {
                printer.question(&words);
                let offers = if masks { Offers::Masking } else { Offers::YesOrNo };
                let permission = tokio::select! {
                    permission = apart(move || question::ask_in_words(&words, offers)) => permission,
                    _ = tokio::signal::ctrl_c() => return Ok(cancelled(&mut runner, job).await),
                };
                let permission = permission.unwrap_or(Permission::NobodyAsked);
                runner.ask(Request::Permit { job, permission }).await?;
            }
            end => return Ok(over(end, &mut printer)),
        }
    }
}

/// Asks on a thread of its own, so that Ctrl+C is heard meanwhile. `None`: the thread has died.
async fn apart<T: Send + 'static>(ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        // Who was interrupted needs no answer.
        let _ = tell.send(ask());
    });
    told.await.ok()
}

async fn cancelled(runner: &mut Runner, job: u64) -> (ExitCode, Option<Ended>) {
    runner.cancel(job).await;
    eprintln!("postil: cancelled");
    (ExitCode::from(INTERRUPTED), None)
}

fn over(end: Reply, printer: &mut Printer) -> (ExitCode, Option<Ended>) {
    match end {
        Reply::Ended(ended) => {
            printer.say_end(&ended);
            (ExitCode::from(ended.exit), Some(*ended))
        }
        Reply::Refused { sentence, exit } => {
            eprintln!("postil: {sentence}");
            (ExitCode::from(exit), None)
        }
        _ => (ExitCode::SUCCESS, None),
    }
}

/// The daemon, or a child where there is none; and what it says to the request.
async fn begin(request: &Request) -> anyhow::Result<(Runner, Reply)> {
    let mut daemon = Runner::Daemon(environment::socket()?);
    match daemon.ask(request.clone()).await {
        Err(error) if matches!(error.downcast_ref(), Some(AskError::NoDaemon)) => {}
        reply => return Ok((daemon, reply?)),
    }
    let mut child = start().context("the process that acts on the desktop could not be started")?;
    let reply = child.ask(request.clone()).await?;
    Ok((child, reply))
}

/// Out of the terminal's reach: Ctrl+C there must not empty the clipboard.
fn start() -> anyhow::Result<Runner> {
    let mut command = Command::new(ourselves()?);
    command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    detach(&mut command);
    let mut child = command.spawn()?;
    let requests = child.stdin.take().context("its stdin is a pipe")?;
    let replies = BufReader::new(child.stdout.take().context("its stdout is a pipe")?).lines();
    Ok(Runner::Child { requests, replies })
}

impl Runner {
    async fn ask(&mut self, request: Request) -> anyhow::Result<Reply> {
        match self {
            Self::Daemon(socket) => ask_daemon(socket.clone(), request).await,
            Self::Child { requests, replies } => {
                requests.write_all(&message::line(&request)).await?;
                let line = replies.next_line().await?.context("the process that acts on the desktop has died")?;
                Ok(message::parse(line.as_bytes())?)
            }
        }
    }

    /// A child sees that nobody waits any more by itself.
    async fn cancel(&mut self, job: u64) {
        if let Self::Daemon(socket) = self {
            // One that is over, or a daemon that is gone, needs no cancelling.
            let _ = ask_daemon(socket.clone(), Request::Cancel { job: Some(job) }).await;
        }
    }
}

/// On a thread of its own, which may wait for as long as the job takes; one that is not waited for ends with the process.
async fn ask_daemon(socket: PathBuf, request: Request) -> anyhow::Result<Reply> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        // Who no longer waits needs no answer.
        let _ = tell.send(client::ask(&socket, &request));
    });
    Ok(told.await.context("the thread that asks has died")??)
}
