// The networks `brunel`, `brunel_stdp` and `coba` for Auryn. `auryn_networks.py` compiles and runs this program, and
// says what its arguments and files are. It is written against Auryn's interface, and has none of its code.

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "auryn.h"

namespace {

double seconds_now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

// Parameters in seconds, volts and leak conductances; all else as in `common.py`.

struct Network {
    auryn::NeuronGroup *excitatory, *inhibitory;
    std::vector<auryn::Connection *> connections;
    // The weights that learn, if there are any.
    auryn::STDPwdConnection *learning = nullptr;
    // Input that ends after `stimulus` seconds, if there is any.
    std::vector<auryn::PoissonGroup *> input;
    double stimulus = 0;
};

// The connections of a network but those between excitatory neurons.
void connect(Network &network, double excitation, double inhibition, double probability,
             auryn::TransmitterType from_excitatory, auryn::TransmitterType from_inhibitory) {
    auto *e = network.excitatory, *i = network.inhibitory;
    auto add = [&](auto *source, auto *target, double weight, auryn::TransmitterType type) {
        network.connections.push_back(new auryn::SparseConnection(source, target, weight, probability, type));
    };
    add(e, i, excitation, from_excitatory);
    add(i, e, inhibition, from_inhibitory);
    add(i, i, inhibition, from_inhibitory);
}

Network brunel(auryn::NeuronID excitatory, auryn::NeuronID inhibitory, bool learns) {
    const double weight = 0.1e-3, probability = 0.1;
    // Neurons that rest and are reset at 0, with Poisson input of their own.
    auto population = [&](auryn::NeuronID neurons) {
        auto *group = new auryn::IafPscDeltaGroup(neurons);
        group->set_tau_mem(20e-3);
        group->set_tau_ref(2e-3);
        group->e_rest = 0;
        group->e_reset = 0;
        group->thr = 20e-3;
        group->clear();
        group->set_delay(15);
        new auryn::PoissonStimulator(group, 20e3, weight);
        return group;
    };
    Network network;
    auto *e = population(excitatory);
    network.excitatory = e;
    network.inhibitory = population(inhibitory);
    if (learns) {
        network.learning = new auryn::STDPwdConnection(e, e, weight, probability, 0.01, 3 * weight, auryn::MEM);
        network.learning->set_alpha(2.02);
        network.connections.push_back(network.learning);
    } else {
        network.connections.push_back(new auryn::SparseConnection(e, e, weight, probability, auryn::MEM));
    }
    connect(network, weight, -0.5e-3, probability, auryn::MEM, auryn::MEM);
    return network;
}

// The smallest delay that Auryn has, 0.8 ms.
Network coba(auryn::NeuronID excitatory, auryn::NeuronID inhibitory) {
    const double excitation = 0.6, inhibition = 6.7, probability = 0.02;
    Network network;
    auto population = [&](auryn::NeuronID neurons) {
        auto *group = new auryn::TIFGroup(neurons);
        group->set_refractory_period(5e-3);
        auto *input = new auryn::PoissonGroup(neurons, 300);
        new auryn::IdentityConnection(input, group, excitation, auryn::GLUT);
        network.input.push_back(input);
        return group;
    };
    network.excitatory = population(excitatory);
    network.inhibitory = population(inhibitory);
    network.stimulus = 50e-3;
    auto *e = network.excitatory;
    network.connections.push_back(new auryn::SparseConnection(e, e, excitation, probability, auryn::GLUT));
    connect(network, excitation, inhibition, probability, auryn::GLUT, auryn::GABA);
    return network;
}

}  // namespace

// Arguments: the network, excitatory neurons, inhibitory neurons, seconds of warm-up, seconds to measure, seed, folder.
int main(int count, char *arguments[]) {
    if (count != 8) return 2;
    const std::string name = arguments[1], folder = arguments[7];
    const auryn::NeuronID excitatory = std::atoi(arguments[2]), inhibitory = std::atoi(arguments[3]);
    const double warm_up = std::atof(arguments[4]), time = std::atof(arguments[5]);

    const double start = seconds_now();
    auryn::auryn_init(1, arguments, folder, name, "", auryn::ERROR, auryn::ERROR);
    auryn::sys->set_master_seed(std::atoi(arguments[6]));
    auryn::sys->quiet = true;
    Network network = name == "coba" ? coba(excitatory, inhibitory)
                                     : brunel(excitatory, inhibitory, name == "brunel_stdp");
    const std::string rank = std::to_string(auryn::sys->mpi_rank());
    new auryn::SpikeMonitor(network.excitatory, folder + "/excitatory." + rank);
    new auryn::SpikeMonitor(network.inhibitory, folder + "/inhibitory." + rank);

    const double built = seconds_now();
    if (network.stimulus > 0) {
        auryn::sys->run(network.stimulus, false);
        for (auto *input : network.input) input->set_rate(0);
    }
    auryn::sys->run(warm_up - network.stimulus, false);
    const double warm = seconds_now();
    auryn::sys->run(time, false);
    const double done = seconds_now();

    std::ofstream figures(folder + "/figures." + rank);
    auryn::AurynLong synapses = 0;
    for (auto *connection : network.connections) synapses += connection->get_nonzero();
    figures << built - start << ' ' << done - warm << ' ' << synapses << '\n';
    if (network.learning) {
        std::ofstream weights(folder + "/weights." + rank, std::ios::binary);
        const float *first = network.learning->w->get_data_begin();
        weights.write(reinterpret_cast<const char *>(first), sizeof(float) * network.learning->get_nonzero());
    }
    std::ofstream(folder + "/status." + rank) << std::ifstream("/proc/self/status").rdbuf();
    auryn::auryn_free();
}
