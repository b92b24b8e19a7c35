#!/usr/bin/env bash
# Makes the pictures of docs/panel.md from the real panel, one for each state that it has: the program itself is told, by
# its protocol, what the daemon would tell it. Arguments: the states that are wanted; without any, all of them.
# PANEL names a program that is built already; THEME a GTK theme; SCALE a whole number.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
. packaging/desktop.sh

need gcc libc6-dev "${desktop_packages[@]}" hsetroot picom libgtk-3-dev libgtk-layer-shell-dev adwaita-icon-theme \
    fonts-cantarell fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji
if [ -z "${PANEL:-}" ]; then
    need_rust
    say "building"
    cargo build --release --locked --features panel
    PANEL=target/release/postil-panel
fi
PANEL=$(realpath "$PANEL")
pictures=${PICTURES:-$PWD/docs/pictures}
mkdir -p "$pictures"

answer='The weather is lovely today, so we shall walk along the river and come back before it gets dark.'
source='Das Wetter ist heute herrlich, also gehen wir am Fluss entlang und kommen zurück, bevor es dunkel wird.'
models='["anthropic/claude-haiku","openai/gpt-nano","ollama/qwen"]'

# A message: what it says, and the rest of its object.
tell() { printf '{"says":"%s","job":%s%s}\n' "$1" "${job:-1}" "${2:+,$2}"; }
begins() { # title, source
    tell show "\"title\":\"$1\",\"action\":\"x\",\"size\":null,\"is_entry\":false"
    tell choices "\"models\":$models,\"languages\":${languages:-[]}"
    tell source "\"text\":\"$2\""
}
ends() { # text, label
    tell done "\"label\":${2:-null},\"text\":\"$1\",\"by\":\"anthropic/claude-haiku\",\"notes\":[${note:-}],\"toll\":\"1.2 s · \$0.0004\",\"replaces\":true,\"follows\":true,\"is_placed\":false"
}
lane() { # number, text, toll
    tell answer "\"lane\":$1,\"text\":\"$2\""
    tell lane-over "\"lane\":$1,\"failure\":null,\"toll\":\"$3\""
}

state_answer() { languages='["en","de"]' begins Translate "$source"; ends "$answer"; }
state_scripts() {
    begins Translate 'Good morning'
    ends '# Good morning\n\n早上好，今天天气很好。おはようございます。안녕하세요.\n\nصباح الخير، الطقس جميل اليوم.\n\nבוקר טוב.\n\nसुप्रभात, आज मौसम सुहावना है।\n\nΚαλημέρα · Доброе утро\n\n🌤️ ☕ 🇩🇪'
}
state_code() {
    begins 'Explain code' 'fn main() { … }'
    ends 'Line 2 gives up where the file is **not there**: `unwrap` ends the program.\n\n```rust\nfn main() -> Result<(), std::io::Error> {\n    let text = std::fs::read_to_string(\"input.txt\")?;\n    println!(\"{}\", text.lines().count());\n    Ok(())\n}\n```\n\n| where | before | after |\n|---|---|---|\n| no file | a panic | an error |\n| no line | 0 | 0 |'
}
state_models() {
    begins Translate 'The weather is lovely.'
    tell lanes "\"labels\":$models"
    lane 0 'Das Wetter ist herrlich.' '0.8 s · $0.0004'
    tell reasoning '"lane":1,"text":"The user wants German."'
    lane 1 'Das Wetter ist wunderschön.' '2.1 s · $0.00008'
    tell lane-over '"lane":2,"failure":"nothing answers at http://127.0.0.1:11434","toll":"0.1 s"'
    ends 'Das Wetter ist herrlich.' '"anthropic/claude-haiku"'
}
state_change() {
    begins Fix 'Their going to the store tomorow.'
    tell change '"pieces":[["old","Their"],["new","They’re"],["kept"," going to the store "],["old","tomorow"],["new","tomorrow"],["kept","."]]'
}
state_question() {
    begins Translate 'password = …'
    tell question '"sentence":"There is a password (line 1) in it. Send it to anthropic/claude-haiku?","masks":true'
}
state_wait() {
    begins Translate "$source"
    tell doing '"sentence":"rate limit of anthropic","by":"anthropic/claude-haiku","waits":17'
}
state_error() {
    begins Translate "$source"
    tell failed '"sentence":"anthropic refused the key (HTTP 401); set a valid one by `postil key set anthropic`"'
}

SCREEN=$((600 * ${SCALE:-1}))x$((900 * ${SCALE:-1}))x24
start_desktop
hsetroot -add '#2f4a6d' -add '#7f9cc0' -gradient 20
picom -b --backend xrender --shadow --shadow-radius 14 --shadow-opacity 0.35
mkdir -p "$XDG_CONFIG_HOME/gtk-3.0"
printf '[Settings]\ngtk-font-name=Cantarell 11\n' > "$XDG_CONFIG_HOME/gtk-3.0/settings.ini"
export GDK_GL=disable GDK_SCALE=${SCALE:-1} GTK_THEME=${THEME:-Adwaita} LANG=C.UTF-8

[ $# -gt 0 ] || set -- answer scripts code models change question wait error
for state in "$@"; do
    xdotool mousemove $((46 * ${SCALE:-1})) $((30 * ${SCALE:-1}))
    mkfifo "$desktop_dir/to"
    "$PANEL" < "$desktop_dir/to" > "$desktop_dir/said" &
    panel=$!
    exec 4> "$desktop_dir/to"
    { printf '{"says":"hello","postil":"0","version":1}\n'; "state_$state"; } >&4
    wait_for 30 xdotool search --onlyvisible --class postil-panel > /dev/null || fail "the panel shows nothing"
    # A picture that is the same twice is drawn to its end.
    before=
    until import -window root "$desktop_dir/now.png" && now=$(convert "$desktop_dir/now.png" rgb:- | sha1sum) && [ "$now" = "$before" ]; do
        [ "$state" = wait ] && [ -n "$before" ] && break
        before=$now
        sleep 0.3
    done
    # The window with its shadow and a hand's breadth of the desk.
    eval "$(xdotool getwindowgeometry --shell "$(xdotool search --onlyvisible --class postil-panel | tail -1)")"
    margin=$((28 * ${SCALE:-1}))
    area=$((WIDTH + 2 * margin))x$((HEIGHT + 2 * margin))+$((X - margin))+$((Y - margin))
    convert "$desktop_dir/now.png" -crop "$area" +repage -define png:exclude-chunks=date,time "$pictures/panel-$state.png"
    exec 4>&-
    wait "$panel"
    rm "$desktop_dir/to"
    say "$pictures/panel-$state.png"
done
