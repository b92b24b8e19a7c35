# shellcheck shell=bash disable=SC1091
# Shared by the scripts beside it; sourced, not run.

# What the scripts show and measure are notifications, whether a panel was built here or not.
export POSTIL_PANEL=none

say() { printf '\n==> %s\n' "$*"; }

fail() { printf 'postil: %s\n' "$*" >&2; exit 1; }

# Installs those of the Debian packages named that are not there yet.
need() {
    local missing=()
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || fail "these packages are needed and there is no apt-get to install them: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "run as root, or install sudo; these packages are needed: ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Rust is not taken from apt: Debian 12's is too old.
need_rust() {
    [ -n "${CARGO_HOME:-}" ] || [ ! -f "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"
    command -v cargo >/dev/null || fail "Rust is needed; https://rustup.rs says how to install it (one command)"
}

# Waits until the command that follows succeeds, for at most that many seconds.
wait_for() {
    local seconds=$1
    shift
    local until=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.05
    done
}
