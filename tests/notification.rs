//! Notifications against a private bus: a server double that can misbehave, and a real dunst.
//!
//! Needs dbus-daemon; for dunst also Xvfb.

// The doubles can do more than is tried here.
#[allow(dead_code)]
#[path = "support/bus.rs"]
mod bus;
#[path = "support/dunst.rs"]
mod dunst;
#[path = "support/notifications.rs"]
mod notifications;

use bus::{PrivateBus, soon, until};
use dunst::Dunst;
use notifications::{Call, NotificationServer, Shown, connect, emit};
use postil::engine::call::JobId;
use postil::engine::effect::{Notice, NoticeKind};
use postil::engine::event::{Button, SinkFailure};
use postil::sinks::notification::{Bus, NoServer, Notifications, server};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const FULL: &[&str] = &["actions", "body", "body-markup"];
const ONE: JobId = JobId(1);
const TWO: JobId = JobId(2);
const FAILED: Result<(), SinkFailure> = Err(SinkFailure::NoNotifications);

/// Notifications on a bus of their own, and what they report.
struct Fixture {
    bus: PrivateBus,
    notifications: Notifications,
    pressed: UnboundedReceiver<(JobId, Button)>,
    results: UnboundedReceiver<(JobId, Result<(), SinkFailure>)>,
}

impl Fixture {
    fn start() -> Self {
        let bus = PrivateBus::start();
        let (press, pressed) = unbounded_channel();
        let (report, results) = unbounded_channel();
        let notifications = Notifications::start_on(
            Bus::At(bus.address().into()),
            Box::new(move |job, button| press.send((job, button)).expect("the test waits")),
            Box::new(move |job, result| report.send((job, result)).expect("the test waits")),
        );
        Self { bus, notifications, pressed, results }
    }

    async fn with_server(capabilities: &[&str]) -> (Self, NotificationServer) {
        let fixture = Self::start();
        let server = NotificationServer::start(fixture.bus.address(), capabilities, 7).await;
        (fixture, server)
    }

    async fn result(&mut self) -> (JobId, Result<(), SinkFailure>) {
        soon("a result", self.results.recv()).await.expect("notifications live")
    }

    async fn button(&mut self) -> (JobId, Button) {
        soon("a button", self.pressed.recv()).await.expect("notifications live")
    }

    /// Shows `body` as the job's answer on a server that answers.
    async fn show(&mut self, server: &mut NotificationServer, job: JobId, body: &str) -> Shown {
        self.notifications.notify(job, answer(body));
        let shown = server.next_shown().await;
        assert_eq!(self.result().await, (job, Ok(())));
        shown
    }
}

fn notice(kind: NoticeKind, body: &str) -> Notice {
    let buttons = vec![(Button::Copy, "Copy".into()), (Button::Show, "Show".into())];
    Notice { kind, title: "Translate".into(), body: body.into(), buttons }
}

fn answer(body: &str) -> Notice {
    notice(NoticeKind::Answer, body)
}

#[tokio::test]
async fn the_sign_of_work_becomes_the_answer() {
    let (mut fixture, mut server) = Fixture::with_server(FULL).await;
    fixture.notifications.notify(ONE, notice(NoticeKind::Working, "…"));
    let working = server.next_shown().await;
    assert_eq!((working.id, working.replaces), (7, 0));
    assert!(working.hints.contains_key("transient"));
    let answer = fixture.show(&mut server, ONE, "Bonjour שלום 👩‍👩‍👧 <b>&").await;
    assert_eq!((answer.id, answer.replaces), (7, 7));
    assert_eq!((answer.summary.as_str(), answer.body.as_str()), ("Translate", "Bonjour שלום 👩‍👩‍👧 &lt;b&gt;&amp;"));
    assert_eq!(answer.actions, ["copy", "Copy"]);
    assert_eq!(answer.timeout, 8000);
    fixture.notifications.unnotify(ONE);
    assert!(matches!(server.next_call().await, Call::Close(7)));
}

