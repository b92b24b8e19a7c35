//! Decides everything and touches nothing: [`event::Event`] in, [`effect::Effect`]s out.

pub mod call;
pub mod effect;
pub mod event;
pub mod outcome;
