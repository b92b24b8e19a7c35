//! What can be done with answers: chosen, asked for otherwise, asked further, looked at before they are made.

use std::process::Stdio;

use postil::engine::job::consent::Permission;
use postil::panel::protocol::{FromPanel, Size, ToPanel};
use postil::text::diff::{Kind, Piece};

use crate::alone::Panel;
use crate::program::{done, show, words};
use crate::x11::{Client, eventually};

fn choices(job: u64) -> ToPanel {
    let models = ["test/tiny", "test/large"].map(str::to_owned).to_vec();
    ToPanel::Choices { job, models, languages: ["en", "de", "fr"].map(str::to_owned).to_vec() }
}

fn retry(job: u64, model: Option<&str>, language: Option<&str>) -> FromPanel {
    FromPanel::Retry { job, model: model.map(str::to_owned), language: language.map(str::to_owned) }
}

/// A menu is a window beside the panel's.
fn await_menu(panel: &Panel) {
    eventually("the menu is open", || {
        let mut search = panel.x.command("xdotool", &["search", "--onlyvisible", "--class", "postil-panel"]);
        let windows = search.stdout(Stdio::piped()).output().ok()?.stdout;
        (windows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count() > 1).then_some(())
    });
}

/// A panel that a screen reader listens to: what is said before it does, which it is not told, nobody hears.
fn met(mut panel: Panel) -> Panel {
    let mut jobs = 100..;
    eventually("the reader listens", || {
        panel.answer(jobs.next()?, "Nothing yet.");
        panel.reader.await_words("Nothing yet.");
        panel.reader.has_heard(|said| said.starts_with("Translate: ")).then_some(())
    });
    panel
}

/// With an answer, the choices, and the focus.
fn answered() -> Panel {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Translate"));
    panel.tell(&choices(1));
    panel.tell(&done(1, "All is well."));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("All is well.");
    panel.focus();
    panel
}

#[test]
fn another_model_and_another_language_are_a_key_away() {
    let panel = answered();
    panel.x.tap("Ctrl+m");
    assert_eq!(panel.hear(), retry(1, Some("test/large"), None));
    panel.x.tap("Ctrl+l");
    await_menu(&panel);
    panel.x.run("xdotool", &["key", "Down", "Down", "Down", "Return"]);
    assert_eq!(panel.hear(), retry(1, None, Some("fr")));
    panel.reader.press("test/tiny: Ask another model");
    await_menu(&panel);
    panel.x.run("xdotool", &["key", "Down", "Return"]);
    assert_eq!(panel.hear(), retry(1, Some("test/large"), None));
    panel.x.tap("Ctrl+Shift+Return");
    assert_eq!(panel.hear(), FromPanel::Append { job: 1, lane: 0 });
}

#[test]
fn who_types_asks_further_and_the_answer_before_stays_in_sight() {
    let mut panel = answered();
    panel.x.run("xdotool", &["type", "why so?"]);
    eventually("it is typed", || panel.reader.look().iter().any(|[.., text]| text == "why so?").then_some(()));
    panel.x.tap("Return");
    assert_eq!(panel.hear(), FromPanel::Follow { job: 1, lane: 0, question: words("why so?") });
    let before = panel.window();
    panel.answer(2, "Because it is.");
    for expected in ["All is well.", "why so?", "Because it is."] {
        panel.reader.await_words(expected);
    }
    assert_eq!(panel.window(), before);
    // A job of its own begins with an empty page.
    panel.answer(3, "Another thing.");
    panel.reader.await_words("Another thing.");
    assert!(!panel.reader.look().iter().any(|[.., text]| text == "All is well."));
}

#[test]
fn a_window_that_is_kept_keeps_its_answer() {
    let mut panel = answered();
    for keys in ["Ctrl+p", "Escape", "Ctrl+c"] {
        panel.x.tap(keys);
    }
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.answer(2, "Another thing.");
    panel.reader.await_words("Another thing.");
    panel.reader.await_words("All is well.");
}

#[test]
fn one_of_several_is_chosen() {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Translate"));
    panel.tell(&ToPanel::Lanes { job: 1, labels: vec!["a/b".into(), "c/d".into()] });
    for (lane, text) in [(0, "first"), (1, "second")] {
        panel.tell(&ToPanel::Answer { job: 1, lane, text: words(text) });
        panel.tell(&ToPanel::LaneOver { job: 1, lane, failure: None, toll: format!("{lane}.5 s · $0.0004") });
    }
    let ToPanel::Done(mut whole) = done(1, "first") else { unreachable!("it is one") };
    whole.label = Some("a/b".into());
    panel.tell(&ToPanel::Done(whole));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("c/d: 1.5 s · $0.0004");
    panel.focus();
    panel.x.tap("Ctrl+c");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.x.tap("Ctrl+2");
    panel.x.tap("Ctrl+c");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 1 });
}

