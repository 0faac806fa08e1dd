//! The time step of a network, and runs in model time.

use lava::prelude::*;
use lava::proc::{
    AeifCondExp, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, Izhikevich, Lif, PoissonInput,
    PoissonSpikes,
};
use lava::process::TimeStep;
use lava::units::{ms, s, us};

use crate::support::{fails, loihi};

#[test]
fn every_process_takes_the_time_step_of_its_network() -> lava::Result<()> {
    // A constant current of 1 pA for a step, integrated without a leak: dt / c_m.
    let net = loihi();
    let exp: IafPscExp<f64> = net.add(IafPscExp::shape([1]).tau_m(1e12).i_e(250.0))?;
    let alpha: IafPscAlpha<f64> = net.add(IafPscAlpha::shape([1]).tau_m(1e12).i_e(250.0))?;
    let delta: IafPscDelta<f64> = net.add(IafPscDelta::shape([1]).tau_m(1e12).i_e(250.0))?;
    let cond: IafCondExp<f64> = net.add(IafCondExp::shape([1]).g_l(1e-9).i_e(250.0))?;
    let aeif: AeifCondExp<f64> = net.add(AeifCondExp::shape([1]).g_l(1e-9).a(0.0).i_e(281.0))?;
    let izhikevich: Izhikevich<f64> = net.add(Izhikevich::shape([1]).a(1.0).v(0.0).u(0.0))?;
    let spikes = net.add(PoissonSpikes::shape([1]).rate(2000.0).seed(1))?;
    let spikes = net.probe(&spikes.s_out)?;
    let input: PoissonInput<f64> = net.add(PoissonInput::shape([1000]).rate(2000.0).seed(1))?;
    let input = net.probe(&input.a_out)?;
    net.set_dt(0.5 * ms)?;
    net.run(RunSteps(1))?;
    for (v, rest) in [
        (exp.v_m.get()?[0], -70.0),
        (alpha.v_m.get()?[0], -70.0),
        (delta.v_m.get()?[0], -70.0),
        (cond.v_m.get()?[0], -70.0),
        (aeif.v_m.get()?[0], -70.6),
    ] {
        assert!((v - rest - 0.5).abs() < 1e-6, "{v} mV");
    }
    let v = 0.25 * 140.0;
    let v = v + 0.25 * (0.04 * v * v + 5.0 * v + 140.0);
    assert!((izhikevich.u.get()?[0] - 0.5 * 0.2 * v - 8.0).abs() < 1e-9);
    assert_eq!(spikes.events(), [(1, 0)], "once a step");
    let mean = input.data().mean().unwrap_or_default();
    assert!((mean - 1.0).abs() < 0.15, "{mean} events a step");
    Ok(())
}

#[test]
fn two_time_steps_in_one_network_are_an_error() -> lava::Result<()> {
    let build = |net: &Network<Loihi1SimCfg>| -> lava::Result<()> {
        net.add(PoissonSpikes::shape([1]).rate(100.0).seed(1).name("input"))?;
        let _: Izhikevich = net.add(Izhikevich::shape([1]).name("cell"))?;
        Ok(())
    };
    let net = loihi();
    build(&net)?;
    fails(
        net.compile(),
        &["`cell`", "1 ms", "`input`", "0.1 ms", "set_dt"],
    );
    net.set_dt(1.0 * ms)?;
    net.compile()?;
    let net = loihi();
    let _: IafPscExp = net.add(IafPscExp::shape([1]).dt(0.2).name("cell"))?;
    net.set_dt(0.1 * ms)?;
    fails(
        net.run(RunSteps(1)),
        &["`cell`", "0.2 ms", "the network", "TimeStep::own"],
    );
    Ok(())
}

#[test]
fn a_process_can_have_a_time_step_of_its_own() -> lava::Result<()> {
    let net = loihi();
    let _: IafPscExp = net.add(IafPscExp::shape([1]))?;
    let own = TimeStep::own(1.0 * ms);
    let _: Izhikevich = net.add(Izhikevich::shape([1]).dt(own))?;
    net.run(RunFor(1.0 * ms))?;
    assert_eq!(net.time_step(), 10, "the network's is that of the others");
    Ok(())
}

#[test]
fn equal_time_steps_agree_however_they_are_written() -> lava::Result<()> {
    let net = loihi();
    let _: IafPscExp = net.add(IafPscExp::shape([1]).dt(0.3))?;
    let _: IafPscExp = net.add(IafPscExp::shape([1]).dt(300.0 * us))?;
    let _: IafPscExp = net.add(IafPscExp::shape([1]).dt(0.1 + 0.2))?;
    net.set_dt(3e-4 * s)?;
    net.run(RunFor(3e-3 * s))?;
    assert_eq!(net.time_step(), 10);
    Ok(())
}

#[test]
fn a_run_in_model_time_is_a_whole_number_of_steps() -> lava::Result<()> {
    let net = loihi();
    let _: IafPscExp = net.add(IafPscExp::shape([1]))?;
    net.run(RunFor(0.3 * ms))?;
    net.start(RunFor(1.0 * s))?;
    net.wait()?;
    assert_eq!(net.time_step(), 10_003);
    fails(
        net.run(RunFor(0.25 * ms)),
        &["0.25 ms", "0.1 ms", "nearest"],
    );
    fails(net.run(RunFor(0.1000001 * ms)), &["whole number"]);
    fails(net.run(RunFor(0.01 * ms)), &["0.1 ms"]);
    fails(net.run(RunFor(0.0 * ms)), &["at least one step"]);
    for time in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
        fails(net.run(RunFor(time * ms)), &["whole number"]);
    }
    assert_eq!(net.time_step(), 10_003);
    Ok(())
}

#[test]
fn a_run_in_model_time_needs_a_time_step() -> lava::Result<()> {
    let net = loihi();
    let _: Lif = net.add(Lif::shape([1]))?;
    fails(net.run(RunFor(1.0 * ms)), &["1 ms", "set_dt"]);
    let net = loihi();
    let _: Lif = net.add(Lif::shape([1]))?;
    net.set_dt(0.5 * ms)?;
    net.run(RunFor(1.0 * ms))?;
    assert_eq!(net.time_step(), 2);
    Ok(())
}

#[test]
fn a_time_step_is_set_before_the_first_run() -> lava::Result<()> {
    let net = loihi();
    for dt in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        fails(net.set_dt(dt * ms), &["time step"]);
    }
    let _: IafPscExp = net.add(IafPscExp::shape([1]))?;
    net.run(RunSteps(1))?;
    fails(net.set_dt(0.1 * ms), &["before the first run"]);
    Ok(())
}

/// Its time step is the network's, and the model has that in ms.
#[process]
pub struct Clocked {
    /// The time step, in ms.
    #[var(scalar, init = 0.0)]
    seen: Var<f64>,
    /// Time step.
    #[param(default = TimeStep::network_or(2.0 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = Clocked, protocol = Loihi)]
struct ClockedModel {
    seen: f64,
    dt: f64,
    #[local]
    context: Context,
}

impl LoihiModel for ClockedModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        assert_eq!(self.context.dt(), Some(self.dt * ms));
        self.seen = self.dt;
        Ok(())
    }
}

#[test]
fn users_processes_take_part() -> lava::Result<()> {
    for (set, expected) in [(None, 2.0), (Some(0.5 * ms), 0.5)] {
        let net = loihi();
        if let Some(dt) = set {
            net.set_dt(dt)?;
        }
        let clocked = net.add(Clocked::builder())?;
        net.run(RunFor(4.0 * ms))?;
        assert_eq!(clocked.seen.get()?, expected);
    }
    Ok(())
}
