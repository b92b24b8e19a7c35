//! The connection to the session bus, and the notification server's messages on it.
//!
//! It waits for no reply: whoever calls gets the serial number of the call, and hears the reply like every other
//! message. It knows nothing of jobs.

use std::collections::HashMap;
use std::future::pending;
use std::num::NonZeroU32;
use std::pin::Pin;

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use zbus::message::{Builder, Flags, Message};
use zbus::zvariant::{self, DynamicType, Value};
use zbus::{Connection, MessageStream, connection};

use super::DEADLINE;
use super::board::Refusal;
use super::card::{Card, Urgency};

pub const NAME: &str = "org.freedesktop.Notifications";
pub const PATH: &str = "/org/freedesktop/Notifications";
pub const DBUS: &str = "org.freedesktop.DBus";

/// Tells when the server changes.
const OWNER_CHANGES: &str = "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',\
    member='NameOwnerChanged',arg0='org.freedesktop.Notifications'";
/// Tells what the server says to everybody of the notifications on its screen.
const SERVER_SIGNALS: &str =
    "type='signal',sender='org.freedesktop.Notifications',interface='org.freedesktop.Notifications'";

/// Which bus the notification server is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bus {
    /// The session's, as the environment names it.
    Session,
    /// At this D-Bus address.
    At(String),
}

impl Bus {
    pub(super) async fn connect(&self) -> zbus::Result<Connection> {
        let builder = match self {
            Self::Session => connection::Builder::session()?,
            Self::At(address) => connection::Builder::address(address.as_str())?,
        };
        builder.build().await
    }
}

/// The connection, as far as it has come.
pub enum Link {
    Down,
    Connecting(Pin<Box<dyn Future<Output = zbus::Result<Connection>> + Send>>),
    Up(Connection, Box<MessageStream>),
}

/// What the bus's side brought.
pub enum Heard {
    Connected(Connection),
    Message(Message),
    /// The bus cannot be reached, or it is gone.
    Lost,
}

impl Link {
    /// Loses nothing when it is dropped before it is ready.
    pub async fn hear(&mut self) -> Heard {
        match self {
            Self::Down => pending().await,
            Self::Connecting(connecting) => connecting.await.map_or(Heard::Lost, Heard::Connected),
            Self::Up(_, stream) => stream.next().await.and_then(Result::ok).map_or(Heard::Lost, Heard::Message),
        }
    }

    /// Begins to connect; [`hear`](Self::hear) tells how that went.
    pub fn connect(&mut self, bus: Bus) {
        *self = Self::Connecting(Box::pin(async move { bus.connect().await }));
    }

    /// Takes the connection into use, and listens for changes of the server from now on.
    pub async fn establish(&mut self, connection: Connection) -> zbus::Result<()> {
        let stream = MessageStream::from(&connection);
        *self = Self::Up(connection, Box::new(stream));
        self.match_rule("AddMatch", OWNER_CHANGES).await
    }

    /// Asks whoever has the well-known name.
    pub async fn ask_capabilities(&mut self) -> zbus::Result<NonZeroU32> {
        self.call(NAME, "GetCapabilities", &()).await
    }

    /// Shows `card` in place of the notification `replaces` (0: of none) on the server of this unique name.
    pub async fn show(&mut self, server: &str, replaces: u32, card: &Card) -> zbus::Result<NonZeroU32> {
        let actions: Vec<&str> = card.actions.iter().flat_map(|(key, label)| [key.as_str(), label.as_str()]).collect();
        let (summary, body) = (card.summary.expose(), card.body.expose());
        let timeout = card.timeout.unwrap_or(SERVERS_OWN_TIMEOUT);
        self.call(server, "Notify", &("postil", replaces, card.icon, summary, body, actions, hints(card), timeout))
            .await
    }

    /// Takes a notification away.
    pub async fn close(&mut self, server: &str, id: u32) -> zbus::Result<()> {
        let message = method(server, PATH, NAME, "CloseNotification")?.with_flags(Flags::NoReplyExpected)?;
        self.send(&message.build(&(id,))?).await
    }

    /// Whether to hear what the server tells everybody.
    pub async fn listen(&mut self, wanted: bool) -> zbus::Result<()> {
        self.match_rule(if wanted { "AddMatch" } else { "RemoveMatch" }, SERVER_SIGNALS).await
    }

    /// Changes which signals the bus gives us. It obeys in the order of our messages, so no reply is needed.
    async fn match_rule(&mut self, change: &str, rule: &str) -> zbus::Result<()> {
        let message = method(DBUS, "/org/freedesktop/DBus", DBUS, change)?.with_flags(Flags::NoReplyExpected)?;
        self.send(&message.build(&(rule,))?).await
    }

    async fn call<B: Serialize + DynamicType>(&mut self, to: &str, member: &str, body: &B) -> zbus::Result<NonZeroU32> {
        let message = method(to, PATH, NAME, member)?.build(body)?;
        self.send(&message).await?;
        Ok(message.primary_header().serial_num())
    }

    /// A bus that takes nothing for so long is as good as none.
    async fn send(&mut self, message: &Message) -> zbus::Result<()> {
        let Self::Up(connection, _) = self else { return Err(zbus::Error::Failure("not connected".into())) };
        let stuck = |_| Err(zbus::Error::Failure("the bus takes nothing".into()));
        timeout(DEADLINE, connection.send(message)).await.unwrap_or_else(stuck)
    }
}

/// The specification's word for a notification that stays for as long as the server is set to.
const SERVERS_OWN_TIMEOUT: i32 = -1;

fn method<'m>(to: &'m str, path: &'m str, interface: &'m str, member: &'m str) -> zbus::Result<Builder<'m>> {
    Message::method_call(path, member)?.destination(to)?.interface(interface)
}

fn hints(card: &Card) -> HashMap<&'static str, Value<'static>> {
    let urgency = match card.urgency {
        Urgency::Low => 0_u8,
        Urgency::Normal => 1,
    };
    let mut hints = HashMap::from([
        ("urgency", Value::from(urgency)),
        ("category", Value::from(card.category)),
        ("desktop-entry", Value::from("postil")),
    ]);
    if card.transient {
        hints.insert("transient", Value::from(true));
        hints.insert("suppress-sound", Value::from(true));
    }
    hints
}

/// Errors of the bus, after their common prefix, that say that nobody is there.
const GONE: [&str; 6] = ["ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected", "TimedOut", "Spawn."];

/// What a reply brings.
pub fn reply<T>(message: &Message) -> Result<T, Refusal>
where
    T: for<'d> Deserialize<'d> + zvariant::Type,
{
    match message.header().error_name() {
        None => message.body().deserialize().map_err(|_| Refusal::Refused),
        Some(error) => {
            let of_bus = error.strip_prefix("org.freedesktop.DBus.Error.").unwrap_or_default();
            let gone = GONE.iter().any(|word| of_bus.starts_with(word));
            Err(if gone { Refusal::Gone } else { Refusal::Refused })
        }
    }
}
