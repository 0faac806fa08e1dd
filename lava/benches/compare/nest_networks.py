"""The benchmark networks for NEST.

    python nest_networks.py NETWORK [--scale S] [--threads N] [--time MS] [--seed K] [--spikes FOLDER]

Each network is a function that creates the neurons and their connections and returns the
populations by name. Prints one line of JSON; `common.report` says what is in it.
"""

import math
import os
import time

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

os.environ.setdefault("PYNEST_QUIET", "1")

import nest  # noqa: E402  (reads PYNEST_QUIET)
import numpy as np  # noqa: E402


PLASTIC = "plastic"
"""The model of synapses that learn."""


def brunel(scale):
    neurons = {"E_L": 0.0, "V_m": 0.0, "V_reset": 0.0, "V_th": Brunel.THRESHOLD}
    neurons |= {"tau_m": Brunel.TAU_M, "t_ref": Brunel.T_REF}
    populations = create("iaf_psc_delta", sizes(Brunel, scale), neurons)
    for source, weight in Brunel.WEIGHTS.items():
        degree = round(Brunel.CONNECTIVITY * len(populations[source]))
        fixed_indegree(populations, source, degree, weight, Brunel.DELAY)
    for population in populations.values():
        poisson_input(population, Brunel.INPUT_RATE, Brunel.WEIGHTS["excitatory"])
    return populations


def brunel_stdp(scale):
    p = BrunelStdp
    neurons = {"E_L": 0.0, "V_m": 0.0, "V_reset": 0.0, "V_th": p.THRESHOLD, "tau_m": p.TAU_M}
    neurons |= {"t_ref": p.T_REF, "tau_minus": p.TAU_STDP}
    populations = create("iaf_psc_delta", sizes(p, scale), neurons)
    excitatory = p.WEIGHTS["excitatory"]
    # Relative to the largest weight: (1 - w) * lambda, and w * alpha * lambda.
    plastic = {"tau_plus": p.TAU_STDP, "lambda": p.A_PLUS, "alpha": p.A_MINUS / p.A_PLUS}
    plastic |= {"mu_plus": 1.0, "mu_minus": 1.0, "Wmax": p.LARGEST}
    nest.CopyModel("stdp_synapse_hom", PLASTIC, plastic | {"weight": excitatory, "delay": p.DELAY})
    for source, weight in p.WEIGHTS.items():
        fixed = {"weight": weight, "delay": p.DELAY}
        nest.CopyModel("static_synapse_hom_w", f"from_{source}", fixed)
        for target in populations:
            learns = source == target == "excitatory"
            model = PLASTIC if learns else f"from_{source}"
            rule = {"rule": "pairwise_bernoulli", "p": p.CONNECTIVITY}
            nest.Connect(populations[source], populations[target], rule, {"synapse_model": model})
    for population in populations.values():
        poisson_input(population, p.INPUT_RATE, excitatory)
    return populations


def cuba(scale):
    p = VogelsAbbott
    neurons = {"E_L": p.REST_CUBA, "V_th": p.THRESHOLD, "V_reset": p.RESET, "t_ref": p.T_REF}
    neurons |= {"C_m": p.C_M, "tau_m": p.C_M / p.G_L}
    neurons |= {"tau_syn_ex": p.TAU_EX, "tau_syn_in": p.TAU_IN}
    neurons |= {"V_m": nest.random.uniform(p.RESET, p.THRESHOLD)}
    populations = create("iaf_psc_exp", sizes(p, scale), neurons)
    for source, weight in p.CURRENTS.items():
        fixed_indegree(populations, source, p.DEGREES[source], weight, p.DELAY)
    return populations


