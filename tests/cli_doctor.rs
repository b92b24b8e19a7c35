//! `postil doctor`: what it finds on real desktops, that it changes nothing, and that nothing holds it up.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/command.rs"]
mod command;
#[path = "support/dunst.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod dunst;
#[path = "support/keyring.rs"]
mod keyring;
#[path = "support/notifications.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod notifications;
#[path = "support/portal.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod portal;
#[path = "support/sway.rs"]
mod sway;
#[path = "support/tray_host.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod tray_host;
#[path = "support/x11.rs"]
mod x11;

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Stdio};

use bus::PrivateBus;
use command::{Done, Home, await_text, finish};
use dunst::Dunst;
use keyring::Keyring;
use portal::{Gives, Portal};
use serde_json::Value;
use sway::Sway;
use tray_host::TrayHost;
use x11::{Client, XServer, text};

/// One of the findings.
fn of(done: &Done, name: &str) -> Value {
    let all = done.json();
    let found = all["findings"].as_array().unwrap().iter().find(|finding| finding["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {}", done.stdout)).clone()
}

fn finding(done: &Done, name: &str) -> (String, String, String) {
    let finding = of(done, name);
    let word = |key: &str| finding[key].as_str().unwrap().to_owned();
    (word("state"), word("found"), word("advice"))
}

fn states<const N: usize>(done: &Done, names: [&str; N]) -> [String; N] {
    names.map(|name| finding(done, name).0)
}

fn on(server: &XServer) -> Home {
    Home::new().set("DISPLAY", &server.display)
}

fn on_bus(home: Home, bus: &PrivateBus) -> Home {
    home.set("DBUS_SESSION_BUS_ADDRESS", bus.address())
}

/// While the test's own servers answer on this thread's runtime.
async fn examine(home: Home) -> (Home, Done) {
    let examine = move || {
        let done = home.run(&["doctor", "--json"]);
        (home, done)
    };
    tokio::task::spawn_blocking(examine).await.unwrap()
}

