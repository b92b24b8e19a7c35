#!/usr/bin/env bash
# Looks into what postil is made of: licences, sources, crates that must not be in it, and known vulnerabilities
# (deny.toml says what may be). Installs cargo-deny below target/, which takes minutes once; the last of the four needs
# github.com.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
need_rust
cargo install --quiet --locked --root target/deny --target-dir target/deny/build cargo-deny@0.20.2
target/deny/bin/cargo-deny --locked check "$@" --hide-inclusion-graph licenses bans sources advisories
