//! The leaky neurons of Lava, against what Lava computes.

use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::{AtrLif, Lif, LifRefractory, LifReset, Membrane, Sink, Source, TernaryLif};
use ndarray::{Array2, ArrayD};

use crate::support::{column, fails, flat, loihi, run, steps_of};

#[track_caller]
fn near(data: &ArrayD<f64>, expected: &[f64]) {
    assert_eq!(data.len(), expected.len());
    for (value, expected) in data.iter().zip(expected) {
        assert!((value - expected).abs() < 1e-12, "{value}, not {expected}");
    }
}

#[test]
fn fixed_point_computes_as_lava_does() -> lava::Result<()> {
    let input = [
        [100, -7],
        [0, 0],
        [-50, 0],
        [0, 20_000],
        [3, 0],
        [0, 0],
        [0, 0],
        [0, 0],
    ];
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(input);
        lif:   Lif<i32>    = Lif::shape([2]).du(1000).dv(400).vth(200).bias_mant([3, -5]).bias_exp([6, -1]);
        input.s_out -> lif.a_in;
    }?;
    let (u, v) = (net.probe(&net.lif.u)?, net.probe(&net.lif.v)?);
    let spikes = net.probe(&net.lif.s_out)?;
    net.run(RunSteps(8))?;
    assert_eq!(
        flat(u.data()),
        [
            6400, -448, 4835, -338, 453, -255, 342, 1_279_808, 450, 967_042, 340, 730_711, 256,
            552_136, 193, 417_202
        ]
    );
    assert_eq!(
        flat(v.data()),
        [
            6592, -451, 10_975, -747, 10_548, -932, 10_051, 0, 9711, 0, 9294, 0, 8834, 0, 8356, 0
        ]
    );
    assert_eq!(steps_of(&spikes.events(), 1), [4, 5, 6, 7, 8]);
    Ok(())
}

#[test]
fn floating_point_computes_as_lava_does() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<f64> = Source::data(column(&[1.0, 0.0, 0.5, 0.0, 3.0, 0.0, 0.0, 0.0]));
        lif:   Lif<f64>    = Lif::shape([1]).du(0.3).dv(0.1).vth(1.5).bias_mant(0.05);
        input.s_out -> lif.a_in;
    }?;
    let (u, v) = (net.probe(&net.lif.u)?, net.probe(&net.lif.v)?);
    let spikes = net.probe(&net.lif.s_out)?;
    net.run(RunSteps(8))?;
    near(
        &u.data(),
        &[
            1.0,
            0.7,
            0.99,
            0.693,
            3.4851,
            2.43957,
            1.707_699,
            1.195_389_3,
        ],
    );
    near(
        &v.data(),
        &[1.05, 0.0, 1.04, 0.0, 0.0, 0.0, 0.0, 1.245_389_3],
    );
    assert_eq!(steps_of(&spikes.events(), 0), [2, 4, 5, 6, 7]);
    Ok(())
}

#[test]
fn a_ternary_neuron_sends_the_sign_of_what_it_crosses() -> lava::Result<()> {
    let input = column(&[100, 0, -500, 0, 3, 0, 0, 0]);
    let net = network! { Loihi1SimCfg;
        input:  Source<i32>     = Source::data(input);
        lif:    TernaryLif<i32> = TernaryLif::shape([1]).du(1000).dv(400).vth_hi(90).vth_lo(-90);
        output: Sink<i32>       = Sink::shape([1]).steps(8);
        either: Sink<Spike>     = Sink::shape([1]).steps(8);
        input.s_out -> lif.a_in;
        lif.s_out -> output.a_in;
    }?;
    net.lif.s_out.cast::<Spike>().connect(&net.either.a_in)?;
    let v = net.probe(&net.lif.v)?;
    net.run(RunSteps(8))?;
    let sent = flat(net.output.data.get()?);
    assert_eq!(sent, [1, 0, -1, -1, -1, -1, -1, -1]);
    assert_eq!(flat(v.data()), [0, 4835, 0, 0, 0, 0, 0, 0]);
    let spikes = flat(net.either.data.get()?);
    assert!(
        spikes
            .iter()
            .zip(sent)
            .all(|(spike, sent)| *spike == (sent != 0))
    );
    Ok(())
}