/// Two models and the focus, the first of them chosen.
fn two_answered() -> Panel {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Translate"));
    panel.tell(&choices(1));
    panel.tell(&ToPanel::Lanes { job: 1, labels: vec!["a/b".into(), "c/d".into()] });
    for (lane, text) in [(0, "first"), (1, "second")] {
        panel.tell(&ToPanel::Answer { job: 1, lane, text: words(text) });
        panel.tell(&ToPanel::LaneOver { job: 1, lane, failure: None, toll: "0.5 s".into() });
    }
    let ToPanel::Done(mut whole) = done(1, "first") else { unreachable!("it is one") };
    whole.label = Some("a/b".into());
    panel.tell(&ToPanel::Done(whole));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("second");
    panel.focus();
    panel
}

fn await_unseen(panel: &Panel, words: &str) {
    eventually(&format!("{words:?} is out of sight"), || {
        panel.reader.look().iter().all(|[.., text]| text != words).then_some(())
    });
}

#[test]
fn one_of_several_is_folded() {
    let panel = two_answered();
    panel.reader.press("Fold c/d (Ctrl+F)");
    await_unseen(&panel, "second");
    panel.reader.await_words("c/d: 0.5 s");
    panel.reader.await_words("first");
    panel.reader.press("Unfold c/d (Ctrl+F)");
    panel.reader.await_words("second");
    // The key folds the one that is chosen, which can be copied all the same.
    panel.x.tap("Ctrl+f");
    await_unseen(&panel, "first");
    panel.x.tap("Ctrl+c");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.x.tap("Ctrl+f");
    panel.reader.await_words("first");
}

fn items(panel: &Panel) -> Vec<String> {
    let seen = panel.reader.look().into_iter();
    seen.filter(|[role, ..]| role == "menu item").map(|[_, name, _]| name).collect()
}

#[test]
fn the_menu_has_each_code_of_the_answer() {
    let mut panel = Panel::greeted();
    panel.answer(1, "```sh\ncd /tmp\nls\n```\n\nor\n\n    f(x)");
    panel.focus();
    panel.x.tap("Ctrl+k");
    let all = eventually("the menu is open", || Some(items(&panel)).filter(|items| !items.is_empty()));
    assert_eq!(all[4..6], ["Copy this code: “cd /tmp ls”", "Copy this code: “f(x)”"]);
    panel.x.run("xdotool", &["key", "Down", "Down", "Down", "Down", "Return"]);
    assert_eq!(panel.hear(), FromPanel::CopyCode { job: 1, code: words("cd /tmp\nls") });
}

#[test]
fn all_that_can_be_done_is_in_a_menu_with_its_keys() {
    let panel = two_answered();
    panel.x.tap("Ctrl+k");
    let all = eventually("the menu is open", || Some(items(&panel)).filter(|items| !items.is_empty()));
    let expected = [
        "Copy the answer (Ctrl+C)",
        "Put it in the place of the selected text (Ctrl+Enter)",
        "Put it below the selected text (Ctrl+Shift+Enter)",
        "Ask once more (Ctrl+R)",
        "Into another language (Ctrl+L)",
        "Ask another model …",
        "Next model: test/large (Ctrl+M)",
        "Fold a/b (Ctrl+F)",
        "Keep this window (Ctrl+P)",
        "Close (Escape)",
    ];
    assert_eq!(all, expected);
    // Its first line is chosen already.
    panel.x.run("xdotool", &["key", "Down", "Down", "Down", "Return"]);
    assert_eq!(panel.hear(), retry(1, None, None));
    panel.reader.press("All that can be done");
    eventually("the menu is open", || (!items(&panel).is_empty()).then_some(()));
    // One that opens another menu, from which something is chosen.
    panel.x.run("xdotool", &["key", "Down", "Down", "Down", "Down", "Return"]);
    eventually("the languages are there", || items(&panel).contains(&"Deutsch".to_owned()).then_some(()));
    panel.x.run("xdotool", &["key", "Down", "Down", "Return"]);
    assert_eq!(panel.hear(), retry(1, None, Some("de")));
}

