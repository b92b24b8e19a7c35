//! Answers that take the selection's place: the transaction as the engine sees it, looks beforehand and afterthoughts.

use super::*;
use crate::action::Preview;
use crate::desktop::paste::{Consent, NotPasted, Over, PasteId, PasteStep, Pasted};
use crate::desktop::shortcut::Shortcut;
use crate::engine::effect::Unfinished;
use crate::engine::job::placing::Decision;

/// An effect of pasting as a line.
pub fn line(effect: &Effect) -> String {
    match effect {
        Effect::PreparePaste { id, .. } => format!("{}: keep the clipboard", id.0),
        Effect::Paste { paste, journal } => {
            let over = match &paste.over {
                Over::Selected(_) => String::new(),
                Over::Behind(text) => format!(" over {:?} behind", text.expose()),
                Over::Nothing => " at the cursor".to_owned(),
            };
            let consent = match paste.consent {
                Consent::Trigger => "",
                Consent::Accepted => ", accepted",
                Consent::Again => ", again",
            };
            let chord = paste.chord.map(|chord| format!(" by {chord}")).unwrap_or_default();
            let text = paste.text.expose();
            format!("{}: paste {text:?}{over}{chord}{consent}; {}", paste.id.0, entry(Some(journal)))
        }
        Effect::AbandonPaste(id) => format!("{}: abandon the paste", id.0),
        Effect::GiveBack(id) => format!("{}: give the clipboard back", id.0),
        Effect::Journal { id, entry: written } => format!("{}: {}", id.0, entry(written.as_deref())),
        Effect::Undone(end) => format!("undone: {:?}", sentences::undone(end)),
        other => panic!("no effect of pasting: {other:?}"),
    }
}

fn entry(entry: Option<&Unfinished>) -> String {
    let Some(entry) = entry else { return "nothing to be lost".into() };
    let text = entry.text.as_ref().map_or("no text", |text| text.expose());
    let clipboard = entry.clipboard.as_ref().map_or("no clipboard", |text| text.expose());
    format!("to be lost: {text:?}, {clipboard:?}")
}

impl Desk {
    fn paste(&mut self, id: u64, step: PasteStep) -> &mut Self {
        self.event(Event::Paste { id: PasteId(id), step })
    }

    fn kept(&mut self, id: u64, clipboard: &str) -> &mut Self {
        self.paste(id, PasteStep::Kept { text: Some(clipboard.into()) })
    }

    fn ended(&mut self, id: u64, ended: Pasted) -> &mut Self {
        self.paste(id, PasteStep::Ended(ended))
    }

    fn confirmed(&mut self, id: u64) -> &mut Self {
        self.ended(id, Pasted::Confirmed { receipts: 1 })
    }

    fn decide(&mut self, job: u64, decision: Decision) -> &mut Self {
        self.event(Event::Decided { job: JobId(job), decision })
    }

    fn push(&mut self, job: u64, button: Button) -> &mut Self {
        self.event(Event::Button { job: JobId(job), button })
    }

    /// A built-in has answered, whole.
    fn answered(&mut self, job: u64, text: &str) -> &mut Self {
        self.chunk(job, text).done(job, Finish::Stop)
    }

    /// `shout` on this text, up to its answer.
    fn shouted(&mut self, job: u64, text: &str) -> &mut Self {
        self.run("shout", Overrides::default()).selected(job, text).answered(job, &text.to_uppercase())
    }
}

fn desk() -> Desk {
    desk_with(|_| {})
}

/// With actions that replace and append, by a model and without one.
fn desk_with(change: impl FnOnce(&mut Settings)) -> Desk {
    let mut settings = settings();
    let template = |body: &str| Template::compile(body, Names::default()).unwrap();
    let action = |name: &str, to: Sink| Action { to: vec![to], ..Action::new(ActionName::new(name), name) };
    let fix = Action { prompt: template("Fix."), answer: AnswerForm::Plain, ..action("mend", Sink::Replace) };
    let added = [
        Action { preview: Preview::Diff, ..Action { name: ActionName::new("look"), ..fix.clone() } },
        fix,
        Action { engine: EngineKind::Builtin(Builtin::Upper), ..action("shout", Sink::Replace) },
        Action { prompt: template("Answer."), ..action("answer", Sink::Append) },
    ];
    settings.actions.extend(added.into_iter().map(|action| (action.name.clone(), Arc::new(action))));
    change(&mut settings);
    let mut desk = Desk::with(settings);
    desk.log.clear();
    desk
}

