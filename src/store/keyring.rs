//! Providers' keys in the system's keyring: the Secret Service on Linux, the keychain on macOS, the credential manager
//! on Windows. The [`index`] beside it says which keys there are.
//!
//! Invariant: nothing here waits without an end. A keyring that is absent, locked or silent is a [`KeyringProblem`]; none
//! is started, unlocked or asked for anything but the key that is wanted, when it is wanted.

pub mod index;

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
#[path = "keyring/secret_service.rs"]
mod system;

#[cfg(any(target_os = "macos", target_os = "windows"))]
#[path = "keyring/native.rs"]
mod system;

use std::time::Duration;

use tokio::time::timeout;

use crate::llm::request::KeyringProblem;
use crate::text::sealed::Secret;

/// What the keyring calls the program whose keys they are.
const APPLICATION: &str = "postil";

/// A keyring answers in milliseconds; where it has to be started first, in a second or two.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// A person finds the dialog that unlocks it, and types a password.
const UNLOCK_LIMIT: Duration = Duration::from_secs(45);

/// Which key of which provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub provider: String,
    /// Tells several keys of a provider apart.
    pub label: String,
}

impl Entry {
    pub fn new(provider: &str, label: &str) -> Self {
        Self { provider: provider.to_owned(), label: label.to_owned() }
    }

    /// As the keyring's own program shows it.
    fn title(&self) -> String {
        format!("{APPLICATION}: the key for {} ({})", self.provider, self.label)
    }
}

/// The key; `None` where there is none of that name.
pub async fn read(entry: &Entry) -> Result<Option<Secret>, KeyringProblem> {
    bounded(system::read(entry)).await
}

/// Keeps a key, in place of one of the same name.
pub async fn write(entry: &Entry, key: &Secret) -> Result<(), KeyringProblem> {
    bounded(system::write(entry, key)).await
}

/// Says whether there was one.
pub async fn remove(entry: &Entry) -> Result<bool, KeyringProblem> {
    bounded(system::remove(entry)).await
}

/// Each wait within has its own end, because a person may be asked in between; this one is for what none of them sees.
async fn bounded<T>(work: impl Future<Output = Result<T, KeyringProblem>>) -> Result<T, KeyringProblem> {
    timeout(ANSWER_LIMIT + UNLOCK_LIMIT, work).await.unwrap_or(Err(KeyringProblem::Silent))
}
