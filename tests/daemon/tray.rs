//! The tray as a panel sees it, over D-Bus, with the real selection and clipboard behind its menu.

use crate::model::ANSWER;
use crate::server::{Answer, chunk, says};
use crate::session::Session;
use crate::tray_host::{Item, Line, TrayHost};
use crate::x11::{eventually, text};

/// A session with a tray host, and the item in it.
fn session_with_host() -> (Session, TrayHost, Item) {
    let mut session = Session::new();
    session.configure(&session.config());
    let mut host = session.run(TrayHost::start_on(session.bus.address()));
    session.start();
    let item = session.run(host.item());
    session.await_status("the tray is shown", |status| status.tray == "shown");
    (session, host, item)
}

/// Starts a host beside a daemon that runs already.
fn late_host(session: &Session) -> (TrayHost, Item) {
    let mut host = session.run(TrayHost::start_on(session.bus.address()));
    session.await_status("the tray is shown", |status| status.tray == "shown");
    // Where the host came under the item's start, the item begins anew.
    let item = eventually("an item that is there", || {
        let item = session.run(host.item());
        session.run(item.is_there()).then_some(item)
    });
    (host, item)
}

fn labels(menu: &[Line]) -> Vec<&str> {
    menu.iter().map(|line| line.label.as_str()).collect()
}

/// Opens the menu and clicks the line of this label.
fn choose(session: &Session, item: &Item, label: &str) {
    let menu = session.run(item.open_menu());
    session.run(item.click(&menu, label));
}

fn await_title(session: &Session, item: &Item, title: &str) {
    eventually(title, || (session.run(item.text("Title")) == title).then_some(()));
}

#[test]
fn the_menu_lists_what_fits_and_runs_it_on_the_text_that_was_there() {
    let (mut session, _host, item) = session_with_host();
    let editor = session.editor("https://example.com/page");
    editor.own("CLIPBOARD", text("copied"));
    let menu = session.run(item.open_menu());
    let found = labels(&menu);
    assert_eq!(found[0], "Selected: “\u{2068}https://example.com/page\u{2069}”");
    for label in ["🌐 Translate (Ctrl+Alt+Y)", "On the clipboard: “\u{2068}copied\u{2069}”", "Model: test/tiny", "Quit"]
    {
        assert!(found.contains(&label), "no {label} in {found:#?}");
    }
    assert!(found.iter().any(|label| label.ends_with("Open the link")), "{found:#?}");

    // What is selected when the menu opens counts, whatever happens before the click.
    editor.own("PRIMARY", text("no address"));
    let upper = found.iter().find(|label| label.contains("Upper case")).expect("a text tool").to_string();
    session.run(item.click(&menu, &upper));
    assert_eq!(session.ended().body, "HTTPS://EXAMPLE.COM/PAGE\n\n(copied)");
    session.await_clipboard("HTTPS://EXAMPLE.COM/PAGE");

    let menu = session.run(item.open_menu());
    let for_selection = labels(&menu).into_iter().take_while(|label| !label.starts_with("On the clipboard"));
    assert!(!for_selection.collect::<String>().contains("Open the link"), "it fits addresses alone");
    session.model.answers(says("aus dem Menü"));
    session.run(item.click(&menu, "🌐 Translate (Ctrl+Alt+Y)"));
    assert_eq!(session.ended().body, "aus dem Menü");
    session.await_rest();
    let menu = session.run(item.open_menu());
    assert!(labels(&menu).contains(&"Translate: “\u{2068}aus dem Menü\u{2069}”"), "the last answers");
}

#[test]
fn the_icon_shows_what_happens_and_the_menu_cancels_pauses_and_quits() {
    let (mut session, _host, item) = session_with_host();
    await_title(&session, &item, "postil");
    let _editor = session.editor("Text");
    session.model.answers(Answer::stream([chunk("Gu")]).hang());
    session.press("Ctrl+Alt+y");
    await_title(&session, &item, "postil is working");
    let sign = session.shown();
    choose(&session, &item, "Cancel Translate");
    session.await_closed(sign.id);
    await_title(&session, &item, "postil");

    session.model.answers(Answer::whole(400, "text/plain", "oh no"));
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().summary, "Translate: failed");
    await_title(&session, &item, "postil: the last job failed");
    session.press("Ctrl+Alt+y");
    assert_eq!(session.ended().body, ANSWER);
    await_title(&session, &item, "postil");

    choose(&session, &item, "Pause");
    await_title(&session, &item, "postil is paused");
    assert!(session.status().paused);
    choose(&session, &item, "Resume");
    await_title(&session, &item, "postil");
    choose(&session, &item, "Quit");
    assert!(session.await_end().success());
    assert!(!session.run(item.is_there()));
}

#[test]
fn a_host_may_come_late_and_again() {
    let session = Session::started();
    session.await_status("there is no host", |status| status.tray.starts_with("no tray host"));
    let (first, item) = late_host(&session);
    await_title(&session, &item, "postil");
    session.run(first.stop());
    session.await_status("the host is gone", |status| status.tray.starts_with("no tray host"));
    let (_second, item) = late_host(&session);
    assert!(labels(&session.run(item.open_menu())).contains(&"Nothing is selected or copied"));
}

#[test]
fn the_configuration_is_opened_and_read_again() {
    let (session, _host, item) = session_with_host();
    std::fs::remove_file(session.config_file()).expect("it is there");
    choose(&session, &item, "Open configuration");
    let opened = eventually("it is opened", || session.opened().pop());
    assert_eq!(opened, session.config_file().display().to_string());
    assert!(session.config_file().exists(), "the commented default was written first");
    choose(&session, &item, "Reload configuration");
    assert_eq!(session.cli(&["status"]).code, 0);
}

#[test]
fn a_host_that_hangs_holds_nobody_up() {
    let mut session = Session::new();
    session.configure(&session.config());
    let mut host = session.run(TrayHost::start_hung_on(session.bus.address()));
    session.start();
    session.run(host.item());
    let _editor = session.editor("Text");
    session.press("Ctrl+Alt+u");
    assert_eq!(session.ended().body, "TEXT\n\n(copied)");
    assert_eq!(session.cli(&["stop"]).code, 0);
    assert!(session.await_end().success());
}
