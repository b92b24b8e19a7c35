//! The desktop's portals: those that this program asks, and the back ends that answer for them.

use std::collections::BTreeMap;

use super::bus::{Bus, NoAnswer, Owner};

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const BACK_END: &str = "org.freedesktop.impl.portal.desktop.";

/// What this program asks of portals: shortcuts, keys, and to be known by its name.
const ASKED: [(&str, &str); 3] = [
    ("GlobalShortcuts", "org.freedesktop.portal.GlobalShortcuts"),
    ("RemoteDesktop", "org.freedesktop.portal.RemoteDesktop"),
    ("Registry", "org.freedesktop.host.portal.Registry"),
];

/// What there is of portals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portals {
    Run {
        /// The version of each that is there.
        versions: BTreeMap<&'static str, u32>,
        /// The back ends that run, by their names: `kde`, `gtk`.
        back_ends: Vec<String>,
    },
    /// None runs yet; the bus starts it when it is first asked.
    Startable,
    Absent,
}

pub async fn portals(bus: &Bus) -> Result<Portals, NoAnswer> {
    let owner = match bus.owner(PORTAL).await? {
        Owner::Runs(owner) => owner,
        Owner::Startable => return Ok(Portals::Startable),
        Owner::Absent => return Ok(Portals::Absent),
    };
    let mut versions = BTreeMap::new();
    for (name, interface) in ASKED {
        match bus.property::<u32>(&owner, PATH, interface, "version").await {
            Ok(version) => _ = versions.insert(name, version),
            // It has none of that name.
            Err(NoAnswer::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let names = bus.names().await?;
    let back_ends = names.iter().filter_map(|name| name.strip_prefix(BACK_END)).map(str::to_owned).collect();
    Ok(Portals::Run { versions, back_ends })
}
