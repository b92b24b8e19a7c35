//! `postil key`: keys in the system's keyring. They come in without an echo or from a pipe, and never go out again.

use std::io::{self, BufRead, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;

use crate::cli::arguments::{Key, Labelled};
use crate::cli::output::say;
use crate::cli::refusal::wrong_use;
use crate::cli::run::runtime;
use crate::cli::{WRONG_USE, environment};
use crate::config::paths::process_env;
use crate::config::{KeySource, Provider, Settings};
use crate::ipc::client as daemon;
use crate::ipc::message::Request;
use crate::llm::client::Client;
use crate::llm::keys::{self, Held};
use crate::llm::known;
use crate::llm::request::{CallFailure, KeyName};
use crate::llm::roster;
use crate::store::keyring::index::{self, Stored};
use crate::store::keyring::{self, Entry};
use crate::text::sealed::Secret;
use crate::text::sentences;

/// No provider's key is as long; what is longer was not meant.
const LONGEST_KEY: usize = 4096;

/// What the first key of a provider is called where the user calls it nothing.
pub const FIRST: &str = "default";

pub fn perform(command: Key) -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    let Ok(settings) = environment::settings(&paths) else { return Ok(ExitCode::from(WRONG_USE)) };
    let (settings, state_dir) = (&*settings, &*paths.state_dir);
    match command {
        Key::Set(of) => set(settings, state_dir, &of),
        Key::List { json } => list(settings, state_dir, json),
        Key::Test { provider } => test(&provider_named(settings, &provider)?),
        Key::Remove(of) => remove(state_dir, &of),
        Key::Import(of) => import(settings, state_dir, &of),
    }
}

fn set(settings: &Settings, state_dir: &Path, of: &Labelled) -> anyhow::Result<ExitCode> {
    let provider = provider_named(settings, &of.provider)?;
    let entry = entry(of)?;
    let key = match io::stdin().is_terminal() {
        true => typed(&provider.name)?,
        false => piped()?,
    };
    store(state_dir, &entry, &key)?;
    say(&format!("The key is in the keyring. `postil key test {}` asks whether it works.", provider.name))?;
    Ok(ExitCode::SUCCESS)
}

/// Puts a key into the keyring, and tells a daemon that runs.
pub fn store(state_dir: &Path, entry: &Entry, key: &Secret) -> anyhow::Result<()> {
    runtime()?
        .block_on(keyring::write(entry, key))
        .map_err(|problem| anyhow::anyhow!(sentences::keys::keyring(problem)))?;
    let today = jiff::Zoned::now().date().to_string();
    index::add(state_dir, entry, &today).context("that the key is there could not be noted in the state folder")?;
    tell_the_daemon();
    Ok(())
}

/// Without an echo. Says first where such keys are handed out.
pub fn typed(provider: &str) -> anyhow::Result<Secret> {
    if let Some(page) = known::keys_page(provider) {
        eprintln!("{provider} hands out keys at {page}");
    }
    let typed = rpassword::prompt_password(format!("Key for {provider} (not shown): "));
    checked(typed.context("the key could not be read from the terminal")?.into())
}

fn piped() -> anyhow::Result<Secret> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the key could not be read from stdin")?;
    checked(line.into())
}

/// One word that HTTP can carry. What is wrong is said without a part of it.
fn checked(line: Secret) -> anyhow::Result<Secret> {
    let key = line.expose().trim();
    if key.is_empty() {
        return Err(wrong_use("no key came in; nothing was changed"));
    }
    if key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong_use(
            "that is no key: one is a single word of letters, digits and marks; nothing was changed",
        ));
    }
    Ok(key.into())
}

fn remove(state_dir: &Path, of: &Labelled) -> anyhow::Result<ExitCode> {
    let entry = entry(of)?;
    let known = index::labels(state_dir, &of.provider);
    if !known.contains(&entry.label) {
        let others = if known.is_empty() { String::new() } else { format!("; there are: {}", known.join(", ")) };
        return Err(wrong_use(format!("no key “{}” for {} is in the keyring{others}", entry.label, entry.provider)));
    }
    let removed = runtime()?.block_on(keyring::remove(&entry));
    removed.map_err(|problem| anyhow::anyhow!(sentences::keys::keyring(problem)))?;
    index::remove(state_dir, &entry).context("the state folder could not be written")?;
    tell_the_daemon();
    say(&format!("The key “{}” for {} is gone.", entry.label, entry.provider))?;
    Ok(ExitCode::SUCCESS)
}

