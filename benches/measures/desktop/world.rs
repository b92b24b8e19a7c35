//! A desktop: an X server with a window manager, an application that owns the selection, a session bus; and programs
//! on it, each with a home of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::ErrorKind;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, ModMask};

use super::server::Server;
use super::session::Session;
use crate::x11::{Client, XServer, text};

/// Much longer than anything takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// The key that, with Ctrl and Alt held, asks the model.
pub const KEY: &str = "j";

pub struct World {
    pub session: Session,
    x: XServer,
    application: Client,
}

impl World {
    pub fn start() -> Self {
        let x = XServer::start().with_window_manager();
        let application = Client::new(&x).show("Editor", "letter.txt");
        x.await_focus(application.window);
        Self { session: Session::start(), x, application }
    }

    /// Selects a text of so many bytes in the application.
    pub fn select(&self, bytes: usize) {
        const SENTENCE: &str = "Select text anywhere, press a key, and have it explained where you are. ";
        self.select_text(&SENTENCE.chars().cycle().take(bytes).collect::<String>());
    }

    /// Selects this text in the application.
    pub fn select_text(&self, selected: &str) {
        self.application.own("PRIMARY", text(selected));
    }

    /// Ctrl and Alt go down, and stay down until [`let_go`](Self::let_go).
    pub fn hold_modifiers(&self) {
        self.x.hold("Ctrl+Alt");
        self.x.sync();
    }

    pub fn let_go(&self) {
        self.x.let_go("Ctrl+Alt");
        self.x.sync();
    }

    /// Which key types this letter.
    pub fn keycode(&self, letter: &str) -> u8 {
        self.x.keycodes(letter)[0]
    }

    /// Presses a key, and says just before which moment.
    pub fn press(&self, keycode: u8) -> Instant {
        let before = Instant::now();
        self.x.key(KEY_PRESS_EVENT, keycode);
        before
    }

    pub fn release(&self, keycode: u8) {
        self.x.key(KEY_RELEASE_EVENT, keycode);
        self.x.sync();
    }

    /// Whether somebody has grabbed Ctrl+Alt and this key. The server does nothing else meanwhile, so that who is about
    /// to grab it does not find it taken by this question.
    pub fn is_grabbed(&self, keycode: u8) -> bool {
        let (conn, root) = (&self.x.conn, self.x.conn.setup().roots[0].root);
        let modifiers = ModMask::CONTROL | ModMask::M1;
        conn.grab_server().expect("the server is up");
        let grab = conn.grab_key(false, root, modifiers, keycode, GrabMode::ASYNC, GrabMode::ASYNC);
        let grab = grab.expect("the server is up");
        conn.ungrab_key(keycode, root, modifiers).expect("the server is up");
        conn.ungrab_server().expect("the server is up");
        matches!(grab.check(), Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Access)
    }

    /// The moment from which it is grabbed, to half a millisecond.
    pub fn await_grab(&self, keycode: u8) -> Instant {
        const LOOK_EVERY: Duration = Duration::from_micros(500);
        let until = Instant::now() + DEADLINE;
        while !self.is_grabbed(keycode) {
            assert!(Instant::now() < until, "the shortcut is grabbed");
            pass(LOOK_EVERY);
        }
        Instant::now()
    }

    /// A program on this desktop, with `home` for its own.
    pub fn command(&self, program: &Path, home: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).env("HOME", home);
        command.env("DISPLAY", &self.x.display).env("DBUS_SESSION_BUS_ADDRESS", self.session.address());
        command.env("XDG_RUNTIME_DIR", home.join("run")).env("SHELL", "/bin/sh");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Lets time pass.
pub fn pass(duration: Duration) {
    let (_sender, never) = mpsc::channel::<()>();
    assert!(never.recv_timeout(duration).is_err(), "nobody sends");
}

/// A home with a configuration: three shortcuts, the first of which asks the model at `server`.
pub fn home(server: &Server) -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let prompts = home.path().join(".config/postil/prompts");
    fs::create_dir_all(&prompts).expect("a folder");
    fs::create_dir(home.path().join("run")).expect("a folder");
    let config = format!(
        "model = \"bench/small\"\n[provider.bench]\nkind = \"openai\"\nbase_url = \"{}\"\n\
         [shortcuts]\n\"Ctrl+Alt+U\" = \"upper\"\n\"Ctrl+Alt+B\" = \"join-lines\"\n",
        server.base_url()
    );
    fs::write(home.path().join(".config/postil/config.toml"), config).expect("a file");
    let prompt =
        "---\nname: Explain it\nshortcut: Ctrl+Alt+J\nto: [notify]\n---\nExplain the text in {{ answer_language }}.\n";
    fs::write(prompts.join("explain-it.md"), prompt).expect("a file");
    home
}

/// The program that is measured: `POSTIL` names another than the one that was built with this.
pub fn postil() -> PathBuf {
    std::env::var_os("POSTIL").map_or_else(|| env!("CARGO_BIN_EXE_postil").into(), PathBuf::from)
}

/// A program that runs until this is dropped.
pub struct Running(Child);

impl Running {
    pub fn start(mut command: Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?} could not be started: {error}")))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
        let _ = self.0.wait();
    }
}
