//! What this month has cost, and what the user's budget says to the next call. Pure: the month is an argument.

use serde::{Deserialize, Serialize};

/// From this part of the budget on the user is told, once a month.
const NEAR: f64 = 0.8;

/// The sum of a month, as all processes of a user share it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spending {
    /// `2026-11`.
    month: String,
    dollars: f64,
    /// That it is near its end was told.
    told: bool,
}

/// Of a month's budget, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spent {
    pub dollars: f64,
    pub budget: f64,
}

/// What a call is going to cost, in US dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// For what is sent.
    pub least: f64,
    /// With an answer of the usual length.
    pub expected: f64,
}

/// What is to be said of the budget with a call that is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budgeted {
    Fine,
    /// For the first time this month little is left.
    Near(Spent),
    /// What the call costs is not known, so the sum is without it.
    Unpriced,
}

impl Spending {
    /// Whether a call may be made, and what is to be said then. It is not where all is used up, or where what is sent
    /// alone costs more than is left. `cost`: none where it is not known.
    pub fn admit(&mut self, cost: Option<Cost>, budget: Option<f64>, month: &str) -> Result<Budgeted, Spent> {
        self.turn_to(month);
        let Some(budget) = budget else { return Ok(Budgeted::Fine) };
        let spent = Spent { dollars: self.dollars, budget };
        let Some(cost) = cost else {
            return if self.dollars < budget { Ok(Budgeted::Unpriced) } else { Err(spent) };
        };
        match self.dollars + cost.expected {
            _ if cost.expected == 0.0 => Ok(Budgeted::Fine),
            _ if self.dollars >= budget || self.dollars + cost.least > budget => Err(spent),
            after if after >= budget * NEAR && !self.told => {
                self.told = true;
                Ok(Budgeted::Near(Spent { dollars: after, budget }))
            }
            _ => Ok(Budgeted::Fine),
        }
    }

    /// Adds what was spent; less than nothing where less was used than was set aside.
    pub fn add(&mut self, dollars: f64, month: &str) {
        self.turn_to(month);
        self.dollars = (self.dollars + dollars).max(0.0);
    }

    /// The month's sum is at least this, as the records say.
    pub fn at_least(&mut self, dollars: f64, month: &str) {
        self.turn_to(month);
        self.dollars = self.dollars.max(dollars);
    }

    pub fn dollars(&self, month: &str) -> f64 {
        if self.month == month { self.dollars } else { 0.0 }
    }

    /// Whether anything of this month is in it.
    pub fn is_of(&self, month: &str) -> bool {
        self.month == month
    }

    fn turn_to(&mut self, month: &str) {
        if self.month != month {
            *self = Self { month: month.to_owned(), ..Self::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_warns_once_and_stops() {
        let mut spending = Spending::default();
        let cost = |cost| Some(Cost { least: cost / 2.0, expected: cost });
        let mut admit = |expected: f64| {
            let admitted = spending.admit(cost(expected), Some(10.0), "2026-11");
            if admitted.is_ok() {
                spending.add(expected, "2026-11");
            }
            admitted
        };
        assert_eq!(admit(7.0), Ok(Budgeted::Fine));
        assert_eq!(admit(1.5), Ok(Budgeted::Near(Spent { dollars: 8.5, budget: 10.0 })));
        assert_eq!(admit(1.0), Ok(Budgeted::Fine));
        assert_eq!(admit(1.5), Err(Spent { dollars: 9.5, budget: 10.0 }));
        assert_eq!(admit(1.0), Ok(Budgeted::Fine));
        assert_eq!(admit(0.01), Err(Spent { dollars: 10.5, budget: 10.0 }));
        // What costs nothing goes on, and the next month begins anew.
        assert_eq!(admit(0.0), Ok(Budgeted::Fine));
        assert_eq!(spending.admit(cost(9.0), Some(10.0), "2026-12").map(drop), Ok(()));
    }

    #[test]
    fn what_has_no_price_is_said() {
        let mut spending = Spending::default();
        assert_eq!(spending.admit(None, Some(1.0), "2026-11"), Ok(Budgeted::Unpriced));
        assert_eq!(spending.admit(None, None, "2026-11"), Ok(Budgeted::Fine));
        spending.at_least(2.0, "2026-11");
        assert_eq!(spending.admit(None, Some(1.0), "2026-11"), Err(Spent { dollars: 2.0, budget: 1.0 }));
    }
}