#[tokio::test]
async fn a_server_that_can_do_little_gets_plain_words() {
    let (mut fixture, mut server) = Fixture::with_server(&[]).await;
    let shown = fixture.show(&mut server, ONE, "two\n<lines>").await;
    assert_eq!((shown.summary.as_str(), shown.body.as_str()), ("Translate: two <lines>", ""));
    assert!(shown.actions.is_empty());
}

#[tokio::test]
async fn buttons_are_heard_whether_told_to_us_or_to_all() {
    let (mut fixture, mut server) = Fixture::with_server(FULL).await;
    let shown = fixture.show(&mut server, ONE, &"long ".repeat(300)).await;
    assert_eq!(shown.actions, ["default", "Show", "copy", "Copy", "show", "Show"]);
    server.press(shown.id, "copy", Some(&shown.sender)).await;
    assert_eq!(fixture.button().await, (ONE, Button::Copy));
    server.press(shown.id, "default", None).await;
    assert_eq!(fixture.button().await, (ONE, Button::Show));
}

#[tokio::test]
async fn others_cannot_press_our_buttons() {
    let (mut fixture, mut server) = Fixture::with_server(FULL).await;
    let shown = fixture.show(&mut server, ONE, "a").await;
    let stranger = connect(fixture.bus.address()).await;
    emit(&stranger, "ActionInvoked", Some(&shown.sender), &(shown.id, "copy")).await;
    let bus = zbus::fdo::DBusProxy::new(&stranger).await.expect("the bus");
    bus.get_id().await.expect("the bus has passed the signal on");
    server.press(shown.id + 1, "copy", None).await;
    // What comes after it has come, so it was dropped.
    let next = fixture.show(&mut server, TWO, "b").await;
    server.press(next.id, "copy", None).await;
    assert_eq!(fixture.button().await, (TWO, Button::Copy));
}

#[tokio::test]
async fn what_the_user_closed_comes_anew() {
    let (mut fixture, mut server) = Fixture::with_server(FULL).await;
    let shown = fixture.show(&mut server, ONE, "a").await;
    server.dismiss(shown.id, None).await;
    server.press(shown.id, "copy", None).await;
    // The bus keeps the order of one sender: when this is answered, the closing was heard.
    fixture.show(&mut server, TWO, "b").await;
    let again = fixture.show(&mut server, ONE, "c").await;
    assert_eq!((again.replaces, again.id), (0, 9));
    assert!(fixture.pressed.try_recv().is_err());
}

#[tokio::test]
async fn a_hanging_server_gets_the_newest_alone_and_blocks_nobody() {
    let (mut fixture, mut server) = Fixture::with_server(FULL).await;
    fixture.show(&mut server, ONE, "a").await;
    server.hang(true);
    for body in ["b", "c", "d"] {
        fixture.notifications.notify(ONE, answer(body));
    }
    fixture.notifications.notify(TWO, answer("e"));
    assert_eq!(server.next_shown().await.body, "b");
    assert_eq!(server.next_shown().await.body, "e");
    assert_eq!(fixture.result().await, (ONE, FAILED));
    assert_eq!(fixture.result().await, (TWO, FAILED));
    server.hang(false);
    let newest = server.next_shown().await;
    assert_eq!((newest.body.as_str(), newest.replaces), ("d", 7));
    let next = fixture.show(&mut server, TWO, "f").await;
    assert_eq!((next.replaces, server.calls_so_far().len()), (8, 0));
}

#[tokio::test]
async fn a_server_that_comes_late_is_found_and_another_one_is_asked_anew() {
    let mut fixture = Fixture::start();
    fixture.notifications.notify(ONE, answer("a"));
    assert_eq!(fixture.result().await, (ONE, FAILED));

    let mut first = NotificationServer::start(fixture.bus.address(), FULL, 7).await;
    fixture.notifications.notify(ONE, answer("b"));
    assert!(matches!(first.next_call().await, Call::Capabilities));
    assert_eq!(first.next_shown().await.id, 7);
    assert_eq!(fixture.result().await, (ONE, Ok(())));
    fixture.show(&mut first, ONE, "c").await;
    assert!(first.calls_so_far().is_empty(), "the capabilities were asked twice");
    first.stop().await;

    let mut second = NotificationServer::start(fixture.bus.address(), &[], 100).await;
    fixture.notifications.notify(ONE, answer("d"));
    assert!(matches!(second.next_call().await, Call::Capabilities));
    let shown = second.next_shown().await;
    assert_eq!((shown.replaces, shown.id, shown.actions.len()), (0, 100, 0));
    assert_eq!(fixture.result().await, (ONE, Ok(())));
}

