"""Compares the activity of our microcircuit with that of NEST, neuron by neuron, over many seeds.

    python accuracy.py [--scale S] [--time MS] [--seeds N] [--threads N] [--folder FOLDER]

For each population and seed: the rates of its neurons, the coefficients of variation of the intervals between
their spikes, and the correlation coefficients of pairs. README.md says how they are compared.
"""

import argparse
import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from common import WARM_UP, Microcircuit, sizes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

TRANSIENT = 500.0
"""Model time, in ms, that is left out."""
BIN = 2.0
"""The bins of correlations, in ms."""
CORRELATED = 200
"""Neurons of a population, the first that fire, whose pairs are correlated."""
DIVISIONS = 20_000
"""Random divisions of the runs in two, from which it follows whether ours and NEST's differ."""


def main():
    options = arguments()
    commands = {
        "ours": [options.programs / "microcircuit"],
        "NEST": [options.nest_python, HERE / "nest_networks.py", "microcircuit"],
    }
    runs = {
        name: [simulate(command, name, seed, options) for seed in range(1, options.seeds + 1)]
        for name, command in commands.items()
    }
    print_comparison(runs, options)


def arguments():
    parser = argparse.ArgumentParser(description="Compares our microcircuit with NEST's.")
    parser.add_argument("--scale", type=float, default=0.1, help="size (0.1)")
    parser.add_argument("--time", type=float, default=10_000.0, help="model time, in ms, after 500 (10000)")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each (10)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("accuracy"),
                        help="for the spikes, some 20 MB a run; those that are there are taken (accuracy)")  # fmt: skip
    parser.add_argument("--nest-python", default=sys.executable, help="a Python that has NEST")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--programs", type=Path, default=target / "release" / "examples",
                        help="our programs (target/release/examples)")  # fmt: skip
    return parser.parse_args()


def simulate(command, name, seed, options):
    """Runs a simulation unless its spikes are there. Returns the statistics of each population."""
    folder = options.folder / f"{name}-{seed}"
    populations = sizes(Microcircuit, options.scale)
    files = [folder / f"{number}.npy" for number in range(len(populations))]
    if not all(file.exists() for file in files):
        print(f"{name}, seed {seed}", file=sys.stderr)
        given = {"scale": options.scale, "threads": options.threads, "seed": seed, "spikes": folder}
        given["time"] = options.time + TRANSIENT - WARM_UP
        flags = [text for argument, value in given.items() for text in (f"--{argument}", str(value))]
        subprocess.run([*map(str, command), *flags], check=True, stdout=subprocess.DEVNULL)
    neurons = populations.values()
    return [statistics(np.load(file), count, options.time) for file, count in zip(files, neurons)]


def statistics(spikes, neurons, time):
    """Rates, in Hz, of all neurons; coefficients of variation of those with at least three spikes; correlation
    coefficients of pairs of neurons that fire."""
    first, last = (round(end / Microcircuit.DT) for end in (TRANSIENT, TRANSIENT + time))
    spikes = spikes[(spikes[:, 0] > first) & (spikes[:, 0] <= last)]
    steps, which = spikes[np.lexsort((spikes[:, 0], spikes[:, 1]))].T.astype(np.int64)
    counts = np.bincount(which, minlength=neurons)
    trains = np.split(steps, np.cumsum(counts)[:-1])
    intervals = [np.diff(train) for train in trains if len(train) > 2]

    firing = np.flatnonzero(counts)[:CORRELATED]
    width = round(BIN / Microcircuit.DT)
    edges = np.arange(first, last + width, width) + 0.5
    binned = np.array([np.histogram(trains[neuron], edges)[0] for neuron in firing])
    pairs = np.triu_indices(len(firing), 1)
    return {
        "rates": np.sort(counts / time * 1000),
        "CVs": np.sort([each.std() / each.mean() for each in intervals]),
        "correlations": np.sort(np.corrcoef(binned)[pairs]),
    }


def distance(a, b):
    """The Kolmogorov–Smirnov distance of two sorted samples."""
    values = np.concatenate([a, b])
    below = [np.searchsorted(sample, values, "right") / len(sample) for sample in (a, b)]
    return float(np.abs(below[0] - below[1]).max())


def compared(ours, nest):
    """Returns the mean distance of a run of ours from one of NEST's, that of two runs of one simulator, and the share
    of random divisions of all runs in two whose halves are as far apart, relative to the runs within them."""
    runs = ours + nest
    distances = np.zeros((len(runs), len(runs)))
    for a, b in itertools.combinations(range(len(runs)), 2):
        distances[a, b] = distances[b, a] = distance(runs[a], runs[b])

    def means(is_nest):
        between = distances[np.ix_(is_nest, ~is_nest)].mean()
        sides = [distances[np.ix_(side, side)] for side in (is_nest, ~is_nest)]
        within = [side.sum() / (len(side) * (len(side) - 1)) for side in sides]
        return between, sum(within) / 2

    def excess(is_nest):
        between, within = means(is_nest)
        return between - within

    is_nest = np.arange(len(runs)) >= len(ours)
    random = np.random.default_rng(1)
    divisions = (random.permutation(is_nest) for _ in range(DIVISIONS))
    as_far = sum(excess(division) >= excess(is_nest) for division in divisions)
    return *means(is_nest), (as_far + 1) / (DIVISIONS + 1)


def print_comparison(runs, options):
    statistics = ("rates", "CVs", "correlations")
    print(f"| | ours, Hz | NEST, Hz | {' | '.join(statistics)} |")
    print("|---|--:|--:|--:|--:|--:|")
    for number, name in enumerate(sizes(Microcircuit, options.scale)):
        cells = []
        for each in runs.values():
            rates = [run[number]["rates"].mean() for run in each]
            cells.append(f"{np.mean(rates):.2f} ± {np.std(rates, ddof=1):.2f}")
        for statistic in statistics:
            ours, nest = ([run[number][statistic] for run in each] for each in runs.values())
            between, within, p = compared(ours, nest)
            cells.append(f"{between:.3f} : {within:.3f}, p {p:.2f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
