//! Answers pasted over the selection on a real Wayland compositor, into real applications.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/sway.rs"]
mod sway;
#[path = "support/wayland_hands.rs"]
mod wayland_hands;

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use postil::desktop::paste::{Consent, NotPasted, Over, Paste, PasteId, PasteStep, Pasted};
use postil::desktop::{Desktop, DesktopEvent, Pick, TriggerContext};
use rustix::process::{Pid, Signal, kill_process};
use sway::{DEADLINE, Sway, eventually};
use wayland_hands::{CTRL, END, HOME, Hands, SHIFT};

/// A compositor with a desktop of ours on it.
struct Place {
    desktop: Desktop,
    events: Receiver<DesktopEvent>,
    sway: Sway,
}

const ID: PasteId = PasteId(7);

impl Place {
    fn new() -> Self {
        Self::on(Sway::start())
    }

    fn on(sway: Sway) -> Self {
        let env = sway.env();
        Self::with(sway, env)
    }

    fn with(sway: Sway, env: impl Fn(&str) -> Option<String>) -> Self {
        let (sender, events) = mpsc::channel();
        let desktop = Desktop::connect(env, move |event| _ = sender.send(event));
        Self { desktop, events, sway }
    }

    fn read(&self, pick: Pick) -> Option<String> {
        let (sender, found) = mpsc::channel();
        self.desktop.read(pick, self.desktop.context_within(DEADLINE), move |result| _ = sender.send(result));
        Some(found.recv_timeout(DEADLINE).unwrap().ok()?.text.expose().to_owned())
    }

    fn await_text(&self, pick: Pick, text: &str) {
        eventually(&format!("{pick:?} is {text}"), || self.read(pick).filter(|found| found == text));
    }

    /// Somebody copies or selects; the desktop knows of it once this returns.
    fn copy(&mut self, pick: Pick, text: &str) {
        self.sway.copy(if pick == Pick::Selection { &["--primary"] } else { &[] }, text);
        self.await_text(pick, text);
    }

    /// A terminal that writes down what it is given, and where.
    fn terminal(&mut self) -> PathBuf {
        let given = self.sway.folder().join("given");
        let script = format!("stty raw -echo; exec cat > {}", given.display());
        self.sway.spawn("foot", &["--app-id", "foot", "sh", "-c", &script]);
        eventually("the terminal is ready", || given.exists().then_some(()));
        self.sway.focus("foot");
        given
    }

    /// As the trigger of a shortcut has it.
    fn context(&self) -> TriggerContext {
        self.desktop.context_within(DEADLINE)
    }

    /// Over what is selected now.
    fn paste(&self, text: &str, context: TriggerContext, consent: Consent) -> Pasted {
        let selected = self.read(Pick::Selection).expect("something is selected");
        self.paste_over(&selected, text, context, consent)
    }

    fn paste_over(&self, selected: &str, text: &str, context: TriggerContext, consent: Consent) -> Pasted {
        let over = Over::Selected(selected.into());
        self.desktop.paste(Paste { id: ID, text: text.into(), context, over, consent, chord: None });
        self.ended()
    }

    fn step(&self) -> PasteStep {
        match self.events.recv_timeout(DEADLINE).expect("the paste goes on") {
            DesktopEvent::Paste { id: ID, step } => step,
            other => panic!("{other:?}"),
        }
    }

    fn ended(&self) -> Pasted {
        loop {
            if let PasteStep::Ended(end) = self.step() {
                return end;
            }
        }
    }

    /// What another application gets when it pastes.
    fn pasted_elsewhere(&self, arguments: &[&str]) -> Vec<u8> {
        self.sway.command("wl-paste").arg("--no-newline").args(arguments).output().unwrap().stdout
    }
}

fn holds(file: &PathBuf, text: &str) {
    eventually(&format!("{text} has arrived"), || (fs::read_to_string(file).ok()? == text).then_some(()));
}

