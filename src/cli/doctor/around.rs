//! The services around the program, on the session bus: portals, notifications, tray host, keyring. None is started.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::json;

use super::ask_daemon;
use super::finding::Finding;
use crate::cli::run::runtime;
use crate::desktop::survey::{self, Bus, KeyringState, NoAnswer, Portals, TrayHost};
use crate::ipc::client::AskError;
use crate::ipc::message::Status;
use crate::sinks::notification::{self, NoServer, Server, server};

const NO_BUS: &str = "log in to a graphical session, or start the program by dbus-run-session";
const THE_BUS: &str = "the session bus";

/// The question, asked on a bus of its own, so that one service that hangs holds up no other.
fn ask<T>(question: impl AsyncFnOnce(&Bus) -> Result<T, NoAnswer>) -> Result<T, NoAnswer> {
    let runtime = runtime().map_err(|error| NoAnswer::NoBus(error.to_string()))?;
    runtime.block_on(async { question(&Bus::session().await?).await })
}

/// What is found of a service that gave no answer.
fn unanswered(name: &'static str, error: &NoAnswer, hangs: &str) -> Finding {
    let advice = match error {
        NoAnswer::NoBus(_) => NO_BUS,
        NoAnswer::Silent | NoAnswer::Refused(_) => hangs,
    };
    Finding::missing(name, error.to_string(), advice).how(THE_BUS)
}

pub fn portals() -> Finding {
    match ask(survey::portals) {
        Ok(portals) => of_portals(&portals),
        Err(error) => unanswered("portals", &error, "end xdg-desktop-portal; it starts again by itself"),
    }
}

/// Whether there is a portal of this name, or there may be one once it is asked.
pub fn has_portal(name: &str) -> Result<bool, NoAnswer> {
    Ok(match ask(survey::portals)? {
        Portals::Run { versions, .. } => versions.contains_key(name),
        Portals::Startable => true,
        Portals::Absent => false,
    })
}

fn of_portals(portals: &Portals) -> Finding {
    let name = "portals";
    // What lacks without them is said where it matters: on X11 and sway nothing does.
    let finding = match portals {
        Portals::Absent => Finding::ok(name, "none: this desktop has no xdg-desktop-portal"),
        Portals::Startable => Finding::ok(name, "none runs yet; the first question starts them"),
        Portals::Run { versions, back_ends } => Finding::ok(name, running_portals(versions, back_ends))
            .details(json!({ "versions": versions, "back_ends": back_ends })),
    };
    finding.how("org.freedesktop.portal.Desktop on the session bus, and each one's version")
}

fn running_portals(versions: &BTreeMap<&str, u32>, back_ends: &[String]) -> String {
    let mut found: Vec<_> = versions.iter().map(|(portal, version)| format!("{portal} {version}")).collect();
    for portal in ["GlobalShortcuts", "RemoteDesktop"] {
        if !versions.contains_key(portal) {
            found.push(format!("no {portal}"));
        }
    }
    let back_ends = if back_ends.is_empty() { "none".to_owned() } else { back_ends.join(", ") };
    format!("{}; back end: {back_ends}", found.join(", "))
}

pub fn notifications() -> Finding {
    let name = "notifications";
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return Finding::missing(name, error.to_string(), "try again"),
    };
    let finding = match runtime.block_on(server(&notification::Bus::Session)) {
        Ok(server) => of_server(&server),
        Err(error @ NoServer::Startable) => Finding::ok(name, error.to_string()),
        Err(error) => {
            let advice = match &error {
                NoServer::NoBus(_) => NO_BUS,
                NoServer::Silent => "it hangs: start it again",
                NoServer::Absent(_) | NoServer::Startable => "install and start one, such as dunst or mako",
            };
            Finding::missing(name, error.to_string(), advice)
        }
    };
    finding.how("the server was asked who it is and what it can")
}

