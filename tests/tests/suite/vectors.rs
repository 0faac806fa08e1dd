//! Networks that are written as equations.

use lava::prelude::*;
use lava::proc::NormalizeNet;
use lava::proc::{Dense, GradedReluVec, GradedVec, Lif, ProdNeuron, RfZero, Source, Spiker};
use lava::vector::{InputVec, OutputVec, Vector, VectorNet};
use ndarray::{Array2, array};

use crate::support::fails;

#[test]
fn a_matrix_multiplies_a_vector_and_takes_a_step() -> lava::Result<()> {
    let net = VectorNet::new();
    let rows = Array2::from_shape_fn((6, 5), |(t, i)| (t * 37 + i * 11) as i32 % 90 - 40);
    let weights = Array2::from_shape_fn((3, 5), |(i, j)| (i * 5 + j * 3) as i32 % 16);
    let x: InputVec = net.input(&rows)?;
    let w = net.dense(&weights.mapv(|weight| f64::from(weight) / 16.0), 4)?;
    let out: OutputVec = net.output(3, 6)?;
    &out << (w * &x);
    net.run(RunSteps(6))?;
    let product = rows.dot(&weights.t()).mapv(|sum| sum.div_euclid(16));
    let numbers = out.numbers()?;
    assert_eq!(numbers.row(0), array![0, 0, 0]);
    for step in 1..6 {
        assert_eq!(
            numbers.row(step),
            product.row(step - 1),
            "step {}",
            step + 1
        );
    }
    Ok(())
}

#[test]
fn a_sparse_matrix_is_a_dense_one_with_zeros() -> lava::Result<()> {
    let net = VectorNet::new();
    let rows = Array2::from_shape_fn((6, 40), |(t, i)| (t * 37 + i * 11) as i32 % 90 - 40);
    let weights = Array2::from_shape_fn((30, 40), |(i, j)| match (i * 7 + j * 3) % 11 {
        0 => (i + j) as f64 / 70.0,
        1 => -0.25,
        _ => 0.0,
    });
    let x: InputVec = net.input(&rows)?;
    let (dense, sparse) = (net.dense(&weights, 7)?, net.sparse(&weights, 7)?);
    let (one, other): (OutputVec, OutputVec) = (net.output(30, 6)?, net.output(30, 6)?);
    &one << (dense * &x);
    &other << (sparse * &x);
    net.run(RunSteps(6))?;
    assert_eq!(one.numbers()?, other.numbers()?);
    assert!(one.numbers()?.iter().filter(|sum| **sum != 0).count() > 100);
    Ok(())
}

#[test]
fn the_terms_of_a_sum_arrive_together() -> lava::Result<()> {
    let net = VectorNet::new();
    let (a, b): (InputVec, InputVec) = (
        net.input(&array![[8, 16], [80, 160]])?,
        net.input(&array![[1, 2]])?,
    );
    let (v, w) = (
        net.dense(&array![[0.5, 0.5]], 7)?,
        net.dense(&array![[1.0, 0.0]], 7)?,
    );
    let c: Vector<Spiker<i32>> = net.vector(Spiker::shape([1]).period(1).payload(1000))?;
    let y: Vector<GradedVec> = net.vector(GradedVec::shape([1]))?;
    let out: OutputVec = net.output(1, 5)?;
    &y << (v * &a + w * (&a + &b) + &c);
    &out << &y;
    net.run(RunSteps(5))?;
    // A step to `y`, another one to `out`; the spiker is silent in its first step.
    let rows = array![[0], [0], [12 + 9], [120 + 81 + 1000], [12 + 9 + 1000]];
    assert_eq!(out.numbers()?, rows);
    Ok(())
}