#[test]
fn an_answer_takes_the_place_of_the_selection() {
    let mut desk = desk();
    desk.run("mend", Overrides::default()).gives("warm here/small\n1: keep the clipboard\n1: read selection");
    desk.kept(1, "old").selected(1, "I recieved it. ").gives("1.0: ask here/small [Fix.] text:I recieved it.");
    desk.answered(1, "```\nI received it.\n```")
        .gives("1: paste \"I received it. \"; to be lost: \"I received it. \", \"old\"");
    desk.confirmed(1).gives(
        "1: to be lost: \"no text\", \"old\"
         1: unnotify
         1: over, answered by here/small",
    );
    assert_eq!(desk.engine.next_deadline(), None);
    desk.paste(1, PasteStep::Released).gives("1: nothing to be lost");
    assert_eq!(desk.engine.answers().next().unwrap().answer.expose(), "I received it.");
}

#[test]
fn nothing_is_pasted_before_the_old_clipboard_is_safe_or_given_up() {
    let mut desk = desk();
    desk.shouted(1, "word").log.clear();
    desk.kept(1, "old").gives("1: paste \"WORD\"; to be lost: \"WORD\", \"old\"");
    // Filled anew by the same words meanwhile.
    desk.kept(1, "new").gives("1: to be lost: \"WORD\", \"new\"");

    let mut desk = self::desk();
    desk.shouted(1, "word").log.clear();
    assert_eq!(desk.engine.next_deadline().unwrap() - desk.now.at, Duration::from_millis(600));
    desk.pass(600).gives("1: paste \"WORD\"; to be lost: \"WORD\", \"no clipboard\"");
    desk.ended(1, Pasted::Not(NotPasted::ClipboardHung { app: Some("gimp".into()) })).gives(
        "1: nothing to be lost
         1: answer “shout” WORD||(not pasted: gimp did not hand out its clipboard within 500 ms, so it could not be \
         kept) <Copy Show Replace>",
    );
}

#[test]
fn an_appended_answer_stands_below_the_text() {
    let mut desk = desk();
    desk.run("answer", Overrides::default()).kept(1, "old").selected(1, "Why?\n").answered(1, "Because.").log.clear();
    desk.confirmed(1).event(Event::Undo).log.clear();
    desk.kept(2, "old")
        .gives("2: paste \"Why?\\n\" over \"Why?\\n\\nBecause.\\n\" behind, again; to be lost: \"Why?\\n\", \"old\"");
}

#[test]
fn what_was_not_selected_is_not_replaced() {
    let mut desk = desk();
    let overrides = Overrides { text: Some((Source::Input, "typed".into())), ..Overrides::default() };
    desk.run("mend", overrides).answered(1, "x").gives(
        "1.0: ask here/small [Fix.] text:typed
         1: answer “mend” x||(not pasted: the text was not selected but came from the input) <Copy Show>",
    );
    desk.run("mend", Overrides::default()).text(2, Source::Selection, Err(ReadFailure::Nothing)).log.clear();
    desk.text(2, Source::Clipboard, Ok("copied")).answered(2, "x").gives(
        "2.0: ask here/small [Fix.] text:copied
         2: abandon the paste
         2: answer “mend” x||(not pasted: the text was not selected but came from the clipboard; from the clipboard: \
         nothing is selected) <Copy Show>",
    );
}

#[test]
fn what_fails_or_is_cancelled_lets_the_clipboard_go() {
    let mut desk = desk();
    desk.run("mend", Overrides::default()).selected(1, "x").log.clear();
    desk.broken(1, 0, CallFailure::Unreachable { host: "h".into() }).log.retain(|line| line.contains("paste"));
    desk.gives("1: abandon the paste");
    desk.run("mend", Overrides::default()).log.clear();
    desk.event(Event::Cancel(Which::All)).gives("2: abandon the paste\n2: unnotify\n2: over, cancelled");
    desk.shouted(3, "word").kept(3, "old").log.clear();
    desk.event(Event::Cancel(Which::All)).gives("3: abandon the paste\n3: unnotify\n3: over, cancelled");
    desk.ended(3, Pasted::Not(NotPasted::FocusChanged)).gives("3: nothing to be lost");
    desk.shouted(4, "word").log.clear();
    desk.event(Event::Cancel(Which::All))
        .gives("4: abandon the paste\n4: nothing to be lost\n4: unnotify\n4: over, cancelled");
}

