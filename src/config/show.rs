//! What is in force and from where, as text for a terminal: TOML with the origin of each line behind it.
//!
//! Invariant: no key's value is in it, and no password of a proxy's address.

use std::fmt::Write;

use crate::action::{ModelChoice, Origin};
use crate::config::{Bound, KeySource, Provider, Settings};
use crate::desktop::shortcut::Shortcut;
use crate::llm::known::known_providers;
use crate::llm::models::tiers;

/// The column at which origins begin, where a line leaves room.
const ORIGIN_COLUMN: usize = 48;

/// A page for `postil config show`.
pub fn show(settings: &Settings) -> String {
    let mut page = Page { settings, text: String::new() };
    page.top();
    page.shortcuts();
    page.aliases();
    for provider in settings.providers.values() {
        page.provider(provider);
    }
    page.rest();
    page.actions();
    page.text
}

struct Page<'s> {
    settings: &'s Settings,
    text: String,
}

impl Page<'_> {
    fn top(&mut self) {
        let settings = self.settings;
        if !settings.sending_allowed {
            self.text += "# No version of the configuration could be read: nothing is sent until it is repaired.\n";
        }
        let codes: Vec<_> = settings.languages.iter().map(|language| language.code().to_owned()).collect();
        self.line("", "model", &quoted(model(&settings.model)), "default");
        self.line("", "languages", &list(&codes), "the locale");
        self.line("", "about_me", &quoted(&settings.about_me), "default");
        self.line("", "fallback", &list(&settings.fallback.iter().map(model).collect::<Vec<_>>()), "default");
        self.section("auto");
        self.line("auto", "order", &list(&settings.auto_order), "default");
    }

    fn shortcuts(&mut self) {
        self.section("shortcuts");
        for binding in &self.settings.bindings {
            let (does, origin) = match &binding.does {
                Bound::Pick => ("pick".to_owned(), "default".to_owned()),
                Bound::Action { action, .. } => (action.to_string(), self.action_origin(action)),
            };
            let origin = self.written_shortcut(binding.shortcut).unwrap_or(origin);
            self.push(&quoted(&binding.shortcut.to_string()), &quoted(&does), &origin);
        }
    }

    /// `[shortcuts]` may write a combination in several ways.
    fn written_shortcut(&self, shortcut: Shortcut) -> Option<String> {
        let lines = &self.settings.written.lines;
        let written = lines
            .iter()
            .find(|(key, _)| key.strip_prefix("shortcuts.").and_then(|text| text.parse().ok()) == Some(shortcut));
        written.map(|(_, line)| self.place(*line))
    }

    fn aliases(&mut self) {
        self.section("alias");
        for (name, target) in &self.settings.aliases {
            self.line("alias", name, &quoted(target), "default");
        }
    }

    fn provider(&mut self, provider: &Provider) {
        let section = format!("provider.{}", provider.name);
        self.section(&section);
        let plain = known_providers(&|_| None).remove(&provider.name);
        let known = if plain.is_some() { "known" } else { "default" };
        let is_usual = plain.is_none_or(|plain| plain.base_url == provider.base_url);
        self.line(&section, "kind", &quoted(provider.kind.word()), known);
        let origin = if is_usual { known } else { "the environment" };
        self.line(&section, "base_url", &quoted(&provider.base_url), origin);
        self.keys(&section, provider, known);
        if let Some(model) = &provider.model {
            self.line(&section, "model", &quoted(model), known);
        }
        for (name, value) in &provider.headers {
            self.line(&section, &format!("headers.{name}"), &quoted(value), known);
        }
        if let Some(version) = &provider.api_version {
            self.line(&section, "api_version", &quoted(version), known);
        }
        self.limits(&section, provider, known);
        if let Some(proxy) = &provider.proxy {
            self.line(&section, "proxy", &quoted(&without_password(proxy)), known);
        }
        if provider.allow_http {
            self.line(&section, "allow_http", "true", known);
        }
    }

    fn limits(&mut self, section: &str, provider: &Provider, known: &str) {
        let limits = provider.limits;
        let counts = [
            ("requests_per_minute", limits.requests_per_minute.map(u64::from)),
            ("requests_per_day", limits.requests_per_day.map(u64::from)),
            ("tokens_per_minute", limits.tokens_per_minute),
            ("tokens_per_day", limits.tokens_per_day),
            ("input_tokens_per_minute", limits.input_tokens_per_minute),
            ("output_tokens_per_minute", limits.output_tokens_per_minute),
        ];
        for (key, count) in counts {
            if let Some(count) = count {
                self.line(section, key, &count.to_string(), known);
            }
        }
        if let Some(tier) = &provider.tier {
            self.line(section, "tier", &quoted(tier), known);
        }
        if let Some(as_of) = tiers::as_of(provider) {
            let _ = writeln!(
                self.text,
                "# its limits as published {as_of}, where neither you nor the server says otherwise"
            );
        }
    }

    /// The variables of a provider stand in one list, as they are written.
    fn keys(&mut self, section: &str, provider: &Provider, known: &str) {
        let variable = |key: &KeySource| match key {
            KeySource::Env(variable) => Some(variable.clone()),
            KeySource::Command(_) | KeySource::Keyring => None,
        };
        match provider.keys.iter().filter_map(variable).collect::<Vec<_>>().as_slice() {
            [] => {}
            [variable] => self.line(section, "api_key_env", &quoted(variable), known),
            variables => self.line(section, "api_key_env", &list(variables), known),
        }
        for key in &provider.keys {
            if let KeySource::Command(command) = key {
                self.line(section, "api_key_command", &list(command), known);
            }
        }
    }

    fn rest(&mut self) {
        let settings = self.settings;
        let privacy = &settings.privacy;
        let patterns: Vec<_> = privacy.patterns.iter().map(|pattern| pattern.as_str().to_owned()).collect();
        self.section("privacy");
        self.line("privacy", "secrets", &quoted(privacy.secrets.word()), "default");
        self.line("privacy", "patterns", &list(&patterns), "default");
        self.line("privacy", "local_only_apps", &list(&privacy.local_only_apps), "default");
        self.line("privacy", "never_apps", &list(&privacy.never_apps), "default");
        self.section("budget");
        if let Some(month) = settings.budget.month {
            self.line("budget", "month", &format!("{month:.2}"), "default");
        }
        self.section("paste");
        for (app, chord) in &settings.paste.chord {
            self.line("paste", &format!("chord.{app}"), &quoted(&chord.to_string()), "default");
        }
        self.line("paste", "preview", &quoted(settings.paste.preview.word()), "default");
        self.section("panel");
        self.line("panel", "bar_on_selection", &settings.panel.bar_on_selection.to_string(), "default");
        self.line("panel", "bar_not_apps", &list(&settings.panel.bar_not_apps), "default");
    }

    fn actions(&mut self) {
        self.text += "\n# Actions\n";
        for action in self.settings.actions.values() {
            let origin = self.action_origin(&action.name);
            let _ = writeln!(self.text, "# {:<20} {origin}", action.name.as_str());
        }
    }

    fn action_origin(&self, name: &crate::action::ActionName) -> String {
        match self.settings.actions.get(name).map(|action| &action.file) {
            Some(Origin::User(file)) => file.display().to_string(),
            Some(Origin::Shipped) | None => "shipped".to_owned(),
        }
    }

    fn section(&mut self, name: &str) {
        let _ = writeln!(self.text, "\n[{name}]");
    }

    fn line(&mut self, section: &str, key: &str, value: &str, otherwise: &str) {
        let dotted = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
        let written = self.settings.written.lines.get(&dotted).map(|line| self.place(*line));
        self.push(key, value, &written.unwrap_or_else(|| otherwise.to_owned()));
    }

    fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.settings.written.file.display())
    }

    fn push(&mut self, key: &str, value: &str, origin: &str) {
        let _ = writeln!(self.text, "{:<ORIGIN_COLUMN$} # {origin}", format!("{key} = {value}"));
    }
}

