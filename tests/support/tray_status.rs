//! A status with a few actions, for tests of the tray.

use std::sync::Arc;

use postil::action::{Action, ActionName, EngineKind, Sink, Source, When};
use postil::config::{Binding, Bound, Settings};
use postil::engine::effect::{TrayIcon, TrayStatus};
use postil::offline::Builtin;

/// Four actions for any text, one for addresses, one for the clipboard alone; Translate and Polish have shortcuts.
pub fn status() -> TrayStatus {
    TrayStatus {
        icon: TrayIcon::Idle,
        settings: Arc::new(settings()),
        model: Ok("openai/gpt-5-mini".into()),
        running: Vec::new(),
        answers: Vec::new(),
        troubles: Vec::new(),
        undo: None,
        chosen: Vec::new(),
    }
}

fn settings() -> Settings {
    let both = [Source::Selection, Source::Clipboard];
    let addresses = When { matches: regex::Regex::new("^https?://").ok(), ..When::default() };
    let actions = [
        action("explain", "Explain", &both, EngineKind::Model),
        action("polish", "Polish", &both, EngineKind::Model),
        Action { icon: "🌐".into(), ..action("translate", "Translate", &both, EngineKind::Model) },
        Action { when: addresses, ..action("open-link", "Open link", &both, EngineKind::Model) },
        action("rewrite-clipboard", "Rewrite_clipboard", &[Source::Clipboard], EngineKind::Model),
        action("upper", "UPPER CASE", &both, EngineKind::Builtin(Builtin::Upper)),
    ];
    Settings {
        actions: actions.into_iter().map(|action| (action.name.clone(), Arc::new(action))).collect(),
        bindings: vec![
            binding("Ctrl+Alt+Y", "translate", None),
            binding("Ctrl+Alt+V", "polish", Some(vec![Source::Clipboard])),
        ],
        ..Settings::bare()
    }
}

fn action(name: &str, title: &str, from: &[Source], engine: EngineKind) -> Action {
    Action { from: from.to_vec(), to: vec![Sink::Notify], engine, ..Action::new(ActionName::new(name), title) }
}

fn binding(shortcut: &str, action: &str, from: Option<Vec<Source>>) -> Binding {
    let does = Bound::Action { action: ActionName::new(action), from, to: None };
    Binding { shortcut: shortcut.parse().expect("a shortcut"), does }
}
