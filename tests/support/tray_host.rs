//! A StatusNotifierWatcher and host for tests: it takes items, reads them, opens their menus and clicks, as a panel
//! does.

use std::collections::HashMap;

use serde::Deserialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::Connection;
use zbus::zvariant::{OwnedValue, Structure, Type, Value};

use super::bus::soon;

const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";
const ROOT: i32 = 0;

/// The watcher. Dropped, it leaves the bus.
pub struct TrayHost {
    connection: Connection,
    registered: UnboundedReceiver<String>,
}

impl TrayHost {
    /// Takes the watcher's name on the session bus.
    pub async fn start() -> Self {
        Self::with_manners(session().await, false).await
    }

    /// One that takes items and never answers.
    pub async fn start_hung() -> Self {
        Self::with_manners(session().await, true).await
    }

    /// Takes the watcher's name on the bus at `address`.
    pub async fn start_on(address: &str) -> Self {
        Self::with_manners(bus_at(address).await, false).await
    }

    /// The same for one that takes items and never answers.
    pub async fn start_hung_on(address: &str) -> Self {
        Self::with_manners(bus_at(address).await, true).await
    }

    async fn with_manners(connection: Connection, hangs: bool) -> Self {
        let (register, registered) = unbounded_channel();
        connection.object_server().at(PATH, Watcher { register, hangs }).await.expect("the path is free");
        connection.request_name(NAME).await.expect("the name is free");
        Self { connection, registered }
    }

    /// The next item that registers.
    pub async fn item(&mut self) -> Item {
        let service = soon("an item", self.registered.recv()).await.expect("the watcher lives");
        Item { connection: self.connection.clone(), service }
    }

    /// As a panel that ends.
    pub async fn stop(self) {
        self.connection.close().await.expect("the connection stood");
    }
}

async fn session() -> Connection {
    Connection::session().await.expect("a session bus")
}

async fn bus_at(address: &str) -> Connection {
    zbus::connection::Builder::address(address).expect("an address").build().await.expect("a bus")
}

struct Watcher {
    register: UnboundedSender<String>,
    hangs: bool,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(&self, service: String) {
        // The test may have ended.
        let _registered = self.register.send(service);
        if self.hangs {
            std::future::pending::<()>().await;
        }
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// An item in the tray.
pub struct Item {
    connection: Connection,
    service: String,
}

/// One line of a menu as the host got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: i32,
    /// How deep in submenus.
    pub depth: usize,
    pub label: String,
    pub enabled: bool,
}

impl Item {
    /// A property that is a text.
    pub async fn text(&self, property: &str) -> String {
        self.property(property).await.try_into().expect("a text")
    }

    /// The icon: width, height and pixels of each size.
    pub async fn pixmaps(&self) -> Vec<(i32, i32, Vec<u8>)> {
        self.property("IconPixmap").await.try_into().expect("pixmaps")
    }

    async fn property(&self, property: &str) -> OwnedValue {
        let properties = Some("org.freedesktop.DBus.Properties");
        let service = Some(self.service.as_str());
        let arguments = (ITEM, property);
        let call = self.connection.call_method(service, "/StatusNotifierItem", properties, "Get", &arguments);
        soon("a property", call).await.expect("the item answers").body().deserialize().expect("a value")
    }

    /// Whether its process is still on the bus.
    pub async fn is_there(&self) -> bool {
        let bus = zbus::fdo::DBusProxy::new(&self.connection).await.expect("the bus");
        let service = self.service.as_str().try_into().expect("a name");
        bus.name_has_owner(service).await.expect("the bus")
    }

    /// Opens the menu and reads it.
    pub async fn open_menu(&self) -> Vec<Line> {
        self.ask("AboutToShow", &(ROOT,)).await;
        self.menu().await
    }

    /// The menu as it is, without opening it.
    pub async fn menu(&self) -> Vec<Line> {
        const ALL_LEVELS: i32 = -1;
        let reply = self.ask("GetLayout", &(ROOT, ALL_LEVELS, Vec::<&str>::new())).await;
        let (_revision, root): (u32, Layout) = reply.body().deserialize().expect("a layout");
        let mut lines = Vec::new();
        for child in root.children {
            read(&child, 0, &mut lines);
        }
        lines
    }

    /// Clicks the first line of `menu` that has this label.
    pub async fn click(&self, menu: &[Line], label: &str) {
        let line = menu.iter().find(|line| line.label == label).unwrap_or_else(|| panic!("no {label} in {menu:#?}"));
        self.ask("Event", &(line.id, "clicked", Value::from(0_i32), 0_u32)).await;
    }

    async fn ask(&self, member: &str, body: &(impl serde::Serialize + zbus::zvariant::DynamicType)) -> zbus::Message {
        let call = self.connection.call_method(Some(self.service.as_str()), "/MenuBar", Some(MENU), member, body);
        soon(member, call).await.expect("the menu answers")
    }
}

#[derive(Deserialize, Type)]
struct Layout {
    _id: i32,
    _properties: HashMap<String, OwnedValue>,
    children: Vec<OwnedValue>,
}

fn read(node: &Value<'_>, depth: usize, lines: &mut Vec<Line>) {
    let node = if let Value::Value(inner) = node { inner } else { node };
    let fields = node.downcast_ref::<&Structure<'_>>().expect("a node").fields();
    let [Value::I32(id), Value::Dict(properties), Value::Array(children)] = fields else {
        panic!("a node of another form: {fields:?}")
    };
    let label: Option<String> = properties.get(&"label").expect("a property");
    let enabled: Option<bool> = properties.get(&"enabled").expect("a property");
    let label = label.unwrap_or_else(|| "---".into());
    lines.push(Line { id: *id, depth, label, enabled: enabled.unwrap_or(true) });
    for child in children.iter() {
        read(child, depth + 1, lines);
    }
}
