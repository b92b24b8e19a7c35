#!/usr/bin/env bash
# Installs what the tests need and runs all of them: against real X servers, window managers, notification daemons and
# session buses, each test with its own. Arguments go to `cargo test`: `packaging/test.sh --test tray`.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

need at-spi2-core bsdutils gnome-keyring gcc g++ libc6-dev xvfb openbox i3-wm dunst dbus sway kwin-wayland xwayland foot wl-clipboard featherpad qtwayland5 xdotool xterm mousepad xclip xsel python3 python3-gi gir1.2-gtk-3.0 \
    x11-xkb-utils x11-xserver-utils x11-utils libnotify-bin imagemagick fonts-dejavu-core desktop-file-utils procps \
    dict-wn dict-gcide dict-freedict-eng-deu dict-freedict-deu-eng hunspell-de-de hunspell-fr hunspell-en-us hunspell-en-gb \
    libgtk-3-dev libgtk-layer-shell-dev gir1.2-atspi-2.0 grim \
    apertium apertium-spa-cat apertium-lex-tools cg3
need_rust

say "format and lints"
cargo fmt --check
cargo clippy --locked -- -D warnings
cargo clippy --locked --all-targets --features panel -- -D warnings
# One build for all of them. What there is without the panel was looked at above, and is what packaging/try.sh runs.
say "tests"
cargo test --locked --no-fail-fast --features panel "$@"