fn of_server(server: &Server) -> Finding {
    let name = "notifications";
    let can = |word: &str| server.capabilities.iter().any(|capability| capability == word);
    let found = format!("{} {}: {}", server.name, server.version, server.capabilities.join(", "));
    let finding = match can("actions") {
        true => Finding::ok(name, found),
        false => Finding::limited(name, found, "it has no buttons; `postil last --copy` does what Copy would"),
    };
    finding.details(json!({
        "server": server.name, "version": server.version, "specification": server.specification,
        "capabilities": server.capabilities,
    }))
}

/// The panel, and whether the daemon's icon is there.
pub fn tray(daemon: &OnceLock<Result<Status, AskError>>) -> Finding {
    let host = ask(survey::tray_host);
    let icon = daemon.get_or_init(ask_daemon).as_ref().ok().map(|status| status.tray.as_str());
    of_tray(host, icon)
}

fn of_tray(host: Result<TrayHost, NoAnswer>, icon: Option<&str>) -> Finding {
    let name = "tray";
    let advice = "start a panel that shows icons (waybar, xfce4-panel; on GNOME the AppIndicator extension); \
                  shortcuts work without";
    let finding = match host {
        Err(error) => return unanswered(name, &error, "the panel hangs: start it again"),
        Ok(TrayHost::Absent) => Finding::limited(name, "no panel keeps icons", advice),
        Ok(TrayHost::NobodyShows { watcher }) => {
            Finding::limited(name, format!("{watcher} keeps icons, and nobody shows them"), advice)
        }
        Ok(TrayHost::Shows { watcher }) => match icon {
            None => Finding::ok(name, format!("{watcher} shows icons")),
            Some("shown") => Finding::ok(name, format!("{watcher} shows icons, and the daemon's is among them")),
            Some(other) => Finding::limited(
                name,
                format!("{watcher} shows icons, but of its own the daemon says: {other}"),
                "start the daemon again: `postil stop`, then `postil`",
            ),
        },
    };
    finding.how("org.kde.StatusNotifierWatcher on the session bus, and the daemon's word")
}

pub fn keyring() -> Finding {
    match ask(survey::keyring) {
        Ok(state) => of_keyring(&state),
        Err(error) => unanswered("keyring", &error, "the keyring hangs: log in again; keys in the environment work"),
    }
}

fn of_keyring(state: &KeyringState) -> Finding {
    let name = "keyring";
    let finding = match state {
        KeyringState::Unlocked { by } => Finding::ok(name, format!("{by}, unlocked")),
        KeyringState::Locked { by } => {
            Finding::limited(name, format!("{by}, locked"), "it asks for its password when a key is needed")
        }
        KeyringState::Empty { by } => {
            Finding::limited(name, format!("{by}, with no keyring yet"), "the first `postil key set` makes one")
        }
        KeyringState::Startable => Finding::ok(name, "none runs yet; the first question starts it"),
        KeyringState::Absent => Finding::limited(
            name,
            "none in this session",
            "install one (gnome-keyring, kwallet, KeePassXC), or give keys by the environment or `api_key_command`",
        ),
    };
    finding.how("org.freedesktop.secrets on the session bus, not unlocked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::State;

    #[test]
    fn a_panel_without_our_icon_is_not_enough() {
        let waybar = || Ok(TrayHost::Shows { watcher: "waybar".to_owned() });
        let state = |host, icon| of_tray(host, icon).state;
        assert_eq!(state(waybar(), Some("shown")), State::Ok);
        assert_eq!(state(waybar(), None), State::Ok);
        assert_eq!(state(waybar(), Some("no host")), State::Limited);
        assert_eq!(state(Ok(TrayHost::Absent), Some("no host")), State::Limited);
        assert_eq!(state(Err(NoAnswer::Silent), None), State::Missing);
    }

    #[test]
    fn portals_are_told_with_their_versions() {
        let versions = BTreeMap::from([("GlobalShortcuts", 1), ("Registry", 1)]);
        let told = running_portals(&versions, &["kde".to_owned()]);
        assert_eq!(told, "GlobalShortcuts 1, Registry 1, no RemoteDesktop; back end: kde");
    }
}
