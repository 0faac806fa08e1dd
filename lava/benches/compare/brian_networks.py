"""The benchmark networks for Brian2, as C++ programs ("standalone").

    python brian_networks.py NETWORK [--scale S] [--threads N] [--time MS] [--seed K]

Each network is a function that returns a group of all neurons and the objects that act on it. Who
is connected with whom is drawn with numpy. Brian2 writes a C++ program, which is compiled in a
temporary directory and simulates. Prints one line of JSON; `common.report` says what is in it.
"""

import math
import os
import sys
import tempfile
import time

import brian2
import numpy as np
from brian2 import Hz, NeuronGroup, PoissonInput, SpikeGeneratorGroup, Synapses, ms, mV, nS, pA, pF

from common import (
    WARM_UP,
    Brunel,
    BrunelStdp,
    DenseFf,
    LifOnly,
    Microcircuit,
    VogelsAbbott,
    arguments,
    distribution,
    peak_mb,
    report,
    sizes,
)

BEFORE_THRESHOLD = "after_groups"
"""When, in a step, a voltage jumps. Brian2 would have it after the test of the threshold, so that
the leak acts on the jump before it is tested. Spikes are then those of the step before."""


def brunel(neurons, scale, rng):
    p = Brunel
    group = NeuronGroup(
        sum(neurons.values()),
        "dv/dt = -v/tau_m : volt (unless refractory)",
        threshold="v >= threshold",
        reset="v = 0*mV",
        refractory=refractory(p),
        method="exact",
        namespace={"tau_m": p.TAU_M * ms, "threshold": p.THRESHOLD * mV},
    )
    objects = [group]
    for name, part in parts(group, neurons).items():
        namespace = {"weight": p.WEIGHTS[name] * mV}
        delay = (p.DELAY - p.DT) * ms
        synapses = Synapses(part, group, on_pre="v += weight", delay=delay, namespace=namespace)
        synapses.pre.when = BEFORE_THRESHOLD
        fixed_indegree(synapses, round(p.CONNECTIVITY * neurons[name]), rng)
        objects.append(synapses)
    rate, weight = p.INPUT_RATE * Hz, p.WEIGHTS["excitatory"] * mV
    objects.append(PoissonInput(group, "v", 1000, rate / 1000, weight, when=BEFORE_THRESHOLD))
    return objects


def brunel_stdp(neurons, scale, rng):
    p = BrunelStdp
    group = NeuronGroup(
        sum(neurons.values()),
        "dv/dt = -v/tau_m : volt (unless refractory)",
        threshold="v >= threshold",
        reset="v = 0*mV",
        refractory=refractory(p),
        method="exact",
        namespace={"tau_m": p.TAU_M * ms, "threshold": p.THRESHOLD * mV},
    )
    objects = [group]
    delay = (p.DELAY - p.DT) * ms
    populations = parts(group, neurons)
    for source, sources in populations.items():
        for target, targets in populations.items():
            if source == target == "excitatory":
                synapses = plastic(sources, targets, delay)
            else:
                namespace = {"weight": p.WEIGHTS[source] * mV}
                on_pre = "v_post += weight"
                synapses = Synapses(
                    sources, targets, on_pre=on_pre, delay=delay, namespace=namespace
                )
            synapses.pre.when = BEFORE_THRESHOLD
            bernoulli(synapses, p.CONNECTIVITY, rng)
            if source == target == "excitatory":
                synapses.w = p.WEIGHTS[source] * mV
            objects.append(synapses)
    rate, weight = p.INPUT_RATE * Hz, p.WEIGHTS["excitatory"] * mV
    objects.append(PoissonInput(group, "v", 1000, rate / 1000, weight, when=BEFORE_THRESHOLD))
    return objects


def plastic(sources, targets, delay):
    """Synapses that learn as in Brian2's documentation: all of the delay is axonal, so that one pathway
    transmits and learns. Weights do not leave their bounds, so that nothing is clipped."""
    p = BrunelStdp
    return Synapses(
        sources,
        targets,
        """w : volt
        dx/dt = -x/tau_stdp : 1 (event-driven)
        dy/dt = -y/tau_stdp : 1 (event-driven)""",
        on_pre="""x += 1
        w -= a_minus*w*y
        v_post += w""",
        on_post="""y += 1
        w += a_plus*(largest - w)*x""",
        delay={"pre": delay},
        namespace={
            "tau_stdp": p.TAU_STDP * ms,
            "a_plus": p.A_PLUS,
            "a_minus": p.A_MINUS,
            "largest": p.LARGEST * mV,
        },
        name=PLASTIC,
    )


