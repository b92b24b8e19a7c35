//! The commands that touch a desktop: answers to notifications and the clipboard, texts from the selection, and `doctor`,
//! which looks at everything and changes nothing. Against real X servers, a private D-Bus and a real dunst.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/command.rs"]
mod command;
#[path = "support/dunst.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod dunst;
#[path = "support/notifications.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod notifications;
#[path = "support/x11.rs"]
mod x11;

use bus::PrivateBus;
use command::{Done, Home, finish};
use dunst::Dunst;
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

fn finding(done: &Done, name: &str) -> (String, String, String) {
    let findings = done.json();
    let finding = findings.as_array().unwrap().iter().find(|finding| finding["name"] == name).expect(name).clone();
    let word = |key: &str| finding[key].as_str().unwrap().to_owned();
    (word("state"), word("found"), word("advice"))
}

#[test]
fn doctor_without_a_desktop_says_what_to_do() {
    let home = Home::new();
    let before = home.all_files();
    let done = home.run(&["doctor", "--json"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    for missing in ["display", "shortcuts", "selection", "clipboard", "notifications"] {
        let (state, _, advice) = finding(&done, missing);
        assert_eq!(state, "missing", "{missing}");
        assert!(!advice.is_empty(), "{missing}");
    }
    let words = home.run(&["doctor"]);
    assert!(words.stdout.contains("\n                        → "), "{}", words.stdout);
    assert_eq!(home.all_files(), before, "it changes nothing");
}

#[test]
fn doctor_on_a_desktop_finds_it_and_leaves_it_alone() {
    let server = XServer::start().with_window_manager();
    let owner = Client::new(&server);
    owner.own("PRIMARY", text("geheim"));
    let home = on(&server);
    let before = home.all_files();
    let done = home.run(&["doctor", "--json"]);
    assert_eq!(finding(&done, "display").0, "ok");
    assert_eq!(finding(&done, "shortcuts").1, "2 work (tried)");
    assert_eq!(finding(&done, "clipboard").0, "ok");
    assert!(!done.stdout.contains("geheim"));
    assert_eq!(home.all_files(), before);
    assert_eq!(server.owner("PRIMARY"), {
        server.sync();
        server.owner("PRIMARY")
    });
    // And they are free again.
    assert_eq!(finding(&home.run(&["doctor", "--json"]), "shortcuts").0, "ok");
}

#[test]
fn doctor_reads_only_where_a_key_press_would() {
    let server = XServer::start().with_window_manager();
    let vault = Client::new(&server).show("Vault", "secrets");
    server.await_focus(vault.window);
    vault.own("PRIMARY", text("geheim"));
    let home = on(&server);
    let selection = |config: &str| {
        home.write(".config/postil/config.toml", config);
        let (state, found, _) = finding(&home.run(&["doctor", "--json"]), "selection");
        (state, found)
    };
    let expected = |state: &str, found: &str| (state.to_owned(), found.to_owned());
    assert_eq!(selection(""), expected("ok", "read: 6 bytes"));
    let refusal = "not read: nothing is read in Vault, because it is one of `never_apps` in the config";
    assert_eq!(selection("[privacy]\nnever_apps = [\"vault\"]\n"), expected("limited", refusal));
    let refusal = "not read: the config has mistakes, so the privacy rules are not known";
    assert_eq!(selection("[privacy]\nnever_app = [\"vault\"]\n"), expected("limited", refusal));
}

#[tokio::test]
async fn doctor_is_not_held_up_by_a_notification_daemon_that_hangs() {
    let bus = PrivateBus::start();
    let dunst = Dunst::start(bus.address()).await;
    let address = bus.address().to_owned();
    let examine = move || {
        let home = Home::new().set("DBUS_SESSION_BUS_ADDRESS", &address);
        tokio::task::spawn_blocking(move || home.run(&["doctor", "--json"]))
    };
    let (state, found, _) = finding(&examine().await.unwrap(), "notifications");
    assert_eq!(state, "ok");
    assert!(found.starts_with("dunst "), "{found}");
    dunst.stop();
    let (state, found, advice) = finding(&examine().await.unwrap(), "notifications");
    dunst.go_on();
    assert_eq!((state.as_str(), advice.as_str()), ("missing", "it hangs: start it again"));
    assert_eq!(found, "the notification server did not answer within 2s");
}

#[test]
fn doctor_tells_a_daemon_that_hangs_from_none() {
    let home = Home::new();
    assert_eq!(finding(&home.run(&["doctor", "--json"]), "daemon").1, "none runs in this session");
    // Listens, and never answers.
    std::fs::create_dir(home.runtime_dir().join("postil")).unwrap();
    let _hangs = std::os::unix::net::UnixListener::bind(home.runtime_dir().join("postil/none.sock")).unwrap();
    let (state, found, _) = finding(&home.run(&["doctor", "--json"]), "daemon");
    let silent = "the postil daemon does not answer; is it stopped or busy?";
    assert_eq!((state.as_str(), found.as_str()), ("missing", silent));
    home.run(&["status"]).was(1, "", &format!("postil: {silent}\n"));
}

#[test]
fn doctor_tells_mistakes_in_the_files() {
    let home = Home::new();
    home.write(".config/postil/config.toml", "modle = 1\n");
    let (state, found, advice) = finding(&home.run(&["doctor", "--json"]), "config");
    assert_eq!((state.as_str(), advice.as_str()), ("missing", "`postil config check` lists all"));
    assert!(found.starts_with("1 mistake: "), "{found}");
}
