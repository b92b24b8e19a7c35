//! What a planned call is going to use and cost, as far as that can be told before it is made.

use crate::engine::call::Backend;
use crate::engine::gate::demand;
use crate::engine::outcome::PlannedCall;
use crate::llm::limits::{Ask, Books, Urgency};
use crate::llm::models;
use crate::llm::request::Usage;
use crate::llm::spending::Cost;

/// The sum of some calls.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Forecast {
    pub calls: u64,
    pub input: u64,
    pub output: u64,
    /// US dollars, of those whose price is known.
    pub cost: Cost,
    /// Calls whose price is not known.
    pub unpriced: u64,
}

impl Forecast {
    /// Of one call. Nothing where no model is asked.
    pub fn of(call: &PlannedCall, books: &Books) -> Self {
        let Backend::Model(target) = &call.backend else { return Self::default() };
        let ask = Ask::of(target, demand(&call.request), Urgency::Person);
        let expected = Usage::from(books.expect(&ask));
        let price = models::data_of(target).price;
        let cost = price.map_or(Cost::default(), |price| Cost {
            least: price.of(&Usage { output: 0, ..expected }),
            expected: price.of(&expected),
        });
        let unpriced = u64::from(price.is_none());
        Self { calls: 1, input: expected.input, output: expected.output, cost, unpriced }
    }

    /// Of all that is planned.
    pub fn of_all(calls: &[PlannedCall], books: &Books) -> Self {
        calls.iter().map(|call| Self::of(call, books)).fold(Self::default(), Self::and)
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            input: self.input + other.input,
            output: self.output + other.output,
            cost: Cost {
                least: self.cost.least + other.cost.least,
                expected: self.cost.expected + other.cost.expected,
            },
            unpriced: self.unpriced + other.unpriced,
        }
    }
}
