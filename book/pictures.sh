#!/usr/bin/env bash
# Makes the pictures of the book and of the documentation, by the programs that they show.
set -euo pipefail
cd "$(dirname "$0")/.."
pictures=book/src/pictures
mkdir -p "$pictures"
for name in tour chapters looking dnf mnist robot; do
    cargo run --release -p lava-examples --example "$name" -- "$pictures/$name.svg"
done
# Those of the README.
docs=docs/pictures
cargo run --release -p lava-examples --example digits -- "$docs/digits.svg"
cargo run --release -p lava-examples --example izhikevich -- "$docs/izhikevich.svg"
cargo run --release --example ei_network -- "$docs/ei_network.svg"
cargo run --release --example adaptive -- "$docs/adaptive.svg"
# Those of the processes, which their pages in the documentation have as well.
cargo run --release -p lava-examples --example library -- lava/pictures
# Recordings and reports, which the programs put beside their pictures.
rm -f "$pictures"/*.npy "$pictures"/*.html
