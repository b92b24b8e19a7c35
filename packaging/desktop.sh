# shellcheck shell=bash disable=SC2034,SC2046 # sourced by others; process ids are to be split into words
# A desktop on a virtual display: X server, session bus, window manager, notification daemon. Sourced, not run.
# Everything of it stands in one temporary folder and is gone at the script's end, and so is every process in it.

# The packages that it needs.
desktop_packages=(python3 xvfb openbox dunst dbus xdotool xclip imagemagick fonts-dejavu-core)

# What a script may set before it starts one: the display's size, and more lines for the notification daemon.
: "${SCREEN:=1024x640x24}" "${DUNST:=font = DejaVu Sans 10}"

start_desktop() {
    desktop_dir=$(mktemp -d "${TMPDIR:-/tmp}/postil-desktop.XXXXXX")
    export HOME=$desktop_dir XDG_CONFIG_HOME=$desktop_dir/config XDG_STATE_HOME=$desktop_dir/state
    export XDG_DATA_HOME=$desktop_dir/data XDG_CACHE_HOME=$desktop_dir/cache XDG_RUNTIME_DIR=$desktop_dir/run
    # Not before: it ends whatever has this runtime folder, which was the user's own session until here.
    trap stop_desktop EXIT
    mkdir -p "$XDG_CONFIG_HOME/dunst" "$XDG_STATE_HOME"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    # An accessibility bus would only be started for the editor, and stay behind.
    export NO_AT_BRIDGE=1 GTK_A11Y=none
    unset WAYLAND_DISPLAY
    start_display
    DBUS_SESSION_BUS_ADDRESS=$(dbus-daemon --session --fork --print-address=1 --print-pid=4 4> "$desktop_dir/bus.pid")
    export DBUS_SESSION_BUS_ADDRESS
    openbox > /dev/null 2>&1 &
    printf '[global]\norigin = top-right\nheight = 400\nwidth = 460\noffset = (16, 16)\n%s\n' "$DUNST" \
        > "$XDG_CONFIG_HOME/dunst/dunstrc"
    dunst > /dev/null 2>&1 &
    wait_for 30 dunstctl count || fail "the notification daemon did not start"
    wait_for 30 xdotool get_num_desktops || fail "the window manager did not start"
}

# The server takes the first free display and tells it when it is ready.
start_display() {
    mkfifo "$desktop_dir/display"
    Xvfb -displayfd 3 -screen 0 "$SCREEN" -nolisten tcp 3> "$desktop_dir/display" > "$desktop_dir/xvfb.log" 2>&1 &
    local number
    read -r -t 60 number < "$desktop_dir/display" || fail "the X server did not start: $(cat "$desktop_dir/xvfb.log")"
    export DISPLAY=:$number
}

stop_desktop() {
    local status=$?
    trap - EXIT
    set +e
    kill $(jobs -p) $(cat "$desktop_dir/bus.pid" 2> /dev/null) $(processes_of_the_desktop) 2> /dev/null
    wait_for 5 nothing_runs || kill -9 $(processes_of_the_desktop) 2> /dev/null
    wait 2> /dev/null
    rm -rf "$desktop_dir"
    exit "$status"
}

# Also what the session bus started, which is no child of the script. Never those of the user's own session.
processes_of_the_desktop() (
    [[ -n $desktop_dir && $XDG_RUNTIME_DIR == "$desktop_dir"/?* ]] || return 0
    mark=XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR
    # Or else grep and cut would find themselves.
    unset XDG_RUNTIME_DIR
    grep -slzxF "$mark" /proc/[0-9]*/environ | cut -d / -f 3
)

nothing_runs() { [ -z "$(processes_of_the_desktop)" ]; }

# Whether the focused window's title fits the pattern.
window_is_active() {
    # shellcheck disable=SC2053 # a pattern
    [[ $(xdotool getactivewindow getwindowname 2> /dev/null) == $1 ]]
}

# Opens a file in the editor and waits until its window has the focus.
in_editor() {
    mousepad --disable-server "$1" > /dev/null 2>&1 &
    wait_for 60 window_is_active '*Mousepad' || fail "the editor did not open"
    # Beside the place of notifications.
    xdotool getactivewindow windowsize 600 300 windowmove 40 260
}

selection() { xclip -o -selection primary 2> /dev/null; }

something_is_selected() { [ -n "$(selection)" ]; }

# A notification is on the screen, and it is an answer: the sign that one is being made is not kept by the server.
notified() { [ "$(dunstctl count displayed)" -gt 0 ] && xdotool search --onlyvisible --class dunst; }

# Saves what the screen shows once it has come to rest: two pictures in a row are the same.
picture() {
    import -window root "$1"
    wait_for 10 screen_is_still "$1" || true
}

screen_is_still() {
    cp "$1" "$desktop_dir/before.png"
    sleep 0.3
    import -window root "$1"
    compare -metric AE "$desktop_dir/before.png" "$1" null: 2> /dev/null
}

# The newest notification, as it was shown: dunst tells it once it is closed.
notification() {
    dunstctl close-all
    dunstctl history | python3 -c '
import json, sys
shown = json.load(sys.stdin)["data"][0][0]
print(shown["summary"]["data"])
print(shown["body"]["data"])
'
}
