//! Whether there is a panel that shows icons (StatusNotifierItem), and which.

use super::bus::{Bus, NoAnswer, Owner};
use super::process;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrayHost {
    /// Icons are shown; this program keeps the list of them.
    Shows {
        watcher: String,
    },
    /// The list is kept, and nobody shows it.
    NobodyShows {
        watcher: String,
    },
    Absent,
}

pub async fn tray_host(bus: &Bus) -> Result<TrayHost, NoAnswer> {
    let Owner::Runs(owner) = bus.owner(WATCHER).await? else { return Ok(TrayHost::Absent) };
    let shows = bus.property::<bool>(&owner, PATH, WATCHER, "IsStatusNotifierHostRegistered").await?;
    let watcher = bus.process(&owner).await.and_then(process::name).unwrap_or_else(|| "a program".to_owned());
    Ok(if shows { TrayHost::Shows { watcher } } else { TrayHost::NobodyShows { watcher } })
}
