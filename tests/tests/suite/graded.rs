//! Graded neurons and other processes that send numbers: recorded numbers, parameters that make no
//! sense, and any number of workers.

use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::io::DeltaEncoder;
use lava::proc::{Allocator, NoveltyDetector, Readout};
use lava::proc::{
    Delta, GradedReluVec, GradedVec, InvSqrt, Latch, NormVecDelay, ProdNeuron, S4d, Sigma,
    SigmaDelta, SigmaS4dDelta, Source, Spiker,
};
use lava::process::Builds;
use ndarray::{Array2, ArrayD, array};

use crate::support::{fails, flat, loihi, run};

#[test]
fn graded_neurons_are_lavas() -> lava::Result<()> {
    let (sent, v) = run!([5, -1, 1, -9, 0], GradedVec: GradedVec::shape([1]), a_in, s_out, v);
    assert_eq!(flat(sent.data()), [5, 0, 0, -9, 0]);
    assert_eq!(flat(v.data()), [0; 5]);
    let relu = GradedReluVec::shape([1]).vth(4);
    let (sent, _) = run!([5, -1, 4, -9, 0], GradedReluVec: relu, a_in, s_out, v);
    assert_eq!(flat(sent.data()), [5, 0, 0, 0, 0]);
    let net = network! { Loihi1SimCfg;
        left:    Source<i32>  = Source::data(array![[5], [-3], [7], [9]]);
        right:   Source<i32>  = Source::data(array![[2], [3], [4], [5]]);
        product: ProdNeuron   = ProdNeuron::shape([1]).exp(1);
        norm:    NormVecDelay = NormVecDelay::shape([1]);
        left.s_out  -> [product.a_in1, norm.a_in1];
        right.s_out -> [product.a_in2, norm.a_in2];
    }?;
    let product = net.probe(&net.product.s_out)?;
    let (delayed, squares) = (net.probe(&net.norm.s_out)?, net.probe(&net.norm.s2_out)?);
    net.run(RunSteps(4))?;
    assert_eq!(flat(product.data()), [5, -5, 14, 22]);
    assert_eq!(flat(delayed.data()), [0, 15, -12, 35]);
    assert_eq!(flat(squares.data()), [25, 9, 49, 81]);
    Ok(())
}

#[test]
fn what_is_set_in_a_graded_vector_counts_once() -> lava::Result<()> {
    let net = loihi();
    let vec: GradedVec = net.add(GradedVec::shape([2]))?;
    let sent = net.probe(&vec.s_out)?;
    net.run(RunSteps(1))?;
    vec.v.set([7, -7])?;
    net.run(RunSteps(2))?;
    assert_eq!(sent.data(), array![[0, 0], [7, -7], [0, 0]].into_dyn());
    Ok(())
}

#[test]
fn inverse_roots_in_floating_point_are_exact() -> lava::Result<()> {
    let net = loihi();
    let source: Source<f64> = net.add(Source::data([[4.0, 0.25, 0.0, -1.0]]))?;
    let root: InvSqrt<f64> = net.add(InvSqrt::shape([4]))?;
    source.s_out.connect(&root.a_in)?;
    let sent = net.probe(&root.s_out)?;
    net.run(RunSteps(1))?;
    let sent = flat(sent.data());
    assert_eq!(sent[..3], [0.5, 2.0, f64::INFINITY]);
    assert!(sent[3].is_nan());
    Ok(())
}