#[test]
fn without_a_desktop_it_says_what_to_do() {
    let home = Home::new();
    let before = home.all_files();
    let done = home.run(&["doctor", "--json"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    for missing in ["display", "desktop", "protocols", "shortcuts", "selection", "clipboard", "paste", "notifications"]
    {
        let (state, _, advice) = finding(&done, missing);
        assert_eq!(state, "missing", "{missing}");
        assert!(!advice.is_empty(), "{missing}");
    }
    let words = home.run(&["doctor"]);
    assert!(words.stdout.starts_with("This desktop\n  missing display        no X11 (DISPLAY is not set)\n"));
    assert!(words.stdout.contains("\n                         → "), "{}", words.stdout);
    assert_eq!(home.all_files(), before, "it changes nothing");
}

#[test]
fn every_finding_stands_in_its_page() {
    let page = std::fs::read_to_string("docs/doctor.md").unwrap();
    let done = Home::new().run(&["doctor", "--try", "--json"]).json();
    for finding in done["findings"].as_array().unwrap() {
        let name = finding["name"].as_str().unwrap();
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn on_x11_it_finds_the_desktop_and_leaves_it_alone() {
    let server = XServer::start().with_window_manager();
    let owner = Client::new(&server);
    owner.own("PRIMARY", text("geheim"));
    let home = on(&server);
    let before = (home.all_files(), server.owner("PRIMARY"));
    // A machine that has much to do lets the owner answer too late.
    let done = x11::eventually("the selection is read", || {
        let done = home.run(&["doctor", "--json"]);
        (finding(&done, "selection").1 == "6 bytes of text").then_some(done)
    });
    assert_eq!(states(&done, ["display", "desktop", "protocols", "clipboard", "paste"]), ["ok"; 5]);
    assert_eq!(of(&done, "desktop")["details"]["compositor"], "Openbox");
    assert!(finding(&done, "protocols").1.contains("keys: XTEST 2.2"), "{}", done.stdout);
    assert_eq!(finding(&done, "paste").1, "keys are pressed by XTEST");
    assert_eq!(finding(&done, "shortcuts").1, "2 work");
    assert!(!done.stdout.contains("geheim"));
    assert_eq!((home.all_files(), server.owner("PRIMARY")), before);
    // And they are free again.
    assert_eq!(finding(&home.run(&["doctor", "--json"]), "shortcuts").0, "ok");
}

#[test]
fn on_sway_it_finds_compositor_version_and_protocols() {
    let mut sway = Sway::start();
    sway.copy(&["--primary"], "selected");
    let home = Home::new().set("WAYLAND_DISPLAY", &sway.display);
    let home = home.set("XDG_RUNTIME_DIR", sway.folder().to_str().unwrap()).set("XDG_CURRENT_DESKTOP", "sway");
    sway::eventually("it is read", || {
        (finding(&home.run(&["doctor", "--json"]), "selection").1 == "8 bytes of text").then_some(())
    });
    let done = home.run(&["doctor", "--json"]);
    let version = String::from_utf8(sway.message(&["-t", "get_version", "-r"]).stdout).unwrap();
    let version: Value = serde_json::from_str(&version).unwrap();
    let desktop = of(&done, "desktop");
    assert_eq!(desktop["details"]["compositor"], "sway");
    assert_eq!(desktop["details"]["version"], version["human_readable"]);
    assert_eq!(desktop["details"]["xdg_current_desktop"], "sway");
    assert!(desktop["how"].as_str().unwrap().ends_with("the version by its control socket"), "{desktop}");
    assert_eq!(states(&done, ["display", "protocols", "selection", "clipboard", "paste"]), ["ok"; 5]);
    for interface in ["zwlr_foreign_toplevel_manager_v1", "zwp_virtual_keyboard_manager_v1", "zwlr_layer_shell_v1"] {
        let listed =
            of(&done, "protocols")["details"].as_array().unwrap().iter().any(|one| one["interface"] == interface);
        assert!(listed, "{interface} in {}", done.stdout);
    }
    assert_eq!(finding(&done, "paste").1, "keys are pressed by a virtual keyboard");
}

#[tokio::test]
async fn services_are_told_as_they_are() {
    let bus = PrivateBus::start();
    let (home, none) = examine(on_bus(Home::new(), &bus)).await;
    assert_eq!(states(&none, ["portals", "notifications", "tray", "keyring"]), ["ok", "missing", "limited", "limited"]);
    let _dunst = Dunst::start(bus.address()).await;
    let portal = Portal::start(bus.address(), Gives::All);
    let _host = TrayHost::start_on(bus.address()).await;
    let _keyring = Keyring::unlocked(&home, &bus).await;
    let before = home.all_files();
    let (home, done) = examine(home).await;
    assert_eq!(states(&done, ["portals", "notifications", "tray", "keyring"]), ["ok"; 4], "{}", done.stdout);
    assert_eq!(of(&done, "portals")["details"]["versions"]["GlobalShortcuts"], 1);
    assert_eq!(of(&done, "notifications")["details"]["server"], "dunst");
    assert_eq!(finding(&done, "keyring").1, "gnome-keyring-daemon, unlocked");
    assert_eq!(home.all_files(), before);
    tokio::task::spawn_blocking(|| drop(portal)).await.unwrap();
}

#[tokio::test]
async fn a_locked_keyring_stays_locked() {
    let bus = PrivateBus::start();
    let home = on_bus(Home::new(), &bus);
    drop(Keyring::unlocked(&home, &bus).await);
    let _keyring = Keyring::locked(&home, &bus).await;
    for _ in 0..2 {
        let done = examine(on_bus(Home::new(), &bus)).await.1;
        let (state, found, _) = finding(&done, "keyring");
        assert_eq!((state.as_str(), found.as_str()), ("limited", "gnome-keyring-daemon, locked"));
    }
}

/// Neither a bus, nor a display, nor any service that is stopped holds up the rest.
#[tokio::test]
async fn what_is_stopped_is_told_and_holds_up_nothing() {
    let bus = PrivateBus::start();
    let dunst = Dunst::start(bus.address()).await;
    let _keyring = keyring::silent(&bus).await;
    let _host = TrayHost::start_hung_on(bus.address()).await;
    let server = XServer::start().with_window_manager();
    dunst.stop();
    let (home, done) = examine(on_bus(on(&server), &bus)).await;
    dunst.go_on();
    let (state, found, advice) = finding(&done, "notifications");
    assert_eq!((state.as_str(), advice.as_str()), ("missing", "it hangs: start it again"));
    assert_eq!(found, "the notification server did not answer within 2s");
    assert_eq!(states(&done, ["display", "shortcuts", "keyring"]), ["ok", "ok", "missing"]);
    bus.freeze();
    server.freeze();
    let (_, done) = examine(home).await;
    server.thaw();
    let missing = ["display", "desktop", "selection", "shortcuts", "portals", "notifications", "tray", "keyring"];
    assert_eq!(states(&done, missing), ["missing"; 8], "{}", done.stdout);
    assert_eq!(states(&done, ["config", "autostart"]), ["ok"; 2]);
}

#[test]
fn a_compositor_that_is_stopped_holds_up_nothing() {
    let sway = Sway::start();
    let home = Home::new().set("WAYLAND_DISPLAY", &sway.display);
    let home = home.set("XDG_RUNTIME_DIR", sway.folder().to_str().unwrap());
    sway.freeze();
    let done = home.run(&["doctor", "--json"]);
    sway.thaw();
    assert_eq!(states(&done, ["display", "desktop", "protocols", "config"]), ["missing", "missing", "missing", "ok"]);
    assert!(finding(&done, "display").1.contains("the compositor does not answer"), "{}", done.stdout);
}

#[test]
fn it_reads_only_where_a_key_press_would() {
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
    assert_eq!(selection(""), expected("ok", "6 bytes of text"));
    let refusal = "not read: nothing is read in Vault, because it is one of `never_apps` in the config";
    assert_eq!(selection("[privacy]\nnever_apps = [\"vault\"]\n"), expected("limited", refusal));
    let refusal = "not read: the config has mistakes, so the privacy rules are not known";
    assert_eq!(selection("[privacy]\nnever_app = [\"vault\"]\n"), expected("limited", refusal));
}

#[test]
fn a_daemon_that_hangs_is_told_from_none() {
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
fn mistakes_in_the_files_are_told() {
    let home = Home::new();
    home.write(".config/postil/config.toml", "modle = 1\n");
    let (state, found, advice) = finding(&home.run(&["doctor", "--json"]), "config");
    assert_eq!((state.as_str(), advice.as_str()), ("missing", "`postil config check` lists all"));
    assert!(found.starts_with("1 mistake: "), "{found}");
}

/// Without a terminal nobody is asked, and what needs no question is done.
#[tokio::test]
async fn it_tries_what_needs_no_asking_and_puts_back() {
    let bus = PrivateBus::start();
    let dunst = Dunst::start(bus.address()).await;
    let server = XServer::start().with_window_manager();
    let owner = Client::new(&server);
    owner.own("PRIMARY", text("geheim"));
    owner.own("CLIPBOARD", text("what was copied"));
    let home = on_bus(on(&server), &bus);
    let tried = move || {
        let done = home.run(&["doctor", "--try", "--json"]);
        (home, done)
    };
    let (home, done) = tokio::task::spawn_blocking(tried).await.unwrap();
    let names = ["try-selection", "try-clipboard", "try-notify", "try-paste", "try-keyring"];
    assert_eq!(states(&done, names), ["ok", "ok", "ok", "limited", "limited"], "{}", done.stdout);
    assert_eq!(finding(&done, "try-paste").2, "run it in a terminal, where you can be asked first");
    assert_eq!(finding(&done, "try-notify").1, "dunst has taken it");
    assert!(!done.stdout.contains("geheim"));
    bus::until("dunst has shown it", async || dunst.printed().contains("as `postil doctor --try` shows it")).await;
    let pasted = home.other("xclip", &["-o", "-selection", "clipboard"]).output().unwrap();
    assert_eq!(String::from_utf8(pasted.stdout).unwrap(), "what was copied");
}

#[test]
fn on_sway_a_picture_comes_back_from_the_trial() {
    let mut sway = Sway::start();
    let picture: Vec<u8> = (0..=255u8).cycle().take(1 << 20).collect();
    let file = sway.folder().join("picture");
    std::fs::write(&file, &picture).unwrap();
    let mut copying = sway.command("wl-copy");
    copying.args(["--type", "image/png"]).stdin(std::fs::File::open(&file).unwrap()).status().unwrap();
    let home = Home::new().set("WAYLAND_DISPLAY", &sway.display);
    let home = home.set("XDG_RUNTIME_DIR", sway.folder().to_str().unwrap());
    let pasted = |sway: &Sway| sway.command("wl-paste").args(["--type", "image/png"]).output().unwrap().stdout;
    sway::eventually("it is copied", || (pasted(&sway) == picture).then_some(()));
    let done = home.run(&["doctor", "--try", "--json"]);
    assert_eq!(finding(&done, "try-clipboard").0, "ok", "{}", done.stdout);
    assert!(pasted(&sway) == picture);
    sway.copy(&[], "and who copies then has it");
    let text = || String::from_utf8(sway.command("wl-paste").arg("--no-newline").output().unwrap().stdout).ok();
    sway::eventually("it is copied", || text().filter(|text| text == "and who copies then has it"));
}

/// `doctor --try` in a terminal in which these lines are typed. The terminal's stdin is to stay open until the end.
fn in_terminal(home: &Home, lines: &str) -> (Child, ChildStdin) {
    let program = format!("{} doctor --try", env!("CARGO_BIN_EXE_postil"));
    let mut terminal = home.other("script", &["-qec", &program, "/dev/null"]);
    let mut child = terminal.stdin(Stdio::piped()).spawn().expect("script is installed");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    (child, stdin)
}

#[tokio::test]
async fn in_a_terminal_it_asks_and_does_what_was_agreed_to() {
    let bus = PrivateBus::start();
    let _dunst = Dunst::start(bus.address()).await;
    let server = XServer::start().with_window_manager();
    let home = on_bus(on(&server), &bus);
    let _keyring = Keyring::unlocked(&home, &bus).await;
    // Selected; seen; no keys; the keyring.
    let (child, _stdin) = in_terminal(&home, "\ny\nn\ny\n");
    let done = tokio::task::spawn_blocking(|| finish(child)).await.unwrap();
    let line = |name: &str| done.stdout.lines().find(|line| line.contains(name)).unwrap_or_default().to_owned();
    assert!(line("try-notify").contains("dunst has shown it, as you say"), "{}", done.stdout);
    assert!(line("try-paste").contains("not tried, as you did not wish it"), "{}", done.stdout);
    assert!(line("try-keyring").contains("an entry was stored, read and removed"), "{}", done.stdout);
}

#[test]
fn keys_are_pressed_after_a_yes_where_the_person_has_selected_something() {
    let mut sway = Sway::start();
    let given = sway.folder().join("given");
    let script = format!("stty raw -echo; exec cat > {}", given.display());
    sway.spawn("foot", &["--app-id", "foot", "sh", "-c", &script]);
    sway::eventually("the field is ready", || given.exists().then_some(()));
    sway.terminal("terminal");
    let home = Home::new().set("WAYLAND_DISPLAY", &sway.display);
    let home = home.set("XDG_RUNTIME_DIR", sway.folder().to_str().unwrap());
    let (mut child, _stdin) = in_terminal(&home, "\ny\nn\n");
    let mut stdout = await_text(child.stdout.take().unwrap(), "Waiting for you");
    sway.focus("foot");
    sway.copy(&["--primary"], "a word");
    let arrived = || std::fs::read_to_string(&given).ok().filter(|given| given == "A WORD");
    sway::eventually("it stands there", arrived);
    let mut said = String::new();
    stdout.read_to_string(&mut said).unwrap();
    finish(child);
    assert!(said.contains("the selection in foot was replaced"), "{said}");
}
