//! What postil keeps outside of its memory: keys in the system's keyring, which providers the user was told of, which actions were picked
//! last, the last
//! conversation of `ask`, and an answer that is shown whole. Everything is for this user alone (mode 0600) and written whole
//! or not at all.

pub mod conversation;
pub mod file;
pub mod journal;
pub mod keyring;
pub mod ledger;
pub mod picked;
pub mod sizes;
pub mod told;
pub mod usage;
pub mod whole;
