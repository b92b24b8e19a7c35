//! Feeds [`postil_fuzz::stream::check`], which says what has to hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| postil_fuzz::stream::check(bytes));
