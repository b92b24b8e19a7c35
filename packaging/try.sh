#!/usr/bin/env bash
# Installs what is needed, builds postil, and does the main job for real.
#
# On a desktop it starts the daemon and says which key to press. Without a display it brings up a virtual desktop,
# selects text in a real editor there, presses the real shortcut, and shows what came of it. No key, no network beyond
# the packages, and nothing is left running or installed but the packages named.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
. packaging/desktop.sh

need gcc libc6-dev ca-certificates
need_rust
say "building postil (some minutes, the first time)"
cargo build --release --locked
postil=$PWD/target/release/postil

if [ -n "${DISPLAY:-}" ]; then
    say "starting postil on this desktop; Ctrl+C ends it"
    cat <<'TEXT'
Select some text anywhere, copy it with Ctrl+C, and click the icon in the tray: "Text tools" need no model.
Translate and the other prompts want one: set OPENAI_API_KEY before you start this, or have Ollama running.
TEXT
    "$postil" actions | awk 'NR == 1 || $2 ~ /\+/'
    exec "$postil"
fi

say "there is no display here, so this brings up a virtual one"
need "${desktop_packages[@]}" mousepad
start_desktop

say "1. postil starts, with one shortcut of our own: Ctrl+Alt+J joins lines"
mkdir -p "$XDG_CONFIG_HOME/postil"
printf '[shortcuts]\n"Ctrl+Alt+J" = "join-lines"\n' | tee "$XDG_CONFIG_HOME/postil/config.toml"
"$postil" 2> "$desktop_dir/postil.log" &
wait_for 30 "$postil" status || fail "the daemon did not start: $(cat "$desktop_dir/postil.log")"

say "2. an editor opens a text whose lines are broken, as they come out of a PDF"
text=$desktop_dir/from-a-pdf.txt
tee "$text" <<'TEXT'
Select text anywhere, press a key, and have it trans-
lated, explained or fixed, where you are. The broken
lines of a PDF are joined without any model.

A paragraph stays a paragraph.
TEXT
in_editor "$text"

say "3. Ctrl+A selects it all, and then the shortcut is pressed: Ctrl+Alt+J"
xdotool key --clearmodifiers ctrl+a
wait_for 10 something_is_selected || fail "nothing could be selected in the editor"
before=$(selection)
xdotool key ctrl+alt+j
wait_for 20 notified || fail "no notification came: $(cat "$desktop_dir/postil.log")"
screenshot=$PWD/target/try.png
picture "$screenshot"

say "4. the notification that the screen shows"
notification
say "5. what the clipboard holds now"
xclip -o -selection clipboard
[ "$(selection)" = "$before" ] || fail "the selection was changed"
[[ $(xclip -o -selection clipboard) == *" translated, explained"* ]] || fail "the lines were not joined"
"$postil" stop
say "it works. A picture of the moment: $screenshot"
