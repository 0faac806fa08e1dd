//! Populations that send numbers, against the same formulas written with ndarray's operators.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::network::{Builds, HasChosenModel};
use lava::prelude::*;
use lava::proc::{
    Delta, DeltaEncoder, Dense, GradedVec, InvSqrt, NormVecDelay, ProdNeuron, S4d, Sigma,
    SigmaDelta, SigmaS4dDelta, Source, Spiker,
};
use lava::vector::{InputVec, Vector, VectorNet};
use ndarray::{Array1, Array2, Zip};
use support::{compare, head, row, show};

const NEURONS: usize = 1_000_000;
const STEPS: u64 = 5;

/// Values around 0, another for every neuron.
fn spread() -> Array1<f32> {
    Array1::from_shape_fn(NEURONS, |neuron| (neuron % 97) as f32 / 97.0 - 0.5)
}

/// The same in whole numbers.
fn whole() -> Array1<i32> {
    spread().mapv(|value| (value * 1000.0) as i32)
}

/// A population on so many workers; nothing is connected to it, so it receives zeros.
fn network<P, B, M>(builder: B, workers: usize) -> lava::Result<Network<Loihi1SimCfg>>
where
    B: Builds<P, M>,
    P: Process + HasChosenModel<M, Loihi1SimCfg>,
{
    let net = Network::new();
    net.set_workers(workers)?;
    net.add(builder)?;
    Ok(net)
}

/// Prints a row: what a step costs a neuron, and how much more with ndarray's operators.
fn measure<P, B, M>(
    name: &str,
    builder: impl Fn() -> B,
    mut operators: impl FnMut(),
) -> lava::Result<()>
where
    B: Builds<P, M>,
    P: Process + HasChosenModel<M, Loihi1SimCfg>,
{
    let (one, two) = (network(builder(), 1)?, network(builder(), 2)?);
    let times = compare(
        STEPS * NEURONS as u64,
        &mut [
            &mut || one.run(RunSteps(STEPS)).expect("the network runs"),
            &mut || two.run(RunSteps(STEPS)).expect("the network runs"),
            &mut || (0..STEPS).for_each(|_| operators()),
        ],
    );
    let columns = [
        ("1 worker", show(times[0])),
        ("2 workers", show(times[1])),
        ("operators", show(times[2])),
        ("to 1 worker", format!("{:.1}", times[2] / times[0])),
    ];
    row(name, &columns);
    Ok(())
}

/// Sends what reaches the threshold, by operators.
fn delta(
    x: Array1<f32>,
    act: &mut Array1<f32>,
    residue: &mut Array1<f32>,
    vth: f32,
) -> Array1<f32> {
    let change = &x - &*act + &*residue;
    let sent = change.mapv(|change| if change.abs() >= vth { change } else { 0.0 });
    *residue = &change - &sent;
    *act = x;
    sent
}

/// The same in whole numbers.
fn delta_fixed(
    x: Array1<i32>,
    act: &mut Array1<i32>,
    residue: &mut Array1<i32>,
    vth: i32,
) -> Array1<i32> {
    let change = &x - &*act + &*residue;
    let sent = change.mapv(|change| if change.abs() >= vth { change } else { 0 });
    *residue = &change - &sent;
    *act = x;
    sent
}

