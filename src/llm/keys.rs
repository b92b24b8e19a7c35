//! Where a key is had from: the environment, a command of the user's (`pass`, `op`, …) or the system's keyring, at the
//! moment it is needed; and which of several is used.
//!
//! Invariant: a key is held as a [`Secret`] and stands in no error; a command is run and the keyring is opened only when
//! a request needs its key. What the keyring gave is kept in memory until the settings are read anew, so that the next
//! key press does not wait for it.

mod rests;

use std::collections::{HashMap, VecDeque};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::time::timeout;

use super::models::pools;
use super::refusal::shortened;
use super::request::{CallFailure, KeyName};
use crate::config::paths::{Paths, process_env};
use crate::config::{KeySource, Provider};
use crate::store::keyring::{self, Entry, index};
use crate::text::sealed::{ForeignText, Secret};
use rests::Rests;

/// A password store may ask for a passphrase first; much longer, and the person has gone.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);

/// All keys that this process has to do with. Clones share what is known of them.
#[derive(Clone, Default)]
pub struct Keys {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    from_keyring: Mutex<HashMap<(String, String), Secret>>,
    rests: Mutex<Rests>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// A key, and what the user calls it.
#[derive(Debug)]
pub struct Held {
    pub name: KeyName,
    pub key: Secret,
}

/// A provider's keys, one after the other: those first that were not refused of late.
pub struct Turn<'p> {
    keys: Keys,
    provider: &'p Provider,
    /// Whose limits the call comes under.
    pool: String,
    rest: VecDeque<Place>,
    /// A source that failed is told only if no later one has a key.
    failure: Option<CallFailure>,
}

/// Where one key is.
#[derive(Debug, Clone)]
enum Place {
    Env(String),
    Command(Vec<String>),
    Keyring(String),
}

impl Place {
    fn name(&self) -> KeyName {
        match self {
            Self::Env(name) => KeyName::Env(name.clone()),
            Self::Command(words) => KeyName::Command(words.first().cloned().unwrap_or_default()),
            Self::Keyring(label) => KeyName::Keyring(label.clone()),
        }
    }

    fn seems_to_have_one(&self) -> bool {
        match self {
            Self::Env(name) => from_environment(name).is_some(),
            Self::Command(_) | Self::Keyring(_) => true,
        }
    }
}

impl Keys {
    /// This provider's keys, in the order in which they are to be tried now, for a call of this model if it is one.
    pub fn of<'p>(&self, provider: &'p Provider, model: Option<&str>) -> Turn<'p> {
        let pool = model.map(|model| pools::of(provider, model)).unwrap_or_default();
        let rest = self.in_order(provider, &pool).into();
        Turn { keys: self.clone(), provider, pool, rest, failure: None }
    }

    /// What those that seem to be there are called, in the same order. No command is run for that, and no keyring asked.
    pub fn names(&self, provider: &Provider, model: &str) -> Vec<KeyName> {
        let places = self.in_order(provider, &pools::of(provider, model));
        places.iter().filter(|place| place.seems_to_have_one()).map(Place::name).collect()
    }

    fn in_order(&self, provider: &Provider, pool: &str) -> Vec<Place> {
        let mut places: Vec<_> = provider.keys.iter().flat_map(|source| places(source, provider)).collect();
        let (rests, now) = (self.rests(), Instant::now());
        places.sort_by_key(|place| rests.until(&provider.name, pool, &place.name(), now));
        places
    }

    /// Keys may have changed: what is known of them is asked for anew.
    pub fn forget(&self) {
        self.kept().clear();
        *self.rests() = Rests::default();
    }

    fn rests(&self) -> MutexGuard<'_, Rests> {
        self.shared.rests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(String, String), Secret>> {
        self.shared.from_keyring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read_keyring(&self, entry: Entry) -> Result<Option<Secret>, super::request::KeyringProblem> {
        let place = (entry.provider.clone(), entry.label.clone());
        if let Some(key) = self.kept().get(&place) {
            return Ok(Some(key.clone()));
        }
        let key = keyring::read(&entry).await?;
        if let Some(key) = &key {
            self.kept().insert(place, key.clone());
        }
        Ok(key)
    }
}

impl Turn<'_> {
    /// Whose keys they are.
    pub fn provider(&self) -> &Provider {
        self.provider
    }

    /// This key is not to be the first choice for a while.
    pub fn let_rest(&self, key: &KeyName, failure: &CallFailure) {
        self.keys.rests().add(&self.provider.name, &self.pool, key, failure, Instant::now());
    }

    /// Has this key tried before the others. Gives the one whose turn it would have been, if that is another.
    pub fn begin_with(&mut self, key: &KeyName) -> Option<KeyName> {
        let first = self.rest.iter().find(|place| place.seems_to_have_one()).map(Place::name);
        let place = self.rest.remove(self.rest.iter().position(|place| place.name() == *key)?)?;
        self.rest.push_front(place);
        first.filter(|first| first != key)
    }

    /// The next key that is there; none where there are no more.
    pub async fn next(&mut self) -> Result<Option<Held>, CallFailure> {
        while let Some(place) = self.rest.pop_front() {
            match self.read(&place).await {
                Ok(Some(key)) => return Ok(Some(Held { name: place.name(), key })),
                Ok(None) => {}
                Err(failure) => self.failure = Some(failure),
            }
        }
        self.failure.take().map_or(Ok(None), Err)
    }

    async fn read(&self, place: &Place) -> Result<Option<Secret>, CallFailure> {
        let provider = &self.provider.name;
        match place {
            Place::Env(name) => Ok(from_environment(name)),
            Place::Command(words) => from_command(words).await.map(Some).map_err(|message| CallFailure::KeyCommand {
                provider: provider.clone(),
                program: words.first().cloned().unwrap_or_default(),
                message,
            }),
            Place::Keyring(label) => self
                .keys
                .read_keyring(Entry::new(provider, label))
                .await
                .map_err(|problem| CallFailure::Keyring { provider: provider.clone(), problem }),
        }
    }
}

fn places(source: &KeySource, provider: &Provider) -> Vec<Place> {
    match source {
        KeySource::Env(name) => vec![Place::Env(name.clone())],
        KeySource::Command(words) => vec![Place::Command(words.clone())],
        KeySource::Keyring => labels(provider).into_iter().map(Place::Keyring).collect(),
    }
}

fn labels(provider: &Provider) -> Vec<String> {
    state_dir().map(|state_dir| index::labels(&state_dir, &provider.name)).unwrap_or_default()
}

fn state_dir() -> Option<PathBuf> {
    Paths::from_env(&process_env).ok().map(|paths| paths.state_dir)
}

/// Whether a source seems to have a key. No command is run for that, and no keyring asked: it could ask for a passphrase.
pub fn at_hand(provider: &Provider) -> bool {
    provider.keys.iter().any(|source| match source {
        KeySource::Env(name) => from_environment(name).is_some(),
        KeySource::Command(words) => words.first().is_some_and(|program| is_installed(program)),
        KeySource::Keyring => !labels(provider).is_empty(),
    })
}

/// The variable's value without white space around it, if there is one.
pub fn from_environment(name: &str) -> Option<Secret> {
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

/// Whether another key may fare better.
pub fn is_of_the_key(failure: &CallFailure) -> bool {
    rests::rest_after(failure).is_some()
}

fn last_words(stderr: &[u8]) -> ForeignText {
    shortened(String::from_utf8_lossy(stderr).lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default())
}

fn is_installed(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).is_file();
    }
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