#[test]
fn spikers_have_a_period_each() -> lava::Result<()> {
    let net = loihi();
    let spiker: Spiker<f32> = net.add(Spiker::shape([2]).period([3, 1]).payload([7.0, -2.0]))?;
    let receiver: Latch<f32> = net.add(Latch::shape([2]))?;
    spiker.s_out.connect(&receiver.a_in)?;
    let payload = net.probe(&receiver.payload)?;
    net.run(RunSteps(10))?;
    let steps = |neuron: usize| {
        let fires = |step: &u64| payload.data()[[*step as usize - 1, neuron]] != 0.0;
        (1..=10).filter(fires).collect::<Vec<_>>()
    };
    assert_eq!(steps(0), [4, 7, 10]);
    assert_eq!(steps(1), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(receiver.payload.get()?, array![7.0, -2.0].into_dyn());
    Ok(())
}

#[test]
fn a_receiver_of_spikes_keeps_who_fired() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:    Source<Spike>   = Source::data([[true, false, true]]);
        receiver: Latch<Spike> = Latch::shape([3]);
        input.s_out -> receiver.a_in;
    }?;
    net.run(RunSteps(1))?;
    let expected = array![true, false, true].into_dyn();
    assert_eq!(net.receiver.payload.get()?, expected);
    Ok(())
}

#[test]
fn graded_parameters_that_make_no_sense_are_refused() -> lava::Result<()> {
    fn build<P, B>(builder: B) -> lava::Result<()>
    where
        B: Builds<P>,
        P: Process + HasModel<Loihi, AnyTag, Cpu>,
    {
        let net = loihi();
        net.add(builder)?;
        net.run(RunSteps(1))
    }
    fails(
        build(Delta::<f32>::shape([1]).vth(-0.5)),
        &["vth", "0.0 ≤ value"],
    );
    fails(
        build(SigmaDelta::<f32>::shape([1]).vth(f32::NAN)),
        &["vth", "NaN"],
    );
    fails(
        build(Delta::<i32>::shape([1]).vth(1).spike_exp(32)),
        &["spike_exp", "31"],
    );
    let shifted = Delta::<i32>::shape([1]).vth(0).spike_exp(20).state_exp(12);
    fails(build(shifted), &["spike_exp", "state_exp", "32", "31"]);
    let large = SigmaDelta::<i32>::shape([2])
        .vth(1)
        .bias([0, -300])
        .state_exp(24);
    fails(build(large), &["`bias` is -300", "2^24", "32 bits"]);
    fails(
        build(DeltaEncoder::shape([1]).vth(1).num_bits(Some(0))),
        &["num_bits", "1 to 32"],
    );
    fails(
        build(Spiker::<i32>::shape([1]).period(0)),
        &["period", "1 ≤ value"],
    );
    fails(build(ProdNeuron::shape([1]).exp(-1)), &["exp", "0 ≤ value"]);
    fails(
        build(S4d::<f32>::shape([1]).a(f32::INFINITY).b(1.0).c(1.0)),
        &["`S4d_0.a`", "finite"],
    );
    fails(build(NoveltyDetector::t_wait(-1)), &["t_wait"]);
    fails(build(Readout::n_protos(0)), &["[0]", "empty"]);
    fails(build(Allocator::new().next_alloc_id(0)), &["next_alloc_id"]);
    Ok(())
}

#[test]
fn what_is_set_is_checked_as_what_is_given() -> lava::Result<()> {
    let net = loihi();
    let delta: Delta<i32> = net.add(Delta::shape([1]).vth(1).spike_exp(10).name("delta"))?;
    net.run(RunSteps(1))?;
    fails(delta.vth.set(1 << 22), &["vth", "2^10"]);
    fails(delta.spike_exp.set(-1), &["`delta.spike_exp`", "0 ≤ value"]);
    delta.vth.set(5)?;
    net.run(RunSteps(1))
}

#[test]
fn a_winner_that_does_not_exist_is_told() -> lava::Result<()> {
    let readout = Readout::n_protos(3).last_winner_id(3);
    let net = network! { Loihi1SimCfg;
        label:   Source<i32> = Source::data([[4]]);
        readout: Readout     = readout;
        label.s_out -> readout.label_in;
    }?;
    fails(
        net.run(RunSteps(1)),
        &["readout", "last_winner_id", "3 prototypes"],
    );
    Ok(())
}

