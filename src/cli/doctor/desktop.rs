//! The display and what it gives: who draws it, shortcuts, selection, clipboard, keys to paste with.

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use serde_json::json;

use super::finding::Finding;
use super::{PATIENCE, Report, around, ask_daemon, send};
use crate::config::Settings;
use crate::config::paths::process_env;
use crate::desktop::paste::{Ability, KeysBy};
use crate::desktop::remote_desktop::permission;
use crate::desktop::survey::{self, Compositor, Env, Protocol};
use crate::desktop::{BindFailure, BindingId, Desktop, DesktopEvent, Found, Pick, Probe, ReadFailure, TriggerContext};
use crate::engine::plan::may_read;
use crate::ipc::client::AskError;
use crate::ipc::message::Status;
use crate::text::sentences;

/// What is found here, in the order of finding.
pub const NAMES: &[&str] = &["display", "paste", "selection", "clipboard", "shortcuts"];

/// `settings`: none where the config has mistakes, and then nothing is read.
pub fn examine(settings: Option<&Settings>, daemon: &OnceLock<Result<Status, AskError>>, report: &Report) {
    let (sender, events) = channel();
    let desktop = Desktop::connect(process_env, move |event| {
        // Nobody listens any more once the examination is over.
        let _ = sender.send(event);
    });
    send(report, display(desktop.probes()));
    send(report, pasting(desktop.ability()));
    texts(&desktop, settings, report);
    let Some(settings) = settings else { return };
    send(
        report,
        match daemon.get_or_init(ask_daemon) {
            Ok(status) => shortcuts_of_daemon(status),
            Err(_) if desktop.asks_for_shortcuts() => not_asked_for(),
            Err(_) => shortcuts(&desktop, settings, &events),
        },
    );
}

fn display(probes: &[Probe]) -> Finding {
    let name = "display";
    let reason = |probe: &Probe| Some(format!("no {} ({})", probe.name, probe.result.as_ref().err()?));
    let reasons: Vec<_> = probes.iter().filter_map(reason).collect();
    let finding = match probes.iter().find_map(|probe| Some((probe.name, probe.result.as_ref().ok()?))) {
        Some((kind, found)) => {
            let found = std::iter::once(format!("{kind}: {found}")).chain(reasons).collect::<Vec<_>>().join("; ");
            Finding::ok(name, found).details(json!({ "kind": kind }))
        }
        None => Finding::missing(
            name,
            reasons.join("; "),
            "run it inside a graphical session; `postil run` works without one",
        ),
    };
    finding.how("WAYLAND_DISPLAY and DISPLAY, tried in this order")
}

/// Who draws the desktop.
pub fn compositor(env: Env<'_>) -> Finding {
    let name = "desktop";
    let told = env("XDG_CURRENT_DESKTOP").filter(|told| !told.is_empty());
    match survey::compositor(env) {
        Ok(Compositor { name: compositor, version, how }) => {
            let mut found = compositor.clone();
            if let Some(version) = &version {
                found += &format!(" {version}");
            }
            if let Some(told) = &told {
                found += &format!(" (XDG_CURRENT_DESKTOP: {told})");
            }
            let details = json!({ "compositor": compositor, "version": version, "xdg_current_desktop": told });
            Finding::ok(name, found).how(how).details(details)
        }
        Err(error) => Finding::missing(name, error.to_string(), "run it inside a graphical session"),
    }
}

/// Which of the protocols that we use it has.
pub fn protocols(env: Env<'_>) -> Finding {
    let name = "protocols";
    let found = match survey::protocols(env) {
        Ok(found) => found,
        Err(error) => return Finding::missing(name, error.to_string(), "run it inside a graphical session"),
    };
    let in_words = |protocol: &Protocol| match &protocol.found {
        Some((interface, version)) => format!("{}: {interface} {version}", protocol.purpose),
        None => format!("{}: no {}", protocol.purpose, protocol.known.join(", no ")),
    };
    let words = found.iter().map(in_words).collect::<Vec<_>>().join("; ");
    let as_json = |protocol: &Protocol| {
        let (interface, version) = protocol.found.clone().unzip();
        json!({ "purpose": protocol.purpose, "interface": interface, "version": version })
    };
    let details = found.iter().map(as_json).collect::<Vec<_>>().into();
    let finding = match found.iter().all(|protocol| protocol.found.is_some()) {
        true => Finding::ok(name, words),
        false => {
            Finding::limited(name, words, "what lacks without them is said below; docs/desktops.md has the others")
        }
    };
    finding.how("what the display server lists").details(details)
}

