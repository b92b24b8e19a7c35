#!/usr/bin/env bash
# Installs what is needed, builds postil, and does the main job for real.
#
# On a desktop it starts the daemon, with a configuration of its own, and says which key to press. Without a display it
# brings up a virtual desktop, selects text in a real editor there, presses the real shortcut, and shows what came of it.
# No key, no network beyond the packages, and nothing is left running or installed but the packages named.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
. packaging/desktop.sh

need gcc libc6-dev ca-certificates
need_rust
say "building postil (some minutes, the first time)"
cargo build --release --locked
postil=$PWD/target/release/postil

# What both desktops are given: two shortcuts of our own.
shortcuts='[shortcuts]\n"Ctrl+Alt+J" = "join-lines"\n"Ctrl+Alt+F" = "fix"\n'

# On the user's own desktop, with a configuration and a state that are gone at the end: theirs are not touched.
try_here() {
    ! "$postil" status > /dev/null 2>&1 || fail "postil runs here already; \`postil stop\` ends it"
    trial=$(mktemp -d "${TMPDIR:-/tmp}/postil-try.XXXXXX")
    trap end_trial EXIT
    export POSTIL_CONFIG=$trial XDG_STATE_HOME=$trial/state
    # shellcheck disable=SC2059 # it is a format
    printf "$shortcuts" > "$trial/config.toml"
    "$postil" &
    daemon=$!
    wait_for 30 "$postil" status || fail "the daemon did not start"
    say "postil runs on this desktop; Ctrl+C here ends it"
    cat <<'TEXT'

    Select some text anywhere and press Ctrl+Alt+J.

Its lines are joined, on the clipboard and in a notification. All keys:

    Ctrl+Alt+J      join the broken lines of a text, as from a PDF; needs no model
    Ctrl+Alt+F      mend spelling and grammar; without a model, English, by what is built in
    Ctrl+Alt+Space  list every action that fits the text; the tray's icon has the same list
    Ctrl+Alt+Y      translate; needs a model: set OPENAI_API_KEY before you start this, or have Ollama running
TEXT
    [ -z "${WAYLAND_DISPLAY:-}" ] || say "on Wayland your desktop may ask whether postil may have these keys; \`postil doctor\` says what works there"
    wait "$daemon"
}

end_trial() {
    local status=$?
    trap - EXIT
    if [ -n "${daemon:-}" ]; then
        kill "$daemon" 2> /dev/null || true
        wait "$daemon" 2> /dev/null || true
    fi
    rm -rf "$trial"
    exit "$status"
}

if [ -n "${DISPLAY:-}" ]; then
    try_here
    exit
fi

# What is typed, and what it becomes.
mistaken="They was to late, its definately lost."
right="They were"
is_mended() { "$postil" last | grep -qF "$right"; }
selected_is() { [ "$(selection)" = "$1" ]; }

# Keys that happen to be in the environment would send it to a model.
unset "${!OPENAI_@}" "${!ANTHROPIC_@}" "${!GEMINI_@}" "${!GROQ_@}" "${!MISTRAL_@}" "${!DEEPSEEK_@}" "${!OPENROUTER_@}" 2> /dev/null || true

say "there is no display here, so this brings up a virtual one"
need "${desktop_packages[@]}" mousepad
start_desktop

say "1. postil starts, with two shortcuts of our own: Ctrl+Alt+J joins lines, Ctrl+Alt+F mends them"
mkdir -p "$XDG_CONFIG_HOME/postil"
# shellcheck disable=SC2059 # it is a format
printf "$shortcuts" | tee "$XDG_CONFIG_HOME/postil/config.toml"
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

say "6. without a key or a model: a sentence with mistakes is typed, selected, and Ctrl+Alt+F pressed"
xdotool key --clearmodifiers ctrl+a
xdotool type --clearmodifiers --delay 5 "$mistaken"
xdotool key --clearmodifiers ctrl+a
wait_for 10 selected_is "$mistaken" || fail "the sentence could not be selected in the editor"
xdotool key ctrl+alt+f
# First there is the sign that it works: the dictionary is loaded for the first time.
wait_for 30 is_mended && wait_for 10 notified || fail "no notification came: $(cat "$desktop_dir/postil.log")"
mended=$PWD/target/try-fix.png
picture "$mended"
notification | tee "$desktop_dir/mended"
grep -qF "$right" "$desktop_dir/mended" || fail "the sentence was not mended"
"$postil" stop
say "it works without a model too. A picture of that: $mended"
say "it works. A picture of the moment: $screenshot"
