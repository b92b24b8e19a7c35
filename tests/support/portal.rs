//! A desktop portal that does as it is told: `org.freedesktop.host.portal.Registry` and
//! `org.freedesktop.portal.GlobalShortcuts` on a session bus of the test's own.

// What fails here fails the test.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use zbus::connection;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

const PATH: &str = "/org/freedesktop/portal/desktop";
const NAME: &str = "org.freedesktop.portal.Desktop";

/// What the portal answers to BindShortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// All of them, as asked for.
    All,
    /// All of them, the first with these keys instead.
    Other(&'static str),
    /// "Success", with an empty list, as portals do that do not know the program.
    Nothing,
    /// Nothing yet: the dialog stays open.
    NoAnswer,
    /// The person has said no.
    Cancelled,
}

#[derive(Default)]
struct Seen {
    app_id: Option<String>,
    /// Registered before anything else was asked?
    in_order: bool,
    session: Option<OwnedObjectPath>,
    /// Name and preferred trigger of each that was asked for.
    asked: Vec<(String, String)>,
    binds: usize,
}

/// Ends with its fixture. It lives on a thread of its own, and answers while the test waits.
pub struct Portal {
    connection: Option<zbus::Connection>,
    handle: Handle,
    seen: Arc<Mutex<Seen>>,
    _end: oneshot::Sender<()>,
}

struct Registry(Arc<Mutex<Seen>>);

#[zbus::interface(name = "org.freedesktop.host.portal.Registry")]
impl Registry {
    fn register(&self, app_id: String, _options: HashMap<String, OwnedValue>) {
        let mut seen = self.0.lock().unwrap();
        seen.in_order = seen.session.is_none();
        seen.app_id = Some(app_id);
    }
}

struct Shortcuts {
    gives: Gives,
    seen: Arc<Mutex<Seen>>,
}

impl Shortcuts {
    fn took(&self, asked: Vec<(String, String)>) {
        let mut seen = self.seen.lock().unwrap();
        seen.asked = asked;
        seen.binds += 1;
    }
}

type Asked = Vec<(String, HashMap<String, OwnedValue>)>;

#[zbus::interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl Shortcuts {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }

    async fn create_session(
        &self,
        options: HashMap<String, OwnedValue>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> OwnedObjectPath {
        let session = handle("session", &header, &options, "session_handle_token");
        self.seen.lock().unwrap().session = Some(session.clone());
        let results = HashMap::from([("session_handle", Value::from(session.to_string()))]);
        respond(connection, &header, &options, 0, &results).await
    }

    async fn bind_shortcuts(
        &self,
        _session: ObjectPath<'_>,
        shortcuts: Asked,
        _parent: String,
        options: HashMap<String, OwnedValue>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> OwnedObjectPath {
        let text = |of: &HashMap<String, OwnedValue>, key: &str| {
            of.get(key).and_then(|value| String::try_from(value.clone()).ok()).unwrap_or_default()
        };
        let asked: Vec<_> = shortcuts.iter().map(|(id, of)| (id.clone(), text(of, "preferred_trigger"))).collect();
        let given = |(place, (id, trigger)): (usize, &(String, String))| {
            let trigger = match self.gives {
                Gives::Other(keys) if place == 0 => keys.to_owned(),
                _ => trigger.clone(),
            };
            let of = HashMap::from([("description", Value::from("x")), ("trigger_description", Value::from(trigger))]);
            (id.clone(), of)
        };
        let given: Vec<_> = match self.gives {
            Gives::All | Gives::Other(_) => asked.iter().enumerate().map(given).collect(),
            _ => Vec::new(),
        };
        self.took(asked);
        let results = HashMap::from([("shortcuts", Value::from(given))]);
        match self.gives {
            Gives::NoAnswer => handle("request", &header, &options, "handle_token"),
            Gives::Cancelled => respond(connection, &header, &options, 1, &results).await,
            _ => respond(connection, &header, &options, 0, &results).await,
        }
    }

    #[zbus(signal)]
    async fn activated(
        emitter: &SignalEmitter<'_>,
        session: ObjectPath<'_>,
        id: &str,
        timestamp: u64,
        options: HashMap<&str, Value<'_>>,
    ) -> zbus::Result<()>;
}

/// The path that the client expects: made of its name on the bus and the token that it gave.
fn handle(kind: &str, header: &Header<'_>, options: &HashMap<String, OwnedValue>, token: &str) -> OwnedObjectPath {
    let sender = header.sender().unwrap().trim_start_matches(':').replace('.', "_");
    let token = String::try_from(options[token].clone()).unwrap();
    ObjectPath::try_from(format!("{PATH}/{kind}/{sender}/{token}")).unwrap().into()
}

async fn respond(
    connection: &zbus::Connection,
    header: &Header<'_>,
    options: &HashMap<String, OwnedValue>,
    response: u32,
    results: &HashMap<&str, Value<'_>>,
) -> OwnedObjectPath {
    let request = handle("request", header, options, "handle_token");
    let interface = "org.freedesktop.portal.Request";
    let client = header.sender().map(|client| client.to_owned());
    connection.emit_signal(client, &request, interface, "Response", &(response, results)).await.unwrap();
    request
}

impl Portal {
    pub fn start(bus: &str, gives: Gives) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (tell, told) = std::sync::mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        let (address, shared) = (bus.to_owned(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let shortcuts = Shortcuts { gives, seen: Arc::clone(&shared) };
            let connection = runtime.block_on(async {
                let builder = connection::Builder::address(address.as_str()).unwrap();
                let builder = builder.serve_at(PATH, Registry(shared)).unwrap();
                builder.serve_at(PATH, shortcuts).unwrap().name(NAME).unwrap().build().await.unwrap()
            });
            tell.send((connection, runtime.handle().clone())).unwrap();
            // It ends when the fixture is dropped.
            _ = runtime.block_on(ended);
        });
        let (connection, handle) = told.recv().expect("the portal starts");
        Self { connection: Some(connection), handle, seen, _end: end }
    }

    /// The application id, if it was told before anything else.
    pub fn app_id(&self) -> Option<String> {
        let seen = self.seen.lock().unwrap();
        seen.app_id.clone().filter(|_| seen.in_order)
    }

    /// Name and preferred keys of each shortcut that was asked for.
    pub fn asked(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().asked.clone()
    }

    pub fn binds(&self) -> usize {
        self.seen.lock().unwrap().binds
    }

    /// The person presses the keys of this shortcut.
    pub fn press(&self, id: &str) {
        let session = self.seen.lock().unwrap().session.clone().unwrap();
        let connection = self.connection.as_ref().unwrap();
        self.handle.block_on(async {
            let interface = connection.object_server().interface::<_, Shortcuts>(PATH).await.unwrap();
            let pressed = Shortcuts::activated(interface.signal_emitter(), session.as_ref(), id, 0, HashMap::new());
            pressed.await.unwrap();
        });
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Its name is free when this returns, as the next portal wants it.
            self.handle.block_on(connection.close()).unwrap();
        }
    }
}
