//! Processes that read and write the Vars of others at intervals.

use std::sync::Arc;

use lava::prelude::*;
use lava::proc::io::{BitCheck, Read, Reset, StateDataloader};
use lava::proc::{Lif, Sigma, SigmaDelta, Source};
use ndarray::{Array1, ArrayD, arr1, arr2, array};

use crate::support::{fails, flat, loihi};

/// A LIF that counts its steps.
fn counter<T>(net: &Network<Loihi1SimCfg>, one: T, neurons: usize) -> lava::Result<Lif<T>>
where
    T: lava::proc::Membrane,
    Lif<T>: lava::network::HasModel<Loihi, lava::network::AnyTag, Cpu>,
{
    net.add(Lif::<T>::shape([neurons]).bias_mant(one).vth(T::VTH))
}

#[test]
fn a_var_is_reset_once_in_every_interval() -> lava::Result<()> {
    let net = loihi();
    let (float, fixed) = (counter(&net, 1.0_f64, 2)?, counter(&net, 1_i32, 2)?);
    // An offset counts modulo the interval.
    let reset: Reset<f64> = net.add(Reset::shape([2]).interval(4).offset(9))?;
    let other: Reset<i32> = net.add(Reset::shape([2]).interval(3).reset_value([7, -7]))?;
    reset.state.connect_var(&float.v)?;
    other.state.connect_var(&fixed.v)?;
    let (float, fixed) = (net.probe(&float.v)?, net.probe(&fixed.v)?);
    net.run(RunSteps(7))?;
    let first: Vec<f64> = float
        .data()
        .columns()
        .into_iter()
        .next()
        .map(|c| c.to_vec())
        .unwrap_or_default();
    assert_eq!(first, [1.0, 0.0, 1.0, 2.0, 3.0, 0.0, 1.0]);
    let rows = [
        [7, -7],
        [8, -6],
        [9, -5],
        [7, -7],
        [8, -6],
        [9, -5],
        [7, -7],
    ];
    assert_eq!(fixed.data(), arr2(&rows).into_dyn());
    Ok(())
}

#[test]
fn the_value_and_the_times_of_a_reset_can_be_set_between_runs() -> lava::Result<()> {
    let net = loihi();
    let lif = counter(&net, 1.0_f32, 1)?;
    let reset: Reset = net.add(Reset::shape([1]))?;
    reset.state.connect_var(&lif.v)?;
    net.run(RunSteps(3))?;
    assert_eq!(lif.v.get()?[0], 0.0);
    reset.interval.set(100)?;
    reset.offset.set(4)?;
    reset.reset_value.set(-2.5)?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?[0], 1.0);
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?[0], -2.5);
    fails(reset.interval.set(0), &["interval", "0"]);
    fails(reset.offset.set(-1), &["offset", "-1"]);
    Ok(())
}

#[test]
fn who_was_added_last_has_the_last_word() -> lava::Result<()> {
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let resets: Vec<Reset> = [3.0, 5.0, 4.0]
            .into_iter()
            .map(|value| net.add(Reset::shape([300]).reset_value(value)))
            .collect::<lava::Result<_>>()?;
        let lif = counter(&net, 1.0_f32, 300)?;
        for reset in &resets {
            reset.state.connect_var(&lif.v)?;
        }
        net.run(RunSteps(2))?;
        assert!(
            lif.v.get()?.iter().all(|v| *v == 4.0),
            "on {workers} workers"
        );
    }
    Ok(())
}

#[test]
fn a_value_that_the_var_does_not_take_is_named() -> lava::Result<()> {
    let net = loihi();
    let neuron: SigmaDelta = net.add(SigmaDelta::shape([1]).vth(1.0).name("neuron"))?;
    let reset: Reset = net.add(Reset::shape([1]).reset_value(-1.0).name("reset"))?;
    reset.state.connect_var(&neuron.vth)?;
    fails(
        net.run(RunSteps(1)),
        &["`reset`", "run_post_mgmt", "vth", "-1.0"],
    );
    Ok(())
}

#[test]
fn the_last_values_are_kept() -> lava::Result<()> {
    let net = loihi();
    let lif = counter(&net, 1.0_f32, 2)?;
    lif.v.set([0.0, 3.0])?;
    lif.du.set(1.0)?;
    let read: Read = net.add(Read::shape([2]).buffer(3).interval(2).offset(1))?;
    let fired: Read<bool> = net.add(Read::shape([2]).buffer(2))?;
    read.state.connect_var(&lif.v)?;
    net.run(RunSteps(4))?;
    let so_far = arr2(&[[2.0, 5.0], [4.0, 7.0], [0.0, 0.0]]).into_dyn();
    assert_eq!(read.data.get()?, so_far);
    net.run(RunSteps(5))?;
    let last = arr2(&[[8.0, 0.0], [4.0, 7.0], [6.0, 9.0]]).into_dyn();
    assert_eq!(read.data.get()?, last);
    let nothing = arr2(&[[false; 2]; 2]).into_dyn();
    assert_eq!(fired.data.get()?, nothing, "it is connected to nothing");
    let none = net.add(Read::<f32>::shape([2]).buffer(0)).map(drop);
    assert!(none.is_err());
    Ok(())
}

