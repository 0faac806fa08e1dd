//! Small networks of all kinds of state.

use lava::learning_rule;
use lava::model::Update;
use lava::prelude::*;
use lava::proc::io::{Read, SpikeDataloader};
use lava::proc::plasticity::{
    DelaySplit, DopamineStdp, Growth, PairStdp, Plasticity, SynapticUpdate, TripletStdp,
    TsodyksMarkram,
};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{
    AtrLif, Conv, DelayDense, DelayRelay, Dense, Events, IafCondExp, IafPscDelta, IafPscExp,
    LearningDense, LearningSparse, Lif, NoiseCurrent, NoveltyDetector, PlasticSparse, PoissonInput,
    PoissonSpikes, ProceduralSparse, Source, Sparse, SpikeTrain, StepCurrent,
};
use lava::units::ms;
use ndarray::{Array2, Array4};

use crate::rules::{dopamine, driven, followed, moving, release};

lava::register_process!(Layer, Noisy);

/// A network that is not compiled.
pub(crate) type Net = Network<Loihi1SimCfg>;
/// Adds a circuit to a network.
pub(crate) type Circuit = fn(&Net) -> lava::Result<()>;

/// All circuits, by name.
pub(crate) const CIRCUITS: &[(&str, Circuit)] = &[
    ("brunel", brunel),
    ("populations", populations),
    ("conductances", conductances),
    ("procedural", procedural),
    ("learning", learning),
    ("learning in fixed point", learning_fixed),
    ("pairs", |net| plastic(net, PairStdp::new())),
    ("triplets", |net| plastic(net, TripletStdp::new())),
    ("hierarchy", hierarchy),
    ("sources", sources),
    ("equations", equations),
    ("presynaptic", |net| {
        plastic(net, PairStdp::new().presynaptic_centred())
    }),
    ("resources", |net| plastic(net, resources())),
    ("pairs and resources", |net| {
        plastic(net, (PairStdp::new(), resources()))
    }),
    ("dopamine", |net| dopamine(net, DopamineStdp::new())),
    ("dopamine and resources", |net| {
        // Synapses are visited every 40 steps.
        dopamine(net, (DopamineStdp::new().tau_c(10.0), resources()))
    }),
    ("structure", |net| structure(net).map(drop)),
    ("silent", silent),
    ("moving", moving),
    ("followed", followed),
    ("many spikes of targets", |net| {
        let all = |neurons| Array2::from_elem((100, neurons), true);
        driven(net, PairStdp::new(), all).map(drop)
    }),
    ("many spikes of targets and dopamine", |net| {
        // Synapses are visited every 80 steps.
        let rule = DopamineStdp::new().tau_c(20.0);
        let learn = driven(net, rule, |neurons| spikes(101, neurons, neurons))?;
        release(net)?.s_out.connect(&learn.s_in_third)
    }),
];

/// A network of a circuit.
pub(crate) fn network(circuit: Circuit, workers: usize) -> lava::Result<Net> {
    let net = Network::new();
    net.set_workers(workers)?;
    net.set_shards(workers)?;
    circuit(&net)?;
    Ok(net)
}

/// Excitation and inhibition with delays, as in Brunel's network.
pub(crate) fn brunel(net: &Net) -> lava::Result<()> {
    let (excitatory, inhibitory) = (700, 300);
    let neurons = |count: usize| {
        let neurons = IafPscDelta::shape([count]).e_l(0.0).v_m(0.0);
        neurons.v_reset(0.0).v_th(20.0).t_ref(2.0)
    };
    let e: IafPscDelta = net.add(neurons(excitatory).name("e"))?;
    let i: IafPscDelta = net.add(neurons(inhibitory).name("i"))?;
    for (name, sources, source, targets, target, weight) in [
        ("ee", excitatory, &e, excitatory, &e, 1.2),
        ("ei", excitatory, &e, inhibitory, &i, 1.2),
        ("ie", inhibitory, &i, excitatory, &e, -5.0),
        ("ii", inhibitory, &i, inhibitory, &i, -5.0),
    ] {
        let projection = Projection::new(sources, targets)
            .rule(Rule::FixedInDegree(sources / 10))
            .weights(Distribution::Constant(weight))
            .delays(Distribution::Uniform {
                low: 1.0,
                high: 15.0,
            });
        let sparse: Sparse = net.add(Sparse::projection(projection).name(name))?;
        source.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&target.a_in)?;
    }
    for (name, count, target) in [("to e", excitatory, &e), ("to i", inhibitory, &i)] {
        let input = PoissonInput::shape([count]).rate(9000.0).weight(0.4);
        let input: PoissonInput = net.add(input.name(name))?;
        input.a_out.connect(&target.a_in)?;
    }
    Ok(())
}

