//! A step of the neurons of Lava, per neuron, against their formulas in ndarray's operators, or in loops.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::network::HasChosenModel;
use lava::prelude::*;
use lava::proc::PrototypeLif;
use lava::proc::{AtrLif, Lif, LifRefractory, LifReset, Rf, RfIz, RfZero, TernaryLif};
use ndarray::{Array1, Zip, azip};
use support::{compare, head, row, workers};

/// So many that their state stays in the cache.
const NEURONS: usize = 16_384;
const STEPS: u64 = 50;

/// Values from 0 to `top`, so that neurons do not all fire together.
fn spread<T>(top: f64, convert: impl Fn(f64) -> T) -> Vec<T> {
    let values = (0..NEURONS).map(|n| top * (n % 97) as f64 / 97.0);
    values.map(convert).collect()
}

fn f32s(top: f64) -> Vec<f32> {
    spread(top, |value| value as f32)
}

fn i32s(top: f64) -> Vec<i32> {
    spread(top, |value| value as i32)
}

fn nanoseconds(time: f64) -> String {
    format!("{time:.2} ns")
}

/// Prints the row of a process; `formula` is a step of the same in ndarray's operators, or a loop.
fn measure<B: Build>(
    name: &str,
    build: impl Fn() -> B,
    formula: Option<&mut dyn FnMut()>,
) -> lava::Result<()>
where
    B::Process: HasChosenModel<B::Choice, Loihi1SimCfg>,
{
    let network = |workers| -> lava::Result<_> {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        net.add(build())?;
        Ok(move || net.run(RunSteps(STEPS)).expect("the network runs"))
    };
    let (mut one, mut two) = (network(1)?, network(2)?);
    let mut sides: Vec<&mut dyn FnMut()> = vec![&mut one, &mut two];
    let mut formula = formula.map(|step| move || (0..STEPS).for_each(|_| step()));
    if let Some(formula) = &mut formula {
        sides.push(formula);
    }
    let times = compare(STEPS * NEURONS as u64, &mut sides);
    let mut values = vec![
        (workers(1), nanoseconds(times[0])),
        (workers(2), nanoseconds(times[1])),
    ];
    if let Some(formula) = times.get(2) {
        values.push(("formula", nanoseconds(*formula)));
        values.push(("to formula", format!("{:.2}", times[0] / formula)));
    }
    row(name, &values);
    Ok(())
}

/// Leaky neurons in ndarray's operators.
struct Leaky {
    a_in: Array1<f32>,
    u: Array1<f32>,
    v: Array1<f32>,
}

impl Leaky {
    fn new() -> Leaky {
        Leaky {
            a_in: Array1::zeros(NEURONS),
            u: Array1::zeros(NEURONS),
            v: f32s(1.0).into(),
        }
    }

    fn integrate(&mut self) {
        self.u *= 0.9;
        self.u += &self.a_in;
        self.v *= 0.95;
        self.v += &self.u;
        self.v += 0.06;
    }

    fn fire(&mut self) -> Array1<bool> {
        let fires = self.v.mapv(|v| v > 1.0);
        azip!((v in &mut self.v, fires in &fires) if *fires { *v = 0.0 });
        fires
    }
}

/// The rest of a state variable in fixed point: `factor` of 4096.
fn left(value: i32, factor: i32) -> i32 {
    (i64::from(value) * i64::from(factor) / 4096) as i32
}

/// Sets the parameters that the leaky neurons have in common.
macro_rules! leaky {
    ($process:ident, $v:expr, $du:expr, $dv:expr, $bias:expr) => {
        $process::shape([NEURONS])
            .v($v)
            .du($du)
            .dv($dv)
            .bias_mant($bias)
    };
}

