//! Replays the fuzzers' corpora (`fuzz/corpus`), so that what was found once stays mended. `packaging/fuzz.sh` looks
//! for more.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod properties;

#[test]
fn every_input_that_was_ever_found_holds() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, check) in properties::CHECKS {
        let inputs: Vec<_> = fs::read_dir(corpora.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!inputs.is_empty(), "{name} has no corpus");
        for input in inputs {
            let bytes = fs::read(&input).unwrap();
            if std::panic::catch_unwind(|| check(&bytes)).is_err() {
                panic!("{name} does not hold for {}", input.display());
            }
        }
    }
}
