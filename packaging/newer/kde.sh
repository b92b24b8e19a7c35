#!/usr/bin/env bash
# Inside the folder that packaging/newer.sh makes: a headless KWin with its portal, what `postil doctor` finds on it, and so
# many answers in place of the selection.
set -euo pipefail
desktop=KDE
. "$(dirname "$0")/lib.sh"
sed 's|^Exec=postil |Exec=/usr/local/bin/postil |' "$here/io.github.postil.Postil.desktop" \
    > "$D/share/applications/io.github.postil.Postil.desktop"
# Its file's capability is not to be had in every container.
cp /usr/bin/kwin_wayland "$D/bin/"
dbus-update-activation-environment --all
# Qt's own theme for KDE crashes without Plasma's.
env -u XDG_CURRENT_DESKTOP "$D/bin/kwin_wayland" --virtual --no-lockscreen --socket "$WAYLAND_DISPLAY" > "$D/kwin.log" 2>&1 &
wait_for test -S "$D/$WAYLAND_DISPLAY"
# As the person allows it for good in the desktop's settings.
gdbus call --session --dest org.freedesktop.impl.portal.PermissionStore \
    --object-path /org/freedesktop/impl/portal/PermissionStore \
    --method org.freedesktop.impl.portal.PermissionStore.SetPermission \
    kde-authorized true remote-desktop io.github.postil.Postil "['yes']" > /dev/null
begin
by_command() { postil run "$1" --to replace; }
replace by_command
