//! The step loop allocates nothing after warm-up, and synapses take little memory beside their own while they are made.

use std::sync::Arc;

use lava::channel;
use lava::monitor::{Probe, ProbeOptions};
use lava::prelude::*;
use lava::proc::PrototypeLif;
use lava::proc::io::{
    BitCheck, Compression, DeltaEncoder, Extractor, Full, Generator, Read, Reset, Rows,
    SpikeDataloader,
};
use lava::proc::synapse::{Projection, Rule, Sparse, Synapses};
use lava::proc::{
    AtrLif, Conv, ConvInTime, DelayDense, Delta, Dense, GradedVec, Lif, LifRefractory, LifReset,
    Rf, RfIz, RfZero, S4d, Sigma, SigmaDelta, SigmaS4dDeltaLayer, Sink, Source, SumPool,
    TernaryLif,
};
use lava::vector::{InputVec, Vector, VectorNet};
use lava_tests::memory::{self, CountingAllocator};
use ndarray::{Array2, Array3, Array4};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn allocations(run: impl FnOnce() -> lava::Result<()>) -> lava::Result<u64> {
    let before = memory::allocations();
    run()?;
    Ok(memory::allocations() - before)
}

/// Sources, neurons, synapses, fan-in, casts, transpositions, delays and sinks.
fn network(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, [Probe<f32>; 2])> {
    let net = Network::new();
    net.set_workers(workers)?;
    let source: Source = net.add(Source::data(Array2::from_elem((5, 6), 0.3)))?;
    let input: Lif = net.add(Lif::shape([6]).du(0.5).vth(1.0))?;
    let binary: Dense = net.add(Dense::weights(Array2::from_elem((6, 6), 0.1)))?;
    let graded: Dense<f32, f32> = net.add(Dense::weights(Array2::from_elem((6, 6), 0.1)))?;
    let output: Lif = net.add(Lif::shape([2, 3]).du(0.5).dv(0.1).vth(0.7))?;
    let sink: Sink<Spike> = net.add(Sink::shape([3, 2]).steps(4))?;
    source.s_out.connect(&input.a_in)?;
    input.s_out.connect(&binary.s_in)?;
    input.s_out.delayed(2).connect(&binary.s_in)?;
    input.s_out.cast::<f32>().connect(&graded.s_in)?;
    binary.a_out.reshape([2, 3]).connect(&output.a_in)?;
    graded
        .a_out
        .reshape([3, 2])
        .transpose([1, 0])
        .connect(&output.a_in)?;
    output.s_out.transpose([1, 0]).connect(&sink.a_in)?;
    connections(&net, &input.s_out)?;
    others(&net, &source)?;
    let probes = [net.probe(&output.v)?, net.probe(&binary.a_out)?];
    Ok((net, probes))
}

/// Connections of every kind.
fn connections(net: &Network<Loihi1SimCfg>, s_out: &OutPort<Spike>) -> lava::Result<()> {
    let weights = Array2::from_elem((6, 6), 3);
    let delays = Array2::from_shape_fn((6, 6), |(output, input)| (output + input) % 4);
    let dense: DelayDense<i32> =
        net.add(DelayDense::weights(&weights).delays(delays.mapv(|delay| delay as i32)))?;
    s_out.connect(&dense.s_in)?;
    for exponent in [-2, 0, 1] {
        let synapses = Synapses::from_matrices(&weights, &delays.mapv(|delay| delay + 1))?;
        let sparse: Sparse<i32, i32> = net.add(Sparse::synapses(synapses).weight_exp(exponent))?;
        s_out.cast::<i32>().connect(&sparse.s_in)?;
    }
    let time: ConvInTime = net.add(ConvInTime::weights(Array3::from_elem((4, 6, 6), 0.1)))?;
    s_out.connect(&time.s_in)?;
    let kernel = Array4::from_elem((3, 2, 2, 1), 0.1);
    let conv: Conv = net.add(Conv::weight(kernel).input_shape([3, 2, 1]).padding([1, 0]))?;
    s_out.reshape([3, 2, 1]).connect(&conv.s_in)?;
    let pool: SumPool<i32, i32> = net.add(SumPool::input_shape([3, 2, 1]).kernel([2, 2]))?;
    s_out.reshape([3, 2, 1]).cast::<i32>().connect(&pool.s_in)
}

