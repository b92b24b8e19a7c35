//! A desktop session of a test's own with the real `postil` in it: an X server with a window manager, a session bus, a
//! notification server, a model's server, and folders and an environment that hold nothing of whoever runs the test.
//!
//! Everything ends with its fixture. What takes time is waited for; nothing here sleeps for a time that is hoped to be
//! enough. Where a test fails, the daemon's log is printed.

#[path = "session_files.rs"]
mod files;
#[path = "session_screen.rs"]
mod screen;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;

use postil::ipc::client;
use postil::ipc::message::{Reply, Request, Status};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::bus::PrivateBus;
use super::model::Model;
use super::notifications::NotificationServer;
use super::x11::{XServer, eventually};
use files::folders;

#[allow(unused_imports)] // Not every test binary waits for one.
pub use screen::is_sign_of_work;

/// What most notification servers can do.
pub const CAPABILITIES: &[&str] = &["actions", "body"];

/// The key of the session's model.
pub const KEY: &str = "sk-of-the-session";

/// The session. Its daemon runs from [`start`](Self::start) on.
pub struct Session {
    daemon: Option<Child>,
    /// None where the test brings its own, or none is to be there.
    pub notifications: Option<NotificationServer>,
    pub model: Model,
    pub x: XServer,
    pub bus: PrivateBus,
    folder: TempDir,
    doubles: Doubles,
    /// The program that is the panel; where there is none, answers are notifications.
    pub panel: PathBuf,
    /// More variables of its environment.
    pub variables: Vec<(&'static str, String)>,
}

/// How a command ended and what it said.
#[derive(Debug, PartialEq)]
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Session {
    /// A session with a daemon that runs on [`config`](Self::config).
    pub fn started() -> Self {
        let mut session = Self::new();
        session.configure(&session.config());
        session.start();
        session
    }

    /// The same with this at the end of its configuration.
    pub fn started_with(more: &str) -> Self {
        let mut session = Self::new();
        session.configure(&(session.config() + more));
        session.start();
        session
    }

    /// A session without a daemon yet.
    pub fn new() -> Self {
        let mut session = Self::without_notifications();
        session.show_notifications(1);
        session
    }

    /// A session in which nobody shows notifications.
    pub fn without_notifications() -> Self {
        let (x, bus, folder) = (XServer::start().with_window_manager(), PrivateBus::start(), folders());
        let (model, doubles, panel) = (Model::start(), Doubles::start(), PathBuf::from("none"));
        Self { daemon: None, notifications: None, model, x, bus, folder, doubles, panel, variables: Vec::new() }
    }

    /// Starts a notification server; `first_id` tells servers apart.
    pub fn show_notifications(&mut self, first_id: u32) {
        let started = NotificationServer::start(self.bus.address(), CAPABILITIES, first_id);
        self.notifications = Some(self.doubles.run(started));
    }

    /// Runs a double's future to its end.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.doubles.run(future)
    }

    /// Starts the daemon and waits until it holds its shortcuts.
    pub fn start(&mut self) {
        self.start_by(&["daemon"]);
    }

    /// The same by another command that becomes it.
    pub fn start_by(&mut self, arguments: &[&str]) {
        assert!(self.daemon.is_none(), "it runs already");
        self.daemon = Some(self.spawn_daemon(arguments));
        eventually("the daemon answers", || self.status_if_it_runs());
        self.await_desktop();
    }