#[test]
fn each_neuron_is_reset_in_its_own_interval() -> lava::Result<()> {
    let net = loihi();
    let lif: LifReset = net.add(
        LifReset::shape([4])
            .bias_mant(1.0)
            .vth(100.0)
            .reset_interval([3, 4, 1, 100])
            .reset_offset([1, 6, 0, 100]),
    )?;
    let v = net.probe(&lif.v)?;
    net.run(RunSteps(8))?;
    let data = v.data();
    let neuron = |n| flat(data.index_axis(ndarray::Axis(1), n).to_owned());
    assert_eq!(neuron(0), [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]);
    assert_eq!(neuron(1), [1.0, 1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0]);
    assert_eq!(neuron(2), [1.0; 8]);
    assert_eq!(neuron(3), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    lif.reset_interval.set(2)?;
    lif.reset_offset.set(1)?;
    net.run(RunSteps(2))?;
    assert_eq!(
        flat(lif.v.get()?),
        [2.0; 4],
        "9 resets all of them, 10 none"
    );
    Ok(())
}

#[test]
fn input_counts_in_the_step_of_a_reset() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source   = Source::data([[1.0]]);
        lif:   LifReset = LifReset::shape([1]).u(5.0).v(5.0).du(0.5);
        input.s_out -> lif.a_in;
    }?;
    net.run(RunSteps(1))?;
    assert_eq!((net.lif.u.get()?[0], net.lif.v.get()?[0]), (1.0, 1.0));
    Ok(())
}

/// The values of one neuron, of data with a row a step.
fn neuron<T: Copy>(data: &ArrayD<T>, neuron: usize) -> Vec<T> {
    flat(data.index_axis(ndarray::Axis(1), neuron).to_owned())
}

#[test]
fn a_refractory_neuron_keeps_its_voltage() -> lava::Result<()> {
    let net = loihi();
    let lif: LifRefractory = net.add(
        LifRefractory::shape([2])
            .bias_mant(1.0)
            .vth(2.5)
            .refractory_period([2, 1]),
    )?;
    let (v, end) = (net.probe(&lif.v)?, net.probe(&lif.refractory_period_end)?);
    let spikes = net.probe(&lif.s_out)?;
    net.run(RunSteps(10))?;
    let held = [1.0, 2.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 0.0];
    assert_eq!(neuron(&v.data(), 0), held);
    let held = [1.0, 2.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 1.0, 2.0];
    assert_eq!(neuron(&v.data(), 1), held);
    assert_eq!(neuron(&end.data(), 0), [0, 0, 5, 5, 5, 5, 5, 10, 10, 10]);
    assert_eq!(steps_of(&spikes.events(), 0), [3, 8]);
    assert_eq!(steps_of(&spikes.events(), 1), [3, 7]);
    Ok(())
}

#[test]
fn a_refractory_neuron_of_fixed_point_is_a_lif_until_it_spikes() -> lava::Result<()> {
    let input = Array2::from_shape_fn((12, 3), |(step, n)| (17 * step + 5 * n) as i32 % 31 - 4);
    let net = network! { Loihi1SimCfg;
        input: Source<i32>        = Source::data(input);
        plain: Lif<i32>           = Lif::shape([3]).du(900).dv(300).vth(25);
        lif:   LifRefractory<i32> = LifRefractory::shape([3]).du(900).dv(300).vth(25).refractory_period(3);
        input.s_out -> plain.a_in;
        input.s_out -> lif.a_in;
    }?;
    let currents = (net.probe(&net.plain.u)?, net.probe(&net.lif.u)?);
    let voltages = (net.probe(&net.plain.v)?, net.probe(&net.lif.v)?);
    let spikes = net.probe(&net.lif.s_out)?;
    net.run(RunSteps(12))?;
    assert_eq!(currents.0.data(), currents.1.data(), "currents move on");
    for n in 0..3 {
        let (plain, held) = (neuron(&voltages.0.data(), n), neuron(&voltages.1.data(), n));
        let fired = steps_of(&spikes.events(), n);
        let first = fired[0] as usize;
        assert_eq!(plain[..first], held[..first]);
        assert_eq!(held[first - 1..first + 3], [0; 4]);
        assert!(fired.windows(2).all(|pair| pair[1] - pair[0] > 3));
    }
    Ok(())
}

