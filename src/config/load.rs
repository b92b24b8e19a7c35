//! Reads `config.toml` and all prompt files at once, with every mistake of all of them.
//!
//! Invariant: a `config.toml` with a mistake changes nothing; a prompt file with one keeps its last good version. Where
//! there is no good version at all, the settings that come out allow no sending.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::action::file::{self as prompt_file, PromptFile};
use crate::action::{Action, ActionName, Origin, shipped};
use crate::config::diagnostic::Diagnostic;
use crate::config::file::{self as config_file, ConfigFile};
use crate::config::last_good;
use crate::config::locate::{Source, unreadable};
use crate::config::paths::{Env, Paths};
use crate::config::reader::Report;
use crate::config::resolve::{self, Actions, Names};
use crate::config::{Settings, Written};
use crate::llm::models::Catalogue;

/// Larger files are something else.
const LARGEST_CONFIG: u64 = 256 << 10;
const LARGEST_PROMPT: u64 = 256 << 10;

const CONFIG_NAME: &str = "config.toml";

/// Settings that can be put in force.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    /// Mistakes in spite of which there are settings, by file and line.
    pub mistakes: Vec<Diagnostic>,
    /// What was read without a mistake, by its name below the folder of the last good copies; `config.toml` at least,
    /// unless that is what had the mistake.
    good: Vec<(PathBuf, String)>,
}

impl Loaded {
    /// Keeps copies of the good files for a later start with a bad one. Settings that come from copies change none.
    pub fn keep(&self, paths: &Paths) -> io::Result<()> {
        if self.good.is_empty() {
            return Ok(());
        }
        last_good::keep(&paths.last_good_dir(), &self.good)
    }
}

/// Reads all files as they are now. `Err`: `config.toml` has mistakes (those of the prompt files are told with them),
/// and what was in force stays. `in_force`: the settings of this process until now, whose actions stay where their
/// files became bad; without them, and for a new process, there are the copies in the state folder.
pub fn load(paths: &Paths, env: Env<'_>, in_force: Option<&Settings>) -> Result<Loaded, Vec<Diagnostic>> {
    let source = read_config(&paths.config_file).map_err(|mistake| vec![mistake]);
    let prompts = read_prompts(paths);
    let place = Place { paths, env, in_force };
    match source.and_then(|source| Ok((config_file::read_leniently(&source)?, source))) {
        Ok(((file, mistakes), source)) if mistakes.is_empty() => assemble(&place, &source, &file, prompts),
        Ok(((file, mistakes), source)) => Err(all_mistakes(&file, mistakes, assemble(&place, &source, &file, prompts))),
        Err(mistakes) => Err(sorted(mistakes.into_iter().chain(prompts.mistakes).collect())),
    }
}

/// The mistakes of a file as it was written, and those that show only against the rest; without such as only follow from
/// the former, because what was wrong was left out.
fn all_mistakes(
    file: &ConfigFile,
    written: Vec<Diagnostic>,
    assembled: Result<Loaded, Vec<Diagnostic>>,
) -> Vec<Diagnostic> {
    let more = match assembled {
        Ok(loaded) => loaded.mistakes,
        Err(mistakes) => mistakes,
    };
    let is_new = |mistake: &Diagnostic| !written.iter().any(|before| follows(file, before, mistake));
    let more: Vec<_> = more.into_iter().filter(is_new).collect();
    sorted(written.into_iter().chain(more).collect())
}

/// Whether `mistake` is of a line, or of a table, in which `before` stands already.
fn follows(file: &ConfigFile, before: &Diagnostic, mistake: &Diagnostic) -> bool {
    let keys_at = |line: usize| file.lines.iter().filter(move |(_, at)| **at == line).map(|(key, _)| key);
    let is_within = |key: &str, table: &str| key.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
    before.file == mistake.file
        && (before.line == mistake.line
            || keys_at(mistake.line).any(|table| keys_at(before.line).any(|key| is_within(key, table))))
}

/// As [`load`], for a start: there are always settings. Where `config.toml` has mistakes its last good version is used,
/// and where there is none, settings that allow no sending.
pub fn start(paths: &Paths, env: Env<'_>) -> Loaded {
    match load(paths, env, None) {
        Ok(loaded) => loaded,
        Err(mistakes) => {
            let settings =
                last_good_settings(paths, env).unwrap_or_else(|| resolve::restricted(shipped_actions(), env));
            Loaded { settings, mistakes, good: Vec::new() }
        }
    }
}

