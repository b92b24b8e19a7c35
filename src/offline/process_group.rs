//! The process group of a program that we started, and its end: with us, a program's own children go too.

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process_group};

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
