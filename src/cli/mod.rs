//! The command line: arguments in, exit code out. One file per command; they print and never decide.
//!
//! Exit codes (see the specification): 0 done, 1 the job failed, 2 wrong use or configuration, 3 no daemon runs,
//! 4 not sent on purpose, 130 interrupted.

mod actions;
mod apart;
mod arguments;
mod autostart;
mod change;
mod config;
mod doctor;
mod each;
mod environment;
pub mod hardening;
mod input;
mod key;
mod models;
mod open;
mod output;
mod packagers;
mod printer;
mod question;
mod refusal;
mod run;
mod setup;
mod talk;
mod usage;

use std::io::{Write, stderr};
use std::panic;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};
use refusal::Refusal;

use crate::daemon::holder;
#[cfg(feature = "harper")]
use crate::offline::fix::{child, proofreader};

/// Wrong use or wrong configuration.
const WRONG_USE: u8 = 2;
/// Not sent, on purpose: privacy, size.
const NOT_SENT: u8 = 4;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    log_to_stderr();
    keep_panics_short();
    hardening::harden();
    // Started by postil itself, so it is no command: neither help nor completions offer it.
    if std::env::args_os().nth(1).is_some_and(|word| word == holder::COMMAND) {
        return code_of(run::hold_clipboard());
    }
    if std::env::args_os().nth(1).is_some_and(|word| word == doctor::TRY_CLIPBOARD) {
        return code_of(doctor::try_clipboard());
    }
    #[cfg(feature = "harper")]
    if std::env::args_os().nth(1).is_some_and(|word| word == proofreader::COMMAND) {
        return child::main(std::env::args_os().nth(2));
    }
    if std::env::args_os().nth(1).is_some_and(|word| word == crate::daemon::apart::COMMAND) {
        return code_of(run::run_apart());
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for; everything else is wrong use. A closed pipe changes neither.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::SUCCESS } else { ExitCode::from(WRONG_USE) };
        }
    };
    code_of(perform(arguments.command.unwrap_or(Command::Daemon)))
}

/// What failed is said here, with its chain of causes, and nowhere else.
fn code_of(result: anyhow::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("postil: {error:#}");
        error.downcast_ref::<Refusal>().map_or(ExitCode::FAILURE, |refusal| ExitCode::from(refusal.exit))
    })
}

fn perform(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Daemon => crate::daemon::serve::main(environment::paths()?, printer::end, None),
        Command::Run(run) => run::run(run),
        Command::Ask(ask) => run::ask(ask),
        Command::Trigger { action } => talk::trigger(action),
        Command::Pick { start: false } => talk::pick(),
        Command::Pick { start: true } => talk::pick_or_start(),
        Command::Cancel { job } => talk::cancel(job),
        Command::Undo => talk::undo(),
        Command::Last { number, copy, json } => talk::last(number.into(), copy, json),
        Command::Actions(list) => actions::list(&list),
        Command::Config { command } => config::perform(command),
        Command::Setup { autostart: Some(wish) } => autostart::set(wish),
        Command::Setup { autostart: None } => setup::converse(),
        Command::Key { command } => key::perform(command),
        Command::Models { update: Some(file), .. } => models::update(&file),
        Command::Models { json: true, .. } => models::list(models::Form::Json),
        Command::Models { all: true, .. } => models::list(models::Form::All),
        Command::Models { .. } => models::list(models::Form::Words),
        Command::Cost(cost) => run::cost(cost),
        Command::Usage { by, json } => usage::show(by.into(), json),
        Command::Doctor { open: true, .. } => doctor::open(),
        Command::Doctor { json, tries, .. } => doctor::examine(json, tries),
        Command::Stop => talk::stop(),
        Command::Reload => talk::reload(),
        Command::Pause => talk::pause(),
        Command::Resume => talk::resume(),
        Command::Status { json } => talk::status(json),
        Command::Completions { shell } => packagers::completions(shell),
        Command::Man { into } => packagers::man(into),
    }
}

/// Logs go to stderr, warnings and worse unless `POSTIL_LOG` says more. They never hold text, prompts, answers or keys.
fn log_to_stderr() {
    let levels = env_logger::Env::new().filter_or("POSTIL_LOG", "warn");
    env_logger::Builder::from_env(levels).format_target(false).init();
}

/// A panic is told by its place alone: its own words may quote the user's text.
fn keep_panics_short() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" ({place})")).unwrap_or_default();
        // Where stderr is closed nobody is told; a panic here would end the process.
        let _ = writeln!(stderr(), "postil: this is a mistake in postil itself{place}; please report it");
    }));
}
