"""What the scripts for NEST and Brian2 share: parameters, arguments, output.

The parameters are those of the Rust programs in `crates/lava-benchmarks`, in the same units: mV, ms,
pA, nS, pF, Hz. The papers they come from are named there and here. A parameter that is changed in
one place must be changed in the other.
"""

import argparse
import json
import math

WARM_UP = 100.0
"""Model time, in ms, that is simulated first and counts for nothing."""


class Brunel:
    """Brunel (2000), J. Comput. Neurosci. 8, 183-208, model A; resets to rest, as in NEST's
    `brunel_delta_nest.py`."""

    DT = 0.1
    NEURONS = {"excitatory": 8000, "inhibitory": 2000}
    CONNECTIVITY = 0.1
    WEIGHTS = {"excitatory": 0.1, "inhibitory": -0.5}
    DELAY = 1.5
    THRESHOLD, TAU_M, T_REF = 20.0, 20.0, 2.0
    INPUT_RATE = 20_000.0
    """Twice the rate that just reaches the threshold: 2 * THRESHOLD / (0.1 mV * TAU_M)."""


class BrunelStdp(Brunel):
    """`Brunel` with weight-dependent STDP between excitatory neurons, all pairs of spikes, as in Zenke &
    Gerstner (2014), Front. Neuroinform. 8, 76."""

    TAU_STDP = 20.0
    A_PLUS, A_MINUS = 0.01, 0.0202
    """Factors of (LARGEST - w) at a post-spike and of w at a pre-spike."""
    LARGEST = 0.3
    """The largest plastic weight."""


class VogelsAbbott:
    """Brette et al. (2007), J. Comput. Neurosci. 23, 349-398, benchmarks 1 (`coba`) and 2
    (`cuba`), after Vogels & Abbott (2005), J. Neurosci. 25, 10786-10795."""

    DT = 0.1
    NEURONS = {"excitatory": 3200, "inhibitory": 800}
    DEGREES = {"excitatory": 64, "inhibitory": 16}
    C_M, G_L, T_REF, DELAY = 200.0, 10.0, 5.0, 0.1
    THRESHOLD, RESET = -50.0, -60.0
    TAU_EX, TAU_IN = 5.0, 10.0

    CURRENTS = {"excitatory": 16.2, "inhibitory": -90.0}
    REST_CUBA = -49.0

    CONDUCTANCES = {"excitatory": 6.0, "inhibitory": 67.0}
    REST_COBA, E_EX, E_IN = -60.0, 0.0, -80.0
    STIMULUS, STIMULUS_RATE = 50.0, 300.0


