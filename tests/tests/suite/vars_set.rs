//! Every Var of every neuron, synapse and input of the library that is set between runs acts as if
//! the process had been built with the value.
//!
//! Without effect are Vars that the model ignores (exponents in floating point, the number of bits of
//! a spike), and those that every step writes before it reads them: `s`, `v` and `v2` of graded
//! neurons, the buffers of synapses without delays of their own.

use std::collections::BTreeMap;

use lava::prelude::*;
use lava::proc::io::DeltaEncoder;
use lava::proc::synapse::{Projection, Rule};
use lava::proc::{
    AeifCondExp, AtrLif, Conv, ConvInTime, DelayDense, Delta, Dense, Events, GradedReluVec,
    GradedVec, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Izhikevich, Lif, LifRefractory,
    LifReset, NoiseCurrent, NormVecDelay, NormalizeNet, PoissonInput, PoissonSpikes, ProdNeuron,
    PrototypeLif, Rf, RfIz, RfZero, S4d, Sigma, SigmaDelta, SigmaS4dDelta, SigmaS4dDeltaLayer,
    SineCurrent, Sink, Source, Sparse, SpikeTrain, Spiker, StepCurrent, SumPool, TernaryLif,
};
use lava::process::{MemberKind, Payload};
use ndarray::Array2;

use crate::support::loihi;

const STEPS: usize = 60;

/// Numbers from `low` to `high`, in no order, one row a step.
fn numbers(neurons: usize, low: f64, high: f64) -> Array2<f64> {
    Array2::from_shape_fn((STEPS, neurons), |(step, neuron)| {
        low + (high - low) * ((step * 37 + neuron * 11) % 29) as f64 / 28.0
    })
}

fn integers(neurons: usize, low: i32, high: i32) -> Array2<i32> {
    numbers(neurons, low.into(), high.into()).mapv(|number| number.round() as i32)
}

fn spikes(neurons: usize) -> Array2<bool> {
    numbers(neurons, 0.0, 1.0).mapv(|number| number > 0.6)
}

/// The sink, whose type follows from the port.
fn of_port<M: Payload, S, L>(_: &OutPort<M, S, L>, sink: Sink<M>) -> Sink<M> {
    sink
}

/// The visible part of a run: the messages of every out-port, and the values of every Var.
#[derive(Debug, PartialEq)]
struct Seen {
    messages: Vec<String>,
    vars: BTreeMap<&'static str, String>,
}

impl Seen {
    /// Returns `true` if the runs differ in more than the Var itself.
    fn differs(&self, other: &Seen, var: &str) -> bool {
        let others =
            |(name, value): (&&str, &String)| *name != var && other.vars.get(name) != Some(value);
        self.messages != other.messages || self.vars.iter().any(others)
    }
}

/// The moment at which a Var is set.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    /// Before the network is compiled: the value is the initial one.
    Building,
    /// Before the first step.
    Compiled,
    /// After a run and a reset, which brings the initial state back.
    Reset,
}

/// Sets each of the Vars, and notes what is not as it should be.
fn compare<P: Process>(
    problems: &mut Vec<String>,
    vars: &[&'static str],
    [without_effect, exceptions]: [&[&str]; 2],
    run: impl Fn(Moment, &str) -> lava::Result<Seen>,
) -> lava::Result<()> {
    let process = P::DECLARATION.name;
    let members = P::DECLARATION.members.iter();
    let declared = members.filter(|member| member.kind == MemberKind::Var);
    let mut declared: Vec<_> = declared.map(|member| member.name).collect();
    let mut listed = vars.to_vec();
    declared.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, declared, "the Vars of {process}");
    let default = run(Moment::Building, "")?;
    for var in vars {
        let built = run(Moment::Building, var)?;
        for (moment, when) in [
            (Moment::Compiled, "before a run"),
            (Moment::Reset, "after one"),
        ] {
            if !exceptions.contains(var) && run(moment, var)? != built {
                problems.push(format!("`{process}.{var}`, set {when}, acts otherwise"));
            }
        }
        if built.differs(&default, var) == without_effect.contains(var) {
            problems.push(format!("the effect of `{process}.{var}`"));
        }
    }
    Ok(())
}

