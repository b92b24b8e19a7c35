//! The picker in the panel: what it offers, what becomes of a choice, and what of it when the panel is lost.

use super::*;
use crate::action::{TextKind, When};
use crate::engine::event::{PanelEvent, PickerEvent};
use crate::panel::picking::Offer;

/// What is offered, as a line.
pub(super) fn line(offer: &Offer) -> String {
    let text = offer.text.as_ref().map_or("", |text| text.expose());
    let title = |entry: &crate::panel::picking::Entry| {
        let recent = if entry.is_recent { "*" } else { "" };
        let keys = if entry.shortcut.is_empty() { String::new() } else { format!("[{}]", entry.shortcut) };
        format!("{}{recent}{keys}", entry.title)
    };
    format!("offer ({}) {text} <{}>", offer.about, offer.entries.iter().map(title).collect::<Vec<_>>().join(" "))
}

/// A desk with a panel, and two actions alone: one for any text, one for addresses.
fn desk() -> Desk {
    let mut settings = settings();
    let link = When { kinds: vec![TextKind::Url], ..When::default() };
    settings.actions.retain(|name, _| ["explain", "upper"].contains(&name.as_str()));
    let visit = Action { when: link, ..Action::new(ActionName::new("visit"), "visit") };
    settings.actions.insert(visit.name.clone(), Arc::new(visit));
    let mut desk = Desk::with(settings);
    desk.event(Event::Panel(PanelEvent::There { picks: true }));
    desk
}

impl Desk {
    fn runs(&mut self, job: u64, action: &str, text: Option<&str>) -> &mut Self {
        let (job, action, text) = (JobId(job), ActionName::new(action), text.map(Into::into));
        self.event(Event::Picker(PickerEvent::Run { job, action, text }))
    }
}

#[test]
fn it_offers_what_fits_and_runs_it_on_that_text() {
    let mut desk = desk();
    desk.press(1).gives("1: panel pick\n1: read selection");
    desk.selected(1, "some words").gives("1: panel offer (Selected) some words <explain[Ctrl+Alt+Y] upper>");
    desk.runs(1, "upper", None).gives("picked upper\n2.0: ask upper some words");
    desk.runs(1, "upper", None).gives("");
}

#[test]
fn what_was_picked_last_stands_first() {
    let mut desk = desk();
    desk.engine.know_picked(vec![ActionName::new("gone"), ActionName::new("upper")]);
    desk.press(1).selected(1, "x").gives(
        "1: panel pick
         1: read selection
         1: panel offer (Selected) x <upper* explain[Ctrl+Alt+Y]>",
    );
    desk.runs(1, "explain", None);
    assert_eq!(desk.log[0], "picked explain, gone, upper");
}

#[test]
fn without_a_selection_a_text_is_typed() {
    let mut desk = desk();
    desk.press(1).text(1, Source::Selection, Err(ReadFailure::Nothing)).gives(
        "1: panel pick
         1: read selection
         1: panel offer (Nothing is selected: type or paste a text)  <explain[Ctrl+Alt+Y] visit upper>",
    );
    desk.event(Event::Picker(PickerEvent::Typed { job: JobId(1), text: "words".into() }))
        .gives("1: panel offer (Nothing is selected: type or paste a text)  <explain[Ctrl+Alt+Y] upper>");
    desk.runs(1, "upper", Some("words")).gives("picked upper\n2.0: ask upper words");
}

#[test]
fn an_instruction_of_the_moment_is_followed_at_once() {
    let mut desk = desk();
    let ask = |text: Option<&str>, job: u64| {
        let (instruction, text) = ("make it rhyme".into(), text.map(Into::into));
        Event::Picker(PickerEvent::Ask { job: JobId(job), instruction, text })
    };
    desk.press(1).selected(1, "some words").log.clear();
    desk.event(ask(None, 1));
    let asked = desk.log.pop().unwrap_or_default();
    assert!(asked.ends_with("Instruction: make it rhyme] text:some words"), "{asked}");
    desk.gives("2: panel show Ask\n2: panel choices here/small, there/large\n2: panel source some words");
    // Without a text none is looked for.
    desk.press(1).text(3, Source::Selection, Err(ReadFailure::Nothing)).log.clear();
    desk.event(ask(None, 3));
    assert_eq!(desk.log.last().map(String::as_str), Some("4.0: ask here/small prompt:make it rhyme"));
}

