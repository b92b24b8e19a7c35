//! What calls of a model turn out to need: how far its tokens are from the estimate, and how long its answers are. Learnt
//! from what servers report, so that what is set aside for a call is what it will use.

use serde::{Deserialize, Serialize};

use crate::llm::request::Usage;

/// How much a new call changes what is expected.
const WEIGHT: f64 = 0.15;

/// Set aside beyond what is expected, as a part of it: estimates of single texts differ from the mean.
const BEYOND: f64 = 0.05;

/// Of a model that was never asked: its answer is as long as what it was asked.
const FIRST_OUTPUT: f64 = 1.0;

/// What a call is expected to need before it is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demand {
    /// Estimated tokens of all that is sent.
    pub input: u64,
    /// The most that may be answered, where that was set.
    pub most_output: Option<u64>,
}

/// Tokens that were set aside for a call.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tokens {
    pub input: f64,
    pub output: f64,
}

impl From<Usage> for Tokens {
    fn from(usage: Usage) -> Self {
        Self { input: usage.input as f64, output: usage.output as f64 }
    }
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let whole = |tokens: f64| tokens.round().max(0.0) as u64;
        Self { input: whole(tokens.input), output: whole(tokens.output), ..Self::default() }
    }
}

/// What was learnt of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Habits {
    /// How many calls it was learnt from.
    seen: u64,
    /// The server's tokens for each estimated one.
    ratio: f64,
    output: f64,
    /// How far answers are from that.
    deviation: f64,
}

impl Habits {
    pub const NEW: Self = Self { seen: 0, ratio: 0.0, output: 0.0, deviation: 0.0 };

    pub fn are_known(&self) -> bool {
        self.seen > 0
    }

    pub fn expect(&self, demand: Demand) -> Tokens {
        let estimated = demand.input as f64;
        let (ratio, output) = match self.are_known() {
            true => (self.ratio, self.output + self.deviation),
            false => (1.0, estimated * FIRST_OUTPUT),
        };
        let output = demand.most_output.map_or(output, |most| output.min(most as f64));
        Tokens { input: estimated * ratio * (1.0 + BEYOND), output }
    }

    pub fn learn(&mut self, demand: Demand, used: Tokens) {
        let ratio = used.input / (demand.input.max(1) as f64);
        if !self.are_known() {
            *self = Self { seen: 1, ratio, output: used.output, deviation: 0.0 };
            return;
        }
        let weight = WEIGHT.max(1.0 / (self.seen + 1) as f64);
        self.seen += 1;
        self.ratio += weight * (ratio - self.ratio);
        self.deviation += weight * ((used.output - self.output).abs() - self.deviation);
        self.output += weight * (used.output - self.output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_what_was_met() {
        let demand = Demand { input: 100, most_output: None };
        let mut habits = Habits::default();
        assert_eq!(habits.expect(demand), Tokens { input: 105.0, output: 100.0 });
        for _ in 0..50 {
            habits.learn(demand, Tokens { input: 130.0, output: 20.0 });
        }
        let Tokens { input, output } = habits.expect(Demand { input: 200, most_output: None });
        assert!((272.0..274.0).contains(&input) && (19.9..20.1).contains(&output), "{input} {output}");
        let short = habits.expect(Demand { input: 200, most_output: Some(5) });
        assert_eq!(short.output, 5.0);
    }
}