fn model(choice: &ModelChoice) -> &str {
    match choice {
        ModelChoice::Auto => "auto",
        ModelChoice::Named(name) => name,
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", quoted.join(", "))
}

fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1))) {
        Some((scheme, host)) => format!("{scheme}://…@{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::load::defaults;

    #[test]
    fn a_page_says_where_each_line_is_from() {
        let mut settings = defaults(&|_| None);
        settings.about_me = "a \"chemist\"".to_owned();
        settings.written.file = PathBuf::from("/c/config.toml");
        settings.written.lines = [("about_me".to_owned(), 3), ("shortcuts.alt+ctrl+y".to_owned(), 7)].into();
        let page = show(&settings);
        let line = |key: &str| page.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        assert_eq!(line("model "), "model = \"auto\"                                   # default");
        assert_eq!(line("about_me "), "about_me = 'a \"chemist\"'                         # /c/config.toml:3");
        assert_eq!(line("\"Ctrl+Alt+Y\""), "\"Ctrl+Alt+Y\" = \"translate\"                       # /c/config.toml:7");
        assert_eq!(line("languages "), "languages = [\"en\"]                               # the locale");
    }

    #[test]
    fn what_the_environment_says_is_told() {
        let settings = defaults(&|name| (name == "OPENAI_BASE_URL").then(|| "https://proxy.example.com/v1".to_owned()));
        let page = show(&settings);
        assert!(page.contains("base_url = \"https://proxy.example.com/v1\"        # the environment"), "{page}");
    }

    #[test]
    fn limits_are_told_and_how_old_those_of_a_tier_are() {
        let mut settings = defaults(&|_| None);
        let provider = std::sync::Arc::make_mut(settings.providers.get_mut("anthropic").expect("it is known"));
        provider.limits.requests_per_minute = Some(60);
        provider.tier = Some("start".to_owned());
        let page = show(&settings);
        let expected = "requests_per_minute = 60                         # known\n\
                        tier = \"start\"                                   # known\n\
                        # its limits as published 2026-10-17, where neither you nor the server says otherwise\n";
        assert!(page.contains(expected), "{page}");
    }

    #[test]
    fn passwords_of_proxies_are_not_shown() {
        assert_eq!(without_password("http://me:pass@proxy:3128"), "http://…@proxy:3128");
        assert_eq!(without_password("http://proxy:3128"), "http://proxy:3128");
    }
}
