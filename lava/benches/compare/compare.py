"""Runs our benchmark networks and those of NEST and Brian2 by turns, and prints tables.

    python compare.py [NETWORK ...] [--threads N] [--repeat R] [--time MS] [--wall S]

Every run is a process of its own. README.md says what is measured, and how fair it is.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from statistics import fmean, median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

NETWORKS = {
    "brunel": ("brunel", 1, 1),
    "brunel-1250": ("brunel", 0.125, 1),
    "brunel_stdp": ("brunel_stdp", 1, 1),
    "brunel_stdp-1250": ("brunel_stdp", 0.125, 1),
    "cuba": ("cuba", 1, 1),
    "coba": ("coba", 1, 1),
    "coba-euler": ("coba", 1, 1),
    "cuba-100000": ("cuba", 25, 1),
    "microcircuit-0.1": ("microcircuit", 0.1, 1),
    "dense_ff": ("dense_ff", 1, 10),
    "lif_only": ("lif_only", 1, 1),
    "microcircuit": ("microcircuit", 1, 1),
}
"""The program and the scale of each network, and how many times `--time` it runs: `dense_ff` takes
us 8 ms for a second, of which our program prints three decimals."""
OURS = {"coba-euler": ["--euler", "--random-degrees", "--delay", 0.8]}
"""What our program is given in addition: `coba` as Auryn has it, which alone is compared with it."""
OF_AURYN = ["brunel", "brunel-1250", "brunel_stdp", "brunel_stdp-1250", "coba-euler"]
"""The networks that there are for Auryn."""
ON_REQUEST = "microcircuit"
"""Takes NEST 14 GB and minutes."""


def main():
    options = arguments()
    results, failures = measure(options)
    print_machine(options)
    print_speed(options, results)
    print_best(options, results)
    print_build(options, results)
    print_rates(options, results)
    print_weights(options, results)
    print_notes(results, failures)


def arguments():
    """What the command line asks for, and what starts each simulator."""
    parser = argparse.ArgumentParser(description="Compares our networks with NEST and Brian2.")
    parser.add_argument("networks", nargs="*", type=network, metavar="NETWORK",
                        help=f"{', '.join(NETWORKS)}; all but {ON_REQUEST}")  # fmt: skip
    parser.add_argument("--threads", type=int, action="append", metavar="N",
                        help="may be given more than once (1 and 2)")  # fmt: skip
    parser.add_argument("--repeat", type=int, default=3, metavar="R", help="runs of each (3)")
    parser.add_argument("--time", type=float, default=1000, metavar="MS", help="model time (1000)")
    parser.add_argument("--wall", type=float, metavar="S",
                        help="peers simulate no more than this wall time allows, but 1 s of model time")  # fmt: skip
    parser.add_argument("--nest-python", default=sys.executable, help="a Python that has NEST")
    parser.add_argument("--brian-python", default=sys.executable, help="a Python that has Brian2")
    parser.add_argument("--auryn", help="the folder of Auryn, built; simulates brunel, brunel_stdp, coba-euler")
    parser.add_argument("--genn-python", help="a Python that has GeNN; simulates on one thread")
    parser.add_argument("--skip", choices=["nest", "brian2"], action="append", default=[])
    options = parser.parse_args()
    options.networks = options.networks or [name for name in NETWORKS if name != ON_REQUEST]
    options.threads = options.threads or [1, 2]

    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    options.simulators = {"ours": lambda program: [target / "release" / "examples" / program]}
    peers = {
        "NEST": (options.nest_python, "nest_networks.py"),
        "Brian2": (options.brian_python, "brian_networks.py"),
        "GeNN": (options.genn_python, "genn_networks.py"),
    }
    for name, (python, script) in peers.items():
        if python and name.lower() not in options.skip:
            command = [python, HERE / script]
            options.simulators[name] = lambda program, command=command: [*command, program]
    if options.auryn:
        os.environ["AURYN"] = options.auryn
        script = [sys.executable, HERE / "auryn_networks.py"]
        options.simulators["Auryn"] = lambda program: [*script, program]
    return options


def network(name):
    """An argument that must be a network."""
    if name not in NETWORKS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(NETWORKS)}")
    return name


class Failure(Exception):
    """Why there are no figures of a run."""


def measure(options):
    """Runs everything by turns. Returns the figures of the runs by network, threads and simulator,
    and why there are none."""
    results, failures = {}, {}
    for network in options.networks:
        program, scale, times = NETWORKS[network]
        for threads in options.threads:
            for seed in range(1, options.repeat + 1):
                for name, command in options.simulators.items():
                    key = network, threads, name
                    if key in failures or not has(name, network, threads):
                        continue
                    print(f"{network}, threads {threads}, run {seed}, {name}", file=sys.stderr)
                    arguments = {"scale": scale, "threads": threads, "seed": seed}
                    arguments["time"] = model_time(options, name, times, results.get(key))
                    try:
                        extra = OURS.get(network, []) if name == "ours" else []
                        figures = run([*command(program), *extra], arguments)
                        results.setdefault(key, []).append(figures)
                    except Failure as failure:
                        failures[key] = str(failure)
    return results, failures


def model_time(options, simulator, times, runs):
    """Model time of a simulator's next run: of a peer, after a first run of a second, as much as it may."""
    most = times * options.time
    if simulator == "ours" or options.wall is None:
        return most
    least = times * min(1000.0, options.time)
    if not runs:
        return least
    allowed = 1000 * options.wall / max(map(real_time_factor, runs))
    return min(most, max(least, allowed))


