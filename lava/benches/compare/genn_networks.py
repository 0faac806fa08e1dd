"""The benchmark networks for GeNN, as C++ programs for one thread ("single_threaded_cpu").

    python genn_networks.py NETWORK [--scale S] [--time MS] [--seed K]

Each network is a function that adds populations and synapses to a model. GeNN writes a C++ library,
which is compiled in a temporary directory and called step by step. Prints one line of JSON;
`common.report` says what is in it.

A spike that has no delay in GeNN acts on the voltage of the next step, a delay of one step. NEST adds spikes
to synaptic currents after voltages, which takes one step more: there, delays are the same in GeNN.
"""

import math
import os
import sys
import tempfile
import time
from collections import Counter

import numpy as np
import pygenn
from pygenn import init_postsynaptic, init_sparse_connectivity, init_var, init_weight_update

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

POISSON = """
    scalar chance = none;
    scalar below = none;
    scalar events = 0.0;
    const scalar u = gennrand_uniform();
    while(u > below && chance > 1e-8) {
        events += 1.0;
        chance *= mean / events;
        below += chance;
    }
"""
"""Draws a Poisson number, `events`, by inversion, of a `mean` and the chance that there are `none`. A uniform
number in `f32` has 24 bits, so that rarer numbers of events cannot be told from each other."""


def poisson(rate, network):
    """The parameters of `POISSON`, of a rate in Hz."""
    mean = rate * network.DT / 1000
    return {"mean": mean, "none": math.exp(-mean)}


def brunel(model, neurons, scale, rng):
    populations = brunel_neurons(model, neurons)
    for source, weight in Brunel.WEIGHTS.items():
        degree = round(Brunel.CONNECTIVITY * neurons[source])
        for target in neurons:
            synapses = connect(model, populations, source, target, constant(weight), indegree(degree))
            synapses.axonal_delay_steps = steps(Brunel, Brunel.DELAY) - 1


def brunel_stdp(model, neurons, scale, rng):
    p = BrunelStdp
    populations = brunel_neurons(model, neurons)
    rule = init_sparse_connectivity("FixedProbability", {"prob": p.CONNECTIVITY})
    for source, weight in p.WEIGHTS.items():
        for target in neurons:
            learns = source == target == "excitatory"
            synapse = plastic(weight) if learns else constant(weight)
            synapses = connect(model, populations, source, target, synapse, rule)
            if learns:
                synapses.max_dendritic_delay_timesteps = steps(p, p.DELAY)
                synapses.back_prop_delay_steps = steps(p, p.DELAY)
            else:
                synapses.axonal_delay_steps = steps(p, p.DELAY) - 1


def brunel_neurons(model, neurons):
    """The neurons of `brunel` and `brunel_stdp`."""
    p = Brunel
    update = f"{POISSON} v = v * decay + Isyn + weight * events;"
    parameters = {
        "reset": 0.0,
        "decay": math.exp(-p.DT / p.TAU_M),
        "weight": p.WEIGHTS["excitatory"],
        **poisson(p.INPUT_RATE, p),
    }
    return add_leaky(model, neurons, p, update, parameters, 0.0)


PLASTIC = pygenn.create_weight_update_model(
    "plastic",
    params=["decay", "a_plus", "a_minus", "largest", ("delay", "int")],
    vars=[("w", "scalar")],
    pre_vars=[("x", "scalar")],
    post_vars=[("y", "scalar")],
    pre_dynamics_code="x *= decay;",
    post_dynamics_code="y *= decay;",
    pre_spike_code="x += 1.0;",
    # With a delay, this sees the trace of the step before.
    post_spike_code="y = y * decay + 1.0;",
    pre_spike_syn_code="w -= a_minus * w * y; addToPostDelay(w, delay);",
    post_spike_syn_code="w += a_plus * (largest - w) * x;",
)
"""Synapses that learn: all of the delay is dendritic. Weights do not leave their bounds, so that nothing is
clipped. It is a constant since GeNN keeps no reference to it before the synapses are added."""


def plastic(weight):
    p = BrunelStdp
    parameters = {
        "decay": math.exp(-p.DT / p.TAU_STDP),
        "a_plus": p.A_PLUS,
        "a_minus": p.A_MINUS,
        "largest": p.LARGEST,
        "delay": steps(p, p.DELAY) - 1,
    }
    return init_weight_update(PLASTIC, parameters, {"w": weight}, {"x": 0.0}, {"y": 0.0})


