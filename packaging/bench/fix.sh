#!/usr/bin/env bash
# What `fix` does without a model on the sentences of tests/data/offline, and what harper does by itself: the figures of
# docs/offline.md. Building harper takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo test --locked --test offline_fix good_sentences -- --nocapture | grep 'right,'
echo 'harper by itself:'
cd packaging/bench/plain-harper
cargo run --release --quiet -- ../../../tests/data/offline/*.tsv