def has(simulator, network, threads):
    """Whether a simulator has the network, and can run it on this number of threads."""
    if simulator == "Auryn":
        return network in OF_AURYN
    if simulator == "GeNN" and threads > 1:
        return False
    return simulator == "ours" or network not in OURS


def run(command, arguments):
    """Runs a program. Returns the figures that it prints."""
    for name, value in arguments.items():
        command = [*command, f"--{name}", value]
    try:
        done = subprocess.run(
            [*map(str, command)], check=False, capture_output=True, text=True
        )
    except OSError as error:
        raise Failure(f"cannot start {command[0]}: {error.strerror}") from None
    if done.returncode != 0:
        # A signal, such as that of a system out of memory, leaves no message.
        lines = done.stderr.strip().splitlines() if done.returncode > 0 else []
        raise Failure(lines[-1] if lines else f"ended with status {done.returncode}")
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else figures_of_ours(done.stdout)


def figures_of_ours(report):
    """The figures in the report of one of our programs, named as in the peers' JSON."""

    def number(name):
        found = re.search(rf"^{name} +([\d.]+)", report, re.MULTILINE)
        if not found:
            raise Failure(f"its report has no {name}")
        return float(found[1])

    _, _, table = report.partition("\npopulation")
    populations = re.findall(r"^(\S+) +\d+ +([\d.]+)", table, re.MULTILINE)
    weights = re.search(r"^plastic weights +(\S+) ± (\S+), 90 % from (\S+) to (\S+)$", report, re.M)
    return {
        "weights": [float(number) for number in weights.groups()] if weights else None,
        "build_s": number("build time"),
        "sim_s": number("simulation time"),
        "model_s": number("simulation time +[0-9.]+ s for"),
        "peak_mb": number("peak memory"),
        "rate": number("mean rate"),
        "rates": {name: float(rate) for name, rate in populations},
    }


def real_time_factor(figures):
    """Wall time over model time."""
    return figures["sim_s"] / figures["model_s"]