/// Every mistake of every file, for `config check`.
pub fn check(paths: &Paths, env: Env<'_>) -> Vec<Diagnostic> {
    match load(paths, env, None) {
        Ok(loaded) => loaded.mistakes,
        Err(mistakes) => mistakes,
    }
}

/// What holds where the user has written nothing at all.
pub fn defaults(env: Env<'_>) -> Settings {
    Settings { sending_allowed: true, written: Written::default(), ..resolve::restricted(shipped_actions(), env) }
}

fn last_good_settings(paths: &Paths, env: Env<'_>) -> Option<Settings> {
    let folder = paths.last_good_dir();
    let text = last_good::read(&folder, Path::new(CONFIG_NAME))?;
    let source = Source::new(folder.join(CONFIG_NAME), &text);
    let file = config_file::read(&source).ok()?;
    let place = Place { paths, env, in_force: None };
    assemble(&place, &source, &file, read_prompts(paths)).ok().map(|loaded| loaded.settings)
}

/// The user's prompt files, and what was wrong with those that are not among them.
#[derive(Default)]
struct Prompts {
    files: Vec<PromptFile>,
    broken: BTreeSet<ActionName>,
    mistakes: Vec<Diagnostic>,
}

fn read_prompts(paths: &Paths) -> Prompts {
    let mut prompts = Prompts::default();
    for path in prompt_paths(&paths.prompts_dir, &mut prompts.mistakes) {
        let Some(name) = prompt_file::name_of(&path) else { continue };
        match read_prompt(&path) {
            Ok(file) if prompts.files.iter().any(|other| other.action.name == name) => {
                let help = "rename one of them";
                prompts.mistakes.push(file.source.sealed_mistake(&(0..0), format!("`{name}` is there twice"), help));
            }
            Ok(file) => prompts.files.push(file),
            Err(mistakes) => prompts.refuse(name, mistakes),
        }
    }
    prompts
}

impl Prompts {
    fn refuse(&mut self, name: ActionName, mistakes: Vec<Diagnostic>) {
        self.mistakes.extend(mistakes);
        self.broken.insert(name);
    }

    /// Files that name a model which there is not are bad ones too.
    fn check_models(&mut self, names: &Names) {
        for file in std::mem::take(&mut self.files) {
            let mistakes = model_mistakes(&file, names);
            match mistakes.is_empty() {
                true => self.files.push(file),
                false => self.refuse(file.action.name, mistakes),
            }
        }
    }
}

fn model_mistakes(file: &PromptFile, names: &Names) -> Vec<Diagnostic> {
    let report = Report::new(&file.source);
    for model in &file.models {
        names.check(&report, model);
    }
    report.into_mistakes()
}

/// The user's own table of models, or the shipped one. It was read before it was put there; what has become of it since is
/// for the log alone.
fn catalogue(paths: &Paths) -> Catalogue {
    let Ok(table) = fs::read_to_string(paths.models_file()) else { return Catalogue::default() };
    Catalogue::read(&table).unwrap_or_else(|bad| {
        log::warn!("the table of models {} is not used: {bad}", paths.models_file().display());
        Catalogue::default()
    })
}

/// Where and under which circumstances files are read.
struct Place<'a> {
    paths: &'a Paths,
    env: Env<'a>,
    in_force: Option<&'a Settings>,
}

fn assemble(
    place: &Place<'_>,
    source: &Source,
    file: &ConfigFile,
    mut prompts: Prompts,
) -> Result<Loaded, Vec<Diagnostic>> {
    let names = resolve::names(file, place.env).with_catalogue(&catalogue(place.paths));
    prompts.check_models(&names);
    let mut good = good_files(source, &prompts.files);
    prompts.broken.retain(|name| {
        let copy = last_good_prompt(place.paths, name, &names);
        good.extend(copy.iter().map(|file| (copy_name(name), file.source.text().to_owned())));
        let stays = place.in_force.and_then(|settings| prompt_in_force(settings, name)).or(copy);
        let is_gone = stays.is_none();
        prompts.files.extend(stays);
        is_gone
    });
    let mut actions = shipped_actions();
    for name in &prompts.broken {
        // The user's file stands in the shipped one's place even while it cannot be read: it may be stricter.
        actions.files.remove(name);
    }
    actions.files.extend(prompts.files.into_iter().map(|file| (file.action.name.clone(), file)));
    actions.broken = prompts.broken;
    let all = |more| sorted(prompts.mistakes.into_iter().chain(more).collect());
    match resolve::settings(source, file, names, actions, place.env) {
        Ok((settings, clashes)) => Ok(Loaded { settings, mistakes: all(clashes), good }),
        Err(mistakes) => Err(all(mistakes)),
    }
}

