//! A place in the order of a display server's events. The order is what counts, and not their times: two things may
//! happen in one millisecond.

/// All that was before us is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub u64);
