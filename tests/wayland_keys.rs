//! Keys by the RemoteDesktop portal: when the person is asked, what their answer does, and that its keys paste. With a real
//! compositor, real applications, and a portal that does as it is told.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/remote_desktop.rs"]
mod remote_desktop;
#[path = "support/sway.rs"]
mod sway;
#[path = "support/wayland_hands.rs"]
mod wayland_hands;

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};

use bus::PrivateBus;
use postil::desktop::paste::{Ability, Consent, KeysBy, NotPasted, Over, Paste, PasteId, PasteStep, Pasted};
use postil::desktop::{Desktop, DesktopEvent, Pick};
use remote_desktop::{RemoteDesktop, Says};
use sway::{DEADLINE, Sway, eventually};
use tempfile::TempDir;
use wayland_hands::{Hands, SHIFT};

const ID: PasteId = PasteId(7);

/// A compositor whose own virtual keyboard is not used, and a terminal that writes down what it is given.
struct Place {
    desktop: Option<Desktop>,
    events: Receiver<DesktopEvent>,
    portal: RemoteDesktop,
    given: PathBuf,
    home: TempDir,
    bus: PrivateBus,
    sway: Sway,
}

impl Place {
    /// `layout`: of the person's own keyboard, which the portal presses.
    fn new(says: Says, layout: &str) -> Self {
        let (mut sway, bus, home) = (Sway::start(), PrivateBus::start(), TempDir::new().unwrap());
        let hands = Hands::on(&sway.folder().join(&sway.display), layout);
        let portal = RemoteDesktop::start(bus.address(), says, hands);
        let given = sway.folder().join("given");
        let script = format!("stty raw -echo; exec cat > {}", given.display());
        sway.spawn("foot", &["--app-id", "foot", "sh", "-c", &script]);
        eventually("the terminal is ready", || given.exists().then_some(()));
        sway.focus("foot");
        let (_, events) = mpsc::channel();
        let mut place = Self { desktop: None, events, portal, given, home, bus, sway };
        place.connect();
        place
    }

    /// As a new process does.
    fn connect(&mut self) {
        // What it gave back was its own to hand out.
        self.desktop = None;
        self.sway.copy(&[], "what was copied");
        self.sway.copy(&["--primary"], "selected there");
        let (sender, events) = mpsc::channel();
        let of_sway = self.sway.env();
        let (address, home) = (self.bus.address().to_owned(), self.home.path().to_str().unwrap().to_owned());
        let env = move |name: &str| match name {
            "DBUS_SESSION_BUS_ADDRESS" => Some(address.clone()),
            "HOME" => Some(home.clone()),
            "POSTIL_KEYS" => Some("portal".to_owned()),
            name => of_sway(name),
        };
        self.desktop = Some(Desktop::connect(env, move |event| _ = sender.send(event)));
        self.events = events;
        for (pick, text) in [(Pick::Clipboard, "what was copied"), (Pick::Selection, "selected there")] {
            eventually(text, || self.read(pick).filter(|found| found == text));
        }
    }

    fn desktop(&self) -> &Desktop {
        self.desktop.as_ref().unwrap()
    }

    fn read(&self, pick: Pick) -> Option<String> {
        let (sender, found) = mpsc::channel();
        self.desktop().read(pick, self.desktop().context_within(DEADLINE), move |result| _ = sender.send(result));
        Some(found.recv_timeout(DEADLINE).unwrap().ok()?.text.expose().to_owned())
    }

    /// From the trigger to the end. On a machine that is too slow for `wl-copy` to hand out a line in half a second nothing
    /// was done, and it is done again.
    fn paste(&self, text: &str) -> Pasted {
        loop {
            match self.paste_once(text) {
                Pasted::Not(NotPasted::ClipboardHung { .. }) => {}
                end => return end,
            }
        }
    }

