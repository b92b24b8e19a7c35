#!/usr/bin/env bash
# Builds the fuzz targets, replays their corpora, and looks for more: packaging/fuzz.sh [SECONDS for each target] [TARGET...]
#
# A stable compiler does: LLVM's coverage is asked for by its own flags, and libFuzzer is built from libfuzzer-sys.
# SEED=NUMBER makes a run repeatable, as far as the machine is as fast; without it each run looks elsewhere.
# What is found stays in fuzz/artifacts; mended, it belongs into fuzz/corpus/TARGET, which tests/corpus.rs replays.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/lib.sh

# A prompt of a few pages; longer inputs make each run slower and find no more.
longest_input=4096
# No input that short may take so long (seconds), or so much memory (MB).
longest_run=10
largest_memory=1024

need gcc g++ libc6-dev
command -v cargo >/dev/null || fail "Rust is needed: https://rustup.rs"

seconds=${1:-30}
[[ $seconds =~ ^[0-9]+$ ]] || fail "usage: packaging/fuzz.sh [SECONDS] [TARGET...]"
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || for corpus in fuzz/corpus/*/; do targets+=("$(basename "$corpus")"); done

# With --target the flags are those of the program alone, not of build scripts and macros.
host=$(rustc -vV | sed -n 's/^host: //p')
say "building for fuzzing"
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing" \
    cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml --target "$host"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p fuzz/artifacts

# One target. What came of it is told at its end and in one piece, as others run beside it.
fuzz() {
    local target=$1
    local program="fuzz/target/$host/release/$target" log="$work/$target.log" status=0
    # New inputs go into the first folder, so that a run leaves no trace in the repository.
    mkdir "$work/$target"
    "$program" "$work/$target" "fuzz/corpus/$target" -dict="fuzz/dictionaries/$target.dict" -max_total_time="$seconds" \
        -seed="${SEED:-0}" -max_len="$longest_input" -timeout="$longest_run" -rss_limit_mb="$largest_memory" \
        -artifact_prefix="fuzz/artifacts/$target-" -print_final_stats=1 > "$log" 2>&1 || status=1
    {
        say "$target: its corpus, then $seconds s"
        if [ "$status" -ne 0 ]; then
            grep -a -m1 -A2 -E 'panicked at|ERROR: libFuzzer' "$log" || tail -20 "$log"
            printf 'postil: run it again by: %s %s\n' "$program" "$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)"
            touch "$work/$target.failed"
        fi
        grep -a -E '^#[0-9]+[[:space:]]+(INITED|DONE)' "$log" || true
    } > "$log.told"
    cat "$log.told"
    return "$status"
}
export -f fuzz say
export host work seconds longest_input longest_run largest_memory

# One on each processor.
if ! printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz "{}"'; then
    failed=("$work"/*.failed)
    fail "what does not hold was found by: $(basename -as .failed "${failed[@]}" | paste -sd ' ')"
fi
