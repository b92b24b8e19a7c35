//! From what was written to what it means: defaults filled in, names looked up, shortcuts laid over each other.
//!
//! Pure: the environment is passed in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::action::file::PromptFile;
use crate::action::file_parts::model_choice;
use crate::action::{ActionName, ModelChoice, Origin, Preview};
use crate::config::bindings::{self, Known};
use crate::config::diagnostic::Diagnostic;
use crate::config::file::ConfigFile;
use crate::config::locate::{Located, Source};
use crate::config::paths::Env;
use crate::config::reader::Report;
use crate::config::{Budget, Panel, Paste, Privacy, Provider, Secrets, Settings, Written, locale, provider, word};
use crate::llm::known::{self, known_providers};
use crate::llm::models::{Catalogue, tiers};
use crate::text::near::nearest;

/// The providers that `auto` asks first where the user gave no order: those with a key of the user's own whose default
/// models are good at text. Servers on this machine come last: they are the slowest, and there without being wanted.
const USUAL_ORDER: &[&str] = &["anthropic", "openai", "gemini"];

/// Programs that show passwords, by WM_CLASS or application id in lower case.
const PASSWORD_PROGRAMS: &[&str] = &[
    "1password",
    "bitwarden",
    "com.bitwarden.desktop",
    "keepass2",
    "keepassxc",
    "org.gnome.world.secrets",
    "org.gnome.seahorse.application",
    "org.keepassxc.keepassxc",
    "proton pass",
    "seahorse",
];

/// What stands in the configuration, before the actions are known.
pub struct Names {
    pub providers: BTreeMap<String, Arc<Provider>>,
    pub aliases: BTreeMap<String, String>,
}

/// The actions that there are.
#[derive(Default)]
pub struct Actions {
    /// Each with its own file; what the user wrote takes the place of what is shipped.
    pub files: BTreeMap<ActionName, PromptFile>,
    /// Names whose file has a mistake and no good version.
    pub broken: BTreeSet<ActionName>,
}

/// Looks up what models can be named by.
pub fn names(file: &ConfigFile, env: Env<'_>) -> Names {
    let mut providers = known_providers(env);
    for table in &file.providers {
        let known = known::by_name(&table.name, env);
        let provider = provider::laid_over(known.unwrap_or_else(|| provider::unknown(&table.name)), table);
        providers.insert(table.name.clone(), Arc::new(provider));
    }
    let aliases = file.aliases.iter().map(|(name, model)| (name.clone(), model.value.clone())).collect();
    Names { providers, aliases }
}

impl Names {
    /// With this table of models in the place of the shipped one.
    pub fn with_catalogue(mut self, catalogue: &Catalogue) -> Self {
        for provider in self.providers.values_mut() {
            Arc::make_mut(provider).catalogue = catalogue.clone();
        }
        self
    }

    /// Reports a model that is neither `auto` nor an alias nor of a known provider.
    pub fn check(&self, report: &Report<'_>, model: &Located<String>) {
        if !report.has_room() {
            return;
        }
        let name = &model.value;
        let provider = name.split_once('/').map_or(name.as_str(), |(provider, _)| provider);
        let is_alias = self.aliases.contains_key(name);
        if name.ends_with('/') {
            return report.mistake(
                &model.span,
                "a provider without a model",
                "write `PROVIDER/NAME`, or `PROVIDER` alone",
            );
        }
        if name == "auto" || is_alias || self.providers.contains_key(provider) {
            return;
        }
        let known = self.providers.keys().chain(self.aliases.keys()).map(String::as_str);
        match (nearest(provider, known), name.split_once('/')) {
            (Some(meant), Some((_, rest))) => {
                report.mistake(&model.span, "unknown provider", format!("did you mean `{meant}/{rest}`?"));
            }
            (Some(meant), None) => report.mistake(&model.span, "unknown model", format!("did you mean `{meant}`?")),
            (None, Some(_)) => {
                report.mistake(&model.span, "unknown provider", format!("describe it in `[provider.{provider}]`"));
            }
            (None, None) => {
                let help = "write `PROVIDER/NAME`, as in `openai/gpt-5-mini`, or an alias of `[alias]`";
                report.mistake(&model.span, "unknown model", help);
            }
        }
    }
}

/// The settings, or every mistake of `config.toml` that shows only against the rest. Clashes between prompt files are
/// mistakes of theirs: they come back beside the settings, and the later file goes without its shortcut.
pub fn settings(
    source: &Source,
    file: &ConfigFile,
    names: Names,
    actions: Actions,
    env: Env<'_>,
) -> Result<(Settings, Vec<Diagnostic>), Vec<Diagnostic>> {
    let report = Report::new(source);
    check_models(&report, file, &names);
    check_providers(&report, file, &names);
    check_order(&report, file, &names);
    let known = Known { files: &actions.files, broken: &actions.broken };
    let (bindings, clashes) = bindings::settle(&report, &file.shortcuts, known);
    let mistakes = report.into_mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let settings = Settings {
        model: file.model.as_ref().map_or(ModelChoice::Auto, |model| model_choice(&model.value)),
        fallback: file.fallback.iter().map(|model| model_choice(&model.value)).collect(),
        languages: file.languages.clone().unwrap_or_else(|| locale::languages(env)),
        languages_chosen: file.languages.is_some(),
        about_me: file.about_me.clone().unwrap_or_default(),
        auto_order: auto_order(file, &names),
        aliases: names.aliases,
        providers: names.providers,
        actions: actions.files.into_iter().map(|(name, file)| (name, Arc::new(file.action))).collect(),
        bindings,
        privacy: privacy(file),
        budget: Budget { month: file.budget_month },
        paste: Paste { chord: file.chords.clone(), preview: file.preview.unwrap_or(Preview::None) },
        panel: Panel {
            bar_on_selection: file.bar_on_selection.unwrap_or(false),
            bar_not_apps: file.bar_not_apps.clone().unwrap_or_default(),
        },
        sending_allowed: true,
        written: Written { file: source.file().to_owned(), lines: file.lines.clone() },
    };
    Ok((settings, clashes))
}