/// Samples, changes, a state-space unit, and a compressed encoder.
fn graded(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, [Probe<f32>; 2])> {
    let net = Network::new();
    net.set_workers(workers)?;
    let sample = |value| (Array2::from_elem((4, 6), value), value as i32);
    let samples = SpikeDataloader::dataset(Arc::new(vec![sample(0.3), sample(-1.5)]));
    let loader: SpikeDataloader<f32> = net.add(samples.interval(5))?;
    let delta: Delta = net.add(Delta::shape([6]).vth(0.1).cum_error(true))?;
    let dense: Dense<f32, f32> = net.add(Dense::weights(Array2::from_elem((6, 6), 0.1)))?;
    let neuron: SigmaDelta = net.add(SigmaDelta::shape([6]).vth(0.1))?;
    let sigma: Sigma = net.add(Sigma::shape([6]))?;
    let unit: S4d = net.add(S4d::shape([6]).a(0.9).b(1.0).c(1.0).a_im(0.1))?;
    let encoder = DeltaEncoder::shape([6])
        .vth(1)
        .compression(Compression::DeltaSparse8);
    let encoder: DeltaEncoder = net.add(encoder)?;
    loader.s_out.connect([&delta.a_in, &unit.a_in])?;
    delta.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&neuron.a_in)?;
    neuron.s_out.connect(&sigma.a_in)?;
    unit.s_out.cast::<i32>().connect(&encoder.a_in)?;
    let layer = SigmaS4dDeltaLayer::shape([6]).vth(0.1).a(0.9).b(1.0).c(1.0);
    let layer: SigmaS4dDeltaLayer = net.add(layer.d_states(2))?;
    loader.s_out.connect(&layer.s_in)?;
    let read: Read = net.add(Read::shape([6]).buffer(4))?;
    read.state.connect_var(&sigma.sigma)?;
    let reset: Reset = net.add(Reset::shape([6]).interval(7))?;
    reset.state.connect_var(&sigma.sigma)?;
    let rows = Rows::from_fn([6], |step, row| row[0] = step as f32);
    let generator: Generator = net.add(Generator::rows(rows))?;
    let target = channel::bounded([6], 3).0;
    let extractor: Extractor = net.add(Extractor::target(target).when_full(Full::Drop))?;
    generator.s_out.connect(&extractor.a_in)?;
    vectors(&net)?;
    let probes = [net.probe(&sigma.sigma)?, net.probe(&unit.s_out)?];
    Ok((net, probes))
}

neuron! {
    /// A neuron from equations: a random input, resets, refractoriness.
    Equations {
        dv/dt = (0.1*v^2/mV - w*mV/(1 nS) + i)/(1 ms) + 0.1*mV*ms^-0.5*xi : mV;
        dw/dt = -w/tau : nS;
        input a_in: nS { w += a_in; }
        input i: mV;
        param tau: ms = 2;
        spike when v > 1 mV { v = 0; w += 1 nS; }
        spike chance with rate 100 Hz;
        refractory t_ref: ms = 0.3;
    }
}

/// Equations, and prototypes.
fn vectors(net: &Network<Loihi1SimCfg>) -> lava::Result<()> {
    let net = VectorNet::from_network(net);
    let input: InputVec = net.input(&Array2::from_elem((3, 6), 20))?;
    let matrix = net.dense(&Array2::from_elem((6, 6), 0.25), 7)?;
    let vector: Vector<GradedVec> = net.vector(GradedVec::shape([6]))?;
    &vector << (matrix * &input + &input * &vector);
    let check: BitCheck = net.add(BitCheck::shape([6]).bits(3))?;
    check.state.connect_var(&vector.v)?;
    let prototypes: PrototypeLif = net.add(PrototypeLif::shape([6]))?;
    vector
        .s_out
        .connect((&prototypes.a_in, &prototypes.a_third_factor_in))?;
    net.check()
}

/// All other neurons of Lava, in floating and in fixed point, under the same input.
fn others(net: &Network<Loihi1SimCfg>, source: &Source) -> lava::Result<()> {
    macro_rules! leaky {
        ($($process:ident),*) => {$(
            let float: $process = net.add($process::shape([6]))?;
            source.s_out.connect(&float.a_in)?;
            net.add($process::<i32>::shape([6]).bias_mant(2000))?;
        )*};
    }
    macro_rules! resonators {
        ($($process:ident),*) => {$(
            let float: $process = net.add($process::shape([6]).period(9.0).alpha(0.1))?;
            source.s_out.connect(&float.a_real_in)?;
            net.add($process::<i32>::shape([6]).period(9.0).alpha(0.0).real(99))?;
        )*};
    }
    leaky!(TernaryLif, LifReset, LifRefractory, AtrLif);
    resonators!(Rf, RfIz);
    let neuron: Equations = net.add(Equations::shape([6]))?;
    source.s_out.connect((&neuron.a_in, &neuron.i))?;
    net.add(RfZero::shape([6]).freqs(99.0).decay_tau(9.0).u(99))?;
    Ok(())
}

