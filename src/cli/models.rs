//! `postil models`: which models can be used now. Looks for local servers; sends no key and no text.

use std::process::ExitCode;

use serde_json::json;

use crate::action::ModelChoice;
use crate::cli::output::say;
use crate::cli::run::runtime;
use crate::cli::{WRONG_USE, environment};
use crate::config::{Provider, Settings};
use crate::llm::client::Client;
use crate::llm::roster::{self, Readiness, Survey};
use crate::text::sentences;

pub fn list(json: bool) -> anyhow::Result<ExitCode> {
    let Ok(settings) = environment::settings(&environment::paths()?) else { return Ok(ExitCode::from(WRONG_USE)) };
    let survey = runtime()?.block_on(Client::default().survey(&settings.providers));
    match json {
        true => say(&as_json(&settings, &survey))?,
        false => say(&in_words(&settings, &survey))?,
    }
    let ready = survey.values().any(|readiness| matches!(readiness, Readiness::Ready { .. }));
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(settings: &Settings, survey: &Survey) -> String {
    let providers: Vec<_> = settings.providers.values().map(|provider| provider_as_json(provider, survey)).collect();
    let auto = roster::resolve(&ModelChoice::Auto, settings, survey).ok().map(|target| target.label());
    json!({ "auto": auto, "providers": providers }).to_string()
}

fn provider_as_json(provider: &Provider, survey: &Survey) -> serde_json::Value {
    let readiness = survey.get(&provider.name);
    json!({
        "provider": provider.name,
        "base_url": provider.base_url,
        "state": readiness.map_or("unknown", state),
        "model": provider.model,
        "models": match readiness {
            Some(Readiness::Ready { models }) => models.clone(),
            _ => Vec::new(),
        },
    })
}

fn state(readiness: &Readiness) -> &'static str {
    match readiness {
        Readiness::Ready { .. } => "ready",
        Readiness::NoKey => "no key",
        Readiness::Unreachable => "not running",
    }
}

/// Who is ready stands first, with its models; the others are named with what they lack.
fn in_words(settings: &Settings, survey: &Survey) -> String {
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
        lines.extend(models.iter().map(|model| format!("  {}/{model}", provider.name)));
        if models.is_empty() {
            // Asking for its list would need the key: the one that it would be asked for, then.
            let usual = roster::resolve(&ModelChoice::Named(provider.name.clone()), settings, survey);
            lines.push(
                usual.map_or_else(|_| format!("  {}/NAME", provider.name), |target| format!("  {}", target.label())),
            );
        }
    }
    let lacking = others.iter().map(|(provider, readiness)| format!("{} ({})", provider.name, state(readiness)));
    let lacking: Vec<_> = lacking.collect();
    if !lacking.is_empty() {
        lines.push(format!("not ready: {}", lacking.join(", ")));
    }
    lines.join("\n")
}
