//! Jobs in the panel: what it is told, what its buttons want, and what happens without it.

use super::*;
use crate::action::Preview;
use crate::config::Secrets;
use crate::desktop::paste::{PasteId, PasteStep, Pasted};
use crate::engine::event::PanelEvent;
use crate::engine::job::consent::Permission;
use crate::engine::job::placing::Decision;
use crate::panel::protocol::{Done, ToPanel, Words};
use crate::text::diff;
use crate::text::language::Language;

/// A message as a line.
pub(super) fn line(message: &ToPanel) -> String {
    let of = |lane: &u16| if *lane == 0 { String::new() } else { format!("(lane {lane}) ") };
    let (job, said) = match message {
        ToPanel::Hello(_) => return "panel hello".into(),
        ToPanel::Show { job, title, .. } => (job, format!("show {title}")),
        ToPanel::Choices { job, models, languages } => {
            let into =
                if languages.is_empty() { String::new() } else { format!(" into {}", languages[..2].join(", ")) };
            (job, format!("choices {}{into}", models.join(", ")))
        }
        ToPanel::Change { job, pieces } => (job, format!("change {}", diff::short(pieces, 80))),
        ToPanel::Question { job, sentence, masks } => (job, format!("question {sentence} {masks}")),
        ToPanel::Source { job, text } => (job, format!("source {}", text.expose())),
        ToPanel::Lanes { job, labels } => (job, format!("lanes {}", labels.join(", "))),
        ToPanel::Doing { job, sentence, waits, .. } => {
            (job, format!("doing {sentence}{}", waits.map(|waits| format!(" ({waits})")).unwrap_or_default()))
        }
        ToPanel::Answer { job, lane, text } => (job, format!("{}{}", of(lane), text.expose())),
        ToPanel::Reasoning { job, lane, text } => (job, format!("{}reasoning {}", of(lane), text.expose())),
        ToPanel::LaneOver { job, lane, failure, .. } => {
            (job, format!("lane {lane} over {}", failure.as_ref().map(Words::expose).unwrap_or_default()))
        }
        ToPanel::Done(Done { job, label, text, by, notes, replaces, .. }) => {
            let notes: Vec<_> = notes.iter().map(Words::expose).collect();
            let label = label.as_ref().map(|label| format!("[{label}] ")).unwrap_or_default();
            let replaces = if *replaces { " <Replace>" } else { "" };
            (job, format!("done {label}{} by {by} ({}){replaces}", text.expose(), notes.join("; ")))
        }
        ToPanel::Failed { job, sentence } => (job, format!("failed {}", sentence.expose())),
        ToPanel::Cancelled { job } => (job, "cancelled".into()),
        ToPanel::Hide { job } => (job, "hide".into()),
        ToPanel::Pick { job } => (job, "pick".into()),
        ToPanel::Offer(offer) => (&offer.job, picker::line(offer)),
        ToPanel::Bar(shown) => (&shown.job, bar::line(shown)),
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
        Action { preview: Preview::Diff, ..action("mend", &[Sink::Replace]) },
        Action {
            prompt: Template::compile("Into {{ target_language }}.", Names::default()).unwrap(),
            ..action("turn", &[Sink::Panel])
        },
        action("copied", &[Sink::Panel, Sink::Copy]),
        action("both-ways", &[Sink::Panel, Sink::Notify]),
        Action { answer: AnswerForm::Plain, ..action("plain", &[Sink::Panel]) },
        Action { models, ..action("beside", &[Sink::Panel]) },
    ] {
        settings.actions.insert(action.name.clone(), Arc::new(action));
    }
    let mut desk = Desk::with(settings);
    desk.panel(PanelEvent::There { picks: true });
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
         1: panel choices here/small, there/large
         warm here/small
         1: read selection",
    );
    desk.selected(1, "x").gives(
        "1: panel source x
         1.0: ask here/small [Explain.] text:x",
    );
    desk.pass(300).gives("1: panel doing asking here/small …");
    desk.event(Event::Delta { call: call(1, 0), chunk: Chunk::Reasoning("hm".into()) });
    desk.panel(PanelEvent::CopyCode(JobId(1), "a code".into())).delivered(1, Sink::Copy, Ok(())).gives(
        "1: panel reasoning hm
         1: copy a code",
    );
    desk.chunk(1, "An ans").chunk(1, "wer").done(1, Finish::Length).gives(
        "1: panel An ans
         1: panel wer
         1: panel done An answer by here/small (cut at the model's output limit; raise max_tokens or select less) <Replace>",
    );
    desk.panel(PanelEvent::Seen(JobId(1))).gives("1: over, answered by here/small");
    desk.panel(PanelEvent::Copy(JobId(1), 0)).gives("1: copy An answer");
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
    desk.panel(PanelEvent::Retry(JobId(1), None, None)).gives(
        "2: panel show look
         2: panel choices here/small, there/large
         2: panel source x
         2.0: ask here/small [Explain.] text:x",
    );
    // And once more while that runs.
    desk.panel(PanelEvent::Retry(JobId(2), None, None)).gives(
        "2: abort
         2: panel cancelled
         2: over, cancelled
         3: panel show look
          3: panel choices here/small, there/large
         3: panel source x
         3.0: ask here/small [Explain.] text:x",
    );
}