#[test]
fn an_answer_is_written_down_while_it_waits() {
    let mut desk = desk();
    desk.shouted(1, "word").gives(
        "1: keep the clipboard
         1: read selection
         1.0: ask upper word
         1: to be lost: \"WORD\", \"no clipboard\"",
    );
    desk.kept(1, "old").gives("1: paste \"WORD\"; to be lost: \"WORD\", \"old\"");
}

#[test]
fn an_answer_that_is_the_text_changes_nothing() {
    let mut desk = desk();
    desk.kept(1, "old").shouted(1, "WORD").gives(
        "1: keep the clipboard
         1: read selection
         1.0: ask upper WORD
         1: abandon the paste
         1: answer “shout” WORD||(nothing to change) <Copy Show>",
    );
}

#[test]
fn who_has_moved_on_can_have_it_after_all() {
    let mut desk = desk();
    desk.shouted(1, "word").kept(1, "old").log.clear();
    desk.ended(1, Pasted::Not(NotPasted::FocusChanged)).gives(
        "1: nothing to be lost
         1: answer “shout” WORD||(not pasted: another window has the focus now) <Copy Show Replace>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).gives("1: over, answered by upper");
    desk.push(1, Button::Replace).gives(
        "1: unnotify
         2: keep the clipboard
         2: to be lost: \"WORD\", \"no clipboard\"",
    );
    desk.push(1, Button::Replace).gives("1: unnotify");
    desk.kept(2, "old").gives("2: paste \"WORD\", again; to be lost: \"WORD\", \"old\"");
    desk.ended(2, Pasted::Not(NotPasted::WindowGone)).gives(
        "2: nothing to be lost
         1: answer “shout” WORD||(not pasted: its window is closed) <Copy Show>",
    );
}

#[test]
fn several_lines_go_into_a_terminal_only_after_asking() {
    let mut desk = desk();
    desk.shouted(1, "ls\nrm").kept(1, "old").log.clear();
    desk.ended(1, Pasted::Not(NotPasted::SeveralLines)).gives(
        "1: nothing to be lost
         1: answer “shout” LS|RM||(not pasted: in gedit, a terminal, each of its lines may be run as a command) \
         <Copy Show Insert>",
    );
    desk.push(1, Button::Insert).kept(2, "old").confirmed(2).gives(
        "1: unnotify
         2: keep the clipboard
         2: to be lost: \"LS\\nRM\", \"no clipboard\"
         2: paste \"LS\\nRM\", accepted; to be lost: \"LS\\nRM\", \"old\"
         2: to be lost: \"no text\", \"old\"",
    );
}

