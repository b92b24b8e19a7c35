#!/usr/bin/env bash
# Installs postil for this user, or below another prefix: packaging/install.sh [PREFIX], by default ~/.local.
# Packagers set DESTDIR. `packaging/install.sh --uninstall [PREFIX]` takes the same files away again.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

uninstall=
if [ "${1:-}" = --uninstall ]; then
    uninstall=yes
    shift
fi
prefix=${1:-$HOME/.local}
share=${DESTDIR:-}$prefix/share
bin=${DESTDIR:-}$prefix/bin

if [ -n "$uninstall" ]; then
    rm -fv "$bin/postil" "$bin/postil-panel" "$share/applications/io.github.postil.Postil.desktop" "$share/icons/hicolor/scalable/apps/postil.svg" \
        "$share/icons/hicolor/symbolic/apps/postil-symbolic.svg" "$share/bash-completion/completions/postil" \
        "$share/zsh/site-functions/_postil" "$share/fish/vendor_completions.d/postil.fish" \
        "$share/man/man1/postil.1" "$share/man/man1"/postil-*.1
    exit
fi

need_rust
features=()
if pkg-config --exists 'gtk+-3.0 >= 3.24' gtk-layer-shell-0 2>/dev/null; then
    features=(--features panel)
else
    say "without the panel, for which the development files of GTK 3 and gtk-layer-shell are needed (docs/panel.md)"
fi
cargo build --release --locked "${features[@]}"
postil=target/release/postil

install -D -m 755 "$postil" "$bin/postil"
[ ${#features[@]} -eq 0 ] || install -D -m 755 target/release/postil-panel "$bin/postil-panel"
install -D -m 644 -t "$share/applications" packaging/io.github.postil.Postil.desktop
# By its path KWin knows that the file is this program's (docs/desktops.md).
sed -i "s|^Exec=postil |Exec=$prefix/bin/postil |" "$share/applications/io.github.postil.Postil.desktop"
install -D -m 644 -t "$share/icons/hicolor/scalable/apps" packaging/icons/postil.svg
install -D -m 644 -t "$share/icons/hicolor/symbolic/apps" packaging/icons/postil-symbolic.svg
mkdir -p "$share"/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d,man/man1}
"$postil" completions bash > "$share/bash-completion/completions/postil"
"$postil" completions zsh > "$share/zsh/site-functions/_postil"
"$postil" completions fish > "$share/fish/vendor_completions.d/postil.fish"
"$postil" man --into "$share/man/man1"

say "postil is at $bin/postil; \`packaging/install.sh --uninstall $prefix\` takes it away"
case :$PATH: in
*:"$prefix/bin":*) ;;
*) echo "$prefix/bin is not in your PATH yet" ;;
esac
