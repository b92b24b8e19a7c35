//! Where a key is had from: the environment or a command of the user's (`pass`, `op`, …), at the moment it is needed.
//!
//! Invariant: a key is held as a [`Secret`] and stands in no error; a command is run only when a request needs its key.

use std::env;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::refusal::shortened;
use super::request::CallFailure;
use crate::config::{KeySource, Provider};
use crate::text::sealed::{ForeignText, Secret};

/// A password store may ask for a passphrase first; much longer, and the person has gone.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);

/// The key of the first source that has one; `None` where none has. A command that fails is told only if no later
/// source has a key.
pub async fn read(provider: &Provider) -> Result<Option<Secret>, CallFailure> {
    let mut failure = None;
    for source in &provider.keys {
        match source {
            KeySource::Env(name) => match from_environment(name) {
                Some(key) => return Ok(Some(key)),
                None => continue,
            },
            KeySource::Command(words) => match from_command(words).await {
                Ok(key) => return Ok(Some(key)),
                Err(message) => failure = Some(command_failure(provider, words, message)),
            },
            // The system's keyring is not asked by this version: as if nothing were in it.
            KeySource::Keyring => {}
        }
    }
    failure.map_or(Ok(None), Err)
}

/// Whether a source seems to have a key. No command is run for that: it could ask for a passphrase.
pub fn at_hand(provider: &Provider) -> bool {
    provider.keys.iter().any(|source| match source {
        KeySource::Env(name) => from_environment(name).is_some(),
        KeySource::Command(words) => words.first().is_some_and(|program| is_installed(program)),
        KeySource::Keyring => false,
    })
}

fn from_environment(name: &str) -> Option<Secret> {
    let value = env::var(name).ok()?;
    let key = value.trim();
    (!key.is_empty()).then(|| key.into())
}

/// The first line of the command's stdout, or its last words.
async fn from_command(words: &[String]) -> Result<Secret, ForeignText> {
    let (program, arguments) = words.split_first().ok_or_else(ForeignText::default)?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = timeout(COMMAND_LIMIT, command.output()).await.map_err(|_| ForeignText::from("no answer in time"))?;
    let output = output.map_err(|error| shortened(&error.to_string()))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    match stdout.lines().next().map(str::trim).filter(|key| !key.is_empty() && output.status.success()) {
        Some(key) => Ok(key.into()),
        None => Err(last_words(&output.stderr)),
    }
}

fn last_words(stderr: &[u8]) -> ForeignText {
    shortened(String::from_utf8_lossy(stderr).lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default())
}

fn command_failure(provider: &Provider, words: &[String], message: ForeignText) -> CallFailure {
    let program = words.first().cloned().unwrap_or_default();
    CallFailure::KeyCommand { provider: provider.name.clone(), program, message }
}

fn is_installed(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).is_file();
    }
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
