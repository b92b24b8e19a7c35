//! A session bus with what postil talks to there: a notification server and a tray host. Each call is noted with the
//! moment at which it came.

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection};

use crate::bus::PrivateBus;

/// Much longer than anything takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// Ends, with its bus, when dropped.
pub struct Session {
    bus: PrivateBus,
    notified: Receiver<Instant>,
    registered: Receiver<Instant>,
    _end: oneshot::Sender<()>,
}

impl Session {
    pub fn start() -> Self {
        let bus = PrivateBus::start();
        let (notify, notified) = mpsc::channel();
        let (register, registered) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        let (ready, is_ready) = mpsc::channel();
        let address = bus.address().to_owned();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let connection = serve(&address, notify, register).await.expect("the bus takes services");
                ready.send(()).expect("somebody waits for this");
                // Whatever this brings, the measure is over.
                let _ = ended.await;
                drop(connection);
            });
        });
        is_ready.recv_timeout(DEADLINE).expect("the services start");
        Self { bus, notified, registered, _end: end }
    }

    pub fn address(&self) -> &str {
        self.bus.address()
    }

    /// When the next notification came.
    pub fn next_notification(&self) -> Instant {
        self.notified.recv_timeout(DEADLINE).expect("a notification comes")
    }

    /// When the next tray item registered.
    pub fn next_item(&self) -> Instant {
        self.registered.recv_timeout(DEADLINE).expect("a tray item registers")
    }
}

async fn serve(address: &str, notified: Sender<Instant>, registered: Sender<Instant>) -> zbus::Result<Connection> {
    connection::Builder::address(address)?
        .serve_at("/org/freedesktop/Notifications", Notifications { notified, last: 0 })?
        .serve_at("/StatusNotifierWatcher", Watcher { registered })?
        .name("org.freedesktop.Notifications")?
        .name("org.kde.StatusNotifierWatcher")?
        .build()
        .await
}

struct Notifications {
    notified: Sender<Instant>,
    last: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body", "body-markup", "persistence"]
    }

    #[zbus(out_args("name", "vendor", "version", "spec_version"))]
    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("double", "postil", "1", "1.2")
    }

    #[allow(clippy::too_many_arguments)] // the specification's
    fn notify(
        &mut self,
        _app_name: &str,
        replaces: u32,
        _icon: &str,
        _summary: &str,
        _body: &str,
        _actions: Vec<&str>,
        _hints: HashMap<&str, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        // The measure may be over.
        let _ = self.notified.send(Instant::now());
        self.last += u32::from(replaces == 0);
        if replaces == 0 { self.last } else { replaces }
    }

    fn close_notification(&self, _id: u32) {}
}

struct Watcher {
    registered: Sender<Instant>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// As a panel does, it reads the whole item once.
    async fn register_status_notifier_item(&self, service: String, #[zbus(connection)] connection: &Connection) {
        let _ = self.registered.send(Instant::now());
        let connection = connection.clone();
        tokio::spawn(async move {
            let properties = Some("org.freedesktop.DBus.Properties");
            let item = ("org.kde.StatusNotifierItem",);
            let read =
                connection.call_method(Some(service.as_str()), "/StatusNotifierItem", properties, "GetAll", &item);
            // Where starts are measured it may have gone already.
            let _ = read.await;
        });
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}
