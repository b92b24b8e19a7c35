//! The keychain of macOS and the credential manager of Windows. Both answer in place and ask the person by themselves, so
//! they are asked on a thread that may wait.

use keyring::{Entry as Credential, Error};
use tokio::task::spawn_blocking;

use super::{APPLICATION, Entry};
use crate::llm::request::KeyringProblem;
use crate::text::sealed::Secret;

pub async fn read(entry: &Entry) -> Result<Option<Secret>, KeyringProblem> {
    match on_a_thread(entry, |credential| credential.get_password()).await {
        Ok(key) => Ok(Some(key.into())),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(problem(&error)),
    }
}

pub async fn write(entry: &Entry, key: &Secret) -> Result<(), KeyringProblem> {
    let key = key.clone();
    on_a_thread(entry, move |credential| credential.set_password(key.expose())).await.map_err(|error| problem(&error))
}

pub async fn remove(entry: &Entry) -> Result<bool, KeyringProblem> {
    match on_a_thread(entry, |credential| credential.delete_credential()).await {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(error) => Err(problem(&error)),
    }
}

async fn on_a_thread<T: Send + 'static>(
    entry: &Entry,
    work: impl FnOnce(&Credential) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let user = format!("{}/{}", entry.provider, entry.label);
    let done = spawn_blocking(move || work(&Credential::new(APPLICATION, &user)?)).await;
    done.unwrap_or(Err(Error::NoStorageAccess("the keyring's library failed".into())))
}

fn problem(error: &Error) -> KeyringProblem {
    match error {
        Error::NoStorageAccess(_) => KeyringProblem::Locked,
        Error::NoDefaultStore => KeyringProblem::Absent,
        _ => KeyringProblem::Refused,
    }
}