def cuba(model, neurons, scale, rng):
    p = VogelsAbbott
    update = "v = rest + (v - rest) * decay + Isyn * by_ex + Isyn_in * by_in;"
    tau_m = p.C_M / p.G_L
    parameters = {
        "rest": p.REST_CUBA,
        "reset": p.RESET,
        "decay": math.exp(-p.DT / tau_m),
        "by_ex": by_current(p.DT, tau_m, p.TAU_EX, p.C_M),
        "by_in": by_current(p.DT, tau_m, p.TAU_IN, p.C_M),
    }
    populations = add_leaky(model, neurons, p, update, parameters, first_voltages(), ["Isyn_in"])
    recurrent(model, populations, p.CURRENTS, decaying(p.TAU_EX))


def coba(model, neurons, scale, rng):
    p = VogelsAbbott
    update = """
        const scalar g = g_l + Isyn + Isyn_in;
        const scalar end = (g_l * rest + Isyn * e_ex + Isyn_in * e_in) / g;
        v = end + (v - end) * exp(-g * dt / c_m);
    """
    parameters = {
        "rest": p.REST_COBA,
        "reset": p.RESET,
        "c_m": p.C_M,
        "g_l": p.G_L,
        "e_ex": p.E_EX,
        "e_in": p.E_IN,
    }
    stimulus = {
        "stop": p.STIMULUS,
        "chance": p.STIMULUS_RATE * p.DT / 1000,
        "weight": p.CONDUCTANCES["excitatory"],
        "decay": math.exp(-p.DT / p.TAU_EX),
    }
    populations = add_leaky(model, neurons, p, update, parameters, first_voltages(), ["Isyn_in"])
    recurrent(model, populations, p.CONDUCTANCES, init_postsynaptic(STIMULATED, stimulus))


def first_voltages():
    """Those of `cuba` and `coba`."""
    return init_var("Uniform", {"min": VogelsAbbott.RESET, "max": VogelsAbbott.THRESHOLD})


DECAYING = pygenn.create_postsynaptic_model(
    "decaying",
    params=["decay"],
    sim_code="injectCurrent(inSyn); inSyn *= decay;",
)
"""A synaptic current or conductance that decays: `injectCurrent` makes it what the voltage sees."""

STIMULATED = pygenn.create_postsynaptic_model(
    "stimulated",
    params=["decay", "stop", "chance", "weight"],
    sim_code="""
        injectCurrent(inSyn);
        inSyn *= decay;
        if(t < stop && gennrand_uniform() < chance) {
            inSyn += weight;
        }
    """,
)
"""`DECAYING` with Poisson input for a while: it costs nothing afterwards."""


def decaying(tau):
    return init_postsynaptic(DECAYING, {"decay": math.exp(-VogelsAbbott.DT / tau)})


def recurrent(model, populations, weights, excitatory):
    """The synapses of `cuba` and `coba`, with what their excitatory spikes do."""
    p = VogelsAbbott
    inhibitory = decaying(p.TAU_IN)
    for source, weight in weights.items():
        effect = excitatory if source == "excitatory" else inhibitory
        for target in populations:
            rule = indegree(p.DEGREES[source])
            synapses = connect(model, populations, source, target, constant(weight), rule, effect)
            synapses.axonal_delay_steps = steps(p, p.DELAY)
            synapses.post_target_var = "Isyn" if source == "excitatory" else "Isyn_in"


def microcircuit(model, neurons, scale, rng):
    p = Microcircuit
    update = "v = rest + (v - rest) * decay + Isyn * by_current + drift;"
    names, populations, effects = list(neurons), {}, []
    for target, name in enumerate(names):
        mean, sd = p.VOLTAGES[target]
        v = init_var("Normal", {"mean": mean, "sd": sd})
        parameters = microcircuit_parameters(target, scale)
        populations |= add_leaky(model, {name: neurons[name]}, p, update, parameters, v)
        effects.append(init_postsynaptic(DRIVEN, background(target, scale)))
    for source, target, total, weight, delay in p.projections(scale):
        # Ten standard deviations: nothing is drawn there.
        bounds = {"min": min(2 * weight, 0.0), "max": max(2 * weight, 0.0)}
        weights = {"mean": weight, "sd": p.WEIGHT_SPREAD * abs(weight), **bounds}
        delays = {"mean": delay / p.DT, "sd": p.DELAY_SPREAD * delay / p.DT, "slots": SLOTS}
        variables = {"g": init_var("NormalClipped", weights), "d": init_var(DELAY, delays)}
        synapse = init_weight_update("StaticPulseDendriticDelay", {}, variables)
        rule = init_sparse_connectivity("FixedNumberTotalWithReplacement", {"num": total})
        pre, post = names[source], names[target]
        synapses = connect(model, populations, pre, post, synapse, rule, effects[target])
        synapses.max_dendritic_delay_timesteps = SLOTS