def coba(scale):
    p = VogelsAbbott
    neurons = {"E_L": p.REST_COBA, "V_th": p.THRESHOLD, "V_reset": p.RESET, "t_ref": p.T_REF}
    neurons |= {"C_m": p.C_M, "g_L": p.G_L, "E_ex": p.E_EX, "E_in": p.E_IN}
    neurons |= {"tau_syn_ex": p.TAU_EX, "tau_syn_in": p.TAU_IN}
    neurons |= {"V_m": nest.random.uniform(p.RESET, p.THRESHOLD)}
    populations = create("iaf_cond_exp", sizes(p, scale), neurons)
    for source, conductance in p.CONDUCTANCES.items():
        # To NEST, a negative conductance is one of the inhibitory synapses.
        weight = conductance if source == "excitatory" else -conductance
        fixed_indegree(populations, source, p.DEGREES[source], weight, p.DELAY)
    for population in populations.values():
        weight = p.CONDUCTANCES["excitatory"]
        poisson_input(population, p.STIMULUS_RATE, weight, stop=p.STIMULUS)
    return populations


def microcircuit(scale):
    p = Microcircuit
    neurons = {"E_L": p.REST, "V_th": p.THRESHOLD, "V_reset": p.RESET, "t_ref": p.T_REF}
    neurons |= {"C_m": p.C_M, "tau_m": p.TAU_M}
    neurons |= {"tau_syn_ex": p.TAU_SYN, "tau_syn_in": p.TAU_SYN}
    populations = create("iaf_psc_exp", sizes(p, scale), neurons)
    layers = list(populations.values())
    for target, layer in enumerate(layers):
        layer.V_m = nest.random.normal(*p.VOLTAGES[target])
        layer.I_e = p.compensation(target, scale)
        rate = p.EXTERNAL_RATE * p.EXTERNAL[target] * scale
        poisson_input(layer, rate, p.WEIGHT / math.sqrt(scale))

    for source, target, total, weight, delay in p.projections(scale):
        weights = nest.random.normal(weight, p.WEIGHT_SPREAD * abs(weight))
        low, high = (0.0, math.inf) if weight > 0 else (-math.inf, 0.0)
        delays = nest.random.normal(delay, p.DELAY_SPREAD * delay)
        synapse = {
            "synapse_model": "static_synapse",
            "weight": nest.math.redraw(weights, low, high),
            # Rounds up to a step.
            "delay": nest.math.redraw(delays, 0.5 * p.DT, math.inf),
        }
        rule = {"rule": "fixed_total_number", "N": total}
        nest.Connect(layers[source], layers[target], rule, synapse)
    return populations


def dense_ff(scale):
    p = DenseFf
    neurons = sizes(p, scale)
    # Without leak: counts its steps.
    counting = {"E_L": 0.0, "V_reset": 0.0, "t_ref": 0.0, "C_m": 1.0, "tau_m": 1e6, "I_e": 1.0}
    counting |= {"V_th": p.PERIOD - 0.5}
    leaky = {"E_L": 0.0, "V_m": 0.0, "V_reset": 0.0, "V_th": p.THRESHOLD, "t_ref": 0.0}
    leaky |= {"tau_m": p.TAU_M}
    counting |= {"V_m": nest.random.uniform_int(p.PERIOD)}
    source = nest.Create("iaf_psc_delta", neurons["input"], counting)
    target = nest.Create("iaf_psc_delta", neurons["output"], leaky)
    weights = nest.random.normal(0.0, p.spread(len(source)))
    nest.Connect(source, target, "all_to_all", {"weight": weights, "delay": p.DT})
    return {"input": source, "output": target}


def lif_only(scale):
    p = LifOnly
    # With C_m = tau_m, a current of 1 leads to a voltage of 1.
    neurons = {"E_L": 0.0, "V_reset": 0.0, "V_th": p.THRESHOLD, "t_ref": 0.0}
    neurons |= {"C_m": p.TAU_M, "tau_m": p.TAU_M}
    neurons |= {"V_m": nest.random.uniform(0.0, 1.0), "I_e": nest.random.uniform(*p.DRIVE)}
    return create("iaf_psc_delta", sizes(p, scale), neurons)


NETWORKS = {
    "brunel": (Brunel, brunel),
    "brunel_stdp": (BrunelStdp, brunel_stdp),
    "cuba": (VogelsAbbott, cuba),
    "coba": (VogelsAbbott, coba),
    "microcircuit": (Microcircuit, microcircuit),
    "dense_ff": (DenseFf, dense_ff),
    "lif_only": (LifOnly, lif_only),
}


