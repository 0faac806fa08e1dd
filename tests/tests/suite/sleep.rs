//! Blocks of neurons at rest are left out of steps: with the same results, bit for bit.

use lava::model::{Sleep, without_sleep};
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{
    AeifCondExp, AtrLif, ContinuousLif, Delta, FiringRule, GradedVec, IafCondExp, IafPscAlpha,
    IafPscDelta, IafPscExp, Izhikevich, LeakyIntegrator, Lif, LifRefractory, LifReset,
    NormVecDelay, PoissonSpikes, ProdNeuron, Rf, RfZero, S4d, Sigma, SigmaDelta, SigmaS4dDelta,
    Sink, Source, Sparse, SpikeTiming, StepFunction, TernaryLif,
};
use lava::units::ms;
use ndarray::Array1;

use crate::support::loihi;

/// Seven blocks, of which the last is not full.
const NEURONS: usize = 1600;

/// A population, as the tests use it.
struct Population {
    handle: ProcessHandle,
    connect: Connect,
    output: Output,
    v: Var<f32>,
    /// A parameter, and a value with which neurons fire without input, or nearly do.
    parameter: (Var<f32>, f32),
    weight: f64,
}

type Connect = Box<dyn Fn(&Sparse) -> lava::Result<()>>;
type ProcessHandle = Box<dyn Fn(&Network<Loihi1SimCfg>) -> lava::Result<()>>;

enum Output {
    Spikes(OutPort<Spike>),
    Numbers(OutPort<f32>),
}

macro_rules! population {
    ($net:ident, $process:ty: $builder:expr, $input:ident, $output:ident($s_out:ident), $v:ident, $parameter:ident = $value:expr, $weight:expr) => {{
        let process: $process = $net.add($builder)?;
        Ok(Population {
            connect: {
                let input = process.$input.clone();
                Box::new(move |sparse| sparse.a_out.connect(&input))
            },
            output: Output::$output(process.$s_out.clone()),
            v: process.$v.clone(),
            parameter: (process.$parameter.clone(), $value),
            weight: $weight,
            handle: Box::new(move |net| net.reset_process(&process)),
        })
    }};
}

type Build = fn(&Network<Loihi1SimCfg>) -> lava::Result<Population>;

/// The bits of all states that were read, and of everything that was sent.
#[derive(Debug, PartialEq)]
struct Trace {
    states: Vec<Vec<u32>>,
    sent: Vec<(u64, usize, u32)>,
}

/// Runs a population through activity, silence, sets, resets. Input arrives in the first and the fourth
/// block alone.
fn trace(build: Build, workers: usize, is_probed: bool) -> lava::Result<Trace> {
    shortened(build, workers, is_probed, 1)
}

