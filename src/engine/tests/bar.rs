//! The bar beside what the mouse selects: when there is one, and what a click in it does.

use super::*;
use crate::desktop::Stroke;
use crate::desktop::paste::SelectionMark;
use crate::engine::event::{BarEvent, How, PanelEvent};
use crate::panel::picking;

/// What is shown, as a line.
pub(super) fn line(bar: &picking::Bar) -> String {
    let titles: Vec<_> = bar.buttons.iter().map(|button| button.title.as_str()).collect();
    format!("bar at {:?} <{}>", bar.to, titles.join(" "))
}

/// A desk with a panel, at which the bar is wanted, but not in gimp.
fn desk() -> Desk {
    let mut settings = settings();
    settings.panel.bar_on_selection = true;
    settings.panel.bar_not_apps = vec!["gimp".into()];
    settings.privacy.never_apps = vec!["keepassxc".into()];
    settings.actions.retain(|name, _| ["explain", "fix", "upper"].contains(&name.as_str()));
    let mut desk = Desk::with(settings);
    desk.event(Event::Panel(PanelEvent::There { picks: true })).gives("watch selections: true");
    desk
}

impl Desk {
    fn selects(&mut self, app: &str) -> &mut Self {
        self.draws(app, 30)
    }

    fn draws(&mut self, app: &str, to: i32) -> &mut Self {
        let stroke = Stroke { from: (1, 2), to: (to, 4) };
        self.event(Event::Selected { context: context(app), stroke })
    }

    fn clicks(&mut self, how: How) -> &mut Self {
        self.selects("gedit").selected(1, "some words").log.clear();
        self.event(Event::Bar(BarEvent::Run { job: JobId(1), action: ActionName::new("explain"), how }))
    }
}

#[test]
fn it_offers_what_fits_and_runs_it_on_that_text() {
    let mut desk = desk();
    desk.selects("gedit").gives("1: read selection");
    desk.selected(1, "some words").gives("1: panel bar at (30, 4) <explain fix>");
    let run = |job| Event::Bar(BarEvent::Run { job: JobId(job), action: ActionName::new("upper"), how: How::AsItSays });
    desk.event(run(1)).gives("2.0: ask upper some words");
    desk.event(run(1)).gives("");
}

#[test]
fn there_is_none_where_none_is_wanted() {
    let mut desk = desk();
    for app in ["GIMP", "keepassxc", "postil-panel"] {
        desk.selects(app).gives("");
    }
    desk.selects("gedit").log.clear();
    desk.text(1, Source::Selection, Err(ReadFailure::Nothing)).gives("");
    desk.selects("gedit").selected(2, " ").gives("2: read selection");
    let found = Found { text: "secret".into(), owner: Some("KeePassXC".into()) };
    desk.selects("gedit").event(Event::Text { job: JobId(3), source: Source::Selection, result: Ok(found) });
    desk.gives("3: read selection");
    desk.event(Event::Pause).gives("bind 0\nwatch selections: false");
    desk.event(Event::Resume).gives("bind 2\nwatch selections: true");
    desk.event(Event::Panel(PanelEvent::Lost)).gives("watch selections: false");
    desk.selects("gedit").gives("");
}

#[test]
fn a_selection_that_is_taken_once_more_is_what_is_replaced() {
    let mut desk = desk();
    desk.selects("gedit").selected(1, "some words").log.clear();
    let selection = Some(SelectionMark { owner: 7, change: 8 });
    let again = TriggerContext { selection, ..context("gedit") };
    desk.event(Event::Selected { context: again, stroke: Stroke { from: (1, 2), to: (30, 4) } }).gives("");
    let run = BarEvent::Run { job: JobId(1), action: ActionName::new("explain"), how: How::Replace };
    let effects = desk.engine.handle(Event::Bar(run), desk.now.clone());
    let prepared = effects.iter().find_map(|effect| match effect {
        Effect::PreparePaste { context, .. } => Some(context.selection),
        _ => None,
    });
    assert_eq!(prepared, Some(selection));
}

#[test]
fn the_newest_selection_has_it() {
    let mut desk = desk();
    desk.draws("gedit", 20).selects("gedit").gives("1: read selection\n2: read selection");
    desk.selected(1, "old").gives("");
    desk.selected(2, "new").gives("2: panel bar at (30, 4) <explain fix>");
    desk.draws("gedit", 40).gives("2: panel hide\n3: read selection");
    desk.selected(3, "newer").log.clear();
    desk.event(Event::Panel(PanelEvent::Closed(JobId(3)))).selects("gedit").gives("4: read selection");
}

#[test]
fn what_is_held_changes_where_the_answer_goes_or_who_gives_it() {
    let mut replaced = desk();
    replaced.clicks(How::Replace);
    assert!(replaced.log.iter().any(|line| line == "2: keep the clipboard"), "{:?}", replaced.log);
    let mut other = desk();
    other.clicks(How::OtherModel);
    assert!(other.log.iter().any(|line| line.starts_with("2.0: ask there/large")), "{:?}", other.log);
    let mut copied = desk();
    copied.clicks(How::Copy).chunk(2, "answer").done(2, Finish::Stop);
    assert!(copied.log.contains(&"2: copy answer".to_owned()), "{:?}", copied.log);
}

#[test]
fn all_others_are_in_the_picker() {
    let mut desk = desk();
    desk.selects("gedit").selected(1, "some words").log.clear();
    desk.event(Event::Bar(BarEvent::More { job: JobId(1) })).gives(
        "2: panel pick
         2: panel offer (Selected) some words <explain[Ctrl+Alt+Y] fix upper>",
    );
}
