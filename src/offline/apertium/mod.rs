//! `apertium`: translation by the language pairs of Apertium that are installed, with its own programs.
//!
//! Invariants: which pair is used is found out before anything is started, and what is missing is named; the text is
//! handed over on stdin; an empty translation is a failure, whatever the pipe's exit code says.

mod modes;

use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

use crate::engine::call::Request;
use crate::engine::event::BackendFailure;
use crate::engine::outcome::Note;
use crate::llm::request::Chunk;
use crate::offline::{BuiltinFailure, Made, command, data_folders, packages};
use crate::text::language::{self, Language};
use modes::Mode;

/// Below the folders for data: where packages of pairs put their directions.
const FOLDER: &str = "apertium/modes";

const PROGRAM: &str = "apertium";

/// Apertium takes a second for some ten pages: what takes longer hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// Some hundred pages.
const LARGEST_TEXT: usize = 512 << 10;

/// Programs of a pipe, and the packages that bring them.
const PROGRAMS: &[(&str, &str)] = &[
    ("lt-proc", "lttoolbox"),
    ("cg-proc", "cg3"),
    ("lrx-proc", "apertium-lex-tools"),
    ("hfst-proc", "hfst"),
    ("lsx-proc", "apertium-separable"),
    ("rtx-proc", "apertium-recursive"),
    ("apertium-anaphora", "apertium-anaphora"),
];

/// Translates as the `translate` action would: into the user's first language, or from it into the second.
///
/// # Errors
/// If the language of the text is not sure, if no installed pair translates it, or if Apertium fails.
pub async fn answer(request: &Request) -> Result<Made, BackendFailure> {
    let text = request.text.expose();
    if text.len() > LARGEST_TEXT {
        return Err(refusal("this is longer than Apertium is given at a time; select less"));
    }
    let (from, to) = direction(text, &request.languages)?;
    let installed = Mode::installed(&data_folders::folders(FOLDER));
    let mode = ready(&installed, from, to, &is_program)?;
    // Its programs end at once where the session's locale is not installed; the text is UTF-8 whatever that is.
    let argv = ["env", "LC_ALL=C.UTF-8", PROGRAM, "-u", "-d", &mode.data.to_string_lossy(), &mode.name];
    let argv = argv.map(str::to_owned);
    let mut translation = String::new();
    let running = command::run(&argv, &request.text, |chunk| {
        if let Chunk::Answer(piece) = chunk {
            translation.push_str(piece.expose());
        }
    });
    match timeout(LONGEST, running).await {
        Ok(ended) => ended.map(drop).map_err(named)?,
        Err(_) => return Err(refusal("Apertium did not end within a minute; select less, or ask a model")),
    }
    if translation.trim().is_empty() {
        return Err(BuiltinFailure::Unusable { what: pair(from, to), why: "it gave no translation".to_owned() }.into());
    }
    Ok(Made { text: translation.into(), notes: vec![Note::ByRules { from, to }] })
}

/// A direction as `doctor` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub from: Language,
    pub to: Language,
    /// `Spanish → Catalan`.
    pub title: String,
    /// A program that it needs and that is not there.
    pub missing: Option<String>,
}

/// The directions that are installed.
pub fn installed() -> Vec<Installed> {
    let modes = Mode::installed(&data_folders::folders(FOLDER)).into_iter();
    let checked = modes.map(|mode| Installed {
        from: mode.from,
        to: mode.to,
        title: pair(mode.from, mode.to),
        missing: missing(&mode, &is_program),
    });
    checked.collect()
}

fn refusal(sentence: &str) -> BackendFailure {
    BuiltinFailure::NotFitting(sentence.to_owned()).into()
}

/// The program that failed is Apertium, not what started it.
fn named(failure: BackendFailure) -> BackendFailure {
    match failure {
        BackendFailure::CommandFailed { status, message, .. } => {
            BackendFailure::CommandFailed { program: PROGRAM.to_owned(), status, message }
        }
        other => other,
    }
}