/// Divides the steps of each run by `share`.
fn shortened(build: Build, workers: usize, is_probed: bool, share: u64) -> lava::Result<Trace> {
    let net = loihi();
    net.set_workers(workers)?;
    net.set_dt(0.1 * ms)?;
    let population = build(&net)?;
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([40]).rate(200.0).seed(5))?;
    let targets = (0..40).flat_map(|source| {
        [
            (source, source * 37 % 256),
            (source, 768 + source * 53 % 256),
        ]
    });
    let list: Vec<Synapse> = targets
        .map(|(source, target)| Synapse {
            source,
            target,
            weight: population.weight,
            delay: 1 + source % 5,
        })
        .collect();
    let sparse: Sparse = net.add(Sparse::synapses(Synapses::from_list(40, NEURONS, &list)?))?;
    input.s_out.connect(&sparse.s_in)?;
    (population.connect)(&sparse)?;
    let _probe = is_probed.then(|| net.probe(&population.v)).transpose()?;
    let mut states = Vec::new();
    let mut run = |steps: u64| -> lava::Result<()> {
        net.run(RunSteps(steps.div_ceil(share)))?;
        let state = population.v.get()?;
        states.push(state.iter().map(|v| v.to_bits()).collect());
        Ok(())
    };
    let sent: Box<dyn Fn() -> Vec<(u64, usize, u32)>> = match &population.output {
        Output::Spikes(s_out) => {
            let probe = net.probe(s_out)?;
            Box::new(move || {
                probe
                    .events()
                    .into_iter()
                    .map(|(step, n)| (step, n, 1))
                    .collect()
            })
        }
        Output::Numbers(s_out) => {
            let probe = net.probe(s_out)?;
            Box::new(move || {
                let data = probe.data();
                let values = data.indexed_iter().filter(|(_, value)| **value != 0.0);
                let values = values.map(|(at, value)| (at[0] as u64, at[1], value.to_bits()));
                values.collect()
            })
        }
    };
    let mut all = Vec::new();
    run(300)?;
    input.rate.set(0.0)?;
    run(1000)?;
    let at_rest = population.v.get()?;
    let moved = Array1::from_iter(at_rest.iter().enumerate().map(|(neuron, v)| match neuron {
        300..310 => v + 0.5,
        _ => *v,
    }));
    population.v.set(moved)?;
    run(1)?;
    run(400)?;
    input.rate.set(200.0)?;
    run(130)?;
    input.rate.set(0.0)?;
    run(700)?;
    let (parameter, value) = &population.parameter;
    let before = parameter.get()?;
    parameter.set(*value)?;
    run(60)?;
    parameter.set(before)?;
    run(300)?;
    all.extend(sent());
    (population.handle)(&net)?;
    run(200)?;
    all.extend(sent());
    net.reset()?;
    run(200)?;
    all.extend(sent());
    net.stop()?;
    Ok(Trace { states, sent: all })
}

/// Compares networks with and without sleep.
#[track_caller]
fn same_bits(build: Build) -> lava::Result<()> {
    let expected = without_sleep(|| trace(build, 1, false))?;
    assert!(!expected.sent.is_empty(), "something is sent");
    assert!(expected.states.windows(2).any(|pair| pair[0] != pair[1]));
    for (workers, is_probed) in [(1, true), (2, false), (3, true), (8, false)] {
        {
            let found = trace(build, workers, is_probed)?;
            assert_eq!(found.sent, expected.sent, "{workers} workers, {is_probed}");
            for (number, (found, expected)) in found.states.iter().zip(&expected.states).enumerate()
            {
                let differs = found.iter().zip(expected).position(|(a, b)| a != b);
                assert_eq!(
                    differs, None,
                    "state {number}, {workers} workers, {is_probed}"
                );
            }
        }
    }
    Ok(())
}

#[test]
fn leaky_neurons() -> lava::Result<()> {
    same_bits(|net| {
        let lif = Lif::shape([NEURONS]).du(0.3).dv(0.2).vth(1.0);
        population!(net, Lif: lif, a_in, Spikes(s_out), v, bias_mant = 0.3, 0.8)
    })
}

#[test]
fn neurons_that_fire_in_every_step_do_not_sleep() -> lava::Result<()> {
    same_bits(|net| {
        let lif = Lif::shape([NEURONS])
            .du(1.0)
            .dv(1.0)
            .vth(1.0)
            .bias_mant(2.0);
        population!(net, Lif: lif, a_in, Spikes(s_out), v, vth = 3.0, 0.8)
    })
}

#[test]
fn leaky_neurons_with_a_refractory_period() -> lava::Result<()> {
    same_bits(|net| {
        let lif = LifRefractory::shape([NEURONS]).du(0.3).dv(0.2).vth(1.0);
        let lif = lif.refractory_period(200).bias_mant(0.01);
        population!(net, LifRefractory: lif, a_in, Spikes(s_out), v, bias_mant = 0.3, 0.8)
    })
}

#[test]
fn leaky_neurons_with_resets() -> lava::Result<()> {
    same_bits(|net| {
        let lif = LifReset::shape([NEURONS])
            .du(0.3)
            .dv(0.2)
            .vth(1.0)
            .bias_mant(0.1);
        let lif = lif.reset_interval(257).reset_offset(3);
        population!(net, LifReset: lif, a_in, Spikes(s_out), v, bias_mant = 0.3, 0.8)
    })
}

