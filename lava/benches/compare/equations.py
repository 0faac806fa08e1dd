"""The populations of the example `neurons` in Brian2: real-time factors of its C++ target on one
thread, in both precisions. `equations.py 4000 100000`."""

import sys
import tempfile

import numpy as np
from brian2 import *

HODGKIN_HUXLEY = """
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
i_e : amp/meter**2 (constant)
"""
AXON = dict(c_m=1 * ufarad / cm**2, g_l=0.3 * msiemens / cm**2, g_na=120 * msiemens / cm**2,
            g_k=36 * msiemens / cm**2, e_l=-54.387 * mV, e_na=50 * mV, e_k=-77 * mV)
ADEX = """
dv/dt = (g_l*(e_l - v) + g_l*delta_t*exp((clip(v, -1*volt, v_peak) - v_t)/delta_t) - w + i_e)/c_m : volt
dw/dt = (a*(clip(v, -1*volt, v_peak) - e_l) - w)/tau_w : amp
i_e : amp (constant)
"""
CELL = dict(c_m=281 * pF, g_l=30 * nS, e_l=-70.6 * mV, v_t=-50.4 * mV, delta_t=2 * mV, tau_w=144 * ms,
            a=4 * nS, b=80.5 * pA, v_peak=20 * mV, v_r=-70.6 * mV)


def measure(precision, name, count, dt, group_of):
    """Simulates 10 ms, then 100 ms, and prints wall time over model time of the latter."""
    device.reinit()
    device.activate(build_on_run=False)
    prefs.core.default_float_dtype = np.float32 if precision == "float32" else np.float64
    prefs.devices.cpp_standalone.openmp_threads = 0
    start_scope()
    defaultclock.dt = dt
    group = group_of(count)
    net = Network(group)
    times = []
    for duration in [10 * ms, 100 * ms]:
        net.run(duration)
    folder = tempfile.mkdtemp()
    device.build(directory=folder, compile=True, run=True)
    # The last run's share, by the profile of the device.
    total = device._last_run_time
    print(f"{count} {name} {precision}: {total / 0.110:.3f}", flush=True)


def spread(count, low, high):
    return low + (high - low) * (np.arange(count) * 37 % 1000) / 1000


def axons(count):
    group = NeuronGroup(count, HODGKIN_HUXLEY, method="exponential_euler", threshold="v > 0*mV",
                        refractory="v > 0*mV", namespace=AXON)
    group.v, group.m, group.h, group.n = -65 * mV, 0.0529, 0.5961, 0.3177
    group.i_e = spread(count, 5, 15) * uamp / cm**2
    return group


def cells(count):
    group = NeuronGroup(count, ADEX, method="rk4", threshold="v > v_peak", reset="v = v_r; w += b",
                        namespace=CELL)
    group.v = -70.6 * mV
    group.i_e = spread(count, 500, 1000) * pA
    return group


if __name__ == "__main__":
    set_device("cpp_standalone", build_on_run=False)
    numbers = [int(text) for text in sys.argv[1:]] or [4000, 100000]
    for precision in ["float32", "float64"]:
        measure(precision, "HodgkinHuxley", numbers[0], 0.01 * ms, axons)
        measure(precision, "AdEx", numbers[1], 0.1 * ms, cells)