/// Projections of one population to several, which are merged.
pub(crate) fn populations(net: &Net) -> lava::Result<()> {
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([120]).rate(60.0).name("input"))?;
    for (number, targets) in [700_usize, 300, 513].into_iter().enumerate() {
        let neurons: IafPscExp =
            net.add(IafPscExp::shape([targets]).name(format!("neurons {number}")))?;
        let (low, high) = (10.0, 90.0);
        let projection = Projection::new(120, targets)
            .rule(Rule::FixedInDegree(9 + number))
            .weights(Distribution::Uniform { low, high })
            .delays(Distribution::Uniform {
                low: 1.0,
                high: [9.0, 1.0, 17.0][number],
            });
        let sparse: Sparse =
            net.add(Sparse::projection(projection).name(format!("synapses {number}")))?;
        input.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&neurons.exc_in)?;
        if number == 1 {
            let back = Projection::new(targets, targets)
                .rule(Rule::FixedOutDegree(4))
                .weights(Distribution::Constant(-40.0))
                .delays(Distribution::Constant(5.0));
            let back: Sparse<f32, Spike, i16> = net.add(Sparse::projection(back).name("back"))?;
            neurons.s_out.connect(&back.s_in)?;
            back.a_out.connect(&neurons.inh_in)?;
        }
    }
    Ok(())
}

/// Conductance-based neurons with noise.
pub(crate) fn conductances(net: &Net) -> lava::Result<()> {
    let neurons: IafCondExp = net.add(IafCondExp::shape([600]).name("neurons"))?;
    let input: PoissonInput = net.add(
        PoissonInput::shape([600])
            .rate(9000.0)
            .weight(8.0)
            .name("input"),
    )?;
    let noise: NoiseCurrent =
        net.add(NoiseCurrent::shape([600]).std(20.0).tau(2.0).name("noise"))?;
    let projection = Projection::new(600, 600)
        .rule(Rule::FixedProbability(0.02))
        .weights(Distribution::Constant(3.0))
        .delays(Distribution::Constant(8.0));
    let synapses: Sparse = net.add(Sparse::projection(projection).name("synapses"))?;
    input.a_out.connect(&neurons.exc_in)?;
    noise.a_out.connect(&neurons.current_in)?;
    neurons.s_out.connect(&synapses.s_in)?;
    synapses.a_out.connect(&neurons.exc_in)
}

/// Synapses that are drawn at every spike, with delays of several steps.
pub(crate) fn procedural(net: &Net) -> lava::Result<()> {
    let neurons: IafPscDelta = net.add(
        IafPscDelta::shape([600])
            .e_l(0.0)
            .v_m(0.0)
            .v_reset(0.0)
            .v_th(15.0)
            .name("neurons"),
    )?;
    let input: PoissonInput = net.add(
        PoissonInput::shape([600])
            .rate(9000.0)
            .weight(0.5)
            .name("input"),
    )?;
    let projection = Projection::new(600, 600)
        .rule(Rule::FixedOutDegree(30))
        .weights(Distribution::Constant(0.4))
        .delays(Distribution::Uniform {
            low: 1.0,
            high: 12.0,
        });
    let synapses: ProceduralSparse = net.add(projection.procedural().name("synapses"))?;
    input.a_out.connect(&neurons.a_in)?;
    neurons.s_out.connect(&synapses.s_in)?;
    synapses.a_out.connect(&neurons.a_in)
}

/// Spikes that look random.
pub(crate) fn spikes(steps: usize, neurons: usize, salt: usize) -> Array2<bool> {
    Array2::from_shape_fn((steps, neurons), |(step, neuron)| {
        let index = (step * 1009 + neuron * 31 + salt) as u64;
        let mixed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 40).is_multiple_of(6)
    })
}

