// The network `brunel_stdp` for Auryn. `auryn_networks.py` compiles and runs it, and says what its
// arguments and files are. It is written against Auryn's interface, and has none of its code.

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include "auryn.h"

namespace {

double seconds_now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// Neurons that rest and are reset at 0, with Poisson input of their own.
auryn::IafPscDeltaGroup *population(auryn::NeuronID neurons, double weight, double rate, int delay) {
    auto *group = new auryn::IafPscDeltaGroup(neurons);
    group->set_tau_mem(20e-3);
    group->set_tau_ref(2e-3);
    group->e_rest = 0;
    group->e_reset = 0;
    group->thr = 20e-3;
    group->clear();
    group->set_delay(delay);
    new auryn::PoissonStimulator(group, rate, weight);
    return group;
}

}  // namespace

// Arguments: excitatory neurons, inhibitory neurons, seconds of warm-up, seconds to measure, seed, folder.
int main(int count, char *arguments[]) {
    if (count != 7) return 2;
    const auryn::NeuronID excitatory = std::atoi(arguments[1]), inhibitory = std::atoi(arguments[2]);
    const double warm_up = std::atof(arguments[3]), time = std::atof(arguments[4]);
    const unsigned seed = std::atoi(arguments[5]);
    const std::string folder = arguments[6];

    // In volts; all else as in `common.py`.
    const double weight = 0.1e-3, inhibition = -0.5e-3, probability = 0.1;
    const int delay = 15;

    const double start = seconds_now();
    auryn::auryn_init(1, arguments, folder, "brunel_stdp", "", auryn::ERROR, auryn::ERROR);
    auryn::sys->set_master_seed(seed);
    auryn::sys->quiet = true;
    auto *e = population(excitatory, weight, 20e3, delay);
    auto *i = population(inhibitory, weight, 20e3, delay);

    auto *learn = new auryn::STDPwdConnection(e, e, weight, probability, 0.01, 3 * weight, auryn::MEM);
    learn->set_alpha(2.02);
    auto *ei = new auryn::SparseConnection(e, i, weight, probability, auryn::MEM);
    auto *ie = new auryn::SparseConnection(i, e, inhibition, probability, auryn::MEM);
    auto *ii = new auryn::SparseConnection(i, i, inhibition, probability, auryn::MEM);

    const std::string rank = std::to_string(auryn::sys->mpi_rank());
    new auryn::SpikeMonitor(e, folder + "/excitatory." + rank);
    new auryn::SpikeMonitor(i, folder + "/inhibitory." + rank);

    const double built = seconds_now();
    auryn::sys->run(warm_up, false);
    const double warm = seconds_now();
    auryn::sys->run(time, false);
    const double done = seconds_now();

    std::ofstream figures(folder + "/figures." + rank);
    figures << built - start << ' ' << done - warm << ' '
            << learn->get_nonzero() + ei->get_nonzero() + ie->get_nonzero() + ii->get_nonzero() << '\n';
    std::ofstream weights(folder + "/weights." + rank, std::ios::binary);
    const float *first = learn->w->get_data_begin();
    weights.write(reinterpret_cast<const char *>(first), sizeof(float) * learn->get_nonzero());
    std::ofstream(folder + "/status." + rank) << std::ifstream("/proc/self/status").rdbuf();
    auryn::auryn_free();
}
