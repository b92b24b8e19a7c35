#!/usr/bin/env bash
# Inside the folder that packaging/newer.sh makes: a headless labwc, what `postil doctor` finds on it, and so many answers in
# place of the selection, by a command and by keys that labwc has bound as `postil actions --bindings labwc` says.
set -euo pipefail
desktop=labwc
. "$(dirname "$0")/lib.sh"
mkdir "$D/config/labwc"
cat >> "$D/config/postil/config.toml" << 'END'
"Ctrl+Alt+U" = { action = "upper", to = ["replace"] }
"Ctrl+Alt+L" = { action = "lower", to = ["replace"] }
END
{
    echo '<labwc_config><keyboard>'
    postil actions --bindings labwc
    echo '</keyboard></labwc_config>'
} > "$D/config/labwc/rc.xml"
env -u WAYLAND_DISPLAY WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 labwc > "$D/labwc.log" 2>&1 &
wait_for test -S "$D/$WAYLAND_DISPLAY"
# It lets those select something who were given a key.
is_selected() {
    wtype -M ctrl a -m ctrl
    [ "$(wl-paste --primary)" = "$1" ]
}
begin
by_command() { postil run "$1" --to replace; }
by_keys() {
    local key=u
    [ "$1" = upper ] || key=l
    wtype -M ctrl -M alt -k "$key" -m alt -m ctrl
}
replace by_command
[ $((times % 2)) = 0 ] || exit 0
replace by_keys
