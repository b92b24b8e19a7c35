//! Sentences about keys: what the keyring said, which key was used in place of which, and where keys are handed out.

use crate::llm::request::{CallFailure, KeyName, KeyringProblem};

/// What is wrong with the keyring, and the way out.
pub fn keyring(problem: KeyringProblem) -> &'static str {
    match problem {
        KeyringProblem::Absent => {
            "no keyring runs in this session; install and start one, such as gnome-keyring, or set the key's environment \
             variable"
        }
        KeyringProblem::Locked => "the keyring is locked; unlock it and try again",
        KeyringProblem::Silent => "the keyring does not answer; restart it, or set the key's environment variable",
        KeyringProblem::Refused => "the keyring refused; POSTIL_LOG=info says more",
    }
}

/// A key as the user knows it.
pub fn key(name: &KeyName) -> String {
    match name {
        KeyName::Env(variable) => variable.clone(),
        KeyName::Command(program) => format!("the key of `{program}`"),
        KeyName::Keyring(label) => format!("the keyring's key “{label}”"),
    }
}

/// Another key was used than the first.
pub fn other_key(provider: &str, passed: &KeyName, why: &CallFailure, used: &KeyName) -> String {
    let happened = match why {
        CallFailure::QuotaUsedUp { .. } => "has used up its quota",
        CallFailure::RateLimited { .. } => "is at its rate limit",
        _ => "was refused",
    };
    format!("{} {happened} at {provider}, so {} was used", key(passed), key(used))
}
