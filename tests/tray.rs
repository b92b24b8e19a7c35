//! The tray on a private bus, seen from the host's side of it.
//!
//! The item finds its bus by the environment, which a test must not change for its neighbours. So each test here runs
//! in a process of its own: it starts this binary again for itself alone, with a bus in its environment.
//!
//! Needs dbus-daemon.

// The doubles can do more than is tried here.
#[allow(dead_code)]
#[path = "support/bus.rs"]
mod bus;
#[path = "support/tray_status.rs"]
mod sample;
#[allow(dead_code)]
#[path = "support/tray_host.rs"]
mod tray_host;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use bus::{PrivateBus, soon, until};
use postil::action::{ActionName, Source};
use postil::desktop::TriggerContext;
use postil::engine::call::JobId;
use postil::engine::effect::{MenuChoice, Peek, TrayIcon};
use postil::tray::{Tray, TrayState};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tray_host::{Line, TrayHost};

/// Set where a test runs in the process that was started for it.
const ALONE: &str = "POSTIL_TEST_ALONE";

/// Runs the test of this name, which is `body`, on a bus of its own.
fn alone(name: &str, body: impl AsyncFnOnce()) {
    alone_with(name, &[], body);
}

/// The same with these variables.
fn alone_with(name: &str, variables: &[(&str, &Path)], body: impl AsyncFnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        return runtime.block_on(body());
    }
    let bus = PrivateBus::start();
    run_again(name, bus.address(), variables);
}

fn run_again(name: &str, address: &str, variables: &[(&str, &Path)]) {
    let status = Command::new(std::env::current_exe().expect("this test runs"))
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, "1")
        .env_remove("XDG_CURRENT_DESKTOP")
        .envs(variables.iter().copied())
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .status()
        .expect("this test runs again");
    assert!(status.success(), "{name} failed in its own process");
}

/// A tray, what is selected for it, and what was clicked.
struct Fixture {
    tray: Tray,
    selected: watch::Sender<&'static str>,
    chosen: UnboundedReceiver<(MenuChoice, Option<Peek>)>,
}

impl Fixture {
    fn start() -> Self {
        let (choose, chosen) = unbounded_channel();
        let (selected, selection) = watch::channel("Lorem ipsum");
        let tray = Tray::start(
            sample::status(),
            Box::new(move |_| peek(*selection.borrow())),
            Box::new(move |choice, peek| choose.send((choice, peek)).expect("the test waits")),
        );
        Self { tray, selected, chosen }
    }

    async fn chosen(&mut self) -> (MenuChoice, Option<String>) {
        let (choice, peek) = soon("a choice", self.chosen.recv()).await.expect("the tray lives");
        (choice, peek.map(|peek| peek.selection.expect("something is selected").text.expose().to_owned()))
    }

    async fn state(&self, wanted: TrayState) {
        until("the tray's state", async || self.tray.state() == wanted).await;
    }
}

fn peek(selection: &str) -> Peek {
    let context = TriggerContext { at: Instant::now(), app: None, window: None, selection: None };
    Peek { context, selection: Some(selection.into()), clipboard: Some("https://example.com".into()) }
}

fn labels(menu: &[Line]) -> Vec<&str> {
    menu.iter().filter(|line| line.depth == 0).map(|line| line.label.as_str()).collect()
}

#[test]
fn the_menu_that_opens_lists_what_fits_and_a_click_runs_it() {
    alone("the_menu_that_opens_lists_what_fits_and_a_click_runs_it", async || {
        let mut host = TrayHost::start().await;
        let mut fixture = Fixture::start();
        let item = host.item().await;
        fixture.state(TrayState::Shown).await;
        let menu = item.open_menu().await;
        let expected = [
            "Selected: “\u{2068}Lorem ipsum\u{2069}”",
            "🌐 Translate (Ctrl+Alt+Y)",
            "Polish",
            "Explain",
            "Text tools",
            "On the clipboard: “\u{2068}https://example.com\u{2069}”",
            "---",
            "Model: openai/gpt-5-mini",
            "---",
            "Pause",
            "Open configuration",
            "Reload configuration",
            "Quit",
        ];
        assert_eq!(labels(&menu), expected);
        assert!(!menu[0].enabled);
        assert!(menu.iter().any(|line| line.depth == 1 && line.label == "Rewrite__clipboard"), "{menu:#?}");

        // What a click means is what the menu showed, whatever has happened since.
        fixture.selected.send_replace("something else");
        let mut busy = sample::status();
        busy.running = vec![(JobId(1), "Translate".into())];
        fixture.tray.update(busy);
        item.click(&menu, "Explain").await;
        let run = |name: &str, source| MenuChoice::Run { action: ActionName::new(name), source };
        assert_eq!(fixture.chosen().await, (run("explain", Source::Selection), Some("Lorem ipsum".into())));

        let menu = item.open_menu().await;
        assert_eq!(menu[0].label, "Selected: “\u{2068}something else\u{2069}”");
        item.click(&menu, "Cancel Translate").await;
        assert_eq!(fixture.chosen().await.0, MenuChoice::Cancel(Some(JobId(1))));
        item.click(&menu, "Quit").await;
        assert_eq!(fixture.chosen().await, (MenuChoice::Quit, None), "a look is used once");
    });
}

