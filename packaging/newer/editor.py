"""A text view that selects all that it has, and again after each change, which it writes to the file named."""

import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk

REST = 200  # ms: what is pasted in pieces is whole by then

window, view = Gtk.Window(title="letter"), Gtk.TextView()
window.add(view)
buffer = view.get_buffer()
buffer.set_text("one two three")
pending = []


def select(*_):
    while pending:
        GLib.source_remove(pending.pop())
    pending.append(GLib.timeout_add(REST, now))


def now():
    pending.clear()
    buffer.select_range(*buffer.get_bounds())


def changed(*_):
    with open(sys.argv[1], "w") as file:
        file.write(buffer.get_text(*buffer.get_bounds(), True))
    select()


buffer.connect("changed", changed)
view.connect("focus-in-event", select)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
