#!/usr/bin/env bash
# The runtime under its model checkers, each in a target directory of its own, because its `--cfg`
# rebuilds everything. Arguments go to `cargo test`, for instance the name of a scenario.
set -euo pipefail
cd "$(dirname "$0")/../.."

export CARGO_INCREMENTAL=0

for checker in shuttle loom; do
    printf '\n== %s\n' "$checker"
    RUSTFLAGS="${RUSTFLAGS:-} --cfg lava_check=\"$checker\"" CARGO_TARGET_DIR="target/$checker" \
        cargo test -p lava-interleavings --locked --test "$checker" "$@"
done
