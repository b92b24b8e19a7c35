//! The Secret Service (`org.freedesktop.secrets`: GNOME Keyring, KWallet, KeePassXC) over an encrypted session, so that
//! nobody who listens on the bus reads a key.
//!
//! The connection lives as long as one request; nothing of it is left when idle.
//! <https://specifications.freedesktop.org/secret-service-spec/latest/>

use std::collections::HashMap;

use secret_service::{Collection, EncryptionType, Error, Item, SecretService};
use tokio::time::timeout;

use super::{ANSWER_LIMIT, APPLICATION, Entry, UNLOCK_LIMIT};
use crate::llm::request::KeyringProblem;
use crate::text::sealed::Secret;

pub async fn read(entry: &Entry) -> Result<Option<Secret>, KeyringProblem> {
    let service = connect().await?;
    let Some(item) = find(&service, entry).await? else { return Ok(None) };
    unlock(&item).await?;
    let key = answered(item.get_secret()).await?;
    Ok(String::from_utf8(key).ok().map(Secret::from))
}

pub async fn write(entry: &Entry, key: &Secret) -> Result<(), KeyringProblem> {
    let service = connect().await?;
    let collection = collection(&service).await?;
    let (title, key) = (entry.title(), key.expose().as_bytes());
    answered(collection.create_item(&title, attributes(entry), key, true, "text/plain")).await.map(drop)
}

pub async fn remove(entry: &Entry) -> Result<bool, KeyringProblem> {
    let service = connect().await?;
    let Some(item) = find(&service, entry).await? else { return Ok(false) };
    unlock(&item).await?;
    answered(item.delete()).await?;
    Ok(true)
}

async fn connect() -> Result<SecretService<'static>, KeyringProblem> {
    answered(SecretService::connect(EncryptionType::Dh)).await
}

fn attributes(entry: &Entry) -> HashMap<&str, &str> {
    HashMap::from([("application", APPLICATION), ("provider", &entry.provider), ("label", &entry.label)])
}

async fn find<'s>(service: &'s SecretService<'_>, entry: &Entry) -> Result<Option<Item<'s>>, KeyringProblem> {
    let found = answered(service.search_items(attributes(entry))).await?;
    Ok(found.unlocked.into_iter().chain(found.locked).next())
}

/// Where new keys go. On a system that has none yet, the keyring asks for its first password.
async fn collection<'s>(service: &'s SecretService<'_>) -> Result<Collection<'s>, KeyringProblem> {
    let collection = match answered(service.get_any_collection()).await {
        Err(KeyringProblem::Absent) => {
            prompted(service.create_collection("Login", "default")).await.map_err(|_| KeyringProblem::Locked)?
        }
        collection => collection?,
    };
    if answered(collection.is_locked()).await? {
        prompted(collection.unlock()).await?;
    }
    Ok(collection)
}

async fn unlock(item: &Item<'_>) -> Result<(), KeyringProblem> {
    match answered(item.is_locked()).await? {
        true => prompted(item.unlock()).await,
        false => Ok(()),
    }
}

async fn answered<T>(question: impl Future<Output = Result<T, Error>>) -> Result<T, KeyringProblem> {
    timeout(ANSWER_LIMIT, question).await.map_err(|_| KeyringProblem::Silent)?.map_err(|error| problem(&error))
}

/// The keyring's own dialog asks the person.
async fn prompted<T>(question: impl Future<Output = Result<T, Error>>) -> Result<T, KeyringProblem> {
    match timeout(UNLOCK_LIMIT, question).await {
        Err(_) => Err(KeyringProblem::Locked),
        // Whatever kept it from asking, it is locked.
        Ok(Err(Error::Prompt | Error::PromptDisconnected | Error::Locked | Error::Zbus(_))) => {
            Err(KeyringProblem::Locked)
        }
        Ok(asked) => asked.map_err(|error| problem(&error)),
    }
}

fn problem(error: &Error) -> KeyringProblem {
    log::info!("the keyring: {error}");
    match error {
        Error::Locked | Error::Prompt | Error::PromptDisconnected => KeyringProblem::Locked,
        Error::Unavailable | Error::NoResult => KeyringProblem::Absent,
        Error::Zbus(error) => of_the_bus(error),
        _ => KeyringProblem::Refused,
    }
}

/// No bus, nobody of that name on it, or an answer that refuses.
fn of_the_bus(error: &zbus::Error) -> KeyringProblem {
    match error {
        zbus::Error::MethodError(name, ..) if name.ends_with("IsLocked") => KeyringProblem::Locked,
        zbus::Error::MethodError(name, ..) if is_absence(name) => KeyringProblem::Absent,
        zbus::Error::FDO(error) => match **error {
            zbus::fdo::Error::ServiceUnknown(_) | zbus::fdo::Error::NameHasNoOwner(_) => KeyringProblem::Absent,
            _ => KeyringProblem::Refused,
        },
        zbus::Error::MethodError(..) => KeyringProblem::Refused,
        // What is no answer is a bus that is not there.
        _ => KeyringProblem::Absent,
    }
}

fn is_absence(name: &str) -> bool {
    const ABSENT: &[&str] =
        &["ServiceUnknown", "NameHasNoOwner", "Spawn.ExecFailed", "Spawn.ChildExited", "Spawn.Failed"];
    ABSENT.iter().any(|absent| name.ends_with(absent))
}