#[test]
fn a_voltage_set_above_threshold_fires_in_the_refractory_period() -> lava::Result<()> {
    let net = loihi();
    let lif: LifRefractory = net.add(LifRefractory::shape([1]).v(20.0).refractory_period(9))?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.refractory_period_end.get()?[0], 10);
    lif.v.set(30.0)?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.refractory_period_end.get()?[0], 11);
    Ok(())
}

const SPIKES_OF_ATRLIF: [i32; 10] = [9, 0, 0, 9, 0, 9, 0, 0, 0, 0];

#[test]
fn an_adaptive_neuron_in_floating_point_is_lavas() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<f64> = Source::data(column(&SPIKES_OF_ATRLIF.map(f64::from)));
        lif:   AtrLif<f64> = AtrLif::shape([1]);
        input.s_out -> lif.a_in;
    }?;
    let (theta, v) = (net.probe(&net.lif.theta)?, net.probe(&net.lif.v)?);
    let (s, spikes) = (net.probe(&net.lif.s)?, net.probe(&net.lif.s_out)?);
    net.run(RunSteps(6))?;
    near(&theta.data(), &[8.75, 8.0, 7.4, 10.67, 9.536, 12.3788]);
    near(
        &v.data()
            .slice_axis(ndarray::Axis(0), (..4).into())
            .to_owned(),
        &[9.0, 10.8, 9.72, 16.776],
    );
    assert_eq!(flat(s.data()), [true, false, false, true, false, true]);
    assert_eq!(steps_of(&spikes.events(), 0), [1, 4, 6]);
    Ok(())
}

#[test]
fn an_adaptive_neuron_in_fixed_point_is_lavas() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(column(&SPIKES_OF_ATRLIF));
        lif:   AtrLif<i32> = AtrLif::shape([1]).theta(-77);
        input.s_out -> lif.a_in;
    }?;
    let (i, v) = (net.probe(&net.lif.i)?, net.probe(&net.lif.v)?);
    let (theta, r) = (net.probe(&net.lif.theta)?, net.probe(&net.lif.r)?);
    let spikes = net.probe(&net.lif.s_out)?;
    for _ in 0..2 {
        net.run(RunSteps(10))?;
        assert_eq!(
            flat(i.data()),
            [576, 345, 206, 699, 419, 827, 495, 296, 177, 106]
        );
        assert_eq!(
            flat(v.data()),
            [576, 690, 619, 1070, 1060, 1462, 1371, 1118, 847, 614]
        );
        assert_eq!(
            flat(theta.data()),
            [560, 511, 472, 681, 608, 790, 695, 619, 559, 511]
        );
        assert_eq!(
            flat(r.data()),
            [640, 511, 408, 1208, 966, 1872, 1497, 1197, 957, 765]
        );
        assert_eq!(steps_of(&spikes.events(), 0), [1, 4, 6]);
        net.reset()?;
    }
    Ok(())
}

#[test]
fn adaptation_can_be_set_between_runs() -> lava::Result<()> {
    let net = loihi();
    let lif: AtrLif<i32> = net.add(AtrLif::shape([2]).v(4096).theta_0(100.0))?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(lif.theta.get()?), [6400, 6400]);
    assert_eq!(flat(lif.v.get()?), [2457, 2457], "trunc(4096·0.6) of it");
    lif.delta_v.set([0.0, 1.0])?;
    lif.theta_0.set(10.0)?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(lif.v.get()?), [2457, 0]);
    let theta = 640 + (6400 - 640) * 3276 / 4096;
    assert_eq!(
        flat(lif.theta.get()?),
        [theta, theta],
        "on its way, not there"
    );
    Ok(())
}