/// Tests all Vars of a process: its inputs, out-ports, and a value for each Var that is not the
/// default.
macro_rules! vars {
    (
        $problems:ident, $process:ty: $builder:expr;
        in [$($port:ident <- $input:expr),*];
        out [$($out:ident),*];
        $($var:ident = $value:expr),*
        $(; without effect [$($idle:ident),*])?
        $(; except [$($except:ident),*])?
    ) => {
        compare::<$process>(
            &mut $problems,
            &[$(stringify!($var)),*],
            [&[$($(stringify!($idle)),*)?], &[$($(stringify!($except)),*)?]],
            |moment, var| {
                let net = loihi();
                let process: $process = net.add($builder)?;
                $(
                    let source = net.add(Source::data($input))?;
                    source.s_out.connect(&process.$port)?;
                )*
                $(
                    let $out = net.add(Sink::shape(process.$out.shape()).steps(STEPS))?;
                    let $out = of_port(&process.$out, $out);
                    process.$out.connect(&$out.a_in)?;
                )*
                match moment {
                    Moment::Building => {}
                    Moment::Compiled => net.compile()?,
                    Moment::Reset => {
                        net.run(RunSteps(13))?;
                        net.reset()?;
                    }
                }
                $(
                    if var == stringify!($var) {
                        process.$var.set($value)?;
                    }
                )*
                let mut vars = BTreeMap::<_, String>::new();
                for steps in [3, 8, 20, STEPS as u64 - 31] {
                    net.run(RunSteps(steps))?;
                    $(*vars.entry(stringify!($var)).or_default() += &format!("{:?}", process.$var.get()?);)*
                }
                Ok(Seen {
                    messages: vec![$(format!("{:?}", $out.data.get()?)),*],
                    vars,
                })
            },
        )?
    };
}

