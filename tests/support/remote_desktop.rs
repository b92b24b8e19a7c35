//! A portal that presses keys (`org.freedesktop.portal.RemoteDesktop`), on a session bus of the test's own: it asks the
//! person or takes its own token, as it is told, and its keys reach a real compositor through a keyboard of its own.

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use zbus::connection;
use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::wayland_hands::Hands;

const PATH: &str = "/org/freedesktop/portal/desktop";
const NAME: &str = "org.freedesktop.portal.Desktop";

const KEYBOARD: u32 = 1;
/// Until it is revoked.
const FOR_GOOD: u32 = 2;

/// What the person says when the dialog comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Yes,
    No,
    /// Nothing yet: see [`RemoteDesktop::answer`].
    NothingYet,
}

#[derive(Default)]
struct State {
    says: Option<Says>,
    /// The one that is good; whatever else is shown is none.
    token: Option<String>,
    /// How often a dialog was shown.
    dialogs: usize,
    /// What was asked for by each session: devices, persistence, token.
    asked: Vec<(u32, u32, Option<String>)>,
    keys: Vec<(i32, u32)>,
    /// Every further key is refused.
    refuses: bool,
    session: Option<OwnedObjectPath>,
    open: Option<Open>,
}

/// A dialog that is open.
struct Open {
    client: zbus::names::OwnedUniqueName,
    request: OwnedObjectPath,
}

/// Ends with its fixture. It lives on a thread of its own, and answers while the test waits.
pub struct RemoteDesktop {
    connection: Option<zbus::Connection>,
    handle: Handle,
    state: Arc<Mutex<State>>,
    _end: oneshot::Sender<()>,
}

struct Portal {
    state: Arc<Mutex<State>>,
    hands: Mutex<Hands>,
}

type Options = HashMap<String, OwnedValue>;

