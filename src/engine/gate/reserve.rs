//! What the books are asked before a call and told after it, and what they come to.

use std::time::Duration;

use crate::engine::call::CallId;
use crate::llm::limits::bucket::Moment;
use crate::llm::limits::habits::Tokens;
use crate::llm::limits::{Ask, Books, Ended, Verdict};
use crate::llm::models::Price;
use crate::llm::spending::{Budgeted, Cost, Spending, Spent};

/// What is asked of the books before a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    pub call: CallId,
    pub ask: Ask,
    pub price: Option<Price>,
    /// US dollars for this month, where the user set a bound and this call comes under it.
    pub budget: Option<f64>,
}

/// What the books say.
#[derive(Debug, Clone, PartialEq)]
pub enum Admission {
    /// This was set aside, in tokens and in US dollars.
    Go {
        taken: Tokens,
        cost: f64,
        limited: bool,
        budgeted: Budgeted,
    },
    /// To be asked again after this long.
    Wait(Duration),
    OverBudget(Spent),
}

/// What is put right at the end of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    pub ask: Ask,
    pub taken: Tokens,
    pub ended: Ended,
    /// What it cost beyond what was set aside.
    pub cost: f64,
}

impl Reservation {
    /// Sets aside what the call needs, where limits and budget allow it.
    pub fn admit(&self, books: &mut Books, spending: &mut Spending, now: Moment, month: &str) -> Admission {
        let cost = self.price.map(|price| Cost {
            least: price.of(&Tokens { input: self.ask.demand.input as f64, output: 0.0 }.into()),
            expected: price.of(&books.expect(&self.ask).into()),
        });
        // A warning is given with a call that is made: the limits are asked first, and money is not set aside for one that
        // waits.
        let mut spending_after = spending.clone();
        let budgeted = match spending_after.admit(cost, self.budget, month) {
            Ok(budgeted) => budgeted,
            Err(spent) => return Admission::OverBudget(spent),
        };
        match books.ask(&self.ask, now) {
            Verdict::Wait(wait) => Admission::Wait(wait),
            Verdict::Go { taken, limited } => {
                let cost = cost.filter(|_| self.budget.is_some()).map_or(0.0, |cost| cost.expected);
                if self.budget.is_some() {
                    spending_after.add(cost, month);
                    *spending = spending_after;
                }
                Admission::Go { taken, cost, limited, budgeted }
            }
        }
    }
}

impl Settlement {
    pub fn settle(&self, books: &mut Books, spending: &mut Spending, now: Moment, month: &str) {
        books.settle(&self.ask, self.taken, &self.ended, now);
        // A month that nobody has added up yet is added up from the records, which have this call too.
        if spending.is_of(month) {
            spending.add(self.cost, month);
        }
    }
}
