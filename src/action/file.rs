//! Reads one prompt file: every key of the specification with its type, and what does not go together.
//!
//! Invariant: an [`Action`] that comes out is whole. Capabilities that a later version brings are read and checked here
//! like the others; the engine says what it cannot do yet.

use std::path::Path;

use crate::action::file_parts::{choices, identifier, is_identifier, option, sampling, template, when, word, words};
use crate::action::front_matter;
use crate::action::template::{Names, Template};
use crate::action::{
    Action, ActionName, ActionOption, AnswerForm, EngineKind, ModelChoice, Origin, Preview, Sink, Source as TextSource,
    Split, Step,
};
use crate::config::diagnostic::Diagnostic;
use crate::config::locate::{Located, Source, Span};
use crate::config::reader::{Field, Reader, Report};
use crate::config::tree::{Table, Value};
use crate::config::word::{Word, suggestion};
use crate::config::yaml_tree;
use crate::offline::Builtin;

/// The keys of the front matter, of its tables, and nothing else.
pub const KEYS: &[&str] = &[
    "name",
    "description",
    "icon",
    "folder",
    "shortcut",
    "from",
    "to",
    "when",
    "engine",
    "command",
    "url",
    "offline",
    "model",
    "fallback",
    "temperature",
    "top_p",
    "max_tokens",
    "effort",
    "n",
    "answer",
    "split",
    "preview",
    "steps",
    "options",
];
pub const WHEN_KEYS: &[&str] = &["kind", "matches", "apps", "not_apps", "languages"];
pub const STEP_KEYS: &[&str] = &["name", "prompt", "model"];
pub const OPTION_KEYS: &[&str] = &["choices", "default"];

/// What `engine` may be besides the name of a built-in.
pub const ENGINES: &[&str] = &["model", "command", "open"];

/// The name by which configurations and menus call the picker, so that no action can have it.
pub const PICKER: &str = "pick";

/// Providers take no more than 2.
pub const TEMPERATURES: std::ops::RangeInclusive<f64> = 0.0..=2.0;
/// An action that needs more calls than these is a program.
pub const MOST_STEPS: usize = 20;
/// Alternatives to choose from: more than these nobody reads.
pub const ALTERNATIVES: std::ops::RangeInclusive<u64> = 1..=8;

/// A prompt file that is good by itself, and what can only be checked against the rest of the configuration.
#[derive(Debug, Clone)]
pub struct PromptFile {
    pub action: Action,
    pub source: Source,
    /// The models that it names, `auto` excepted.
    pub models: Vec<Located<String>>,
    pub shortcut_at: Option<Span>,
}

/// The action's name, from its file's: the stem in lower case. `None`: no prompt file (hidden, or not `.md`).
pub fn name_of(file: &Path) -> Option<ActionName> {
    let stem = file.file_stem()?.to_str()?;
    let is_prompt = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    (is_prompt && !stem.starts_with('.')).then(|| ActionName::new(stem.to_lowercase()))
}

/// Reads a whole file; every mistake at once.
pub fn read(source: Source, origin: Origin) -> Result<PromptFile, Vec<Diagnostic>> {
    let Some(name) = name_of(source.file()) else {
        return Err(vec![source.sealed_mistake(&(0..0), "not a prompt file", "name it `something.md`")]);
    };
    let parts = front_matter::split(&source).map_err(|mistake| vec![mistake])?;
    let table = yaml_tree::parse(&source, parts.front)?;
    let report = Report::new(&source);
    let (action, models, shortcut_at) = Draft { report: &report, table: &table, body: parts.body }.read(name, origin);
    let mistakes = report.into_mistakes();
    if mistakes.is_empty() { Ok(PromptFile { action, source, models, shortcut_at }) } else { Err(mistakes) }
}

struct Draft<'s> {
    report: &'s Report<'s>,
    table: &'s Table,
    body: Span,
}

