#!/usr/bin/env bash
# Installs what is needed, builds postil, and does the main job for real.
#
# On a desktop it starts the daemon and says which key to press. Without a display it brings up a virtual desktop,
# selects text in a real editor there, presses the real shortcut, and shows what came of it. No key, no network.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

need gcc libc6-dev
command -v cargo >/dev/null || fail "Rust is needed: https://rustup.rs"
say "building"
cargo build --release --locked
postil=$PWD/target/release/postil

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "select some text anywhere and press a shortcut; Ctrl+C ends the daemon"
    "$postil" actions | awk 'NR == 1 || $2 ~ /\+/'
    exec "$postil"
fi

need xvfb openbox dunst dbus xdotool xclip mousepad imagemagick fonts-dejavu-core
. packaging/desktop.sh
start_desktop

say "an editor with a text whose lines are broken, as they come out of a PDF"
text="$desktop_dir/from-a-pdf.txt"
cat > "$text" <<'TEXT'
Select text anywhere, press a key, and have it trans-
lated, explained or fixed, where you are. The broken
lines of a PDF are joined without any model.

A paragraph stays a paragraph.
TEXT
mkdir -p "$XDG_CONFIG_HOME/postil"
printf '[shortcuts]\n"Ctrl+Alt+J" = "join-lines"\n' > "$XDG_CONFIG_HOME/postil/config.toml"
"$postil" 2> "$desktop_dir/postil.log" &
wait_for 10 "$postil" status || fail "the daemon did not start: $(cat "$desktop_dir/postil.log")"
"$postil" status
in_editor "$text"
cat "$text"

say "Ctrl+A and then the real global shortcut Ctrl+Alt+J"
xdotool key --clearmodifiers ctrl+a
wait_for 5 something_is_selected || fail "nothing could be selected in the editor"
before=$(xclip -o -selection primary)
xdotool key ctrl+alt+j
wait_for 10 notified || fail "no notification came: $(cat "$desktop_dir/postil.log")"

say "the notification"
notification
say "the clipboard"
xclip -o -selection clipboard
[ "$(xclip -o -selection primary)" = "$before" ] || fail "the selection was changed"
screenshot=$PWD/target/try.png
import -window root "$screenshot"
say "a picture of it: $screenshot"
"$postil" stop