/// Everything that can be cut, with different parameters for every neuron, and what it sends.
fn sent_on(workers: usize) -> lava::Result<Vec<ArrayD<f64>>> {
    const NEURONS: usize = 900;
    const STEPS: usize = 12;
    let net = loihi();
    net.set_workers(workers)?;
    let numbers = |seed: usize| {
        Array2::from_shape_fn((STEPS, NEURONS), |(step, neuron)| {
            ((step * 7919 + neuron * 104_729 + seed) % 1009) as i32 - 504
        })
    };
    let spread = |scale: f64| -> Vec<f64> {
        let value = |neuron: usize| scale * ((neuron * 37 % 101) as f64 / 101.0);
        (0..NEURONS).map(value).collect()
    };
    let whole: Vec<i32> = spread(40.0).iter().map(|value| *value as i32).collect();
    let fixed: Source<i32> = net.add(Source::data(numbers(0)))?;
    let other: Source<i32> = net.add(Source::data(numbers(5)))?;
    let real: Source<f64> = net.add(Source::data(numbers(9).mapv(f64::from)))?;
    let mut probes: Vec<Box<dyn Fn() -> ArrayD<f64>>> = Vec::new();
    macro_rules! watch {
        ($process:ty: $builder:expr, $($source:ident -> $port:ident),+; $($out:ident),+) => {
            let process: $process = net.add($builder)?;
            $($source.s_out.connect(&process.$port)?;)+
            $(
                let probe = net.probe(&process.$out)?;
                probes.push(Box::new(move || probe.data().mapv(|x| x as f64)));
            )+
        };
    }
    let n = [NEURONS];
    watch!(Sigma<i32>: Sigma::shape(n), fixed -> a_in; s_out);
    watch!(Delta<i32>: Delta::shape(n).vth(whole.clone()).state_exp(2), fixed -> a_in; s_out);
    let cumulative = Delta::shape(n).vth(spread(400.0)).cum_error(true);
    watch!(Delta<f64>: cumulative, real -> a_in; s_out, error);
    let neuron = SigmaDelta::shape(n).vth(whole.clone()).bias(whole.clone());
    watch!(SigmaDelta<i32>: neuron, fixed -> a_in; s_out, residue);
    let neuron = SigmaDelta::shape(n).vth(spread(90.0)).bias(spread(-30.0));
    watch!(SigmaDelta<f64>: neuron, real -> a_in; s_out);
    let unit = S4d::shape(n)
        .a(spread(0.9))
        .b(spread(1.0))
        .c(spread(-2.0))
        .a_im(0.3);
    watch!(S4d<f64>: unit, real -> a_in; s_out);
    let unit = SigmaS4dDelta::shape(n)
        .vth(10.0)
        .a(spread(0.9))
        .b(spread(1.0))
        .c(0.5);
    watch!(SigmaS4dDelta<f64>: unit, real -> a_in; s_out);
    watch!(GradedVec: GradedVec::shape(n).vth(whole.clone()), fixed -> a_in; s_out);
    watch!(GradedReluVec: GradedReluVec::shape(n).vth(whole.clone()), fixed -> a_in; s_out);
    watch!(ProdNeuron: ProdNeuron::shape(n).exp(3), fixed -> a_in1, other -> a_in2; s_out);
    let norm = NormVecDelay::shape(n).vth(whole.clone());
    watch!(NormVecDelay: norm, fixed -> a_in1, other -> a_in2; s_out, s2_out);
    watch!(InvSqrt<i32>: InvSqrt::shape(n), fixed -> a_in; s_out);
    let periods: Vec<i32> = whole.iter().map(|period| 1 + period % 5).collect();
    let spiker: Spiker<i32> = net.add(Spiker::shape(n).period(periods))?;
    let probe = net.probe(&spiker.s_out)?;
    probes.push(Box::new(move || probe.data().mapv(f64::from)));
    net.run(RunSteps(STEPS as u64))?;
    assert_eq!(net.workers(), workers);
    Ok(probes.iter().map(|probe| probe()).collect())
}

#[test]
fn graded_processes_do_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let whole = sent_on(1)?;
    let active = |sent: &ArrayD<f64>| sent.iter().any(|value| *value != 0.0);
    assert!(whole.iter().all(active));
    for workers in [2, 3, 4] {
        assert!(sent_on(workers)? == whole, "{workers} workers");
    }
    Ok(())
}