def print_machine(options):
    """Where and how often was measured."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"^model name\s*: (.+)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        cpu = found[1] if found else cpu
    wall = f", of peers as much as {options.wall:g} s of wall time allow" if options.wall else ""
    print(
        f"{cpu}, {os.cpu_count()} cores; runs: {options.repeat}, {options.time:g} ms each{wall}; medians"
    )


def print_speed(options, results):
    """The speed of each network on each number of threads; and rates, which should agree."""
    names = list(options.simulators)
    rows = []
    for network in options.networks:
        for threads in options.threads:
            factors = medians(results, network, threads, names, real_time_factor)
            rates = medians(results, network, threads, names, lambda figures: figures["rate"])
            numbers = [*map(digits, factors), *ratios(factors), *map(digits, rates)]
            rows.append([network, threads, *numbers])
    head = ["network", "threads", *names, *ratio_names(names), *(f"Hz, {name}" for name in names)]
    print_table("Real-time factor, wall time over model time; and mean rates", head, rows)


def print_best(options, results):
    """The speed of each simulator on the number of threads that suits it."""
    names = list(options.simulators)
    rows = []
    for network in options.networks:
        factors, cells = [], []
        for name in names:
            found = [
                (median(map(real_time_factor, results[network, threads, name])), threads)
                for threads in options.threads
                if (network, threads, name) in results
            ]
            factor, threads = min(found, default=(None, None))
            factors.append(factor)
            cells.append(f"{digits(factor)} ({threads})" if found else "–")
        rows.append([network, *cells, *ratios(factors)])
    head = ["network", *names, *ratio_names(names)]
    print_table("Best real-time factor (and its threads)", head, rows)


def print_build(options, results):
    """What it takes before the first step; of the first number of threads."""
    names = list(options.simulators)
    threads = options.threads[0]
    rows = []
    for network in options.networks:
        seconds = medians(results, network, threads, names, lambda figures: figures["build_s"])
        memory = medians(results, network, threads, names, lambda figures: figures["peak_mb"])
        rows.append([network, *map(digits, seconds), *map(digits, memory)])
    head = ["network", *(f"s, {name}" for name in names), *(f"MB, {name}" for name in names)]
    print_table(f"Time to build and peak memory, threads: {threads}", head, rows)


def print_rates(options, results):
    """The rates of each population: whether all simulate the same network."""
    names = list(options.simulators)
    threads = options.threads[0]
    rows = []

    def mean(runs, population):
        return fmean(figures["rates"][population] for figures in runs) if runs else None

    for network in options.networks:
        runs = [results.get((network, threads, name), []) for name in names]
        for population in next((each[0]["rates"] for each in runs if each), []):
            means = [mean(each, population) for each in runs]
            rows.append([network, population, *map(digits, means)])
    print_table("Mean rates, in Hz, over all runs", ["network", "population", *names], rows)


def print_weights(options, results):
    """The distributions of the weights that learn: whether all simulate the same plasticity."""
    threads = options.threads[0]
    rows = []
    for network in options.networks:
        for name in options.simulators:
            runs = results.get((network, threads, name), [])
            found = [figures["weights"] for figures in runs if figures.get("weights")]
            if found:
                means = [f"{fmean(column):.4f}" for column in zip(*found, strict=True)]
                rows.append([network, name, *means])
    if rows:
        head = ["network", "simulator", "mean", "deviation", "5 % below", "95 % below"]
        print_table("Weights that learn, in mV, at the end; means over all runs", head, rows)


def print_notes(results, failures):
    """What did not run, which versions did, and how far runs of the same differ."""
    print()
    for (network, threads, name), reason in failures.items():
        print(f"- no figures of {name} on {network}, threads {threads}: {reason}")
    for name in dict.fromkeys(name for _, _, name in results):
        runs = [each for (_, _, other), each in results.items() if other == name]
        spreads = [spread([real_time_factor(figures) for figures in each]) for each in runs]
        what = runs[0][0].get("version") or f"lava, commit {commit()}"
        print(f"- {name}: {what}; its slowest and fastest run differ by {median(spreads):.0%} "
              f"(median of all rows), {max(spreads):.0%} at most")  # fmt: skip


def spread(numbers):
    """How far the largest and the smallest differ, relative to the median."""
    return (max(numbers) - min(numbers)) / median(numbers)


def commit():
    """The commit that we are at."""
    command = ["git", "-C", ROOT, "describe", "--always", "--dirty"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def medians(results, network, threads, names, figure):
    """The median of a figure for each simulator, None where there is none."""
    runs = [results.get((network, threads, name)) for name in names]
    return [median(map(figure, each)) if each else None for each in runs]


def ratios(factors):
    """How many times our factor each peer's is."""
    ours, *peers = factors
    return [f"{peer / ours:.1f} ×" if ours and peer else "–" for peer in peers]


def ratio_names(names):
    return [f"{name} / ours" for name in names[1:]]


def digits(number):
    """Three digits, or all those before the point."""
    if number is None:
        return "–"
    return f"{number:.0f}" if number >= 1000 else f"{number:#.3g}".rstrip(".")


def print_table(title, head, rows):
    """A table in Markdown."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(head)} |")
    print("|---" + "|--:" * (len(head) - 1) + "|")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")


if __name__ == "__main__":
    main()