#[test]
fn vectors_are_multiplied_element_by_element() -> lava::Result<()> {
    let net = VectorNet::new();
    let a: InputVec<4> = net.input(&array![[1.5, -2.0, 0.5], [1.0, 1.0, 1.0]])?;
    let b: InputVec<4> = net.input(&array![[2.0, 3.0, 0.25], [2.0, 2.0, 2.0]])?;
    let out: OutputVec<4> = net.output(3, 3)?;
    &out << (&a * &b);
    net.run(RunSteps(3))?;
    // A step to the factors, another one from the product.
    let values = array![[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [3.0, -6.0, 0.125]];
    assert_eq!(out.values()?, values);
    Ok(())
}

#[test]
fn products_of_matrices_need_no_vector_in_between() -> lava::Result<()> {
    let net = VectorNet::new();
    let (a, b): (InputVec, InputVec) = (net.input(&array![[6, 10]])?, net.input(&array![[7]])?);
    let (v, w) = (
        net.dense(&array![[0.5, 0.5]], 7)?,
        net.dense(&array![[1.0]], 7)?,
    );
    let u = net.dense(&array![[1.5], [1.0]], 7)?;
    let product: Vector<ProdNeuron> = net.vector(ProdNeuron::shape([1]))?;
    let (out, plain): (OutputVec, OutputVec) = (net.output(2, 5)?, net.output(1, 3)?);
    let both = (v * &a) * (w * &b);
    &out << (u * both);
    &product << (&a_sum(&net, &a)?, &b);
    &plain << &product;
    net.run(RunSteps(5))?;
    assert_eq!(out.numbers()?.row(4), array![84, 56]);
    assert_eq!(plain.numbers()?.row(1), array![16 * 7]);
    Ok(())
}

/// The sum of the elements of a vector, as a vector.
fn a_sum(net: &VectorNet, a: &InputVec) -> lava::Result<Vector<GradedVec>> {
    let sum: Vector<GradedVec> = net.vector(GradedVec::shape([1]))?;
    &sum << (net.matrix(Dense::weights([[1, 1]]))? * a);
    Ok(sum)
}

#[test]
fn negative_numbers_do_not_pass_a_relu() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[5, -5], [-6, 6]])?;
    let relu: Vector<GradedReluVec> = net.vector(GradedReluVec::shape([2]))?;
    let out: OutputVec = net.output(2, 4)?;
    &relu << &x;
    &out << &relu;
    net.run(RunSteps(4))?;
    assert_eq!(out.numbers()?, array![[0, 0], [0, 0], [5, 0], [0, 6]]);
    Ok(())
}

#[test]
fn neurons_that_spike_send_ones() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[20, 0]])?;
    let lif: Vector<Lif<i32>> = net.vector(Lif::shape([2]).du(4095))?;
    let out: OutputVec = net.output(2, 3)?;
    &lif << &x;
    &out << (&lif + &x);
    net.run(RunSteps(3))?;
    assert_eq!(out.numbers()?, array![[0, 0], [20, 0], [21, 0]]);
    Ok(())
}

#[test]
fn a_pair_flows_into_two_inputs() -> lava::Result<()> {
    let net = VectorNet::new();
    let mut pulse = Array2::zeros((10, 1));
    pulse[[0, 0]] = 5000;
    let x: InputVec = net.input(&pulse)?;
    let quiet = net.dense(&array![[0.0]], 7)?;
    let neuron = RfZero::shape([1]).freqs(150.0).decay_tau(0.05).uth(10);
    let rf: Vector<RfZero> = net.vector(neuron)?;
    let out: OutputVec = net.output(1, 10)?;
    &rf << (&x, quiet * &x);
    &out << &rf;
    net.run(RunSteps(10))?;
    let numbers = out.numbers()?;
    assert_eq!(
        numbers[[9, 0]],
        4133,
        "two steps after what was recorded for step 8"
    );
    assert_eq!(numbers.sum(), 4133);
    Ok(())
}

#[test]
fn a_vector_can_feed_itself() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[64], [0], [0], [0], [0], [0]])?;
    let half = net.dense(&array![[0.5]], 7)?;
    let y: Vector<GradedVec> = net.vector(GradedVec::shape([1]).vth(0))?;
    let out: OutputVec = net.output(1, 6)?;
    &y << (half * &y + &x);
    &out << &y;
    net.run(RunSteps(6))?;
    assert_eq!(out.numbers()?, array![[0], [0], [64], [32], [16], [8]]);
    Ok(())
}

