//! The commands that touch a desktop: answers to notifications and the clipboard, texts from the selection. Against real X
//! servers and a private D-Bus.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/command.rs"]
mod command;
#[path = "support/notifications.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod notifications;
#[path = "support/x11.rs"]
mod x11;

use bus::PrivateBus;
use command::{Home, finish};
use notifications::NotificationServer;
use x11::{Client, XServer, eventually, text};

/// What `xclip` reads from the clipboard.
fn clipboard(home: &Home) -> String {
    finish(home.other("xclip", &["-o", "-selection", "clipboard"]).spawn().unwrap()).stdout
}

fn on(server: &XServer) -> Home {
    Home::new().set("DISPLAY", &server.display)
}

#[test]
fn a_copy_outlives_its_command() {
    let server = XServer::start();
    let home = on(&server);
    home.run(&["run", "upper", "grüße", "--to", "copy"]).was(0, "", "postil: copied\n");
    assert_eq!(clipboard(&home), "GRÜSSE");
    // And another one takes its place.
    home.run(&["run", "lower", "SECOND", "--to", "copy,stdout"]).was(0, "second\n", "postil: copied\n");
    assert_eq!(clipboard(&home), "second");
}

/// Whether a child holds the clipboard of this display.
fn holder_on(display: &str) -> Option<()> {
    let of_this_display = format!("DISPLAY={display}\0");
    let reads = |path: std::path::PathBuf| String::from_utf8(std::fs::read(path).ok()?).ok();
    let is_holder = |process: std::path::PathBuf| {
        let holds = reads(process.join("cmdline"))?.contains("hold-clipboard");
        (holds && reads(process.join("environ"))?.contains(&of_this_display)).then_some(())
    };
    std::fs::read_dir("/proc").unwrap().flatten().find_map(|entry| is_holder(entry.path()))
}

#[test]
fn the_child_that_holds_the_clipboard_goes_when_it_is_not_wanted() {
    let server = XServer::start();
    let home = on(&server);
    home.run(&["run", "upper", "x", "--to", "copy"]).was(0, "", "postil: copied\n");
    let holder = || holder_on(&server.display);
    eventually("a child holds it", holder);
    let other = Client::new(&server);
    other.own("CLIPBOARD", text("other"));
    eventually("the child is gone", || holder().is_none().then_some(()));
    assert_eq!(clipboard(&home), "other");

    home.run(&["run", "upper", "x", "--to", "copy"]).was(0, "", "postil: copied\n");
    eventually("a child holds it", holder);
    let display = server.display.clone();
    drop(server);
    eventually("it goes with its display", || holder_on(&display).is_none().then_some(()));
}

#[test]
fn the_selection_and_the_clipboard_are_read() {
    let server = XServer::start();
    let home = on(&server);
    let owner = Client::new(&server);
    owner.own("CLIPBOARD", text("copied"));
    home.run(&["run", "upper", "--from", "clipboard"]).was(0, "COPIED\n", "");
    home.run(&["run", "upper", "--from", "selection"]).was(
        1,
        "",
        "postil: nothing is selected; select some text and try again\n",
    );
    home.run(&["run", "upper"]).was(0, "COPIED\n", "postil: from the clipboard: nothing is selected\n");
    owner.own("PRIMARY", text("selected"));
    home.run(&["run", "upper"]).was(0, "SELECTED\n", "");
    // Neither by a program that has no text, nor in place of one that is given.
    home.pipe("piped", &["run", "upper"]).was(0, "PIPED\n", "");
    home.pipe("", &["run", "upper"]).was(1, "", "postil: stdin is empty; give it a text to work on\n");
}

#[tokio::test]
async fn a_notification_has_the_answer_and_no_buttons_that_nobody_hears() {
    let bus = PrivateBus::start();
    let mut server = NotificationServer::start(bus.address(), &["actions", "body"], 1).await;
    let home = Home::new().set("DBUS_SESSION_BUS_ADDRESS", bus.address());
    let done = tokio::task::spawn_blocking(move || home.run(&["run", "upper", "hello", "--to", "notify,stdout"]));
    let shown = server.next_shown().await;
    assert_eq!((shown.body.as_str(), shown.actions.as_slice()), ("HELLO", [].as_slice()));
    done.await.unwrap().was(0, "HELLO\n", "");
}