#[test]
fn samples_become_state() -> lava::Result<()> {
    let net = loihi();
    let samples = vec![(array![[1, 2], [3, 4]], 0.5), (array![[5, 6], [7, 8]], 1.5)];
    let loader = StateDataloader::dataset(Arc::new(samples));
    let loader: StateDataloader<i32, f64> = net.add(loader.interval(2).offset(1))?;
    let sigma: Sigma<i32> = net.add(Sigma::shape([2, 2]))?;
    loader.state.connect_var(&sigma.sigma)?;
    let (state, labels) = (net.probe(&sigma.sigma)?, net.probe(&loader.ground_truth)?);
    net.run(RunSteps(6))?;
    let corner: Vec<i32> = (0..6).map(|step| state.data()[[step, 1, 0]]).collect();
    assert_eq!(corner, [0, 3, 3, 7, 7, 3]);
    assert_eq!(flat(labels.data()), [0.0, 0.0, 0.5, 0.5, 1.5, 1.5]);
    Ok(())
}

#[test]
fn samples_that_cannot_be_had_stop_the_network() -> lava::Result<()> {
    let run = |samples: Vec<(Array1<f32>, i32)>| {
        let net = loihi();
        let loader: StateDataloader = net.add(StateDataloader::dataset(Arc::new(samples)))?;
        let sigma: Sigma = net.add(Sigma::shape([2]))?;
        loader.state.connect_var(&sigma.sigma)?;
        net.run(RunSteps(5))
    };
    run(vec![(arr1(&[1.0, 2.0]), 0)])?;
    fails(
        run(vec![(arr1(&[1.0, 2.0]), 0), (arr1(&[1.0]), 0)]),
        &["sample 1", "[1]", "samples of shape [2]", "step 2"],
    );
    fails(run(Vec::new()), &["[]"]);
    let labels: Vec<(ArrayD<f32>, ArrayD<i32>)> = vec![
        (arr1(&[1.0]).into_dyn(), arr1(&[1, 2]).into_dyn()),
        (arr1(&[1.0]).into_dyn(), arr1(&[1]).into_dyn()),
    ];
    let net = loihi();
    let _: StateDataloader = net.add(StateDataloader::dataset(Arc::new(labels)))?;
    fails(net.run(RunSteps(5)), &["sample 1", "labels of shape [2]"]);
    Ok(())
}

#[test]
fn values_that_do_not_fit_are_counted() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data([[127, -128], [1, -1], [-1, 1]]);
        sigma: Sigma<i32>  = Sigma::shape([2]);
        check: BitCheck    = BitCheck::shape([2]).bits(8);
        input.s_out -> sigma.a_in;
    }?;
    net.check.state.connect_var(&net.sigma.sigma)?;
    net.run(RunSteps(1))?;
    assert!(!net.check.overflowed()?, "the limits fit");
    net.run(RunSteps(2))?;
    assert!(net.check.overflowed()?);
    assert_eq!(net.check.overflows.get()?, 2);
    net.check.overflows.set(0)?;
    net.check.bits.set(9)?;
    net.run(RunSteps(1))?;
    assert!(!net.check.overflowed()?);
    let error = net.check.bits.set(32).expect_err("more than there are");
    assert!(error.to_string().contains("bits"), "{error}");
    Ok(())
}

/// Two bounds.
#[process]
pub struct Bounded {
    /// The lower bound.
    #[var(scalar, init = 0.0)]
    low: Var<f32>,
    /// The upper bound.
    #[var(scalar, init = 1.0)]
    high: Var<f32>,
}

#[implements(proc = Bounded, protocol = Loihi)]
struct BoundedModel {
    low: f32,
    high: f32,
}

impl LoihiModel for BoundedModel {
    fn check(&self) -> lava::Result<()> {
        if self.low < self.high {
            return Ok(());
        }
        Err(lava::Error::Model("`low` is not below `high`".into()))
    }
}

#[test]
fn vars_that_depend_on_each_other_are_set_in_any_order_and_checked_before_the_run()
-> lava::Result<()> {
    let net = loihi();
    let bounded = net.add(Bounded::new().name("bounded"))?;
    net.run(RunSteps(1))?;
    bounded.low.set(2.0)?;
    bounded.high.set(3.0)?;
    net.run(RunSteps(1))?;
    bounded.high.set(1.0)?;
    for _ in 0..2 {
        let error = net.run(RunSteps(1)).unwrap_err();
        assert!(
            error.to_string().contains("process `bounded`")
                && error.to_string().contains("`low` is not below `high`"),
            "{error}"
        );
        assert_eq!(net.time_step(), 2, "no step was run");
    }
    bounded.low.set(0.0)?;
    net.run(RunSteps(1))?;
    assert_eq!(net.time_step(), 3);
    let wrong = loihi();
    wrong.add(Bounded::new().low(1.0).name("wrong"))?;
    let error = wrong.run(RunSteps(1)).unwrap_err();
    assert!(error.to_string().contains("process `wrong`"), "{error}");
    net.stop()
}
