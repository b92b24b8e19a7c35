//! How a job ended. What the user reads of it is rendered in `text::sentences`.

/// The end of a job.
#[derive(Debug)]
pub enum Outcome {
    Answered,
}