#[test]
fn where_nothing_was_read_the_same_again_reads() {
    let mut desk = desk();
    desk.run("look", Overrides::default()).text(1, Source::Selection, Err(ReadFailure::Nothing));
    desk.text(1, Source::Clipboard, Err(ReadFailure::Nothing)).panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Retry(JobId(1), None, None)).gives(
        "2: panel show look
         2: panel choices here/small, there/large
         warm here/small
         2: read selection",
    );
}

#[test]
fn the_answer_goes_where_the_text_came_from() {
    let mut desk = desk();
    desk.looks("look").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Place(JobId(1), 0, Sink::Replace));
    let log = desk.log.clone();
    assert_eq!(log[0], "1: panel hide");
    assert!(log.iter().any(|line| line.contains("keep the clipboard")), "{log:?}");
    desk.pass(1000);
    assert!(desk.log.iter().any(|line| line.contains("paste") && line.contains('y')), "{:?}", desk.log);
}

#[test]
fn what_went_into_the_document_twice_is_taken_back_twice() {
    let mut desk = desk();
    desk.looks("look").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1)));
    let mut pasted = |event: Event| {
        desk.log.clear();
        desk.event(event).pass(1000);
        let line = desk.log.iter().find(|line| line.contains(": paste ")).expect("it is pasted").clone();
        let id = PasteId(line.split(':').next().and_then(|id| id.parse().ok()).expect("a number"));
        desk.event(Event::Paste { id, step: PasteStep::Ended(Pasted::Confirmed { receipts: 1 }) });
        line
    };
    let place = |sink| Event::Panel(PanelEvent::Place(JobId(1), 0, sink));
    assert!(pasted(place(Sink::Replace)).contains("paste \"y\""));
    assert!(pasted(place(Sink::Append)).contains("paste \"x\\n\\ny\""));
    assert!(pasted(Event::Undo).contains("over \"x\\n\\ny\" behind"));
    assert!(pasted(Event::Undo).contains("over \"y\" behind"));
    desk.log.clear();
    desk.event(Event::Undo).gives("undone: Err(\"there is no replacement to take back\")");
}

#[test]
fn what_was_not_selected_is_not_replaced() {
    let mut desk = desk();
    desk.run("look", Overrides::default()).text(1, Source::Selection, Err(ReadFailure::Nothing));
    desk.text(1, Source::Clipboard, Ok("x")).says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1)));
    assert!(desk.log.iter().any(|line| line.contains("done y") && !line.contains("<Replace>")), "{:?}", desk.log);
    desk.log.clear();
    desk.panel(PanelEvent::Place(JobId(1), 0, Sink::Replace)).gives("");
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
          2: panel choices here/small, there/large
         warm here/small
         2: read selection",
    );
}

#[test]
fn one_can_ask_further_and_put_that_in_the_place_of_the_text() {
    let mut desk = desk();
    desk.looks("look").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Follow(JobId(1), 0, "shorter".into())).gives(
        "2: panel show look
         2: panel choices here/small, there/large
         2.0: ask here/small [Explain.] text:x answer:y prompt:shorter",
    );
    desk.says(call(2, 0), "z").gives("2: panel z\n 2: panel done z by here/small () <Replace>");
    desk.panel(PanelEvent::Seen(JobId(2))).log.clear();
    desk.panel(PanelEvent::Place(JobId(2), 0, Sink::Replace));
    desk.pass(1000);
    assert!(desk.log.iter().any(|line| line.contains("paste \"z\"")), "{:?}", desk.log);
    // Once more, it is the same question.
    desk.log.clear();
    desk.panel(PanelEvent::Retry(JobId(2), None, None));
    assert!(desk.log.iter().any(|line| line.ends_with("text:x answer:y prompt:shorter")), "{:?}", desk.log);
}

