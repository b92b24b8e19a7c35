//! Sentences about limits that are waited for, and about money.

use std::time::Duration;

use crate::engine::forecast::Forecast;
use crate::llm::spending::Spent;

/// A wait as a person says it: whole seconds up to a minute and a half, then minutes, then hours. Never less than it is.
pub fn rough(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_millis() > 0);
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

/// US dollars: to the cent, and what is less than a cent to two figures.
pub fn dollars(amount: f64) -> String {
    let digits = match amount.abs() {
        small if small > 0.0 && small < 0.01 => (1 - small.log10().floor() as i32).clamp(2, 9) as usize,
        _ => 2,
    };
    format!("${amount:.digits$}")
}

/// What calls are going to use and cost.
pub fn forecast(forecast: &Forecast) -> String {
    let Forecast { input, output, cost, unpriced, .. } = forecast;
    let tokens = match forecast.estimated {
        true => format!("about {input} tokens in and {output} out"),
        false => format!("{input} tokens in and about {output} out"),
    };
    match (cost.expected, unpriced) {
        (0.0, 0) => format!("{tokens}, which costs nothing"),
        (known, 0) => format!("{tokens}, about {}", dollars(known)),
        (0.0, _) => format!("{tokens}; the price is not known, give `price` in the config"),
        (known, _) => format!("{tokens}, about {} and what has no known price", dollars(known)),
    }
}

/// Little is left of the budget, as a note to an answer.
pub fn budget_near(spent: &Spent) -> String {
    format!("with this, about {} of this month's budget of {} are used", dollars(spent.dollars), dollars(spent.budget))
}

/// What a model costs is not known, as a note to an answer.
pub fn unpriced() -> String {
    "what this model costs is not known, so the budget is without it; give its `price` in the config".to_owned()
}

/// The budget does not allow the call.
pub fn over_budget(spent: &Spent) -> String {
    format!(
        "not sent: {} of this month's budget of {} are used; raise `[budget] month` in the config, or use a model on \
         this machine",
        dollars(spent.dollars),
        dollars(spent.budget)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_and_sums_are_said_as_people_say_them() {
        let waits = [(0.3, "1 s"), (4.0, "4 s"), (4.2, "5 s"), (89.0, "89 s"), (90.0, "2 min"), (7200.0, "2 h")];
        for (wait, said) in waits {
            assert_eq!(rough(Duration::from_secs_f64(wait)), said, "{wait}");
        }
        let sums =
            [(0.0, "$0.00"), (12.345, "$12.35"), (0.01, "$0.01"), (0.00123, "$0.0012"), (0.000_004_5, "$0.0000045")];
        for (sum, said) in sums {
            assert_eq!(dollars(sum), said);
        }
    }
}
