//! What a planned call is going to use and cost, as far as that can be told before it is made.

use crate::engine::call::Backend;
use crate::engine::gate::demand;
use crate::engine::outcome::PlannedCall;
use crate::engine::plan::of_conversation;
use crate::llm::limits::{Ask, Books, Urgency};
use crate::llm::models;
use crate::llm::request::Usage;
use crate::llm::spending::Cost;
use crate::text::tokens::Meters;

/// What a request costs that says whose turn it is, as OpenAI counts its own.
const REPLY: u64 = 3;

/// What a forecast is reckoned from.
#[derive(Default)]
pub struct Reckoning {
    pub books: Books,
    pub meters: Meters,
}

/// The sum of some calls.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Forecast {
    pub calls: u64,
    pub input: u64,
    /// Whether some of it is an estimate: the model's own tokenizer is not public, or not in this build.
    pub estimated: bool,
    pub output: u64,
    /// US dollars, of those whose price is known.
    pub cost: Cost,
    /// Calls whose price is not known.
    pub unpriced: u64,
}

impl Forecast {
    /// Of one call. Nothing where no model is asked.
    pub fn of(call: &PlannedCall, reckoning: &Reckoning) -> Self {
        let Backend::Model(target) = &call.backend else { return Self::default() };
        let ask = Ask::of(target, demand(&call.request), Urgency::Person);
        let expected = Usage::from(reckoning.books.expect(&ask));
        let meter = reckoning.meters.of_model(&target.model);
        let expected = match meter.is_exact() {
            true => Usage { input: of_conversation(&call.request.conversation, &meter) + REPLY, ..expected },
            false => expected,
        };
        let price = models::data_of(target).price;
        let cost = price.map_or(Cost::default(), |price| Cost {
            least: price.of(&Usage { output: 0, ..expected }),
            expected: price.of(&expected),
        });
        let unpriced = u64::from(price.is_none());
        let estimated = !meter.is_exact();
        Self { calls: 1, input: expected.input, estimated, output: expected.output, cost, unpriced }
    }

    /// Of all that is planned.
    pub fn of_all(calls: &[PlannedCall], reckoning: &Reckoning) -> Self {
        calls.iter().map(|call| Self::of(call, reckoning)).fold(Self::default(), Self::and)
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            input: self.input + other.input,
            estimated: self.estimated || other.estimated,
            output: self.output + other.output,
            cost: Cost {
                least: self.cost.least + other.cost.least,
                expected: self.cost.expected + other.cost.expected,
            },
            unpriced: self.unpriced + other.unpriced,
        }
    }
}