#[test]
fn another_model_and_another_language_do_the_same() {
    let mut desk = desk();
    desk.run("turn", Overrides::default()).gives(
        "1: panel show turn
         1: panel choices here/small, there/large into en, zh
         warm here/small
         1: read selection",
    );
    desk.selected(1, "Das ist ein kleiner Text.").says(call(1, 0), "y").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Retry(JobId(1), Some("there/large".into()), Language::from_code("fr")));
    assert_eq!(desk.log[3], "2.0: ask there/large [Into French.] text:Das ist ein kleiner Text.");
    // The language stays.
    desk.log.clear();
    desk.says(call(2, 0), "y").panel(PanelEvent::Seen(JobId(2))).log.clear();
    desk.panel(PanelEvent::Retry(JobId(2), Some("here/small".into()), None));
    assert_eq!(desk.log[3], "3.0: ask here/small [Into French.] text:Das ist ein kleiner Text.");
}

#[test]
fn a_change_is_looked_at_in_the_panel() {
    let mut desk = desk();
    desk.run("mend", Overrides::default()).selected(1, "an old text").log.clear();
    desk.event(Event::Paste { id: PasteId(1), step: PasteStep::Kept { text: Some("before".into()) } });
    desk.says(call(1, 0), "a new text");
    assert_eq!(desk.log.last().map(String::as_str), Some("1: panel change [an old → a new] text"), "{:?}", desk.log);
    desk.log.clear();
    desk.event(Event::Decided { job: JobId(1), decision: Decision::Accept });
    assert_eq!(desk.log[0], "1: panel hide");
    assert!(desk.log[1].contains("paste \"a new text\""), "{:?}", desk.log);
    desk.log.clear();
    let confirmed = PasteStep::Ended(Pasted::Confirmed { receipts: 1 });
    desk.event(Event::Paste { id: PasteId(1), step: confirmed });
    assert!(desk.log.iter().any(|line| line.contains("panel done a new text")), "{:?}", desk.log);
    assert!(!desk.log.iter().any(|line| line.contains("answer “")), "no notification: {:?}", desk.log);
}

#[test]
fn a_question_outlives_the_panel() {
    let mut desk = desk();
    desk.run("mend", Overrides::default()).selected(1, "an old text").says(call(1, 0), "a new text").log.clear();
    desk.panel(PanelEvent::Lost);
    assert!(desk.log[0].starts_with("1: question “mend: make this change?”"), "{:?}", desk.log);
}

#[test]
fn what_may_leave_is_asked_in_the_panel() {
    let mut settings = settings();
    settings.privacy.secrets = Secrets::Ask;
    let away = Action {
        to: vec![Sink::Panel],
        models: vec![ModelChoice::Named("there".into())],
        ..Action::new(ActionName::new("away"), "away")
    };
    settings.actions.insert(away.name.clone(), Arc::new(away));
    let mut desk = Desk::with(settings);
    desk.panel(PanelEvent::There { picks: true }).looks("away");
    desk.run("away", Overrides::default()).selected(2, "the password = S3same!x");
    let asked = "2: panel question There is a password (line 1) in it. Send it to there/large? true";
    assert!(desk.log.iter().any(|line| line == asked), "{:?}", desk.log);
    desk.log.clear();
    desk.event(Event::Permitted { job: JobId(2), permission: Permission::Masked });
    assert!(desk.log.iter().any(|line| line.contains("POSTIL_SECRET_1")), "{:?}", desk.log);
}

#[test]
fn each_of_several_answers_can_be_taken() {
    let mut desk = desk();
    desk.run("beside", Overrides::default()).selected(1, "x");
    let lane = |lane| CallId { lane, ..call(1, 0) };
    desk.says(lane(1), "second").says(lane(0), "first").panel(PanelEvent::Seen(JobId(1))).log.clear();
    desk.panel(PanelEvent::Copy(JobId(1), 0)).gives("1: copy first");
    desk.panel(PanelEvent::Copy(JobId(1), 1)).gives("1: copy second");
    desk.panel(PanelEvent::Copy(JobId(1), 7)).gives("");
    desk.panel(PanelEvent::Place(JobId(1), 1, Sink::Append));
    desk.pass(1000);
    assert!(desk.log.iter().any(|line| line.contains("second")), "{:?}", desk.log);
    desk.log.clear();
    desk.panel(PanelEvent::Follow(JobId(1), 1, "why?".into()));
    assert!(
        desk.log.iter().any(|line| line.contains("ask there/large") && line.contains("answer:second")),
        "{:?}",
        desk.log
    );
}
