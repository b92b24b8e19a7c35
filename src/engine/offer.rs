//! Which actions are offered for a text, and in which order: the one answer for the tray's menu and the picker.

use std::sync::Arc;

use crate::action::fits::fits;
use crate::action::{Action, EngineKind, Source};
use crate::config::{Binding, Bound, Settings};
use crate::desktop::BindingId;
use crate::desktop::shortcut::Shortcut;
use crate::text::language;
use crate::text::sealed::UserText;

/// The actions for a text from `source`: text tools after the others, of both those with a shortcut first, for this source above all. `text`: what they are
/// to fit, in this application; without one, all of them.
pub fn offered<'a>(
    settings: &'a Settings,
    source: Source,
    text: Option<&UserText>,
    app: Option<&str>,
) -> Vec<&'a Arc<Action>> {
    let language = text.and_then(|text| language::detect(text.expose(), &settings.languages));
    let is_fit = |action: &Action| text.is_none_or(|text| fits(&action.when, text.expose(), app, language));
    let from_there = settings.actions.values().filter(|action| takes(action, source));
    let mut offered: Vec<_> = from_there.filter(|action| is_fit(action)).collect();
    let has_shortcut = |action: &Action| {
        let runs = |does: &Bound| matches!(does, Bound::Action { action: name, .. } if *name == action.name);
        settings.bindings.iter().any(|binding| runs(&binding.does))
    };
    offered.sort_by_cached_key(|action| {
        let for_this = shortcut(settings, action, source).is_some();
        (is_tool(action), !for_this, !has_shortcut(action), action.title.clone())
    });
    offered
}

/// What can be done with a text that lies somewhere can be done with one that is typed.
fn takes(action: &Action, source: Source) -> bool {
    action.from.contains(&source) || (source == Source::Input && action.from.iter().any(|from| *from != Source::Stdin))
}

/// Text tools are many and need no model; they stand together.
pub fn is_tool(action: &Action) -> bool {
    matches!(action.engine, EngineKind::Builtin(builtin) if builtin.is_text_tool())
}

/// The shortcut that runs the action on a text from `source`.
pub fn shortcut(settings: &Settings, action: &Action, source: Source) -> Option<(BindingId, Shortcut)> {
    let runs = |binding: &Binding| match &binding.does {
        Bound::Action { action: name, from, .. } if *name == action.name => {
            from.as_ref().unwrap_or(&action.from).first() == Some(&source)
        }
        _ => false,
    };
    let numbered = (0..).map(BindingId).zip(&settings.bindings);
    numbered.filter(|(_, binding)| runs(binding)).map(|(id, binding)| (id, binding.shortcut)).next()
}
