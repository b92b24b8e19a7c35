//! A sway of one's own for each test: headless, drawn by the processor, with real Wayland programs on it.
//!
//! It ends with its fixture, and with it everything that was started on it. sway refuses to run as root, so where the test
//! does, the compositor alone runs as `nobody`; its programs may be anybody's.

// Each test binary uses its own part of this; and what fails here fails the test.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Much longer than anything takes, even on a loaded machine.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Debian's nobody and nogroup.
const NOBODY: u32 = 65534;

const CONFIG: &str = "output HEADLESS-1 resolution 1280x800\nfocus_follows_mouse no\nxwayland disable\n";

/// Waits until `look` finds something.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "not within {DEADLINE:?}: {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// A program that ends with its fixture.
pub struct Program(pub Child);

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

pub struct Sway {
    programs: Vec<Program>,
    /// The name of its socket in [`folder`](Self::folder).
    pub display: String,
    ipc: PathBuf,
    sway: Program,
    folder: TempDir,
}

impl Sway {
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// With these lines more in its configuration.
    pub fn start_with(more: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("config");
        fs::write(&config, format!("{CONFIG}{more}\n")).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        if rustix::process::getuid().is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let mut sway = not_as_root("sway");
        sway.arg("-c").arg(&config).env_clear();
        sway.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", folder.path());
        sway.env("XDG_RUNTIME_DIR", folder.path()).env("WLR_BACKENDS", "headless");
        sway.env("WLR_LIBINPUT_NO_DEVICES", "1").env("WLR_RENDERER", "pixman");
        let sway = sway.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sway is installed");
        let sway = Program(sway);
        let display = eventually("sway's socket", || in_folder(folder.path(), "wayland-"));
        let ipc = eventually("sway's control socket", || in_folder(folder.path(), "sway-ipc."));
        let ipc = folder.path().join(ipc);
        Self { programs: Vec::new(), display, ipc, sway, folder }
    }

    /// With an X server for applications that know no Wayland; its display's name comes with it.
    pub fn start_with_xwayland() -> (Self, String) {
        let sway = Self::start_with("xwayland enable\nexec sh -c 'echo $DISPLAY > $XDG_RUNTIME_DIR/x11'");
        let display = eventually("XWayland's display", || {
            let name = fs::read_to_string(sway.folder().join("x11")).ok()?;
            Some(name.strip_suffix('\n')?.to_owned())
        });
        (sway, display)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a program there finds in its environment.
    pub fn env(&self) -> impl Fn(&str) -> Option<String> + use<> {
        let (display, folder) = (self.display.clone(), self.folder.path().to_str().unwrap().to_owned());
        move |name| match name {
            "WAYLAND_DISPLAY" => Some(display.clone()),
            "XDG_RUNTIME_DIR" => Some(folder.clone()),
            _ => None,
        }
    }

    /// A program on this desktop, not started yet.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("WAYLAND_DISPLAY", &self.display).env("XDG_RUNTIME_DIR", self.folder.path());
        command.env_remove("DISPLAY").stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The same for XWayland, which lets in only whom the compositor belongs to.
    pub fn x11_command(&self, display: &str, program: &str) -> Command {
        let mut command = not_as_root(program);
        command.env("DISPLAY", display).env("HOME", self.folder.path()).env_remove("WAYLAND_DISPLAY");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Starts a program that ends with the fixture.
    pub fn spawn(&mut self, program: &str, arguments: &[&str]) -> u32 {
        let child = self.command(program).args(arguments).stdout(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("{program} is installed: {error}"));
        let id = child.id();
        self.programs.push(Program(child));
        id
    }

    /// A program that was started otherwise, and ends with the fixture.
    pub fn keep(&mut self, child: Child) {
        self.programs.push(Program(child));
    }

    /// What `swaymsg` says to this.
    pub fn message(&self, arguments: &[&str]) -> Output {
        Command::new("swaymsg").arg("-s").arg(&self.ipc).args(arguments).output().expect("swaymsg is installed")
    }

    /// A terminal with this application id, which has the focus once this returns.
    pub fn terminal(&mut self, app_id: &str) {
        self.spawn("foot", &["--app-id", app_id, "sh", "-c", "exec cat"]);
        eventually("the terminal has the focus", || self.focused().filter(|focused| focused == app_id));
    }

    pub fn focus(&self, app_id: &str) {
        self.message(&[&format!("[app_id={app_id}] focus")]);
        eventually("the window has the focus", || self.focused().filter(|focused| focused == app_id));
    }

    /// The application id of the focused window.
    fn focused(&self) -> Option<String> {
        let tree = self.message(&["-t", "get_tree", "-r"]);
        focused_in(&serde_json::from_slice(&tree.stdout).ok()?)
    }

    /// Selects (`--primary`) or copies a text, as an application without a window does.
    pub fn copy(&mut self, arguments: &[&str], contents: &str) -> u32 {
        use std::io::Write as _;
        let mut child =
            self.command("wl-copy").arg("--foreground").args(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(contents.as_bytes()).unwrap();
        let id = child.id();
        self.programs.push(Program(child));
        id
    }

    /// The compositor ends at once, under everybody.
    pub fn kill(&mut self) {
        self.sway.0.kill().unwrap();
        self.sway.0.wait().unwrap();
    }

    /// It does not end, and does nothing any more.
    pub fn freeze(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.sway.0), signal).unwrap();
    }
}

/// A program that runs as `nobody` where the test runs as root.
fn not_as_root(program: &str) -> Command {
    if !rustix::process::getuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups", program]);
    command
}

fn focused_in(node: &serde_json::Value) -> Option<String> {
    if node["focused"] == true {
        return node["app_id"].as_str().map(str::to_owned);
    }
    let children = ["nodes", "floating_nodes"].into_iter().filter_map(|list| node[list].as_array()).flatten();
    children.into_iter().find_map(focused_in)
}

fn in_folder(folder: &Path, beginning: &str) -> Option<String> {
    let names = fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.into_iter().find(|name| name.starts_with(beginning) && !name.ends_with(".lock"))
}