PLASTIC = "plastic"
"""The name of the synapses that learn."""


def bernoulli(synapses, probability, rng):
    """Connects every pair with this probability, listed by source."""
    targets = len(synapses.target)
    post = [
        np.flatnonzero(rng.random(targets, dtype=np.float32) < probability).astype(np.int32)
        for _ in range(len(synapses.source))
    ]
    pre = np.repeat(np.arange(len(post), dtype=np.int32), [len(each) for each in post])
    synapses.connect(i=pre, j=np.concatenate(post))


def cuba(neurons, scale, rng):
    p = VogelsAbbott
    group = NeuronGroup(
        sum(neurons.values()),
        """dv/dt = (rest - v)*g_l/c_m + (x_excitatory + x_inhibitory)/c_m : volt (unless refractory)
        dx_excitatory/dt = -x_excitatory/tau_ex : amp
        dx_inhibitory/dt = -x_inhibitory/tau_in : amp""",
        threshold="v >= threshold",
        reset="v = reset",
        refractory=refractory(p),
        method="exact",
        namespace=vogels_abbott() | {"rest": p.REST_CUBA * mV},
    )
    group.v = rng.uniform(p.RESET, p.THRESHOLD, len(group)) * mV
    return [group, *recurrent(group, neurons, p.CURRENTS, pA, rng)]


def coba(neurons, scale, rng):
    p = VogelsAbbott
    group = NeuronGroup(
        sum(neurons.values()),
        """dv/dt = (g_l*(rest - v) + x_excitatory*(e_ex - v) + x_inhibitory*(e_in - v))/c_m
                 : volt (unless refractory)
        dx_excitatory/dt = -x_excitatory/tau_ex : siemens
        dx_inhibitory/dt = -x_inhibitory/tau_in : siemens""",
        threshold="v >= threshold",
        reset="v = reset",
        refractory=refractory(p),
        method="exponential_euler",
        namespace=vogels_abbott()
        | {"rest": p.REST_COBA * mV, "e_ex": p.E_EX * mV, "e_in": p.E_IN * mV},
    )
    group.v = rng.uniform(p.RESET, p.THRESHOLD, len(group)) * mV
    return [
        group,
        *recurrent(group, neurons, p.CONDUCTANCES, nS, rng),
        *stimulus(group, p.CONDUCTANCES["excitatory"] * nS, rng),
    ]


def vogels_abbott():
    """The parameters that `cuba` and `coba` share."""
    p = VogelsAbbott
    return {
        "c_m": p.C_M * pF,
        "g_l": p.G_L * nS,
        "tau_ex": p.TAU_EX * ms,
        "tau_in": p.TAU_IN * ms,
        "threshold": p.THRESHOLD * mV,
        "reset": p.RESET * mV,
    }


def recurrent(group, neurons, weights, unit, rng):
    """The synapses of `cuba` and `coba`."""
    for name, part in parts(group, neurons).items():
        namespace = {"weight": weights[name] * unit}
        delay = VogelsAbbott.DELAY * ms
        on_pre = f"x_{name} += weight"
        synapses = Synapses(part, group, on_pre=on_pre, delay=delay, namespace=namespace)
        fixed_indegree(synapses, VogelsAbbott.DEGREES[name], rng)
        yield synapses


def stimulus(group, weight, rng):
    """Poisson input for a while, as spikes in a list: they cost nothing afterwards."""
    p = VogelsAbbott
    steps = round(p.STIMULUS / p.DT)
    chance = p.STIMULUS_RATE * p.DT / 1000
    step, neuron = np.nonzero(rng.random((steps, len(group))) < chance)
    spikes = SpikeGeneratorGroup(len(group), neuron, step * p.DT * ms)
    on_pre = "x_excitatory += weight"
    synapses = Synapses(spikes, group, on_pre=on_pre, namespace={"weight": weight})
    synapses.connect(j="i")
    return spikes, synapses


