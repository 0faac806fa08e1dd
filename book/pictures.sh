#!/usr/bin/env bash
# Makes the pictures of the book, by the programs that it shows.
set -euo pipefail
cd "$(dirname "$0")/.."
pictures=book/src/pictures
mkdir -p "$pictures"
for name in tour chapters looking dnf mnist robot; do
    cargo run --release -p lava-examples --example "$name" -- "$pictures/$name.svg"
done
# Recordings and reports, which the programs put beside their pictures.
rm -f "$pictures"/*.npy "$pictures"/*.html