#[test]
fn a_terminal_gets_the_answer_and_the_clipboard_comes_back() {
    let mut place = Place::new();
    let given = place.terminal();
    place.copy(Pick::Clipboard, "what was copied");
    place.copy(Pick::Selection, "selected there");
    let context = place.context();
    place.desktop.prepare_paste(ID, context.clone());
    assert_eq!(place.step(), PasteStep::Kept { text: Some("what was copied".into()) });
    let end = place.paste("Grüße, мир", context, Consent::Trigger);
    assert!(matches!(end, Pasted::Confirmed { receipts: 1.. }), "{end:?}");
    holds(&given, "Grüße, мир");
    assert_eq!(place.pasted_elsewhere(&[]), b"what was copied");
    // Somebody copies: what was given back is not served any more.
    place.copy(Pick::Clipboard, "copied later");
    assert_eq!(place.step(), PasteStep::Released);
    assert_eq!(place.pasted_elsewhere(&[]), b"copied later");
}

/// They make a terminal read the primary selection, which is known only once the answer is there.
#[test]
fn the_users_own_keys_paste() {
    let mut place = Place::new();
    let given = place.terminal();
    place.copy(Pick::Clipboard, "what was copied");
    place.copy(Pick::Selection, "selected there");
    let context = place.context();
    place.desktop.prepare_paste(ID, context.clone());
    assert_eq!(place.step(), PasteStep::Kept { text: Some("what was copied".into()) });
    let (over, consent) = (Over::Selected("selected there".into()), Consent::Trigger);
    let chord = Some("Shift+Insert".parse().unwrap());
    place.desktop.paste(Paste { id: ID, text: "answer".into(), context, over, consent, chord });
    let end = place.ended();
    assert!(matches!(end, Pasted::Confirmed { receipts: 1.. }), "{end:?}");
    holds(&given, "answer");
    assert_eq!(place.pasted_elsewhere(&[]), b"what was copied");
    assert_eq!(place.pasted_elsewhere(&["--primary"]), b"selected there");
}

#[test]
fn every_format_comes_back_byte_for_byte() {
    let mut place = Place::new();
    place.terminal();
    let picture: Vec<u8> = (0..=255u8).cycle().take(3 << 20).collect();
    let file = place.sway.folder().join("picture");
    fs::write(&file, &picture).unwrap();
    let mut copying = place.sway.command("wl-copy");
    copying.args(["--type", "image/png"]).stdin(fs::File::open(&file).unwrap()).status().unwrap();
    place.copy(Pick::Selection, "selected there");
    let types = place.pasted_elsewhere(&["--list-types"]);
    let end = place.paste("answer", place.context(), Consent::Trigger);
    assert!(matches!(end, Pasted::Confirmed { .. }), "{end:?}");
    assert_eq!(place.pasted_elsewhere(&["--list-types"]), types);
    assert!(place.pasted_elsewhere(&["--type", "image/png"]) == picture);
}

#[test]
fn who_follows_the_clipboard_is_no_target() {
    let mut place = Place::new();
    let given = place.terminal();
    let log = place.sway.folder().join("watched");
    let script = format!("cat >> {0}; echo >> {0}", log.display());
    place.sway.spawn("wl-paste", &["--watch", "sh", "-c", &script]);
    place.copy(Pick::Clipboard, "what was copied");
    eventually("it is followed", || fs::read_to_string(&log).ok()?.contains("what was copied").then_some(()));
    place.copy(Pick::Selection, "selected there");
    for round in 1..=5 {
        let end = place.paste("again ", place.context(), Consent::Trigger);
        assert!(matches!(end, Pasted::Confirmed { .. }), "{end:?}");
        holds(&given, &"again ".repeat(round));
        assert_eq!(place.pasted_elsewhere(&[]), b"what was copied");
    }
}

