//! `config.toml` as it was written: every key with its type and its place, nothing filled in.
//!
//! Invariant: a [`ConfigFile`] that comes out has no mistake that can be seen in the file alone. What its names mean
//! (models, actions, providers) is settled in [`resolve`](super::resolve).

use std::collections::BTreeMap;

use crate::action::file_parts::language;
use crate::action::{Preview, Sink, Source as TextSource};
use crate::config::Secrets;
use crate::config::diagnostic::Diagnostic;
use crate::config::locate::{Located, Source};
use crate::config::provider_file::{self, ProviderTable};
use crate::config::reader::{Field, Named, Reader, Report, shortcut};
use crate::config::toml_tree;
use crate::config::tree::{Table, Value};
use crate::config::word::{Word, words};
use crate::desktop::shortcut::Shortcut;
use crate::text::language::Language;

/// The keys of the file, of its tables, and nothing else.
pub const KEYS: &[&str] = &[
    "model",
    "languages",
    "about_me",
    "fallback",
    "auto",
    "shortcuts",
    "alias",
    "provider",
    "privacy",
    "budget",
    "paste",
    "panel",
];
pub const AUTO_KEYS: &[&str] = &["order"];
pub const SHORTCUT_KEYS: &[&str] = &["action", "from", "to"];
pub const PRIVACY_KEYS: &[&str] = &["secrets", "patterns", "local_only_apps", "never_apps"];
pub const BUDGET_KEYS: &[&str] = &["month"];
pub const PASTE_KEYS: &[&str] = &["chord", "preview"];
pub const PANEL_KEYS: &[&str] = &["bar_on_selection", "bar_not_apps"];

words!(Secrets: Ask = "ask", Mask = "mask", Block = "block", Allow = "allow");

/// What the user wrote; `None` and empty where they wrote nothing.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    pub model: Option<Located<String>>,
    pub languages: Option<Vec<Language>>,
    pub about_me: Option<String>,
    pub fallback: Vec<Located<String>>,
    pub auto_order: Vec<Located<String>>,
    pub shortcuts: Vec<WrittenShortcut>,
    pub aliases: BTreeMap<String, Located<String>>,
    pub providers: Vec<ProviderTable>,
    pub secrets: Option<Secrets>,
    pub patterns: Vec<regex::Regex>,
    pub local_only_apps: Option<Vec<String>>,
    pub never_apps: Option<Vec<String>>,
    pub budget_month: Option<f64>,
    pub chords: BTreeMap<String, Shortcut>,
    pub preview: Option<Preview>,
    pub bar_on_selection: Option<bool>,
    pub bar_not_apps: Option<Vec<String>>,
    /// Every key that was written, dotted (`provider.work.model`), with its line.
    pub lines: BTreeMap<String, usize>,
}

/// A line of `[shortcuts]`.
#[derive(Debug, Clone)]
pub struct WrittenShortcut {
    pub shortcut: Located<Shortcut>,
    /// `None` takes the combination away.
    pub does: Option<WrittenBinding>,
}

#[derive(Debug, Clone)]
pub struct WrittenBinding {
    pub action: Located<String>,
    pub from: Option<Vec<TextSource>>,
    pub to: Option<Vec<Sink>>,
}

/// Reads the whole file; every mistake at once.
pub fn read(source: &Source) -> Result<ConfigFile, Vec<Diagnostic>> {
    match read_leniently(source)? {
        (file, mistakes) if mistakes.is_empty() => Ok(file),
        (_, mistakes) => Err(mistakes),
    }
}

/// As [`read`], with what could be read beside the mistakes, so that the rest can be looked through for more of them.
/// `Err`: it is no TOML.
pub fn read_leniently(source: &Source) -> Result<(ConfigFile, Vec<Diagnostic>), Vec<Diagnostic>> {
    let table = toml_tree::parse(source)?;
    let report = Report::new(source);
    let file = config(&report, &table);
    Ok((file, report.into_mistakes()))
}

fn config(report: &Report<'_>, table: &Table) -> ConfigFile {
    let root = Reader::new(report, table, KEYS);
    let inner = |key, keys| root.get(key).and_then(|field| field.table(keys));
    let mut file = ConfigFile {
        model: root.get("model").and_then(|field| field.words()),
        languages: root.get("languages").and_then(|field| languages(&field)),
        about_me: root.get("about_me").and_then(|field| field.text()).map(str::to_owned),
        fallback: root.get("fallback").and_then(|field| field.texts()).unwrap_or_default(),
        shortcuts: root.get("shortcuts").map(|field| shortcuts(&field)).unwrap_or_default(),
        aliases: root.get("alias").map(|field| aliases(&field)).unwrap_or_default(),
        providers: root.get("provider").map(|field| provider_file::read(&field)).unwrap_or_default(),
        lines: lines(report.source, table),
        ..ConfigFile::default()
    };
    if let Some(auto) = inner("auto", AUTO_KEYS) {
        file.auto_order = auto.get("order").and_then(|field| field.texts()).unwrap_or_default();
    }
    if let Some(table) = inner("privacy", PRIVACY_KEYS) {
        privacy(&table, &mut file);
    }
    if let Some(budget) = inner("budget", BUDGET_KEYS) {
        file.budget_month = budget.get("month").and_then(|field| field.number(0.0..=f64::MAX));
    }
    if let Some(paste) = inner("paste", PASTE_KEYS) {
        file.chords = paste.get("chord").map(|field| chords(&field)).unwrap_or_default();
        file.preview = paste.get("preview").and_then(|field| field.one_of());
    }
    if let Some(panel) = inner("panel", PANEL_KEYS) {
        file.bar_on_selection = panel.get("bar_on_selection").and_then(|field| field.boolean());
        file.bar_not_apps = apps(&panel, "bar_not_apps");
    }
    file
}

