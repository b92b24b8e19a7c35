#!/usr/bin/env bash
# Installs what the measures need, builds postil as it is shipped, and takes all measures on desktops of their own, beside
# a shell script that does the same. Prints the tables of docs/performance.md: packaging/bench/run.sh > tables.md
#
# Words choose measures (press, fix, start, idle, words, pure, text), --short measures less often. --ahead as the first word has all that
# takes part run ahead of whatever else the machine is doing (as root): for a busy machine. The whole takes about five
# minutes after the build.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/lib.sh

ahead=()
scheduling=''
if [ "${1:-}" = --ahead ]; then
    shift
    ahead=(chrt --rr 5)
    scheduling=', all that takes part ahead of the rest of the machine'
fi

{
    need gcc libc6-dev xvfb openbox dbus sxhkd xclip curl jq libnotify-bin openssl ca-certificates dict-wn
    command -v cargo >/dev/null || fail "Rust is needed: https://rustup.rs"
    cargo bench --locked --bench measures --no-run
} >&2

load() { cut -d ' ' -f 1 /proc/loadavg; }

processor=$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)
system=$(. /etc/os-release && echo "$PRETTY_NAME")
echo "$(date -u +%F), postil $(git rev-parse --short HEAD 2>/dev/null || echo "of no commit"), $system," \
    "Linux $(uname -r), $(nproc) processors (${processor:-unknown}), load before: $(load)$scheduling."
"${ahead[@]}" cargo bench --quiet --locked --bench measures -- "$@"
echo
echo "Load after: $(load)."
