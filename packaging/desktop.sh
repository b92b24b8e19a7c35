# A desktop on a virtual display: X server, session bus, window manager, notification daemon. Sourced, not run.
# Everything of it stands in one temporary folder and is gone at the script's end.

start_desktop() {
    desktop_dir=$(mktemp -d "${TMPDIR:-/tmp}/postil-desktop.XXXXXX")
    trap stop_desktop EXIT
    export HOME=$desktop_dir XDG_CONFIG_HOME=$desktop_dir/config XDG_STATE_HOME=$desktop_dir/state
    export XDG_DATA_HOME=$desktop_dir/data XDG_CACHE_HOME=$desktop_dir/cache XDG_RUNTIME_DIR=$desktop_dir/run
    mkdir -m 700 -p "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR"
    mkfifo "$desktop_dir/display"
    Xvfb -displayfd 3 -screen 0 "${SCREEN:-1024x640x24}" -nolisten tcp 3> "$desktop_dir/display" 2> /dev/null &
    xvfb=$!
    DISPLAY=:$(head -n 1 "$desktop_dir/display")
    export DISPLAY
    unset WAYLAND_DISPLAY
    DBUS_SESSION_BUS_ADDRESS=$(dbus-daemon --session --fork --print-address=1 --print-pid=4 4> "$desktop_dir/bus.pid")
    export DBUS_SESSION_BUS_ADDRESS
    command -v hsetroot > /dev/null && hsetroot -solid '#44546a' 2> /dev/null
    # An accessibility bus would only be started for the editor, and stay behind.
    export NO_AT_BRIDGE=1 GTK_A11Y=none
    openbox 2> /dev/null &
    mkdir -p "$XDG_CONFIG_HOME/dunst"
    printf '[global]\nwidth = (300, 460)\nheight = (0, 400)\norigin = top-right\noffset = (16, 16)\nfont = DejaVu Sans 10\n' \
        > "$XDG_CONFIG_HOME/dunst/dunstrc"
    dunst 2> /dev/null &
    wait_for 10 dunstctl count || fail "the notification daemon did not start"
    wait_for 10 xprop_root_has_wm || fail "the window manager did not start"
}

stop_desktop() {
    local status=$?
    jobs -p | xargs -r kill 2> /dev/null
    [ -s "$desktop_dir/bus.pid" ] && kill "$(cat "$desktop_dir/bus.pid")" 2> /dev/null
    wait 2> /dev/null
    rm -rf "$desktop_dir"
    exit "$status"
}

xprop_root_has_wm() { xdotool get_num_desktops; }

# Opens a file in the editor and waits until its window has the focus.
in_editor() {
    mousepad --disable-server "$1" > /dev/null 2>&1 &
    wait_for 20 editor_is_active || fail "the editor did not open"
}

editor_is_active() {
    [[ $(xdotool getactivewindow getwindowname 2> /dev/null) == *Mousepad ]]
}

something_is_selected() { [ -n "$(xclip -o -selection primary 2> /dev/null)" ]; }

notified() { [ "$(dunstctl count displayed)" -gt 0 ] && ! dunstctl history | grep -q '"reading the text'; }

# The newest notification, as it is shown: dunst tells it once it was closed.
notification() {
    dunstctl history-pop > /dev/null 2>&1 || true
    dunstctl close-all
    dunstctl history | python3 -c '
import json, sys
shown = json.load(sys.stdin)["data"][0][0]
print(shown["summary"]["data"])
print(shown["body"]["data"])
'
}