def microcircuit_parameters(target, scale):
    """The parameters of the neurons of one population."""
    p = Microcircuit
    decay = math.exp(-p.DT / p.TAU_M)
    return {
        "rest": p.REST,
        "reset": p.RESET,
        "decay": decay,
        "by_current": by_current(p.DT, p.TAU_M, p.TAU_SYN, p.C_M),
        "drift": p.compensation(target, scale) * p.TAU_M / p.C_M * (1 - decay),
    }


DRIVEN = pygenn.create_postsynaptic_model(
    "driven",
    params=["decay", "weight", "mean", "none"],
    sim_code=f"""
        injectCurrent(inSyn);
        {POISSON}
        inSyn = inSyn * decay + weight * events;
    """,
)
"""`DECAYING` with Poisson input. What all sources do to a target is fused: one draw a neuron and step."""


def background(target, scale):
    """The parameters of the synaptic currents of one population."""
    p = Microcircuit
    rate = p.EXTERNAL_RATE * p.EXTERNAL[target] * scale
    return {
        "decay": math.exp(-p.DT / p.TAU_SYN),
        "weight": p.WEIGHT / math.sqrt(scale),
        **poisson(rate, p),
    }


SLOTS = 64
"""One more than the longest delay of the microcircuit, in steps: 6.4 standard deviations."""

DELAY = pygenn.create_var_init_snippet(
    "delay",
    params=["mean", "sd", "slots"],
    var_init_code="""
        scalar drawn;
        do {
            drawn = rint(mean + sd * gennrand_normal());
        } while(drawn < 1.0 || drawn >= slots);
        value = drawn;
    """,
)
"""A delay in steps, at least one."""


def dense_ff(model, neurons, scale, rng):
    p = DenseFf
    counting = pygenn.create_neuron_model(
        "counting",
        params=["period"],
        vars=[("v", "scalar")],
        sim_code="v += 1.0;",
        threshold_condition_code="v > period - 0.5",
        reset_code="v = 0.0;",
    )
    first = np.floor(rng.uniform(0, p.PERIOD, neurons["input"]))
    source = add(model, {"input": neurons["input"]}, counting, {"period": p.PERIOD}, {"v": first})
    leaky = pygenn.create_neuron_model(
        "leaky",
        params=["decay", "threshold"],
        vars=[("v", "scalar")],
        sim_code="v = v * decay + Isyn;",
        threshold_condition_code="v > threshold",
        reset_code="v = 0.0;",
    )
    parameters = {"decay": 1 - p.LEAK, "threshold": p.THRESHOLD}
    target = add(model, {"output": neurons["output"]}, leaky, parameters, {"v": 0.0})
    weights = init_var("Normal", {"mean": 0.0, "sd": p.spread(neurons["input"])})
    synapse = init_weight_update("StaticPulse", {}, {"g": weights})
    connect(model, source | target, "input", "output", synapse)


def lif_only(model, neurons, scale, rng):
    p = LifOnly
    driven = pygenn.create_neuron_model(
        "driven",
        params=["decay", "threshold"],
        vars=[("v", "scalar"), ("drive", "scalar", pygenn.VarAccess.READ_ONLY)],
        sim_code="v = drive + (v - drive) * decay;",
        threshold_condition_code="v > threshold",
        reset_code="v = 0.0;",
    )
    low, high = p.DRIVE
    first = {
        "v": init_var("Uniform", {"min": 0.0, "max": 1.0}),
        "drive": init_var("Uniform", {"min": low, "max": high}),
    }
    add(model, neurons, driven, {"decay": 1 - p.LEAK, "threshold": p.THRESHOLD}, first)


NETWORKS = {
    "brunel": (Brunel, brunel),
    "brunel_stdp": (BrunelStdp, brunel_stdp),
    "cuba": (VogelsAbbott, cuba),
    "coba": (VogelsAbbott, coba),
    "microcircuit": (Microcircuit, microcircuit),
    "dense_ff": (DenseFf, dense_ff),
    "lif_only": (LifOnly, lif_only),
}


def steps(network, duration):
    """A duration in steps."""
    return round(duration / network.DT)


def by_current(dt, tau_m, tau_syn, c_m):
    """The voltage that a decaying synaptic current adds in a step (Rotter & Diesmann 1999)."""
    return (math.exp(-dt / tau_m) - math.exp(-dt / tau_syn)) / (c_m * (1 / tau_syn - 1 / tau_m))


def identifier(name):
    """The name of a population in C++."""
    return name.replace("/", "_")


def add(model, neurons, kind, parameters, first):
    """Adds the populations of a network. All their spikes are recorded."""
    populations = {}
    for name, count in neurons.items():
        population = model.add_neuron_population(identifier(name), count, kind, parameters, first)
        population.spike_recording_enabled = True
        populations[name] = population
    return populations


