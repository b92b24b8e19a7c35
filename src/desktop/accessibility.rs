//! Whether text can be put where the focus is, as applications tell assistive technologies (AT-SPI): a text that is only
//! shown takes a paste as if it were nothing, and a field for passwords is no place for an answer.
//!
//! Not every application tells, and no bus is started to ask on. What is not told within a bound is not known, and then
//! the paste goes its way. A thread of its own asks, from the first paste on, while the model works; what has to come
//! after an answer passes through it.

use std::collections::VecDeque;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use zbus::zvariant::{DynamicType, OwnedObjectPath, Type};
use zbus::{Connection, connection};

use super::TriggerContext;
use super::paste::{NotPasted, PasteId};
use crate::text::sealed::UserText;

/// An application of some hundred widgets answers within a tenth of it. Only an answer that is there at once waits for it.
const LONGEST_LOOK: Duration = Duration::from_millis(300);
/// Of widgets: documents of an office program have more, and are not looked through.
const MOST_LOOKED_AT: usize = 3000;

/// What an application tells of one of its widgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    role: u32,
    states: u64,
}

mod role {
    pub const LABEL: u32 = 29;
    pub const PASSWORD_TEXT: u32 = 40;
    pub const TEXT: u32 = 61;
    pub const PARAGRAPH: u32 = 73;
    pub const EDITBAR: u32 = 77;
    pub const ENTRY: u32 = 79;
    pub const DOCUMENT_FRAME: u32 = 82;
    pub const DOCUMENT_WEB: u32 = 95;
    /// Those in which text is selected.
    pub const OF_TEXT: [u32; 7] = [LABEL, TEXT, PARAGRAPH, EDITBAR, ENTRY, DOCUMENT_FRAME, DOCUMENT_WEB];
}

mod state {
    pub const ACTIVE: u64 = 1 << 1;
    pub const EDITABLE: u64 = 1 << 7;
    pub const FOCUSED: u64 = 1 << 12;
    pub const SHOWING: u64 = 1 << 25;
}

impl Told {
    fn is(self, states: u64) -> bool {
        self.states & states == states
    }

    /// Why nothing is to be pasted into the widget that has the focus.
    fn forbids(self) -> Option<NotPasted> {
        match self.role {
            role::PASSWORD_TEXT => Some(NotPasted::PasswordField),
            of_text if role::OF_TEXT.contains(&of_text) && !self.is(state::EDITABLE) => Some(NotPasted::ReadOnly),
            _ => None,
        }
    }
}

/// The thread that asks. It ends when this is dropped.
pub struct Accessibility {
    wanted: Option<UnboundedSender<Wanted>>,
    thread: Option<JoinHandle<()>>,
}

enum Wanted {
    Look(PasteId, UserText),
    Pass(Box<dyn FnOnce() + Send>),
}

impl Accessibility {
    /// `bus`: the session bus's address. `refuse` hears why nothing is to be pasted, on the thread.
    pub fn start(bus: String, refuse: impl Fn(PasteId, NotPasted) + Send + 'static) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (wanted, receiver) = unbounded_channel();
        let asking = Asking { bus, connection: None };
        let thread = std::thread::Builder::new().name("accessibility".into());
        let thread = thread.spawn(move || runtime.block_on(asking.run(receiver, refuse)))?;
        Ok(Self { wanted: Some(wanted), thread: Some(thread) })
    }

    /// Looks at what has the focus in the window of a paste.
    pub fn look(&self, id: PasteId, context: &TriggerContext) {
        if let Some(app) = &context.app {
            self.send(Wanted::Look(id, app.title.clone()));
        }
    }

    /// Does this once it is known, or given up, what was asked before.
    pub fn pass(&self, act: impl FnOnce() + Send + 'static) {
        self.send(Wanted::Pass(Box::new(act)));
    }

    fn send(&self, wanted: Wanted) {
        if let Some(sender) = &self.wanted {
            _ = sender.send(wanted);
        }
    }
}

impl Drop for Accessibility {
    fn drop(&mut self) {
        self.wanted = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("the accessibility thread panicked");
        }
    }
}

struct Asking {
    bus: String,
    /// To the accessibility bus.
    connection: Option<Connection>,
}

/// One widget: whose, and where.
type Widget = (String, OwnedObjectPath);

impl Asking {
    async fn run(mut self, mut wanted: UnboundedReceiver<Wanted>, refuse: impl Fn(PasteId, NotPasted)) {
        while let Some(wanted) = wanted.recv().await {
            match wanted {
                Wanted::Look(id, title) => match timeout(LONGEST_LOOK, self.look(&title)).await {
                    Ok(Ok(told)) => {
                        if let Some(why) = told.and_then(Told::forbids) {
                            refuse(id, why);
                        }
                    }
                    Ok(Err(error)) => {
                        log::debug!("accessibility: {error}");
                        self.connection = None;
                    }
                    Err(_) => log::debug!("accessibility: no answer within {LONGEST_LOOK:?}"),
                },
                Wanted::Pass(act) => act(),
            }
        }
    }

