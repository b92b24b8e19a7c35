//! What applications tell assistive technologies, and what is not pasted for it: real GTK widgets under AT-SPI on a bus of
//! the test's own.
#![cfg(target_os = "linux")]

#[path = "support/bus.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod bus;
#[path = "support/x11.rs"]
mod x11;

use bus::PrivateBus;
use postil::desktop::paste::{Consent, NotPasted, Paste, Pasted};
use x11::pasting::Pasting;
use x11::{Client, XServer, eventually, text};

const FIELD: &str = r#"
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib
GLib.set_prgname("gtk-field")
from gi.repository import Gtk
kind = sys.argv[1]
window = Gtk.Window(title="a field that is " + kind)
box = Gtk.Box()
box.add(Gtk.Button(label="another"))
if kind == "secret":
    field = Gtk.Entry(text="hunter2", visibility=False)
    field.select_region(0, -1)
else:
    field = Gtk.TextView(editable=kind == "editable")
    field.get_buffer().set_text("one two three")
box.add(field)
window.add(box)
window.show_all()
field.grab_focus()
Gtk.main()
"#;

struct Screen {
    pasting: Pasting,
    server: XServer,
    owner: Client,
    _bus: PrivateBus,
}

impl Screen {
    fn with(kind: &str) -> Self {
        let (mut server, bus) = (XServer::start().with_window_manager(), PrivateBus::start());
        let mut launcher = server.command("/usr/libexec/at-spi-bus-launcher", &["--launch-immediately"]);
        launcher.env("DBUS_SESSION_BUS_ADDRESS", bus.address());
        server.keep(launcher);
        let mut field = server.command("/usr/bin/python3", &["-c", FIELD, kind]);
        field.env("DBUS_SESSION_BUS_ADDRESS", bus.address()).env_remove("NO_AT_BRIDGE");
        server.keep(field);
        let window = server.window_of("Gtk-field");
        server.await_focus(window);
        let address = bus.address().to_owned();
        let display = server.env();
        let env = move |name: &str| match name {
            "DBUS_SESSION_BUS_ADDRESS" => Some(address.clone()),
            other => display(other),
        };
        let owner = Client::new(&server);
        owner.own("CLIPBOARD", text("the old clipboard"));
        Self { pasting: Pasting::with(env), server, owner, _bus: bus }
    }

    /// Pastes until that is refused. On a loaded machine it may not be told in time, and then all is as without.
    fn check_refused(&mut self, consent: Consent, expected: &NotPasted) {
        eventually(&format!("{expected}"), || {
            let paste = Paste { text: "answer".into(), consent, ..self.pasting.prepare() };
            let id = paste.id;
            let end = self.pasting.finish(paste);
            self.pasting.give_back(id);
            (end == Pasted::Not(expected.clone())).then_some(())
        });
        let is_kept = self.server.owner("CLIPBOARD") == self.owner.window;
        assert!(is_kept || self.clipboard() == Some("the old clipboard".into()), "the clipboard is as it was");
    }

    fn clipboard(&self) -> Option<String> {
        self.pasting.read(postil::desktop::Pick::Clipboard)
    }
}

#[test]
fn a_text_that_is_only_shown_is_not_pasted_over() {
    let mut screen = Screen::with("read-only");
    screen.pasting.select_all(&screen.server, "the text");
    screen.check_refused(Consent::Trigger, &NotPasted::ReadOnly);
}

#[test]
fn a_field_for_passwords_is_not_pasted_into() {
    let mut screen = Screen::with("secret");
    screen.check_refused(Consent::Again, &NotPasted::PasswordField);
}

#[test]
fn what_can_be_changed_is_pasted_over() {
    let mut screen = Screen::with("editable");
    for _ in 0..3 {
        screen.pasting.select_all(&screen.server, "the text");
        assert!(matches!(screen.pasting.paste("answer"), Pasted::Confirmed { .. }));
        assert_eq!(screen.clipboard().as_deref(), Some("the old clipboard"));
    }
}
