#!/usr/bin/env bash
# Makes the pictures of docs/panel.md from the real panel, one for each state that it has: the program itself is told, by
# its protocol, what the daemon would tell it. Arguments: the states that are wanted; without any, all of them.
# PANEL names a program that is built already; THEME a GTK theme; SCALE a whole number; NAMED what the files' names end in.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
. packaging/desktop.sh

need gcc libc6-dev "${desktop_packages[@]}" hsetroot picom libgtk-3-dev libgtk-layer-shell-dev pngquant adwaita-icon-theme \
    python3-gi gir1.2-gtk-3.0 fonts-cantarell fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji
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
    tell done "\"label\":${2:-null},\"text\":\"$1\",\"by\":\"${by-anthropic/claude-haiku}\",\"notes\":[${note:-}],\"toll\":\"${toll-1.2 s · \$0.0004}\",\"replaces\":true,\"follows\":true,\"is_placed\":false"
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
state_doing() {
    begins Explain 'Entropy never falls in a closed system.'
    tell doing '"sentence":"asking anthropic/claude-haiku …","by":"anthropic/claude-haiku","waits":null'
    tell reasoning '"lane":0,"text":"They want it in plain words."'
    tell answer '"lane":0,"text":"**Entropy** counts the ways in which a thing can be arranged without looking any different. Left alone, things drift to where there are most ways, because"'
}
state_follow() {
    begins Translate 'See you tomorrow, take care.'
    ends 'Auf Wiedersehen bis morgen, passen Sie auf sich auf.'
    # What is typed, it says itself.
    asks='less formal, please'
}
follow_on() {
    local job=2
    tell show '"title":"Translate","action":"x","size":null,"is_entry":false'
    tell choices "\"models\":$models,\"languages\":[\"en\",\"de\"]"
    ends 'Bis morgen, mach’s gut!'
}
state_entry() {
    job=1
    tell show '"title":"Define","action":"x","size":null,"is_entry":true'
    tell source '"text":"margin"'
    local by='' toll=''
    ends 'margin (WordNet)\n\nnoun\n1. the boundary line or the area immediately inside it\n   = border, perimeter\n2. an amount beyond the minimum necessary\n   “the margin of victory”\n3. the blank space that surrounds the text on a page\n   “he jotted a note in the margin”\n\nverb\n1. write explanatory notes in it'
}
action() { # name, title, description, shortcut, icon, folder
    printf '{"name":"%s","title":"%s","description":"%s","shortcut":"%s","icon":"%s","folder":"%s","is_recent":false}' "$@"
}
offer() { # text or null, about
    local all
    all=$(printf '%s,' "$(action translate Translate 'Into your language, or from it into your second one' Ctrl+Alt+Y 🌐 '')" \
        "$(action explain Explain 'What it means, in plain words' '' 💡 '')" \
        "$(action fix Fix 'Spelling and grammar, and nothing else' Ctrl+Alt+F ✅ '')" \
        "$(action summarize Summarize 'The few sentences that matter' '' 📋 '')" \
        "$(action reply Reply 'An answer to this message' '' '' '')" \
        "$(action upper 'Upper case' '' '' '' 'Text tools')" "$(action unique 'Unique lines' '' '' '' 'Text tools')")
    tell pick
    tell offer "\"text\":$1,\"about\":\"$2\",\"entries\":[${all%,}]"
}
# What can be done with an answer, and the keys for it.
state_menu() { state_models; opens='ctrl+k'; }
state_picker() { offer "\"$source\"" Selected; }
state_filter() { offer "\"$source\"" Selected; types='tr'; }
state_input() { offer null 'Nothing is selected: type or paste a text'; types='Dear Ms Weaver, thank you for your letter of Monday.'; }
state_bar() {
    page > /dev/null 4>&- &
    page=$! framed=^page$
    wait_for 30 xdotool search --onlyvisible --class page > /dev/null || fail "the page did not open"
    # The line that is marked in it ends here.
    local x=$((300 * ${SCALE:-1})) y=$((131 * ${SCALE:-1}))
    xdotool mousemove "$x" "$y"
    local buttons
    buttons=$(printf '{"name":"x","title":"%s","icon":"%s","description":""},' Translate 🌐 Explain 💡 Fix ✅ Summarize 📋 Reply '')
    tell bar "\"from\":[$((60 * ${SCALE:-1})),$y],\"to\":[$x,$y],\"buttons\":[${buttons%,}]"
}