impl<'s> Draft<'s> {
    /// Reads all, so that every mistake is told. What is reported as a mistake is some default in the result.
    fn read(&self, name: ActionName, origin: Origin) -> (Action, Vec<Located<String>>, Option<Span>) {
        if name.as_str() == PICKER {
            self.report.sealed_mistake(&(0..0), "`pick` is the picker", "give the file another name");
        }
        let front = Reader::new(self.report, self.table, KEYS);
        let text = |key| front.get(key).and_then(|field| field.words()).map(|text| text.value);
        let mut models = Vec::new();
        let (options, steps) = (self.options(&front), self.steps(&front, &mut models));
        let option_names: Vec<_> = options.iter().map(|(name, _)| name.clone()).collect();
        let step_names: Vec<_> = steps.iter().map(|step| step.name.clone()).collect();
        let names = Names { options: &option_names, steps: &step_names };
        let engine = self.engine(&front, names);
        let prompt = self.prompt(engine.as_ref(), &steps, names);
        let action = Action {
            title: text("name").unwrap_or_else(|| title_of(&name)),
            name,
            description: text("description").unwrap_or_default(),
            icon: text("icon").unwrap_or_default(),
            folder: text("folder").unwrap_or_default(),
            shortcut: front.get("shortcut").and_then(|field| field.shortcut()),
            from: words(&front, "from").unwrap_or_else(|| vec![TextSource::Selection, TextSource::Clipboard]),
            to: words(&front, "to").unwrap_or_else(|| vec![Sink::Panel]),
            when: front.get("when").map(|field| when(&field)).unwrap_or_default(),
            engine: engine.unwrap_or(EngineKind::Model),
            offline: word(&front, "offline"),
            models: choices(&front, "model", &mut models).unwrap_or_else(|| vec![ModelChoice::Auto]),
            fallback: choices(&front, "fallback", &mut models).unwrap_or_default(),
            sampling: sampling(&front),
            answer: word(&front, "answer").unwrap_or(AnswerForm::Markdown),
            split: word(&front, "split").unwrap_or(Split::None),
            preview: word(&front, "preview").unwrap_or(Preview::None),
            steps,
            options,
            prompt: prompt.unwrap_or_default(),
            file: origin,
        };
        (action, models, front.get("shortcut").map(|field| field.span().clone()))
    }

    fn engine(&self, front: &Reader<'s>, names: Names<'_>) -> Option<EngineKind> {
        let written = front.get("engine");
        let word = match &written {
            Some(field) => field.words()?.value,
            None => "model".to_owned(),
        };
        for (key, engine) in [("command", "command"), ("url", "open")] {
            if let Some(field) = front.get(key).filter(|_| word != engine) {
                let help = format!("write `engine: {engine}`, or take `{key}` away");
                self.report.mistake(field.key_span(), "a key of another engine", help);
            }
        }
        match word.as_str() {
            "model" => Some(EngineKind::Model),
            "command" => self.command(front, written?),
            "open" => self.open(front, written?, names),
            other => self.builtin(other, written?),
        }
    }

    fn command(&self, front: &Reader<'s>, engine: Field<'s>) -> Option<EngineKind> {
        let Some(field) = front.get("command") else {
            engine.mistake("no command", "add `command: [program, argument]`");
            return None;
        };
        let items = field.list("a list of a program and its arguments, as in `[wc, -w]`")?;
        let arguments: Option<Vec<_>> = items.iter().map(|item| item.text().map(str::to_owned)).collect();
        arguments
            .filter(|arguments| {
                let named = arguments.first().is_some_and(|program| !program.trim().is_empty());
                if !named {
                    field.mistake("no program", "the first item is the program");
                }
                named
            })
            .map(EngineKind::Command)
    }

    fn open(&self, front: &Reader<'s>, engine: Field<'s>, names: Names<'_>) -> Option<EngineKind> {
        let Some(field) = front.get("url") else {
            engine.mistake("no address", "add `url: \"https://example.com/?q={{ text | urlencode }}\"`");
            return None;
        };
        let address = field.words()?;
        template(self.report, &address.value, &address.span, names).map(EngineKind::Open)
    }