    fn spawn_daemon(&self, arguments: &[&str]) -> Child {
        let log = File::options().create(true).append(true).open(self.log_file()).expect("the log can be written");
        self.command(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("postil starts")
    }

    /// Waits until all that the daemon has asked of the desktop so far is done: its shortcuts are held or let go. A
    /// trigger has to pass the same queue, before it is refused for its name.
    pub fn await_desktop(&self) {
        let trigger = Request::Trigger { action: "of-no-such-name".into() };
        let reply = self.ask(&trigger);
        assert!(matches!(reply, Reply::Refused { exit: 1 | 2, .. }), "{reply:?}");
    }

    /// `postil` in this session, without anything of the test's own environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postil"));
        let at = |name: &str| self.folder.path().join(name);
        command.args(arguments).env_clear().current_dir(self.folder.path());
        command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", at("bin").display()));
        command.envs([("HOME", at("home")), ("XDG_CONFIG_HOME", at("config")), ("XDG_STATE_HOME", at("state"))]);
        command.envs([("XDG_RUNTIME_DIR", at("run")), ("OPENED", at("opened"))]);
        command.envs([("DISPLAY", self.x.display.as_str()), ("DBUS_SESSION_BUS_ADDRESS", self.bus.address())]);
        command.env("POSTIL_PANEL", &self.panel);
        command.envs([("LANG", "C.UTF-8"), ("POSTIL_LOG", "trace"), ("TEST_KEY", KEY)]);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end. What it logs is not among what it says.
    pub fn cli(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).env("POSTIL_LOG", "off").stdin(Stdio::null()).output();
        let output = output.expect("postil starts");
        let words = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").trim_end().to_owned();
        let code = output.status.code().unwrap_or(-1);
        Said { code, stdout: words(output.stdout), stderr: words(output.stderr) }
    }

    /// Asks the daemon over its socket.
    pub fn ask(&self, request: &Request) -> Reply {
        client::ask(&self.socket(), request).unwrap_or_else(|error| panic!("{request:?}: {error}"))
    }

    pub fn status_if_it_runs(&self) -> Option<Status> {
        match client::ask(&self.socket(), &Request::Status) {
            Ok(Reply::Status(status)) => Some(status),
            _ => None,
        }
    }

    pub fn status(&self) -> Status {
        self.status_if_it_runs().expect("the daemon runs")
    }

    /// Waits until the status is so, and the desktop with it.
    pub fn await_status(&self, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
        let status = eventually(what, || self.status_if_it_runs().filter(&holds));
        self.await_desktop();
        status
    }

    /// Waits until no job runs any more.
    pub fn await_rest(&self) {
        self.await_status("no job runs", |status| status.running.is_empty());
    }

    /// Waits until everything that was pressed so far has been worked off. The X connection of the daemon looks at keys
    /// between two things that it is asked, so the second follows what the first found waiting.
    pub fn settle(&self) {
        self.x.sync();
        self.await_desktop();
        self.await_desktop();
        self.await_rest();
    }

    /// Waits until `combination` is held for `action`.
    pub fn await_shortcut(&self, combination: &str, action: &str) {
        self.await_status("the shortcut is there", |status| {
            status.shortcuts.iter().any(|one| one.shortcut == combination && one.action == action)
        });
    }

    pub fn daemon_pid(&self) -> Pid {
        Pid::from_child(self.daemon.as_ref().expect("the daemon was started"))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.daemon_pid(), signal).expect("the daemon runs");
    }

    /// Waits until the daemon has ended by itself.
    pub fn await_end(&mut self) -> ExitStatus {
        let mut daemon = self.daemon.take().expect("the daemon was started");
        eventually("the daemon ends", || daemon.try_wait().expect("it is our child"))
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// All that the daemon has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            // It may have ended already.
            let _killed = daemon.kill();
            let _reaped = daemon.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let chatter = |line: &&str| !line.contains(" TRACE] ") && !line.contains(" DEBUG] ");
            eprintln!("--- the daemon's log\n{}\n---", log.lines().filter(chatter).collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The runtime that the doubles on the bus live on, on a thread of its own: they answer while the test waits.
struct Doubles {
    handle: Handle,
    _end: oneshot::Sender<()>,
}

impl Doubles {
    fn start() -> Self {
        let (tell, told) = channel();
        let (end, ended) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            tell.send(runtime.handle().clone()).expect("the session waits");
            // It ends with its sender.
            let _end = runtime.block_on(ended);
        });
        Self { handle: told.recv().expect("the runtime starts"), _end: end }
    }

    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.handle.block_on(future)
    }
}
