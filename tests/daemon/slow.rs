//! What happens while an answer is being waited for: the sign of work, the second press, cancelling.

use std::time::Duration;

use crate::model::ANSWER;
use crate::server::{Answer, chunk, says};
use crate::session::{Session, is_sign_of_work};

/// Begins to answer and goes silent.
fn begins() -> Answer {
    Answer::stream([chunk("Gu")]).hang()
}

#[test]
fn a_slow_answer_is_announced_and_takes_the_announcement_s_place() {
    let mut session = Session::started();
    let cue = session.model.holds_back(says("Endlich"));
    let _editor = session.editor("slowly");
    session.press("Ctrl+Alt+y");
    let sign = session.shown();
    assert_eq!((sign.summary.as_str(), sign.body.as_str()), ("Translate", "asking test/tiny …"));
    assert_eq!(session.status().running.len(), 1);
    cue.give();
    let shown = session.shown();
    assert_eq!((shown.body.as_str(), shown.replaces), ("Endlich", sign.id));
}

#[test]
fn a_second_press_cancels_the_first_and_starts_anew() {
    let mut session = Session::started();
    session.model.answers(begins());
    let _editor = session.editor("twice");
    session.press("Ctrl+Alt+y");
    let first = session.model.await_request(1);
    session.press("Ctrl+Alt+y");
    session.model.await_request(2);
    session.model.wait_until("the first connection is closed", |log| log.closed >= 1);
    assert_eq!(session.model.requests()[0].body, first.body);
    // The first may have shown a sign of work, which then went.
    let shown = std::iter::repeat_with(|| session.next_call_shown()).flatten().find(|shown| !is_sign_of_work(shown));
    assert_eq!(shown.expect("an endless search").body, ANSWER);
    session.await_rest();
    assert_eq!(session.shown_so_far().len(), 0);
}

#[test]
fn a_key_that_is_held_fires_once() {
    let mut session = Session::started();
    // Repeats after 30 ms, a hundred times a second.
    session.x.run("xset", &["r", "rate", "30", "100"]);
    let _editor = session.editor("held");
    session.x.hold("Ctrl+Alt+u");
    assert_eq!(session.ended().body, "HELD\n\n(copied)");
    session.expect_nothing_shown_for(Duration::from_millis(300));
    session.x.let_go("Ctrl+Alt+u");
    session.press("Ctrl+Alt+u");
    assert_eq!(session.ended().body, "HELD\n\n(copied)");
}

#[test]
fn cancel_ends_the_job_and_takes_its_sign_away() {
    let mut session = Session::started();
    session.model.answers(begins());
    let _editor = session.editor("cancelled");
    session.press("Ctrl+Alt+y");
    let sign = session.shown();
    assert!(is_sign_of_work(&sign), "{sign:?}");
    let said = session.cli(&["cancel", "4711"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, "postil: no job 4711 is running"));
    let job = session.status().running[0].job.to_string();
    assert_eq!(session.cli(&["cancel", &job]).code, 0);
    session.await_closed(sign.id);
    session.model.wait_until("the connection is closed", |log| log.closed >= 1);
    session.await_rest();
    assert_eq!(session.cli(&["last"]).stderr, "postil: there is no answer yet");
    assert_eq!(session.cli(&["cancel"]).code, 0, "nothing to cancel is no failure");
}

/// Within a millisecond or two. Fewer than the reads of a selection that can be under way at once.
const PRESSES: usize = 12;

#[test]
fn presses_faster_than_any_answer_end_in_one() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    for _ in 0..PRESSES {
        session.press("Ctrl+Alt+y");
    }
    session.settle();
    let answers: Vec<_> = session.shown_so_far().into_iter().filter(|shown| !is_sign_of_work(shown)).collect();
    assert_eq!(answers.last().map(|shown| shown.body.as_str()), Some(ANSWER));
    assert!(answers.iter().all(|shown| shown.summary == "Translate"), "{answers:?}");
}
