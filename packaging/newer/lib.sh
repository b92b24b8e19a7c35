# shellcheck shell=bash
# Shared by the scripts beside it; sourced, not run. They are given: how many answers. $desktop is what they call themselves.
times=$1 here=$(dirname "$0")
D=$(mktemp -d "/tmp/$desktop.XXXXXX")
mkdir -p "$D"/share/applications "$D"/config/postil "$D"/bin
chmod 700 "$D"
export HOME=$D XDG_RUNTIME_DIR=$D XDG_DATA_HOME=$D/share XDG_CONFIG_HOME=$D/config XDG_CACHE_HOME=$D/cache
export XDG_CURRENT_DESKTOP=$desktop XDG_SESSION_TYPE=wayland WAYLAND_DISPLAY=wayland-0
# No dialog for shortcuts, which would have the focus.
printf '[shortcuts]\n"Ctrl+Alt+Y" = ""\n"Ctrl+Alt+Space" = ""\n' > "$D/config/postil/config.toml"
DBUS_SESSION_BUS_ADDRESS=$(dbus-daemon --session --fork --print-address=1 --print-pid=3 3> "$D/bus.pid")
export DBUS_SESSION_BUS_ADDRESS
# shellcheck disable=SC2046 # process ids
trap 'kill $(jobs -p) $(cat "$D/bus.pid") 2> /dev/null' EXIT

wait_for() {
    for _ in $(seq 600); do
        ! "$@" > /dev/null 2>&1 || return 0
        sleep 0.1
    done
    echo "not within a minute: $*" >&2
    return 1
}
is() { [ "$(cat "$D/text")" = "$1" ] && [ "$(wl-paste)" = "what was copied" ]; }
is_selected() { [ "$(wl-paste --primary)" = "$1" ]; }

# An editor whose text is selected, and what `postil doctor` finds.
begin() {
    postil daemon > "$D/daemon.log" 2>&1 &
    wait_for postil status
    wl-copy "what was copied"
    GDK_BACKEND=wayland python3 "$here/editor.py" "$D/text" > /dev/null 2>&1 &
    wait_for is_selected "one two three"
    # It says by its end, too, that something is missing: nobody shows notifications here.
    { postil doctor || true; } | sed -n '1,/^Who answers/p'
}

# So many answers in place of the selection; the command that is given has one made.
replace() {
    local text="one two three" action said
    for number in $(seq "$times"); do
        wait_for is_selected "$text"
        if [ $((number % 2)) = 1 ]; then action=upper text="ONE TWO THREE"; else action=lower text="one two three"; fi
        said=$("$@" "$action" 2>&1 || true)
        wait_for is "$text" || { echo "$number is not right: $said" >&2; return 1; }
    done
    echo "$times of $times right: $*"
}
