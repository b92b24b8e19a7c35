//! A keyring of a test's own: the real gnome-keyring-daemon, or one that never answers, on a session bus of its own.
#![allow(dead_code, reason = "every test that includes this file uses a part of it")]

use std::io::Write;
use std::process::{Child, Command, Stdio};

use super::bus::{PrivateBus, until};
use super::command::Home;

const NAME: &str = "org.freedesktop.secrets";

/// Ends with its fixture.
pub struct Keyring {
    daemon: Child,
}

impl Keyring {
    /// With its login keyring open; made now where the home has none.
    pub async fn unlocked(home: &Home, bus: &PrivateBus) -> Self {
        Self::start(home, bus, &["--unlock"]).await
    }

    /// With its login keyring locked, and nobody there who could be asked for its password.
    pub async fn locked(home: &Home, bus: &PrivateBus) -> Self {
        Self::start(home, bus, &[]).await
    }

    async fn start(home: &Home, bus: &PrivateBus, arguments: &[&str]) -> Self {
        let mut command: Command = home.other("gnome-keyring-daemon", &["--foreground", "--components=secrets"]);
        command.args(arguments).env("DBUS_SESSION_BUS_ADDRESS", bus.address()).stdin(Stdio::piped());
        let mut daemon =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("gnome-keyring is installed");
        let mut stdin = daemon.stdin.take().expect("its stdin is a pipe");
        // Who does not ask for it does not read it.
        let _written = stdin.write_all(b"the keyring's password");
        drop(stdin);
        await_name(bus).await;
        Self { daemon }
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.daemon.kill();
        let _reaped = self.daemon.wait();
    }
}

async fn await_name(bus: &PrivateBus) {
    let connection = connect(bus).await;
    let proxy = zbus::fdo::DBusProxy::new(&connection).await.expect("the bus itself");
    until("the keyring is there", async || {
        proxy.name_has_owner(NAME.try_into().expect("a name")).await.expect("the bus answers")
    })
    .await;
}

async fn connect(bus: &PrivateBus) -> zbus::Connection {
    let address = zbus::connection::Builder::address(bus.address()).expect("an address");
    address.build().await.expect("the bus is there")
}

/// Has the keyring's name and never says a word.
pub async fn silent(bus: &PrivateBus) -> zbus::Connection {
    struct Silent;

    #[zbus::interface(name = "org.freedesktop.Secret.Service")]
    impl Silent {
        async fn open_session(&self, _algorithm: &str, _input: zbus::zvariant::Value<'_>) -> (u32, u32) {
            std::future::pending().await
        }
    }

    let builder = zbus::connection::Builder::address(bus.address()).expect("an address");
    let builder = builder.serve_at("/org/freedesktop/secrets", Silent).expect("a path").name(NAME).expect("a name");
    builder.build().await.expect("the bus is there")
}
