//! Opens a file as the desktop opens files of its kind, for commands of launchers: those have no terminal to print on.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::offline::command;

pub fn open(file: &Path) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let opened = runtime.context("the runtime could not start")?.block_on(command::open_file(file));
    opened.with_context(|| format!("{} could not be opened", file.display()))?;
    Ok(ExitCode::SUCCESS)
}