fn lif() -> lava::Result<()> {
    let mut neurons = Leaky::new();
    let mut formula = || {
        neurons.integrate();
        neurons.fire();
    };
    let build = || leaky!(Lif, f32s(1.0), 0.1, 0.05, 0.06).vth(1.0);
    measure("Lif<f32>", build, Some(&mut formula))?;
    let doubles = || spread(1.0, |value| value);
    let build = || leaky!(Lif, doubles(), 0.1, 0.05, 0.06).vth(1.0);
    measure("Lif<f64>", build, None)?;
    let (mut u, mut v) = (vec![0; NEURONS], i32s(960.0));
    let mut formula = || {
        for (u, v) in u.iter_mut().zip(&mut v) {
            *u = left(*u, 4095 - 400);
            let voltage = (left(*v, 4096 - 200) + *u + 60).clamp(1 - (1 << 23), (1 << 23) - 1);
            *v = if voltage > 15 << 6 { 0 } else { voltage };
        }
        std::hint::black_box(&v);
    };
    let build = || leaky!(Lif, i32s(960.0), 400, 200, 60).vth(15);
    measure("Lif<i32>", build, Some(&mut formula))?;
    let build = || leaky!(PrototypeLif, i32s(960.0), 400, 200, 60).vth(15);
    measure("PrototypeLif", build, None)
}

fn ternary_lif() -> lava::Result<()> {
    let mut neurons = Leaky::new();
    let mut formula = || {
        neurons.integrate();
        let sent = neurons.v.mapv(|v| f32::from(v > 1.0) - f32::from(v < -1.0));
        azip!((v in &mut neurons.v, sent in &sent) if *sent != 0.0 { *v = 0.0 });
    };
    let build = || leaky!(TernaryLif, f32s(1.0), 0.1, 0.05, 0.06);
    let build = || build().vth_hi(1.0).vth_lo(-1.0);
    measure("TernaryLif<f32>", build, Some(&mut formula))?;
    let build = || leaky!(TernaryLif, i32s(960.0), 400, 200, 60);
    measure("TernaryLif<i32>", || build().vth_hi(15).vth_lo(-15), None)
}

fn lif_reset() -> lava::Result<()> {
    let (mut neurons, mut step) = (Leaky::new(), 0);
    let mut formula = || {
        step += 1;
        if step % 7 == 2 {
            neurons.u.fill(0.0);
            neurons.v.fill(0.0);
        }
        neurons.integrate();
        neurons.fire();
    };
    let build = || leaky!(LifReset, f32s(1.0), 0.1, 0.05, 0.06).vth(1.0);
    let build = || build().reset_interval(7).reset_offset(2);
    measure("LifReset<f32>", build, Some(&mut formula))?;
    let build = || leaky!(LifReset, f32s(1.0), 0.1, 0.05, 0.06).vth(1.0);
    let intervals = || spread(40.0, |value| 1 + value as i32);
    let build = || build().reset_interval(intervals());
    measure("LifReset<f32>, an interval each", build, None)?;
    let build = || leaky!(LifReset, i32s(960.0), 400, 200, 60).vth(15);
    measure("LifReset<i32>", || build().reset_interval(7), None)
}

fn lif_refractory() -> lava::Result<()> {
    let (mut neurons, mut step) = (Leaky::new(), 0_i64);
    let mut end = Array1::<i64>::zeros(NEURONS);
    let mut formula = || {
        step += 1;
        let before = neurons.v.clone();
        neurons.integrate();
        azip!((v in &mut neurons.v, before in &before, end in &end)
            if *end >= step { *v = *before });
        let fires = neurons.fire();
        azip!((end in &mut end, fires in &fires) if *fires { *end = step + 2 });
    };
    let build = || leaky!(LifRefractory, f32s(1.0), 0.1, 0.05, 0.06).vth(1.0);
    let build = || build().refractory_period(2);
    measure("LifRefractory<f32>", build, Some(&mut formula))?;
    let build = || leaky!(LifRefractory, i32s(960.0), 400, 200, 60).vth(15);
    measure("LifRefractory<i32>", || build().refractory_period(2), None)
}