#[test]
fn ternary_neurons() -> lava::Result<()> {
    same_bits(|net| {
        let lif = TernaryLif::shape([NEURONS])
            .du(0.3)
            .dv(0.2)
            .vth_hi(1.0)
            .vth_lo(-1.0);
        population!(net, TernaryLif: lif, a_in, Numbers(s_out), v, bias_mant = 0.3, 0.8)
    })
}

#[test]
fn adaptive_neurons() -> lava::Result<()> {
    same_bits(|net| {
        let lif = AtrLif::shape([NEURONS]);
        population!(net, AtrLif: lif, a_in, Spikes(s_out), v, bias_mant = 3.0, 9.0)
    })
}

#[test]
fn resonators() -> lava::Result<()> {
    same_bits(|net| {
        let rf = Rf::shape([NEURONS]).period(20.0).alpha(0.2).vth(0.3);
        population!(net, Rf: rf, a_real_in, Spikes(s_out), real, imag = 0.5, 1.0)
    })
}

#[test]
fn integrate_and_fire_neurons_with_exponential_currents() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = IafPscExp::shape([NEURONS]).tau_m(2.0).tau_syn_ex(0.5);
        population!(net, IafPscExp: neurons, exc_in, Spikes(s_out), v_m, i_e = 3000.0, 12_000.0)
    })
}

#[test]
fn integrate_and_fire_neurons_with_alpha_shaped_currents() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = IafPscAlpha::shape([NEURONS]).tau_m(2.0).tau_syn_ex(0.5);
        population!(net, IafPscAlpha: neurons, exc_in, Spikes(s_out), v_m, i_e = 3000.0, 4000.0)
    })
}

#[test]
fn integrate_and_fire_neurons_with_delta_synapses() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = IafPscDelta::shape([NEURONS]).tau_m(2.0);
        population!(net, IafPscDelta: neurons, a_in, Spikes(s_out), v_m, i_e = 3000.0, 12.0)
    })
}

#[test]
fn integrate_and_fire_neurons_with_conductances() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = IafCondExp::shape([NEURONS]).g_l(100.0).tau_syn_ex(0.5);
        population!(net, IafCondExp: neurons, exc_in, Spikes(s_out), v_m, i_e = 3000.0, 300.0)
    })
}

#[test]
fn exponential_integrate_and_fire_neurons() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = AeifCondExp::shape([NEURONS]).tau_w(5.0);
        population!(net, AeifCondExp: neurons, exc_in, Spikes(s_out), v_m, i_e = 3000.0, 100.0)
    })
}

#[test]
fn izhikevichs_neurons() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = Izhikevich::shape([NEURONS]);
        population!(net, Izhikevich: neurons, a_in, Spikes(s_out), v, i_e = 10.0, 300.0)
    })
}

/// Compares networks with and without sleep, on two workers.
#[track_caller]
fn same_bits_on_two(build: Build) -> lava::Result<()> {
    let expected = without_sleep(|| shortened(build, 1, false, 4))?;
    assert!(!expected.sent.is_empty(), "something is sent");
    let found = shortened(build, 2, true, 4)?;
    assert!(found.sent == expected.sent);
    assert!(found.states == expected.states);
    Ok(())
}

#[test]
fn neurons_in_continuous_time() -> lava::Result<()> {
    same_bits_on_two(|net| {
        let rule = FiringRule::new().timing(SpikeTiming::ResetNextStep);
        let neurons = ContinuousLif::shape([NEURONS]).tau_mem(1.0).rule(rule);
        population!(net, ContinuousLif: neurons, a_in, Spikes(s_out), v, v_threshold = -0.5, 30.0)
    })?;
    same_bits_on_two(|net| {
        let neurons = LeakyIntegrator::shape([NEURONS]).has_current(true);
        let neurons = neurons.tau_mem(1.0).tau_syn(0.5);
        population!(net, LeakyIntegrator: neurons, a_in, Numbers(v_out), v, i = 0.5, 3.0)
    })
}

