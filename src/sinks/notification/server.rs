//! Who shows notifications here and what it can, for `doctor`. On a connection of its own, so that it tells the truth
//! of this moment and disturbs nobody.

use std::collections::HashMap;

use tokio::time::timeout;
use zbus::Connection;
use zbus::zvariant::Value;

use super::DEADLINE;
use super::link::{Bus, DBUS, NAME, PATH};

/// Long enough to be seen, in milliseconds.
const SHOWN_FOR: i32 = 10_000;

const DBUS_PATH: &str = "/org/freedesktop/DBus";

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
    /// None runs; the bus starts one for the first notification.
    #[error("none runs yet; the first notification starts it")]
    Startable,
    #[error("the notification server did not answer within {DEADLINE:?}")]
    Silent,
}

/// Asks the notification server who it is and what it can, within [`DEADLINE`]. Starts none.
pub async fn server(bus: &Bus) -> Result<Server, NoServer> {
    timeout(DEADLINE, ask_server(bus)).await.unwrap_or(Err(NoServer::Silent))
}

async fn ask_server(bus: &Bus) -> Result<Server, NoServer> {
    let connection = bus.connect().await.map_err(|error| NoServer::NoBus(error.to_string()))?;
    let absent = |error: zbus::Error| NoServer::Absent(error.to_string());
    let owner = owner(&connection).await?;
    let ask = |member| connection.call_method(Some(owner.as_str()), PATH, Some(NAME), member, &());
    let identity = ask("GetServerInformation").await.map_err(absent)?;
    let (name, vendor, version, specification) = identity.body().deserialize().map_err(absent)?;
    let capabilities = ask("GetCapabilities").await.map_err(absent)?.body().deserialize().map_err(absent)?;
    Ok(Server { name, vendor, version, specification, capabilities })
}

/// Shows a notification, for `doctor --try`. Gives the name of the server that has taken it; starts one where the bus knows
/// how. It goes away by itself.
pub async fn show_once(bus: &Bus, summary: &str, body: &str) -> Result<String, NoServer> {
    let showing = async {
        let connection = bus.connect().await.map_err(|error| NoServer::NoBus(error.to_string()))?;
        let absent = |error: zbus::Error| NoServer::Absent(error.to_string());
        let (actions, hints) = (Vec::<&str>::new(), HashMap::from([("transient", Value::from(true))]));
        let body = ("postil", 0_u32, "postil", summary, body, actions, hints, SHOWN_FOR);
        connection.call_method(Some(NAME), PATH, Some(NAME), "Notify", &body).await.map_err(absent)?;
        let identity = connection.call_method(Some(NAME), PATH, Some(NAME), "GetServerInformation", &()).await;
        let (name, ..): (String, String, String, String) =
            identity.map_err(absent)?.body().deserialize().map_err(absent)?;
        Ok(name)
    };
    timeout(DEADLINE, showing).await.unwrap_or(Err(NoServer::Silent))
}

/// The server's own name on the bus: what is said to that starts nobody.
async fn owner(connection: &Connection) -> Result<String, NoServer> {
    match connection.call_method(Some(DBUS), DBUS_PATH, Some(DBUS), "GetNameOwner", &NAME).await {
        Ok(reply) => reply.body().deserialize().map_err(|error| NoServer::Absent(error.to_string())),
        Err(error) => {
            let listed = connection.call_method(Some(DBUS), DBUS_PATH, Some(DBUS), "ListActivatableNames", &()).await;
            let names: Vec<String> = listed.and_then(|reply| reply.body().deserialize()).unwrap_or_default();
            match names.iter().any(|name| name == NAME) {
                true => Err(NoServer::Startable),
                false => Err(NoServer::Absent(error.to_string())),
            }
        }
    }
}
