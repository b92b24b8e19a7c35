#!/usr/bin/env bash
# Builds the smallest postil, for Linux, as target/smallest/postil: without any engine of its own, and for size before all.
# FEATURES names what it is to have nevertheless: FEATURES=calc,define packaging/smallest.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

need gcc libc6-dev
need_rust
say "building the smallest postil (some minutes)"
cargo rustc --profile smallest --locked --no-default-features --features "${FEATURES:-}" --bin postil -- \
    -C link-arg="-T$PWD/packaging/no-unwind-tables.ld" -C link-arg=-Wl,--no-eh-frame-hdr
built=${CARGO_TARGET_DIR:-target}/smallest/postil
# By its own prompts, whatever is configured here.
[ "$(POSTIL_CONFIG=none "$built" run upper hello)" = HELLO ] || fail "it was built, and does not run"
say "$built: $(stat -c %s "$built") bytes"