#[test]
fn a_host_that_comes_late_or_again_gets_the_item() {
    alone("a_host_that_comes_late_or_again_gets_the_item", async || {
        let fixture = Fixture::start();
        fixture.state(TrayState::NoHost).await;
        for _ in 0..2 {
            let mut host = TrayHost::start().await;
            fixture.state(TrayState::Shown).await;
            let item = host.newest_item().await;
            assert_eq!(item.text("Id").await, "postil");
            assert_eq!(labels(&item.open_menu().await)[1], "🌐 Translate (Ctrl+Alt+Y)");
            host.stop().await;
            fixture.state(TrayState::NoHost).await;
        }
    });
}

#[test]
fn a_host_that_hangs_holds_up_nobody() {
    alone("a_host_that_hangs_holds_up_nobody", async || {
        let mut hung = TrayHost::start_hung().await;
        let fixture = Fixture::start();
        hung.item().await;
        fixture.tray.update(sample::status());
        assert_eq!(fixture.tray.state(), TrayState::Starting);
        hung.stop().await;
        fixture.state(TrayState::NoHost).await;
        let mut host = TrayHost::start().await;
        assert_eq!(host.item().await.text("Id").await, "postil");
    });
}

#[test]
fn the_icon_tells_what_the_program_does() {
    alone("the_icon_tells_what_the_program_does", async || {
        let mut host = TrayHost::start().await;
        let fixture = Fixture::start();
        let item = host.item().await;
        let idle = item.pixmaps().await;
        assert_eq!(idle.iter().map(|(width, ..)| *width).collect::<Vec<_>>(), [16, 22, 24, 32, 48]);
        assert_eq!(item.text("IconName").await, "", "what is drawn here has its own contrast");
        assert!(idle.iter().all(|(width, height, argb)| argb.len() as i32 == width * height * 4));

        for (icon, title) in [
            (TrayIcon::Working, "postil is working"),
            (TrayIcon::Paused, "postil is paused"),
            (TrayIcon::Failed, "postil: the last job failed"),
        ] {
            let mut status = sample::status();
            status.icon = icon;
            fixture.tray.update(status);
            until("the title", async || item.text("Title").await == title).await;
            assert_ne!(item.pixmaps().await, idle);
        }
        item.open_menu().await;
        assert_eq!(item.pixmaps().await, idle, "the failure was seen");
    });
}

#[test]
fn a_host_that_colours_icons_is_told_which_are_installed() {
    let data = tempfile::tempdir().expect("a folder");
    let icons = data.path().join("icons/hicolor/symbolic/apps");
    std::fs::create_dir_all(&icons).expect("a folder");
    for name in ["postil", "postil-working", "postil-paused", "postil-failed"] {
        let file = format!("{name}-symbolic.svg");
        std::fs::copy(Path::new("packaging/icons").join(&file), icons.join(&file)).expect("an icon of ours");
    }
    let variables = [("XDG_CURRENT_DESKTOP", Path::new("KDE")), ("XDG_DATA_HOME", data.path())];
    alone_with("a_host_that_colours_icons_is_told_which_are_installed", &variables, async || {
        let mut host = TrayHost::start().await;
        let fixture = Fixture::start();
        let item = host.item().await;
        assert_eq!(item.text("IconName").await, "postil-symbolic");
        assert!(!item.pixmaps().await.is_empty(), "for those that take no names");
        let mut status = sample::status();
        status.icon = TrayIcon::Paused;
        fixture.tray.update(status);
        until("the name", async || item.text("IconName").await == "postil-paused-symbolic").await;
    });
}

#[test]
fn a_host_that_does_not_tell_of_opening_has_a_menu_all_the_same() {
    alone("a_host_that_does_not_tell_of_opening_has_a_menu_all_the_same", async || {
        let mut host = TrayHost::start().await;
        let mut fixture = Fixture::start();
        let item = host.item().await;
        let mut status = sample::status();
        status.icon = TrayIcon::Paused;
        fixture.tray.update(status);
        until("the menu", async || labels(&item.menu().await).contains(&"Resume")).await;
        item.click(&item.menu().await, "Resume").await;
        assert_eq!(fixture.chosen().await, (MenuChoice::Resume, None));
    });
}

#[test]
fn stopped_it_leaves_the_bus() {
    alone("stopped_it_leaves_the_bus", async || {
        let mut host = TrayHost::start().await;
        let fixture = Fixture::start();
        let item = host.item().await;
        fixture.tray.stop().await;
        until("the item to go", async || !item.is_there().await).await;
    });
}

#[test]
fn without_a_bus_the_reason_is_kept() {
    if std::env::var_os(ALONE).is_none() {
        return run_again("without_a_bus_the_reason_is_kept", "unix:path=/nonexistent/bus", &[]);
    }
    alone("without_a_bus_the_reason_is_kept", async || {
        let fixture = Fixture::start();
        until("the reason", async || matches!(fixture.tray.state(), TrayState::NoBus(_))).await;
        fixture.tray.update(sample::status());
        fixture.tray.stop().await;
    });
}
