//! A notification server for tests: it records what it is asked to show, and hangs, lacks capabilities or goes away as
//! it is told.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use zbus::Connection;
use zbus::names::UniqueName;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use super::bus::soon;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A connection to the bus at `address`, for a double.
pub async fn connect(address: &str) -> Connection {
    zbus::connection::Builder::address(address).expect("an address").build().await.expect("a bus")
}

/// One call of `Notify`.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The number that it was given.
    pub id: u32,
    pub replaces: u32,
    pub summary: String,
    pub body: String,
    /// Keys and labels in turn.
    pub actions: Vec<String>,
    pub hints: HashMap<String, OwnedValue>,
    pub timeout: i32,
    pub sender: UniqueName<'static>,
}

/// What reached the server.
#[derive(Debug, Clone)]
pub enum Call {
    Capabilities,
    Show(Box<Shown>),
    Close(u32),
}

/// The server. Dropped, it leaves the bus.
pub struct NotificationServer {
    connection: Connection,
    calls: UnboundedReceiver<Call>,
    hangs: watch::Sender<bool>,
}

impl NotificationServer {
    /// Takes the name on the bus at `address`; `first_id` tells servers apart.
    pub async fn start(address: &str, capabilities: &[&str], first_id: u32) -> Self {
        let (log, calls) = unbounded_channel();
        let (hangs, hang) = watch::channel(false);
        let capabilities = capabilities.iter().map(|&word| word.to_owned()).collect();
        let double = Double { capabilities, next_id: Arc::new(AtomicU32::new(first_id)), log, hang };
        let connection = connect(address).await;
        connection.object_server().at(PATH, double).await.expect("the path is free");
        connection.request_name(NAME).await.expect("the name is free");
        Self { connection, calls, hangs }
    }

    /// From now on (not) to answer. Calls are recorded all the same.
    pub fn hang(&self, hangs: bool) {
        self.hangs.send_replace(hangs);
    }

    pub async fn next_call(&mut self) -> Call {
        soon("a call of the server", self.calls.recv()).await.expect("the double lives")
    }

    /// The next that is to be shown; how often the capabilities are asked does not matter here.
    pub async fn next_shown(&mut self) -> Shown {
        loop {
            match self.next_call().await {
                Call::Show(shown) => return *shown,
                Call::Capabilities => {}
                Call::Close(id) => panic!("{id} was closed where a notification should come"),
            }
        }
    }

    /// What has been recorded until now.
    pub fn calls_so_far(&mut self) -> Vec<Call> {
        std::iter::from_fn(|| self.calls.try_recv().ok()).collect()
    }

    /// As a user who presses a button; `to`: whom it is told, all who listen if nobody.
    pub async fn press(&self, id: u32, key: &str, to: Option<&UniqueName<'_>>) {
        self.tell("ActionInvoked", to, &(id, key)).await;
    }

    /// As a user who closes it.
    pub async fn dismiss(&self, id: u32, to: Option<&UniqueName<'_>>) {
        const BY_THE_USER: u32 = 2;
        self.tell("NotificationClosed", to, &(id, BY_THE_USER)).await;
    }

    async fn tell(
        &self,
        signal: &str,
        to: Option<&UniqueName<'_>>,
        body: &(impl serde::Serialize + zbus::zvariant::DynamicType),
    ) {
        emit(&self.connection, signal, to, body).await;
    }

    /// Leaves the bus for good.
    pub async fn stop(self) {
        self.connection.close().await.expect("the connection stood");
    }
}

/// A signal of the notification interface from any connection, be it entitled to it or not.
pub async fn emit(
    connection: &Connection,
    signal: &str,
    to: Option<&UniqueName<'_>>,
    body: &(impl serde::Serialize + zbus::zvariant::DynamicType),
) {
    connection.emit_signal(to.map(UniqueName::as_str), PATH, NAME, signal, body).await.expect("the bus takes signals");
}

struct Double {
    capabilities: Vec<String>,
    next_id: Arc<AtomicU32>,
    log: UnboundedSender<Call>,
    hang: watch::Receiver<bool>,
}

impl Double {
    async fn record(&self, call: Call) {
        // The test may have ended.
        let _recorded = self.log.send(call);
        let mut hang = self.hang.clone();
        let _released = hang.wait_for(|hangs| !hangs).await;
    }
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Double {
    async fn get_capabilities(&self) -> Vec<String> {
        self.record(Call::Capabilities).await;
        self.capabilities.clone()
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("double", "postil", "1", "1.2")
    }

    #[allow(clippy::too_many_arguments)] // the specification's
    async fn notify(
        &self,
        #[zbus(header)] header: zbus::message::Header<'_>,
        _app_name: String,
        replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        timeout: i32,
    ) -> u32 {
        let id = if replaces == 0 { self.next_id.fetch_add(1, Ordering::Relaxed) } else { replaces };
        let sender = header.sender().expect("the bus names senders").to_owned();
        let shown = Shown { id, replaces, summary, body, actions, hints, timeout, sender };
        self.record(Call::Show(Box::new(shown))).await;
        id
    }

    async fn close_notification(&self, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>, id: u32) {
        const BY_CALL: u32 = 3;
        self.record(Call::Close(id)).await;
        let _told = emitter.emit("org.freedesktop.Notifications", "NotificationClosed", &(id, BY_CALL)).await;
    }
}
