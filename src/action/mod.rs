//! An action is one prompt file: where the text comes from, what is done with it, where the answer goes.
//!
//! [`file`] reads a prompt file (YAML front matter, template body) and reports every mistake at its place;
//! [`template`] is the body: checked when it is read, rendered when the key is pressed; [`fits`] says whether an
//! action is for a given text and application; [`shipped`] holds the files that are in the binary.

pub mod file;
pub mod file_parts;
pub mod fits;
pub mod front_matter;
pub mod shipped;
pub mod template;
mod template_check;
mod template_filters;

#[cfg(test)]
mod file_tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::config::word::words;
use crate::desktop::shortcut::Shortcut;
use crate::llm::request::Sampling;
use crate::offline::Builtin;
use template::Template;

/// The name by which an action is called everywhere: its file's stem in lower case (`translate`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionName(String);

impl ActionName {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ActionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A prompt file as it is meant. Built by [`file::read`], never changed afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    pub name: ActionName,
    /// What menus show.
    pub title: String,
    pub description: String,
    pub icon: String,
    /// What it stands in where there are many; empty for none.
    pub folder: String,
    pub shortcut: Option<Shortcut>,
    /// The first that has text is used. Never empty.
    pub from: Vec<Source>,
    /// All of them. Never empty.
    pub to: Vec<Sink>,
    pub when: When,
    pub engine: EngineKind,
    /// What `model: auto` may use where no model is ready.
    pub offline: Option<Builtin>,
    /// More than one: side by side. Never empty.
    pub models: Vec<ModelChoice>,
    /// Tried in order when the model failed.
    pub fallback: Vec<ModelChoice>,
    pub sampling: Sampling,
    pub answer: AnswerForm,
    pub split: Split,
    pub preview: Preview,
    pub steps: Vec<Step>,
    /// In the file's order.
    pub options: Vec<(String, ActionOption)>,
    /// The body. Empty for engines that need none.
    pub prompt: Template,
    pub file: Origin,
}

impl Action {
    /// An action with every key at its default.
    pub fn new(name: ActionName, title: &str) -> Self {
        Self {
            name,
            title: title.to_owned(),
            description: String::new(),
            icon: String::new(),
            folder: String::new(),
            shortcut: None,
            from: vec![Source::Selection, Source::Clipboard],
            to: vec![Sink::Panel],
            when: When::default(),
            engine: EngineKind::Model,
            offline: None,
            models: vec![ModelChoice::Auto],
            fallback: Vec::new(),
            sampling: Sampling::default(),
            answer: AnswerForm::Markdown,
            split: Split::None,
            preview: Preview::None,
            steps: Vec::new(),
            options: Vec::new(),
            prompt: Template::default(),
            file: Origin::Shipped,
        }
    }
}

impl Action {
    /// Its steps' prompts and its body.
    pub fn prompts(&self) -> impl Iterator<Item = &Template> {
        self.steps.iter().map(|step| &step.prompt).chain([&self.prompt])
    }
}

/// Where a prompt file stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the binary.
    Shipped,
    User(PathBuf),
}

/// Where text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    Selection,
    Clipboard,
    /// Typed into the panel.
    Input,
    Stdin,
}

/// Where the answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sink {
    Panel,
    Notify,
    Copy,
    Replace,
    Append,
    Stdout,
}

/// What makes the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineKind {
    Model,
    Builtin(Builtin),
    /// Program and arguments; the text on its stdin, the answer on its stdout. Never empty.
    Command(Vec<String>),
    /// The address to open.
    Open(Template),
}

/// A model as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelChoice {
    Auto,
    /// `PROVIDER/NAME` or an alias.
    Named(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerForm {
    Markdown,
    /// Fences and Markdown that the model put around the answer are taken off.
    Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    None,
    Paragraphs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preview {
    None,
    Diff,
}

/// One call of an action that needs several.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub name: String,
    pub prompt: Template,
    /// In place of the action's.
    pub model: Option<ModelChoice>,
}

/// What the user can set per run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionOption {
    pub choices: Vec<String>,
    /// One of `choices`.
    pub default: String,
}

/// Under which conditions an action is shown and allowed; all must hold. Empty: always.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// Any of these.
    pub kinds: Vec<TextKind>,
    pub matches: Option<regex::Regex>,
    /// WM_CLASS or application id, compared without case.
    pub apps: Vec<String>,
    pub not_apps: Vec<String>,
    /// ISO 639-1 codes.
    pub languages: Vec<String>,
}

impl PartialEq for When {
    fn eq(&self, other: &Self) -> bool {
        let pattern = |when: &Self| when.matches.as_ref().map(|regex| regex.as_str().to_owned());
        (&self.kinds, pattern(self), &self.apps, &self.not_apps, &self.languages)
            == (&other.kinds, pattern(other), &other.apps, &other.not_apps, &other.languages)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    Text,
    Url,
    Email,
    Path,
    Code,
    Word,
}

/// The user's choices for one run, by option name.
pub type OptionValues = BTreeMap<String, String>;

// Each as files and the command line write it.
words!(Source: Selection = "selection", Clipboard = "clipboard", Input = "input", Stdin = "stdin");
words!(Sink: Panel = "panel", Notify = "notify", Copy = "copy", Replace = "replace", Append = "append", Stdout = "stdout");
words!(AnswerForm: Markdown = "markdown", Plain = "plain");
words!(Split: None = "none", Paragraphs = "paragraphs");
words!(Preview: None = "none", Diff = "diff");
words!(TextKind: Text = "text", Url = "url", Email = "email", Path = "path", Code = "code", Word = "word");
