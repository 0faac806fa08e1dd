"""The benchmark networks for Auryn, a C++ simulator of plastic networks.

    python auryn_networks.py brunel_stdp [--scale S] [--threads N] [--time MS] [--seed K]

Needs Auryn, built outside of this repository; AURYN names its folder, whose `build/release` has the
library. The program is compiled there, from `auryn_networks.cpp`, and runs as one process for each
thread that is asked for. Prints one line of JSON; `common.report` says what is in it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from common import (
    WARM_UP,
    Brunel,
    BrunelStdp,
    VogelsAbbott,
    arguments,
    distribution,
    peak_mb,
    report,
    sizes,
)

SOURCE = Path(__file__).with_name("auryn_networks.cpp")
NETWORKS = {"brunel": Brunel, "brunel_stdp": BrunelStdp, "coba": VogelsAbbott}
LIBRARIES = ["mpi", "serialization", "program_options", "date_time", "system", "filesystem"]


def program():
    """Compiles the program with the options that Auryn has, if it is not there."""
    if "AURYN" not in os.environ:
        sys.exit("AURYN names no folder; README.md says how Auryn is built")
    auryn = Path(os.environ["AURYN"])
    library = auryn / "build/release/src/libauryn.a"
    built = auryn / "build/release/lava_networks"
    if built.exists() and built.stat().st_mtime > SOURCE.stat().st_mtime:
        return built
    command = ["mpicxx", "-O3", "-DNDEBUG", "-march=native", "-ffast-math", "-I", auryn / "src"]
    command += ["-o", built, SOURCE, library, *(f"-lboost_{name}" for name in LIBRARIES)]
    subprocess.run(command, check=True)
    return built


def main():
    options = arguments("The benchmark networks for Auryn.", NETWORKS)
    neurons = sizes(NETWORKS[options.network], options.scale)
    times = [WARM_UP / 1000, options.time / 1000]
    command = [program(), options.network, *neurons.values(), *times, options.seed]
    if options.threads > 1:
        command = ["mpirun", "--allow-run-as-root", "--bind-to", "core", "-n", options.threads, *command]
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        subprocess.run([*map(str, command), name], check=True, stdout=subprocess.DEVNULL)
        ranks = range(options.threads)
        figures = np.array([np.loadtxt(directory / f"figures.{rank}") for rank in ranks])
        weights = [read_weights(directory / f"weights.{rank}") for rank in ranks]
        spikes = {name: sum(fired(directory / f"{name}.{rank}") for rank in ranks) for name in neurons}
        peak = sum(peak_mb(directory / f"status.{rank}") for rank in ranks)
    report(
        neurons,
        spikes,
        options.time,
        build_s=figures[:, 0].max(),
        sim_s=figures[:, 1].max(),
        synapses=int(figures[:, 2].sum()),
        peak_mb=peak,
        weights=distribution(np.concatenate(weights)) if options.network == "brunel_stdp" else None,
        version=f"Auryn, {os.environ['AURYN']}",
    )


def read_weights(file):
    """The weights that learn, in mV."""
    return 1000 * np.fromfile(file, np.float32).astype(float) if file.exists() else []


def fired(file):
    """The spikes of a file after the warm-up: a line has a time in s, and a neuron."""
    with open(file) as lines:
        return sum(float(line.split()[0]) > WARM_UP / 1000 for line in lines)


if __name__ == "__main__":
    main()
