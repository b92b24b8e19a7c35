//! Programs that are started, this one among them: what they inherit, the group that they lead, and its end.

use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Command;

/// This program, to be started once more; also where an update has put another one in its place meanwhile.
pub fn ourselves() -> io::Result<PathBuf> {
    let path = std::env::current_exe()?;
    let running = Path::new("/proc/self/exe");
    Ok(if !path.exists() && running.exists() { running.to_owned() } else { path })
}

/// Takes what holds a key out of the environment that the program would inherit.
pub fn withhold_keys(command: &mut Command) {
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| holds_a_key(&name.to_string_lossy())) {
        command.env_remove(name);
    }
}

/// Whether the variable `name` holds a secret, by the custom of naming them; `api_key_env` may name any of them.
fn holds_a_key(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["_KEY", "_TOKEN", "_SECRET", "_PASSWORD"].iter().any(|end| name.ends_with(end))
}

/// Makes the child the leader of a group of its own, out of the terminal's reach: Ctrl+C there must not empty the clipboard.
pub fn detach(command: &mut Command) {
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(not(unix))]
    let _ = command;
}

/// The same for one that is started without a runtime.
pub fn detach_std(command: &mut std::process::Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Kills the whole group when it is dropped, unless it was [released](ProcessGroup::release).
#[derive(Debug)]
pub struct ProcessGroup {
    leader: Option<u32>,
}

impl ProcessGroup {
    /// The group that the process `leader` was started as the leader of. `None`: it has ended already.
    pub fn led_by(leader: Option<u32>) -> Self {
        Self { leader }
    }

    /// The program has ended by itself; what it left running (a browser, a player) may go on.
    pub fn release(&mut self) {
        self.leader = None;
    }
}

#[cfg(unix)]
impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let leader = self.leader.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // It may be gone: then there is nothing left to do.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// What a child of ours may have of addresses, the program itself and its threads' stacks among them: a few times what it
/// needs. With more asked for, it ends.
#[cfg(all(unix, feature = "harper"))]
const MOST_MEMORY: u64 = 512 << 20;

/// Bounds the memory of this process.
#[cfg(all(unix, feature = "harper"))]
pub fn limit_memory() {
    let limit = rustix::process::Rlimit { current: Some(MOST_MEMORY), maximum: Some(MOST_MEMORY) };
    // Where the system has no such limit, the child lives without.
    let _ = rustix::process::setrlimit(rustix::process::Resource::As, limit);
}

/// Bounds the memory of this process, where the system can.
#[cfg(all(not(unix), feature = "harper"))]
pub fn limit_memory() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_passed_on() {
        for name in ["OPENAI_API_KEY", "work_api_key", "WORK_KEY", "GITHUB_TOKEN", "aws_Secret", "PG_PASSWORD"] {
            assert!(holds_a_key(name), "{name}");
        }
        for name in ["HOME", "XDG_SESSION_ID", "KEYBOARD", "TOKEN_FOLDER", ""] {
            assert!(!holds_a_key(name), "{name}");
        }
    }
}
