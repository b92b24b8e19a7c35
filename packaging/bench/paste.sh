#!/usr/bin/env bash
# Pastes into real applications over and over, with everything that makes it hard, and prints the table of
# docs/reliability.md: packaging/bench/paste.sh > table.md
#
# `packaging/bench/paste.sh 1000` does each a thousand times (hours); by itself it is twenty. Any failure of ours ends it
# with an error; those of the script with fixed delays, beside which it is measured, are counted.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/lib.sh

# --ahead as the first word has all that takes part run ahead of whatever else the machine is doing (as root).
ahead=()
if [ "${1:-}" = --ahead ]; then
    shift
    ahead=(chrt --rr 5)
fi
times=${1:-20}
everything=(gtk qt xterm vte chromium_text_area chromium_editable libreoffice emacs)

{
    need gcc libc6-dev xvfb openbox dbus xdotool xclip x11-xkb-utils mousepad featherpad xterm gnome-terminal chromium \
        libreoffice-writer libreoffice-gtk3 emacs-gtk parcellite copyq procps python3 python3-gi gir1.2-gtk-3.0
    need_rust
    cargo test --locked --test x11_paste_apps --no-run
} >&2

# A row of the table: what is special about it, then the applications. Its variables are in the environment.
row() {
    local name=$1 result
    shift
    for app in "$@"; do
        if result=$("${ahead[@]}" cargo test --quiet --locked --test x11_paste_apps -- --include-ignored --exact --nocapture "$app" 2>&1); then
            echo "| $name | $(sed -n "s/^\(.*\): \([0-9]* of [0-9]* right[^;]*\); \(.*\)/\1 | \2 | \3/p" <<< "$result") |"
        else
            echo "$result" >&2
            fail "$app ($name)"
        fi
    done
}

echo "| | application | | from the answer to the clipboard's return |"
echo "|---|---|---|---|"
POSTIL_PASTES=$times row "as it is" "${everything[@]}"
POSTIL_PASTES=$times row "from the answer to the changed text" gtk_text_changed
for layout in de ru,us ru dvorak; do
    POSTIL_PASTES=$times POSTIL_LAYOUT=$layout row "layout $layout" "${everything[@]}"
done
POSTIL_PASTES=$times POSTIL_CAPS=1 row "CapsLock on" "${everything[@]}"
for time in 50 500 2000; do
    POSTIL_PASTES=$times POSTIL_HOLD=$time row "Ctrl and Alt held for $time ms" gtk qt xterm
done
for time in 150 1000; do
    POSTIL_PASTES=$times POSTIL_STOP=$time row "application stopped for $time ms" gtk qt xterm vte chromium_text_area
done
for manager in parcellite copyq; do
    POSTIL_PASTES=$times POSTIL_MANAGER=$manager row "$manager running" gtk qt xterm chromium_text_area
done
for delay in 50 100; do
    POSTIL_PASTES=$times POSTIL_RIVAL=$delay row "xclip, xdotool and $delay ms" gtk qt
    POSTIL_PASTES=$times POSTIL_RIVAL=$delay POSTIL_STOP=150 \
        row "xclip, xdotool and $delay ms, application stopped for 150 ms" gtk qt
done
