//! A prompt file of any text is read or refused. What is read is whole, and renders within its bounds or says why not.

use std::collections::BTreeMap;

use postil::action::file::{PromptFile, read};
use postil::action::fits::fits;
use postil::action::template::{AppVariables, Template, Variables};
use postil::action::{Action, EngineKind, Origin};
use postil::config::locate::Source;

use super::diagnostics;

const TEXT: &str = "{{ date }} Grüße\n\n世界";

pub fn check(bytes: &[u8]) {
    let source = Source::new("fuzz.md", &String::from_utf8_lossy(bytes));
    match read(source.clone(), Origin::Shipped) {
        Ok(file) => check_file(&file),
        Err(mistakes) => diagnostics::check(&source, &mistakes),
    }
}

fn check_file(file: &PromptFile) {
    let action = &file.action;
    assert!(!action.from.is_empty() && !action.to.is_empty() && !action.models.is_empty());
    assert!(file.models.iter().all(|model| file.source.text().get(model.span.clone()).is_some()));
    for (_, option) in &action.options {
        assert!(option.choices.contains(&option.default));
    }
    fits(&action.when, TEXT, Some("firefox"), None);
    check_templates(action);
}

fn check_templates(action: &Action) {
    let mut variables = variables(action);
    for step in &action.steps {
        let rendered = render(&step.prompt, &variables);
        variables.steps.insert(step.name.clone(), rendered);
    }
    render(&action.prompt, &variables);
    if let EngineKind::Open(address) = &action.engine {
        render(address, &variables);
    }
}

/// A template that names only what exists may still fail, on what its variables hold; that is a sentence of ours.
fn render(template: &Template, variables: &Variables) -> String {
    match template.render(variables) {
        Ok(text) => text,
        Err(error) => {
            assert!(!error.to_string().contains("Grüße"), "the user's text is shown: {error}");
            String::new()
        }
    }
}

fn variables(action: &Action) -> Variables {
    Variables {
        text: TEXT.into(),
        target_language: "German".into(),
        second_language: "English".into(),
        answer_language: "German".into(),
        app: AppVariables { name: "firefox".into(), title: "A page".into() },
        date: "2026-11-21".into(),
        options: action.options.iter().map(|(name, option)| (name.clone(), option.default.clone())).collect(),
        steps: BTreeMap::new(),
        ..Variables::default()
    }
}