#[test]
fn nothing_is_pasted_where_it_does_not_belong() {
    let mut place = Place::new();
    let given = place.terminal();
    place.copy(Pick::Clipboard, "what was copied");
    place.copy(Pick::Selection, "selected there");
    let context = place.context();
    assert_eq!(place.paste("one\ntwo", context.clone(), Consent::Trigger), Pasted::Not(NotPasted::SeveralLines));
    place.copy(Pick::Selection, "selected since");
    let end = place.paste_over("selected there", "x", context, Consent::Trigger);
    assert_eq!(end, Pasted::Not(NotPasted::SelectionChanged));
    let context = place.context();
    place.sway.terminal("other");
    let end = place.paste_over("selected since", "x", context.clone(), Consent::Trigger);
    assert_eq!(end, Pasted::Not(NotPasted::FocusChanged));
    // Asked for again, it comes to the front.
    let end = place.paste_over("selected since", "wanted after all", context, Consent::Again);
    assert!(matches!(end, Pasted::Confirmed { .. }), "{end:?}");
    holds(&given, "wanted after all");
    assert_eq!(place.pasted_elsewhere(&[]), b"what was copied");
}

/// As GTK and Chromium do, which tell it several times over.
#[test]
fn the_same_text_selected_anew_is_the_same() {
    let mut place = Place::new();
    let given = place.terminal();
    place.copy(Pick::Selection, "selected there");
    let context = place.context();
    place.copy(Pick::Selection, "selected elsewhere");
    place.copy(Pick::Selection, "selected there");
    assert_ne!(place.context().selection, context.selection);
    let end = place.paste("answer", context, Consent::Trigger);
    assert!(matches!(end, Pasted::Confirmed { .. }), "{end:?}");
    holds(&given, "answer");
}

#[test]
fn what_is_copied_meanwhile_stays() {
    let mut place = Place::new();
    let given = place.terminal();
    place.copy(Pick::Clipboard, "what was copied");
    place.copy(Pick::Selection, "selected there");
    let context = place.context();
    place.desktop.prepare_paste(ID, context.clone());
    assert_eq!(place.step(), PasteStep::Kept { text: Some("what was copied".into()) });
    place.copy(Pick::Clipboard, "copied meanwhile");
    assert_eq!(place.paste("x", context, Consent::Trigger), Pasted::Not(NotPasted::ClipboardChanged));
    assert_eq!(place.pasted_elsewhere(&[]), b"copied meanwhile");
    assert_eq!(fs::read(&given).unwrap(), b"");
}

#[test]
fn an_empty_clipboard_is_empty_again() {
    let mut place = Place::new();
    let given = place.terminal();
    place.copy(Pick::Selection, "selected there");
    let end = place.paste("answer", place.context(), Consent::Trigger);
    assert!(matches!(end, Pasted::Confirmed { .. }), "{end:?}");
    holds(&given, "answer");
    assert_eq!(place.read(Pick::Clipboard), None);
}

#[test]
fn what_is_never_taken_stays_and_can_be_given_back() {
    let mut place = Place::new();
    // It takes keys, and does nothing with them: its Ctrl+Shift+V is no paste.
    place.sway.spawn("foot", &["-o", "key-bindings.clipboard-paste=none", "--app-id", "foot", "cat"]);
    place.sway.focus("foot");
    place.copy(Pick::Clipboard, "what was copied");
    place.copy(Pick::Selection, "selected there");
    assert_eq!(place.paste("answer", place.context(), Consent::Trigger), Pasted::Unconfirmed);
    assert_eq!(place.pasted_elsewhere(&[]), b"answer");
    let (sender, back) = mpsc::channel();
    place.desktop.give_back(ID, move |is_back| _ = sender.send(is_back));
    assert_eq!(back.recv_timeout(DEADLINE), Ok(true));
    place.await_text(Pick::Clipboard, "what was copied");
}

/// Mixed sessions: the application is X11's, and knows nothing of Wayland. Its own side learns a little later of what was
/// copied, which is waited for.
struct Mixed {
    place: Place,
    display: String,
}

impl Mixed {
    fn start() -> Self {
        let (sway, display) = Sway::start_with_xwayland();
        let (of_sway, x11) = (sway.env(), display.clone());
        let env = move |name: &str| if name == "DISPLAY" { Some(x11.clone()) } else { of_sway(name) };
        Self { place: Place::with(sway, env), display }
    }

