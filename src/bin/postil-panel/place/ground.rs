//! What windows stand on here: an X server, layers of a Wayland compositor, or wherever that puts them.

use std::cell::Cell;

use gtk::gdk;
use postil::config::paths::process_env;
use postil::desktop::survey;
use postil::panel::can_take_keyboard;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    X11,
    /// Surfaces above the windows, which stand where they are told to.
    Layer,
    /// A Wayland compositor without those, and without an X server.
    Anywhere,
}

thread_local! {
    static HERE: Cell<Ground> = const { Cell::new(Ground::X11) };
}

impl Ground {
    /// As [`choose_backend`] has found it.
    pub fn here() -> Self {
        HERE.get()
    }

    /// Whether a window of ours can take the keyboard by itself.
    pub fn gives_keyboard(self) -> bool {
        can_take_keyboard(&process_env, self == Self::Layer)
    }

    /// Asked of the compositor itself, as the toolkit can be started once alone. Where that has no layers, XWayland's windows
    /// are the better ones: they stand where they are told to, above the others, and can be shown without the focus.
    fn find() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY")) {
            (true, _) if survey::has_layers(&process_env) => Self::Layer,
            (true, false) => Self::Anywhere,
            (_, _) => Self::X11,
        }
    }
}

/// Before the toolkit starts: which kind of windows it is to make.
pub fn choose_backend() {
    let ground = Ground::find();
    HERE.set(ground);
    gdk::set_allowed_backends(match ground {
        Ground::X11 => "x11",
        Ground::Layer | Ground::Anywhere => "wayland",
    });
}
