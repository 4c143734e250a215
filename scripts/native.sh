#!/usr/bin/env bash
# Builds llama.cpp and the guard shim into build/native/PRESET/lib. Does nothing while nothing changed.
#
#   scripts/native.sh [PRESET]     PRESET: cpu (the default; metal on a Mac), portable, cuda, vulkan, metal, sanitize, fuzz
#
# Environment
#   LLAMA_CPP_DIR     llama.cpp's source instead of fetching it (the version in native/llama.version)
#   PAN_CMAKE_ARGS    more arguments for cmake, such as -DPAN_AMX=off
#   CC, CXX           the compilers
#
# Ends with 0 when the libraries are there, with 5 and the reason when they are not. Everything that the tools say is in
# build/native/PRESET/build.log.
set -euo pipefail

[[ -n ${LLAMA_CPP_DIR:-} ]] && LLAMA_CPP_DIR=$(cd "$LLAMA_CPP_DIR" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $(uname) == Darwin ]] && preset=${1:-metal} || preset=${1:-cpu}
dir=build/native/$preset
log=$dir/build.log
cxx=${CXX:-c++}

say() { printf 'panallama: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 5
}

# ---- up to date? ----

checksum() { if command -v sha256sum; then sha256sum; else shasum -a 256; fi 2>/dev/null | tail -n 1 | tr -d ' -'; }

# What the compiled code depends on besides the sources: when it changes, the build starts anew.
machine() {
    printf '%s\n' "${CC:-}" "$cxx" "${CFLAGS:-}" "${CXXFLAGS:-}" "${PAN_CMAKE_ARGS:-}" "${LLAMA_CPP_DIR:-}" "$PWD"
    "$cxx" --version 2>&1 || true
    if [[ -r /proc/cpuinfo ]]; then
        grep -m 2 -E '^(model name|CPU part)' /proc/cpuinfo || true
        grep -m 1 -E '^(flags|Features)' /proc/cpuinfo || true
    else
        sysctl -n machdep.cpu.brand_string 2>/dev/null || true
    fi
}

sources() {
    cat native/llama.version CMakeLists.txt CMakePresets.json cmake/*.cmake native/CMakeLists.txt native/*.in \
        native/*.map native/*.h native/*.cpp native/tests/* native/fuzz/*.*
    if [[ -n ${LLAMA_CPP_DIR:-} && -e $LLAMA_CPP_DIR/.git ]]; then
        git -c safe.directory='*' -C "$LLAMA_CPP_DIR" rev-parse 'HEAD^{tree}' 2>&1 || true
    fi
}

machine=$(machine | checksum)
stamp="$machine $(sources | checksum)"
up_to_date() { [[ -f $dir/stamp && $(<"$dir/stamp") == "$stamp" ]] && compgen -G "$dir/lib/libpanallama.*" >/dev/null; }
up_to_date && exit 0

# ---- prerequisites ----

missing=()
need() { # command, then its package on Debian, Fedora and macOS
    command -v "$1" >/dev/null || missing+=("$1 (Debian: apt install $2; Fedora: dnf install $3; macOS: $4)")
}
need cmake cmake cmake "brew install cmake"
need "$cxx" g++ gcc-c++ "xcode-select --install"
need git git git "xcode-select --install"
[[ $preset == cuda ]] && need nvcc nvidia-cuda-toolkit cuda-toolkit "not available"
[[ $preset == vulkan ]] && need glslc glslc glslc "brew install shaderc"
command -v ninja >/dev/null || need make make make "xcode-select --install"
if ((${#missing[@]})); then
    say "the native library cannot be built, these are missing:"
    printf '  %s\n' "${missing[@]}" >&2
    exit 5
fi
version=$(cmake --version | sed -n '1s/.* //p')
[[ $(printf '3.21\n%s\n' "$version" | sort -V | head -n 1) == 3.21 ]] || fail "cmake is $version, 3.21 is needed"

# ---- one build at a time; whoever waited may find it done ----

mkdir -p build/native
if command -v flock >/dev/null; then
    exec 9>build/native/lock
    flock 9
else
    until mkdir build/native/lock.d 2>/dev/null; do
        kill -0 "$(cat build/native/lock.d/pid 2>/dev/null)" 2>/dev/null || rm -rf build/native/lock.d
        sleep 1
    done
    echo $$ >build/native/lock.d/pid
    trap 'rm -rf build/native/lock.d' EXIT
fi
up_to_date && exit 0

# ---- build ----

if [[ -f $dir/stamp.machine && $(<"$dir/stamp.machine") != "$machine" ]]; then
    rm -rf "$dir"
fi
mkdir -p "$dir"
echo "$machine" >"$dir/stamp.machine"
rm -f "$dir/stamp"
: >"$log"

# Runs a command into the log; on a terminal one line tells how far it is.
logged() {
    if [[ ! -t 2 ]]; then
        "$@" >>"$log" 2>&1
        return
    fi
    "$@" 2>&1 | tee -a "$log" | while IFS= read -r line; do
        if [[ $line =~ ^\[([0-9]+/[0-9]+)\] || $line =~ ^\[\ *([0-9]+%)\] ]]; then
            printf '\r\033[Kbuilding the native library %s' "${BASH_REMATCH[1]}" >&2
        elif [[ $line =~ ^--\ (Fetching.*|No\ answer.*) ]]; then
            printf '\r\033[K%s' "${BASH_REMATCH[1]}" >&2
        fi
    done
}

step() {
    logged "$@" && return
    [[ -t 2 ]] && printf '\r\033[K' >&2
    tail -n 20 "$log" >&2
    fail "building the native library failed; everything that was said: $log"
}

say "building the native library ($preset), which takes some minutes"
begin=$SECONDS
cores=$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
generator=()
[[ ! -f $dir/CMakeCache.txt ]] && command -v ninja >/dev/null && generator=(-G Ninja)
export NINJA_STATUS='[%f/%t] '
# shellcheck disable=SC2086 # PAN_CMAKE_ARGS is several words
step cmake --preset "$preset" ${generator[@]+"${generator[@]}"} -DLLAMA_CPP_DIR="${LLAMA_CPP_DIR:-}" ${PAN_CMAKE_ARGS:-}
step cmake --build "$dir" -j "$cores"
[[ -t 2 ]] && printf '\r\033[K' >&2
echo "$stamp" >"$dir/stamp"
say "built $dir/lib in $((SECONDS - begin)) s"
