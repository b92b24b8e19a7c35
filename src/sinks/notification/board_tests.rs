//! Stories of a board, each as the orders that it gave.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

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

/// Anything that can happen to a board.
#[derive(Debug, Clone)]
enum Happening {
    Notice(u64, bool),
    Unnotify(u64),
    Capable(u8),
    NoServer,
    Answered(u64, Result<u32, bool>),
    OwnerChanged(Option<u8>),
    Closed(u32),
    Lost,
    TimePasses,
}

fn happening() -> impl Strategy<Value = Happening> {
    let job = 1..4_u64;
    prop_oneof![
        4 => (job.clone(), any::<bool>()).prop_map(|(job, working)| Happening::Notice(job, working)),
        1 => job.clone().prop_map(Happening::Unnotify),
        3 => (0..2_u8).prop_map(Happening::Capable),
        1 => Just(Happening::NoServer),
        5 => (job, prop_oneof![3 => (1..9_u32).prop_map(Ok), 1 => any::<bool>().prop_map(Err)])
            .prop_map(|(job, answer)| Happening::Answered(job, answer)),
        1 => proptest::option::of(0..2_u8).prop_map(Happening::OwnerChanged),
        1 => (1..9_u32).prop_map(Happening::Closed),
        1 => Just(Happening::Lost),
        1 => Just(Happening::TimePasses),
    ]
}

/// The other side: what was asked of it and not answered yet.
#[derive(Default)]
struct World {
    asked: bool,
    in_flight: BTreeSet<JobId>,
    reportable: BTreeSet<JobId>,
    listening: bool,
}

impl World {
    fn take(&mut self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::AskCapabilities => self.asked = true,
                Order::Listen(wanted) => {
                    assert_ne!(self.listening, wanted, "a match rule was set or taken back twice");
                    self.listening = wanted;
                }
                Order::Show { job, .. } => assert!(self.in_flight.insert(job), "two calls for {job} at once"),
                Order::Report(job, _) => assert!(self.reportable.remove(&job), "{job} was reported twice"),
                Order::ForgetCalls => self.in_flight.clear(),
                Order::Close(_) | Order::Pressed(..) => {}
            }
        }
    }

    /// Only what can happen happens: nobody answers what was not asked.
    fn live(&mut self, board: &mut Board, happening: &Happening, now: Instant) {
        let orders = match *happening {
            Happening::Notice(job, working) => {
                let kind = if working { NoticeKind::Working } else { NoticeKind::Answer };
                self.reportable.remove(&JobId(job));
                self.reportable.extend((!working).then_some(JobId(job)));
                board.notice(JobId(job), notice(kind, "x"), now)
            }
            Happening::Unnotify(job) => {
                self.reportable.remove(&JobId(job));
                board.unnotify(JobId(job))
            }
            Happening::Capable(server) if std::mem::take(&mut self.asked) => capable(board, &format!(":1.{server}")),
            Happening::NoServer if std::mem::take(&mut self.asked) => {
                assert!(!self.listening, "the connection stays, and so would its match rule");
                board.lost()
            }
            Happening::Answered(job, answer) if self.in_flight.remove(&JobId(job)) => {
                let refusal = |gone| if gone { Refusal::Gone } else { Refusal::Refused };
                board.answered(JobId(job), answer.map_err(refusal))
            }
            Happening::OwnerChanged(new) => board.owner_changed(new.map(|new| format!(":1.{new}")).as_deref()),
            Happening::Closed(id) => board.closed(id),
            Happening::Lost => {
                // The rules of a connection go with it.
                (self.asked, self.listening) = (false, false);
                board.lost()
            }
            Happening::TimePasses => board.overdue(now + DEADLINE),
            Happening::Capable(_) | Happening::NoServer | Happening::Answered(..) => Vec::new(),
        };
        self.take(orders);
    }
}

proptest! {
    #[test]
    fn every_notice_is_answered_by_one_result(story in proptest::collection::vec(happening(), 0..60)) {
        let now = Instant::now();
        let (mut board, mut world) = (Board::default(), World::default());
        for happening in &story {
            world.live(&mut board, happening, now);
        }
        world.take(board.overdue(now + DEADLINE));
        prop_assert!(world.reportable.is_empty(), "never reported: {:?}", world.reportable);
        prop_assert_eq!(board.next_deadline(), None);
    }
}

/// A question of job 2 on the screen as number 8, of a server with or without buttons.
fn with_a_question(actions: bool) -> Board {
    let now = Instant::now();
    let mut board = Board::default();
    let buttons = vec![(Button::Accept, "Accept".to_owned()), (Button::Keep, "Keep".to_owned())];
    check(&board.notice(TWO, Notice { buttons, ..notice(NoticeKind::Question, "q") }, now), "ask");
    let capabilities = Capabilities { actions, body: true, markup: true };
    check(&board.capable(":1.1".into(), capabilities), "listen true, show 2 over 0: q");
    check(&board.answered(TWO, Ok(8)), if actions { "2 shown" } else { "2 failed" });
    board
}

#[test]
fn a_question_that_is_gone_without_an_answer_is_refused() {
    check(&with_a_question(true).closed(8), "listen false, 2 pressed Keep");
    check(&with_a_question(true).owner_changed(None), "listen false, forget calls, 2 pressed Keep");
    let mut board = with_a_question(true);
    assert_eq!(board.invoked(8, "accept"), [Order::Pressed(TWO, Button::Accept)]);
    check(&board.unnotify(TWO), "listen false, close 8");
    check(&board.closed(8), "");
}

#[test]
fn a_question_without_buttons_was_not_asked() {
    with_a_question(false);
}