#[test]
fn what_was_not_taken_stays_on_the_clipboard_until_it_is_given_back() {
    let mut desk = desk();
    desk.shouted(1, "word").kept(1, "old").log.clear();
    desk.ended(1, Pasted::Unconfirmed).gives(
        "1: answer “shout” WORD||(gedit did not take it, so it is on the clipboard: paste it yourself; `postil undo` \
         brings the old clipboard back) <Copy Show Old clipboard back>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).log.clear();
    desk.event(Event::Undo).gives("1: give the clipboard back");
    desk.event(Event::GaveBack { id: PasteId(1), is_back: true })
        .gives("1: unnotify\nundone: Ok(\"the old clipboard is back\")");
    desk.event(Event::Undo).gives("undone: Err(\"there is no replacement to take back\")");

    desk.shouted(2, "word").kept(2, "old").ended(2, Pasted::Unconfirmed).log.clear();
    desk.push(2, Button::PutBack).gives("2: give the clipboard back");
    desk.paste(2, PasteStep::Released).gives("2: nothing to be lost");
    assert_eq!(desk.engine.status().undo, None);
}

#[test]
fn the_last_replacement_is_taken_back_in_a_window_that_is_there() {
    let mut desk = desk();
    for job in [1, 2] {
        desk.shouted(job, &format!("word{job}")).kept(job, "old").confirmed(job);
    }
    assert_eq!(desk.engine.status().undo.as_deref(), Some("shout"));
    desk.log.clear();
    desk.event(Event::Undo).kept(3, "old").gives(
        "3: keep the clipboard
         3: paste \"word2\" over \"WORD2\" behind, again; to be lost: \"word2\", \"old\"",
    );
    desk.ended(3, Pasted::Not(NotPasted::WindowGone)).gives("3: nothing to be lost\n4: keep the clipboard");
    desk.kept(4, "old").log.clear();
    desk.confirmed(4).gives("4: to be lost: \"no text\", \"old\"\nundone: Ok(\"shout is taken back\")");
    assert_eq!(desk.engine.status().undo, None);
}

#[test]
fn what_cannot_be_taken_back_is_offered() {
    let mut desk = desk();
    desk.shouted(1, "word").kept(1, "old").confirmed(1).event(Event::Undo).kept(2, "old").log.clear();
    desk.ended(2, Pasted::Not(NotPasted::SelectionChanged));
    let why = "what was pasted no longer stands before the cursor, so it is not taken back; press the application's own \
               undo, or copy the original from the notification";
    desk.gives(&format!(
        "2: nothing to be lost
         3: failure “shout: not taken back” {why}||The original: word <Copy the original>
         undone: Err(\"{why}\")"
    ));
    desk.push(3, Button::CopyOld).gives("3: copy word");
}

#[test]
fn a_change_is_looked_at_first() {
    let mut desk = desk();
    desk.run("look", Overrides::default()).kept(1, "old").selected(1, "a bad word").log.clear();
    desk.answered(1, "a good word").gives(
        "1: to be lost: \"a good word\", \"no clipboard\"
         1: question “mend: make this change?” a [bad → good] word <Accept Keep>",
    );
    desk.delivered(1, Sink::Notify, Ok(())).gives("");
    desk.push(1, Button::Accept).gives("1: paste \"a good word\", accepted; to be lost: \"a good word\", \"old\"");
    // The question is closed with its answer.
    desk.push(1, Button::Keep).gives("");

    desk.run("look", Overrides::default()).kept(2, "old").selected(2, "a bad word").answered(2, "a good word");
    desk.log.clear();
    desk.push(2, Button::Keep).gives(
        "2: abandon the paste
         2: nothing to be lost
         2: unnotify
         2: over, answered by here/small",
    );
    // It can be had all the same.
    desk.push(2, Button::Replace).log.clear();
}

#[test]
fn a_change_that_cannot_be_shown_is_not_made() {
    let mut desk = desk_with(|settings| settings.paste.preview = Preview::Diff);
    desk.run("mend", Overrides::default()).kept(1, "old").selected(1, "bad").answered(1, "good").log.clear();
    desk.delivered(1, Sink::Notify, Err(SinkFailure::NoButtons)).gives(
        "1: abandon the paste
         1: nothing to be lost
         1: answer “mend” good||(not pasted, because the change could not be shown beforehand) <Copy Show Replace>",
    );
}

#[test]
fn who_waits_in_a_terminal_is_asked_there() {
    let mut desk = desk();
    desk.run("look", Overrides { awaited: true, ..Overrides::default() }).kept(1, "old").selected(1, "bad\n");
    desk.log.clear();
    desk.answered(1, "good").gives("1: to be lost: \"good\\n\", \"no clipboard\"\n1: print change [-bad-]{+good+}\n");
    desk.decide(1, Decision::Keep).gives(
        "1: abandon the paste
         1: nothing to be lost
         1: unnotify
         1: over, answered by here/small",
    );
}

#[test]
fn the_users_own_keys_paste() {
    let chord: Shortcut = "Ctrl+Shift+V".parse().unwrap();
    let mut desk = desk_with(|settings| _ = settings.paste.chord.insert("GEDIT".into(), chord));
    desk.shouted(1, "word").log.clear();
    desk.kept(1, "old").gives("1: paste \"WORD\" by Ctrl+Shift+V; to be lost: \"WORD\", \"old\"");
}

#[test]
fn what_was_left_behind_is_offered() {
    let mut desk = desk();
    let left = |text: Option<&str>| Unfinished {
        title: "mend".into(),
        text: text.map(Into::into),
        clipboard: Some("old".into()),
    };
    desk.event(Event::LeftBehind(vec![left(Some("good")), left(None)])).gives(
        "1: failure “postil ended before it had pasted” The answer of mend: good||On the clipboard was: old <Copy the \
         answer Copy the old clipboard>
         2: failure “postil ended with your old clipboard” On the clipboard was: old <Copy the old clipboard>",
    );
    desk.push(1, Button::Copy).push(1, Button::CopyOld).gives("1: copy good\n1: copy old");
    assert_eq!(desk.engine.answers().count(), 1);
}
