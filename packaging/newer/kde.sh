#!/usr/bin/env bash
# Inside the folder that packaging/newer.sh makes: a headless KWin with its portal, what `postil doctor` finds on it, and so
# many answers in place of the selection.
set -euo pipefail
times=$1 here=$(dirname "$0")
D=$(mktemp -d /tmp/kde.XXXXXX)
mkdir -p "$D"/share/applications "$D"/config/postil "$D"/bin
chmod 700 "$D"
export HOME=$D XDG_RUNTIME_DIR=$D XDG_DATA_HOME=$D/share XDG_CONFIG_HOME=$D/config XDG_CACHE_HOME=$D/cache
export XDG_CURRENT_DESKTOP=KDE XDG_SESSION_TYPE=wayland WAYLAND_DISPLAY=wayland-newer
sed 's|^Exec=postil |Exec=/usr/local/bin/postil |' "$here/io.github.postil.Postil.desktop" \
    > "$D/share/applications/io.github.postil.Postil.desktop"
# No dialog for shortcuts, which would have the focus.
printf '[shortcuts]\n"Ctrl+Alt+Y" = ""\n"Ctrl+Alt+Space" = ""\n' > "$D/config/postil/config.toml"
# Its file's capability is not to be had in every container.
cp /usr/bin/kwin_wayland "$D/bin/"
DBUS_SESSION_BUS_ADDRESS=$(dbus-daemon --session --fork --print-address=1 --print-pid=3 3> "$D/bus.pid")
export DBUS_SESSION_BUS_ADDRESS
# shellcheck disable=SC2046 # process ids
trap 'kill $(jobs -p) $(cat "$D/bus.pid") 2> /dev/null' EXIT
dbus-update-activation-environment --all
# Qt's own theme for KDE crashes without Plasma's.
env -u XDG_CURRENT_DESKTOP "$D/bin/kwin_wayland" --virtual --no-lockscreen --socket "$WAYLAND_DISPLAY" > "$D/kwin.log" 2>&1 &

wait_for() {
    for _ in $(seq 200); do
        ! "$@" > /dev/null 2>&1 || return 0
        sleep 0.1
    done
    echo "not within 20 s: $*" >&2
    return 1
}
is() { [ "$(cat "$D/text")" = "$1" ] && [ "$(wl-paste)" = "what was copied" ]; }
is_selected() { [ "$(wl-paste --primary)" = "$1" ]; }

wait_for test -S "$D/$WAYLAND_DISPLAY"
# As the person allows it for good in the desktop's settings.
gdbus call --session --dest org.freedesktop.impl.portal.PermissionStore \
    --object-path /org/freedesktop/impl/portal/PermissionStore \
    --method org.freedesktop.impl.portal.PermissionStore.SetPermission \
    kde-authorized true remote-desktop io.github.postil.Postil "['yes']" > /dev/null
postil daemon > "$D/daemon.log" 2>&1 &
wait_for postil status
wl-copy "what was copied"
GDK_BACKEND=wayland python3 "$here/editor.py" "$D/text" > /dev/null 2>&1 &
wait_for is_selected "one two three"
postil doctor | sed -n '1,/^Who answers/p'

right=0 text="one two three"
for number in $(seq "$times"); do
    wait_for is_selected "$text"
    if [ $((number % 2)) = 1 ]; then action=upper text="ONE TWO THREE"; else action=lower text="one two three"; fi
    postil run "$action" --to replace > /dev/null 2>&1 || true
    if wait_for is "$text"; then right=$((right + 1)); fi
done
echo "$right of $times right"
[ "$right" = "$times" ]
