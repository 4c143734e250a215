#!/usr/bin/env bash
# Fuzzes the shim: builds native/fuzz into build/native/fuzz and runs its targets, one after the other.
#
#   scripts/fuzz.sh [SECONDS] [TARGET…]     SECONDS each, 60 by default; TARGET: model, tokenize, grammar, schema, chat
#
# clang, if it is there, is the compiler: its libFuzzer finds more. What reached new code is kept in
# build/native/fuzz/corpus/TARGET and is where the next run begins. Ends with 1 at the first finding, whose input is then
# in build/native/fuzz/findings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
shift || true
(($#)) || set -- model tokenize grammar schema chat

if [[ -z ${CXX:-} ]] && command -v clang++ >/dev/null; then
    export CC=clang CXX=clang++
fi
scripts/native.sh fuzz

root=$PWD
mkdir -p build/native/fuzz/findings
cd build/native/fuzz/findings
ulimit -s 65536 2>/dev/null || true # templates and answers are read recursively; Java does it on a big stack
for target; do
    mkdir -p "../corpus/$target"
    echo "fuzzing $target for $seconds s"
    if ! "../fuzz/fuzz-$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -max_len=16384 \
        -print_final_stats=1 "../corpus/$target" "$root/native/fuzz/corpus/$target" >"$target.log" 2>&1; then
        tail -n 40 "$target.log" >&2
        echo "found something in $target: its input is in $PWD" >&2
        exit 1
    fi
    tail -n 7 "$target.log" | grep -E 'runs|executed_units' || true
done
