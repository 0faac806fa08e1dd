#!/usr/bin/env bash
# Readers of files under libFuzzer, one after the other, each for SECONDS_EACH seconds (default 600). Arguments are
# names of targets; default: all. Needs a C++ compiler, and no other toolchain than the stable one: coverage comes
# from a pass of LLVM, without a sanitizer.
#
# Inputs that reach something new are kept in `target/fuzz/corpus`, those that fail in `target/fuzz/failures`.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${SECONDS_EACH:-600}

host=$(rustc -vV | sed -n 's/^host: //p')
target_dir=${CARGO_TARGET_DIR:-../../target/fuzz}
export CARGO_TARGET_DIR=$target_dir CARGO_INCREMENTAL=0
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"

names=("$@")
if [ ${#names[@]} = 0 ]; then
    names=(aedat4 connections dat hdf5 matrix_market netx network nir nir_data nmnist npy npz snapshot sonata
        sonata_frames sonata_spikes spike_times spikes)
fi
# A target of the compiler's own keeps the counters out of build scripts and macros.
RUSTFLAGS="${RUSTFLAGS:-} $coverage" cargo build --release --locked --target "$host"

seed() { mkdir -p "$corpus"; cp "$@" "$corpus"; }
fixtures=../fixtures failed=()
for name in "${names[@]}"; do
    corpus=$target_dir/corpus/$name failures=$target_dir/failures/$name
    mkdir -p "$corpus" "$failures"
    case $name in
        aedat4) seed $fixtures/camera/*.aedat4 ;;
        connections) seed $fixtures/table/connections.csv ;;
        dat) seed $fixtures/camera/*.dat ;;
        hdf5) seed $fixtures/nir/data.nir $fixtures/netx/matrix.net $fixtures/sonata/mixed/network/nodes.h5 ;;
        matrix_market) seed $fixtures/table/*.mtx ;;
        netx) seed $fixtures/netx/*.net ;;
        network | snapshot) ;; # They are written by the program.
        nir) seed $fixtures/nir/{old,several,recurrent}.nir ;;
        nir_data) seed $fixtures/nir/data.nir ;;
        nmnist) seed $fixtures/camera/*.bin ;;
        npy) seed $fixtures/npy/*.npy ;;
        npz) seed $fixtures/npz/*.npz ;;
        sonata)
            number=0
            for file in circuit_config.json simulation_config.json node_sets.json network/node_types.csv \
                network/edge_types.csv network/nodes.h5 network/edges.h5; do
                # The first byte chooses the file.
                { printf "\\x$(printf %02x $number)"; cat "$fixtures/sonata/mixed/$file"; } > "$corpus/$number"
                number=$((number + 1))
            done
            ;;
        sonata_frames) seed $fixtures/sonata/mixed/inputs/spikes.h5 ;;
        sonata_spikes) seed $fixtures/sonata/mixed/inputs/spikes.{csv,h5} ;;
        spikes | spike_times) seed $fixtures/table/spikes.csv ;;
        *) printf 'no such target: %s\n' "$name" >&2 && exit 2 ;;
    esac
    printf '\n== %s, %s s\n' "$name" "$seconds"
    LAVA_FUZZ_TARGET=$name LAVA_FUZZ_SEEDS=$corpus "$target_dir/$host/release/lava-fuzz" \
        -max_total_time="$seconds" -timeout=10 -max_len=65536 -print_final_stats=1 -artifact_prefix="$failures/" "$corpus" ||
        failed+=("$name")
done
[ ${#failed[@]} = 0 ] || { printf 'inputs that fail: %s\n' "${failed[*]}" >&2 && exit 1; }
