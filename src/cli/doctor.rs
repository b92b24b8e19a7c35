//! `postil doctor`: what this desktop can and cannot do, how that was found out, and what to do.
//!
//! Invariants: it changes nothing (`--try` alone acts, and puts back; `--open` writes its own page), and it never hangs. Every examination is on a thread
//! of its own and each of its questions has a bound; one that a stopped display server holds up all the same is given up
//! by [`all`], and its thread ends with the process.

mod around;
mod desktop;
mod finding;
mod offline;
mod page;
mod program;
mod trial;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::cli::output::say;
use crate::cli::{environment, open};
use crate::config::Settings;
use crate::config::paths::process_env;
use crate::ipc::client::{self, AskError};
use crate::ipc::message::{Reply, Request, Status};
use crate::ipc::place;
use crate::store::file::replace;

use finding::{Finding, State};

/// How long anything may take for one answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long an examination may take with all its questions. One after the other, the slowest has three.
const LONGEST: Duration = Duration::from_secs(8);

/// What the running daemon said of itself, once it has.
type Daemon = Arc<OnceLock<Result<Status, AskError>>>;

/// Finds out what belongs together, and reports each finding as soon as it is known.
struct Examination {
    names: &'static [&'static str],
    examine: Box<dyn FnOnce(&Report) + Send>,
}

/// Where findings go.
type Report = Sender<Finding>;

pub use trial::clipboard::{COMMAND as TRY_CLIPBOARD, main as try_clipboard};

/// Examines everything and prints it; with `tries`, does it too. Exit 1 if something is missing.
pub fn examine(json: bool, tries: bool) -> anyhow::Result<ExitCode> {
    let (config, settings) = program::config(&environment::paths()?);
    let settings = settings.map(Arc::new);
    let mut findings = all(examinations(config, settings.clone()), LONGEST);
    let (width, has_colours) = (page::width(), page::has_colours());
    if !json {
        say(&page::page(&findings, width, has_colours))?;
    }
    if tries {
        trial::try_all(settings.as_deref(), |finding| {
            if !json {
                // A closed pipe ends the program before it tries more.
                let _ = say(page::one(&finding, width, has_colours).trim_end());
            }
            findings.push(finding);
        });
    }
    if json {
        say(&finding::as_json(&findings))?;
    }
    let missing = findings.iter().any(|finding| finding.state == State::Missing);
    Ok(if missing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Examines everything, and has the desktop show it.
pub fn open() -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    let (config, settings) = program::config(&paths);
    let findings = all(examinations(config, settings.map(Arc::new)), LONGEST);
    // Among what is kept in memory: it is of this moment.
    let file = place::own_folder(&paths)?.join("doctor.txt");
    let page = page::page(&findings, page::USUAL_WIDTH, false);
    replace(&file, page.as_bytes()).with_context(|| format!("{} could not be written", file.display()))?;
    open::open(&file)
}

fn examinations(config: Finding, settings: Option<Arc<Settings>>) -> Vec<Examination> {
    let languages = settings.as_ref().map(|settings| settings.languages.clone());
    let daemon = Daemon::default();
    let (of_daemon, for_shortcuts, for_tray) = (Arc::clone(&daemon), Arc::clone(&daemon), daemon);
    let of_desktop = settings.clone();
    let mut examinations = vec![
        Examination::new(desktop::NAMES, move |report| desktop::examine(of_desktop.as_deref(), &for_shortcuts, report)),
        Examination::new(&["desktop", "protocols"], |report| {
            send(report, desktop::compositor(&process_env));
            send(report, desktop::protocols(&process_env));
        }),
        Examination::new(&["portals"], |report| send(report, around::portals())),
        Examination::new(&["notifications"], |report| send(report, around::notifications())),
        Examination::new(&["tray"], move |report| send(report, around::tray(&for_tray))),
        Examination::new(&["keyring"], |report| send(report, around::keyring())),
        Examination::new(&["config"], |report| send(report, config)),
        Examination::new(&["daemon"], move |report| send(report, program::running(of_daemon.get_or_init(ask_daemon)))),
        Examination::new(&["autostart"], |report| send(report, program::login())),
    ];
    if let Some(settings) = settings {
        examinations.push(Examination::new(&["model"], move |report| send(report, program::models(&settings))));
    }
    if let Some(languages) = languages {
        let offline =
            move |report: &Report| offline::findings(&languages).into_iter().for_each(|found| send(report, found));
        examinations.push(Examination::new(&[], offline));
    }
    examinations
}

impl Examination {
    fn new(names: &'static [&'static str], examine: impl FnOnce(&Report) + Send + 'static) -> Self {
        Self { names, examine: Box::new(examine) }
    }
}

/// Nobody listens any more once the examination is over.
fn send(report: &Report, finding: Finding) {
    let _ = report.send(finding);
}

fn ask_daemon() -> Result<Status, AskError> {
    let socket = environment::socket().map_err(|_| AskError::NoDaemon)?;
    match client::ask(&socket, &Request::Status)? {
        Reply::Status(status) => Ok(status),
        _ => Err(AskError::Silent),
    }
}

/// Runs all of them side by side, for as long as `bound`. What was not found out by then is a finding too. They come in
/// the page's order.
fn all(examinations: Vec<Examination>, bound: Duration) -> Vec<Finding> {
    let (sender, receiver) = channel();
    let names: Vec<&'static str> = examinations.iter().flat_map(|one| one.names).copied().collect();
    for Examination { examine, .. } in examinations {
        let sender = sender.clone();
        let thread = std::thread::Builder::new().name("doctor".into());
        // One that panics has said so by itself; here it is one that does not answer.
        let spawned = thread.spawn(move || drop(catch_unwind(AssertUnwindSafe(|| examine(&sender)))));
        if let Err(error) = spawned {
            log::warn!("an examination has no thread: {error}");
        }
    }
    drop(sender);
    let end = Instant::now() + bound;
    let mut findings: Vec<Finding> = Vec::new();
    while let Ok(finding) = receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
        findings.push(finding);
    }
    for name in names {
        if !findings.iter().any(|finding| finding.name == name) {
            findings.push(finding::unanswered(name, bound));
        }
    }
    findings.sort_by_key(|finding| page::place(finding.name));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_or_panics_holds_up_nobody() {
        let examinations = vec![
            Examination::new(&["tray"], |_| {
                loop {
                    std::thread::park();
                }
            }),
            Examination::new(&["keyring"], |_| panic!("as a test")),
            Examination::new(&["display", "clipboard"], |report| {
                send(report, Finding::ok("display", "there"));
                loop {
                    std::thread::park();
                }
            }),
        ];
        let found = all(examinations, Duration::from_millis(50));
        let found: Vec<_> = found.iter().map(|finding| (finding.name, finding.state.word())).collect();
        let expected = [("display", "ok"), ("clipboard", "missing"), ("tray", "missing"), ("keyring", "missing")];
        assert_eq!(found, expected);
    }
}