fn shipped_actions() -> Actions {
    let files = shipped::files().into_iter().map(|file| (file.action.name.clone(), file)).collect();
    Actions { files, broken: BTreeSet::new() }
}

fn good_files(config: &Source, prompts: &[PromptFile]) -> Vec<(PathBuf, String)> {
    let prompts = prompts.iter().map(|file| (copy_name(&file.action.name), file.source.text().to_owned()));
    prompts.chain([(PathBuf::from(CONFIG_NAME), config.text().to_owned())]).collect()
}

fn copy_name(name: &ActionName) -> PathBuf {
    Path::new(last_good::PROMPTS).join(format!("{name}.md"))
}

fn last_good_prompt(paths: &Paths, name: &ActionName, names: &Names) -> Option<PromptFile> {
    let path = paths.last_good_dir().join(copy_name(name));
    let text = last_good::read(&paths.last_good_dir(), &copy_name(name))?;
    let file = prompt_file::read(Source::new(&path, &text), Origin::User(path)).ok()?;
    model_mistakes(&file, names).is_empty().then_some(file)
}

/// It needs no text: it was checked when it came into force.
fn prompt_in_force(settings: &Settings, name: &ActionName) -> Option<PromptFile> {
    let action = settings.actions.get(name)?;
    let Origin::User(path) = &action.file else { return None };
    Some(PromptFile {
        action: Action::clone(action),
        source: Source::new(path, ""),
        models: Vec::new(),
        shortcut_at: None,
    })
}

/// In order of their names; a folder that is not there has none.
fn prompt_paths(folder: &Path, mistakes: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            mistakes.push(unreadable(folder, "this folder cannot be read", error.kind().to_string()));
            return Vec::new();
        }
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// No file is one without a word: all is default. Behind a link that leads nowhere (the file's, or a folder's on the way)
/// there is a file whose rules are not known now.
fn read_config(path: &Path) -> Result<Source, Diagnostic> {
    if let Some(text) = read_file(path, LARGEST_CONFIG)? {
        return Ok(Source::new(path, &text));
    }
    match path.ancestors().find(|place| place.is_symlink() && !place.exists()) {
        Some(link) => Err(leads_nowhere(link)),
        None => Ok(Source::new(path, "")),
    }
}

fn leads_nowhere(path: &Path) -> Diagnostic {
    unreadable(path, "this file leads nowhere", "repair the link, or take it away")
}

fn read_prompt(path: &Path) -> Result<PromptFile, Vec<Diagnostic>> {
    match read_file(path, LARGEST_PROMPT) {
        Ok(Some(text)) => prompt_file::read(Source::new(path, &text), Origin::User(path.to_owned())),
        Ok(None) => Err(vec![leads_nowhere(path)]),
        Err(mistake) => Err(vec![mistake]),
    }
}

/// `None` where there is no file.
fn read_file(path: &Path, largest: u64) -> Result<Option<String>, Diagnostic> {
    let refuse = |help: String| Err(unreadable(path, "this file cannot be read", help));
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return refuse(error.kind().to_string()),
        // A pipe or a device would be waited for.
        Ok(metadata) if !metadata.is_file() => return refuse("it is no plain file".to_owned()),
        Ok(metadata) if metadata.len() > largest => return refuse(format!("it is larger than {largest} bytes")),
        Ok(_) => {}
    }
    match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(Some(text)),
        Ok(Err(error)) => {
            let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            let source = Source::new(path, &before);
            Err(source.sealed_mistake(&(before.len()..before.len()), "not UTF-8 text", "save it as UTF-8"))
        }
        Err(error) => refuse(error.kind().to_string()),
    }
}

fn sorted(mut mistakes: Vec<Diagnostic>) -> Vec<Diagnostic> {
    mistakes.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    mistakes
}
