//! `fix` without a model: English spelling and grammar.
//!
//! [`mend`] is the work itself, pure: text in, text and corrections out. So that neither its dictionary nor a mistake of ours
//! is ever the daemon's, it is done in a [`child`] of the same binary, which the [`proofreader`] in the daemon starts when it is
//! first needed, and which ends when nobody has needed it for a while. They talk by the [`protocol`].
//!
//! Invariant: whatever the child does (crash, hang, grow), the daemon has one sentence to say of it and goes on.

pub mod mend;

#[cfg(feature = "harper")]
pub mod child;
#[cfg(feature = "harper")]
pub mod proofreader;
#[cfg(feature = "harper")]
pub mod protocol;