def microcircuit(neurons, scale, rng):
    p = Microcircuit
    if scale > 0.2:
        sys.exit("Brian2 needs too much memory for the circuit above --scale 0.2")
    group = NeuronGroup(
        sum(neurons.values()),
        """dv/dt = (rest - v)/tau_m + (x + constant)/c_m : volt (unless refractory)
        dx/dt = -x/tau_syn : amp
        constant : amp (constant)""",
        threshold="v >= threshold",
        reset="v = reset",
        refractory=refractory(p),
        method="exact",
        namespace={
            "rest": p.REST * mV,
            "reset": p.RESET * mV,
            "threshold": p.THRESHOLD * mV,
            "c_m": p.C_M * pF,
            "tau_m": p.TAU_M * ms,
            "tau_syn": p.TAU_SYN * ms,
        },
    )
    objects = [group]
    voltages, currents = [], []
    for target, part in enumerate(parts(group, neurons).values()):
        voltages.append(rng.normal(*p.VOLTAGES[target], len(part)))
        currents.append(np.full(len(part), p.compensation(target, scale)))
        sources, weight = round(p.EXTERNAL[target] * scale), p.WEIGHT / math.sqrt(scale) * pA
        objects.append(PoissonInput(part, "x", sources, p.EXTERNAL_RATE * Hz, weight))
    group.v = np.concatenate(voltages) * mV
    group.constant = np.concatenate(currents) * pA

    counts = list(neurons.values())
    first = np.cumsum([0, *counts])
    pre, post, weights, delays = [], [], [], []
    for source, target, total, weight, delay in p.projections(scale):
        pre.append(first[source] + rng.integers(counts[source], size=total))
        post.append(first[target] + rng.integers(counts[target], size=total))
        low, high = (0, math.inf) if weight > 0 else (-math.inf, 0)
        weights.append(redrawn(rng, weight, p.WEIGHT_SPREAD * abs(weight), low, high, total))
        # Rounds up to a step.
        low = p.DT / 2
        delays.append(redrawn(rng, delay, p.DELAY_SPREAD * delay, low, math.inf, total))
    pre, post = np.concatenate(pre), np.concatenate(post)
    order = np.argsort(pre, kind="stable")
    synapses = Synapses(group, group, "weight : amp", on_pre="x += weight")
    synapses.connect(i=pre[order], j=post[order])
    synapses.weight = np.concatenate(weights)[order] * pA
    synapses.delay = np.concatenate(delays)[order] * ms
    return [*objects, synapses]


def dense_ff(neurons, scale, rng):
    p = DenseFf
    source = NeuronGroup(
        neurons["input"],
        "dv/dt = 1/ms : 1",
        threshold="v > period - 0.5",
        reset="v = 0",
        method="euler",
        namespace={"period": p.PERIOD},
    )
    source.v = np.floor(rng.uniform(0, p.PERIOD, len(source)))
    target = NeuronGroup(
        neurons["output"],
        "dv/dt = -v/tau_m : 1",
        threshold="v > threshold",
        reset="v = 0",
        method="exact",
        namespace={"tau_m": p.TAU_M * ms, "threshold": p.THRESHOLD},
    )
    synapses = Synapses(source, target, "weight : 1", on_pre="v += weight")
    synapses.pre.when = BEFORE_THRESHOLD
    synapses.connect()
    synapses.weight = rng.normal(0, p.spread(len(source)), len(source) * len(target))
    return [source, target, synapses]


def lif_only(neurons, scale, rng):
    p = LifOnly
    group = NeuronGroup(
        neurons["neurons"],
        """dv/dt = (drive - v)/tau_m : 1
        drive : 1 (constant)""",
        threshold="v > threshold",
        reset="v = 0",
        method="exact",
        namespace={"tau_m": p.TAU_M * ms, "threshold": p.THRESHOLD},
    )
    group.v = rng.uniform(0, 1, len(group))
    group.drive = rng.uniform(*p.DRIVE, len(group))
    return [group]


NETWORKS = {
    "brunel": (Brunel, brunel),
    "brunel_stdp": (BrunelStdp, brunel_stdp),
    "cuba": (VogelsAbbott, cuba),
    "coba": (VogelsAbbott, coba),
    "microcircuit": (Microcircuit, microcircuit),
    "dense_ff": (DenseFf, dense_ff),
    "lif_only": (LifOnly, lif_only),
}