    fn builtin(&self, name: &str, engine: Field<'s>) -> Option<EngineKind> {
        let found = Builtin::of_word(name);
        if found.is_none() {
            let known: Vec<_> = ENGINES.iter().copied().chain(Builtin::WORDS.iter().map(|one| one.as_word())).collect();
            engine.mistake("unknown engine", suggestion(name, known));
        }
        found.map(EngineKind::Builtin)
    }

    /// The body. A model needs one, unless its steps say it all; the other engines read none.
    fn prompt(&self, engine: Option<&EngineKind>, steps: &[Step], names: Names<'_>) -> Option<Template> {
        let body = &self.report.source.text()[self.body.clone()];
        match engine {
            Some(EngineKind::Model) if body.is_empty() && steps.is_empty() => {
                let help = "write below the front matter what the model is to do";
                self.report.sealed_mistake(&self.body, "no prompt", help);
            }
            Some(EngineKind::Builtin(_) | EngineKind::Command(_) | EngineKind::Open(_)) if !body.is_empty() => {
                let help = "only `engine: model` reads one; make it a comment in the front matter (`# …`)";
                self.report.mistake(&self.body, "a prompt that nobody reads", help);
            }
            _ => {}
        }
        template(self.report, body, &self.body, names)
    }

    fn steps(&self, front: &Reader<'s>, models: &mut Vec<Located<String>>) -> Vec<Step> {
        let Some(items) = front.get("steps").and_then(|field| field.list("a list of steps")) else {
            return Vec::new();
        };
        if let Some(first_too_many) = items.get(MOST_STEPS) {
            first_too_many
                .mistake(format!("more than {MOST_STEPS} steps"), "take some away, or make two actions of them");
        }
        let options: Vec<_> = self.options_named(front);
        let mut steps = Vec::new();
        for item in items.iter().take(MOST_STEPS) {
            let before: Vec<_> = steps.iter().map(|step: &Step| step.name.clone()).collect();
            steps.extend(self.step(item, Names { options: &options, steps: &before }, models));
        }
        steps
    }

    fn step(&self, item: &Field<'s>, names: Names<'_>, models: &mut Vec<Located<String>>) -> Option<Step> {
        let table = item.table(STEP_KEYS)?;
        let (Some(name), Some(prompt)) = (table.get("name"), table.get("prompt")) else {
            item.mistake("a step without name or prompt", "write `{ name: …, prompt: … }`");
            return None;
        };
        let name_text = identifier(&name)?;
        if names.steps.contains(&name_text) {
            name.mistake("two steps of this name", "give one of them another name");
        }
        let text = prompt.words()?;
        let model = choices(&table, "model", models).unwrap_or_default();
        if let (Some(field), 2..) = (table.get("model"), model.len()) {
            field.mistake("several models", "a step has one");
        }
        Some(Step {
            name: name_text,
            prompt: template(self.report, &text.value, &text.span, names).unwrap_or_default(),
            model: model.into_iter().next(),
        })
    }

    /// The names alone, for templates that are read before mistakes in the options themselves are told.
    fn options_named(&self, front: &Reader<'s>) -> Vec<String> {
        match front.get("options").map(|field| field.value()) {
            Some(Value::Table(table)) => table.entries.iter().map(|e| e.key.clone()).collect(),
            _ => Vec::new(),
        }
    }

    fn options(&self, front: &Reader<'s>) -> Vec<(String, ActionOption)> {
        let entries = front.get("options").and_then(|field| field.entries("a table of options"));
        entries
            .into_iter()
            .flatten()
            .map(|entry| {
                if !is_identifier(entry.name) {
                    self.report.mistake(entry.name_span, "not a name for templates", "use letters, digits and `_`");
                }
                // Where an option is wrong its name still stands for it, so that templates that use it are not wrong too.
                let read = option(&entry.field).unwrap_or(ActionOption { choices: Vec::new(), default: String::new() });
                (entry.name.to_owned(), read)
            })
            .collect()
    }
}

/// `explain-code` → `Explain code`.
fn title_of(name: &ActionName) -> String {
    let spaced = name.as_str().replace(['-', '_'], " ");
    let mut characters = spaced.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
