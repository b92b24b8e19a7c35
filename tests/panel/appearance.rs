//! What the desktop says of appearance over its portal: dark or light, and whether anything may move.

use postil::panel::protocol::{FromPanel, ToPanel};
use tokio::runtime::{Builder, Runtime};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use zbus::connection;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::Value;

use crate::alone::Panel;
use crate::bus::PrivateBus;
use crate::program::{done, show};
use crate::x11::eventually;

const PATH: &str = "/org/freedesktop/portal/desktop";
const SPACE: &str = "org.freedesktop.appearance";

/// The portal's settings, as the first portals told them: each value wrapped twice.
struct Settings {
    scheme: u32,
    motion: u32,
}

#[zbus::interface(name = "org.freedesktop.portal.Settings")]
impl Settings {
    fn read(&self, namespace: &str, key: &str) -> zbus::fdo::Result<Value<'static>> {
        let wrapped = |value: u32| Ok(Value::Value(Box::new(Value::U32(value))));
        match (namespace, key) {
            (SPACE, "color-scheme") => wrapped(self.scheme),
            (SPACE, "reduced-motion") => wrapped(self.motion),
            _ => Err(zbus::fdo::Error::Failed("there is no such setting".into())),
        }
    }

    #[zbus(signal)]
    async fn setting_changed(
        emitter: &SignalEmitter<'_>,
        namespace: &str,
        key: &str,
        value: Value<'_>,
    ) -> zbus::Result<()>;
}

/// A portal that says this, and the panel beside it.
struct Desktop {
    runtime: Runtime,
    connection: zbus::Connection,
    panel: Panel,
}

impl Desktop {
    fn with(settings: Settings) -> Self {
        let bus = PrivateBus::start();
        // It answers while the test waits for something else.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let connection = runtime.block_on(async {
            let builder = connection::Builder::address(bus.address()).expect("an address");
            let builder = builder.serve_at(PATH, settings).expect("a path");
            builder.name("org.freedesktop.portal.Desktop").expect("a name").build().await.expect("the bus is up")
        });
        Self { runtime, connection, panel: Panel::greeted_with(bus) }
    }

    fn says(&self, key: &str, value: u32) {
        self.runtime.block_on(async {
            let interface = self.connection.object_server().interface::<_, Settings>(PATH).await;
            let interface = interface.expect("it is served");
            let said = Settings::setting_changed(interface.signal_emitter(), SPACE, key, Value::U32(value));
            said.await.expect("the bus is up");
        });
    }

    /// What the panel's window shows now.
    fn picture(&self) -> Vec<u8> {
        let (conn, window) = (&self.panel.x.conn, self.panel.window());
        let size = conn.get_geometry(window).expect("the server is up").reply().expect("it is there");
        let image = conn.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, size.width, size.height, u32::MAX);
        image.expect("the server is up").reply().map(|image| image.data).unwrap_or_default()
    }

    /// Waits until most of the window is this.
    fn await_shade(&self, is_dark: bool) {
        eventually(if is_dark { "it is dark" } else { "it is light" }, || {
            let picture = self.picture();
            let dark = picture.chunks(4).filter(|pixel| pixel[0] < 0x60).count();
            (!picture.is_empty() && (dark > picture.len() / 8) == is_dark).then_some(())
        });
    }
}

#[test]
fn it_is_dark_where_the_desktop_is() {
    let mut desktop = Desktop::with(Settings { scheme: 1, motion: 0 });
    desktop.panel.answer(1, "All is well.");
    desktop.await_shade(true);
    desktop.says("color-scheme", 2);
    desktop.await_shade(false);
    desktop.says("color-scheme", 1);
    desktop.await_shade(true);
}

/// So many pictures of a window that moves are not the same.
const MANY: usize = 30;

#[test]
fn nothing_moves_where_the_desktop_wants_that() {
    let mut desktop = Desktop::with(Settings { scheme: 0, motion: 1 });
    let works = |desktop: &mut Desktop, job| {
        desktop.panel.tell(&show(job, "Explain"));
        let (sentence, by) = ("asking test/tiny …".to_owned(), "test/tiny".to_owned());
        desktop.panel.tell(&ToPanel::Doing { job, sentence, by, waits: None });
        desktop.panel.reader.await_words("asking test/tiny …");
    };
    works(&mut desktop, 1);
    // A screen reader's look between two of them takes longer than a step of the sign that it works.
    let is_still = |desktop: &Desktop| {
        let first = desktop.picture();
        (1..MANY).all(|_| {
            desktop.panel.reader.look();
            desktop.picture() == first
        })
    };
    eventually("it stands still", || is_still(&desktop).then_some(()));
    desktop.says("reduced-motion", 0);
    eventually("it moves", || (!is_still(&desktop)).then_some(()));
    desktop.says("reduced-motion", 1);
    eventually("it stands still again", || is_still(&desktop).then_some(()));
    desktop.panel.tell(&done(1, "All is well."));
    assert_eq!(desktop.panel.hear(), FromPanel::Seen { job: 1 });
}