/// Voltages and spikes of a large population on `workers` workers.
macro_rules! large {
    ($workers:expr, $process:ident<$number:ty>, $($setter:ident: $value:expr),*) => {{
        let net = loihi();
        net.set_workers($workers)?;
        let neurons: $process<$number> = net.add($process::shape([40, 100])$(.$setter($value))*)?;
        let input = Array2::from_shape_fn((7, 4000), |(step, n)| {
            ((131 * step + 17 * n) % 23) as $number - (7 as $number)
        });
        let source: Source<$number> = net.add(Source::data(input))?;
        source.s_out.reshape([40, 100]).connect(&neurons.a_in)?;
        let sink: Sink<$number> = net.add(Sink::shape([40, 100]).steps(70))?;
        neurons.s_out.cast::<$number>().connect(&sink.a_in)?;
        let v = net.probe(&neurons.v)?;
        net.run(RunSteps(70))?;
        let sent = sink.data.get()?;
        assert!(sent.iter().any(|sent| *sent != (0 as $number)), "nothing fires");
        (v.data(), sent)
    }};
}

#[test]
fn populations_are_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let numbered = |shift: i32| {
        let number = |at: ndarray::IxDyn| (at[0] as i32 * 100 + at[1] as i32) % shift + 1;
        ArrayD::from_shape_fn(ndarray::IxDyn(&[40, 100]), number)
    };
    macro_rules! same {
        ($($large:tt)*) => {
            let one = large!(1, $($large)*);
            for workers in [2, 4] {
                assert!(large!(workers, $($large)*) == one, "{workers} workers");
            }
        };
    }
    same!(TernaryLif<f32>, du: 0.3, dv: 0.1, vth_hi: 15.0, vth_lo: -12.0);
    same!(TernaryLif<i32>, du: 900, dv: 100, vth_hi: 15, vth_lo: -12);
    same!(LifReset<f32>, du: 0.3, dv: 0.1, vth: 12.0, reset_interval: numbered(9));
    same!(LifReset<i32>, du: 900, dv: 100, vth: 12, reset_interval: numbered(9));
    same!(LifRefractory<f32>, du: 0.3, dv: 0.1, vth: 12.0, refractory_period: numbered(5));
    same!(LifRefractory<i32>, du: 900, dv: 100, vth: 12, refractory_period: numbered(5));
    same!(AtrLif<f32>, theta_0: numbered(7).mapv(f64::from));
    same!(AtrLif<i32>, theta_0: numbered(7).mapv(f64::from));
    Ok(())
}

/// The output of a population of three neurons that differ, and of three populations of one.
fn apart<T: Membrane>(vth: [T; 3], du: [T; 3], bias: [T; 3]) -> lava::Result<(Vec<T>, Vec<T>)>
where
    Lif<T>: HasModel<Loihi, AnyTag, lava::network::Cpu>,
{
    let net = loihi();
    let together: Lif<T> = net.add(Lif::shape([3]).vth(vth).du(du).bias_mant(bias))?;
    let mut apart = Vec::new();
    for n in 0..3 {
        let lif: Lif<T> = net.add(Lif::shape([1]).vth(vth[n]).du(du[n]).bias_mant(bias[n]))?;
        apart.push(net.probe(&lif.v)?);
    }
    let v = net.probe(&together.v)?;
    net.run(RunSteps(30))?;
    let apart: Vec<Vec<T>> = apart.iter().map(|v| flat(v.data())).collect();
    let apart = (0..30).flat_map(|step| apart.iter().map(move |v| v[step]));
    Ok((flat(v.data()), apart.collect()))
}

#[test]
fn neurons_of_a_population_may_differ() -> lava::Result<()> {
    let (together, alone) = apart([3.0, 5.0, 1.0], [0.1, 0.9, 0.5], [0.3_f64, 1.0, 0.2])?;
    assert_eq!(together, alone);
    let (together, alone) = apart([3, 5, 1], [400, 4095, 2000], [30, 100, 20])?;
    assert_eq!(together, alone);
    Ok(())
}