/// A bounded and a streamed recording of numbers and of spikes, of neurons that fire in waves.
fn recordings(workers: usize) -> lava::Result<u64> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_workers(workers)?;
    let bias: Vec<f32> = (0..600).map(|neuron| neuron as f32 / 600.0).collect();
    let lif: Lif = net.add(Lif::shape([600]).bias_mant(bias).vth(3.0))?;
    let file = |name: &str| {
        let name = format!("lava-allocation-{}-{name}.npy", std::process::id());
        std::env::temp_dir().join(name)
    };
    let files = [file("v"), file("spikes")];
    let bounded = ProbeOptions::new().every(3).last(50);
    let probes = (
        net.probe_with(&lif.v.select(100..400), &bounded)?,
        net.probe_with(&lif.s_out, &bounded)?,
        net.probe_with(&lif.v, &ProbeOptions::new().to_file(&files[0]))?,
        net.probe_with(&lif.s_out, &ProbeOptions::new().to_file(&files[1]))?,
    );
    net.set_profiling(true)?;
    net.run(RunSteps(3000))?;
    // Whether a run is long or short, it completes its files.
    let short = allocations(|| net.run(RunSteps(10)))?;
    let long = allocations(|| net.run(RunSteps(3000)))?;
    assert_eq!((probes.0.steps(), probes.1.steps()), (50, 50));
    drop(probes);
    for file in files {
        assert!(std::fs::metadata(&file).is_ok_and(|file| file.len() > 10_000));
        std::fs::remove_file(file).map_err(lava::Error::model)?;
    }
    Ok(long.saturating_sub(short))
}

/// The most memory of synapses between four populations while they are made, over what they take then. Those of one
/// source population are merged.
fn building(workers: usize) -> lava::Result<f64> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_workers(workers)?;
    let mut populations = Vec::<Lif>::new();
    for number in 0..4 {
        let neurons = Lif::shape([1000]).vth(5.0);
        populations.push(net.add(neurons.name(format!("p{number}")))?);
    }
    for target in &populations {
        for (number, source) in populations.iter().enumerate() {
            let synapses = Rule::FixedTotal(200_000 >> number);
            let projection = Projection::new(1000, 1000).rule(synapses);
            let sparse: Sparse = net.add(Sparse::projection(projection))?;
            source.s_out.connect(&sparse.s_in)?;
            sparse.a_out.connect(&target.a_in)?;
        }
    }
    let before = memory::restart_peak();
    net.compile()?;
    let taken = [memory::peak(), memory::used()].map(|bytes| (bytes - before) as f64);
    Ok(taken[0] / taken[1])
}

/// The most allocations of a run that its steps do not make. A thread that waits for another for the first time
/// allocates.
fn allowed(workers: usize) -> u64 {
    if workers == 1 { 2 } else { 8 }
}

// Without the test harness, whose own threads would be counted as well.
fn main() -> lava::Result<()> {
    let networks = [network, graded];
    for (workers, network) in [1, 2]
        .into_iter()
        .flat_map(|n| networks.map(|network| (n, network)))
    {
        let (net, probes) = network(workers)?;
        // Rebalancing allocates; it rests while the user measures.
        net.set_profiling(true)?;
        net.run(RunSteps(200))?;
        // Before its first step a run reserves memory for its probes, however long it is.
        let short = allocations(|| net.run(RunSteps(10)))?;
        let long = allocations(|| net.run(RunSteps(5000)))?;
        assert!(
            long <= short.max(allowed(workers)),
            "{long} allocations in 5000 steps on {workers} workers"
        );
        assert_eq!(
            probes.map(|probe| probe.steps()),
            [5210; 2],
            "the probes recorded"
        );
    }
    for workers in [1, 2] {
        let more = recordings(workers)?;
        assert!(
            more <= allowed(workers),
            "{more} allocations of recordings on {workers} workers"
        );
        let beside = building(workers)?;
        assert!(
            beside < 1.3,
            "{beside} times their memory on {workers} workers"
        );
    }
    Ok(())
}