/// A matrix and a list of synapses that learn.
pub(crate) fn learning(net: &Net) -> lava::Result<()> {
    let rule = learning_rule! {
        dw = 2^-4 * x1 * y0 - 2^-4 * x0 * y1;
        dt = y0 * x1;
        x1: impulse 0.5, tau 8;
        y1: impulse 0.5, tau 6;
        epoch 4;
    };
    let pre: Source<Spike> = net.add(Source::data(spikes(97, 12, 3)).name("pre"))?;
    let post: Source<Spike> = net.add(Source::data(spikes(89, 9, 5)).name("post"))?;
    let weights = Array2::from_shape_fn((9, 12), |(to, from)| (to * from) as f32 / 50.0);
    let dense: LearningDense = net.add(
        LearningDense::weights(weights)
            .learning_rule(rule.clone())
            .name("dense"),
    )?;
    let projection = Projection::new(12, 9).rule(Rule::FixedInDegree(5));
    let sparse: LearningSparse = net.add(
        LearningSparse::projection(projection)
            .learning_rule(rule)
            .name("sparse"),
    )?;
    let lif: Lif = net.add(Lif::shape([9]).du(0.1).dv(0.05).vth(2.0).name("lif"))?;
    pre.s_out.connect(&dense.s_in)?;
    post.s_out.connect(&dense.s_in_bap)?;
    pre.s_out.connect(&sparse.s_in)?;
    post.s_out.connect(&sparse.s_in_bap)?;
    dense.a_out.connect(&lif.a_in)?;
    sparse.a_out.connect(&lif.a_in)
}

/// Learning with stochastic rounding.
pub(crate) fn learning_fixed(net: &Net) -> lava::Result<()> {
    let rule = learning_rule! {
        dw = 2^-2 * x1 * y0 - 2^-3 * x0 * y1 + 2^-4 * u1 * x1;
        x1: impulse 12.5, tau 8;
        y1: impulse 10, tau 6;
        epoch 3;
    };
    let pre: Source<Spike> = net.add(Source::data(spikes(97, 12, 3)).name("pre"))?;
    let post: Source<Spike> = net.add(Source::data(spikes(89, 9, 5)).name("post"))?;
    let weights = Array2::from_shape_fn((9, 12), |(to, from)| ((to * from) % 50 * 2) as i32);
    let dense: LearningDense<i32> = net.add(
        LearningDense::weights(weights)
            .learning_rule(rule)
            .name("dense"),
    )?;
    let lif: Lif<i32> = net.add(Lif::shape([9]).du(400).dv(200).vth(20).name("lif"))?;
    pre.s_out.connect(&dense.s_in)?;
    post.s_out.connect(&dense.s_in_bap)?;
    dense.a_out.connect(&lif.a_in)
}

fn resources() -> TsodyksMarkram {
    TsodyksMarkram::new().facilitation(50.0)
}

/// A recurrent projection that learns, with both parts of delays.
fn plastic<P: Plasticity>(net: &Net, rule: P) -> lava::Result<()> {
    recurrent(net, |projection| {
        let plastic = projection.plastic(rule);
        net.add(plastic.delay_split(DelaySplit::Axonal(1)).name("learn"))
    })?;
    Ok(())
}

/// A recurrent projection whose synapses learn, are removed and grow.
pub(crate) fn structure(net: &Net) -> lava::Result<PlasticSparse> {
    let rule = PairStdp::new().a_plus(0.05).a_minus(0.06);
    let updates = [
        SynapticUpdate::Prune(0.4).every(40),
        SynapticUpdate::Grow.every(60),
        SynapticUpdate::NormalizeIncoming(11.0).every(50),
    ];
    recurrent(net, |projection| {
        let plastic = projection.plastic(rule);
        let plastic = plastic.delay_split(DelaySplit::Dendritic(1));
        let growth = Growth::new(0.5, 6).without_autapses();
        net.add(plastic.updates(updates).growth(growth).name("learn"))
    })
}