fn check_models(report: &Report<'_>, file: &ConfigFile, names: &Names) {
    for model in file.model.iter().chain(&file.fallback) {
        names.check(report, model);
    }
    for (name, target) in &file.aliases {
        if names.providers.contains_key(name) {
            report.mistake(&target.span, format!("`{name}` is a provider"), "give the alias another name");
        } else if names.aliases.contains_key(&target.value) {
            report.mistake(&target.span, "an alias of an alias", "write the model: `PROVIDER/NAME`");
        } else {
            names.check(report, target);
        }
    }
}

fn check_providers(report: &Report<'_>, file: &ConfigFile, names: &Names) {
    for table in &file.providers {
        if names.providers.get(&table.name).is_some_and(|provider| provider.base_url.is_empty()) {
            let help =
                match nearest(&table.name, names.providers.keys().map(String::as_str).filter(|n| *n != table.name)) {
                    Some(meant) => format!("did you mean `{meant}`? else add `base_url = \"https://…\"`"),
                    None => "add `base_url = \"https://…\"`".to_owned(),
                };
            report.mistake(&table.name_span, "a provider without an address", help);
        }
        if let (Some(tier), Some(provider)) = (&table.tier, names.providers.get(&table.name)) {
            check_tier(report, tier, provider);
        }
    }
}

/// Nobody is to think that limits are kept of which nothing is known.
fn check_tier(report: &Report<'_>, tier: &Located<String>, provider: &Provider) {
    let known = tiers::tiers_of(provider);
    if known.contains(tier.value.as_str()) {
        return;
    }
    let help = match known.is_empty() {
        true => "write `requests_per_minute` and the like; what the server tells is kept in any case".to_owned(),
        false => format!("write {}, or `requests_per_minute` and the like", word::list(known)),
    };
    report.mistake(&tier.span, "a tier of which no limits are known", help);
}

fn check_order(report: &Report<'_>, file: &ConfigFile, names: &Names) {
    let mut seen = BTreeSet::new();
    for entry in &file.auto_order {
        if !names.providers.contains_key(&entry.value) {
            let help = match nearest(&entry.value, names.providers.keys().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("describe it in `[provider.{}]`", entry.value),
            };
            report.mistake(&entry.span, "unknown provider", help);
        } else if !seen.insert(&entry.value) {
            report.mistake(&entry.span, "named twice", "take one of the two away");
        }
    }
}

/// The user's order, then the usual one, then the others, then the servers that are looked for on this machine.
fn auto_order(file: &ConfigFile, names: &Names) -> Vec<String> {
    let written = file.auto_order.iter().map(|entry| entry.value.as_str());
    let usual = USUAL_ORDER.iter().copied();
    let described = file.providers.iter().map(|table| table.name.as_str());
    let (found, others): (Vec<_>, Vec<_>) = names.providers.values().partition(|provider| provider.discovered);
    let rest = others.into_iter().chain(found).map(|provider| provider.name.as_str());
    let described_here = described.filter(|name| names.providers.get(*name).is_some_and(|one| !one.discovered));
    let mut seen = BTreeSet::new();
    let all = written.chain(described_here).chain(usual).chain(rest);
    all.filter(|name| names.providers.contains_key(*name) && seen.insert(*name)).map(str::to_owned).collect()
}

fn privacy(file: &ConfigFile) -> Privacy {
    let shipped = || PASSWORD_PROGRAMS.iter().map(|app| (*app).to_owned()).collect();
    Privacy {
        secrets: file.secrets.unwrap_or(Secrets::Ask),
        patterns: file.patterns.clone(),
        local_only_apps: file.local_only_apps.clone().unwrap_or_default(),
        never_apps: file.never_apps.clone().unwrap_or_else(shipped),
    }
}

/// What is in force where there is a configuration and no good version of it: the shipped actions, and nothing may be
/// sent.
pub fn restricted(actions: Actions, env: Env<'_>) -> Settings {
    let source = Source::new("", "");
    let file = ConfigFile::default();
    let shipped = actions.files.into_iter().filter(|(_, file)| file.action.file == Origin::Shipped).collect();
    let actions = Actions { files: shipped, broken: BTreeSet::new() };
    let (settings, _) = settings(&source, &file, names(&file, env), actions, env)
        .expect("the empty configuration names nothing that could be unknown");
    Settings { sending_allowed: false, ..settings }
}