# A window with some lines of text, one of which is marked.
page() {
    # The system's own has its bindings.
    exec /usr/bin/python3 -c '
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib
GLib.set_prgname("page")
from gi.repository import Gtk
window = Gtk.Window(title="page", decorated=False, default_width=420, default_height=170)
view = Gtk.TextView(editable=False, left_margin=24, right_margin=24, top_margin=24, pixels_below_lines=8, wrap_mode=2)
text = view.get_buffer()
text.set_text("Der Fluss\nAn diesem Morgen war das Wasser still.\nNiemand sah die Boote, die langsam kamen,\nund niemand hörte ihre Ruder.")
start, end = text.get_iter_at_line(2), text.get_iter_at_line(3)
end.backward_char()
window.add(view)
window.move(30, 40)
window.show_all()
text.select_range(start, end)
Gtk.main()
'
}

has_focus() { xdotool search --onlyvisible --class postil-panel | grep -qx "$(xdotool getactivewindow)"; }

SCREEN=$((720 * ${SCALE:-1}))x$((900 * ${SCALE:-1}))x24
start_desktop
hsetroot -add '#2f4a6d' -add '#7f9cc0' -gradient 20
picom -b --backend xrender --shadow --shadow-radius 14 --shadow-opacity 0.35
mkdir -p "$XDG_CONFIG_HOME/gtk-3.0"
printf '[Settings]\ngtk-font-name=Cantarell 11\n' > "$XDG_CONFIG_HOME/gtk-3.0/settings.ini"
export GDK_GL=disable GDK_SCALE=${SCALE:-1} GTK_THEME=${THEME:-Adwaita} LANG=C.UTF-8

[ $# -gt 0 ] || set -- answer scripts code models change question wait error doing follow entry menu picker filter input bar
for state in "$@"; do
    xdotool mousemove $((46 * ${SCALE:-1})) $((30 * ${SCALE:-1}))
    mkfifo "$desktop_dir/to"
    "$PANEL" < "$desktop_dir/to" > "$desktop_dir/said" &
    panel=$!
    exec 4> "$desktop_dir/to"
    types='' asks='' opens='' page='' job='' framed=postil-panel
    { printf '{"says":"hello","postil":"0","version":1}\n'; "state_$state"; } >&4
    wait_for 30 xdotool search --onlyvisible --class postil-panel > /dev/null || fail "the panel shows nothing"
    if [ -n "$types$asks$opens" ]; then
        [ -z "$asks$opens" ] || xdotool windowactivate --sync "$(xdotool search --onlyvisible --class postil-panel | tail -1)"
        wait_for 30 has_focus || fail "the panel does not get the keyboard"
        [ -z "$types$asks" ] || xdotool type --delay 20 -- "$types$asks"
        [ -z "$opens" ] || xdotool key "$opens"
    fi
    if [ -n "$asks" ]; then
        xdotool key Return
        wait_for 30 grep -q '"follow"' "$desktop_dir/said" || fail "nothing is asked further"
        follow_on >&4
    fi
    # A picture that is the same twice is drawn to its end.
    before=
    until import -window root "$desktop_dir/now.png" && now=$(convert "$desktop_dir/now.png" rgb:- | sha1sum) && [ "$now" = "$before" ]; do
        # These never come to rest.
        [[ $state == @(wait|doing) && -n $before ]] && break
        before=$now
        sleep 0.3
    done
    # The window with its shadow and a hand's breadth of the desk.
    eval "$(xdotool getwindowgeometry --shell "$(xdotool search --onlyvisible --class "$framed" | tail -1)")"
    margin=$((28 * ${SCALE:-1}))
    area=$((WIDTH + 2 * margin))x$((HEIGHT + 2 * margin))+$((X - margin))+$((Y - margin))
    convert "$desktop_dir/now.png" -crop "$area" +repage png:- \
        | pngquant --strip --speed 1 256 - > "$pictures/panel-$state${NAMED:-}.png"
    exec 4>&-
    wait "$panel"
    [ -z "$page" ] || kill "$page"
    rm "$desktop_dir/to"
    say "$pictures/panel-$state${NAMED:-}.png"
done