/// Neurons with input and a recurrent projection that learns.
pub(crate) fn recurrent<P: Plasticity>(
    net: &Net,
    plastic: impl FnOnce(Projection) -> lava::Result<PlasticSparse<P>>,
) -> lava::Result<PlasticSparse<P>> {
    const NEURONS: usize = 600;
    let neurons: IafPscDelta = net.add(
        IafPscDelta::shape([NEURONS])
            .e_l(0.0)
            .v_m(0.0)
            .v_reset(0.0)
            .v_th(15.0)
            .name("neurons"),
    )?;
    let input: PoissonInput = net.add(
        PoissonInput::shape([NEURONS])
            .rate(9000.0)
            .weight(0.5)
            .name("input"),
    )?;
    let projection = Projection::new(NEURONS, NEURONS)
        .rule(Rule::FixedInDegree(20))
        .weights(Distribution::Constant(0.5))
        .delays(Distribution::Uniform {
            low: 2.0,
            high: 14.0,
        });
    let learn = plastic(projection)?;
    input.a_out.connect(&neurons.a_in)?;
    neurons.s_out.connect(&learn.s_in)?;
    neurons.s_out.connect(&learn.s_in_bap)?;
    learn.a_out.connect(&neurons.a_in)?;
    Ok(learn)
}

/// Event-driven neurons, of which most sleep, and neurons of which whole blocks do.
fn silent(net: &Net) -> lava::Result<()> {
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([40]).rate(20.0).name("input"))?;
    for (name, update) in [
        ("events", Update::EventDriven),
        ("blocks", Update::ClockDriven),
    ] {
        let neurons: IafPscExp<f64> =
            net.add(IafPscExp::shape([1500]).update(update).name(name))?;
        let projection = Projection::new(40, 1500)
            .rule(Rule::FixedOutDegree(25))
            .weights(Distribution::Uniform {
                low: 200.0,
                high: 2500.0,
            })
            .delays(Distribution::Uniform {
                low: 1.0,
                high: 12.0,
            });
        let synapses = Sparse::projection(projection).name(format!("to {name}"));
        let synapses: Sparse<f64> = net.add(synapses)?;
        input.s_out.connect(&synapses.s_in)?;
        synapses.a_out.connect(&neurons.exc_in)?;
        let projection = Projection::new(1500, 1500)
            .rule(Rule::FixedOutDegree(3))
            .weights(Distribution::Constant(700.0));
        let back = Sparse::projection(projection).name(format!("in {name}"));
        let back: Sparse<f64> = net.add(back)?;
        neurons.s_out.connect(&back.s_in)?;
        back.a_out.connect(&neurons.exc_in)?;
    }
    Ok(())
}

/// A layer: synapses with delays and neurons.
#[process]
pub struct Layer {
    /// Spikes, `[8]`.
    #[port(shape = [8])]
    s_in: InPort<Spike>,
    /// Spikes, `[8]`.
    #[port(shape = [8])]
    s_out: OutPort<Spike>,
}

#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct LayerModel;

impl SubModel for LayerModel {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(layer: &Layer, net: &Net) -> lava::Result<LayerExports> {
        let weights = Array2::from_shape_fn((8, 8), |(to, from)| ((to + 2 * from) % 5) as f32);
        let delays = Array2::from_shape_fn((8, 8), |(to, from)| ((to * from) % 4) as i32);
        network! { inside net, layer: Layer;
            synapses: DelayDense = DelayDense::weights(weights).delays(delays).max_delay(3);
            lif: Lif = Lif::shape([8]).du(0.3).dv(0.1).vth(9.0);
            layer.s_in -> synapses.s_in;
            synapses.a_out -> lif.a_in;
            lif.s_out -> layer.s_out;
        }
    }
}

/// Composite processes one after the other, and a convolution.
pub(crate) fn hierarchy(net: &Net) -> lava::Result<()> {
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([8]).rate(400.0).name("input"))?;
    let first: Layer = net.add(Layer::new().name("first"))?;
    let second: Layer = net.add(Layer::new().name("second"))?;
    input.s_out.connect(&first.s_in)?;
    first.s_out.delayed(3).connect(&second.s_in)?;
    let weight = Array4::from_shape_fn((2, 2, 2, 1), |(o, x, y, _)| (o + x + 2 * y) as f32 / 4.0);
    let conv: Conv = net.add(Conv::weight(weight).input_shape([4, 2, 1]).name("conv"))?;
    second.s_out.reshape([4, 2, 1]).connect(&conv.s_in)?;
    let shape = conv.a_out.shape().to_vec();
    let atrlif: AtrLif = net.add(AtrLif::shape(shape).name("atrlif"))?;
    conv.a_out.connect(&atrlif.a_in)
}

