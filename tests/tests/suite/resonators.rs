//! The resonators of Lava, against what Lava computes.

use lava::prelude::*;
use lava::proc::{Rf, RfIz, RfZero, Sink, Source};

use crate::support::{fails, flat, loihi, once};

#[test]
fn a_resonator_in_fixed_point_is_lavas() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(once(50, 14));
        rf:    Rf<i32>     = Rf::shape([1]).period(6.0).alpha(0.05).vth(20.0).state_exp(6).decay_bits(12);
        input.s_out -> rf.a_real_in;
    }?;
    let (real, imag) = (net.probe(&net.rf.real)?, net.probe(&net.rf.imag)?);
    let spikes = net.probe(&net.rf.s_out)?;
    net.run(RunSteps(14))?;
    assert_eq!(
        flat(real.data()),
        [
            3200, 1519, -1443, -2739, -1300, 1235, 2344, 1113, -1056, -2006, -952, 904, 1717, 815
        ]
    );
    assert_eq!(
        flat(imag.data()),
        [
            0, 2632, 2498, 0, -2252, -2138, 0, 1927, 1830, 0, -1649, -1566, 0, 1412
        ]
    );
    assert_eq!(spikes.events(), [(7, 0), (13, 0)]);
    Ok(())
}

#[test]
fn a_resonator_with_reset_in_fixed_point_is_lavas() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(once(50, 10));
        rf:    RfIz<i32>   = RfIz::shape([1]).period(6.0).alpha(0.05).vth(20.0).state_exp(6);
        input.s_out -> rf.a_real_in;
    }?;
    let (real, imag) = (net.probe(&net.rf.real)?, net.probe(&net.rf.imag)?);
    let spikes = net.probe(&net.rf.s_out)?;
    net.run(RunSteps(10))?;
    let expected = [3200, 0, -1051, -998, 0, 899, 852, -1, -768];
    assert_eq!(flat(real.data())[..9], expected);
    let expected = [0, 1279, 607, -576, -1093, -519, 493, 934, 443];
    assert_eq!(flat(imag.data())[..9], expected);
    assert_eq!(spikes.events(), [(2, 0)]);
    Ok(())
}

#[test]
fn a_resonator_turns_once_in_its_period_and_loses_alpha() -> lava::Result<()> {
    let net = loihi();
    let rf: Rf<f64> = net.add(
        Rf::shape([2])
            .period([8.0, 5.0])
            .alpha([0.0, 0.1])
            .real(2.0),
    )?;
    net.run(RunSteps(40))?;
    let (real, imag) = (rf.real.get()?, rf.imag.get()?);
    assert!((real[0] - 2.0).abs() < 1e-12 && imag[0].abs() < 1e-12);
    assert!((real[1] - 2.0 * 0.9_f64.powi(40)).abs() < 1e-12);
    rf.period.set(4.0)?;
    rf.alpha.set(0.0)?;
    net.run(RunSteps(1))?;
    assert!(
        (rf.imag.get()?[0] - 2.0).abs() < 1e-12,
        "a quarter of a turn"
    );
    Ok(())
}

#[test]
fn a_resonator_with_reset_stays_below_threshold() -> lava::Result<()> {
    let net = loihi();
    let rf: RfIz<f64> = net.add(RfIz::shape([1]).period(6.5).alpha(0.01).vth(1.0).real(3.0))?;
    let (imag, spikes) = (net.probe(&rf.imag)?, net.probe(&rf.s_out)?);
    net.run(RunSteps(30))?;
    assert_eq!(spikes.events(), [(1, 0)]);
    assert!(imag.data().iter().all(|imag| *imag < 1.0));
    assert_eq!(imag.data()[[0, 0]], 1.0 - 1e-5);
    Ok(())
}

#[test]
fn a_resonator_that_sends_its_amplitude_is_lavas() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<i32> = Source::data(once(5000, 9));
        rf:     RfZero      = RfZero::shape([1]).freqs(150.0).decay_tau(0.05).uth(10);
        output: Sink<i32>   = Sink::shape([1]).steps(9);
        input.s_out -> rf.u_in;
        rf.s_out -> output.a_in;
    }?;
    let (u, v) = (net.probe(&net.rf.u)?, net.probe(&net.rf.v)?);
    net.run(RunSteps(9))?;
    let expected = [5000, 2880, -1484, -4475, -3731, 1, 3586, 4133, 1318];
    assert_eq!(flat(u.data()), expected);
    let expected = [0, 3964, 4566, 1453, -2712, -4522, -2606, 1341];
    assert_eq!(flat(v.data())[..8], expected);
    let sent = flat(net.output.data.get()?);
    assert_eq!(sent, [0, 0, 0, 0, 0, 0, 0, 4133, 0]);
    Ok(())
}

