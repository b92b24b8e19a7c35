//! Completions and manual pages, made from the same arguments that are parsed.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::arguments::Arguments;
use crate::cli::output;

pub fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "postil", &mut script);
    output::write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

pub fn man(into: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    match into {
        Some(folder) => clap_mangen::generate_to(Arguments::command(), &folder)
            .with_context(|| format!("the pages could not be written to {}", folder.display()))?,
        None => output::write_all(&main_page().context("the page could not be made")?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn main_page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    Ok(page)
}
