//! By what the tokens of a model are counted, for as long as one piece of work needs it: a tokenizer is loaded when it is
//! first asked for, serves all models of its encoding, and is freed with the [`Meters`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::Encoding;

/// The tokenizers that one piece of work has asked for.
#[derive(Default)]
pub struct Meters {
    exact: RefCell<HashMap<Encoding, Rc<Exact>>>,
}

/// Counts tokens for one model.
#[derive(Clone)]
pub enum Meter {
    Estimate,
    Exact(Rc<Exact>),
}

/// A tokenizer, and what it has counted: a conversation that is too long is measured again after each turn that goes.
pub struct Exact {
    #[cfg(feature = "tokens")]
    tokenizer: super::Tokenizer,
    counted: RefCell<HashMap<u64, u64>>,
}

impl Meters {
    /// The meter of a model: its own tokenizer, else the estimate.
    pub fn of_model(&self, name: &str) -> Meter {
        match Encoding::of_model(name) {
            Some(encoding) => Meter::Exact(self.exact(encoding)),
            None => Meter::Estimate,
        }
    }

    fn exact(&self, encoding: Encoding) -> Rc<Exact> {
        let mut exact = self.exact.borrow_mut();
        Rc::clone(exact.entry(encoding).or_insert_with(|| Rc::new(Exact::load(encoding))))
    }
}

impl Meter {
    pub fn count(&self, text: &str) -> u64 {
        match self {
            Self::Estimate => super::estimate(text),
            Self::Exact(exact) => exact.count(text),
        }
    }

    /// Whether it counts as the model does.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }
}

impl Exact {
    #[cfg(feature = "tokens")]
    fn load(encoding: Encoding) -> Self {
        Self { tokenizer: super::Tokenizer::load(encoding), counted: RefCell::default() }
    }

    /// Nobody asks: no model has an encoding.
    #[cfg(not(feature = "tokens"))]
    fn load(_: Encoding) -> Self {
        Self { counted: RefCell::default() }
    }

    fn count(&self, text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        *self.counted.borrow_mut().entry(hasher.finish()).or_insert_with(|| self.measure(text))
    }

    #[cfg(feature = "tokens")]
    fn measure(&self, text: &str) -> u64 {
        self.tokenizer.count(text)
    }

    #[cfg(not(feature = "tokens"))]
    fn measure(&self, text: &str) -> u64 {
        super::estimate(text)
    }
}