    fn paste_once(&self, text: &str) -> Pasted {
        let context = self.desktop().context_within(DEADLINE);
        self.desktop().prepare_paste(ID, context.clone());
        let (over, consent) = (Over::Selected("selected there".into()), Consent::Trigger);
        self.desktop().paste(Paste { id: ID, text: text.into(), context, over, consent, chord: None });
        loop {
            match self.events.recv_timeout(DEADLINE).expect("the paste goes on") {
                DesktopEvent::Paste { step: PasteStep::Ended(end), .. } => return end,
                DesktopEvent::Paste { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    #[track_caller]
    fn is_pasted(&self, text: &str) {
        // The same holds for keys that take longer than an application is given to ask.
        eventually("it is pasted", || match self.paste(text) {
            Pasted::Confirmed { receipts: 1.. } => Some(()),
            Pasted::Unconfirmed => {
                self.desktop().give_back(ID, |_| {});
                None
            }
            end => panic!("{end:?}"),
        });
        let ends_with = |given: String| given.ends_with(text).then_some(());
        eventually(&format!("{text} has arrived"), || ends_with(fs::read_to_string(&self.given).ok()?));
        assert_eq!(self.read(Pick::Clipboard).as_deref(), Some("what was copied"));
    }

    /// Whether keys may be pressed, once the person has been asked.
    fn ask(&self) -> Receiver<Option<bool>> {
        let (sender, answer) = mpsc::channel();
        self.desktop().ask_for_keys(move |allowed| _ = sender.send(allowed));
        answer
    }
}

#[test]
fn what_was_allowed_once_is_pasted_and_asked_no_more() {
    let mut place = Place::new(Says::Yes, "us");
    assert_eq!(place.ask().recv_timeout(DEADLINE), Ok(Some(true)));
    assert_eq!(place.portal.dialogs(), 1);
    place.is_pasted("Grüße, мир");
    let (shift, insert) = (SHIFT as i32, 110);
    assert!(place.portal.keys().starts_with(&[(shift, 1), (insert, 1), (insert, 0), (shift, 0)]));
    // A new process knows: with the token that came last, each being good once.
    place.connect();
    place.is_pasted("and again");
    assert_eq!(place.portal.tokens(), [None, Some("token-1".to_owned())]);
    place.connect();
    place.is_pasted("at last");
    assert_eq!(place.portal.tokens()[2], Some("token-2".to_owned()));
    assert_eq!(place.portal.dialogs(), 1);
}

#[test]
fn no_layout_garbles_it() {
    for layout in ["us(dvorak)", "ru"] {
        let place = Place::new(Says::Yes, layout);
        assert_eq!(place.ask().recv_timeout(DEADLINE), Ok(Some(true)));
        place.is_pasted(layout);
    }
}

#[test]
fn the_first_answer_has_the_person_asked_and_the_next_is_pasted() {
    let place = Place::new(Says::NothingYet, "us");
    // Not while the model works: the dialog takes the focus.
    place.desktop().prepare_paste(PasteId(1), place.desktop().context_within(DEADLINE));
    assert_eq!(place.portal.dialogs(), 0);
    assert_eq!(place.paste("too early"), Pasted::Not(NotPasted::KeysAsked));
    eventually("the dialog is there", || (place.portal.dialogs() == 1).then_some(()));
    assert_eq!(place.paste("still too early"), Pasted::Not(NotPasted::KeysAsked));
    assert_eq!(place.portal.dialogs(), 1);
    place.portal.answer(Says::Yes);
    eventually("it is allowed", || matches!(place.paste("now"), Pasted::Confirmed { .. }).then_some(()));
    assert_eq!(place.portal.dialogs(), 1);
    assert_eq!(place.read(Pick::Clipboard).as_deref(), Some("what was copied"));
}

#[test]
fn a_no_stays_until_the_person_wishes_to_be_asked() {
    let mut place = Place::new(Says::No, "us");
    eventually("it is refused", || (place.paste("x") == Pasted::Not(NotPasted::KeysRefused)).then_some(()));
    place.connect();
    eventually("it is known", || (place.paste("x") == Pasted::Not(NotPasted::KeysRefused)).then_some(()));
    assert_eq!(place.portal.dialogs(), 1);
    place.portal.answer(Says::Yes);
    assert_eq!(place.ask().recv_timeout(DEADLINE), Ok(Some(true)));
    assert_eq!(place.portal.dialogs(), 2);
    place.is_pasted("after all");
}

#[test]
fn what_was_revoked_is_asked_for_once_more() {
    let place = Place::new(Says::Yes, "us");
    assert_eq!(place.ask().recv_timeout(DEADLINE), Ok(Some(true)));
    place.portal.answer(Says::NothingYet);
    place.portal.revoke();
    eventually("it is asked", || (place.paste("x") == Pasted::Not(NotPasted::KeysAsked)).then_some(()));
    assert_eq!(place.portal.dialogs(), 2);
    place.portal.answer(Says::No);
    eventually("it is refused", || (place.paste("x") == Pasted::Not(NotPasted::KeysRefused)).then_some(()));
    assert_eq!(place.portal.dialogs(), 2);
    assert_eq!(fs::read(&place.given).unwrap(), b"");
}

#[test]
fn keys_that_were_not_pressed_are_no_paste() {
    let place = Place::new(Says::Yes, "us");
    assert_eq!(place.ask().recv_timeout(DEADLINE), Ok(Some(true)));
    place.portal.refuse_keys();
    assert_eq!(place.paste("x"), Pasted::Not(NotPasted::KeysRefused));
    assert_eq!(place.read(Pick::Clipboard).as_deref(), Some("what was copied"));
}

#[test]
fn without_a_portal_nothing_is_pasted_and_nobody_waits() {
    let mut place = Place::new(Says::Yes, "us");
    place.bus.kill();
    place.connect();
    assert_eq!(place.desktop().ability(), Ability::Keys(KeysBy::VirtualKeyboard), "it could, were it not for the test");
    assert_eq!(place.ask().recv_timeout(DEADLINE), Ok(None));
    eventually("it is known", || (place.paste("x") == Pasted::Not(NotPasted::Unsupported)).then_some(()));
}