/// Whether answers can take a selection's place.
fn pasting(ability: Ability) -> Finding {
    let name = "paste";
    let instead = "the answer comes as a notification with Copy, and you paste it yourself";
    match ability {
        Ability::Keys(KeysBy::RemoteDesktop) => by_portal(instead),
        Ability::Keys(by) => Finding::ok(name, format!("keys are pressed by {by}")),
        Ability::XWaylandOnly => Finding::limited(
            name,
            "only into applications that run through XWayland, by XTEST",
            format!("elsewhere {instead}"),
        ),
        Ability::FocusUnknown => {
            let found = "this desktop does not tell programs which window has the focus";
            Finding::missing(name, found, focus_advice(&process_env, instead))
        }
        Ability::NoKeys => Finding::missing(name, "this desktop lets programs press no keys", instead),
        Ability::NoDesktop => Finding::missing(name, "there is no display", "run it inside a graphical session"),
    }
    .how("the protocols that a paste needs")
}

/// KWin tells those that it knows.
fn focus_advice(env: Env<'_>, instead: &str) -> String {
    match env("XDG_CURRENT_DESKTOP") {
        Some(desktop) if desktop.split(':').any(|name| name == "KDE") => format!(
            "KWin tells it to a program whose desktop file asks for it and begins `Exec` with the program's path: \
             packaging/install.sh installs it; until then {instead}"
        ),
        _ => instead.to_owned(),
    }
}

/// The portal presses keys where it is there and the person lets it.
fn by_portal(instead: &str) -> Finding {
    let name = "paste";
    match around::has_portal("RemoteDesktop") {
        Ok(true) => match permission::of(&process_env) {
            Some(true) => Finding::ok(name, "keys are pressed by the desktop's portal, as you have allowed"),
            Some(false) => Finding::limited(
                name,
                "you have not allowed postil to press keys by the desktop's portal",
                format!("`postil setup` has the desktop ask you again; without, {instead}"),
            ),
            None => Finding::limited(
                name,
                "the desktop's portal presses keys once you have allowed it",
                "`postil setup` has the desktop ask you, as does the first answer that is to be pasted",
            ),
        },
        Ok(false) => Finding::missing(name, "this desktop lets programs press no keys, nor does its portal", instead),
        Err(error) => Finding::missing(name, format!("the desktop's portal: {error}"), instead),
    }
}

fn shortcuts_of_daemon(status: &Status) -> Finding {
    let failed: Vec<_> = status.shortcuts.iter().filter_map(|shortcut| shortcut.failure.clone()).collect();
    let unsupported = sentences::bind_failure(&BindFailure::Unsupported);
    if !failed.is_empty() && failed.iter().all(|failure| *failure == unsupported) {
        return none_given();
    }
    let working = status.shortcuts.len() - failed.len();
    judged(working, failed).how("the running daemon, which holds them")
}

/// The desktop keeps its keys to itself.
fn none_given() -> Finding {
    let advice = "bind `postil trigger ACTION` in the desktop's own settings: `postil actions --bindings sway` (or \
                  another: see `postil actions --help`) has the lines";
    Finding::missing("shortcuts", BindFailure::Unsupported.to_string(), advice).how("asking for them")
}

/// The desktop would ask the person about shortcuts that nobody holds yet.
fn not_asked_for() -> Finding {
    let advice = "start the daemon with `postil`; where the desktop gives none, `postil actions --bindings` has the \
                  lines that do the same";
    Finding::limited("shortcuts", "not tried, as the desktop would ask you about them", advice)
        .how("this is Wayland, and no daemon runs")
}

