//! Menus as text: one line for an entry, `▸` for a submenu, `·` for a line that cannot be clicked.

use std::time::Instant;

use super::*;
use crate::desktop::TriggerContext;
use crate::engine::call::JobId;
use crate::tray::sample;

fn render(entries: &[Entry], indent: usize) -> String {
    let pad = "  ".repeat(indent);
    let line = |entry: &Entry| match entry {
        Entry::Line(label) => format!("{pad}· {label}\n"),
        Entry::Item { label, choice } => format!("{pad}{label}   [{}]\n", choice_word(choice)),
        Entry::Separator => format!("{pad}---\n"),
        Entry::Submenu { label, entries } => format!("{pad}{label} ▸\n{}", render(entries, indent + 1)),
    };
    entries.iter().map(line).collect()
}

fn choice_word(choice: &MenuChoice) -> String {
    match choice {
        MenuChoice::Run { action, source } => format!("run {action} on {}", source.word()),
        other => format!("{other:?}"),
    }
}

fn peek(selection: &str, clipboard: &str) -> Peek {
    let text = |text: &str| (!text.is_empty()).then(|| Found::from(text));
    let context = TriggerContext { at: Instant::now(), app: None, window: None, selection: None };
    Peek { context, selection: text(selection), clipboard: text(clipboard) }
}

/// The directions' marks left out, the menu reads as it looks.
fn check(status: &TrayStatus, peek: Option<Peek>) -> String {
    render(&entries(status, peek.as_ref()), 0).replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn a_selection_lists_what_fits_it() {
    insta::assert_snapshot!(check(&sample::status(), Some(peek("Lorem ipsum dolor", "https://example.com/a"))), @r"
    · Selected: “Lorem ipsum dolor”
    🌐 Translate (Ctrl+Alt+Y)   [run translate on selection]
    Polish   [run polish on selection]
    Explain   [run explain on selection]
    Text tools ▸
      UPPER CASE   [run upper on selection]
    On the clipboard: “https://example.com/a” ▸
      Polish (Ctrl+Alt+V)   [run polish on clipboard]
      🌐 Translate   [run translate on clipboard]
      Explain   [run explain on clipboard]
      Open link   [run open-link on clipboard]
      Rewrite_clipboard   [run rewrite-clipboard on clipboard]
      Text tools ▸
        UPPER CASE   [run upper on clipboard]
    ---
    · Model: openai/gpt-5-mini
    ---
    Pause   [Pause]
    Open configuration   [OpenConfig]
    Reload configuration   [Reload]
    Quit   [Quit]
    ");
}

#[test]
fn with_nothing_selected_the_clipboard_comes_up() {
    insta::assert_snapshot!(check(&sample::status(), Some(peek(" \n", "copied words"))), @r"
    · Nothing is selected
    · On the clipboard: “copied words”
    Polish (Ctrl+Alt+V)   [run polish on clipboard]
    🌐 Translate   [run translate on clipboard]
    Explain   [run explain on clipboard]
    Rewrite_clipboard   [run rewrite-clipboard on clipboard]
    Text tools ▸
      UPPER CASE   [run upper on clipboard]
    ---
    · Model: openai/gpt-5-mini
    ---
    Pause   [Pause]
    Open configuration   [OpenConfig]
    Reload configuration   [Reload]
    Quit   [Quit]
    ");
}

#[test]
fn with_no_text_at_all_only_the_program_is_left() {
    insta::assert_snapshot!(check(&sample::status(), Some(peek("", ""))), @r"
    · Nothing is selected or copied
    ---
    · Model: openai/gpt-5-mini
    ---
    Pause   [Pause]
    Open configuration   [OpenConfig]
    Reload configuration   [Reload]
    Quit   [Quit]
    ");
}

#[test]
fn before_the_first_look_no_text_is_spoken_of() {
    let menu = check(&sample::status(), None);
    assert!(menu.starts_with("🌐 Translate (Ctrl+Alt+Y)"), "{menu}");
    assert!(!menu.contains('“'), "{menu}");
}

#[test]
fn what_runs_can_be_cancelled_and_what_was_answered_be_had_again() {
    let mut status = sample::status();
    status.running = vec![(JobId(4), "Translate".into()), (JobId(5), "Fix\nit".into())];
    status.answers = vec![PastAnswer {
        job: JobId(3),
        title: "Explain".into(),
        answer: "A postil is\na note".into(),
        whole: "".into(),
    }];
    insta::assert_snapshot!(check(&status, Some(peek("", ""))), @r"
    · Nothing is selected or copied
    ---
    Cancel Translate   [Cancel(Some(JobId(4)))]
    Cancel Fix it   [Cancel(Some(JobId(5)))]
    Cancel all   [Cancel(None)]
    ---
    Last answers ▸
      Explain: “A postil is a note” ▸
        Copy   [CopyAnswer(JobId(3))]
        Show   [ShowAnswer(JobId(3))]
    ---
    · Model: openai/gpt-5-mini
    ---
    Pause   [Pause]
    Open configuration   [OpenConfig]
    Reload configuration   [Reload]
    Quit   [Quit]
    ");
}

#[test]
fn a_paused_program_with_troubles_says_so() {
    let mut status = sample::status();
    status.icon = TrayIcon::Paused;
    status.model = Err("no model: set OPENAI_API_KEY or start Ollama".into());
    status.troubles = vec!["Ctrl+Alt+Y is taken by another program".into()];
    insta::assert_snapshot!(check(&status, Some(peek("", ""))), @r"
    · Nothing is selected or copied
    ---
    · no model: set OPENAI_API_KEY or start Ollama
    · ⚠ Ctrl+Alt+Y is taken by another program
    ---
    Resume   [Resume]
    Open configuration   [OpenConfig]
    Reload configuration   [Reload]
    Quit   [Quit]
    ");
}
