//! Feeds [`postil_fuzz::tokens::check`], which says what has to hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| postil_fuzz::tokens::check(bytes));