#[test]
fn sigma_delta_neurons() -> lava::Result<()> {
    same_bits_on_two(|net| {
        let neurons = SigmaDelta::shape([NEURONS]).vth(0.5);
        population!(net, SigmaDelta: neurons, a_in, Numbers(s_out), sigma, bias = 0.7, 0.3)
    })?;
    same_bits_on_two(|net| {
        let neurons = Delta::shape([NEURONS]).vth(0.5);
        population!(net, Delta: neurons, a_in, Numbers(s_out), act, vth = 0.0, 0.3)
    })?;
    same_bits_on_two(|net| {
        let neurons = Sigma::shape([NEURONS]);
        population!(net, Sigma: neurons, a_in, Numbers(s_out), sigma, sigma = 0.5, 0.3)
    })
}

#[test]
fn state_space_units() -> lava::Result<()> {
    same_bits_on_two(|net| {
        let units = S4d::shape([NEURONS]).a(0.5).a_im(0.5).b(1.0).c(0.5);
        population!(net, S4d: units, a_in, Numbers(s_out), s4_state, s4_state_im = 0.5, 0.3)
    })?;
    same_bits_on_two(|net| {
        let units = SigmaS4dDelta::shape([NEURONS])
            .vth(0.3)
            .a(0.5)
            .b(0.5)
            .c(0.5);
        population!(net, SigmaS4dDelta: units, a_in, Numbers(s_out), s4_state, vth = 0.1, 0.3)
    })
}

#[test]
fn neurons_without_a_state() -> lava::Result<()> {
    same_bits_on_two(|net| {
        let neurons = StepFunction::shape([NEURONS]).threshold(0.5);
        population!(net, StepFunction: neurons, a_in, Spikes(s_out), threshold, threshold = -1.0, 0.8)
    })
}

neuron! {
    /// Leaky neurons with a synaptic current and a refractory period.
    pub Equations {
        dv/dt = (-70.0 mV - v)/(2.0 ms) + (i + drive)/(250.0 pF) : mV = -70.0;
        di/dt = -i/(0.5 ms) : pA;
        input exc_in: pA { i += exc_in; }
        param drive: pA = 0.0;
        spike when v >= -55.0 mV { v = -70.0 mV; }
        refractory t_ref: ms = 1.0 for v;
    }
}

#[test]
fn neurons_of_equations() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = Equations::shape([NEURONS]);
        population!(net, Equations: neurons, exc_in, Spikes(s_out), v, drive = 3000.0, 12_000.0)
    })
}

/// Neurons of a user, and the blocks that sleep.
#[process]
pub struct Written {
    a_in: InPort<f32>,
    s_out: OutPort<Spike>,
    #[var(init = 0.0)]
    v: Var<f32>,
    #[var(init = 0)]
    since_spike: Var<i32>,
    #[var(init = 1.0)]
    threshold: Var<f32>,
    /// The blocks that sleep, at each neuron.
    #[var(init = 0)]
    asleep: Var<u64>,
}

#[implements(proc = Written, protocol = Loihi, shardable)]
struct WrittenModel {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    since_spike: Vec<i32>,
    threshold: PerNeuron<f32>,
    asleep: Vec<u64>,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl LoihiModel for WrittenModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let a_in = self.a_in.recv_sums();
        let step = self.context.time_step();
        let mut fired = Vec::new();
        let mut blocks = self.sleep.blocks(self.v.len(), step, &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v, &self.since_spike]);
            }
            let sent = fired.len();
            for neuron in start..start + len {
                let v = &mut self.v[neuron];
                *v = (*v * 0.5 + a_in[neuron]).max(1e-10) - 1e-10;
                let since = &mut self.since_spike[neuron];
                *since = (*since + 1).min(100);
                if *v > self.threshold.block(neuron, 1)[0] {
                    (*v, *since) = (0.0, 0);
                    fired.push(neuron as u32);
                }
            }
            if blocks.look() {
                blocks.after(&[&self.v, &self.since_spike], fired.len() > sent);
            }
        }
        self.asleep.fill(self.sleep.asleep() as u64);
        self.s_out.send_indices(&fired)
    }
}

