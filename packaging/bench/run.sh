#!/usr/bin/env bash
# Installs what the measures need, builds postil as it is shipped, and takes all measures on desktops of their own, beside
# a shell script that does the same. Prints the tables of docs/performance.md: packaging/bench/run.sh > tables.md
#
# Words choose measures (press, start, idle, pure), --short measures less often. The whole takes about five minutes
# after the build.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/lib.sh

{
    need gcc libc6-dev xvfb openbox dbus sxhkd xclip curl jq libnotify-bin openssl ca-certificates
    command -v cargo >/dev/null || fail "Rust is needed: https://rustup.rs"
    cargo bench --locked --bench measures --no-run
} >&2

load() { cut -d ' ' -f 1 /proc/loadavg; }

processor=$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)
system=$(. /etc/os-release && echo "$PRETTY_NAME")
echo "$(date -u +%F), postil $(git rev-parse --short HEAD 2>/dev/null || echo "of no commit"), $system," \
    "Linux $(uname -r), $(nproc) processors (${processor:-unknown}), load before: $(load)."
cargo bench --quiet --locked --bench measures -- "$@"
echo
echo "Load after: $(load)."
