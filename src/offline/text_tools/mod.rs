//! The text tools.
