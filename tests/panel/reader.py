"""What a screen reader sees of the panel. A request a line on stdin, an answer a line on stdout.

look: everything that is on the screen, as [role, name, text]; press NAME: the button that is called so;
focus NAME: what is called so gets the keyboard of its window;
focused: whether it has the keyboard; announced: what was said by itself so far.
"""
import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib


def await_launcher():
    """Without the bus that it starts, the library ends the process."""
    loop = GLib.MainLoop()
    session = Gio.bus_get_sync(Gio.BusType.SESSION)
    Gio.bus_watch_name_on_connection(session, "org.a11y.Bus", Gio.BusNameWatcherFlags.NONE, lambda *_: loop.quit(), None)
    loop.run()


await_launcher()
Atspi.init()


def walk(node):
    try:
        if node is None or not node.get_state_set().contains(Atspi.StateType.SHOWING):
            return
        yield node
        children = [node.get_child_at_index(number) for number in range(node.get_child_count())]
    except (GLib.Error, AttributeError, TypeError):
        # Something has gone while it was looked at.
        # It has gone meanwhile.
        return
    for child in children:
        yield from walk(child)


def shown():
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(number)
        if app is not None and app.get_name() == "postil-panel":
            for window in range(app.get_child_count()):
                yield from walk(app.get_child_at_index(window))


def text(node):
    words = node.get_text_iface()
    return Atspi.Text.get_text(words, 0, -1) if words else ""


def press(name):
    for node in shown():
        if node.get_role() == Atspi.Role.PUSH_BUTTON and node.get_name().startswith(name):
            if node.get_state_set().contains(Atspi.StateType.SENSITIVE):
                return node.get_action_iface().do_action(0)
    return False


def focus(name):
    """Gives what is called so the keyboard within its window."""
    return any(node.get_component_iface().grab_focus() for node in shown() if node.get_name() == name)


def focused():
    """Whether one of the windows has the keyboard."""
    return any(node.get_state_set().contains(Atspi.StateType.ACTIVE) for node in shown())


heard = []
# The words stand in the event's type in older versions, and are its data in newer ones.
listener = Atspi.EventListener.new(lambda event: heard.extend([event.type.partition("announcement:")[2], str(event.any_data)]))
listens = False


def listen():
    """From as soon as something was seen."""
    global listens
    try:
        listens = listens or Atspi.EventListener.register(listener, "object:announcement")
    except (GLib.Error, AttributeError, TypeError):
        # Something has gone while it was looked at.
        pass


def announced():
    """What was said by itself so far."""
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass
    return heard


print("ready", flush=True)
for line in sys.stdin:
    verb, _, rest = line.strip().partition(" ")
    try:
        match verb:
            case "press":
                answer = press(rest)
            case "focus":
                answer = focus(rest)
            case "announced":
                answer = announced()
            case "focused":
                answer = focused()
            case _:
                answer = [[n.get_role_name(), n.get_name(), text(n)] for n in shown()]
                # The library ends the process where it asks before there is a bus.
                if answer:
                    listen()
    except (GLib.Error, AttributeError, TypeError):
        # Something has gone while it was looked at.
        answer = None
    print(json.dumps(answer), flush=True)