#[test]
fn the_turn_of_a_step_follows_from_the_frequency_or_is_given() -> lava::Result<()> {
    let net = loihi();
    let rf: RfZero = net.add(RfZero::shape([2]).freqs([250.0, 0.0]).decay_tau(1e9))?;
    let given: RfZero = net.add(
        RfZero::shape([1])
            .freqs(250.0)
            .decay_tau(1e9)
            .lct(5)
            .lst([7]),
    )?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(rf.lct.get()?), [0, 32_767], "a quarter, and nothing");
    assert_eq!(flat(rf.lst.get()?), [32_767, 0]);
    assert_eq!((given.lct.get()?[0], given.lst.get()?[0]), (5, 7));
    rf.freqs.set([0.0, 250.0])?;
    assert_eq!(flat(rf.lst.get()?), [0, 32_767]);
    rf.lst.set(3)?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(rf.lst.get()?), [3, 3]);
    net.reset()?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(rf.lst.get()?), [32_767, 0]);
    Ok(())
}

/// The spikes of a large population on `workers` workers.
macro_rules! large {
    ($workers:expr, $process:ident<$number:ty>) => {{
        let net = loihi();
        net.set_workers($workers)?;
        let periods = (0..4000)
            .map(|n| 4.0 + f64::from(n % 50))
            .collect::<Vec<_>>();
        let rf: $process<$number> = net.add(
            $process::shape([4000])
                .period(periods)
                .alpha(0.01)
                .real(9 as $number)
                .vth(2.0),
        )?;
        let (imag, spikes) = (net.probe(&rf.imag)?, net.probe(&rf.s_out)?);
        net.run(RunSteps(70))?;
        assert!(!spikes.events().is_empty());
        (imag.data(), spikes.events())
    }};
}

#[test]
fn populations_are_the_same_on_any_number_of_workers() -> lava::Result<()> {
    for workers in [2, 4] {
        assert!(large!(1, Rf<f32>) == large!(workers, Rf<f32>));
        assert!(large!(1, Rf<i32>) == large!(workers, Rf<i32>));
        assert!(large!(1, RfIz<f32>) == large!(workers, RfIz<f32>));
        assert!(large!(1, RfIz<i32>) == large!(workers, RfIz<i32>));
        let spectrum = |workers| -> lava::Result<_> {
            let net = loihi();
            net.set_workers(workers)?;
            let freqs = (0..4000).map(|n| f64::from(n % 200)).collect::<Vec<_>>();
            let rf = RfZero::shape([4000]).freqs(freqs).decay_tau(0.1);
            let rf: RfZero = net.add(rf.u(9000))?;
            let sent = net.probe(&rf.s_out)?;
            net.run(RunSteps(70))?;
            Ok(sent.data())
        };
        assert!(spectrum(1)? == spectrum(workers)?);
    }
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused() -> lava::Result<()> {
    let rf = |period, alpha| Rf::<i32>::shape([1]).period(period).alpha(alpha);
    fails(loihi().add(rf(0.0, 0.1)), &["period", "0.0 < value"]);
    fails(loihi().add(rf(5.0, 1.1)), &["alpha", "1.1"]);
    for (bits, exponent, words) in [
        (0, 0, ["`rf`", "`decay_bits` is 0", "1 to 30"]),
        (31, 0, ["`rf`", "`decay_bits` is 31", "1 to 30"]),
        (12, 32, ["`rf`", "`state_exp` is 32", "0 to 31"]),
    ] {
        let net = loihi();
        net.add(rf(5.0, 0.1).decay_bits(bits).state_exp(exponent).name("rf"))?;
        fails(net.run(RunSteps(1)), &words);
    }
    let net = loihi();
    net.add(RfZero::shape([1]).freqs(5.0).decay_tau(1.0).dt(0.0))?;
    fails(net.run(RunSteps(1)), &["time step is 0"]);
    Ok(())
}
