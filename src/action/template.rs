//! The body of a prompt file: a minijinja template whose variables are known when the file is read.
//!
//! Invariant: a [`Template`] names only variables, filters and functions that exist. The user's text is a value and is
//! never read as a template, so that no template syntax in it is ever evaluated.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use crate::action::template_check::{self, Mistake, Uses};

/// Instructions that one rendering may take: a prompt takes some dozens, a loop without end takes this in about 50 ms.
const FUEL: u64 = 1_000_000;

/// The most that is rendered: the largest text that is read, and as much again around it.
const LARGEST_OUTPUT: usize = 2 * crate::desktop::LARGEST_TEXT;

/// A template that names only what exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    source: String,
    uses: Uses,
}

/// The names that depend on the file in which a template stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    pub options: &'a [String],
    /// Those of the steps before this template.
    pub steps: &'a [String],
}

/// What a template may name. Languages by their English names; empty where unknown.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Variables {
    pub text: String,
    pub source_language: String,
    pub target_language: String,
    pub second_language: String,
    pub answer_language: String,
    pub app: AppVariables,
    pub clipboard: String,
    /// `2026-11-21`.
    pub date: String,
    pub about_me: String,
    pub options: BTreeMap<String, String>,
    pub steps: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct AppVariables {
    pub name: String,
    pub title: String,
}

/// Why a template could not be rendered. It quotes nothing: the values are the user's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("the prompt's template loops too long")]
    TooLong,
    #[error("the prompt's template makes more than {LARGEST_OUTPUT} bytes")]
    TooLarge,
    /// `line` counts from the first line of the template.
    #[error("the prompt's template fails in its line {line}: {reason}")]
    Failed { line: usize, reason: String },
}

impl Template {
    /// Checks `source`; every mistake at once, with its bytes in `source`.
    pub fn compile(source: &str, names: Names<'_>) -> Result<Self, Vec<Mistake>> {
        let uses = template_check::check(source, names)?;
        Ok(Self { source: source.to_owned(), uses })
    }

    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the user's text stands inside what is rendered; else it is to be a message of its own.
    pub fn uses_text(&self) -> bool {
        self.uses.text
    }

    /// Whether the clipboard has to be read for it.
    pub fn uses_clipboard(&self) -> bool {
        self.uses.clipboard
    }

    /// Whether the language of the text has to be found out for it.
    pub fn uses_direction(&self) -> bool {
        self.uses.direction
    }

    /// Fills the variables in. About 20 µs and the time to copy the text.
    pub fn render(&self, variables: &Variables) -> Result<String, RenderError> {
        let template = environment().template_from_str(&self.source).map_err(failed)?;
        let mut output = Bounded::default();
        match template.render_captured_to(minijinja::value::Serde(variables), &mut output) {
            Ok(_) => Ok(String::from_utf8(output.bytes).expect("minijinja writes whole strings")),
            Err(_) if output.full => Err(RenderError::TooLarge),
            Err(error) => Err(failed(error)),
        }
    }
}

/// The one place where the dialect is settled; the checker parses by the same.
pub(super) fn syntax() -> SyntaxConfig {
    let mut syntax = SyntaxConfig::builder();
    // A tag alone on its line leaves no empty line behind.
    syntax.trim_blocks(true).lstrip_blocks(true);
    syntax.build().expect("the default delimiters are good")
}

pub(super) fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_syntax(syntax());
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        // It would print all variables, the user's text among them.
        environment.remove_global("debug");
        environment
    })
}

fn failed(error: minijinja::Error) -> RenderError {
    match error.kind() {
        ErrorKind::OutOfFuel => RenderError::TooLong,
        // Its details may quote values; the kind does not.
        kind => RenderError::Failed { line: error.line().unwrap_or(1), reason: kind.to_string() },
    }
}

/// Takes up to [`LARGEST_OUTPUT`].
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LARGEST_OUTPUT {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: Result<&str, &str>) {
        let template = Template::compile(template, Names { options: &["tone".into()], steps: &[] }).unwrap();
        let variables = Variables {
            text: "{{ date }} & <b>".into(),
            target_language: "German".into(),
            options: [("tone".to_owned(), "formal".to_owned())].into(),
            ..Variables::default()
        };
        let rendered = template.render(&variables).map_err(|error| error.to_string());
        assert_eq!(rendered.as_deref(), expected.map_err(str::to_owned).as_ref().map(|text| *text));
    }

    #[test]
    fn variables_are_filled_in_and_the_text_stays_data() {
        check("To {{ target_language }}, {{ options.tone }}.", Ok("To German, formal."));
        check("<{{ text }}>", Ok("<{{ date }} & <b>>"));
        check("q={{ text | urlencode }}", Ok("q=%7B%7B%20date%20%7D%7D%20%26%20%3Cb%3E"));
        check("{% if source_language %}\nfrom {{ source_language }}\n{% endif %}\nend", Ok("end"));
    }

    #[test]
    fn what_does_too_much_is_stopped() {
        check(
            "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
            Err("the prompt's template loops too long"),
        );
        check("a\n{{ text | int }}", Err("the prompt's template fails in its line 2: invalid operation"));
    }

    #[test]
    fn it_is_known_what_a_template_uses() {
        let uses = |source| Template::compile(source, Names::default()).map(|t| (t.uses_text(), t.uses_clipboard()));
        assert_eq!(uses("{{ text }}"), Ok((true, false)));
        assert_eq!(uses("{% if clipboard %}{{ clipboard }}{% endif %}"), Ok((false, true)));
        assert_eq!(uses("{% for text in ['a'] %}{{ text }}{% endfor %}"), Ok((false, false)));
        assert_eq!(uses("the text"), Ok((false, false)));
        let uses_direction = |source| Template::compile(source, Names::default()).map(|t| t.uses_direction());
        assert_eq!(uses_direction("{% if source_language %}from it{% endif %}"), Ok(true));
        assert_eq!(uses_direction("In {{ answer_language }}."), Ok(false));
    }
}