/// Takes the shortcuts for a moment, as the daemon would, and lets go of them.
fn shortcuts(desktop: &Desktop, settings: &Settings, events: &Receiver<DesktopEvent>) -> Finding {
    desktop.bind(settings.bindings.clone());
    let failures = loop {
        match events.recv_timeout(PATIENCE) {
            Ok(DesktopEvent::Bound(bound)) => break bound.failures,
            Ok(_) => {}
            Err(_) => {
                return Finding::missing("shortcuts", "the display did not answer in time", "try again")
                    .how("taking them");
            }
        }
    };
    desktop.bind(Vec::new());
    let named = |(id, failure): &(BindingId, BindFailure)| {
        let does = settings.bindings.get(id.0 as usize).map(|binding| binding.does.to_string());
        format!("{} ({})", sentences::bind_failure(failure), does.unwrap_or_default())
    };
    if failures.iter().any(|(_, failure)| *failure == BindFailure::Unsupported) {
        return none_given();
    }
    let working = settings.bindings.len() - failures.len();
    judged(working, failures.iter().map(named).collect()).how("taking them, and letting go of them again")
}

fn judged(working: usize, failed: Vec<String>) -> Finding {
    let name = "shortcuts";
    let advice = "choose other combinations in the config's [shortcuts]";
    let details = json!({ "working": working, "failed": failed });
    let found = format!("{working} work");
    match (working, failed.is_empty()) {
        (_, true) => Finding::ok(name, found),
        (0, false) => Finding::missing(name, failed.join(", "), advice),
        (_, false) => Finding::limited(name, format!("{found}; {}", failed.join(", ")), advice),
    }
    .details(details)
}

/// Reads both as a key press would, under the same privacy rules, and says the sizes alone.
fn texts(desktop: &Desktop, settings: Option<&Settings>, report: &Report) {
    let context = desktop.context_within(PATIENCE);
    let end = Instant::now() + PATIENCE;
    let picks = [("selection", Pick::Selection), ("clipboard", Pick::Clipboard)];
    if let Some(refusal) = why_not_read(settings, &context) {
        return picks
            .iter()
            .for_each(|(name, _)| send(report, Finding::limited(name, refusal.clone(), "").how("your config")));
    }
    // Side by side: both may wait for the same application.
    let reads = picks.map(|(name, pick)| {
        let (sender, receiver) = channel();
        desktop.read(pick, context.clone(), move |result| {
            // The examination may have given up on it.
            let _ = sender.send(result);
        });
        (name, receiver)
    });
    for (name, receiver) in reads {
        let read = receiver.recv_timeout(end.saturating_duration_since(Instant::now())).ok();
        send(report, text(name, read).how("reading it, as a key press would"));
    }
}

/// `None`: nothing came in time.
pub fn text(name: &'static str, read: Option<Result<Found, ReadFailure>>) -> Finding {
    match read {
        Some(Ok(found)) => Finding::ok(name, format!("{} bytes of text", found.text.expose().len())),
        Some(Err(ReadFailure::Nothing)) => Finding::ok(name, "empty now"),
        Some(Err(
            failure @ (ReadFailure::NotText { .. }
            | ReadFailure::Stale { .. }
            | ReadFailure::Secret
            | ReadFailure::NotTold
            | ReadFailure::TooLarge),
        )) => Finding::ok(name, format!("now {failure}")),
        Some(Err(failure @ (ReadFailure::NoDesktop | ReadFailure::Unsupported))) => {
            Finding::missing(name, failure.to_string(), "give the text as an argument or on stdin")
        }
        Some(Err(failure @ ReadFailure::Hung { .. })) => {
            Finding::limited(name, failure.to_string(), "the application that owns it hangs; copy something elsewhere")
        }
        None => Finding::missing(name, "the display did not answer in time", "try again"),
    }
}

/// What forbids reading here, if anything does. A config with mistakes may forbid what cannot be known from it.
pub fn why_not_read(settings: Option<&Settings>, context: &TriggerContext) -> Option<String> {
    match settings.map(|rules| may_read(rules, context)) {
        Some(Ok(())) => None,
        Some(Err(failure)) => Some(format!("not read: {}", sentences::failure(&failure))),
        None => Some("not read: the config has mistakes, so the privacy rules are not known".to_owned()),
    }
}