#[test]
fn the_same_key_takes_it_away() {
    let mut desk = desk();
    desk.press(1).selected(1, "x").log.clear();
    desk.press(1).gives("1: panel hide");
    desk.press(1).gives("2: panel pick\n2: read selection");
    desk.event(Event::Panel(PanelEvent::Closed(JobId(2)))).selected(2, "x").gives("");
    desk.press(1).gives("3: panel pick\n3: read selection");
    desk.event(Event::Cancel(Which::All)).gives("3: panel hide");
}

#[test]
fn what_must_not_be_used_is_not_offered() {
    let mut settings = settings();
    settings.privacy.never_apps = vec!["keepassxc".into()];
    let mut desk = Desk::with(settings);
    desk.event(Event::Panel(PanelEvent::There { picks: true })).press(1).log.clear();
    let found = Found { text: "secret".into(), owner: Some("KeePassXC".into()) };
    desk.event(Event::Text { job: JobId(1), source: Source::Selection, result: Ok(found) });
    assert_eq!(desk.log[0], "1: panel hide");
    assert!(desk.log[1].contains("because it is one of `never_apps`"), "{:?}", desk.log);
}

#[test]
fn without_the_panel_it_becomes_a_list() {
    let mut desk = desk();
    desk.press(1).selected(1, "some words").log.clear();
    desk.event(Event::Panel(PanelEvent::Lost))
        .gives("1: advice “What to do with the selection?” some words <explain upper>");
    desk.event(Event::Button { job: JobId(1), button: Button::Entry(1) })
        .gives("1: unnotify\n2.0: ask upper some words");
}

#[test]
fn without_the_panel_a_text_is_not_typed_but_copied() {
    let mut desk = desk();
    desk.press(1).text(1, Source::Selection, Err(ReadFailure::Nothing)).log.clear();
    desk.event(Event::Panel(PanelEvent::Lost)).gives("1: read clipboard");
}

#[test]
fn an_action_asks_for_a_text_where_there_is_none() {
    let mut settings = settings();
    let from = vec![Source::Selection, Source::Input];
    let typed =
        Action { from, engine: EngineKind::Builtin(Builtin::Upper), ..Action::new(ActionName::new("loud"), "loud") };
    settings.actions.insert(typed.name.clone(), Arc::new(typed));
    let mut desk = Desk::with(settings);
    desk.event(Event::Panel(PanelEvent::There { picks: true })).run("loud", Overrides::default()).log.clear();
    desk.text(1, Source::Selection, Err(ReadFailure::Nothing)).gives(
        "1: panel hide
         1: panel pick
         1: panel offer (Nothing is selected: type or paste a text)  <loud>",
    );
    // That takes as long as it takes.
    desk.pass(60_000).gives("");
    desk.runs(1, "loud", Some("words")).gives("1: panel show loud\n1: panel source words\n1.0: ask upper words");

    desk.event(Event::Cancel(Which::All)).run("loud", Overrides::default());
    desk.text(2, Source::Selection, Err(ReadFailure::Nothing)).log.clear();
    let instruction = "make it rhyme".into();
    desk.event(Event::Picker(PickerEvent::Ask { job: JobId(2), instruction, text: Some("words".into()) }));
    assert_eq!(desk.log[..3], ["2: panel cancelled", "2: over, cancelled", "3: panel show Ask"]);

    desk.event(Event::Cancel(Which::All)).run("loud", Overrides::default());
    desk.text(4, Source::Selection, Err(ReadFailure::Nothing)).log.clear();
    desk.event(Event::Panel(PanelEvent::Lost));
    assert!(desk.log[0].starts_with("4: failure “loud: failed” the input is empty"), "{:?}", desk.log);
}