#[test]
fn the_menu_has_what_fits_the_moment() {
    let mut panel = met(Panel::greeted());
    change(&mut panel);
    panel.x.tap("Ctrl+k");
    let all = eventually("the menu is open", || Some(items(&panel)).filter(|items| !items.is_empty()));
    let (accept, keep) = ("Make this change (Enter)", "Leave the text as it is (Escape)");
    assert_eq!(all, [accept, keep, "Keep this window (Ctrl+P)", "Close (Escape)"]);
    panel.x.tap("Return");
    assert_eq!(panel.hear(), FromPanel::Decide { job: 1, accept: true });
}

fn change(panel: &mut Panel) {
    let piece = |kind, text: &str| Piece { kind, text: text.into() };
    panel.tell(&show(1, "Fix"));
    let pieces = vec![piece(Kind::Kept, "a "), piece(Kind::Old, "smal"), piece(Kind::New, "small")];
    panel.tell(&ToPanel::Change { job: 1, pieces });
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("Make this change?");
    panel.reader.await_words("a smal\u{2009}small");
    panel.reader.await_announcement("Fix: asks");
    panel.focus();
}

#[test]
fn a_change_is_made_by_enter() {
    let mut panel = met(Panel::greeted());
    let editor = Client::new(&panel.x).show("Editor", "document");
    panel.x.await_focus(editor.window);
    change(&mut panel);
    panel.x.tap("Return");
    assert_eq!(panel.hear(), FromPanel::Decide { job: 1, accept: true });
    panel.reader.await_nothing();
    panel.x.await_focus(editor.window);
}

#[test]
fn a_change_is_left_by_escape() {
    let mut panel = met(Panel::greeted());
    change(&mut panel);
    panel.x.tap("Escape");
    assert_eq!(panel.hear(), FromPanel::Decide { job: 1, accept: false });
    panel.tell(&done(1, "a small"));
    panel.reader.await_words("a small");
}

#[test]
fn what_may_leave_is_asked() {
    let mut panel = Panel::greeted();
    panel.tell(&show(1, "Translate"));
    panel.tell(&ToPanel::Question { job: 1, sentence: "There is a password in it.".into(), masks: true });
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("There is a password in it.");
    panel.reader.press("Send it with words");
    assert_eq!(panel.hear(), FromPanel::Permit { job: 1, permission: Permission::Masked });
}

#[test]
fn what_fails_has_its_ways_out() {
    let mut panel = met(Panel::greeted());
    panel.tell(&show(1, "Explain"));
    panel.tell(&choices(1));
    panel.tell(&ToPanel::Failed { job: 1, sentence: words("set a key by `postil key set x`") });
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    panel.reader.await_words("set a key by postil key set x");
    panel.reader.await_announcement("Explain: failed: set a key by `postil key set x`");
    panel.reader.press("Open the configuration");
    assert_eq!(panel.hear(), FromPanel::OpenConfig);
    panel.focus();
    panel.x.tap("Ctrl+m");
    assert_eq!(panel.hear(), retry(1, Some("test/tiny"), None));
}

#[test]
fn a_wait_is_counted_down() {
    let mut panel = met(Panel::greeted());
    panel.tell(&show(1, "Explain"));
    let (sentence, by) = ("rate limit of test".to_owned(), "test/tiny".to_owned());
    panel.tell(&ToPanel::Doing { job: 1, sentence, by, waits: Some(3) });
    panel.reader.await_words("rate limit of test, again in 2 s");
    panel.tell(&done(1, "All is well."));
    panel.reader.await_announcement("Explain: answered");
}

#[test]
fn a_size_that_somebody_draws_is_told_and_kept() {
    let mut panel = Panel::greeted();
    let ToPanel::Show { job, title, action, .. } = show(1, "Translate") else { unreachable!("it is one") };
    panel.tell(&ToPanel::Show { job, title, action, size: Some(Size { width: 520, height: 330 }), is_entry: false });
    panel.tell(&done(1, "All is well."));
    assert_eq!(panel.hear(), FromPanel::Seen { job: 1 });
    let window = panel.window().to_string();
    let output = panel.x.command("xdotool", &["getwindowgeometry", &window]).stdout(Stdio::piped()).output();
    let geometry = String::from_utf8(output.expect("xdotool is installed").stdout).expect("UTF-8");
    assert!(geometry.contains("520x330"), "{geometry}");
    panel.focus();
    panel.x.tap("Escape");
    let size = Size { width: 520, height: 330 };
    assert_eq!(panel.hear(), FromPanel::Sized { action: "translate".into(), size });
}

#[test]
fn it_speaks_the_persons_language() {
    let mut panel = met(Panel::in_language("de_DE.UTF-8"));
    panel.answer(1, "Alles ist gut.");
    panel.reader.await_words("Weiter fragen …");
    panel.reader.press("Die Antwort kopieren");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.reader.await_announcement("Translate: beantwortet");
}
