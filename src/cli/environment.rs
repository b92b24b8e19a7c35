//! What a command starts from: the process's environment, the folders, the settings that are in force.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::WRONG_USE;
use crate::config::paths::{Paths, process_env};
use crate::config::{Settings, load};
use crate::ipc::place;

/// The folders of this user.
pub fn paths() -> anyhow::Result<Paths> {
    Ok(Paths::from_env(&process_env)?)
}

/// The settings in force; mistakes go to stderr, all of them. A command runs with the last good ones beside a bad
/// prompt file, and not at all with a bad config.
pub fn settings(paths: &Paths) -> Result<Arc<Settings>, ExitCode> {
    match load::load(paths, &process_env, None) {
        Ok(loaded) => {
            loaded.mistakes.iter().for_each(|mistake| eprintln!("postil: {mistake}"));
            Ok(Arc::new(loaded.settings))
        }
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| eprintln!("postil: {mistake}"));
            Err(ExitCode::from(WRONG_USE))
        }
    }
}

/// The socket of this session's daemon.
pub fn socket() -> anyhow::Result<PathBuf> {
    Ok(place::socket_to_ask(&place::folder(&paths()?), &process_env))
}