fn pair(from: Language, to: Language) -> String {
    format!("{} → {}", from.english_name(), to.english_name())
}

fn direction(text: &str, languages: &[Language]) -> Result<(Language, Language), BackendFailure> {
    let direction = language::translation(text, languages);
    match direction.source {
        None => Err(refusal("the language of this text is not sure; select more of it")),
        Some(from) if from == direction.target => {
            Err(refusal("the text is in your only language already; name a second one in the config"))
        }
        Some(from) => Ok((from, direction.target)),
    }
}

/// The mode for this direction, if all that it needs is there.
fn ready<'a>(
    installed: &'a [Mode],
    from: Language,
    to: Language,
    is_there: &dyn Fn(&str) -> bool,
) -> Result<&'a Mode, BuiltinFailure> {
    let Some(mode) = installed.iter().find(|mode| (mode.from, mode.to) == (from, to)) else {
        let what = format!("translator from {} to {}", from.english_name(), to.english_name());
        return Err(BuiltinFailure::NotInstalled {
            what,
            packages: packages::translator(from, to).into_iter().collect(),
        });
    };
    match missing(mode, is_there) {
        None => Ok(mode),
        Some(program) => {
            let package = PROGRAMS.iter().find(|(name, _)| *name == program).map_or(PROGRAM, |(_, package)| package);
            let what = format!("program {program}, which Apertium needs for {},", pair(from, to));
            Err(BuiltinFailure::NotInstalled { what, packages: vec![package.to_owned()] })
        }
    }
}

fn missing(mode: &Mode, is_there: &dyn Fn(&str) -> bool) -> Option<String> {
    let all = std::iter::once(PROGRAM.to_owned()).chain(mode.programs());
    all.into_iter().find(|program| !is_there(program))
}

/// Whether it stands in a folder of the search path, or is a path itself.
fn is_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Path::new(name).is_absolute() && Path::new(name).is_file()
        || std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(code: &str) -> Language {
        Language::from_code(code).unwrap()
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let modes = folder.path().join("modes");
        std::fs::create_dir(&modes).unwrap();
        std::fs::write(modes.join("spa-cat.mode"), "lt-proc a | cg-proc b").unwrap();
        let installed = Mode::installed(&[modes]);
        let ready = |from: &str, to: &str, there: &[&str]| {
            let is_there = |program: &str| there.contains(&program);
            ready(&installed, language(from), language(to), &is_there).map(|mode| mode.name.clone())
        };
        let missing = |what: &str, packages: &[&str]| {
            let packages = packages.iter().map(|package| (*package).to_owned()).collect();
            Err(BuiltinFailure::NotInstalled { what: what.to_owned(), packages })
        };
        assert_eq!(ready("es", "ca", &["apertium", "lt-proc", "cg-proc"]), Ok("spa-cat".to_owned()));
        assert_eq!(
            ready("es", "ca", &["apertium", "lt-proc"]),
            missing("program cg-proc, which Apertium needs for Spanish → Catalan,", &["cg3"])
        );
        assert_eq!(ready("pt", "ca", &[]), missing("translator from Portuguese to Catalan", &["apertium-por-cat"]));
        assert_eq!(ready("de", "ja", &[]), missing("translator from German to Japanese", &[]));
    }

    #[test]
    fn directions_are_those_of_the_translate_action() {
        let direction = |codes: &str, text: &str| {
            let languages: Vec<_> = codes.split(' ').map(language).collect();
            direction(text, &languages)
                .map(|(from, to)| (from.code(), to.code()))
                .map_err(|failure| failure.to_string())
        };
        let spanish = "El gato duerme en la casa y no quiere salir";
        assert_eq!(direction("ca es", spanish), Ok(("es", "ca")));
        assert_eq!(direction("es ca", spanish), Ok(("es", "ca")));
        assert_eq!(
            direction("en", "This is what I meant to say"),
            Err("the text is in your only language already; name a second one in the config".into())
        );
        assert!(direction("es ca", "Madrid").unwrap_err().contains("not sure"));
    }
}