#[test]
fn neurons_of_a_user() -> lava::Result<()> {
    same_bits(|net| {
        let neurons = Written::shape([NEURONS]);
        population!(net, Written: neurons, a_in, Spikes(s_out), v, threshold = -1.0, 2.0)
    })
}

#[test]
fn what_is_at_rest_sleeps_until_input_arrives_or_a_var_is_set() -> lava::Result<()> {
    let net = loihi();
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([1]).rate(0.0).dt(0.1))?;
    let synapse = [Synapse {
        source: 0,
        target: 600,
        weight: 0.5,
        delay: 1,
    }];
    let synapses = Synapses::from_list(1, NEURONS, &synapse)?;
    let sparse: Sparse = net.add(Sparse::synapses(synapses))?;
    let neurons = net.add(Written::shape([NEURONS]))?;
    input.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&neurons.a_in)?;
    let run = |steps| -> lava::Result<u64> {
        net.run(RunSteps(steps))?;
        Ok(neurons.asleep.get()?[0])
    };
    assert_eq!(run(63)?, 0, "counters run up to 100");
    assert_eq!(run(300)?, 7);
    input.rate.set(10_000.0)?;
    assert_eq!(run(10)?, 6, "one block is reached");
    input.rate.set(0.0)?;
    assert_eq!(run(500)?, 7);
    let v = neurons.v.get()?;
    assert_eq!(run(1)?, 7, "reading wakes nobody");
    neurons.v.set(v)?;
    assert_eq!(run(1)?, 0);
    assert_eq!(run(200)?, 7);
    net.reset_process(&neurons)?;
    assert_eq!(run(1)?, 0);
    net.stop()
}

/// Fixed-point neurons of one kind, which receive pulses in the first block alone, in steps 1 to 9 and from 400
/// on, and what they send.
macro_rules! sent_in_fixed_point {
    ($process:ident: $builder:expr, [$($input:ident),+]) => {{
        let run = || -> lava::Result<ArrayD<i32>> {
            let net = loihi();
            let mut pulses = ndarray::Array2::<i32>::zeros((500, 600));
            for step in (0..9).chain(400..430) {
                (0..40).for_each(|neuron| pulses[[step, neuron * 5]] = 9_000 - 17 * step as i32);
            }
            let input: Source<i32> = net.add(Source::data(pulses))?;
            let neurons: $process = net.add($builder)?;
            let sink: Sink<i32> = net.add(Sink::shape([600]).steps(500))?;
            $(input.s_out.connect(&neurons.$input)?;)+
            neurons.s_out.connect(&sink.a_in)?;
            net.run(RunSteps(500))?;
            let sent = sink.data.get()?;
            net.stop()?;
            Ok(sent)
        };
        let expected = without_sleep(run)?;
        assert!(expected.iter().any(|sent| *sent != 0), "something is sent");
        assert!(run()? == expected);
    }};
}

#[test]
fn neurons_in_fixed_point() -> lava::Result<()> {
    sent_in_fixed_point!(
        RfZero: RfZero::shape([600]).freqs(150.0).decay_tau(0.05).uth(10),
        [u_in]
    );
    sent_in_fixed_point!(GradedVec: GradedVec::shape([600]).vth(4), [a_in]);
    sent_in_fixed_point!(ProdNeuron: ProdNeuron::shape([600]).exp(4), [a_in1, a_in2]);
    sent_in_fixed_point!(NormVecDelay: NormVecDelay::shape([600]), [a_in1, a_in2]);
    Ok(())
}
