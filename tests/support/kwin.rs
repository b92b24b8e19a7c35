//! A KWin of one's own for each test, headless, with a session bus, and with or without the desktop file by which it knows
//! the test's program. It ends with its fixture, and so does everything that was started on it.

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::bus::PrivateBus;
use crate::sway::{Program, eventually};

const SOCKET: &str = "wayland-kwin";

pub struct KWin {
    programs: Vec<Program>,
    _kwin: Program,
    bus: PrivateBus,
    folder: TempDir,
}

impl KWin {
    /// `names_us`: whether a desktop file like ours begins `Exec` with the path of the program that runs this.
    pub fn start(names_us: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let applications = folder.path().join("share/applications");
        fs::create_dir_all(&applications).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        if names_us {
            let program = std::env::current_exe().unwrap();
            let ours = fs::read_to_string("packaging/io.github.postil.Postil.desktop").unwrap();
            let named = ours.replace("Exec=postil ", &format!("Exec={} ", program.display()));
            assert_ne!(ours, named);
            fs::write(applications.join("io.github.postil.Postil.desktop"), named).unwrap();
        }
        // Debian's has a capability in its file, which not every container lets it have.
        let program = folder.path().join("kwin_wayland");
        fs::copy("/usr/bin/kwin_wayland", &program).expect("KWin is installed");
        let bus = PrivateBus::start();
        let mut kwin = Command::new(program);
        kwin.args(["--virtual", "--no-lockscreen", "--no-global-shortcuts", "--socket", SOCKET]);
        set_environment(&mut kwin, folder.path(), &bus);
        let kwin = Program(kwin.stderr(Stdio::null()).spawn().unwrap());
        let socket = folder.path().join(SOCKET);
        eventually("KWin's socket", || socket.exists().then_some(()));
        Self { programs: Vec::new(), _kwin: kwin, bus, folder }
    }

    /// What a program there finds in its environment.
    pub fn env(&self) -> impl Fn(&str) -> Option<String> + use<> {
        let (folder, bus) = (self.folder.path().to_str().unwrap().to_owned(), self.bus.address().to_owned());
        move |name| match name {
            "WAYLAND_DISPLAY" => Some(SOCKET.into()),
            "XDG_RUNTIME_DIR" => Some(folder.clone()),
            "DBUS_SESSION_BUS_ADDRESS" => Some(bus.clone()),
            _ => None,
        }
    }

    /// A program on this desktop, not started yet.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        set_environment(&mut command, self.folder.path(), &self.bus);
        command.env("WAYLAND_DISPLAY", SOCKET);
        command
    }

    /// Makes a program one of this desktop's.
    pub fn takes(&self, command: &mut Command) {
        command.env("WAYLAND_DISPLAY", SOCKET).env("XDG_RUNTIME_DIR", self.folder()).env_remove("DISPLAY");
        command.env("DBUS_SESSION_BUS_ADDRESS", self.bus.address()).env("XDG_CURRENT_DESKTOP", "KDE");
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn bus(&self) -> &PrivateBus {
        &self.bus
    }

    pub fn keep(&mut self, child: Child) {
        self.programs.push(Program(child));
    }

    /// Somebody selects or copies something.
    pub fn copy(&mut self, arguments: &[&str]) {
        let mut copying = self.command("wl-copy");
        self.keep(copying.arg("--foreground").args(arguments).spawn().expect("wl-clipboard is installed"));
    }

    /// An editor's window. (foot divides by the width of its screen, which here has none.)
    pub fn editor(&mut self, program: &str, arguments: &[&str]) {
        let mut command = self.command(program);
        command.args(arguments).env("GDK_BACKEND", "wayland").env("QT_QPA_PLATFORM", "wayland");
        command.env("GSETTINGS_BACKEND", "memory").stderr(Stdio::null());
        self.keep(command.spawn().expect("the editor is installed"));
    }

    /// The program that was started last ends.
    pub fn close_last(&mut self) {
        drop(self.programs.pop());
    }
}

fn set_environment(command: &mut Command, folder: &Path, bus: &PrivateBus) {
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env("HOME", folder).env("XDG_RUNTIME_DIR", folder);
    for (name, below) in [("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "share"), ("XDG_CACHE_HOME", "cache")] {
        command.env(name, folder.join(below));
    }
    command.env("DBUS_SESSION_BUS_ADDRESS", bus.address()).env("XDG_CURRENT_DESKTOP", "KDE");
    command.stdin(Stdio::null()).stdout(Stdio::null());
}
