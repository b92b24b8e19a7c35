//! Notification daemons that are real, dead, hung, late or started anew: jobs end all the same, and what comes later is
//! shown.

use crate::dunst::Dunst;
use crate::model::ANSWER;
use crate::server::says;
use crate::session::Session;
use crate::x11::eventually;

#[test]
fn a_real_dunst_shows_the_answer_and_its_button_copies() {
    let mut session = Session::without_notifications();
    session.configure(&session.config());
    session.start();
    let dunst = session.run(Dunst::start(session.bus.address()));
    let cue = session.model.holds_back(says("Guten <b>Morgen</b> & Tag"));
    let _editor = session.editor("Good morning");
    session.press("Ctrl+Alt+y");
    eventually("the sign of work", || dunst.printed().contains("asking test/tiny").then_some(()));
    cue.give();
    eventually("the answer", || dunst.printed().contains("Guten &lt;b&gt;Morgen").then_some(()));
    session.await_rest();
    assert_eq!(session.run(dunst.displayed()), 1, "one notification for the job: {}", dunst.printed());
    session.run(dunst.press());
    session.await_clipboard("Guten <b>Morgen</b> & Tag");
}

#[test]
fn a_dunst_that_hangs_holds_nobody_up() {
    let mut session = Session::without_notifications();
    session.save_action("rephrase", "shortcut: Ctrl+Alt+R\nto: [copy, notify]");
    session.configure(&session.config());
    session.start();
    let dunst = session.run(Dunst::start(session.bus.address()));
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    eventually("it works", || dunst.printed().contains("TEXT").then_some(()));
    session.settle();

    dunst.stop();
    session.press("Ctrl+Alt+r");
    session.await_clipboard(ANSWER);
    session.settle();
    assert_eq!(session.cli(&["last"]).stdout, ANSWER);

    dunst.go_on();
    session.model.answers(says("wieder da"));
    session.press("Ctrl+Alt+y");
    eventually("it is shown", || dunst.printed().contains("wieder da").then_some(()));
}

#[test]
fn without_a_notification_daemon_answers_are_kept_and_the_next_one_is_used() {
    let mut session = Session::without_notifications();
    session.configure(&session.config());
    session.start();
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+y");
    session.model.await_request(1);
    session.settle();
    assert_eq!(session.cli(&["last"]).stdout, ANSWER);

    session.show_notifications(10);
    session.press("Ctrl+Alt+u");
    assert_eq!(session.ended().id, 10);
    session.settle();

    let first = session.notifications.take().expect("it was started");
    session.run(first.stop());
    session.show_notifications(70);
    session.press("Ctrl+Alt+u");
    let shown = session.ended();
    assert_eq!((shown.id, shown.replaces), (70, 0), "numbers of the old one never reach the new one");
}

#[test]
fn a_server_that_never_answers_does_not_keep_the_daemon_from_ending() {
    let mut session = Session::started();
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    session.ended();
    session.await_rest();
    session.notifications().hang(true);
    session.press("Ctrl+Alt+u");
    session.ended();
    assert_eq!(session.cli(&["stop"]).code, 0);
    assert!(session.await_end().success());
}

#[test]
fn the_picker_is_a_list_of_buttons() {
    let mut session = Session::started();
    let _editor = session.editor("some selected text");
    session.press("Ctrl+Alt+Space");
    let list = session.shown();
    assert_eq!((list.summary.as_str(), list.body.as_str()), ("What to do with the selection?", "some selected text"));
    assert_eq!(list.actions[1], "Translate", "what has a shortcut comes first");
    // What is selected by then does not matter: the list was made for this text.
    let _other = session.editor("something else");
    session.choose(&list, "Translate");
    session.await_closed(list.id);
    assert_eq!(session.ended().body, ANSWER);
    let body = session.model.await_request(1).json();
    assert_eq!(body["messages"][1]["content"], "some selected text");
}

#[test]
fn the_picker_without_a_text_says_so() {
    let mut session = Session::started();
    assert_eq!(session.cli(&["pick"]).code, 0);
    assert_eq!(session.shown().summary, "Nothing is selected");
}
