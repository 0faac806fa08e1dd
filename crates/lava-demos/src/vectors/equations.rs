//! The networks.

use lava::prelude::*;
use lava::proc::NormalizeNet;
use lava::proc::{GradedReluVec, GradedVec};
use lava::vector::{InputVec, OutputVec, Vector, VectorNet};
use ndarray::{Array1, Array2, ArrayView1, Axis};

/// Number of bits behind the point.
pub const BITS: u32 = 12;

/// The result of a network, and the exact one.
#[derive(Debug)]
pub struct Comparison {
    /// In fixed point, by the network.
    pub fixed: Array1<f64>,
    /// In floating point.
    pub exact: Array1<f64>,
}

impl Comparison {
    /// The largest difference.
    pub fn error(&self) -> f64 {
        let pairs = self.fixed.iter().zip(&self.exact);
        pairs.fold(0.0, |most: f64, (fixed, exact)| {
            most.max((fixed - exact).abs())
        })
    }
}

/// The dot products of a vector with the rows of a matrix, whose weights have `bits` bits behind
/// the point.
///
/// # Errors
/// If a number does not fit, or the network cannot be run.
pub fn cosines(rows: &Array2<f64>, vector: &Array1<f64>, bits: u32) -> lava::Result<Comparison> {
    let net = VectorNet::new();
    let x: InputVec<BITS> = net.input(&one_row(vector))?;
    let w = net.dense(rows, bits)?;
    let y: Vector<GradedVec, BITS> = net.vector(GradedVec::shape([rows.nrows()]).vth(0))?;
    let out: OutputVec<BITS> = net.output(rows.nrows(), 1)?;

    &y << (w * &x);
    &out << &y;

    net.run(RunSteps(3))?; // one step for the matrix, one on the way to `out`, which keeps the last
    Ok(Comparison {
        fixed: out.values()?.row(0).to_owned(),
        exact: rows.dot(vector),
    })
}

/// Something more: the squares of two projections are added up, less a threshold, as the energy
/// of a complex cell.
///
/// # Errors
/// If a number does not fit, or the network cannot be run.
pub fn energy(
    [even, odd]: [&Array2<f64>; 2],
    vector: &Array1<f64>,
    threshold: f64,
) -> lava::Result<Comparison> {
    let cells = even.nrows();
    let net = VectorNet::new();
    let x: InputVec<BITS> = net.input(&one_row(vector))?;
    let bias: InputVec<BITS> = net.input(&Array2::from_elem((1, cells), -threshold))?;
    let (a, b) = (net.dense(even, 7)?, net.dense(odd, 7)?);
    let projection = || net.vector(GradedVec::shape([cells]).vth(0));
    let (p, q): (Vector<GradedVec, BITS>, Vector<GradedVec, BITS>) = (projection()?, projection()?);
    let y: Vector<GradedReluVec, BITS> = net.vector(GradedReluVec::shape([cells]).vth(0))?;
    let out: OutputVec<BITS> = net.output(cells, 1)?;

    &p << (a * &x);
    &q << (b * &x);
    &y << (&p * &p + &q * &q + &bias);
    &out << &y;

    net.run(RunSteps(5))?;
    let squares = even.dot(vector).mapv(|p| p * p) + odd.dot(vector).mapv(|q| q * q);
    Ok(Comparison {
        fixed: out.values()?.row(0).to_owned(),
        exact: squares.mapv(|square| (square - threshold).max(0.0)),
    })
}

/// A vector of whole numbers divided by its length.
///
/// # Errors
/// If a number does not fit, or the network cannot be run.
pub fn normalised(vector: &Array1<f64>) -> lava::Result<Comparison> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&one_row(vector))?;
    let norm: Vector<NormalizeNet> = net.vector(NormalizeNet::shape([vector.len()]))?;
    let out: OutputVec<18> = net.output(vector.len(), 1)?;

    &norm << &x;
    &out << norm.expr().read_as::<18>();

    net.run(RunSteps(6))?;
    Ok(Comparison {
        fixed: out.values()?.row(0).to_owned(),
        exact: vector / vector.dot(vector).sqrt(),
    })
}

fn one_row(vector: &Array1<f64>) -> Array2<f64> {
    let row: ArrayView1<'_, f64> = vector.view();
    row.insert_axis(Axis(0)).to_owned()
}
