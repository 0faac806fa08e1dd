//! Recording Vars and ports, time first.

use lava::prelude::*;
use lava::proc::{Dense, Lif, Source};
use ndarray::{Axis, array};

use crate::support::{fails, loihi};

#[test]
fn any_number_of_vars_and_ports_of_a_network() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0, 0.0], [0.5, 2.0]]))?;
    let lif: Lif = net.add(Lif::shape([2]).du(1.0).vth(1.2))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 2.0]]))?;
    source.s_out.connect(&lif.a_in)?;
    lif.s_out.connect(&dense.s_in)?;
    let input = net.probe(&source.s_out)?;
    let (u, v) = (net.probe(&lif.u)?, net.probe(&lif.v)?);
    let spikes = net.probe(&lif.s_out)?;
    let sums = net.probe(&dense.a_out)?;
    net.run(RunSteps(3))?;
    assert_eq!(
        input.data(),
        array![[1.0, 0.0], [0.5, 2.0], [1.0, 0.0]].into_dyn()
    );
    assert_eq!(u.data(), input.data());
    assert_eq!(
        v.data(),
        array![[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]].into_dyn()
    );
    assert_eq!(
        spikes.data(),
        array![[false, false], [true, true], [false, false]].into_dyn()
    );
    assert_eq!(spikes.events(), [(2, 0), (2, 1)]);
    assert_eq!(sums.data(), array![[0.0], [0.0], [3.0]].into_dyn());
    Ok(())
}

#[test]
fn a_probe_goes_on_over_several_runs() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2, 2]).bias_mant(1.0).vth(100.0))?;
    let v = net.probe(&lif.v)?;
    assert_eq!(v.data().shape(), [0, 2, 2]);
    net.run(RunSteps(2))?;
    let late = net.probe(&lif.v)?;
    net.run(RunSteps(3))?;
    assert_eq!(v.data().shape(), [5, 2, 2]);
    assert_eq!(v.data().index_axis(Axis(0), 4).sum(), 20.0);
    assert_eq!(late.data(), v.data().slice_axis(Axis(0), (2..).into()));
    Ok(())
}

#[test]
fn recordings_outlive_their_network() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([1]).bias_mant(1.0))?;
    let v = net.probe(&lif.v)?;
    net.run(RunSteps(2))?;
    net.stop()?;
    drop((net, lif));
    assert_eq!(v.data(), array![[1.0], [2.0]].into_dyn());
    Ok(())
}

#[test]
fn recording_does_not_change_what_happens() -> lava::Result<()> {
    let run = |probe: bool| -> lava::Result<Vec<f32>> {
        let net = loihi();
        let lif: Lif = net.add(Lif::shape([3]).bias_mant([0.3, 0.4, 0.5]).vth(1.0))?;
        let ring: Dense = net.add(Dense::weights(ndarray::Array2::from_elem((3, 3), 0.2)))?;
        lif.s_out.connect(&ring.s_in)?;
        ring.a_out.connect(&lif.a_in)?;
        let probes = (
            net.probe(&lif.s_out)?,
            net.probe(&ring.a_out)?,
            net.probe(&lif.v)?,
        );
        let probes = probe.then_some(probes);
        net.run(RunSteps(40))?;
        assert_eq!(
            probes.map(|(spikes, ..)| spikes.steps()),
            probe.then_some(40)
        );
        Ok(lif.v.get()?.into_raw_vec_and_offset().0)
    };
    assert_eq!(run(false)?, run(true)?);
    Ok(())
}

#[test]
fn a_probe_that_nobody_holds_does_not_record() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(100.0))?;
    let v = net.probe(&lif.v)?;
    let other = net.probe(&lif.v)?;
    net.run(RunSteps(2))?;
    drop(v);
    net.run(RunSteps(2))?;
    assert_eq!(other.steps(), 4, "one probe's end is not another's");
    let clone = other.clone();
    drop(other);
    net.run(RunSteps(2))?;
    assert_eq!(clone.steps(), 6, "a clone keeps the recording going");
    Ok(())
}

/// Gives its Var another shape in step 2.
#[process]
pub struct Grower {
    #[var(init = 0.0)]
    level: Var<f32>,
}

#[implements(proc = Grower, protocol = Loihi)]
struct GrowerModel {
    level: ArrayD<f32>,
    #[local]
    context: Context,
}

impl LoihiModel for GrowerModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == 2 {
            self.level = ArrayD::zeros(vec![9]);
        }
        Ok(())
    }
}

#[test]
fn a_recording_that_panics_ends_the_run_of_all() -> lava::Result<()> {
    for (workers, steps) in [(1, 2), (1, 5), (3, 2), (3, 5)] {
        let net = loihi();
        net.set_workers(workers)?;
        let growers: Vec<Grower> = (0..3)
            .map(|number| net.add(Grower::shape([3]).name(format!("grower {number}"))))
            .collect::<lava::Result<_>>()?;
        let _probe = net.probe(&growers[1].level)?;
        fails(net.run(RunSteps(steps)), &["`grower 1`", "step 2"]);
        fails(net.run(RunSteps(1)), &["halted"]);
        net.stop()?;
    }
    Ok(())
}
