//! Stories of a board, each as the orders that it gave.

use std::time::Duration;

use super::*;
use crate::text::sealed::AnswerText;

const ONE: JobId = JobId(1);
const TWO: JobId = JobId(2);
const FAILED: Result<(), SinkFailure> = Err(SinkFailure::NoNotifications);

fn notice(kind: NoticeKind, body: &str) -> Notice {
    Notice { kind, title: "T".into(), body: AnswerText::from(body), buttons: vec![(Button::Copy, "Copy".into())] }
}

fn answer(body: &str) -> Notice {
    notice(NoticeKind::Answer, body)
}

fn capable(board: &mut Board, name: &str) -> Vec<Order> {
    board.capable(name.into(), Capabilities { actions: true, body: true, markup: true })
}

fn check(orders: &[Order], expected: &str) {
    let words: Vec<String> = orders.iter().map(word).collect();
    assert_eq!(words.join(", "), expected);
}

fn word(order: &Order) -> String {
    match order {
        Order::AskCapabilities => "ask".into(),
        Order::Listen(wanted) => format!("listen {wanted}"),
        Order::Show { job, replaces, card } => format!("show {job} over {replaces}: {}", card.body.expose()),
        Order::Close(id) => format!("close {id}"),
        Order::Report(job, result) => format!("{job} {}", if result.is_ok() { "shown" } else { "failed" }),
        Order::Pressed(job, button) => format!("{job} pressed {button:?}"),
        Order::ForgetCalls => "forget calls".into(),
    }
}

/// A board with a server, and job 1 on the screen as number 7.
fn with_one_shown(now: Instant) -> Board {
    let mut board = Board::default();
    check(&board.notice(ONE, answer("a"), now), "ask");
    check(&capable(&mut board, ":1.1"), "listen true, show 1 over 0: a");
    check(&board.answered(ONE, Ok(7)), "1 shown");
    board
}

#[test]
fn a_job_has_one_notification_and_is_updated_in_place() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(ONE, answer("b"), now), "show 1 over 7: b");
    check(&board.notice(TWO, answer("c"), now), "show 2 over 0: c");
    check(&board.answered(ONE, Ok(7)), "1 shown");
    check(&board.unnotify(ONE), "close 7");
}

#[test]
fn a_slow_server_gets_the_newest_alone() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(ONE, answer("b"), now), "show 1 over 7: b");
    check(&board.notice(ONE, answer("c"), now), "");
    check(&board.notice(ONE, answer("d"), now), "");
    check(&board.answered(ONE, Ok(7)), "show 1 over 7: d");
    check(&board.answered(ONE, Ok(7)), "1 shown");
}

#[test]
fn what_is_overdue_is_reported_once_and_updated_when_the_server_goes_on() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(TWO, answer("b"), now), "show 2 over 0: b");
    assert_eq!(board.next_deadline(), Some(now + DEADLINE));
    assert_eq!(board.overdue(now + DEADLINE), [Order::Report(TWO, FAILED)]);
    assert_eq!((board.next_deadline(), board.overdue(now + DEADLINE * 2)), (None, vec![]));
    check(&board.notice(TWO, answer("c"), now), "");
    check(&board.answered(TWO, Ok(8)), "show 2 over 8: c");
    check(&board.answered(TWO, Ok(8)), "2 shown");
}

#[test]
fn what_was_taken_back_on_its_way_is_closed_when_it_arrives() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(TWO, answer("b"), now), "show 2 over 0: b");
    check(&board.unnotify(TWO), "");
    check(&board.answered(TWO, Ok(8)), "close 8");
    check(&board.answered(TWO, Ok(9)), "close 9");
}

#[test]
fn another_server_never_gets_the_old_numbers() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.owner_changed(Some(":1.1")), "");
    check(&board.owner_changed(None), "listen false, forget calls");
    check(&board.notice(ONE, answer("b"), now), "ask");
    check(&capable(&mut board, ":1.2"), "listen true, show 1 over 0: b");
}

#[test]
fn a_server_that_goes_under_a_notice_is_followed_by_the_next_one() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(ONE, answer("b"), now), "show 1 over 7: b");
    check(&board.answered(ONE, Err(Refusal::Gone)), "listen false, forget calls, ask");
    check(&capable(&mut board, ":1.2"), "listen true, show 1 over 0: b");
    check(&board.answered(ONE, Err(Refusal::Gone)), "listen false, forget calls, 1 failed");
}

#[test]
fn without_a_server_everything_that_waits_has_failed() {
    let now = Instant::now();
    let mut board = Board::default();
    check(&board.notice(ONE, answer("a"), now), "ask");
    check(&board.notice(TWO, notice(NoticeKind::Working, "…"), now), "");
    check(&board.lost(), "forget calls, 1 failed");
    check(&board.notice(ONE, answer("a"), now), "ask");
}

#[test]
fn a_refusal_is_reported_and_the_next_notice_is_tried() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(TWO, answer("b"), now), "show 2 over 0: b");
    check(&board.answered(TWO, Err(Refusal::Refused)), "2 failed");
    check(&board.notice(TWO, answer("c"), now), "show 2 over 0: c");
}

#[test]
fn signs_of_work_are_not_reported() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    check(&board.notice(TWO, notice(NoticeKind::Working, "…"), now), "show 2 over 0: …");
    check(&board.overdue(now + Duration::from_secs(60)), "");
    check(&board.answered(TWO, Ok(8)), "");
}

#[test]
fn buttons_lead_to_their_jobs_until_the_notification_is_closed() {
    let mut board = with_one_shown(Instant::now());
    check(&board.invoked(7, "copy"), "1 pressed Copy");
    check(&board.invoked(7, "show"), "");
    check(&board.invoked(8, "copy"), "");
    check(&board.closed(8), "");
    check(&board.closed(7), "listen false");
    check(&board.invoked(7, "copy"), "");
}

#[test]
fn memory_is_bounded_where_a_server_never_says_what_was_closed() {
    let now = Instant::now();
    let mut board = with_one_shown(now);
    for job in 2..500 {
        board.notice(JobId(job), answer("x"), now);
        board.answered(JobId(job), Ok(7));
    }
    assert!(board.slots.len() <= MOST);
}