#[test]
fn vars_of_leaky_neurons() -> lava::Result<()> {
    let mut problems = Vec::new();
    vars!(problems, Lif<f64>: Lif::shape([3]).du(0.3).dv(0.1).vth(1.5);
        in [a_in <- numbers(3, -0.5, 1.0)]; out [s_out];
        u = 1.0, v = [0.5, 0.1, 1.0], du = 0.1, dv = 0.3, bias_mant = 0.2, bias_exp = 3, vth = 0.7;
        without effect [bias_exp]);
    vars!(problems, Lif<i32>: Lif::shape([3]).du(800).dv(400).vth(60).bias_mant(100);
        in [a_in <- integers(3, -10, 40)]; out [s_out];
        u = 5000, v = [900, 100, 2000], du = 100, dv = 900, bias_mant = 2000, bias_exp = 4, vth = 20);
    vars!(problems, LifReset<f64>: LifReset::shape([2]).du(0.3).dv(0.1).vth(1.5).reset_interval(20);
        in [a_in <- numbers(2, -0.5, 1.0)]; out [s_out];
        u = 1.0, v = 1.45, du = 0.1, dv = 0.3, bias_mant = 0.2, bias_exp = 3, vth = 0.7,
        reset_interval = 7, reset_offset = 3; without effect [bias_exp]);
    vars!(problems, LifReset<i32>: LifReset::shape([2]).du(800).dv(400).vth(60).bias_mant(100).reset_interval(20);
        in [a_in <- integers(2, -10, 40)]; out [s_out];
        u = 5000, v = 3700, du = 100, dv = 900, bias_mant = 2000, bias_exp = 4, vth = 20,
        reset_interval = [7, 9], reset_offset = 3);
    vars!(problems, LifRefractory<f64>: LifRefractory::shape([2]).du(0.3).dv(0.1).vth(1.5);
        in [a_in <- numbers(2, -0.5, 1.0)]; out [s_out];
        u = 1.0, v = 1.45, refractory_period_end = 20, du = 0.1, dv = 0.3, bias_mant = 0.2,
        bias_exp = 3, vth = 0.7, refractory_period = 5; without effect [bias_exp]);
    vars!(problems, LifRefractory<i32>: LifRefractory::shape([2]).du(800).dv(400).vth(60).bias_mant(100);
        in [a_in <- integers(2, -10, 40)]; out [s_out];
        u = 5000, v = 3700, refractory_period_end = 20, du = 100, dv = 900, bias_mant = 2000,
        bias_exp = 4, vth = 20, refractory_period = 5);
    vars!(problems, TernaryLif<f64>: TernaryLif::shape([2]).du(0.3).dv(0.1).vth_hi(1.5).vth_lo(-0.5);
        in [a_in <- numbers(2, -1.0, 1.0)]; out [s_out];
        u = 1.0, v = 1.45, du = 0.1, dv = 0.3, bias_mant = 0.2, bias_exp = 3, vth_hi = 0.7,
        vth_lo = -0.1; without effect [bias_exp]);
    vars!(problems, TernaryLif<i32>: TernaryLif::shape([2]).du(800).dv(400).vth_hi(60).vth_lo(-60).bias_mant(100);
        in [a_in <- integers(2, -40, 40)]; out [s_out];
        u = 5000, v = 3700, du = 100, dv = 900, bias_mant = 2000, bias_exp = 4, vth_hi = 20,
        vth_lo = -20);
    vars!(problems, AtrLif<f64>: AtrLif::shape([2]);
        in [a_in <- numbers(2, -1.0, 9.0)]; out [s_out];
        i = 1.0, v = 50.0, theta = 4.0, r = 50.0, s = true, delta_i = 0.1, delta_v = 0.3,
        delta_theta = 0.1, delta_r = 0.1, theta_0 = 2.0, theta_step = 1.0, bias_mant = 0.5,
        bias_exp = 2; without effect [bias_exp, s]);
    vars!(problems, AtrLif<i32>: AtrLif::shape([2]).bias_mant(10);
        in [a_in <- integers(2, -10, 90)]; out [s_out];
        i = 100, v = 2000, theta = 40, r = 2000, s = true, delta_i = 0.1, delta_v = 0.3,
        delta_theta = 0.1, delta_r = 0.1, theta_0 = 2.0, theta_step = 1.0, bias_mant = 50,
        // In fixed point the threshold starts at `theta_0`, whatever it is before: as in Lava.
        bias_exp = 2; without effect [s, theta]; except [theta, theta_0]);
    vars!(problems, PrototypeLif: PrototypeLif::shape([2]).du(800).dv(400).vth(60).bias_mant(100);
        in [a_in <- integers(2, -10, 40)]; out [s_out, s_out_bap, s_out_y1];
        u = 5000, v = 3700, du = 100, dv = 900, bias_mant = 2000, bias_exp = 4, vth = 20, y1 = 5);
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn vars_of_resonators() -> lava::Result<()> {
    let mut problems = Vec::new();
    vars!(problems, Rf<f64>: Rf::shape([2]).period(9.0).alpha(0.05);
        in [a_real_in <- numbers(2, -1.0, 1.5), a_imag_in <- numbers(2, -1.0, 1.0)]; out [s_out];
        real = 2.0, imag = 1.0, period = [5.0, 6.0], alpha = 0.2, vth = 0.3);
    vars!(problems, Rf<i32>: Rf::shape([2]).period(9.0).alpha(0.05).vth(20.0);
        in [a_real_in <- integers(2, -20, 30), a_imag_in <- integers(2, -20, 20)]; out [s_out];
        real = 40, imag = 30, period = [5.0, 6.0], alpha = 0.2, vth = 5.0);
    vars!(problems, RfIz<f64>: RfIz::shape([2]).period(9.0).alpha(0.05);
        in [a_real_in <- numbers(2, -1.0, 1.5), a_imag_in <- numbers(2, -1.0, 1.0)]; out [s_out];
        real = 2.0, imag = 1.0, period = [5.0, 6.0], alpha = 0.2, vth = 0.3);
    vars!(problems, RfIz<i32>: RfIz::shape([2]).period(9.0).alpha(0.05).vth(20.0);
        in [a_real_in <- integers(2, -20, 30), a_imag_in <- integers(2, -20, 20)]; out [s_out];
        real = 40, imag = 30, period = [5.0, 6.0], alpha = 0.2, vth = 5.0);
    // If `lct` and `lst` are both 0 when a run begins, both are computed: set one, and the other stays.
    vars!(problems, RfZero: RfZero::shape([2]).freqs(100.0).decay_tau(0.05);
        in [u_in <- integers(2, -20, 3000), v_in <- integers(2, -20, 20)]; out [s_out];
        u = 4000, v = 3000, freqs = 150.0, decay_tau = [0.02, 0.01], uth = 3000, lct = 20_000,
        lst = 15_000; except [lct, lst]);
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn vars_of_neurons_of_the_field() -> lava::Result<()> {
    let mut problems = Vec::new();
    vars!(problems, IafPscDelta<f64>: IafPscDelta::shape([2]).t_ref(0.5);
        in [a_in <- numbers(2, -1.0, 2.0), current_in <- numbers(2, 0.0, 100.0)]; out [s_out];
        v_m = -60.0, refractory = 5, c_m = 100.0, tau_m = [5.0, 1e-3], e_l = -65.0, v_th = -60.0,
        v_reset = -63.0, t_ref = 1.0, i_e = [200.0, 100.0]);
    vars!(problems, IafPscExp<f64>: IafPscExp::shape([2]).t_ref(0.5);
        in [exc_in <- numbers(2, 0.0, 400.0), inh_in <- numbers(2, -90.0, 0.0),
            current_in <- numbers(2, 0.0, 100.0)]; out [s_out];
        v_m = -60.0, i_ex = 300.0, i_in = -200.0, refractory = 5, c_m = 100.0, tau_m = 5.0,
        tau_syn_ex = [1.0, 0.5], tau_syn_in = 9.0, e_l = -65.0, v_th = -60.0, v_reset = -63.0,
        t_ref = 1.0, i_e = [200.0, 100.0]);
    vars!(problems, IafPscAlpha<f64>: IafPscAlpha::shape([2]).t_ref(0.5);
        in [exc_in <- numbers(2, 0.0, 100.0), inh_in <- numbers(2, -30.0, 0.0),
            current_in <- numbers(2, 0.0, 100.0)]; out [s_out];
        v_m = -60.0, i_ex = 300.0, di_ex = 90.0, i_in = -200.0, di_in = -50.0, refractory = 5, c_m = 100.0,
        tau_m = 5.0, tau_syn_ex = [1.0, 0.5], tau_syn_in = 9.0, e_l = -65.0, v_th = -60.0, v_reset = -63.0,
        t_ref = 1.0, i_e = [200.0, 100.0]);
    vars!(problems, IafCondExp<f64>: IafCondExp::shape([2]).t_ref(0.5);
        in [exc_in <- numbers(2, 0.0, 120.0), inh_in <- numbers(2, -9.0, 0.0),
            current_in <- numbers(2, 0.0, 100.0)]; out [s_out];
        v_m = -60.0, g_ex = 30.0, g_in = 20.0, refractory = 5, c_m = 100.0, g_l = [9.0, 8.0],
        e_l = -65.0, e_ex = -10.0, e_in = -75.0, tau_syn_ex = 1.0, tau_syn_in = 9.0, v_th = -58.0,
        v_reset = -68.0, t_ref = 1.0, i_e = [200.0, 100.0]);
    vars!(problems, AeifCondExp<f64>: AeifCondExp::shape([2]).t_ref(0.5);
        in [exc_in <- numbers(2, 0.0, 200.0), inh_in <- numbers(2, -9.0, 0.0),
            current_in <- numbers(2, 0.0, 500.0)]; out [s_out];
        v_m = -60.0, w = 50.0, g_ex = 30.0, g_in = 20.0, refractory = 5, c_m = 200.0,
        g_l = [9.0, 8.0], e_l = -65.0, v_th = -55.0, delta_t = [1.0, 0.0], tau_w = 20.0, a = 8.0,
        b = 20.0, v_peak = 0.0, v_reset = -60.0, t_ref = 1.0, e_ex = -10.0, e_in = -75.0,
        tau_syn_ex = 1.0, tau_syn_in = 9.0, i_e = [400.0, 700.0]);
    vars!(problems, Izhikevich<f64>: Izhikevich::shape([2]);
        in [a_in <- numbers(2, 0.0, 20.0)]; out [s_out];
        v = -60.0, u = -10.0, a = 0.1, b = 0.25, c = -50.0, d = 2.0, i_e = [5.0, 3.0]);
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn vars_of_sigma_delta_neurons_and_state_space_units() -> lava::Result<()> {
    let mut problems = Vec::new();
    vars!(problems, Delta<f64>: Delta::shape([2]).vth(0.5).cum_error(true);
        in [a_in <- numbers(2, -2.0, 2.0)]; out [s_out];
        vth = [1.0, 0.1], act = 1.0, residue = 0.4, error = 0.3, cum_error = false, spike_exp = 2,
        state_exp = 2);
    vars!(problems, Delta<i32>: Delta::shape([2]).vth(50).cum_error(true);
        in [a_in <- integers(2, -200, 200)]; out [s_out];
        vth = [100, 10], act = 100, residue = 40, error = 30, cum_error = false, spike_exp = 2,
        state_exp = 2);
    vars!(problems, SigmaDelta<f64>: SigmaDelta::shape([2]).vth(3.0).cum_error(true);
        in [a_in <- numbers(2, -1.0, 2.0)]; out [s_out];
        vth = [1.0, 0.1], sigma = 1.0, act = 1.0, residue = 0.4, error = 2.5, bias = 0.7,
        cum_error = false, spike_exp = 2, state_exp = 2);
    vars!(problems, SigmaDelta<i32>: SigmaDelta::shape([2]).vth(300).cum_error(true);
        in [a_in <- integers(2, -100, 200)]; out [s_out];
        vth = [100, 10], sigma = 100, act = 100, residue = 40, error = 250, bias = 70,
        cum_error = false, spike_exp = 2, state_exp = 2);
    vars!(problems, Sigma<f64>: Sigma::shape([2]); in [a_in <- numbers(2, -1.0, 2.0)]; out [s_out];
        sigma = 1.0);
    vars!(problems, S4d<f64>: S4d::shape([2]).a(0.9).b(0.5).c(0.7).a_im(0.2).b_im(0.1).c_im(0.2);
        in [a_in <- numbers(2, -1.0, 2.0)]; out [s_out];
        a = 0.8, b = [0.1, 0.3], c = 0.2, a_im = 0.1, b_im = 0.2, c_im = 0.3, s4_state = 1.0,
        s4_state_im = 1.0);
    vars!(problems, SigmaS4dDelta<f64>: SigmaS4dDelta::shape([2]).vth(0.1).a(0.9).b(0.5).c(0.7);
        in [a_in <- numbers(2, -1.0, 2.0)]; out [s_out];
        vth = 0.9, a = 0.8, b = [0.1, 0.3], c = 0.2, sigma = 1.0, s4_state = 1.0, act = 1.0,
        residue = 0.5, state_exp = 1);
    vars!(problems, SigmaS4dDeltaLayer<f64>:
        SigmaS4dDeltaLayer::shape([2]).vth(0.1).a(0.9).b(0.5).c(0.7).d_states(2);
        in [s_in <- numbers(2, -1.0, 2.0)]; out [a_out];
        vth = 0.9, a = 0.8, b = 0.1, c = 0.2, s4_state = 1.0);
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn vars_of_graded_neurons() -> lava::Result<()> {
    let mut problems = Vec::new();
    vars!(problems, GradedVec: GradedVec::shape([2]); in [a_in <- integers(2, -20, 20)]; out [s_out];
        v = 5, vth = [10, 5]);
    vars!(problems, GradedReluVec: GradedReluVec::shape([2]); in [a_in <- integers(2, -20, 20)]; out [s_out];
        v = 5, vth = [10, 5]; without effect [v]);
    vars!(problems, ProdNeuron: ProdNeuron::shape([2]);
        in [a_in1 <- integers(2, -20, 20), a_in2 <- integers(2, -9, 20)]; out [s_out];
        vth = [100, 5], exp = 2);
    vars!(problems, NormVecDelay: NormVecDelay::shape([2]);
        in [a_in1 <- integers(2, -20, 20), a_in2 <- integers(2, -9, 20)]; out [s_out, s2_out];
        vth = [100, 50], v = 7, v2 = 9; without effect [v2]);
    vars!(problems, NormalizeNet: NormalizeNet::shape([2]); in [a_in <- integers(2, -2000, 2000)]; out [s_out];
        vth = [20_000, 100_000]);
    vars!(problems, DeltaEncoder: DeltaEncoder::shape([2]).vth(5);
        in [a_in <- integers(2, -20, 20)]; out [s_out];
        vth = [10, 8], act = 3, residue = 2, spike_exp = 1);
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn vars_of_synapses() -> lava::Result<()> {
    let mut problems = Vec::new();
    let weights = [[0.5, -1.0, 2.0], [3.0, 0.25, 1.0]];
    let others = [[1.5, 1.0, 2.0], [0.0, 0.5, -1.0]];
    vars!(problems, Dense<f64>: Dense::weights(weights); in [s_in <- spikes(3)]; out [a_out];
        weights = others, a_buff = 1.0, num_message_bits = 0; without effect [a_buff, num_message_bits]);
    vars!(problems, Dense<f64, f64>: Dense::weights(weights); in [s_in <- numbers(3, -1.0, 1.0)]; out [a_out];
        weights = others, a_buff = 1.0, num_message_bits = 0; without effect [a_buff]);
    vars!(problems, Dense<i32, i32>: Dense::weights([[5, 100, -3]]).weight_exp(1);
        in [s_in <- integers(3, -9, 9)]; out [a_out];
        weights = [[7, 8, 9]], a_buff = 3, num_message_bits = 0; without effect [a_buff]);
    vars!(problems, DelayDense<f64>: DelayDense::weights(weights).delays(1).max_delay(4);
        in [s_in <- spikes(3)]; out [a_out];
        weights = others, delays = [[0, 2, 4], [3, 1, 0]], a_buff = 1.0, num_message_bits = 0;
        without effect [num_message_bits]);
    vars!(problems, DelayDense<i32, i32>: DelayDense::weights([[5, 100, -3]]).delays(1).max_delay(4);
        in [s_in <- integers(3, -9, 9)]; out [a_out];
        weights = [[7, 8, 9]], delays = [[0, 2, 4]], a_buff = 3, num_message_bits = 0);
    let projection = || Projection::new(3, 2).rule(Rule::AllToAll).seed(1);
    let six = [1.0, 2.0, -3.0, 4.0, 0.5, 6.0];
    vars!(problems, Sparse<f64>: Sparse::projection(projection()); in [s_in <- spikes(3)]; out [a_out];
        weights = six, num_message_bits = 0; without effect [num_message_bits]);
    vars!(problems, Sparse<f64, f64>: Sparse::projection(projection());
        in [s_in <- numbers(3, -1.0, 1.0)]; out [a_out]; weights = six, num_message_bits = 0);
    let kernel = |scale: f64| {
        ndarray::Array4::from_shape_fn((1, 2, 2, 1), |(_, x, y, _)| {
            scale * (1.0 + x as f64 - 3.0 * y as f64)
        })
    };
    let image = || {
        numbers(9, -1.0, 1.0)
            .into_shape_with_order((STEPS, 3, 3, 1))
            .expect("a shape")
    };
    vars!(problems, Conv<f64, f64>: Conv::weight(kernel(1.0)).input_shape([3, 3, 1]);
        in [s_in <- image()]; out [a_out];
        weight = kernel(0.7), a_buf = 1.0, num_message_bits = 0; without effect [a_buf]);
    vars!(problems, SumPool<f64, f64>: SumPool::input_shape([3, 3, 1]).kernel([2, 2]).stride([1, 1]);
        in [s_in <- image()]; out [a_out];
        weight = 0.5, a_buf = 1.0, num_message_bits = 0; without effect [a_buf]);
    let in_time = |scale: f64| {
        ndarray::Array3::from_shape_fn((3, 2, 3), |(t, to, from)| {
            scale * (t as f64 + 1.0) * (to as f64 - from as f64 + 0.5)
        })
    };
    vars!(problems, ConvInTime<f64, f64>: ConvInTime::weights(in_time(1.0));
        in [s_in <- numbers(3, -1.0, 1.0)]; out [a_out];
        weights = in_time(0.3), a_buff = 1.0, num_message_bits = 0);
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn vars_of_inputs() -> lava::Result<()> {
    let mut problems = Vec::new();
    vars!(problems, PoissonSpikes: PoissonSpikes::shape([20]).rate(500.0).seed(1); in []; out [s_out];
        rate = 2000.0, seed = 2_u64);
    vars!(problems, PoissonInput<f64>: PoissonInput::shape([20]).rate(5000.0).seed(1); in []; out [a_out];
        rate = 20_000.0, seed = 2_u64, weight = 3.0);
    vars!(problems, SpikeTrain: SpikeTrain::shape([2]).events(Events::from_steps([(1, 0), (9, 1)]));
        in []; out [s_out]; events = Events::from_steps([(2, 1), (30, 0), (31, 1)]));
    vars!(problems, StepCurrent<f64>: StepCurrent::shape([2]).times([0.1, 2.0]).amplitudes([1.0, 2.0]);
        in []; out [a_out]; times = [1.0, 3.0], amplitudes = [3.0, 1.0], gain = [2.0, 4.0]);
    vars!(problems, SineCurrent<f64>: SineCurrent::shape([2]).amplitude(1.0).frequency(100.0);
        in []; out [a_out];
        amplitude = 2.0, frequency = [10.0, 20.0], phase = [1.0, 0.5], offset = 1.0);
    vars!(problems, NoiseCurrent<f64>: NoiseCurrent::shape([5]).std(1.0).tau(1.0).seed(1); in []; out [a_out];
        std = 2.0, mean = 1.0, tau = [0.0, 1.0, 2.0, 3.0, 4.0], x = 3.0, seed = 2_u64);
    vars!(problems, Spiker<f64>: Spiker::shape([2]); in []; out [s_out];
        period = [3, 4], payload = 2.0, counter = 5);
    vars!(problems, Source<f64>: Source::data(numbers(2, 0.0, 1.0)); in []; out [s_out];
        data = numbers(2, 1.0, 2.0));
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}
