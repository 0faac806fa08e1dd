//! Equations of vectors as networks in Loihi 2's fixed point: what comes out, and how far it is
//! from floating point.
//!
//! ```text
//! cargo run --release --example vectors
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava_demos::vectors::{BITS, Comparison, cosines, energy, inputs, normalised, unit_vectors};
use ndarray::array;

/// Rows of the matrix, and numbers of the vector.
const SIZE: (usize, usize) = (4, 100);

fn main() -> Result<()> {
    let (rows, len) = SIZE;
    let vectors = unit_vectors(rows, len);
    // Like the second row, and like the third with the sign reversed.
    let mixed = &vectors.row(1) * 0.8 - &vectors.row(2) * 0.5 + inputs(len) * 0.02;

    println!("y << w * x: {rows} unit vectors of {len} numbers times a vector, {BITS} bits\n");
    println!("bits of weights  dot products                        largest error");
    for bits in [3, 4, 5, 6, 7] {
        let comparison = cosines(&vectors, &mixed, bits)?;
        row(&format!("{bits:>15}"), &comparison);
    }
    exact("floating point", &cosines(&vectors, &mixed, 7)?);

    println!("\ny << p * p + q * q + bias: the energy of pairs of projections\n");
    let other = unit_vectors(2 * rows, len).slice_move(ndarray::s![rows.., ..]);
    let comparison = energy([&vectors, &other], &mixed, 0.1)?;
    row(&format!("{:>15}", 7), &comparison);
    exact("floating point", &comparison);

    println!("\nnorm << x: a vector divided by its length\n");
    for vector in [
        array![3.0, 4.0, 0.0, 0.0],
        array![30.0, -40.0, 0.0, 0.0],
        array![300.0, 400.0, -1200.0, 500.0],
    ] {
        let comparison = normalised(&vector)?;
        row(&format!("{:>15}", "fixed point"), &comparison);
        exact("floating point", &comparison);
    }
    Ok(())
}

fn row(name: &str, comparison: &Comparison) {
    print!("{name}  ");
    comparison.fixed.iter().for_each(|x| print!("{x:>9.4}"));
    println!("{:>13.4}", comparison.error());
}

fn exact(name: &str, comparison: &Comparison) {
    print!("{name:>15}  ");
    comparison.exact.iter().for_each(|x| print!("{x:>9.4}"));
    println!();
}
