//! Which model is meant: names, aliases and `auto`, settled from what is known to be ready. Pure: the looking is done
//! by [`client`](super::client), the keys are asked for by it too.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Provider;

/// A model and the server that has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub provider: Arc<Provider>,
    pub model: String,
}

impl Target {
    /// `PROVIDER/NAME`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.provider.name, self.model)
    }
}

/// What a look at the providers found.
pub type Survey = BTreeMap<String, Readiness>;

/// Whether a provider can answer now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// A key is there, or the server answers. `models`: what it says it has, where that was asked (local servers).
    Ready { models: Vec<String> },
    /// No key where one is needed.
    NoKey,
    /// Nothing answers there.
    Unreachable,
    /// Its wire format is not spoken by this version.
    NotSpokenYet,
}
