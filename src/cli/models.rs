//! `postil models`: which models can be used now, what they take and cost. Looks for local servers; sends no key and no
//! text. And the table of windows and prices, taken from a newer file.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::action::ModelChoice;
use crate::cli::output::say;
use crate::cli::run::runtime;
use crate::cli::{WRONG_USE, environment};
use crate::config::{Provider, Settings};
use crate::llm::client::Client;
use crate::llm::known;
use crate::llm::models::{self, Catalogue, ModelData, litellm};
use crate::llm::roster::{self, Readiness, Survey, Target};
use crate::store::file;
use crate::text::sentences;

/// LiteLLM's file has three million bytes; something much larger is something else.
const LARGEST_FILE: u64 = 64 << 20;

/// Where the names end and the facts begin.
const FACTS_COLUMN: usize = 40;

/// How the list is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Words,
    /// In words, with all that are known of hosted providers.
    All,
    Json,
}

pub fn list(form: Form) -> anyhow::Result<ExitCode> {
    let Ok(settings) = environment::settings(&environment::paths()?) else { return Ok(ExitCode::from(WRONG_USE)) };
    let survey = runtime()?.block_on(Client::default().survey(&settings.providers));
    match form {
        Form::Json => say(&as_json(&settings, &survey))?,
        Form::Words | Form::All => say(&in_words(&settings, &survey, form))?,
    }
    let ready = survey.values().any(|readiness| matches!(readiness, Readiness::Ready { .. }));
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Keeps the table that `file` has, for this program and those that run.
pub fn update(file: &Path) -> anyhow::Result<ExitCode> {
    let paths = environment::paths()?;
    let length = fs::metadata(file).with_context(|| format!("{} could not be read", file.display()))?.len();
    if length > LARGEST_FILE {
        bail!("{} is too large for a table of models", file.display());
    }
    let bytes = fs::read(file).with_context(|| format!("{} could not be read", file.display()))?;
    let today = jiff::Zoned::now().date().to_string();
    let table = litellm::table(&bytes, &today).unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
    let catalogue = Catalogue::read(&table)
        .with_context(|| format!("{} is neither LiteLLM's price file nor a table of models", file.display()))?;
    let place = paths.models_file();
    file::replace(&place, table.as_bytes()).with_context(|| format!("{} could not be written", place.display()))?;
    say(&format!(
        "{} models, {}\nkept in {}; remove that file to have the shipped ones back, and `postil reload` tells a running daemon",
        catalogue.len(),
        catalogue.origin(),
        place.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(settings: &Settings, survey: &Survey) -> String {
    let providers: Vec<_> = settings.providers.values().map(|provider| provider_as_json(provider, survey)).collect();
    let auto = roster::resolve(&ModelChoice::Auto, settings, survey).ok().map(|target| target.label());
    json!({ "auto": auto, "providers": providers }).to_string()
}

fn provider_as_json(provider: &Arc<Provider>, survey: &Survey) -> Value {
    let readiness = survey.get(&provider.name);
    let found = match readiness {
        Some(Readiness::Ready { models }) => models.clone(),
        _ => Vec::new(),
    };
    let known = if found.is_empty() { known_models(provider) } else { found.clone() };
    json!({
        "provider": provider.name,
        "base_url": provider.base_url,
        "state": readiness.map_or("unknown", state),
        "model": provider.model.as_deref().or_else(|| known::default_model(&provider.name)),
        "models": found,
        "known": known.iter().map(|model| facts_as_json(provider, model)).collect::<Vec<_>>(),
    })
}

/// What is known of a model; prices are US dollars for a million tokens.
fn facts_as_json(provider: &Arc<Provider>, model: &str) -> Value {
    let data = data(provider, model);
    let price = data.price.map(|price| {
        let long = price
            .long
            .map(|long| json!({ "above": long.above, "in": long.input, "out": long.output, "cached": long.cached }));
        json!({ "in": price.input, "out": price.output, "cached": price.cached, "long": long })
    });
    json!({ "model": model, "context": data.context, "output": data.output, "price": price })
}

fn data(provider: &Arc<Provider>, model: &str) -> ModelData {
    models::data_of(&Target { provider: Arc::clone(provider), model: model.to_owned() })
}

/// All that the table and the config name of this provider's models, where its server was not asked.
fn known_models(provider: &Provider) -> Vec<String> {
    let listed = provider.catalogue.models_of(known::home(provider).unwrap_or_default()).map(str::to_owned);
    let mut all: Vec<_> = listed.chain(provider.models.keys().cloned()).collect();
    all.sort();
    all.dedup();
    all
}

fn state(readiness: &Readiness) -> &'static str {
    match readiness {
        Readiness::Ready { .. } => "ready",
        Readiness::NoKey => "no key",
        Readiness::Unreachable => "not running",
    }
}

/// Who is ready stands first, with its models; the others are named with what they lack.
fn in_words(settings: &Settings, survey: &Survey, form: Form) -> String {
    let auto = match roster::resolve(&ModelChoice::Auto, settings, survey) {
        Ok(target) => format!("auto: {}", target.label()),
        Err(unresolved) => format!("auto: {}", sentences::unresolved(&unresolved)),
    };
    let (ready, others): (Vec<_>, Vec<_>) = settings
        .providers
        .values()
        .filter_map(|provider| survey.get(&provider.name).map(|readiness| (provider, readiness)))
        .partition(|(_, readiness)| matches!(readiness, Readiness::Ready { .. }));
    let mut lines = vec![auto];
    for (provider, readiness) in ready {
        lines.push(format!("{} at {}", provider.name, provider.base_url));
        let Readiness::Ready { models } = readiness else { continue };
        match models.is_empty() {
            true => lines.extend(hosted(settings, survey, provider, form)),
            false => lines.extend(models.iter().map(|model| line(provider, model))),
        }
    }
    let lacking = others.iter().map(|(provider, readiness)| format!("{} ({})", provider.name, state(readiness)));
    let lacking: Vec<_> = lacking.collect();
    if !lacking.is_empty() {
        lines.push(format!("not ready: {}", lacking.join(", ")));
    }
    lines.join("\n")
}

/// The models of a provider whose list would need the key: the one that it would be asked for, and those that are known.
fn hosted(settings: &Settings, survey: &Survey, provider: &Arc<Provider>, form: Form) -> Vec<String> {
    let usual = roster::resolve(&ModelChoice::Named(provider.name.clone()), settings, survey);
    let usual = usual.map(|target| target.model);
    let first = usual.as_ref().map_or_else(|_| format!("  {}/NAME", provider.name), |model| line(provider, model));
    let others: Vec<_> = known_models(provider).into_iter().filter(|model| Ok(model) != usual.as_ref()).collect();
    let more = match (form, others.len()) {
        (_, 0) => Vec::new(),
        (Form::All, _) => others.iter().map(|model| line(provider, model)).collect(),
        (Form::Words | Form::Json, count) => {
            vec![format!("  … and {count} more that are known: `postil models --all`")]
        }
    };
    std::iter::once(first).chain(more).collect()
}

fn line(provider: &Arc<Provider>, model: &str) -> String {
    let label = format!("  {}/{model}", provider.name);
    match sentences::model_facts(&data(provider, model)) {
        facts if facts.is_empty() => label,
        facts => format!("{label:<FACTS_COLUMN$}  {facts}"),
    }
}
