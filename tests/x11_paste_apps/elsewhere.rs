//! What was copied before a replacement, pasted into a third application after it: pictures, HTML and files.

use std::path::{Path, PathBuf};

use postil::desktop::paste::Pasted;
use tempfile::TempDir;
use x11rb::protocol::xproto::Window;

use crate::apps::{File, python};
use crate::world::{App as _, World};
use crate::x11::{Owns, XServer, eventually};

/// Copies a picture as GTK does: in every format that it can write, each made when it is asked for.
const COPYING: &str = r#"
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk
picture = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, 640, 480)
picture.fill(0x3366ccff)
picture.new_subpixbuf(100, 100, 50, 200).fill(0xff880080)
Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_image(picture)
Gtk.main()
"#;

/// Notes what it gets at each Ctrl+V: a picture by its size and pixels, HTML, files and text.
const PASTING: &str = r#"
import hashlib, os, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib
GLib.set_prgname("elsewhere")
from gi.repository import Gtk
notes = open(os.path.join(os.environ["HOME"], "notes"), "w", buffering=1)
def pressed(_, event):
    if event.keyval != Gdk.KEY_v or not event.state & Gdk.ModifierType.CONTROL_MASK:
        return
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    picture = clipboard.wait_for_image()
    if picture:
        picture = picture.get_width(), picture.get_height(), hashlib.sha256(picture.get_pixels()).hexdigest()
    html = clipboard.wait_for_contents(Gdk.Atom.intern("text/html", False))
    notes.write("%r\n" % [picture, html and html.get_data(), clipboard.wait_for_uris(), clipboard.wait_for_text()])
window = Gtk.Window(title="elsewhere")
window.connect("key-press-event", pressed)
window.set_default_size(300, 200)
window.show_all()
Gtk.main()
"#;

/// The application that is pasted into by hand.
struct Elsewhere {
    window: Window,
    folder: TempDir,
}

impl Elsewhere {
    fn new(server: &mut XServer) -> Self {
        let folder = python(server, PASTING);
        let window = server.window_of("elsewhere");
        server.await_focus(window);
        Self { window, folder }
    }

    /// What it gets now.
    fn pasted(&self, world: &World) -> String {
        world.server.activate(self.window);
        let before = lines(&self.notes()).len();
        world.server.tap("Ctrl+v");
        eventually("it has pasted", || lines(&self.notes()).get(before).cloned())
    }

    fn notes(&self) -> PathBuf {
        self.folder.path().join("notes")
    }
}

fn lines(notes: &Path) -> Vec<String> {
    let notes = std::fs::read_to_string(notes).unwrap_or_default();
    notes.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::to_owned).collect()
}

/// Replaces the text of an editor, and compares what the third application gets before and after.
fn is_the_same_elsewhere(copied: &str, copy: impl FnOnce(&mut World)) {
    let (mut world, editor) = World::start(|server| File::new(server, "mousepad", &["--disable-server"], "Mousepad"));
    let elsewhere = Elsewhere::new(&mut world.server);
    copy(&mut world);
    let before = elsewhere.pasted(&world);
    assert!(before.contains(copied), "{before}");
    for answer in ["first", "second"] {
        world.server.activate(editor.window());
        editor.select(&world);
        let end = world.pasting.paste(answer);
        assert!(matches!(end, Pasted::Confirmed { .. }), "{end:?}");
        assert_eq!(elsewhere.pasted(&world), before);
        world.server.activate(editor.window());
        assert!(editor.is(&world, answer));
    }
}

#[test]
fn a_picture_is_the_same_elsewhere() {
    let mut folder = None;
    is_the_same_elsewhere("(640, 480, ", |world| {
        let nobody = world.server.owner("CLIPBOARD");
        folder = Some(python(&mut world.server, COPYING));
        eventually("it is copied", || (world.server.owner("CLIPBOARD") != nobody).then_some(()));
    });
}

#[test]
fn html_is_the_same_elsewhere() {
    let html = "<p>Fünf <b>fette</b> Wörter</p>";
    is_the_same_elsewhere("<b>fette</b>", |world| {
        world.copy(Owns::Types(vec![("text/html", html.into()), ("UTF8_STRING", "Fünf fette Wörter".into())]));
    });
}

#[test]
fn files_are_the_same_elsewhere() {
    is_the_same_elsewhere("['file:///etc/hostname', 'file:///tmp/a%20b']", |world| {
        let (list, copied) =
            ("file:///etc/hostname\r\nfile:///tmp/a%20b\r\n", "copy\nfile:///etc/hostname\nfile:///tmp/a%20b");
        world.copy(Owns::Types(vec![("text/uri-list", list.into()), ("x-special/gnome-copied-files", copied.into())]));
    });
}