def add_leaky(model, neurons, network, update, parameters, v, inputs=()):
    """Adds neurons with a refractory period; `update` is the code of their voltage outside of it, `inputs`
    name what synapses add to besides `Isyn`."""
    parameters = parameters | {
        "threshold": network.THRESHOLD,
        "refractory": steps(network, network.T_REF),
    }
    leaky = pygenn.create_neuron_model(
        "leaky",
        params=list(parameters),
        vars=[("v", "scalar"), ("wait", "uint8_t")],
        additional_input_vars=[(name, "scalar", 0.0) for name in inputs],
        sim_code=f"if(wait > 0) {{ wait--; }} else {{ {update} }}",
        threshold_condition_code="v >= threshold",
        reset_code="v = reset; wait = refractory;",
    )
    return add(model, neurons, leaky, parameters, {"v": v, "wait": 0})


def connect(model, populations, source, target, synapse, rule=None, effect=None):
    """Adds synapses; between all pairs, if no rule says between which. Their spikes make the voltage jump, if
    there is no other effect."""
    pre, post = populations[source], populations[target]
    name = f"{pre.name}_to_{post.name}"
    matrix = "DENSE" if rule is None else "SPARSE"
    effect = effect or init_postsynaptic("DeltaCurr")
    return model.add_synapse_population(name, matrix, pre, post, synapse, effect, rule)


def constant(weight):
    """Synapses of one weight, which is stored once."""
    return init_weight_update("StaticPulseConstantWeight", {"g": weight})


def indegree(degree):
    """Gives every target `degree` synapses from random sources."""
    return init_sparse_connectivity("FixedNumberPreWithReplacement", {"num": degree})


def count_synapses(group):
    """The number of synapses of a group."""
    if group.matrix_type == pygenn.SynapseMatrixType.DENSE:
        return group.src.num_neurons * group.trg.num_neurons
    return group.get_sparse_post_inds().size


def new_model(network, seed):
    """A model without neurons, in `f32`, to be compiled for this machine. GeNN adds `-O3 -ffast-math`."""
    os.environ["CXX"] = f"{os.environ.get('CXX', 'g++')} -march=native"
    backend = "single_threaded_cpu"
    model = pygenn.GeNNModel("float", "network", backend=backend, optimize_code=True)
    model.dt = network.DT
    model.seed = seed
    model.fuse_postsynaptic_models = True
    model.default_narrow_sparse_ind_enabled = True
    return model


RECORDED = 2**31
"""The most bits that a recording has: one a neuron and step."""


def simulate(model, buffers, buffer):
    """Simulates `buffers` times as many steps as the buffer of recordings has. Returns wall time, without that
    for reading spikes, the spikes of each population, and peak memory."""
    # Half of what `model.step_time` costs, about 0.1 µs.
    step = model._runtime.step_time
    seconds, peak, spikes = 0.0, None, Counter()
    for _ in range(buffers):
        start = time.perf_counter()
        for _ in range(buffer):
            step()
        seconds += time.perf_counter() - start
        peak = peak or peak_mb()
        model.pull_recording_buffers_from_device()
        for name, group in model.neuron_populations.items():
            spikes[name] += len(group.spike_recording_data[0][1])
    return seconds, spikes, peak


def main():
    options = arguments("The benchmark networks for GeNN.", NETWORKS)
    if options.threads != 1:
        sys.exit("GeNN has one thread on a CPU")
    network, build = NETWORKS[options.network]
    neurons = sizes(network, options.scale)
    measured = steps(network, options.time)
    buffers = math.ceil(measured * sum(neurons.values()) / RECORDED)
    # Rounded up: all buffers are full at the end.
    buffer = math.ceil(measured / buffers)
    start = time.perf_counter()
    model = new_model(network, options.seed)
    build(model, neurons, options.scale, np.random.default_rng(options.seed))
    with tempfile.TemporaryDirectory() as directory:
        model.build(directory)
        # A ring: at first, it has spikes of the warm-up.
        model.load(num_recording_timesteps=buffer)
        built = time.perf_counter()
        for _ in range(steps(network, WARM_UP)):
            model.step_time()
        seconds, spikes, peak = simulate(model, buffers, buffer)

    figures = {}
    if network is BrunelStdp:
        weights = model.synapse_populations["excitatory_to_excitatory"].vars["w"]
        weights.pull_from_device()
        figures["weights"] = distribution(weights.values.astype(float))
    report(
        neurons,
        {name: spikes[identifier(name)] for name in neurons},
        buffers * buffer * network.DT,
        build_s=built - start,
        sim_s=seconds,
        synapses=sum(map(count_synapses, model.synapse_populations.values())),
        peak_mb=peak,
        **figures,
        version=f"GeNN {pygenn.__version__}, {os.path.dirname(pygenn.__file__)}",
    )


if __name__ == "__main__":
    main()