#[zbus::interface(name = "org.freedesktop.portal.RemoteDesktop")]
impl Portal {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }

    async fn create_session(
        &self,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> OwnedObjectPath {
        let session = handle("session", &header, &options, "session_handle_token");
        self.state.lock().unwrap().session = Some(session.clone());
        let results = HashMap::from([("session_handle", Value::from(session.to_string()))]);
        let request = handle("request", &header, &options, "handle_token");
        respond(connection, &header, &request, 0, &results).await;
        request
    }

    async fn select_devices(
        &self,
        _session: ObjectPath<'_>,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> OwnedObjectPath {
        let number = |key: &str| options.get(key).and_then(|value| u32::try_from(value).ok()).unwrap_or_default();
        let token = options.get("restore_token").and_then(|token| String::try_from(token.clone()).ok());
        self.state.lock().unwrap().asked.push((number("types"), number("persist_mode"), token));
        let request = handle("request", &header, &options, "handle_token");
        respond(connection, &header, &request, 0, &HashMap::new()).await;
        request
    }

    async fn start(
        &self,
        _session: ObjectPath<'_>,
        _parent: String,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> OwnedObjectPath {
        let request = handle("request", &header, &options, "handle_token");
        let answer = self.asked(&header, &request);
        if let Some((response, results)) = answer {
            respond(connection, &header, &request, response, &results).await;
        }
        request
    }

    fn notify_keyboard_keycode(
        &self,
        _session: ObjectPath<'_>,
        _options: Options,
        code: i32,
        pressed: u32,
    ) -> zbus::fdo::Result<()> {
        let mut state = self.state.lock().unwrap();
        if state.refuses {
            return Err(zbus::fdo::Error::AccessDenied("as the test wishes".to_owned()));
        }
        state.keys.push((code, pressed));
        self.hands.lock().unwrap().key(u32::try_from(code).unwrap(), pressed);
        Ok(())
    }
}

type Answer = (u32, HashMap<&'static str, Value<'static>>);

impl Portal {
    /// The dialog is shown unless the token is good; `None` while it is open.
    fn asked(&self, header: &Header<'_>, request: &OwnedObjectPath) -> Option<Answer> {
        let mut state = self.state.lock().unwrap();
        let shown = state.asked.last().and_then(|(.., token)| token.clone());
        if shown.is_some() && shown == state.token {
            return Some(given(&mut state));
        }
        state.dialogs += 1;
        match state.says {
            Some(Says::Yes) => Some(given(&mut state)),
            Some(Says::No) => Some((1, HashMap::new())),
            _ => {
                let client = header.sender().unwrap().to_owned().into();
                state.open = Some(Open { client, request: request.clone() });
                None
            }
        }
    }
}

/// With a token that is good once more.
fn given(state: &mut State) -> Answer {
    let token = format!("token-{}", state.asked.len());
    state.token = Some(token.clone());
    (0, HashMap::from([("devices", Value::from(KEYBOARD)), ("restore_token", Value::from(token))]))
}

/// The path that the client expects: made of its name on the bus and the token that it gave.
fn handle(kind: &str, header: &Header<'_>, options: &Options, token: &str) -> OwnedObjectPath {
    let sender = header.sender().unwrap().trim_start_matches(':').replace('.', "_");
    let token = String::try_from(options[token].clone()).unwrap();
    ObjectPath::try_from(format!("{PATH}/{kind}/{sender}/{token}")).unwrap().into()
}

async fn respond(
    connection: &zbus::Connection,
    header: &Header<'_>,
    request: &OwnedObjectPath,
    response: u32,
    results: &HashMap<&'static str, Value<'static>>,
) {
    let client = header.sender().map(|client| client.to_owned());
    let interface = "org.freedesktop.portal.Request";
    connection.emit_signal(client, request, interface, "Response", &(response, results)).await.unwrap();
}

impl RemoteDesktop {
    /// `hands`: whose keyboard it presses.
    pub fn start(bus: &str, says: Says, hands: Hands) -> Self {
        let state = Arc::new(Mutex::new(State { says: Some(says), ..State::default() }));
        let (tell, told) = std::sync::mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        let (address, shared) = (bus.to_owned(), Arc::clone(&state));
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let portal = Portal { state: shared, hands: Mutex::new(hands) };
            let connection = runtime.block_on(async {
                let builder = connection::Builder::address(address.as_str()).unwrap();
                builder.serve_at(PATH, portal).unwrap().name(NAME).unwrap().build().await.unwrap()
            });
            tell.send((connection, runtime.handle().clone())).unwrap();
            // It ends when the fixture is dropped.
            _ = runtime.block_on(ended);
        });
        let (connection, handle) = told.recv().expect("the portal starts");
        Self { connection: Some(connection), handle, state, _end: end }
    }

    /// The person says it from now on, and to the dialog that is open.
    pub fn answer(&self, says: Says) {
        let mut state = self.state.lock().unwrap();
        state.says = Some(says);
        let Some(open) = state.open.take() else { return };
        let (response, results) = match says {
            Says::Yes => given(&mut state),
            _ => (1, HashMap::new()),
        };
        drop(state);
        let connection = self.connection.as_ref().unwrap();
        let interface = "org.freedesktop.portal.Request";
        let body = (response, results);
        let told = connection.emit_signal(Some(open.client), open.request, interface, "Response", &body);
        self.handle.block_on(told).unwrap();
    }

    /// The permission is taken away: no token is good any more, and the session that is open ends.
    pub fn revoke(&self) {
        let session = {
            let mut state = self.state.lock().unwrap();
            state.token = None;
            state.session.take()
        };
        let (connection, interface) = (self.connection.as_ref().unwrap(), "org.freedesktop.portal.Session");
        let details = (HashMap::<&str, Value<'_>>::new(),);
        let told = connection.emit_signal(None::<&str>, session.unwrap(), interface, "Closed", &details);
        self.handle.block_on(told).unwrap();
    }

    pub fn refuse_keys(&self) {
        self.state.lock().unwrap().refuses = true;
    }

    pub fn dialogs(&self) -> usize {
        self.state.lock().unwrap().dialogs
    }

    /// The token of each session that was asked for, all of them for a keyboard alone and for good.
    pub fn tokens(&self) -> Vec<Option<String>> {
        let state = self.state.lock().unwrap();
        assert!(state.asked.iter().all(|(devices, persist, _)| (*devices, *persist) == (KEYBOARD, FOR_GOOD)));
        state.asked.iter().map(|(.., token)| token.clone()).collect()
    }

    /// Each key by its number, and whether it went down.
    pub fn keys(&self) -> Vec<(i32, u32)> {
        self.state.lock().unwrap().keys.clone()
    }
}

impl Drop for RemoteDesktop {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.handle.block_on(connection.close()).unwrap();
        }
    }
}
