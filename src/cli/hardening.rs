//! What the system is asked for at the start, as this process may hold keys and words of the user's.
//!
//! No core is dumped: a crash would write keys to the disk. Nor may another process of the same user read this one's
//! memory or environment (`/proc/PID/environ`, ptrace), so a debugger for postil itself has to be run as root. That holds for
//! this process alone; the limit on cores, which a handler of cores in a pipe does not ask for, goes on to what it starts.
//!
//! What `PR_SET_DUMPABLE` costs: `/proc/self` belongs to root then, and portals that look there for who is asking see
//! a host application, which is what postil is.

#[cfg(target_os = "linux")]
pub fn harden() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    // Where a sandbox forbids either, the program is no less useful.
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        log::debug!("cores may be dumped: {error}");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        log::debug!("this process may be read by others of its user: {error}");
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
pub fn harden() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        log::debug!("cores may be dumped: {error}");
    }
}

#[cfg(not(unix))]
pub fn harden() {}