    /// What has the focus in the active window of this title.
    async fn look(&mut self, title: &UserText) -> zbus::Result<Option<Told>> {
        let connection = match &self.connection {
            Some(connection) => connection.clone(),
            None => match connect(&self.bus).await? {
                Some(connection) => self.connection.insert(connection).clone(),
                None => return Ok(None),
            },
        };
        let root = OwnedObjectPath::try_from(ROOT)?;
        let apps = children(&connection, &(REGISTRY.to_owned(), root)).await.unwrap_or_default();
        let windows = join_all(apps.iter().map(|app| children(&connection, app))).await;
        let windows = windows.into_iter().flat_map(Option::unwrap_or_default).collect::<Vec<_>>();
        let states = join_all(windows.iter().map(|window| told(&connection, window))).await;
        for (window, told) in windows.into_iter().zip(states) {
            if told.is_some_and(|told| told.is(state::ACTIVE)) && is_called(&connection, &window, title).await {
                return Ok(focused_in(&connection, window).await);
            }
        }
        Ok(None)
    }
}

const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

/// `None` where nobody has started an accessibility bus.
async fn connect(bus: &str) -> zbus::Result<Option<Connection>> {
    let session = connection::Builder::address(bus)?.build().await?;
    let has_owner = zbus::fdo::DBusProxy::new(&session).await?.name_has_owner("org.a11y.Bus".try_into()?).await?;
    if !has_owner {
        return Ok(None);
    }
    let reply =
        session.call_method(Some("org.a11y.Bus"), "/org/a11y/bus", Some("org.a11y.Bus"), "GetAddress", &()).await?;
    let address: String = reply.body().deserialize()?;
    connection::Builder::address(address.as_str())?.build().await.map(Some)
}

/// Breadth first, and only through what is on the screen.
async fn focused_in(connection: &Connection, window: Widget) -> Option<Told> {
    let mut row = VecDeque::from([window]);
    let mut seen = 0;
    while !row.is_empty() && seen < MOST_LOOKED_AT {
        seen += row.len();
        let below = join_all(row.iter().map(|widget| children(connection, widget))).await;
        let below = below.into_iter().flat_map(Option::unwrap_or_default).collect::<Vec<_>>();
        let told = join_all(below.iter().map(|widget| told(connection, widget))).await;
        let known = below.into_iter().zip(told).filter_map(|(widget, told)| Some((widget, told?))).collect::<Vec<_>>();
        if let Some((_, found)) = known.iter().find(|(_, told)| told.is(state::FOCUSED)) {
            return Some(*found);
        }
        row = known.into_iter().filter(|(_, told)| told.is(state::SHOWING)).map(|(widget, _)| widget).collect();
    }
    None
}

/// An application that goes away or does not know the question is as one that has none.
async fn children(connection: &Connection, widget: &Widget) -> Option<Vec<Widget>> {
    ask(connection, widget, ACCESSIBLE, "GetChildren", &()).await
}

async fn told(connection: &Connection, widget: &Widget) -> Option<Told> {
    let role = ask::<_, u32>(connection, widget, ACCESSIBLE, "GetRole", &());
    let states = ask::<_, Vec<u32>>(connection, widget, ACCESSIBLE, "GetState", &());
    let (role, states) = futures_util::join!(role, states);
    let states = states?;
    let half = |place: usize| states.get(place).copied().map_or(0, u64::from);
    Some(Told { role: role?, states: half(0) | half(1) << 32 })
}

async fn is_called(connection: &Connection, window: &Widget, title: &UserText) -> bool {
    let name = (ACCESSIBLE, "Name");
    let found = ask::<_, zbus::zvariant::OwnedValue>(connection, window, PROPERTIES, "Get", &name).await;
    found.and_then(|name| String::try_from(name).ok()).is_some_and(|name| name == title.expose())
}

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

async fn ask<B: Serialize + DynamicType, R: DeserializeOwned + Type>(
    connection: &Connection,
    (app, path): &Widget,
    interface: &str,
    method: &str,
    body: &B,
) -> Option<R> {
    let reply = connection.call_method(Some(app.as_str()), path, Some(interface), method, body).await.ok()?;
    reply.body().deserialize().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(role: u32, states: u64, expected: Option<NotPasted>) {
        assert_eq!(Told { role, states }.forbids(), expected, "role {role}, states {states:b}");
    }

    #[test]
    fn only_what_is_sure_is_forbidden() {
        let focused = state::FOCUSED | state::SHOWING;
        check(role::TEXT, focused | state::EDITABLE, None);
        check(role::TEXT, focused, Some(NotPasted::ReadOnly));
        check(role::DOCUMENT_WEB, focused, Some(NotPasted::ReadOnly));
        check(role::PASSWORD_TEXT, focused | state::EDITABLE, Some(NotPasted::PasswordField));
        // A terminal takes text at its prompt, and what a frame or a table does with it is its own affair.
        for other in [60, 23, 55] {
            check(other, focused, None);
        }
    }
}
