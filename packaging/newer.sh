#!/usr/bin/env bash
# What newer desktops than this system's make of postil: a Debian sid in a folder of its own (2 GB), and in it KDE and labwc,
# headless. As root: packaging/newer.sh [FOLDER [TIMES]]. docs/desktops.md has what was seen; no test needs it. The program
# is built before: cargo build.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

folder=${1:-/var/tmp/postil-newer}
times=${2:-20}
postil=${POSTIL:-target/debug/postil}
[ "$(id -u)" -eq 0 ] || fail "making a system in a folder needs root"
[ -x "$postil" ] || fail "$postil is not built yet"

need debootstrap
if [ ! -e "$folder/usr/sbin/policy-rc.d" ]; then
    debootstrap --variant=minbase sid "$folder" >&2
    # Nothing is started by its installation.
    printf '#!/bin/sh\nexit 101\n' > "$folder/usr/sbin/policy-rc.d"
    chmod +x "$folder/usr/sbin/policy-rc.d"
fi
mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
mountpoint -q "$folder/dev" || mount --bind /dev "$folder/dev"
# What the bus has started may take a moment more to end.
trap 'umount --lazy "$folder/dev" "$folder/proc"' EXIT
# Qt's windows on Wayland are a package of their own, without which KDE's part of the portal does not start.
chroot "$folder" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    kwin-wayland qt6-wayland xdg-desktop-portal xdg-desktop-portal-kde labwc wtype dbus-daemon dbus-bin libglib2.0-bin wl-clipboard \
    procps python3-gi gir1.2-gtk-3.0 >&2
mkdir -p "$folder/root/newer"
install -m 755 "$postil" "$folder/usr/local/bin/postil"
strip "$folder/usr/local/bin/postil"
cp packaging/newer/* packaging/io.github.postil.Postil.desktop "$folder/root/newer/"
chroot "$folder" dpkg-query -W -f '${Package} ${Version}\n' kwin-wayland labwc xdg-desktop-portal xdg-desktop-portal-kde
for desktop in kde labwc; do
    chroot "$folder" bash "/root/newer/$desktop.sh" "$times"
done