#[test]
fn a_vector_that_stays_is_normalised() -> lava::Result<()> {
    let vectors = array![[30, 40, 0], [-5, 12, 0], [300, -200, 600], [1, 2, 2]];
    let rows = Array2::from_shape_fn((16, 3), |(step, i)| vectors[[step / 4, i]]);
    let net = VectorNet::new();
    let x: InputVec = net.input(&rows)?;
    let norm: Vector<NormalizeNet> = net.vector(NormalizeNet::shape([3]))?;
    let out: OutputVec<18> = net.output(3, 18)?;
    &norm << &x;
    &out << norm.expr().read_as::<18>();
    net.run(RunSteps(18))?;
    let values = out.values()?;
    for (index, vector) in vectors.rows().into_iter().enumerate() {
        let length = vector.mapv(|x| f64::from(x * x)).sum().sqrt();
        // Played in the fourth step of the vector, two steps on the way.
        for (value, x) in values.row(4 * index + 5).iter().zip(vector) {
            let error = (value - f64::from(*x) / length).abs();
            assert!(error < 2e-2, "{value}, not {x} of {length}");
        }
    }
    Ok(())
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[1, 2, 3]])?;
    let other = VectorNet::new();
    let stranger: InputVec = other.input(&array![[1, 2]])?;
    let w = net.matrix(Dense::weights([[1, 1]]).name("w"))?;
    let y: Vector<GradedVec> = net.vector(GradedVec::shape([2]).name("y"))?;
    &y << (w * &x);
    &y << &stranger;
    &y << (&x * &y);
    fails(
        net.run(RunSteps(1)),
        &[
            "`w.s_in` [2]",
            "`y.a_in` [2]",
            "different networks",
            "a_in2",
            "problems",
        ],
    );
    net.run(RunSteps(1))?;
    &y << &y;
    fails(net.run(RunSteps(1)), &["y.s_out", "before the first run"]);
    &y << (&y * &y);
    fails(net.compile(), &["before the first run"]);
    Ok(())
}

#[test]
fn numbers_that_do_not_fit_are_refused() -> lava::Result<()> {
    let net = VectorNet::new();
    let result: lava::Result<InputVec<12>> = net.input(&array![[2.0, 2048.0]]);
    fails(result.map(drop), &["2048", "12 bits", "8388607"]);
    fails(
        net.dense(&array![[0.5, 3.0]], 7).map(drop),
        &["3 with 7 bits", "weights are from -256 to 255"],
    );
    let result: lava::Result<InputVec<40>> = net.input(&array![[1e-9]]);
    result?;
    Ok(())
}

#[test]
fn numbers_have_24_bits() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[(1 << 23) - 1, -(1 << 23)]])?;
    let one: InputVec = net.input(&array![[1, -1]])?;
    let out: OutputVec = net.output(2, 2)?;
    &out << (&x + &one);
    net.run(RunSteps(2))?;
    assert_eq!(out.numbers()?.row(1), array![-(1 << 23), (1 << 23) - 1]);
    Ok(())
}

/// A gain of 1.5 and a bias.
#[process]
pub struct Amplifier {
    #[port(shape = [2])]
    a_in: InPort<i32>,
    #[port(shape = [2])]
    a_out: OutPort<i32>,
}

#[implements(proc = Amplifier, protocol = Loihi, sub_model)]
struct AmplifierModel;

impl SubModel for AmplifierModel {
    type Process = Amplifier;
    type Config = Loihi1SimCfg;

    fn build(_: &Amplifier, net: &Network<Loihi1SimCfg>) -> lava::Result<AmplifierExports> {
        let net = VectorNet::from_network(net);
        let x: Vector<GradedVec> = net.vector(GradedVec::shape([2]).name("x"))?;
        let y: Vector<GradedVec> = net.vector(GradedVec::shape([2]))?;
        let bias: InputVec = net.input(&array![[10, 20]])?;
        let gain = net.dense(&array![[1.5, 0.0], [0.0, 1.5]], 7)?;
        &y << (gain * &x + &bias);
        net.check()?;
        Ok(AmplifierExports {
            a_in: lava::network::export(&x.a_in),
            a_out: lava::network::export(&y.s_out),
        })
    }
}

#[test]
fn equations_can_be_what_is_inside_a_process() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:     Source<i32> = Source::data([[100, 200]]);
        amplifier: Amplifier   = Amplifier::new();
        input.s_out -> amplifier.a_in;
    }?;
    let sent = net.probe(&net.amplifier.a_out)?;
    net.run(RunSteps(2))?;
    assert_eq!(sent.data(), array![[0, 0], [160, 320]].into_dyn());
    assert!(net.var::<i32>("amplifier.x.v").is_ok());
    Ok(())
}
