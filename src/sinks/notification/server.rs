//! Who shows notifications here and what it can, for `doctor`. On a connection of its own, so that it tells the truth
//! of this moment and disturbs nobody.

use tokio::time::timeout;

use super::DEADLINE;
use super::link::{Bus, NAME, PATH};

/// What `doctor` tells of the notification server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub name: String,
    pub vendor: String,
    pub version: String,
    /// Of the specification that it follows.
    pub specification: String,
    /// In its own words: `actions`, `body`, `body-markup`, …
    pub capabilities: Vec<String>,
}

/// Why there is nothing to tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoServer {
    #[error("no session bus: {0}")]
    NoBus(String),
    #[error("no notification server: {0}")]
    Absent(String),
    #[error("the notification server did not answer within {DEADLINE:?}")]
    Silent,
}

/// Asks the notification server who it is and what it can, within [`DEADLINE`]. Starts one where the bus knows how.
pub async fn server(bus: &Bus) -> Result<Server, NoServer> {
    timeout(DEADLINE, ask_server(bus)).await.unwrap_or(Err(NoServer::Silent))
}

async fn ask_server(bus: &Bus) -> Result<Server, NoServer> {
    let connection = bus.connect().await.map_err(|error| NoServer::NoBus(error.to_string()))?;
    let absent = |error: zbus::Error| NoServer::Absent(error.to_string());
    let ask = |member| connection.call_method(Some(NAME), PATH, Some(NAME), member, &());
    let identity = ask("GetServerInformation").await.map_err(absent)?;
    let (name, vendor, version, specification) = identity.body().deserialize().map_err(absent)?;
    let capabilities = ask("GetCapabilities").await.map_err(absent)?.body().deserialize().map_err(absent)?;
    Ok(Server { name, vendor, version, specification, capabilities })
}
