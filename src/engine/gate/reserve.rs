//! What the books are asked before a call and told after it, and what they come to.

use std::time::Duration;

use crate::engine::call::CallId;
use crate::llm::limits::bucket::Moment;
use crate::llm::limits::habits::Tokens;
use crate::llm::limits::{Ask, Books, Ended, Leave, Verdict};
use crate::llm::models::Price;
use crate::llm::request::KeyName;
use crate::llm::roster::Target;
use crate::llm::spending::{Budgeted, Cost, Spending, Spent};

/// What is asked of the books before a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    pub call: CallId,
    pub ask: Ask,
    /// Whose keys there are to choose from.
    pub target: Target,
    pub price: Option<Price>,
    /// US dollars for this month, where the user set a bound and this call comes under it.
    pub budget: Option<f64>,
}

/// What the books say.
#[derive(Debug, Clone, PartialEq)]
pub enum Admission {
    /// In this way; `cost` was set aside, in US dollars.
    Go {
        leave: Leave,
        cost: f64,
        budgeted: Budgeted,
    },
    /// To be asked again after this long.
    Wait(Duration),
    OverBudget(Spent),
}

/// A request that goes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub ask: Ask,
    pub key: Option<KeyName>,
}

/// What is put right at the end of a call, or of what one key had to do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    pub ask: Ask,
    pub key: Option<KeyName>,
    /// What was set aside with that key, if anything was.
    pub taken: Option<Tokens>,
    pub ended: Ended,
    /// What it cost beyond what was set aside.
    pub cost: f64,
}

impl Reservation {
    /// Sets aside what the call needs, where limits and budget allow it. `keys`: those there are, in the order of their
    /// use.
    pub fn admit(
        &self,
        books: &mut Books,
        spending: &mut Spending,
        keys: &[KeyName],
        (now, month): (Moment, &str),
    ) -> Admission {
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
        match books.ask(&self.ask, keys, now) {
            Verdict::Wait(wait) => Admission::Wait(wait),
            Verdict::Go(leave) => {
                let cost = cost.filter(|_| self.budget.is_some()).map_or(0.0, |cost| cost.expected);
                if self.budget.is_some() {
                    spending_after.add(cost, month);
                    *spending = spending_after;
                }
                Admission::Go { leave, cost, budgeted }
            }
        }
    }
}

impl Settlement {
    pub fn settle(&self, books: &mut Books, spending: &mut Spending, now: Moment, month: &str) {
        books.settle(&self.ask, self.key.as_ref(), self.taken, &self.ended, now);
        // A month that nobody has added up yet is added up from the records, which have this call too.
        if spending.is_of(month) {
            spending.add(self.cost, month);
        }
    }
}
