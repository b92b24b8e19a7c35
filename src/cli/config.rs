//! `postil config`: where it is, what is wrong with it, what is in force.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::arguments::Config;
use crate::cli::output::say;
use crate::cli::{WRONG_USE, environment, open};
use crate::config::load::{self, Loaded};
use crate::config::paths::process_env;
use crate::config::{self, init};

pub fn perform(command: Config) -> anyhow::Result<ExitCode> {
    match command {
        Config::Path => path(),
        Config::Init => init(),
        Config::Open => open(),
        Config::Check => check(),
        Config::Show => show(),
        Config::Schema => {
            say(&format!("{:#}", config::schema::config()))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn path() -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    say(&format!("{}\n{}", paths.config_file.display(), paths.prompts_dir.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn init() -> anyhow::Result<ExitCode> {
    let file = environment::paths()?.config_file;
    match init::init(&file).with_context(|| format!("{} could not be written", file.display()))? {
        true => eprintln!("postil: wrote {}; every line in it is commented out and shows the default", file.display()),
        false => eprintln!("postil: {} is there already and stays as it is", file.display()),
    }
    Ok(ExitCode::SUCCESS)
}

fn open() -> anyhow::Result<ExitCode> {
    let file = environment::paths()?.config_file;
    init::init(&file).with_context(|| format!("{} could not be written", file.display()))?;
    open::open(&file)
}

/// Every mistake of every file, one a line, to stdout: it is what was asked for.
fn check() -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    let mistakes = match load::load(&paths, &process_env, None) {
        Ok(Loaded { mistakes, .. }) => mistakes,
        Err(mistakes) => mistakes,
    };
    if mistakes.is_empty() {
        eprintln!("postil: no mistakes in {} and {}", paths.config_file.display(), paths.prompts_dir.display());
        return Ok(ExitCode::SUCCESS);
    }
    for mistake in mistakes {
        say(&mistake.to_string())?;
    }
    Ok(ExitCode::from(WRONG_USE))
}

fn show() -> anyhow::Result<ExitCode> {
    let Ok(settings) = environment::settings(&environment::paths()?) else { return Ok(ExitCode::from(WRONG_USE)) };
    say(config::show::show(&settings).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
