//! What is composed of several keys, as input methods do: it arrives whole, and the keys that end it mean nothing else.
//!
//! The toolkit's own method is driven here, which has accents that wait for their letter and letters by their number. What
//! others do is looked at by hand (`docs/testing.md`).

use postil::panel::protocol::FromPanel;

use crate::alone::Panel;
use crate::model::ANSWER;
use crate::picker::open;
use crate::program::words;
use crate::reader::Reader;
use crate::server::says;
use crate::whole::session;
use crate::x11::{XServer, eventually};

const PANEL: &str = env!("CARGO_BIN_EXE_postil-panel");

/// A keyboard on which an accent waits for its letter.
fn with_accents(x: &XServer) {
    x.run("setxkbmap", &["us", "-variant", "intl"]);
}

fn presses(x: &XServer, keys: &[&str]) {
    let mut all = vec!["key"];
    all.extend(keys);
    x.run("xdotool", &all);
}

/// A panel with an answer and the focus.
fn answered() -> Panel {
    let mut panel = Panel::greeted();
    with_accents(&panel.x);
    panel.answer(1, "All is well.");
    panel.reader.await_words("Ask further …");
    panel.focus();
    panel
}

fn await_typed(reader: &Reader, text: &str) {
    let is_typed = || reader.look().iter().any(|[role, _, typed]| role == "text" && typed == text).then_some(());
    eventually(&format!("{text:?} is typed"), is_typed);
}

#[test]
fn an_accent_and_its_letter_are_one_question() {
    let panel = answered();
    presses(&panel.x, &["dead_acute", "e", "t", "dead_acute", "e"]);
    await_typed(&panel.reader, "été");
    panel.x.tap("Return");
    assert_eq!(panel.hear(), FromPanel::Follow { job: 1, lane: 0, question: words("été") });
}

#[test]
fn the_enter_that_ends_a_letter_asks_nothing() {
    let panel = answered();
    presses(&panel.x, &["ctrl+shift+u", "4", "e", "2", "d", "Return"]);
    await_typed(&panel.reader, "中");
    // With Control held all the while, where C copies and M asks another model.
    panel.x.hold("Ctrl+Shift");
    presses(&panel.x, &["u", "c", "5"]);
    panel.x.let_go("Ctrl+Shift");
    await_typed(&panel.reader, "中Å");
    panel.x.tap("Return");
    assert_eq!(panel.hear(), FromPanel::Follow { job: 1, lane: 0, question: words("中Å") });
}

#[test]
fn the_escape_that_gives_a_letter_up_closes_nothing() {
    let panel = answered();
    presses(&panel.x, &["ctrl+shift+u", "4", "e", "Escape", "o", "Return"]);
    assert_eq!(panel.hear(), FromPanel::Follow { job: 1, lane: 0, question: words("o") });
}

#[test]
fn who_begins_with_an_accent_has_a_question() {
    let panel = answered();
    // Out of the field: to the button of a model, and on to the answer, which takes no letters.
    panel.x.tap("Ctrl+c");
    assert_eq!(panel.hear(), FromPanel::Copy { job: 1, lane: 0 });
    panel.reader.focus("Answer");
    presses(&panel.x, &["dead_diaeresis", "u", "Return"]);
    assert_eq!(panel.hear(), FromPanel::Follow { job: 1, lane: 0, question: words("ü") });
}

#[test]
fn the_picker_takes_what_is_composed() {
    let mut panel = Panel::greeted();
    with_accents(&panel.x);
    let _editor = panel.picks(1, Some("x"));
    presses(&panel.x, &["dead_acute", "e", "ctrl+shift+u", "4", "e", "2", "d", "Return"]);
    panel.await_lines(&["Ask: “é中”"]);
    presses(&panel.x, &["ctrl+shift+u", "6", "Escape", "Return"]);
    assert_eq!(panel.hear(), FromPanel::Ask { job: 1, instruction: words("é中"), text: None });
    // And so does its field for a text.
    panel.pick(2, None);
    presses(&panel.x, &["dead_tilde", "n", "ctrl+shift+u", "4", "e", "2", "d", "Return", "ctrl+Return"]);
    let asked = eventually("it is asked", || match panel.hear() {
        FromPanel::Ask { instruction, .. } => Some(instruction),
        _ => None,
    });
    assert_eq!(asked, words("ñ中"));
}

#[test]
fn a_model_gets_what_was_composed() {
    let session = session(PANEL);
    with_accents(&session.x);
    let reader = Reader::start(&session.x, &session.bus);
    let _editor = session.editor("The weather is lovely.");
    open(&session, &reader, "The weather is lovely.");
    presses(&session.x, &["r", "dead_acute", "e", "s", "u", "m", "dead_acute", "e"]);
    reader.await_words("Ask: “résumé”");
    presses(&session.x, &["Return"]);
    reader.await_words(ANSWER);
    session.await_rest();
    assert!(session.model.await_request(1).json().to_string().contains("résumé"));
    session.model.answers(says("Servus"));
    session.x.activate(session.x.window_of("postil-panel"));
    presses(&session.x, &["dead_grave", "a", "ctrl+shift+u", "4", "e", "2", "d", "Return"]);
    await_typed(&reader, "à中");
    assert_eq!(session.model.requests().len(), 1, "its Enter was not ours");
    presses(&session.x, &["Return"]);
    reader.await_words("Servus");
    assert!(session.model.await_request(2).json().to_string().contains("à中"));
}
