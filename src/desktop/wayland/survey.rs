//! A look at a compositor, for `doctor`: the process behind its socket, and all its globals.

use std::time::Instant;

use super::{COMPOSITOR_ANSWERS, ConnectFailure, open};

/// What was seen.
pub struct Seen {
    /// Where the system tells. Where another program has made the socket for it, it is that one.
    pub process: Option<u32>,
    /// Interface and version of each.
    pub globals: Vec<(String, u32)>,
}

/// On a connection of its own, which ends with this.
pub fn see(env: &dyn Fn(&str) -> Option<String>, display: &str) -> Result<Seen, ConnectFailure> {
    let (mut wire, process) = open(env, display)?;
    let queue = wire.queue.handle();
    let _registry = wire.connection.display().get_registry(&queue, ());
    let globals = wire.sync();
    match wire.settle(globals, Instant::now() + COMPOSITOR_ANSWERS)? {
        true => Ok(Seen { process, globals: wire.session.globals().cloned().collect() }),
        false => Err(ConnectFailure::Silent),
    }
}
