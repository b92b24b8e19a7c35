//! Jobs in the panel: what it is told, what its buttons want, and what happens without it.

use super::*;
use crate::engine::event::PanelEvent;
use crate::panel::protocol::{Done, ToPanel, Words};

/// A message as a line.
pub(super) fn line(message: &ToPanel) -> String {
    let of = |lane: &u16| if *lane == 0 { String::new() } else { format!("(lane {lane}) ") };
    let (job, said) = match message {
        ToPanel::Hello(_) => return "panel hello".into(),
        ToPanel::Show { job, title } => (job, format!("show {title}")),
        ToPanel::Source { job, text } => (job, format!("source {}", text.expose())),
        ToPanel::Lanes { job, labels } => (job, format!("lanes {}", labels.join(", "))),
        ToPanel::Doing { job, sentence, .. } => (job, format!("doing {sentence}")),
        ToPanel::Answer { job, lane, text } => (job, format!("{}{}", of(lane), text.expose())),
        ToPanel::Reasoning { job, lane, text } => (job, format!("{}reasoning {}", of(lane), text.expose())),
        ToPanel::LaneOver { job, lane, failure } => {
            (job, format!("lane {lane} over {}", failure.as_ref().map(Words::expose).unwrap_or_default()))
        }
        ToPanel::Done(Done { job, label, text, by, notes, replaces }) => {
            let notes: Vec<_> = notes.iter().map(Words::expose).collect();
            let label = label.as_ref().map(|label| format!("[{label}] ")).unwrap_or_default();
            let replaces = if *replaces { " <Replace>" } else { "" };
            (job, format!("done {label}{} by {by} ({}){replaces}", text.expose(), notes.join("; ")))
        }
        ToPanel::Failed { job, sentence } => (job, format!("failed {}", sentence.expose())),
        ToPanel::Cancelled { job } => (job, "cancelled".into()),
        ToPanel::Hide { job } => (job, "hide".into()),
    };
    format!("{job}: panel {}", said.replace('\n', "|")).trim_end().to_owned()
}

/// A desk at which there is a panel, with actions that end in it: of one model, of two, and in the document too.
fn desk() -> Desk {
    let mut settings = settings();
    let action = |name: &str, to: &[Sink]| Action {
        prompt: Template::compile("Explain.", Names::default()).unwrap(),
        to: to.into(),
        ..Action::new(ActionName::new(name), name)
    };
    let models = vec![ModelChoice::Named("here/small".into()), ModelChoice::Named("there".into())];
    for action in [
        action("look", &[Sink::Panel]),
        action("copied", &[Sink::Panel, Sink::Copy]),
        action("both-ways", &[Sink::Panel, Sink::Notify]),
        Action { answer: AnswerForm::Plain, ..action("plain", &[Sink::Panel]) },
        Action { models, ..action("beside", &[Sink::Panel]) },
    ] {
        settings.actions.insert(action.name.clone(), Arc::new(action));
    }
    let mut desk = Desk::with(settings);
    desk.panel(PanelEvent::There);
    desk
}

impl Desk {
    fn panel(&mut self, event: PanelEvent) -> &mut Self {
        self.event(Event::Panel(event))
    }

    fn looks(&mut self, action: &str) -> &mut Self {
        self.run(action, Overrides::default()).selected(1, "x");
        self.log.clear();
        self
    }
}

