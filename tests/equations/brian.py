"""Records the traces that `tests/tests/equations` compares with: the neurons of
`examples/src/neurons` and the synapses of `examples/src/synapses.rs`, in Brian2.

    python -m venv /tmp/brian && /tmp/brian/bin/pip install brian2 "numpy<2"
    /tmp/brian/bin/python tests/equations/brian.py tests/equations/traces

A trace has the state of one neuron, in its own units, at steps until the first spike, and the steps
of all spikes in a second. Two conventions differ: Brian2's step `k` is step `k + 1` here, and a
refractory period holds a variable for one step less there.
"""

import json
import sys
from pathlib import Path

from brian2 import *

prefs.codegen.target = "numpy"

HEUN = ExplicitStateUpdater(
    """
    first = dt*f(x, t)
    second = dt*f(x + first, t + dt)
    x_new = x + 0.5*(first + second)
    """
)

nF, uA, mS, uF = nfarad, uamp, msiemens, ufarad
area = cm**2


def jumps(steps, every, weight):
    """Input in each step: `weight` in every step whose number is a multiple of `every`."""
    values = np.zeros(steps)
    values[every - 1 :: every] = weight
    return values


def record(name, dt, duration, eqs, method, states, init=None, threshold=None, reset=None,
           refractory=False, regular=(), namespace=None, folder=None):
    start_scope()
    defaultclock.dt = dt
    magic_network.schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    steps = int(round(duration / dt))
    group = NeuronGroup(1, eqs, method=method, threshold=threshold, reset=reset,
                        refractory=refractory, namespace=namespace)
    for variable, value in (init or {}).items():
        setattr(group, variable, value)
    for code in regular:
        group.run_regularly(code, dt=dt, when="synapses")
    spikes = SpikeMonitor(group) if threshold else None
    trace = StateMonitor(group, list(states), record=True, when="start")
    net = Network(group, trace)
    net.schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    if spikes is not None:
        net.add(spikes)
    net.run(duration, namespace=namespace)
    fired = [] if spikes is None else [int(round(time / dt)) + 1 for time in spikes.t]
    # The monitor's value of step k is the state before it: that after our step k.
    first = min(fired[0] if fired else steps, steps) - 1
    stride = max(1, first // 40)
    at = list(range(1, first + 1, stride))
    values = {
        state: [float(np.asarray(getattr(trace, state))[0][step] / float(unit)) for step in at]
        for state, unit in states.items()
    }
    result = {"dt": float(dt / ms), "steps": steps, "at": at, "states": values, "spikes": fired}
    path = Path(folder) / f"{name}.json"
    path.write_text(json.dumps(result) + "\n")
    print(f"{name}: {len(fired)} spikes, first {fired[:3]}, {len(at)} points")


def synaptic(folder):
    dt, duration = 0.1 * ms, 1 * second
    steps = int(round(duration / dt))
    exc = TimedArray(jumps(steps, 37, 400.0) * pA, dt=dt)
    inh = TimedArray(jumps(steps, 53, -300.0) * pA, dt=dt)
    space = dict(e_l=-70 * mV, tau_m=10 * ms, c_m=250 * pF, tau_ex=2 * ms, tau_in=5 * ms,
                 v_th=-55 * mV, v_r=-70 * mV, i_e=350 * pA, exc=exc, inh=inh)
    record("lif_exp", dt, duration, """
        dv/dt = (e_l - v)/tau_m + (i_ex + i_in + i_e)/c_m : volt (unless refractory)
        di_ex/dt = -i_ex/tau_ex : amp
        di_in/dt = -i_in/tau_in : amp
        """, "exact", dict(v=mV, i_ex=pA, i_in=pA), dict(v=-70 * mV), "v >= v_th", "v = v_r", 2.1 * ms,
        ["i_ex += exc(t)", "i_in += inh(t)"], space, folder)

    space = dict(e_l=-70 * mV, tau_m=10 * ms, c_m=250 * pF, tau_syn=2 * ms, v_th=-55 * mV,
                 v_r=-70 * mV, i_e=350 * pA, exc=exc)
    record("lif_alpha", dt, duration, """
        dv/dt = (e_l - v)/tau_m + (i_syn + i_e)/c_m : volt (unless refractory)
        di_syn/dt = (exp(1)*x - i_syn)/tau_syn : amp
        dx/dt = -x/tau_syn : amp
        """, "exact", dict(v=mV, i_syn=pA, x=pA), dict(v=-70 * mV), "v >= v_th", "v = v_r", 2.1 * ms,
        ["x += exc(t)"], space, folder)

    exc = TimedArray(jumps(steps, 37, 6.0) * nS, dt=dt)
    inh = TimedArray(jumps(steps, 53, 8.0) * nS, dt=dt)
    space = dict(c_m=200 * pF, g_l=10 * nS, e_l=-60 * mV, e_ex=0 * mV, e_in=-80 * mV, tau_ex=5 * ms,
                 tau_in=10 * ms, v_th=-50 * mV, v_r=-60 * mV, i_e=80 * pA, exc=exc, inh=inh)
    record("lif_cond", dt, duration, """
        dv/dt = (g_l*(e_l - v) + g_ex*(e_ex - v) + g_in*(e_in - v) + i_e)/c_m : volt (unless refractory)
        dg_ex/dt = -g_ex/tau_ex : siemens
        dg_in/dt = -g_in/tau_in : siemens
        """, "exponential_euler", dict(v=mV, g_ex=nS, g_in=nS), dict(v=-60 * mV), "v > v_th", "v = v_r",
        5.1 * ms, ["g_ex += exc(t)", "g_in += inh(t)"], space, folder)


    exc = TimedArray(jumps(steps, 211, 1.0), dt=dt)
    space = dict(c_m=500 * pF, g_l=25 * nS, g_nmda=100 * nS, mg=1 * mmolar, alpha=0.5 / ms, tau_rise=2 * ms,
                 tau_decay=100 * ms, e_l=-70 * mV, e_ex=0 * mV, v_th=-50 * mV, v_r=-55 * mV, i_e=350 * pA,
                 exc=exc)
    record("lif_nmda", dt, duration, """
        dv/dt = (g_l*(e_l - v) + g_nmda*s*(e_ex - v)/(1 + mg/(3.57*mmolar)*exp(-0.062*v/mV)) + i_e)/c_m : volt (unless refractory)
        ds/dt = alpha*x*(1 - s) - s/tau_decay : 1
        dx/dt = -x/tau_rise : 1
        """, "rk4", dict(v=mV, s=1, x=1), dict(v=-70 * mV), "v > v_th", "v = v_r", 2.1 * ms,
        ["x += exc(t)"], space, folder)


def integrate_and_fire(folder):
    space = dict(a=0.02 / ms, b=0.2 / ms, c=-65 * mV, d=8 * mV / ms, i_e=10 * mV / ms)
    record("izhikevich", 0.1 * ms, 1 * second, """
        dv/dt = (0.04/mV*v**2 + 5*v + 140*mV)/ms - u + i_e : volt
        du/dt = a*(b*v - u) : volt/second
        """, "euler", dict(v=mV, u=mV / ms), dict(v=-65 * mV, u=-13 * mV / ms), "v >= 30*mV",
        "v = c; u += d", namespace=space, folder=folder)

    space = dict(c_m=281 * pF, g_l=30 * nS, e_l=-70.6 * mV, v_t=-50.4 * mV, delta_t=2 * mV,
                 tau_w=144 * ms, a=4 * nS, b=80.5 * pA, v_peak=20 * mV, v_r=-70.6 * mV, i_e=800 * pA)
    for name, method in [("adex", "rk4"), ("adex_heun", HEUN)]:
        record(name, 0.1 * ms, 1 * second, """
            dv/dt = (g_l*(e_l - v) + g_l*delta_t*exp((clip(v, -inf*volt, v_peak) - v_t)/delta_t) - w + i_e)/c_m : volt
            dw/dt = (a*(clip(v, -inf*volt, v_peak) - e_l) - w)/tau_w : amp
            """, method, dict(v=mV, w=pA), dict(v=-70.6 * mV), "v > v_peak", "v = v_r; w += b",
            namespace=space, folder=folder)

    space = dict(tau_m=20 * ms, e_l=-70 * mV, theta_inf=-50 * mV, theta_r=-60 * mV, v_r=-70 * mV,
                 a=5 * Hz, b=10 * Hz, k_1=200 * Hz, k_2=20 * Hz, a_1=10 * mV / ms, a_2=-0.6 * mV / ms,
                 i_e=2 * mV / ms)
    record("glif", 0.1 * ms, 1 * second, """
        dv/dt = (e_l - v)/tau_m + i_1 + i_2 + i_e : volt
        dtheta/dt = a*(v - e_l) - b*(theta - theta_inf) : volt
        di_1/dt = -k_1*i_1 : volt/second
        di_2/dt = -k_2*i_2 : volt/second
        """, "exact", {"v": mV, "theta": mV}, dict(v=-70 * mV, theta=-50 * mV), "v > theta",
        "v = v_r; theta = clip(theta, theta_r, inf*volt); i_1 = a_1; i_2 += a_2",
        namespace=space, folder=folder)

    space = dict(i_e=0.5, epsilon=0.08, a=0.7, b=0.8)
    record("fitzhugh_nagumo", 0.1 * ms, 1 * second, """
        dv/dt = (v - v**3/3 - w + i_e)/ms : 1
        dw/dt = epsilon*(v + a - b*w)/ms : 1
        """, "rk4", dict(v=1, w=1), dict(v=-1, w=-0.5), "v > 1", "", "v > 1", namespace=space,
        folder=folder)

    # Without spikes, which are random.
    space = dict(e_l=-70 * mV, r_m=100 * Mohm, i_e=0.12 * nA, tau_m=10 * ms, tau_eta=20 * ms,
                 theta=-55 * mV, delta=2 * mV, rho_0=100 * Hz)
    record("srm0", 0.1 * ms, 1 * second, """
        dh/dt = (e_l - h + r_m*i_e)/tau_m : volt
        deta/dt = -eta/tau_eta : volt
        rate = rho_0*exp((h + eta - theta)/delta) : Hz
        """, "exact", dict(h=mV, eta=mV, rate=Hz), dict(h=-70 * mV, eta=-30 * mV), namespace=space,
        folder=folder)


def conductance_based(folder):
    space = dict(c_m=1 * uF / area, g_l=0.3 * mS / area, g_na=120 * mS / area, g_k=36 * mS / area,
                 e_l=-54.387 * mV, e_na=50 * mV, e_k=-77 * mV, i_e=10 * uA / area)
    record("hodgkin_huxley", 0.01 * ms, 1 * second, """
        dv/dt = (g_l*(e_l - v) + g_na*m**3*h*(e_na - v) + g_k*n**4*(e_k - v) + i_e)/c_m : volt
        dm/dt = alpha_m*(1 - m) - beta_m*m : 1
        dh/dt = alpha_h*(1 - h) - beta_h*h : 1
        dn/dt = alpha_n*(1 - n) - beta_n*n : 1
        alpha_m = 1/ms/exprel(-(v + 40*mV)/(10*mV)) : Hz
        beta_m = 4/ms*exp(-(v + 65*mV)/(18*mV)) : Hz
        alpha_h = 0.07/ms*exp(-(v + 65*mV)/(20*mV)) : Hz
        beta_h = 1/ms/(1 + exp(-(v + 35*mV)/(10*mV))) : Hz
        alpha_n = 0.1/ms/exprel(-(v + 55*mV)/(10*mV)) : Hz
        beta_n = 0.125/ms*exp(-(v + 65*mV)/(80*mV)) : Hz
        """, "exponential_euler", dict(v=mV, m=1, h=1, n=1),
        dict(v=-65 * mV, m=0.0529, h=0.5961, n=0.3177), "v > 0*mV", "", "v > 0*mV", namespace=space,
        folder=folder)

    space = dict(c_m=1 * uF / area, g_l=0.1 * mS / area, g_na=35 * mS / area, g_k=9 * mS / area,
                 e_l=-65 * mV, e_na=55 * mV, e_k=-90 * mV, phi=5.0, i_e=1 * uA / area)
    record("wang_buzsaki", 0.01 * ms, 1 * second, """
        dv/dt = (g_l*(e_l - v) + g_na*m**3*h*(e_na - v) + g_k*n**4*(e_k - v) + i_e)/c_m : volt
        dh/dt = phi*(alpha_h*(1 - h) - beta_h*h) : 1
        dn/dt = phi*(alpha_n*(1 - n) - beta_n*n) : 1
        m = alpha_m/(alpha_m + beta_m) : 1
        alpha_m = 1/ms/exprel(-(v + 35*mV)/(10*mV)) : Hz
        beta_m = 4/ms*exp(-(v + 60*mV)/(18*mV)) : Hz
        alpha_h = 0.07/ms*exp(-(v + 58*mV)/(20*mV)) : Hz
        beta_h = 1/ms/(1 + exp(-(v + 28*mV)/(10*mV))) : Hz
        alpha_n = 0.1/ms/exprel(-(v + 34*mV)/(10*mV)) : Hz
        beta_n = 0.125/ms*exp(-(v + 44*mV)/(80*mV)) : Hz
        """, "rk4", dict(v=mV, h=1, n=1), dict(v=-64 * mV, h=0.78, n=0.09), "v > 0*mV", "", "v > 0*mV",
        namespace=space, folder=folder)

    space = dict(c_m=20 * uF / area, g_l=2 * mS / area, g_ca=4.4 * mS / area, g_k=8 * mS / area,
                 e_l=-60 * mV, e_ca=120 * mV, e_k=-84 * mV, v_1=-1.2 * mV, v_2=18 * mV, v_3=2 * mV,
                 v_4=30 * mV, phi=0.04 / ms, i_e=100 * uA / area)
    record("morris_lecar", 0.1 * ms, 1 * second, """
        dv/dt = (g_l*(e_l - v) + g_ca*m*(e_ca - v) + g_k*w*(e_k - v) + i_e)/c_m : volt
        dw/dt = phi*(w_inf - w)*cosh((v - v_3)/(2*v_4)) : 1
        m = 0.5*(1 + tanh((v - v_1)/v_2)) : 1
        w_inf = 0.5*(1 + tanh((v - v_3)/v_4)) : 1
        """, "rk4", dict(v=mV, w=1), dict(v=-50 * mV, w=0.014), "v > 0*mV", "", "v > 0*mV",
        namespace=space, folder=folder)


def pinsky_rinzel(folder):
    space = dict(c_m=3 * uF / area, g_l=0.1 * mS / area, g_na=30 * mS / area, g_kdr=15 * mS / area,
                 g_kahp=0.8 * mS / area, g_kc=15 * mS / area, g_ca=10 * mS / area, g_c=2.1 * mS / area,
                 p=0.5, e_na=120 * mV, e_ca=140 * mV, e_k=-15 * mV, i_s=0.75 * uA / area, unit=uA / area)
    record("pinsky_rinzel", 0.01 * ms, 1 * second, """
        dv_s/dt = (-g_l*v_s - g_na*m**2*h*(v_s - e_na) - g_kdr*n*(v_s - e_k) + g_c/p*(v_d - v_s) + i_s/p)/c_m : volt
        dv_d/dt = (-g_l*v_d - i_ca - g_kahp*q*(v_d - e_k) - g_kc*c*clip(ca/250, -inf, 1)*(v_d - e_k) + g_c/(1 - p)*(v_s - v_d))/c_m : volt
        dh/dt = alpha_h*(1 - h) - beta_h*h : 1
        dn/dt = alpha_n*(1 - n) - beta_n*n : 1
        ds/dt = alpha_s*(1 - s) - beta_s*s : 1
        dc/dt = alpha_c*(1 - c) - beta_c*c : 1
        dq/dt = alpha_q*(1 - q) - 0.001/ms*q : 1
        dca/dt = -0.13/ms*i_ca/unit - 0.075/ms*ca : 1
        m = alpha_m/(alpha_m + beta_m) : 1
        i_ca = g_ca*s**2*(v_d - e_ca) : amp/meter**2
        alpha_m = 1.28/ms/exprel((13.1*mV - v_s)/(4*mV)) : Hz
        beta_m = 1.4/ms/exprel((v_s - 40.1*mV)/(5*mV)) : Hz
        alpha_n = 0.08/ms/exprel((35.1*mV - v_s)/(5*mV)) : Hz
        beta_n = 0.25/ms*exp(0.5 - v_s/(40*mV)) : Hz
        alpha_h = 0.128/ms*exp((17*mV - v_s)/(18*mV)) : Hz
        beta_h = 4/ms/(1 + exp((40*mV - v_s)/(5*mV))) : Hz
        alpha_s = 1.6/ms/(1 + exp(-0.072*(v_d/mV - 65))) : Hz
        beta_s = 0.1/ms/exprel((v_d - 51.1*mV)/(5*mV)) : Hz
        falling = 2/ms*exp((6.5*mV - v_d)/(27*mV)) : Hz
        low = int(v_d <= 50*mV) : 1
        alpha_c = low/ms*exp((v_d - 10*mV)/(11*mV) - (v_d - 6.5*mV)/(27*mV))/18.975 + (1 - low)*falling : Hz
        beta_c = low*(falling - alpha_c) : Hz
        alpha_q = clip(2e-5*ca, -inf, 0.01)/ms : Hz
        """, HEUN, dict(v_s=mV, v_d=mV, ca=1, q=1),
        dict(v_s=-4.6 * mV, v_d=-4.5 * mV, h=0.999, n=0.001, s=0.009, c=0.007, q=0.01, ca=0.2),
        "v_s > 30*mV", "", "v_s > 30*mV", namespace=space, folder=folder)


def trains(seed, steps, spikes):
    """Spikes of a source and of a target in different steps."""
    rng = np.random.default_rng(seed)
    both = np.sort(rng.choice(np.arange(1, steps), 2 * spikes, replace=False))
    is_pre = rng.permutation(np.arange(2 * spikes) < spikes)
    return both[is_pre], both[~is_pre]


def record_synapse(name, model, on_pre, on_post, weight, namespace, folder, init=""):
    """The weight, and what a spike transmits, `sent`, after each spike of the source."""
    start_scope()
    defaultclock.dt = 1 * ms
    steps = 2000
    pre, post = trains(len(name), steps, 80)
    source = SpikeGeneratorGroup(1, np.zeros(len(pre), int), pre * ms)
    target = SpikeGeneratorGroup(1, np.zeros(len(post), int), post * ms)
    synapse = Synapses(source, target, model, on_pre=on_pre, on_post=on_post, method="exact",
                       namespace=namespace)
    synapse.connect()
    synapse.w = weight
    if init:
        exec(init, {"synapse": synapse})
    trace = StateMonitor(synapse, ["w", "sent"], record=True, when="end")
    Network(source, target, synapse, trace).run(steps * ms)
    result = {
        "steps": steps,
        "weight": weight,
        # Brian2's step k is step k + 1 here.
        "pre": [int(step) + 1 for step in pre],
        "post": [int(step) + 1 for step in post],
        "weights": [float(trace.w[0][step]) for step in pre],
        "sent": [float(trace.sent[0][step]) for step in pre],
    }
    path = Path(folder) / f"{name}.json"
    path.write_text(json.dumps(result) + "\n")
    print(f"{name}: from {weight} to {result['weights'][-1]}")


def synapses(folder):
    space = dict(tau_plus=20 * ms, tau_minus=20 * ms, a_plus=0.05, a_minus=0.0525)
    record_synapse("stdp_of_pairs", """
        w : 1
        sent : 1
        dx/dt = -x/tau_plus : 1 (event-driven)
        dy/dt = -y/tau_minus : 1 (event-driven)
        """, "w = clip(w - a_minus*y, 0, 1); x += 1; sent = w", "w = clip(w + a_plus*x, 0, 1); y += 1",
        0.5, space, folder)

    space = dict(tau_plus=16.8 * ms, tau_x=101 * ms, tau_minus=33.7 * ms, tau_y=125 * ms, a2_plus=5e-10,
                 a3_plus=6.2e-3, a2_minus=7e-3, a3_minus=2.3e-4)
    record_synapse("stdp_of_triplets", """
        w : 1
        sent : 1
        dr1/dt = -r1/tau_plus : 1 (event-driven)
        dr2/dt = -r2/tau_x : 1 (event-driven)
        do1/dt = -o1/tau_minus : 1 (event-driven)
        do2/dt = -o2/tau_y : 1 (event-driven)
        """, "w = clip(w - o1*(a2_minus + a3_minus*r2), 0, 1); r1 += 1; r2 += 1; sent = w",
        "w = clip(w + r1*(a2_plus + a3_plus*o2), 0, 1); o1 += 1; o2 += 1", 0.5, space, folder)

    space = dict(share=0.2, tau_d=200 * ms, tau_f=600 * ms)
    record_synapse("short_term", """
        w : 1
        sent : 1
        du/dt = -u/tau_f : 1 (event-driven)
        dx/dt = (1 - x)/tau_d : 1 (event-driven)
        """, "u += share*(1 - u); sent = w*u*x; x -= u*x", "", 0.5, space, folder, "synapse.x = 1")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    chosen = sys.argv[2:] or ["synaptic", "integrate_and_fire", "conductance_based", "pinsky_rinzel",
                               "synapses"]
    for family in chosen:
        globals()[family](folder)