fn sigma_delta() -> lava::Result<()> {
    let zeros = Array1::<f32>::zeros(NEURONS);
    let mut sigma = spread();
    measure::<Sigma, _, _>(
        "Sigma",
        || Sigma::shape([NEURONS]).sigma(spread()),
        || {
            sigma += &zeros;
            std::hint::black_box(sigma.clone());
        },
    )?;
    let (mut act, mut residue) = (spread(), zeros.clone());
    let builder = || Delta::shape([NEURONS]).vth(0.1).act(spread());
    measure::<Delta, _, _>("Delta", builder, || {
        std::hint::black_box(delta(zeros.clone(), &mut act, &mut residue, 0.1));
    })?;
    let (mut act, mut residue) = (spread(), zeros.clone());
    let mut error = zeros.clone();
    let builder = || {
        Delta::shape([NEURONS])
            .vth(0.1)
            .act(spread())
            .cum_error(true)
    };
    measure::<Delta, _, _>("Delta, cumulative error", builder, || {
        let change = &zeros - &act + &residue;
        error += &change;
        let sent = Zip::from(&change)
            .and(&error)
            .map_collect(|change, error| if error.abs() >= 0.1 { *change } else { 0.0 });
        error *= &sent.mapv(|sent| if sent == 0.0 { 1.0 } else { 0.0 });
        residue = &change - &sent;
        act.assign(&zeros);
        std::hint::black_box(sent);
    })?;
    let (mut sigma, bias) = (spread(), spread());
    let (mut act, mut residue) = (zeros.clone(), zeros.clone());
    let builder = || {
        SigmaDelta::shape([NEURONS])
            .vth(0.1)
            .sigma(spread())
            .bias(spread())
    };
    measure::<SigmaDelta, _, _>("SigmaDelta", builder, || {
        sigma += &zeros;
        let x = (&sigma + &bias).mapv(|x| x.max(0.0));
        std::hint::black_box(delta(x, &mut act, &mut residue, 0.1));
    })?;
    let (zeros, mut sigma, bias) = (Array1::<i32>::zeros(NEURONS), whole(), whole());
    let (mut act, mut residue) = (zeros.clone(), zeros.clone());
    let builder = || {
        let neurons = SigmaDelta::shape([NEURONS]).vth(100).sigma(whole());
        neurons.bias(whole()).state_exp(3)
    };
    measure::<SigmaDelta<i32>, _, _>("SigmaDelta, fixed point", builder, || {
        sigma += &zeros;
        let x = (&sigma + &bias.mapv(|bias| bias << 3)).mapv(|x| x.max(0));
        std::hint::black_box(delta_fixed(x, &mut act, &mut residue, 800) >> 3);
    })
}

fn state_space() -> lava::Result<()> {
    let zeros = Array1::<f32>::zeros(NEURONS);
    let (a, a_im, b, c) = (spread(), spread(), spread(), spread());
    let (mut re, mut im) = (spread(), spread());
    let builder = || {
        let units = S4d::shape([NEURONS]).a(spread()).b(spread()).c(spread());
        units
            .a_im(spread())
            .s4_state(spread())
            .s4_state_im(spread())
    };
    measure::<S4d, _, _>("S4d", builder, || {
        let turned = &re * &a - &im * &a_im + &zeros * &b;
        im = &re * &a_im + &im * &a;
        re = turned;
        std::hint::black_box(&c * &re * 2.0);
    })?;
    let (mut sigma, mut state) = (spread(), zeros.clone());
    let (mut act, mut residue) = (zeros.clone(), zeros.clone());
    let builder = || {
        let units = SigmaS4dDelta::shape([NEURONS]).vth(0.1).a(spread());
        units.b(spread()).c(spread()).sigma(spread())
    };
    measure::<SigmaS4dDelta, _, _>("SigmaS4dDelta", builder, || {
        sigma += &zeros;
        state = &state * &a + &sigma * &b;
        let x = &c * &state * 2.0;
        std::hint::black_box(delta(x, &mut act, &mut residue, 0.1));
    })
}

