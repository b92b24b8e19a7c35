//! Calculations of any text: one that ends in time, with a result of bounded length or with a sentence.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use postil::offline::calc::calculate;

/// Much less than a person waits, so that what ignores it is found.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is shown of a result.
const LONGEST_RESULT: usize = 1_100;

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let begun = Instant::now();
    if let Ok(made) = calculate(&text, &[], Date::constant(2026, 11, 25), begun + PATIENCE) {
        assert!(made.text.expose().len() <= LONGEST_RESULT);
    }
}
