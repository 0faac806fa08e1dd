"""Statistics of spike trains and signals by elephant, SciPy and NumPy, as expected by the tests.

    pip install numpy==2.4.6 elephant==1.2.1
    python tests/statistics/reference.py > tests/statistics/reference.json
"""

import json
import warnings

import elephant
import neo
import numpy as np
import quantities as pq
import scipy.signal
from elephant.conversion import BinnedSpikeTrain
from elephant.spike_train_correlation import correlation_coefficient, cross_correlation_histogram
from elephant.statistics import cv, fanofactor, instantaneous_rate, isi, lv, mean_firing_rate
from elephant.kernels import GaussianKernel

warnings.filterwarnings("ignore")

DT = 0.5  # ms
STEPS = 800
WIDTH = 5.0  # ms
MAX_LAG = 50.0  # ms
SIGMA = 10.0  # ms
SEGMENT = 128  # steps

rng = np.random.default_rng(17)
common = rng.random(STEPS) < 0.02
trains = []
for probability in [0.01, 0.03, 0.05, 0.08]:
    fired = (rng.random(STEPS) < probability) | (common & (rng.random(STEPS) < 0.7))
    trains.append([int(step) + 1 for step in np.flatnonzero(fired)])

# A spike of step t lies between (t - 1) dt and t dt: in the middle, so that no bin is ambiguous.
neo_trains = [
    neo.SpikeTrain((np.array(train) - 0.5) * DT, units="ms", t_start=0.0, t_stop=STEPS * DT)
    for train in trains
]
binned = BinnedSpikeTrain(neo_trains, bin_size=WIDTH * pq.ms)
counts = binned.to_array()
lag_bins = int(MAX_LAG / WIDTH)
correlogram, lags = cross_correlation_histogram(
    BinnedSpikeTrain(neo_trains[0:1], bin_size=WIDTH * pq.ms),
    BinnedSpikeTrain(neo_trains[3:4], bin_size=WIDTH * pq.ms),
    window=[-lag_bins, lag_bins],
)
activity = np.zeros(STEPS)
for train in trains:
    activity[np.array(train) - 1] += 1
activity *= 1000 / DT / len(trains)  # spikes/s
reach = int(np.ceil(4 * SIGMA / DT))
kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * DT / SIGMA) ** 2)
kernel /= kernel.sum()
inside = np.convolve(np.ones(STEPS), kernel, "same")
rate = np.convolve(activity, kernel, "same") / inside
# elephant's rate of the first train, far from the ends, agrees with this kernel up to its cut.
elephant_rate = instantaneous_rate(
    neo_trains[1], sampling_period=DT * pq.ms, kernel=GaussianKernel(SIGMA * pq.ms), cutoff=4.0
).magnitude.ravel()
frequencies, power = scipy.signal.welch(activity, 1000 / DT, "hann", SEGMENT, detrend="constant")

voltages = np.cumsum(rng.normal(size=(5, 200)), axis=1) + np.cumsum(rng.normal(size=200))
golomb = np.sqrt(np.var(voltages.mean(axis=0)) / np.mean(np.var(voltages, axis=1)))
values = rng.gamma(2.0, 3.0, 60)
heights, edges = np.histogram(values, 7)
centred = voltages[0] - voltages[0].mean()
lagged = [np.mean(centred[: 200 - lag] * centred[lag:]) / np.mean(centred**2) for lag in range(30)]


def numbers(array):
    return [float(value) for value in np.asarray(array).ravel()]


print(json.dumps({
    "versions": {"elephant": elephant.__version__, "numpy": np.__version__},
    "dt": DT, "steps": STEPS, "width": WIDTH, "max_lag": MAX_LAG, "sigma": SIGMA, "segment": SEGMENT,
    "trains": trains,
    "rates": [float(mean_firing_rate(train).rescale("1/s")) for train in neo_trains],
    "cvs": [float(cv(isi(train))) for train in neo_trains],
    "lvs": [float(lv(isi(train))) for train in neo_trains],
    "fano_factor_over_neurons": float(fanofactor(neo_trains)),
    "fano_factors": numbers(counts.var(axis=1) / counts.mean(axis=1)),
    "correlations": numbers(correlation_coefficient(binned)),
    "correlogram": numbers(correlogram.magnitude),
    "lags": numbers(lags * WIDTH),
    "rate": numbers(rate),
    "elephant_rate": numbers(elephant_rate),
    "frequencies": numbers(frequencies), "power": numbers(power),
    "count_synchrony": float(np.sqrt(np.var(counts.mean(axis=0)) / np.mean(np.var(counts, axis=1)))),
    "voltages": [numbers(row) for row in voltages], "synchrony": float(golomb),
    "autocorrelation": numbers(lagged),
    "values": numbers(values), "heights": [int(n) for n in heights], "edges": numbers(edges),
}))
