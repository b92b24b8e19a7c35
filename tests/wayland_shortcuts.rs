//! Shortcuts by the portal: what is asked of it, what it may answer, and what becomes of that. With a real compositor and
//! a portal that does as it is told.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is enough here")]
mod bus;
#[path = "support/portal.rs"]
mod portal;
#[path = "support/sway.rs"]
mod sway;

use std::sync::mpsc::{self, Receiver};

use bus::PrivateBus;
use portal::{Gives, Portal};
use postil::action::ActionName;
use postil::config::{Binding, Bound};
use postil::desktop::{APP_ID, BindFailure, BindingId, Bindings, Desktop, DesktopEvent};
use sway::{DEADLINE, Sway, eventually};

fn bindings() -> Vec<Binding> {
    let translate = Bound::Action { action: ActionName::new("translate"), from: None, to: None };
    vec![
        Binding { shortcut: "Ctrl+Alt+Space".parse().unwrap(), does: Bound::Pick },
        Binding { shortcut: "Ctrl+Alt+Y".parse().unwrap(), does: translate },
    ]
}

fn all(failure: fn(postil::desktop::shortcut::Shortcut) -> BindFailure) -> Bindings {
    let failed = |(id, binding): (u32, Binding)| (BindingId(id), failure(binding.shortcut));
    (0..).zip(bindings()).map(failed).collect::<Vec<_>>().into()
}

/// A desktop with its own bus, and what it says.
struct Place {
    desktop: Desktop,
    events: Receiver<DesktopEvent>,
    bus: PrivateBus,
    _sway: Sway,
}

impl Place {
    fn new() -> Self {
        let (sway, bus) = (Sway::start(), PrivateBus::start());
        let (sender, events) = mpsc::channel();
        let (of_sway, address) = (sway.env(), bus.address().to_owned());
        let env = move |name: &str| match name {
            "DBUS_SESSION_BUS_ADDRESS" => Some(address.clone()),
            name => of_sway(name),
        };
        let desktop = Desktop::connect(env, move |event| _ = sender.send(event));
        Self { desktop, events, bus, _sway: sway }
    }

    #[track_caller]
    fn bound(&self) -> Bindings {
        match self.events.recv_timeout(DEADLINE).expect("it is told") {
            DesktopEvent::Bound(bound) => bound,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_portal_knows_who_asks_and_its_keys_are_pressed() {
    let place = Place::new();
    let portal = Portal::start(place.bus.address(), Gives::All);
    place.desktop.bind(bindings());
    assert_eq!(place.bound(), Bindings::default());
    assert_eq!(portal.app_id().as_deref(), Some(APP_ID));
    let asked = [("pick", "CTRL+ALT+space"), ("translate", "CTRL+ALT+y")];
    assert_eq!(portal.asked(), asked.map(|(name, keys)| (name.to_owned(), keys.to_owned())));
    portal.press("translate");
    let pressed = place.events.recv_timeout(DEADLINE).expect("it is told");
    assert!(matches!(pressed, DesktopEvent::Pressed { binding: BindingId(1), .. }), "{pressed:?}");
}

#[test]
fn the_persons_own_keys_are_told() {
    let place = Place::new();
    let _portal = Portal::start(place.bus.address(), Gives::Other("Meta+Space"));
    place.desktop.bind(bindings());
    let chosen = vec![(BindingId(0), "Meta+Space".to_owned())];
    assert_eq!(place.bound(), Bindings { failures: Vec::new(), chosen });
}

#[test]
fn an_empty_list_and_a_refusal_are_failures() {
    for gives in [Gives::Nothing, Gives::Cancelled] {
        let place = Place::new();
        let _portal = Portal::start(place.bus.address(), gives);
        place.desktop.bind(bindings());
        assert_eq!(place.bound(), all(BindFailure::NotGiven), "{gives:?}");
    }
}

#[test]
fn nobody_waits_for_the_persons_answer() {
    let place = Place::new();
    let portal = Portal::start(place.bus.address(), Gives::NoAnswer);
    place.desktop.bind(bindings());
    assert_eq!(place.bound(), all(BindFailure::Unanswered));
    // Other shortcuts are wanted meanwhile: the portal is asked for those.
    place.desktop.bind(bindings()[1..].to_vec());
    eventually("it is asked anew", || (portal.asked().len() == 1).then_some(()));
    place.desktop.bind(Vec::new());
    eventually("nothing is wanted", || (place.bound() == Bindings::default()).then_some(()));
}

#[test]
fn without_a_portal_there_are_no_shortcuts() {
    let place = Place::new();
    place.desktop.bind(bindings());
    let unsupported = |_| BindFailure::Unsupported;
    assert_eq!(place.bound(), all(unsupported));
}

#[test]
fn a_portal_that_restarts_is_bound_again() {
    let place = Place::new();
    let portal = Portal::start(place.bus.address(), Gives::All);
    place.desktop.bind(bindings());
    assert_eq!(place.bound(), Bindings::default());
    drop(portal);
    let portal = Portal::start(place.bus.address(), Gives::All);
    eventually("it is asked again", || (portal.binds() > 0).then_some(()));
    assert_eq!(portal.app_id().as_deref(), Some(APP_ID));
}