#[test]
fn an_answer_streams_in_the_panel() {
    let mut desk = desk();
    desk.run("look", Overrides::default()).gives(
        "1: panel show look
         warm here/small
         1: read selection",
    );
    desk.selected(1, "x").gives(
        "1: panel source x
         1.0: ask here/small [Explain.] text:x",
    );
    desk.pass(300).gives("1: panel doing asking here/small …");
    desk.event(Event::Delta { call: call(1, 0), chunk: Chunk::Reasoning("hm".into()) });
    desk.chunk(1, "An ans").chunk(1, "wer").done(1, Finish::Length).gives(
        "1: panel reasoning hm
         1: panel An ans
         1: panel wer
         1: panel done An answer by here/small (cut at the model's output limit; raise max_tokens or select less) <Replace>",
    );
    desk.panel(PanelEvent::Seen(JobId(1))).gives("1: over, answered by here/small");
    desk.panel(PanelEvent::Copy(JobId(1))).gives("1: copy An answer");
}

#[test]
fn without_a_panel_it_is_a_notification() {
    let mut desk = desk();
    desk.panel(PanelEvent::Lost);
    desk.run("look", Overrides::default()).selected(1, "x").says(call(1, 0), "y").gives(
        "warm here/small
         1: read selection
         1.0: ask here/small [Explain.] text:x
         1: answer “look” y <Copy Show>",
    );
}

#[test]
fn what_fails_is_said_in_the_same_place() {
    let mut desk = desk();
    desk.looks("look").broken(1, 0, CallFailure::NoKey { provider: "here".into() });
    desk.log.retain(|line| line.contains("panel") || line.contains("failure"));
    assert!(desk.log.len() == 1 && desk.log[0].starts_with("1: panel failed "), "{:?}", desk.log);
}

#[test]
fn lanes_have_their_names_and_ends() {
    let mut desk = desk();
    desk.run("beside", Overrides::default()).selected(1, "x");
    assert!(desk.log.contains(&"1: panel lanes here/small, there/large".to_owned()), "{:?}", desk.log);
    desk.log.clear();
    let lane = |lane| CallId { lane, ..call(1, 0) };
    desk.says(lane(1), "second").fails(lane(0), CallFailure::BrokenOff { host: "h".into() }).pass(60_000);
    desk.fails(
        CallId { attempt: 1, ..lane(0) },
        CallFailure::ModelUnknown { provider: "here".into(), model: "s".into() },
    );
    desk.log.retain(|line| line.contains("panel") && !line.contains("doing"));
    desk.gives(
        "1: panel (lane 1) second
         1: panel lane 1 over
         1: panel lane 0 over here has no model s; `postil models` lists what can be used
         1: panel done [there/large] second by there/large (your text went to there at api.example.com; this is said \
         once; here/small: here has no model s; `postil models` lists what can be used) <Replace>",
    );
}

#[test]
fn what_stood_around_a_plain_answer_is_gone_at_the_end() {
    let mut desk = desk();
    desk.looks("plain").chunk(1, "```\nx").chunk(1, "\n```").done(1, Finish::Stop).gives(
        "1: panel ```|x
         1: panel |```
         1: panel done x by here/small () <Replace>",
    );
}

#[test]
fn jobs_outlive_the_panel() {
    let mut desk = desk();
    desk.looks("look").chunk(1, "An ans").gives("1: panel An ans");
    desk.panel(PanelEvent::Lost).gives("1: sign “look” asking here/small … <>");
    desk.chunk(1, "wer").done(1, Finish::Stop).gives("1: answer “look” An answer <Copy Show>");
    desk.delivered(1, Sink::Notify, Ok(())).gives("1: over, answered by here/small");
}

#[test]
fn an_end_that_nobody_saw_is_said_again() {
    for action in ["look", "both-ways"] {
        let mut desk = desk();
        desk.looks(action).says(call(1, 0), "y");
        let is_notice = |line: &&String| line.contains("answer “");
        let before = desk.log.iter().filter(is_notice).count();
        desk.panel(PanelEvent::Lost);
        let after = desk.log.iter().filter(is_notice).count();
        assert_eq!((before, after), if action == "look" { (0, 1) } else { (1, 1) }, "{:?}", desk.log);
        desk.log.clear();
        desk.delivered(1, Sink::Notify, Ok(())).gives("1: over, answered by here/small");
    }
}

#[test]
fn what_was_seen_is_not_said_again() {
    let mut desk = desk();
    desk.looks("look").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Lost).gives("");
}

#[test]
fn closing_it_breaks_the_job_off() {
    for event in [PanelEvent::Closed(JobId(1)), PanelEvent::Cancel(JobId(1))] {
        let mut desk = desk();
        desk.looks("look").chunk(1, "An ans").log.clear();
        desk.panel(event).gives(
            "1: abort
             1: panel cancelled
             1: over, cancelled",
        );
        desk.chunk(1, "late").gives("");
    }
}

#[test]
fn the_same_again_needs_no_selection() {
    let mut desk = desk();
    desk.looks("look").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Retry(JobId(1))).gives(
        "2: panel show look
         2: panel source x
         2.0: ask here/small [Explain.] text:x",
    );
    // And once more while that runs.
    desk.panel(PanelEvent::Retry(JobId(2))).gives(
        "2: abort
         2: panel cancelled
         2: over, cancelled
         3: panel show look
         3: panel source x
         3.0: ask here/small [Explain.] text:x",
    );
}

#[test]
fn where_nothing_was_read_the_same_again_reads() {
    let mut desk = desk();
    desk.run("look", Overrides::default()).text(1, Source::Selection, Err(ReadFailure::Nothing));
    desk.text(1, Source::Clipboard, Err(ReadFailure::Nothing)).panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Retry(JobId(1))).gives(
        "2: panel show look
         warm here/small
         2: read selection",
    );
}

#[test]
fn the_answer_goes_where_the_text_came_from() {
    let mut desk = desk();
    desk.looks("look").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Replace(JobId(1)));
    let log = desk.log.clone();
    assert_eq!(log[0], "1: panel hide");
    assert!(log.iter().any(|line| line.contains("keep the clipboard")), "{log:?}");
    desk.pass(1000);
    assert!(desk.log.iter().any(|line| line.contains("paste") && line.contains('y')), "{:?}", desk.log);
}

#[test]
fn what_was_not_selected_is_not_replaced() {
    let mut desk = desk();
    desk.run("look", Overrides::default()).text(1, Source::Selection, Err(ReadFailure::Nothing));
    desk.text(1, Source::Clipboard, Ok("x")).says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1)));
    assert!(desk.log.iter().any(|line| line.contains("done y") && !line.contains("<Replace>")), "{:?}", desk.log);
    desk.log.clear();
    desk.panel(PanelEvent::Replace(JobId(1))).gives("");
}

#[test]
fn a_copy_that_fails_is_said_in_the_panel() {
    let mut desk = desk();
    desk.looks("copied").says(call(1, 0), "y").log.clear();
    desk.delivered(1, Sink::Copy, Err(SinkFailure::NoClipboard));
    assert!(desk.log[0].starts_with("1: panel failed "), "{:?}", desk.log);
    assert_eq!(desk.log.len(), 1, "{:?}", desk.log);
}

#[test]
fn a_second_press_takes_its_place() {
    let mut desk = desk();
    desk.looks("look");
    desk.run("look", Overrides::default()).gives(
        "1: abort
         1: panel cancelled
         1: over, cancelled
         2: panel show look
         warm here/small
         2: read selection",
    );
}
