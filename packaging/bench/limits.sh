#!/usr/bin/env bash
# What `--each` makes of a server's limits, whether a person gets in between, and what 100,000 lines take of memory: the
# tables of docs/performance.md, in about seven minutes after the build. Needs nothing but Rust and a C compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo bench --quiet --locked --bench measures -- limits