class Microcircuit:
    """Potjans & Diesmann (2014), Cereb. Cortex 24(3), 785-806; first voltages as in NEST's
    implementation; scaled as in van Albada, Helias & Diesmann (2015), PLoS Comput. Biol. 11(9)."""

    DT = 0.1
    NEURONS = {
        "L2/3e": 20683, "L2/3i": 5834, "L4e": 21915, "L4i": 5479,
        "L5e": 4850, "L5i": 1065, "L6e": 14395, "L6i": 2948,
    }  # fmt: skip
    EXTERNAL = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
    VOLTAGES = [
        (-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94),
        (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46), (-61.43, 4.48),
    ]  # fmt: skip
    """Mean and standard deviation of the first voltages."""
    RATES = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829]
    """The published rates, for the current that makes up for scaling."""
    PROBABILITIES = [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
        [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
    ]
    """One row a target, one column a source."""
    C_M, TAU_M, TAU_SYN, T_REF = 250.0, 10.0, 0.5, 2.0
    REST, RESET, THRESHOLD = -65.0, -65.0, -50.0
    WEIGHT, G, WEIGHT_SPREAD = 87.8, -4.0, 0.1
    DELAYS, DELAY_SPREAD = (1.5, 0.75), 0.5
    """Of excitatory and inhibitory sources."""
    EXTERNAL_RATE = 8.0

    @classmethod
    def synapses(cls, source, target):
        """How many synapses the full circuit has from one population to another."""
        neurons = list(cls.NEURONS.values())
        pairs = neurons[source] * neurons[target]
        return math.log1p(-cls.PROBABILITIES[target][source]) / math.log1p(-1 / pairs)

    @classmethod
    def weight(cls, source, target):
        """The mean weight in the full circuit."""
        if (source, target) == (2, 0):
            return 2 * cls.WEIGHT
        return cls.WEIGHT * (cls.G if source % 2 else 1)

    @classmethod
    def projections(cls, scale):
        """Yields source, target, number of synapses, mean weight and mean delay."""
        for target in range(8):
            for source in range(8):
                total = round(cls.synapses(source, target) * scale**2)
                weight = cls.weight(source, target) / math.sqrt(scale)
                if total > 0:
                    yield source, target, total, weight, cls.DELAYS[source % 2]

    @classmethod
    def compensation(cls, target, scale):
        """The constant current that makes up for the mean input that scaling takes."""
        neurons = list(cls.NEURONS.values())[target]
        recurrent = sum(
            cls.synapses(source, target) / neurons * cls.weight(source, target) * rate
            for source, rate in enumerate(cls.RATES)
        )
        external = cls.EXTERNAL[target] * cls.WEIGHT * cls.EXTERNAL_RATE
        return (1 - math.sqrt(scale)) * (recurrent + external) * cls.TAU_SYN / 1000


class DenseFf:
    """1,000 neurons that spike every 20 steps, all their synapses to 1,000 leaky ones."""

    DT = 1.0
    NEURONS = {"input": 1000, "output": 1000}
    PERIOD, LEAK, THRESHOLD = 20, 0.1, 4.0
    TAU_M = -1 / math.log(1 - LEAK)
    """The time constant that loses LEAK of a voltage in a step of 1 ms."""

    @classmethod
    def spread(cls, inputs):
        """Standard deviation of the weights: a variance of 1 a step and output."""
        return math.sqrt(cls.PERIOD / inputs)


class LifOnly:
    """A million leaky neurons without synapses, driven by constants between 0.1 and 1.1 times the
    one that just reaches the threshold."""

    DT = 1.0
    NEURONS = {"neurons": 1_000_000}
    LEAK, THRESHOLD, DRIVE = 0.05, 1.0, (0.1, 1.1)
    TAU_M = -1 / math.log(1 - LEAK)


def sizes(network, scale):
    """The neurons of each population at this scale, by name."""
    return {name: max(int(n * scale + 0.5), 1) for name, n in network.NEURONS.items()}


def arguments(about, networks, **others):
    """Reads the arguments that both scripts take, and others: their names and what they are."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("network", choices=networks)
    parser.add_argument("--scale", type=float, default=1.0, help="size, relative to the published")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--time", type=float, default=1000.0, help="model time to measure, in ms")
    parser.add_argument("--seed", type=int, default=1)
    for name, text in others.items():
        parser.add_argument(f"--{name}", help=text)
    return parser.parse_args()


def peak_mb(status="/proc/self/status"):
    """The most memory that a process has had, in MB, from what Linux says about it."""
    with open(status) as lines:
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024 / 1e6


def distribution(weights):
    """Mean, standard deviation, 5th and 95th percentile of plastic weights, in mV, as our program prints
    them; `weights` are a numpy array."""
    ordered = weights[weights.argsort()]
    percentile = [float(ordered[int(share * (len(ordered) - 1))]) for share in (0.05, 0.95)]
    return [float(weights.mean()), float(weights.std()), *percentile]


def report(neurons, spikes, time, **figures):
    """Prints the figures of a run as one line of JSON. `spikes` are those of each population in
    the `time` ms that were measured."""
    seconds = time / 1000
    rates = {name: spikes[name] / count / seconds for name, count in neurons.items()}
    rate = sum(spikes.values()) / sum(neurons.values()) / seconds
    print(json.dumps({"model_s": seconds, "rate": rate, "rates": rates, **figures}))
