#!/usr/bin/env bash
# Regenerates src/main/jextract from native/panallama.h: one binding for all 64-bit platforms.
#
#   scripts/jextract.sh           needs jextract (on PATH or in $JEXTRACT_HOME/bin) and llama.cpp's headers
#                                 ($LLAMA_CPP_DIR, else build/llama.cpp)
#   scripts/jextract.sh --check   changes nothing; fails when the bindings are older than their headers or were edited.
#                                 Needs neither, but generates again and compares where both are there.
set -euo pipefail
unset LC_ALL; export LC_COLLATE=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
header=$root/native/panallama.h
headers=("$header" "$root/native/panallama_chat.h") # the first includes the others
includes=$root/native/llama.includes
package=io.github.panallama.ffi.gen
lookup='name -> io.github.panallama.ffi.load.NativeLibrary.lookup().find(name);'
target=$root/src/main/jextract
gen=$target/${package//.//}
stamp=$target/HEADERS.sha256
llama=${LLAMA_CPP_DIR:-$root/build/llama.cpp}
tree=$(sed -n 's/^tree *= *//p' "$root/native/llama.version" | tr -d '\r')

fail() { echo "jextract.sh: $1" >&2; exit "${2:-1}"; }

sha256() { tr -d '\r' | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1; }

# What the bindings are made from, and the bindings in the folder $1: a line each.
hashes() {
    echo "$({ cat "${headers[@]}" "$includes" "$root/scripts/jextract.sh"; echo "$tree"; } | sha256)  headers"
    echo "$(cat "$1"/*.java | sha256)  bindings"
}

# The lines of the include list without comments: "--include-KIND NAME".
symbols() { tr -d '\r' < "$includes" | sed 's/#.*//' | awk 'NF { print $1, $2 }'; }

# jextract says nothing about a name that it does not find, nor can it know what was forgotten.
check_includes() {
    local twice name
    twice=$(symbols | sort | uniq -d)
    [ -z "$twice" ] || fail "native/llama.includes has this twice: $twice"
    for name in $(sed -nE -e 's/^PAN_API [^(]*[ *](pan_[a-z0-9_]+)\(.*/\1/p' -e 's/^ +(PAN_[A-Z0-9_]+) = .*/\1/p' \
            -e 's/^typedef struct (pan_[a-z0-9_]+) \{.*/\1/p' "${headers[@]}"); do
        symbols | grep -x -- "--include-[a-z]* $name" >/dev/null || fail "native/llama.includes lacks $name"
    done
}

check_output() { # folder
    local kind name
    symbols | while read -r kind name; do
        case $kind in
            --include-struct) [ -f "$1/$name.java" ] ;;
            *) grep -q "^    public static [A-Za-z]* $name(" "$1/panallama_h.java" ;;
        esac || fail "$name of native/llama.includes is not in the headers, or not of that kind"
    done
}

find_jextract() {
    if [ -n "${JEXTRACT_HOME:-}" ] && [ -x "$JEXTRACT_HOME/bin/jextract" ]; then
        (cd "$JEXTRACT_HOME/bin" && echo "$PWD/jextract")
    else
        command -v jextract || true
    fi
}

generate() { # empty folder; the sources are then in its folder out
    local raw=$1/raw/${package//.//} file
    if [ -e "$llama/.git" ] && [ "$(git -C "$llama" rev-parse 'HEAD^{tree}')" != "$tree" ]; then
        fail "$llama is not the llama.cpp of native/llama.version (tree $tree)"
    fi
    # From a folder of its own: jextract obeys a compile_flags.txt in the current one.
    (cd "$1" && "$jextract" -I "$llama/include" -I "$llama/ggml/include" --header-class-name panallama_h \
        --target-package "$package" --output raw "@$includes" "$header") || fail "jextract failed"
    check_output "$raw"

    # int64_t and size_t are C_LONG where jextract ran, but a long has 4 bytes on Windows: they become C_LONG_LONG, and
    # C_LONG goes. NativeLibrary is asked when a function is first used: structs and constants need no library.
    mkdir "$1/out"
    for file in "$raw"/*.java; do
        sed -e '/ValueLayout\.OfLong C_LONG = .*get("long");$/d' -e 's/C_LONG\([^_]\)/C_LONG_LONG\1/g' \
            -e "s/SYMBOL_LOOKUP = SymbolLookup\.loaderLookup()$/SYMBOL_LOOKUP = $lookup/" \
            -e '/^ *\.or(Linker\.nativeLinker()\.defaultLookup());$/d' "$file" > "$1/out/${file##*/}"
    done
    [ "$(cat "$raw"/*.java | grep -c 'OfLong C_LONG = .*get("long");$')" = 1 ] && ! grep -qw C_LONG "$1"/out/* ||
        fail "the C_LONG substitution did not match: generate on 64-bit Linux or macOS"
    [ "$(cat "$1"/out/* | grep -cF "SYMBOL_LOOKUP = $lookup")" = 1 ] &&
        ! grep -qE 'loaderLookup|defaultLookup|libraryLookup' "$1"/out/* || fail "the library lookup was not replaced"
}

case "${1-}" in
    '') check=false ;;
    --check) check=true ;;
    *) fail "usage: scripts/jextract.sh [--check]" 2 ;;
esac

check_includes
if $check; then
    [ -f "$stamp" ] || fail "$stamp is missing: run scripts/jextract.sh"
    now=$(hashes "$gen")
    [ "$(sed -n 1p <<< "$now")" = "$(sed -n 1p "$stamp" | tr -d '\r')" ] ||
        fail "the bindings are older than their headers: run scripts/jextract.sh and commit src/main/jextract"
    [ "$now" = "$(tr -d '\r' < "$stamp")" ] ||
        fail "the bindings are not what scripts/jextract.sh wrote: run it instead of editing them"
fi
jextract=$(find_jextract)
$check && { [ -z "$jextract" ] || [ ! -f "$llama/include/llama.h" ]; } && exit 0
[ -n "$jextract" ] ||
    fail "no jextract on PATH or in \$JEXTRACT_HOME/bin: get it from https://github.com/openjdk/jextract" 5
[ -f "$llama/include/llama.h" ] ||
    fail "no llama.cpp headers in $llama: set LLAMA_CPP_DIR or build the native library first"
llama=$(cd "$llama" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
generate "$temp"
if $check; then
    diff -r "$gen" "$temp/out" >&2 || fail "generating again gives other bindings (is it another jextract?)"
else
    rm -rf "$gen" && mkdir -p "$gen"
    cp "$temp"/out/*.java "$gen"
    hashes "$gen" > "$stamp"
fi
