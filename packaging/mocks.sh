#!/usr/bin/env bash
# Tries postil against a server that none of us wrote: aimock (npm), which plays OpenAI's, Anthropic's, Gemini's, Ollama's
# and Azure's interface with 429 and Retry-After, overload, faults, answers that are cut, filtered and broken off. It is
# installed below target/, and asks nobody anything. Needs Node.js with npm.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
command -v npm >/dev/null || fail "npm is needed: apt-get install nodejs npm"
npm install --silent --no-audit --no-fund --prefix target/mocks @copilotkit/aimock@1.43
AIMOCK="$PWD/target/mocks/node_modules/.bin/llmock" cargo test --locked --test mocks -- --ignored "$@"