/// From the provider's environment variable into the keyring.
fn import(settings: &Settings, state_dir: &Path, of: &Labelled) -> anyhow::Result<ExitCode> {
    let provider = provider_named(settings, &of.provider)?;
    let variables = provider.keys.iter().filter_map(|source| match source {
        KeySource::Env(name) => Some(name.as_str()),
        KeySource::Command(_) | KeySource::Keyring => None,
    });
    let variables: Vec<_> = variables.collect();
    let found = variables.iter().find_map(|name| Some((*name, keys::from_environment(name)?)));
    let Some((variable, key)) = found else {
        let looked_for = variables.join(" or ");
        let none = if looked_for.is_empty() {
            "no variable is known for it".to_owned()
        } else {
            format!("{looked_for} is not set")
        };
        return Err(wrong_use(format!("{none}; `postil key set {}` takes a key from you", provider.name)));
    };
    store(state_dir, &entry(of)?, &checked(key)?)?;
    say(&format!(
        "The key of {variable} is in the keyring. Now remove {variable} from where it is set (your shell's profile, \
         ~/.config/environment.d): as long as it is there, it is used first."
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Asks the provider with each of its keys.
fn test(provider: &Arc<Provider>) -> anyhow::Result<ExitCode> {
    let client = Client::default();
    let all_work = runtime()?.block_on(async {
        let (mut turn, mut tested, mut all_work) = (client.keys().of(provider, None), 0, true);
        loop {
            let said = match turn.next().await {
                Ok(None) if tested == 0 => Err(CallFailure::NoKey { provider: provider.name.clone() }),
                Ok(None) => break,
                Err(failure) => Err(failure),
                Ok(Some(held)) => {
                    tested += 1;
                    let answer =
                        client.models_with(provider, Some(Held { name: held.name.clone(), key: held.key })).await;
                    say(&verdict(&provider.name, &held.name, &answer))?;
                    all_work &= answer.is_ok();
                    continue;
                }
            };
            let Err(failure): Result<(), _> = said else { break };
            eprintln!("postil: {}", sentences::call_failure(&failure));
            all_work = false;
            break;
        }
        anyhow::Ok(all_work)
    })?;
    Ok(if all_work { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verdict(provider: &str, key: &KeyName, answer: &Result<Vec<String>, CallFailure>) -> String {
    let key = sentences::keys::key(key);
    match answer {
        Ok(models) => format!("{key}: {provider} takes it ({} models)", models.len()),
        Err(failure) => format!("{key}: {}", sentences::call_failure(failure)),
    }
}

fn list(settings: &Settings, state_dir: &Path, as_json: bool) -> anyhow::Result<ExitCode> {
    let rows = rows(settings, &index::load(state_dir));
    match as_json {
        true => say(&serde_json::Value::Array(rows.iter().map(Row::as_json).collect()).to_string())?,
        false if rows.is_empty() => say("no key is set; `postil key set PROVIDER` takes one from you")?,
        false => say(&rows.iter().map(Row::in_words).collect::<Vec<_>>().join("\n"))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A key that there is.
struct Row {
    provider: String,
    source: &'static str,
    name: String,
    stored: Option<String>,
}

/// In the order in which each provider's are used. Keys of providers that the config has no more come last.
fn rows(settings: &Settings, stored: &[Stored]) -> Vec<Row> {
    let row = |provider: &str, source, name: &str, stored: Option<&Stored>| Row {
        provider: provider.to_owned(),
        source,
        name: name.to_owned(),
        stored: stored.map(|stored| stored.on.clone()),
    };
    let of_keyring = |provider: &str| {
        let own = stored.iter().filter(move |stored| stored.entry.provider == provider);
        own.map(|stored| row(&stored.entry.provider, "keyring", &stored.entry.label, Some(stored))).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    for provider in settings.providers.values() {
        for source in &provider.keys {
            match source {
                KeySource::Env(name) if keys::from_environment(name).is_some() => {
                    rows.push(row(&provider.name, "environment", name, None));
                }
                KeySource::Env(_) => {}
                KeySource::Command(words) => rows.push(row(&provider.name, "command", &words.join(" "), None)),
                KeySource::Keyring => rows.extend(of_keyring(&provider.name)),
            }
        }
    }
    let is_orphan = |stored: &&Stored| !settings.providers.contains_key(&stored.entry.provider);
    rows.extend(
        stored.iter().filter(is_orphan).map(|one| row(&one.entry.provider, "keyring", &one.entry.label, Some(one))),
    );
    rows
}

impl Row {
    fn age(&self) -> Option<i32> {
        let stored: jiff::civil::Date = self.stored.as_ref()?.parse().ok()?;
        Some((jiff::Zoned::now().date() - stored).get_days())
    }

    fn in_words(&self) -> String {
        let stored = match (&self.stored, self.age()) {
            (Some(on), Some(days)) => format!("  stored on {on} ({days} days ago)"),
            _ => String::new(),
        };
        format!("{:<12} {:<12} {}{stored}", self.provider, self.source, self.name)
    }

    fn as_json(&self) -> serde_json::Value {
        json!({
            "provider": self.provider, "source": self.source, "name": self.name,
            "stored": self.stored, "days": self.age(),
        })
    }
}

/// One that is in force, or one that is known and has no address yet.
fn provider_named(settings: &Settings, name: &str) -> anyhow::Result<Arc<Provider>> {
    let known = || known::by_name(name, &process_env).map(Arc::new);
    settings.providers.get(name).cloned().or_else(known).ok_or_else(|| {
        let near = crate::text::near::nearest(name, settings.providers.keys().map(String::as_str)).map(str::to_owned);
        let unknown = roster::Unresolved::UnknownProvider { name: name.to_owned(), near };
        wrong_use(sentences::unresolved(&unknown))
    })
}

/// Labels stand in lines of a file, and in sentences.
fn entry(of: &Labelled) -> anyhow::Result<Entry> {
    let label = of.label.as_deref().unwrap_or(FIRST);
    match !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        true => Ok(Entry::new(&of.provider, label)),
        false => Err(wrong_use("a label is a word of letters, digits, `-`, `_` and `.`")),
    }
}

/// A daemon that runs asks for its keys anew; without one nothing is to be told.
fn tell_the_daemon() {
    if let Ok(socket) = environment::socket() {
        let _ = daemon::ask(&socket, &Request::Reload);
    }
}
