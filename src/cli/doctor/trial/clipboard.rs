//! The clipboard's trial: what is there is kept, a text of ours takes its place, another program's eyes look at it, and the
//! old contents come back.
//!
//! It is done by a child, because what came back is handed out by who gave it back, until somebody copies; and this
//! command is over long before.

use std::io::{BufRead, BufReader, Write, stdout};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::{Finding, NAMES};
use crate::config::paths::process_env;
use crate::desktop::paste::{Consent, Over, Paste, PasteId, PasteStep, Pasted};
use crate::desktop::{Desktop, DesktopEvent, TriggerContext};
use crate::process::{detach_std, ourselves};
use crate::sinks::clipboard;
use crate::text::sealed::AnswerText;

/// The word that it is started with.
pub const COMMAND: &str = "try-clipboard";

/// A paste's own bounds are shorter.
const LONGEST: Duration = Duration::from_secs(10);

const TEXT: &str = "postil doctor --try";
const ID: PasteId = PasteId(0);

/// The line that says all went well.
const FINE: &str = "ok";

/// As the command sees it.
pub fn try_it() -> Finding {
    let name = NAMES[1];
    let said = start().map(first_line);
    match said {
        Ok(Some(line)) if line == FINE => {
            Finding::ok(name, "a text was copied, other programs read it, and what was there before is back")
        }
        Ok(Some(line)) => Finding::missing(name, line, "see display and clipboard above"),
        Ok(None) => Finding::missing(name, format!("not done within {LONGEST:?}"), "see display and clipboard above"),
        Err(error) => Finding::missing(name, error.to_string(), "try again"),
    }
    .how("keeping what was there, copying, reading by another connection, giving back")
}

fn start() -> std::io::Result<Child> {
    let mut command = Command::new(ourselves()?);
    command.arg(COMMAND).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    detach_std(&mut command);
    command.spawn()
}

/// What it says within the bound. It lives on for as long as it serves anything.
fn first_line(mut child: Child) -> Option<String> {
    let (sender, receiver) = channel();
    let stdout = child.stdout.take()?;
    std::thread::spawn(move || {
        let mut line = String::new();
        // Nobody may be waiting any more.
        let _ = BufReader::new(stdout).read_line(&mut line).map(|_| sender.send(line.trim().to_owned()));
    });
    let line = receiver.recv_timeout(LONGEST).ok();
    if line.is_none() {
        let _ = child.kill();
    }
    line
}

/// As the child does it.
pub fn main() -> anyhow::Result<ExitCode> {
    let (sender, events) = channel();
    let desktop = Desktop::connect(process_env, move |event| {
        // It ends once nothing is served any more.
        let _ = sender.send(event);
    });
    let said = copied_and_given_back(&desktop, &events).map_or_else(|failure| failure, |()| FINE.to_owned());
    writeln!(stdout(), "{said}")?;
    // Until somebody copies, or the display is gone.
    while let Ok(event) = events.recv() {
        if matches!(event, DesktopEvent::Lost | DesktopEvent::Paste { step: PasteStep::Released, .. }) {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn copied_and_given_back(desktop: &Desktop, events: &Receiver<DesktopEvent>) -> Result<(), String> {
    let text = AnswerText::from(TEXT);
    let context = TriggerContext::nowhere();
    desktop.paste(Paste { id: ID, text, context, over: Over::Nothing, consent: Consent::Again, chord: None });
    loop {
        match events.recv_timeout(LONGEST) {
            Ok(DesktopEvent::Paste { step: PasteStep::Ended(Pasted::Unconfirmed), .. }) => break,
            Ok(DesktopEvent::Paste { step: PasteStep::Ended(Pasted::Not(why)), .. }) => return Err(why.to_string()),
            Ok(DesktopEvent::Paste { .. } | DesktopEvent::Bound(_)) => {}
            Ok(other) => return Err(format!("the desktop said {other:?}")),
            Err(_) => return Err("the display did not answer in time".to_owned()),
        }
    }
    let seen = clipboard::seen_by_others();
    let (sender, back) = channel();
    desktop.give_back(ID, move |is_back| _ = sender.send(is_back));
    match (seen.as_deref(), back.recv_timeout(LONGEST)) {
        (Ok(TEXT), Ok(true)) => Ok(()),
        (Ok(TEXT), _) => Err("somebody has copied meanwhile, which stays".to_owned()),
        (Ok(_), _) => Err("another program read something else than was copied".to_owned()),
        (Err(error), _) => Err(format!("another program could not read what was copied: {error}")),
    }
}