fn graded() -> lava::Result<()> {
    let zeros = Array1::<i32>::zeros(NEURONS);
    let mut v = zeros.clone();
    measure::<GradedVec, _, _>(
        "GradedVec",
        || GradedVec::shape([NEURONS]).vth(5),
        || {
            v += &zeros;
            let sent = &v * &v.mapv(|v| i32::from(v.abs() > 5));
            v.fill(0);
            std::hint::black_box(sent);
        },
    )?;
    let builder = || ProdNeuron::shape([NEURONS]).vth(5).exp(3);
    measure::<ProdNeuron, _, _>("ProdNeuron", builder, || {
        let product = (&zeros * &zeros) >> 3;
        let sent = &product * &product.mapv(|v| i32::from(v.abs() > 5));
        std::hint::black_box(sent);
    })?;
    let (mut v, mut v2) = (zeros.clone(), zeros.clone());
    let builder = || NormVecDelay::shape([NEURONS]).vth(5);
    measure::<NormVecDelay, _, _>("NormVecDelay", builder, || {
        std::hint::black_box(&zeros * &zeros);
        v2.assign(&v);
        v.assign(&zeros);
        let product = &v2 * &zeros;
        let sent = &product * &product.mapv(|v| i32::from(v.abs() > 5));
        std::hint::black_box(sent);
    })?;
    let zeros = zeros.mapv(|zero| zero as f32);
    measure::<InvSqrt, _, _>(
        "InvSqrt",
        || InvSqrt::shape([NEURONS]),
        || {
            std::hint::black_box(zeros.sqrt().recip());
        },
    )
}

/// Neurons for which the equation adds up as much as it does by hand.
const CELLS: usize = 1000;

/// Prints a row: an equation, and the same network by hand.
fn equation() -> lava::Result<()> {
    let weights =
        Array2::from_shape_fn((CELLS, CELLS), |(to, from)| (to * 7 + from * 3) as i32 % 5);
    let rows = Array2::from_shape_fn((4, CELLS), |(step, from)| (step * 31 + from) as i32 % 100);
    let net = VectorNet::new();
    net.set_workers(1)?;
    let x: InputVec = net.input(&rows)?;
    let w = net.matrix(Dense::weights(&weights).weight_exp(-7))?;
    let y: Vector<GradedVec> = net.vector(GradedVec::shape([CELLS]))?;
    &y << (w * &x + &x);
    let by_hand = network! { Loihi1SimCfg;
        x: Source<i32>     = Source::data(&rows);
        w: Dense<i32, i32> = Dense::weights(&weights).weight_exp(-7);
        y: GradedVec       = GradedVec::shape([CELLS]);
        x.s_out            -> w.s_in;
        w.a_out            -> y.a_in;
        x.s_out.delayed(1) -> y.a_in;
    }?;
    by_hand.set_workers(1)?;
    const STEPS: u64 = 20;
    let times = compare(
        STEPS * CELLS as u64,
        &mut [
            &mut || net.run(RunSteps(STEPS)).expect("the network runs"),
            &mut || by_hand.run(RunSteps(STEPS)).expect("the network runs"),
        ],
    );
    let columns = [
        ("equation", show(times[0])),
        ("by hand", show(times[1])),
        ("to by hand", format!("{:.2}", times[0] / times[1])),
    ];
    row("y << w * x + x, 1000 neurons", &columns);
    Ok(())
}

fn sources() -> lava::Result<()> {
    let zeros = Array1::<i32>::zeros(NEURONS);
    let (mut act, mut residue) = (whole(), zeros.clone());
    let builder = || DeltaEncoder::shape([NEURONS]).vth(100).act(whole());
    measure::<DeltaEncoder, _, _>("DeltaEncoder", builder, || {
        std::hint::black_box(delta_fixed(zeros.clone(), &mut act, &mut residue, 100));
    })?;
    let mut counter = zeros;
    measure::<Spiker, _, _>(
        "Spiker",
        || Spiker::shape([NEURONS]).payload(7),
        || {
            let fires = counter.mapv(|counter| counter == 10);
            std::hint::black_box(fires.mapv(|fires| if fires { 7 } else { 0 }));
            counter = &(&counter * &fires.mapv(|fires| i32::from(!fires))) + 1;
        },
    )
}

fn main() -> lava::Result<()> {
    head(
        "A step of a million neurons that send numbers, per neuron",
        "against the same formulas with ndarray's operators; 2 workers share one population",
    );
    sigma_delta()?;
    state_space()?;
    graded()?;
    sources()?;
    equation()
}