def create(model, neurons, parameters):
    """Creates the populations of a network."""
    return {name: nest.Create(model, count, parameters) for name, count in neurons.items()}


def fixed_indegree(populations, source, degree, weight, delay):
    """Gives every neuron of all populations `degree` synapses from random neurons of one, all
    with the same weight, which NEST then stores once."""
    model = f"from_{source}"
    nest.CopyModel("static_synapse_hom_w", model, {"weight": weight, "delay": delay})
    rule = {"rule": "fixed_indegree", "indegree": degree}
    for target in populations.values():
        nest.Connect(populations[source], target, rule, {"synapse_model": model})


def poisson_input(population, rate, weight, stop=None):
    """Gives every neuron Poisson input of its own, until `stop` ms."""
    parameters = {"rate": rate} | ({} if stop is None else {"stop": stop})
    generator = nest.Create("poisson_generator", params=parameters)
    synapse = {"synapse_model": "device", "weight": weight}
    nest.Connect(generator, population, "all_to_all", synapse)


def record(populations):
    """Records all spikes of each population.

    NEST 3.10 sets aside 33 kB for each neuron that a recorder is connected to. `lif_only` would
    need 33 GB; there the spikes are only counted, by NEST's own counter of the last run."""
    recorders = {}
    for name, population in populations.items():
        recorders[name] = nest.Create("spike_recorder")
        nest.Connect(population, recorders[name], "all_to_all", {"synapse_model": "device"})
    return recorders


def save(recorders, populations, folder):
    """Writes the spikes as our programs do."""
    os.makedirs(folder, exist_ok=True)
    for number, (name, recorder) in enumerate(recorders.items()):
        events = recorder.events
        steps = np.rint(events["times"] / nest.resolution).astype(np.int64)
        neurons = events["senders"] - populations[name][0].global_id
        np.save(f"{folder}/{number}.npy", np.stack([steps, neurons], axis=1))


def main():
    folder = "folder for step and neuron of each spike, the warm-up included: 0.npy, 1.npy, …"
    options = arguments("The benchmark networks for NEST.", NETWORKS, spikes=folder)
    network, build = NETWORKS[options.network]
    start = time.perf_counter()
    if hasattr(nest, "VerbosityLevel"):
        nest.verbosity = nest.VerbosityLevel.ERROR
    else:
        nest.set_verbosity("M_ERROR")
    nest.resolution = network.DT
    nest.local_num_threads = options.threads
    nest.rng_seed = options.seed
    # What leads to neurons from generators, and from neurons to recorders, is no synapse.
    nest.CopyModel("static_synapse", "device", {"delay": network.DT})
    populations = build(options.scale)
    recorders = {} if options.network == "lif_only" else record(populations)
    synapses = nest.num_connections - nest.GetDefaults("device")["num_connections"]
    nest.Prepare()
    built = time.perf_counter()
    nest.Run(WARM_UP)
    warm = time.perf_counter()
    nest.Run(options.time)
    done = time.perf_counter()
    nest.Cleanup()
    if options.spikes:
        save(recorders, populations, options.spikes)

    figures = {}
    if network is BrunelStdp:
        # A source's spikes count when it fires next, so weights lag behind ours by one interval.
        weights = nest.GetConnections(synapse_model=PLASTIC).get("weight")
        figures["weights"] = distribution(np.asarray(weights))

    # A spike's time is the end of its step.
    after = WARM_UP + network.DT / 2
    spikes = {name: int(np.sum(r.events["times"] > after)) for name, r in recorders.items()}
    if options.network == "lif_only":
        spikes = {"neurons": nest.local_spike_counter}
    report(
        {name: len(population) for name, population in populations.items()},
        spikes,
        options.time,
        build_s=built - start,
        sim_s=done - warm,
        synapses=synapses,
        peak_mb=peak_mb(),
        **figures,
        version=f"NEST {nest.__version__}, {os.path.dirname(nest.__file__)}",
    )


if __name__ == "__main__":
    main()
