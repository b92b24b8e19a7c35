#!/usr/bin/env bash
# What `--each` makes of a server's limits, whether a person gets in between, and what 100,000 lines take of memory: the
# tables of docs/performance.md, in about a quarter of an hour after the build. Needs nothing but Rust and a C compiler.
# --ahead has all that takes part run ahead of whatever else the machine is doing (as root): for a busy machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
ahead=()
if [ "${1:-}" = --ahead ]; then
    ahead=(chrt --rr 5)
fi
cargo bench --locked --bench measures --no-run
"${ahead[@]}" cargo bench --quiet --locked --bench measures -- limits memory
