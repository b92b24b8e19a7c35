//! Whether there is a keyring (`org.freedesktop.secrets`) and whether it is open. It is neither started nor unlocked, and
//! nobody is prompted.

use zbus::zvariant::OwnedObjectPath;

use super::bus::{Bus, NoAnswer, Owner};
use super::process;

const KEYRING: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "org.freedesktop.Secret.Service";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";

/// What the specification gives for an alias that names nothing.
const NO_COLLECTION: &str = "/";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringState {
    /// Its default collection can be read now. With the program that keeps it.
    Unlocked {
        by: String,
    },
    Locked {
        by: String,
    },
    /// It has no default collection yet, and asks for a password when the first key is stored.
    Empty {
        by: String,
    },
    /// None runs yet; the bus starts it when it is first asked.
    Startable,
    Absent,
}

pub async fn keyring(bus: &Bus) -> Result<KeyringState, NoAnswer> {
    let owner = match bus.owner(KEYRING).await? {
        Owner::Runs(owner) => owner,
        Owner::Startable => return Ok(KeyringState::Startable),
        Owner::Absent => return Ok(KeyringState::Absent),
    };
    let by = bus.process(&owner).await.and_then(process::name).unwrap_or_else(|| "a program".to_owned());
    let collection: OwnedObjectPath = bus.ask(&owner, PATH, (SERVICE, "ReadAlias"), Some("default")).await?;
    if collection.as_str() == NO_COLLECTION {
        return Ok(KeyringState::Empty { by });
    }
    match bus.property::<bool>(&owner, collection.as_str(), COLLECTION, "Locked").await? {
        true => Ok(KeyringState::Locked { by }),
        false => Ok(KeyringState::Unlocked { by }),
    }
}