def refractory(network):
    """The refractory period: Brian2 counts the step of the spike, the others do not."""
    return (network.T_REF + network.DT) * ms


def parts(group, neurons):
    """The populations of a group, by name."""
    first, found = 0, {}
    for name, count in neurons.items():
        found[name] = group[first : first + count]
        first += count
    return found


def fixed_indegree(synapses, degree, rng):
    """Gives every target `degree` synapses from random sources. They are listed by source, as
    Brian2 delivers them fastest."""
    targets = len(synapses.target)
    pre = rng.integers(len(synapses.source), size=targets * degree, dtype=np.int32)
    post = np.repeat(np.arange(targets, dtype=np.int32), degree)
    order = np.argsort(pre, kind="stable")
    synapses.connect(i=pre[order], j=post[order])


def redrawn(rng, mean, spread, low, high, count):
    """Normal numbers, each drawn again until it lies between the bounds."""
    drawn = rng.normal(mean, spread, count)
    while (wrong := (drawn <= low) | (drawn >= high)).any():
        drawn[wrong] = rng.normal(mean, spread, wrong.sum())
    return drawn


def note(file, code):
    """Has the C++ program write to a file of its directory when it gets here."""
    brian2.device.insert_code("main", f'{{ std::ofstream out("{file}", std::ios::app); {code} }}')


def note_time():
    """Has it note the time, by the clock that `time.monotonic` reads."""
    now = "now.tv_sec + 1e-9 * now.tv_nsec"
    get = "timespec now; clock_gettime(CLOCK_MONOTONIC, &now);"
    note("times.txt", f"{get} out << std::fixed << {now} << std::endl;")


def main():
    options = arguments("The benchmark networks for Brian2.", NETWORKS)
    network, build = NETWORKS[options.network]
    start = time.monotonic()
    brian2.set_device("cpp_standalone", build_on_run=False)
    # No OpenMP at all is faster than OpenMP with one thread.
    threads = options.threads if options.threads > 1 else 0
    brian2.prefs.devices.cpp_standalone.openmp_threads = threads
    brian2.defaultclock.dt = network.DT * ms
    brian2.seed(options.seed)
    neurons = sizes(network, options.scale)
    objects = build(neurons, options.scale, np.random.default_rng(options.seed))
    groups = [each for each in objects if isinstance(each, NeuronGroup)]
    monitors = [brian2.SpikeMonitor(group) for group in groups]
    net = brian2.Network(objects, monitors)

    note_time()
    net.run(WARM_UP * ms)
    note_time()
    net.run(options.time * ms)
    note_time()
    note("status.txt", 'out << std::ifstream("/proc/self/status").rdbuf();')
    with tempfile.TemporaryDirectory() as directory:
        brian2.device.build(directory, with_output=False)
        with open(os.path.join(directory, "times.txt")) as times:
            built, warm, done = map(float, times)
        peak = peak_mb(os.path.join(directory, "status.txt"))
        # A spike's time is the beginning of its step.
        after = (WARM_UP - network.DT / 2) / 1000
        trains = [np.bincount(m.i[m.t_[:] > after], minlength=len(m.source)) for m in monitors]
        synapses = sum(len(s) for s in objects if isinstance(s, Synapses) and recurs(s))
        figures = {}
        learned = [s for s in objects if isinstance(s, Synapses) and s.name == PLASTIC]
        if learned:
            figures["weights"] = distribution(np.asarray(learned[0].w / mV))
    ends = np.cumsum(list(neurons.values()))
    counts = np.add.reduceat(np.concatenate(trains), [0, *ends[:-1]])
    report(
        neurons,
        dict(zip(neurons, counts.tolist(), strict=True)),
        options.time,
        build_s=built - start,
        sim_s=done - warm,
        synapses=synapses,
        peak_mb=peak,
        **figures,
        version=f"Brian2 {brian2.__version__}, {os.path.dirname(brian2.__file__)}",
    )


def recurs(synapses):
    """Whether synapses are of the network, and not of a stimulus."""
    return not isinstance(synapses.source, SpikeGeneratorGroup)


if __name__ == "__main__":
    main()