    fn spawn(&mut self, program: &str, arguments: &[&str]) {
        let mut command = self.place.sway.x11_command(&self.display, program);
        command.env("GDK_BACKEND", "x11").env("GSETTINGS_BACKEND", "memory").env("DBUS_SESSION_BUS_ADDRESS", "x:");
        self.place.sway.keep(command.args(arguments).spawn().expect("the application is installed"));
        eventually("the application has the focus", || self.place.context().app);
    }

    /// By two clicks, and no more than are needed: each pair selects it anew, whenever it arrives.
    fn select_word(&self, hands: &mut Hands) -> String {
        eventually("a word is selected", || {
            (0..2).for_each(|_| hands.click(20, 30));
            let end = Instant::now() + Duration::from_secs(2);
            while Instant::now() < end {
                match self.place.read(Pick::Selection) {
                    Some(word) if word == "selected" => return Some(word),
                    _ => std::thread::park_timeout(Duration::from_millis(5)),
                }
            }
            None
        })
    }

    /// The test's own user too, which may be another than the compositor's.
    fn let_in(&self) {
        let done = self.place.sway.x11_command(&self.display, "xhost").arg("+").status();
        assert!(done.expect("xhost is installed").success());
    }

    /// The process of XWayland, which is nobody's child.
    fn server(&self) -> Pid {
        let is_it = |folder: &PathBuf| {
            let line = fs::read(folder.join("cmdline")).unwrap_or_default();
            let mut words = line.split(|byte| *byte == 0);
            words.next().is_some_and(|name| name.ends_with(b"Xwayland"))
                && words.next() == Some(self.display.as_bytes())
        };
        let process = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).find(is_it);
        let name = process.expect("XWayland runs").file_name().unwrap().to_str().unwrap().to_owned();
        Pid::from_raw(name.parse().unwrap()).unwrap()
    }

    fn copy(&mut self, pick: Pick, text: &str) {
        self.place.copy(pick, text);
        let which = if pick == Pick::Selection { "primary" } else { "clipboard" };
        eventually("X11 knows of it", || {
            let mut xclip = self.place.sway.x11_command(&self.display, "xclip");
            let output = xclip.args(["-o", "-selection", which]).stdout(Stdio::piped()).output().ok()?;
            (output.stdout == text.as_bytes()).then_some(())
        });
    }
}

#[test]
fn a_terminal_on_xwayland_gets_the_answer() {
    let mut mixed = Mixed::start();
    let given = mixed.place.sway.folder().join("given");
    let script = format!("stty raw -echo; exec cat > {}", given.display());
    mixed.spawn("xterm", &["-e", "sh", "-c", &script]);
    eventually("the terminal is ready", || given.exists().then_some(()));
    assert_eq!(mixed.place.context().app.unwrap().name, "XTerm");
    mixed.copy(Pick::Clipboard, "what was copied");
    mixed.copy(Pick::Selection, "selected there");
    for round in 1..=5 {
        let end = mixed.place.paste("Grüße ", mixed.place.context(), Consent::Trigger);
        assert!(matches!(end, Pasted::Confirmed { receipts: 1.. }), "{end:?}");
        holds(&given, &"Grüße ".repeat(round));
        assert_eq!(mixed.place.pasted_elsewhere(&[]), b"what was copied");
        assert_eq!(mixed.place.pasted_elsewhere(&["--primary"]), b"selected there");
    }
}

