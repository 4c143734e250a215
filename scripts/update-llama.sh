#!/usr/bin/env bash
# Moves to another llama.cpp: new tree id, regenerated bindings, rebuilt, tested.
#
#   scripts/update-llama.sh TAG          such as v0.6.0, fetched from the project's git
#   LLAMA_CPP_DIR=… scripts/update-llama.sh TAG     from a checkout of that tag
#
# Needs a jextract (PATH or JEXTRACT_HOME). Changes native/llama.version and src/main/jextract; commits nothing.
# CONTRIBUTING.md says what to look at in the diff.
set -euo pipefail
[[ -n ${LLAMA_CPP_DIR:-} ]] && LLAMA_CPP_DIR=$(cd "$LLAMA_CPP_DIR" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'update-llama: %s\n' "$*" >&2; }
(($# == 1)) || { say "usage: scripts/update-llama.sh TAG"; exit 2; }
tag=$1
pin=native/llama.version
value() { sed -n "s/^$1 = //p" "$pin"; }

source=${LLAMA_CPP_DIR:-}
if [[ -z $source ]]; then
    say "fetching $tag from $(value git)"
    rm -rf build/llama.cpp.new
    git clone --quiet --depth 1 --branch "$tag" "$(value git)" build/llama.cpp.new
    rm -rf build/llama.cpp
    mv build/llama.cpp.new build/llama.cpp
    source=$PWD/build/llama.cpp
fi
[[ -f $source/include/llama.h ]] || { say "$source holds no llama.cpp source"; exit 1; }
tree=$(git -C "$source" rev-parse 'HEAD^{tree}')
if [[ $tree == "$(value tree)" ]]; then
    say "$tag has the tree that is pinned already, $tree: nothing to do"
    exit 0
fi

say "pinning $tag, tree $tree (was $(value tag), $(value tree))"
# The published package of the old tree does not carry this one: its lines go until there is one that does.
sed -i.bak -e "s/^version = .*/version = ${tag#v}/" -e "s/^tag = .*/tag = $tag/" -e "s/^tree = .*/tree = $tree/" \
    -e '/^# a published package/d' -e '/^npm/d' "$pin"
rm "$pin.bak"

export LLAMA_CPP_DIR=$source
say "regenerating the bindings"
scripts/jextract.sh
git --no-pager diff --stat -- src/main/jextract
say "building and testing"
mvn --batch-mode --no-transfer-progress verify
say "done: read the diff of native/llama.version and src/main/jextract with CONTRIBUTING.md's table beside it"