/// Sources, sinks and relays that keep a place or a time.
pub(crate) fn sources(net: &Net) -> lava::Result<()> {
    let events = (1..400).map(|step| (step * 3 % 301 + 1, (step as usize * 7) % 5));
    let train: SpikeTrain = net.add(
        SpikeTrain::shape([5])
            .events(Events::from_steps(events))
            .name("train"),
    )?;
    let lif: Lif = net.add(Lif::shape([5]).du(0.2).dv(0.1).vth(2.5).name("lif"))?;
    let weights = Array2::from_shape_fn((5, 5), |(to, from)| ((to + from) % 3) as f32);
    let dense: Dense = net.add(Dense::weights(weights).name("dense"))?;
    let line: DelayRelay = net.add(DelayRelay::shape([5]).delay([0, 1, 3, 7, 20]).name("line"))?;
    train.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&line.a_in)?;
    line.a_out.connect(&lif.a_in)?;
    let read: Read = net.add(Read::shape([5]).buffer(7).interval(3).name("read"))?;
    read.state.connect_var(&lif.v)?;
    let samples = (0..5).map(|sample| {
        let data = Array2::from_shape_fn((4, 3), |(step, x)| (step * 3 + x + sample) as i32);
        (data.into_dyn(), ndarray::arr0(sample as i32).into_dyn())
    });
    let samples: Vec<_> = samples.collect();
    let loader: SpikeDataloader<i32> = net.add(
        SpikeDataloader::dataset(std::sync::Arc::new(samples))
            .interval(6)
            .name("loader"),
    )?;
    let sums: Lif<i32> = net.add(Lif::shape([3]).vth(1000).name("sums"))?;
    loader.s_out.connect(&sums.a_in)?;
    let ones = Array2::from_shape_fn((40, 1), |(step, _)| i32::from(step % 13 == 2));
    let answers = Array2::from_shape_fn((70, 1), |(step, _)| i32::from(step % 17 == 9));
    let given: Source<i32> = net.add(Source::data(ones).name("given"))?;
    let answered: Source<i32> = net.add(Source::data(answers).name("answered"))?;
    let detector: NoveltyDetector = net.add(NoveltyDetector::t_wait(4).name("detector"))?;
    given.s_out.connect(&detector.input_aval_in)?;
    answered.s_out.connect(&detector.output_aval_in)?;
    let current: StepCurrent = net.add(
        StepCurrent::shape([5])
            .times([0.5, 3.0, 11.0])
            .amplitudes([300.0, 500.0, 250.0])
            .name("current"),
    )?;
    let neuron: IafPscExp = net.add(IafPscExp::shape([5]).name("neuron"))?;
    current.a_out.connect(&neuron.current_in)
}

neuron! {
    /// Neurons with noise and a refractory period.
    Noisy {
        /// Membrane voltage.
        dv/dt = (e_l - v)/tau + sigma*sqrt(2/tau)*xi : mV = -70.0;
        /// Weighted spikes.
        input a_in: mV { v += a_in; }
        /// Time constant.
        param tau: ms = 10.0;
        /// Voltage at rest.
        param e_l: mV = -54.0;
        /// Amplitude of the noise.
        param sigma: mV = 3.0;
        spike when v >= -55 mV { v = -70 mV; }
        refractory t_ref: ms = 2.0 for v;
    }
}

/// Equations with noise, and spikes with delays between them.
pub(crate) fn equations(net: &Net) -> lava::Result<()> {
    net.set_dt(0.1 * ms)?;
    let neurons: Noisy = net.add(Noisy::shape([600]).name("neurons"))?;
    let projection = Projection::new(600, 600)
        .rule(Rule::FixedInDegree(10))
        .weights(Distribution::Constant(0.3))
        .delays(Distribution::Uniform {
            low: 1.0,
            high: 9.0,
        });
    let synapses: Sparse = net.add(Sparse::projection(projection).name("synapses"))?;
    neurons.s_out.connect(&synapses.s_in)?;
    synapses.a_out.connect(&neurons.a_in)
}