fn atr_lif() -> lava::Result<()> {
    let zeros = || Array1::<f32>::zeros(NEURONS);
    let (a_in, mut i, mut r) = (zeros(), zeros(), zeros());
    let mut v = Array1::from(f32s(5.0));
    let mut theta = Array1::<f32>::from_elem(NEURONS, 5.0);
    let mut formula = || {
        i *= 0.6;
        i += &a_in;
        v *= 0.6;
        v += &i;
        v += 8.0;
        theta -= 5.0;
        theta *= 0.8;
        theta += 5.0;
        r *= 0.8;
        let fires = Zip::from(&(&v - &r))
            .and(&theta)
            .map_collect(|v, theta| v >= theta);
        azip!((r in &mut r, theta in &mut theta, fires in &fires) if *fires {
            *r += 2.0 * *theta;
            *theta += 3.75;
        });
    };
    let build = || AtrLif::<f32>::shape([NEURONS]).v(f32s(5.0)).bias_mant(8.0);
    measure("AtrLif<f32>", build, Some(&mut formula))?;
    let build = || {
        AtrLif::<i32>::shape([NEURONS])
            .v(i32s(320.0))
            .bias_mant(512)
    };
    measure("AtrLif<i32>", build, None)
}

/// A step of resonators in ndarray's operators; returns the new state.
fn turned(re: &Array1<f32>, im: &Array1<f32>, a_in: &Array1<f32>) -> [Array1<f32>; 2] {
    let (sin, cos) = (0.9 * 0.6_f32.sin(), 0.9 * 0.6_f32.cos());
    [re * cos - im * sin + a_in, re * sin + im * cos + a_in]
}

fn resonators() -> lava::Result<()> {
    let a_in = Array1::<f32>::zeros(NEURONS);
    let [mut re, mut im] = [f32s(1.0), f32s(1.0)].map(Array1::from);
    let mut formula = || {
        let [new_re, new_im] = turned(&re, &im, &a_in);
        let _ = Zip::from(&new_re)
            .and(&new_im)
            .and(&im)
            .map_collect(|re, new, im| *re >= 1.0 && *new >= 0.0 && *im < 0.0);
        (re, im) = (new_re, new_im);
    };
    let build = || {
        Rf::<f32>::shape([NEURONS])
            .period(10.0)
            .alpha(0.0)
            .real(f32s(2.0))
    };
    measure("Rf<f32>", build, Some(&mut formula))?;
    let build = || Rf::<i32>::shape([NEURONS]).period(10.0).alpha(0.0);
    measure("Rf<i32>", || build().real(i32s(2000.0)).state_exp(6), None)?;
    let [mut re, mut im] = [f32s(1.0), f32s(1.0)].map(Array1::from);
    let mut formula = || {
        [re, im] = turned(&re, &im, &a_in);
        let fires = im.mapv(|im| im >= 1.0);
        azip!((re in &mut re, im in &mut im, fires in &fires) if *fires {
            *re = 0.0;
            *im = 1.0 - 1e-5;
        });
    };
    let build = || {
        RfIz::<f32>::shape([NEURONS])
            .period(10.0)
            .alpha(0.0)
            .real(f32s(2.0))
    };
    measure("RfIz<f32>", build, Some(&mut formula))?;
    let build = || RfIz::<i32>::shape([NEURONS]).period(10.0).alpha(0.0);
    measure(
        "RfIz<i32>",
        || build().real(i32s(2000.0)).state_exp(6),
        None,
    )?;
    let freqs = || spread(100.0, |freq| freq + 10.0);
    let build = || {
        RfZero::shape([NEURONS])
            .freqs(freqs())
            .decay_tau(1.0)
            .u(i32s(5000.0))
    };
    measure("RfZero", build, None)
}

fn main() -> lava::Result<()> {
    head(
        "A step of the neurons of Lava, per neuron",
        "goal: Lif<f32> at most 2 ns",
    );
    lif()?;
    ternary_lif()?;
    lif_reset()?;
    lif_refractory()?;
    atr_lif()?;
    resonators()
}
