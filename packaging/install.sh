#!/usr/bin/env bash
# Installs postil for this user, or below another prefix: packaging/install.sh [PREFIX], by default ~/.local.
# Packagers set DESTDIR; BUILT names a folder with programs that are built already. `packaging/install.sh --uninstall [PREFIX]`
# takes the same files away again.
set -euo pipefail
from=$PWD
cd "$(dirname "$0")/.."
. packaging/lib.sh

# A path as it was meant where the script was called.
absolute() { [[ $1 == /* ]] && printf '%s' "$1" || realpath -ms "$from/$1"; }

uninstall=
if [ "${1:-}" = --uninstall ]; then
    uninstall=yes
    shift
fi
prefix=$(absolute "${1:-$HOME/.local}")
prefix=${prefix%/}
# It is to stand in the desktop file, where these have a meaning of their own.
[[ $prefix != *[\"\`\$\\%\&\|]* ]] || fail "the path of $prefix has a character in it that desktop files have another use for"
destdir=${DESTDIR:+$(absolute "$DESTDIR")}
share=$destdir$prefix/share
bin=$destdir$prefix/bin
icons=$share/icons/hicolor
desktop_file=$share/applications/io.github.postil.Postil.desktop
symbolic=(postil{,-working,-paused,-failed}-symbolic.svg)

# Where a table of the icons is kept, it is made anew; packages have triggers for that.
renew_icons() {
    [ -z "$destdir" ] && [ -e "$icons/icon-theme.cache" ] && command -v gtk-update-icon-cache > /dev/null || return 0
    gtk-update-icon-cache -qtf "$icons" || true
}

if [ -n "$uninstall" ]; then
    rm -fv "$bin/postil" "$bin/postil-panel" "$desktop_file" "$icons/scalable/apps/postil.svg" \
        "${symbolic[@]/#/$icons/symbolic/apps/}" "$share/bash-completion/completions/postil" \
        "$share/zsh/site-functions/_postil" "$share/fish/vendor_completions.d/postil.fish" \
        "$share/man/man1/postil.1" "$share/man/man1"/postil-*.1
    renew_icons
    exit
fi

if [ -n "${BUILT:-}" ]; then
    built=$(absolute "$BUILT")
else
    need_rust
    built=target/release
    features=()
    # One of an earlier build must not come along.
    rm -f "$built/postil-panel"
    if pkg-config --exists 'gtk+-3.0 >= 3.24' gtk-layer-shell-0 2>/dev/null; then
        features=(--features panel)
    else
        say "without the panel, for which the development files of GTK 3 and gtk-layer-shell are needed (docs/panel.md)"
    fi
    cargo build --release --locked "${features[@]}"
fi
postil=$built/postil

install -D -m 755 "$postil" "$bin/postil"
[ ! -e "$built/postil-panel" ] || install -D -m 755 "$built/postil-panel" "$bin/postil-panel"
install -D -m 644 packaging/io.github.postil.Postil.desktop "$desktop_file"
# By its path KWin knows that the file is this program's (docs/desktops.md).
program=$prefix/bin/postil
[[ $program != *[^A-Za-z0-9/._+-]* ]] || program="\"$program\""
sed -i "s|^Exec=postil |Exec=$program |" "$desktop_file"
install -D -m 644 -t "$icons/scalable/apps" packaging/icons/postil.svg
install -D -m 644 -t "$icons/symbolic/apps" "${symbolic[@]/#/packaging/icons/}"
mkdir -p "$share"/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d,man/man1}
"$postil" completions bash > "$share/bash-completion/completions/postil"
"$postil" completions zsh > "$share/zsh/site-functions/_postil"
"$postil" completions fish > "$share/fish/vendor_completions.d/postil.fish"
"$postil" man --into "$share/man/man1"
renew_icons

say "postil is at $bin/postil; \`packaging/install.sh --uninstall $prefix\` takes it away"
case :$PATH: in
*:"$prefix/bin":*) ;;
*) echo "$prefix/bin is not in your PATH yet" ;;
esac