fn languages(field: &Field<'_>) -> Option<Vec<Language>> {
    let mut found = Vec::new();
    for item in field.items()? {
        match language(&item) {
            Some(language) if found.contains(&language) => item.mistake("named twice", "take one of the two away"),
            Some(language) => found.push(language),
            None => {}
        }
    }
    (!found.is_empty()).then_some(found)
}

fn privacy(table: &Reader<'_>, file: &mut ConfigFile) {
    file.secrets = table.get("secrets").and_then(|field| field.one_of());
    file.local_only_apps = apps(table, "local_only_apps");
    file.never_apps = apps(table, "never_apps");
    if let Some(field) = table.get("patterns").filter(|field| !is_empty_list(field)) {
        file.patterns = field.items().unwrap_or_default().iter().filter_map(Field::regex).collect();
    }
}

fn is_empty_list(field: &Field<'_>) -> bool {
    matches!(field.value(), Value::List(items) if items.is_empty())
}

/// Names of applications, in lower case as they are compared.
fn apps(table: &Reader<'_>, key: &str) -> Option<Vec<String>> {
    let texts = table.get(key)?.any_texts()?;
    Some(texts.into_iter().map(|app| app.to_lowercase()).collect())
}

fn chords(field: &Field<'_>) -> BTreeMap<String, Shortcut> {
    let entries = field.entries("a table of applications and key combinations").unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.name.to_lowercase(), entry.field.shortcut()?))).collect()
}

fn aliases(field: &Field<'_>) -> BTreeMap<String, Located<String>> {
    let entries = field.entries("a table of names and models").unwrap_or_default();
    entries.iter().filter_map(|entry| Some((alias_name(entry)?, entry.field.words()?))).collect()
}

fn alias_name(entry: &Named<'_>) -> Option<String> {
    let name = entry.name.trim();
    if name.is_empty() || name == "auto" || name.contains('/') {
        let help = "an alias is a word of your own, without `/`, and not `auto`";
        entry.field.report().mistake(entry.name_span, "not a name for an alias", help);
        return None;
    }
    Some(name.to_owned())
}

fn shortcuts(field: &Field<'_>) -> Vec<WrittenShortcut> {
    let mut written: Vec<WrittenShortcut> = Vec::new();
    for entry in field.entries("a table of key combinations and actions").unwrap_or_default() {
        let Some(one) = written_shortcut(&entry) else { continue };
        if written.iter().any(|other| other.shortcut.value == one.shortcut.value) {
            field.report().mistake(entry.name_span, "this combination is there twice", "take one of the two away");
        }
        written.push(one);
    }
    written
}

fn written_shortcut(entry: &Named<'_>) -> Option<WrittenShortcut> {
    let combination = shortcut(entry.field.report(), entry.name, entry.name_span);
    let does = match entry.field.value() {
        Value::Text(text) if text.is_empty() => None,
        Value::Table(_) => Some(binding(&entry.field)?),
        _ => Some(WrittenBinding { action: entry.field.words()?, from: None, to: None }),
    };
    Some(WrittenShortcut { shortcut: Located { value: combination?, span: entry.name_span.clone() }, does })
}

fn binding(field: &Field<'_>) -> Option<WrittenBinding> {
    let table = field.table(SHORTCUT_KEYS)?;
    let (from, to) = (some_of(&table, "from"), some_of(&table, "to"));
    let Some(action) = table.get("action") else {
        field.mistake("no action", "add `action = \"…\"`");
        return None;
    };
    Some(WrittenBinding { action: action.words()?, from, to })
}

fn some_of<T: Word + PartialEq>(table: &Reader<'_>, key: &str) -> Option<Vec<T>> {
    table.get(key).and_then(|field| field.some_of())
}

/// The line of every key, dotted.
fn lines(source: &Source, table: &Table) -> BTreeMap<String, usize> {
    let mut starts = Vec::new();
    collect_keys(table, "", &mut starts);
    starts.sort();
    let (mut line, mut counted) = (1, 0);
    let in_order = starts.into_iter().map(|(start, key)| {
        line += source.text()[counted..start].matches('\n').count();
        counted = start;
        (key, line)
    });
    in_order.collect()
}

fn collect_keys(table: &Table, before: &str, starts: &mut Vec<(usize, String)>) {
    for entry in &table.entries {
        let key = format!("{before}{}", entry.key);
        if let Value::Table(inner) = &entry.node.value {
            collect_keys(inner, &format!("{key}."), starts);
        }
        starts.push((entry.key_span.start, key));
    }
}
