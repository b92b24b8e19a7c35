#!/usr/bin/env bash
# Tries postil against servers that none of us wrote: aimock (npm), which plays OpenAI's, Anthropic's, Gemini's, Ollama's
# and Azure's interface with 429 and Retry-After, overload, faults, answers that are cut, filtered and broken off; and
# vidaimock (crates.io), with any status, streams that trickle, break off or are unreadable. Both are installed below target/,
# and ask nobody anything. Needs Node.js with npm, and cmake for a library of vidaimock's; building that takes minutes once.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
command -v npm >/dev/null || fail "npm is needed: apt-get install nodejs npm"
need_rust
npm install --silent --no-audit --no-fund --prefix target/mocks @copilotkit/aimock@1.43
# Not a dependency of the tests: it would bring 69 crates, a second implementation of TLS in C among them.
[ -x target/mocks/bin/vidaimock ] || need cmake gcc g++ libc6-dev
cargo install --quiet --locked --root target/mocks --target-dir target/mocks/build vidaimock@0.3.1
AIMOCK="$PWD/target/mocks/node_modules/.bin/llmock" VIDAIMOCK="$PWD/target/mocks/bin/vidaimock" \
    cargo test --locked --test mocks -- --ignored "$@"
