//! A real dunst on an X server of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::NamedTempFile;
use zbus::Connection;
use zbus::zvariant::OwnedValue;

use super::bus::until;
use super::notifications::connect;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const CONTROL: &str = "org.dunstproject.cmd0";

/// Both programs end with it.
pub struct Dunst {
    xvfb: Child,
    dunst: Child,
    connection: Connection,
    printed: Arc<Mutex<String>>,
    _config: NamedTempFile,
}

/// As most distributions ship it: it reads markup.
const CONFIG: &str = "[global]\n    markup = full\n";

impl Dunst {
    pub async fn start(address: &str) -> Self {
        let (xvfb, display) = xvfb();
        let mut config = NamedTempFile::new().expect("a file for dunst's configuration");
        config.write_all(CONFIG.as_bytes()).expect("dunst's configuration");
        let mut dunst = Command::new("dunst")
            .args(["-print", "-conf"])
            .arg(config.path())
            .env("DISPLAY", display)
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dunst is installed");
        let printed = Arc::default();
        record(dunst.stdout.take().expect("its stdout is a pipe"), &printed);
        let connection = connect(address).await;
        let bus = zbus::fdo::DBusProxy::new(&connection).await.expect("the bus");
        let name = zbus::names::BusName::try_from(NAME).expect("a name");
        until("dunst on the bus", async || bus.name_has_owner(name.clone()).await.expect("the bus")).await;
        Self { xvfb, dunst, connection, printed, _config: config }
    }

    /// What it wrote of the notifications that it showed.
    pub fn printed(&self) -> String {
        self.printed.lock().expect("nobody panics with it").clone()
    }

    /// How many are on the screen.
    pub async fn displayed(&self) -> u32 {
        let arguments = (CONTROL, "displayedLength");
        let interface = Some("org.freedesktop.DBus.Properties");
        let reply = self.connection.call_method(Some(NAME), PATH, interface, "Get", &arguments).await.expect("dunst");
        let value: OwnedValue = reply.body().deserialize().expect("a property");
        value.downcast_ref::<u32>().expect("a number")
    }

    /// The action of the notification on top.
    pub async fn press(&self) {
        let top = 0_u32;
        self.connection
            .call_method(Some(NAME), PATH, Some(CONTROL), "NotificationAction", &(top,))
            .await
            .expect("dunst");
    }

    /// As a process that hangs.
    pub fn stop(&self) {
        self.signal(Signal::STOP);
    }

    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.dunst), signal).expect("dunst runs");
    }
}

impl Drop for Dunst {
    fn drop(&mut self) {
        for child in [&mut self.dunst, &mut self.xvfb] {
            // It may have ended already.
            let _killed = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// An X server on a display that is free, and that display's name.
fn xvfb() -> (Child, String) {
    let mut xvfb = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb is installed");
    let mut number = String::new();
    let stdout = xvfb.stdout.take().expect("its stdout is a pipe");
    BufReader::new(stdout).read_line(&mut number).expect("Xvfb says its display");
    (xvfb, format!(":{}", number.trim()))
}

fn record(mut stdout: impl Read + Send + 'static, printed: &Arc<Mutex<String>>) {
    let printed = Arc::clone(printed);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stdout.read(&mut buffer) {
            printed.lock().expect("nobody panics with it").push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    });
}
