#!/usr/bin/env bash
# Pastes into real applications on a headless sway over and over, the second half of the times while `wl-paste --watch`
# follows the clipboard, and prints the table of docs/reliability.md: packaging/bench/paste-wayland.sh > table.md
#
# `packaging/bench/paste-wayland.sh 1000` does each a thousand times (half an hour and more); by itself it is twenty. Words
# after that choose applications. Any failure ends it with an error.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/lib.sh

times=${1:-20}
shift || true
everything=(foot gtk qt chromium_text_area chromium_editable)

{
    need gcc libc6-dev dbus sway foot wl-clipboard mousepad featherpad qtwayland5 chromium
    need_rust
    cargo test --locked --test wayland_paste_apps --no-run
} >&2

echo "| application | | | the clipboard |"
echo "|---|---|---|---|"
for app in "${@:-${everything[@]}}"; do
    if result=$(POSTIL_PASTES=$times cargo test --quiet --locked --test wayland_paste_apps -- \
        --include-ignored --exact --nocapture "$app" 2>&1); then
        sed -n "s/^\(.*\), \(.*\): \([0-9]* of [0-9]* right\); \(.*\)/| \1 | \2 | \3 | \4 |/p" <<< "$result"
    else
        echo "$result" >&2
        fail "$app"
    fi
done
