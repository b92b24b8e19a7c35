//! Questions to services on the session bus that start none: they go to whoever has a name now.

use serde::de::DeserializeOwned;
use tokio::time::timeout;
use zbus::zvariant::{OwnedValue, Type};
use zbus::{Connection, connection};

use super::PATIENCE;

const DBUS: &str = "org.freedesktop.DBus";
const DBUS_PATH: &str = "/org/freedesktop/DBus";

/// A connection to the session bus.
pub struct Bus(Connection);

/// Whose a name on the bus is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// This connection's, by its own name, which starts nothing.
    Runs(String),
    /// Nobody's yet; the bus starts a program for the first message to it.
    Startable,
    Absent,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("no session bus: {0}")]
    NoBus(String),
    #[error("it answers with an error: {0}")]
    Refused(String),
    #[error("it did not answer within {PATIENCE:?}")]
    Silent,
}

impl From<zbus::Error> for NoAnswer {
    fn from(error: zbus::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

impl Bus {
    /// The session's, as the environment names it.
    pub async fn session() -> Result<Self, NoAnswer> {
        let connecting = async { connection::Builder::session()?.build().await };
        match timeout(PATIENCE, connecting).await {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(NoAnswer::NoBus(error.to_string())),
            Err(_) => Err(NoAnswer::NoBus(format!("it did not answer within {PATIENCE:?}"))),
        }
    }

    pub async fn owner(&self, name: &str) -> Result<Owner, NoAnswer> {
        match self.of_the_bus::<String>("GetNameOwner", Some(name)).await {
            Ok(unique) => Ok(Owner::Runs(unique)),
            Err(NoAnswer::Refused(_)) => {
                let startable: Vec<String> = self.of_the_bus("ListActivatableNames", None).await?;
                Ok(if startable.iter().any(|one| one == name) { Owner::Startable } else { Owner::Absent })
            }
            Err(error) => Err(error),
        }
    }

    /// Every name that somebody has.
    pub async fn names(&self) -> Result<Vec<String>, NoAnswer> {
        self.of_the_bus("ListNames", None).await
    }

    /// The process behind a connection.
    pub async fn process(&self, owner: &str) -> Option<u32> {
        self.of_the_bus("GetConnectionUnixProcessID", Some(owner)).await.ok()
    }

    /// A property of an object's.
    pub async fn property<T>(&self, owner: &str, path: &str, interface: &str, name: &str) -> Result<T, NoAnswer>
    where
        T: TryFrom<OwnedValue>,
    {
        let body = (interface, name);
        let value: OwnedValue = self.call(owner, path, "org.freedesktop.DBus.Properties", "Get", Some(&body)).await?;
        T::try_from(value).map_err(|_| NoAnswer::Refused(format!("{name} is of another type")))
    }

    /// What a method gives that takes nothing, or one text.
    pub async fn ask<T>(
        &self,
        owner: &str,
        path: &str,
        method: (&str, &str),
        argument: Option<&str>,
    ) -> Result<T, NoAnswer>
    where
        T: DeserializeOwned + Type,
    {
        self.call(owner, path, method.0, method.1, argument.as_ref()).await
    }

    async fn of_the_bus<T: DeserializeOwned + Type>(
        &self,
        method: &str,
        argument: Option<&str>,
    ) -> Result<T, NoAnswer> {
        self.ask(DBUS, DBUS_PATH, (DBUS, method), argument).await
    }

    async fn call<T, B>(
        &self,
        to: &str,
        path: &str,
        interface: &str,
        method: &str,
        body: Option<&B>,
    ) -> Result<T, NoAnswer>
    where
        T: DeserializeOwned + Type,
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let asking = async {
            let reply = match body {
                Some(body) => self.0.call_method(Some(to), path, Some(interface), method, body).await?,
                None => self.0.call_method(Some(to), path, Some(interface), method, &()).await?,
            };
            Ok(reply.body().deserialize()?)
        };
        timeout(PATIENCE, asking).await.unwrap_or(Err(NoAnswer::Silent))
    }
}
