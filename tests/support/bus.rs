//! A session bus of a test's own, without any service that it could start; and waiting for things that happen there.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// What a loaded machine may take for anything that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Ends with its fixture.
pub struct PrivateBus {
    daemon: Child,
    address: String,
    _folder: TempDir,
}

impl PrivateBus {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bus");
        let config = folder.path().join("bus.conf");
        let listen = format!("unix:path={}", folder.path().join("bus").display());
        let mut file = std::fs::File::create(&config).expect("the bus's configuration");
        write!(file, "{}", CONFIG.replace("LISTEN", &listen)).expect("the bus's configuration");
        let mut daemon = Command::new("dbus-daemon")
            .arg("--nofork")
            .arg("--print-address=1")
            .arg(format!("--config-file={}", config.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        let stdout = daemon.stdout.take().expect("its stdout is a pipe");
        BufReader::new(stdout).read_line(&mut address).expect("the bus says where it is");
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }

    pub fn address(&self) -> &str {
        &self.address
    }
}

impl PrivateBus {
    /// The bus ends at once, under everybody.
    pub fn kill(&mut self) {
        self.end();
    }

    /// The bus takes and gives nothing any more, and does not end.
    pub fn freeze(&self) {
        let pid = rustix::process::Pid::from_child(&self.daemon);
        rustix::process::kill_process(pid, rustix::process::Signal::STOP).expect("the bus runs");
    }

    fn end(&mut self) {
        // It may have ended already.
        let _killed = self.daemon.kill();
        let _reaped = self.daemon.wait();
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        self.end();
    }
}

const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>LISTEN</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// What `happening` brings, within reason.
pub async fn soon<T>(what: &str, happening: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, happening).await {
        Ok(brought) => brought,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// Looks again and again until `condition` holds, within reason.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    soon(what, async {
        while !condition().await {
            looks.tick().await;
        }
    })
    .await;
}
