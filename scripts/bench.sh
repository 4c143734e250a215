#!/usr/bin/env bash
# panallama beside llama.cpp's own tools: the very same libraries, the same model, this machine. A table in Markdown on
# standard output; every single run in a record.
#
#   scripts/bench.sh [OPTIONS]
#
#   --only ROW,…       of decode, prompt, logprobs, callers, score, start, http. Default: all
#   --pairs N          how often each side runs, in turns: ours, theirs, ours, theirs … Default: 9
#   --threads N,…      Default: 1 and the physical cores
#   -m, --model MODEL  as scripts/llama understands it. Default: its default
#   --out FILE         the record, JSON. Default: build/bench/DATE.json
#   --plot FILE        measures nothing: draws a record into --out, an SVG
#   --growth           how cost grows instead, of panallama alone: 1 to 32 callers, prompts of 128 to 8,192 tokens; the
#                      record in --out, its picture beside it
#
# Builds what is missing, once: what scripts/llama needs, and llama.cpp's tools into build/native/PRESET/tools (some
# minutes). Measure on a machine that does nothing else. PANALLAMA_PRESET, PANALLAMA_LIBRARY_PATH: see scripts/llama.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    printf 'bench.sh: %s\n' "$@" >&2
    exit 1
}

for argument; do
    if [[ $argument == -h || $argument == --help ]]; then
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}"
        exit 0
    fi
done

# scripts/llama builds the library and the jars, and knows which JDK they run on.
doctor=$("$root/scripts/llama" doctor --json) || [[ -n $doctor ]] || fail "scripts/llama cannot be run"
value() { sed -n "/\"$1\"/,/}/s/.*\"path\" : \"\(.*\)\".*/\1/p" <<<"$doctor" | head -n 1; }
jdk=$(value java)
build=$(dirname "$(value native_library)")

# The tools' link to the libraries is by place: they must be built beside them.
build_tools() {
    local log=$build/tools.log cores
    [[ -e $build/CMakeCache.txt ]] || fail "$build is not a build: llama.cpp's tools must be in $build/tools"
    cores=$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
    printf "bench.sh: building llama.cpp's tools\n" >&2
    if ! { cmake -DPAN_BUILD_TOOLS=ON "$build" && cmake --build "$build" --target pan-tools -j "$cores"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "building llama.cpp's tools failed; everything that was said: $log"
    fi
}

# Up to date when they are as new as the libraries: what cmake knows better is not asked before each measurement.
newest=$(find "$build/lib" -type f -newer "$build/tools/llama-server" -name 'libpan-*' 2>/dev/null || echo none)
[[ -z $newest && -x $build/tools/llama-bench ]] || build_tools

jackson=$(printf '%s:' "$root"/build/app/jackson-*.jar)
exec "$jdk/bin/java" --class-path "$jackson" \
    "$root/src/jmh/java/io/github/panallama/bench/compare/SideBySide.java" "$root" "$build/tools" "$@"