/// What is selected there is the terminal's own, as far as X11 knows, until XWayland has heard otherwise; and keys that come
/// first would have it paste that.
#[test]
fn a_terminal_whose_display_lags_pastes_no_selection_of_its_own() {
    let mut mixed = Mixed::start();
    let given = mixed.place.sway.folder().join("given");
    let script = format!("echo selected; stty raw -echo; exec cat > {}", given.display());
    mixed.spawn("xterm", &["-e", "sh", "-c", &script]);
    eventually("the terminal is ready", || given.exists().then_some(()));
    let mut hands = Hands::on(&mixed.place.sway.folder().join(&mixed.place.sway.display), "us");
    let server = mixed.server();
    mixed.let_in();
    // Once: what comes back after it is served by us, and could be taken for what is selected anew.
    let selected = mixed.select_word(&mut hands);
    let context = mixed.place.context();
    mixed.place.desktop.prepare_paste(ID, context.clone());
    assert!(matches!(mixed.place.step(), PasteStep::Kept { .. }));
    kill_process(server, Signal::STOP).unwrap();
    let end = std::thread::scope(|scope| {
        scope.spawn(|| {
            let end = Instant::now() + Duration::from_millis(400);
            while Instant::now() < end {
                std::thread::park_timeout(Duration::from_millis(50));
            }
            kill_process(server, Signal::CONT).unwrap();
        });
        mixed.place.paste_over(&selected, "answer", context, Consent::Trigger)
    });
    assert!(matches!(end, Pasted::Confirmed { receipts: 1.. }), "{end:?}");
    holds(&given, "answer");
}

#[test]
fn an_editor_on_xwayland_gets_the_answer() {
    let mut mixed = Mixed::start();
    let mut hands = Hands::on(&mixed.place.sway.folder().join(&mixed.place.sway.display), "us");
    let file = mixed.place.sway.folder().join("text.txt");
    fs::write(&file, "what was written").unwrap();
    mixed.spawn("mousepad", &["--disable-server", file.to_str().unwrap()]);
    mixed.copy(Pick::Clipboard, "what was copied");
    replace_thrice(&mut mixed.place, &mut hands);
}

/// An editor with a text in it, which is selected as a person does it, replaced, and read by selecting it again.
fn check_editor(program: &str, arguments: &[&str], environment: &[(&str, &str)], layout: &str) {
    let mut place = Place::new();
    let mut hands = Hands::on(&place.sway.folder().join(&place.sway.display), layout);
    let file = place.sway.folder().join("text.txt");
    fs::write(&file, "what was written").unwrap();
    let mut command = place.sway.command(program);
    command.args(arguments).arg(&file).envs(environment.iter().copied()).stdout(Stdio::null());
    place.sway.keep(command.spawn().expect("the editor is installed"));
    eventually("the editor has the focus", || place.context().app);
    place.copy(Pick::Clipboard, "what was copied");
    replace_thrice(&mut place, &mut hands);
}

/// What was written there, each time by another text.
fn replace_thrice(place: &mut Place, hands: &mut Hands) {
    for (before, answer) in [("what was written", "Grüße, мир"), ("Grüße, мир", "and again"), ("and again", "at last")]
    {
        eventually(&format!("{before} is selected"), || {
            select_all(hands);
            place.read(Pick::Selection).filter(|selected| selected == before)
        });
        let end = place.paste(answer, place.context(), Consent::Trigger);
        assert!(matches!(end, Pasted::Confirmed { receipts: 1.. }), "{end:?}");
        assert_eq!(place.pasted_elsewhere(&[]), b"what was copied");
    }
    eventually("the answer stands there", || {
        select_all(hands);
        place.read(Pick::Selection).filter(|selected| selected == "at last")
    });
}

/// By keys that every layout has.
fn select_all(hands: &mut Hands) {
    hands.tap(&[CTRL], END);
    hands.tap(&[CTRL, SHIFT], HOME);
}

#[test]
fn a_gtk_editor_gets_the_answer() {
    let environment = [("GDK_BACKEND", "wayland"), ("GSETTINGS_BACKEND", "memory"), ("DBUS_SESSION_BUS_ADDRESS", "x:")];
    check_editor("mousepad", &["--disable-server"], &environment, "us");
    check_editor("mousepad", &["--disable-server"], &environment, "ru");
}

#[test]
fn a_qt_editor_gets_the_answer() {
    let environment = [("QT_QPA_PLATFORM", "wayland"), ("DBUS_SESSION_BUS_ADDRESS", "x:")];
    check_editor("featherpad", &["--standalone"], &environment, "us");
}
