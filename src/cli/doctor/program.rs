//! What there is of the program itself: its configuration, its daemon, its start at login; and who answers.

use super::finding::Finding;
use crate::action::ModelChoice;
use crate::cli::autostart;
use crate::cli::run::runtime;
use crate::config::Settings;
use crate::config::load::{self, Loaded};
use crate::config::paths::{Paths, process_env};
use crate::ipc::client::AskError;
use crate::ipc::message::Status;
use crate::llm::client::Client;
use crate::llm::roster;
use crate::text::sentences;

/// The settings too, where there are any: the privacy rules among them say what may be read.
pub fn config(paths: &Paths) -> (Finding, Option<Settings>) {
    let name = "config";
    let file = paths.config_file.display().to_string();
    let (mistakes, settings) = match load::load(paths, &process_env, None) {
        Ok(Loaded { settings, mistakes, .. }) => (mistakes, Some(settings)),
        Err(mistakes) => (mistakes, None),
    };
    let in_words = |first: &dyn std::fmt::Display| match mistakes.len() {
        1 => format!("1 mistake: {first}"),
        many => format!("{many} mistakes, the first: {first}"),
    };
    let finding = match (mistakes.first(), &settings) {
        (None, _) if paths.config_file.exists() => Finding::ok(name, file),
        (None, _) => Finding::ok(name, format!("{file} is not there, so all is default")),
        (Some(first), Some(_)) => Finding::limited(name, in_words(first), "`postil config check` lists all"),
        (Some(first), None) => Finding::missing(name, in_words(first), "`postil config check` lists all"),
    };
    (finding.how("reading it as the daemon does"), settings)
}

pub fn running(asked: &Result<Status, AskError>) -> Finding {
    let name = "daemon";
    let finding = match asked {
        Ok(status) => {
            let found = format!("postil {} runs (process {})", status.version, status.pid);
            match status.paused {
                true => Finding::limited(name, found + ", paused", "`postil resume` lets it go on"),
                false => Finding::ok(name, found),
            }
        }
        Err(AskError::NoDaemon) => Finding::limited(name, "none runs in this session", "start it with `postil`"),
        Err(error) => Finding::missing(name, error.to_string(), "end its process and start it again with `postil`"),
    };
    finding.how("its socket")
}

pub fn login() -> Finding {
    let finding = match autostart::is_on() {
        true => Finding::ok("autostart", "starts at login"),
        false => Finding::ok("autostart", "does not start at login; `postil setup --autostart on` changes that"),
    };
    finding.how("the XDG autostart folder")
}

/// Who answers where an action names no model.
pub fn models(settings: &Settings) -> Finding {
    let name = "model";
    let surveyed = runtime().map(|runtime| runtime.block_on(Client::default().survey(&settings.providers)));
    let survey = match surveyed {
        Ok(survey) => survey,
        Err(error) => return Finding::missing(name, error.to_string(), "try again"),
    };
    let finding = match roster::resolve(&ModelChoice::Auto, settings, &survey) {
        Ok(target) => Finding::ok(name, format!("auto is {} at {}", target.label(), target.provider.base_url)),
        Err(unresolved) => {
            Finding::limited(name, "none is ready; text tools work without", sentences::unresolved(&unresolved))
        }
    };
    finding.how("keys at hand, and local servers asked for their models")
}
