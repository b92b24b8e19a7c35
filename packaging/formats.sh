#!/usr/bin/env bash
# Holds the recorded answers of the tests against the providers' own libraries for Python, which are made from what the
# providers publish (packaging/formats.py). Those libraries are installed below target/; nobody is asked anything.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh
command -v python3 >/dev/null || fail "python3 is needed"
python3 -m venv target/formats || fail "apt-get install python3-venv"
target/formats/bin/pip install --quiet --disable-pip-version-check \
    anthropic==2.14.0 google-genai==3.6.1 groq==1.7.0 mistralai==3.7.0 ollama==0.6.3 openai==3.57.0 openrouter==1.3.84
target/formats/bin/python packaging/formats.py