#[tokio::test]
async fn a_server_that_dies_under_a_notice_is_no_hang() {
    let (mut fixture, mut server) = Fixture::with_server(FULL).await;
    fixture.show(&mut server, ONE, "a").await;
    server.hang(true);
    fixture.notifications.notify(ONE, answer("b"));
    assert_eq!(server.next_shown().await.body, "b");
    server.stop().await;
    assert_eq!(fixture.result().await, (ONE, FAILED));
}

#[tokio::test]
async fn without_a_bus_it_is_said() {
    let (report, mut results) = unbounded_channel();
    let nowhere = Bus::At("unix:path=/nonexistent/bus".into());
    let report = Box::new(move |job, result| report.send((job, result)).expect("the test waits"));
    let notifications = Notifications::start_on(nowhere.clone(), Box::new(|_, _| {}), report);
    for job in [ONE, TWO] {
        notifications.notify(job, answer("a"));
        assert_eq!(soon("a result", results.recv()).await, Some((job, FAILED)));
    }
    assert!(matches!(server(&nowhere).await, Err(NoServer::NoBus(_))));
}

#[tokio::test]
async fn doctor_learns_who_the_server_is() {
    let (fixture, double) = Fixture::with_server(FULL).await;
    let bus = Bus::At(fixture.bus.address().into());
    let known = server(&bus).await.expect("the double answers");
    assert_eq!((known.name.as_str(), known.specification.as_str()), ("double", "1.2"));
    assert_eq!(known.capabilities, FULL);
    double.hang(true);
    assert_eq!(server(&bus).await, Err(NoServer::Silent));
    double.stop().await;
    assert!(matches!(server(&bus).await, Err(NoServer::Absent(_))));
}

#[tokio::test]
async fn dunst_shows_it_and_its_button_is_heard() {
    let mut fixture = Fixture::start();
    let dunst = Dunst::start(fixture.bus.address()).await;
    fixture.notifications.notify(ONE, notice(NoticeKind::Working, "…"));
    fixture.notifications.notify(ONE, answer("<b>Guten & Tag</b>"));
    assert_eq!(fixture.result().await, (ONE, Ok(())));
    assert_eq!(dunst.displayed().await, 1);
    until("the words on dunst's screen", async || dunst.printed().contains("Guten")).await;
    assert!(dunst.printed().contains("&lt;b&gt;Guten &amp; Tag&lt;/b&gt;"), "{}", dunst.printed());
    dunst.press().await;
    assert_eq!(fixture.button().await, (ONE, Button::Copy));
    fixture.notifications.unnotify(ONE);
    until("the notification to go", async || dunst.displayed().await == 0).await;
}

#[tokio::test]
async fn a_stopped_dunst_fails_in_time_and_goes_on_with_one_notification() {
    let mut fixture = Fixture::start();
    let dunst = Dunst::start(fixture.bus.address()).await;
    fixture.notifications.notify(ONE, answer("first"));
    assert_eq!(fixture.result().await, (ONE, Ok(())));
    dunst.stop();
    fixture.notifications.notify(TWO, answer("second"));
    assert_eq!(fixture.result().await, (TWO, FAILED));
    fixture.notifications.notify(TWO, answer("third"));
    dunst.go_on();
    assert_eq!(fixture.result().await, (TWO, Ok(())));
    assert_eq!(dunst.displayed().await, 2);
    until("the newest words", async || dunst.printed().contains("third")).await;
}
