//! Notifications: one for each job, updated in place and never piled up.
//!
//! [`card`] renders a notice for what a server can show, [`board`] decides what is sent when; both are pure.
//! On Linux `freedesktop` speaks to the session bus, elsewhere `native` to the system. Invariant: whatever the
//! notification daemon does, nobody waits for it: every notice that is not a mere sign of work is answered by
//! one result, within [`DEADLINE`].

pub mod board;
pub mod card;

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(target_os = "linux")]
mod link;
#[cfg(any(target_os = "macos", target_os = "windows"))]
mod native;
#[cfg(target_os = "linux")]
mod server;

#[cfg(target_os = "linux")]
pub use freedesktop::Notifications;
#[cfg(target_os = "linux")]
pub use link::Bus;
#[cfg(any(target_os = "macos", target_os = "windows"))]
pub use native::Notifications;
#[cfg(target_os = "linux")]
pub use server::{NoServer, Server, server, show_once};

use std::time::Duration;

use crate::engine::call::JobId;
use crate::engine::event::{Button, SinkFailure};

/// How long a notification daemon may take until a notice counts as failed. A healthy one takes 1 ms, one that the bus
/// has to start some 40 ms; a stopped one has been seen to take for ever.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// How long what is on its way when the program ends may take to arrive.
const LEAVE: Duration = Duration::from_millis(500);

/// Takes a click on a notification's button.
pub type OnButton = Box<dyn Fn(JobId, Button) + Send>;

/// Takes how a notice fared. Mere signs of work are not reported.
pub type OnResult = Box<dyn Fn(JobId, Result<(), SinkFailure>) + Send>;