#[test]
fn what_has_decayed_to_almost_nothing_becomes_nothing() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([1]).u(1e-30).v(1e-30).du(0.4).dv(0.6).vth(1.0))?;
    net.run(RunSteps(200))?;
    assert_eq!((lif.u.get()?[0], lif.v.get()?[0]), (0.0, 0.0));
    let net = loihi();
    let slow: AtrLif<f64> = net.add(AtrLif::shape([1]).i(1e-300).v(1e-300).r(1e-300))?;
    net.run(RunSteps(200))?;
    assert_eq!(
        (slow.i.get()?[0], slow.v.get()?[0], slow.r.get()?[0]),
        (0.0, 0.0, 0.0)
    );
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused() -> lava::Result<()> {
    let interval = LifReset::<f32>::shape([1]).reset_interval(0);
    fails(loihi().add(interval), &["reset_interval", "0", "1 ≤ value"]);
    let offset = LifReset::<f32>::shape([1]).reset_offset(-1);
    fails(loihi().add(offset), &["reset_offset", "-1", "0 ≤ value"]);
    let period = LifRefractory::<i32>::shape([1]).refractory_period(0);
    fails(
        loihi().add(period),
        &["refractory_period", "0", "1 ≤ value"],
    );
    fails(
        loihi().add(AtrLif::<f32>::shape([1]).delta_i(1.5)),
        &["delta_i", "1.5"],
    );
    fails(
        loihi().add(AtrLif::<i32>::shape([1]).theta_0(1e8)),
        &["theta_0", "100000000"],
    );
    let net = loihi();
    let crossed = TernaryLif::<i32>::shape([3])
        .vth_lo([-1, 11, 0])
        .name("lif");
    net.add(crossed)?;
    fails(
        net.run(RunSteps(1)),
        &["`lif`", "`vth_lo` is 11", "`vth_hi` 10", "neuron 1"],
    );
    Ok(())
}

#[test]
fn a_reset_by_subtraction_keeps_what_is_above_the_threshold() -> lava::Result<()> {
    use lava::proc::ResetMode;

    let lif = Lif::shape([1])
        .dv(0.0)
        .du(1.0)
        .vth(1.0)
        .reset(ResetMode::Subtract);
    let (spikes, v) = run!([0.75, 0.75, 2.5, 0.0, 0.0], Lif<f64>: lif, a_in, s_out, v);
    assert_eq!(flat(v.data()), [0.75, 0.5, 2.0, 1.0, 1.0]);
    assert_eq!(
        steps_of(&spikes.events(), 0),
        [2, 3, 4],
        "above the threshold, not at it"
    );
    let lif = Lif::shape([1])
        .dv(0)
        .du(4095)
        .vth(2)
        .reset(ResetMode::Subtract);
    let (spikes, v) = run!([3, 3, 0, 0, 0], Lif<i32>: lif, a_in, s_out, v);
    assert_eq!(flat(v.data()), [64, 128, 128, 128, 128]);
    assert_eq!(steps_of(&spikes.events(), 0), [1, 2]);
    Ok(())
}

#[test]
fn the_rate_under_reset_by_subtraction_is_proportional_to_the_input() -> lava::Result<()> {
    use lava::proc::ResetMode;

    let rates = [0.1, 0.23, 0.5, 0.77, 0.99];
    let net = loihi();
    let lif = Lif::shape([5])
        .bias_mant(rates)
        .vth(1.0)
        .reset(ResetMode::Subtract);
    let lif: Lif<f64> = net.add(lif)?;
    let spikes = net.probe(&lif.s_out)?;
    net.run(RunSteps(10_000))?;
    for (rate, count) in rates.iter().zip(spikes.counts()) {
        assert!(
            (count as f64 - rate * 1e4).abs() <= 2.0,
            "{count} at {rate}"
        );
    }
    Ok(())
}
