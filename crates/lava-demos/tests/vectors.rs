//! Equations in fixed point come to what they do in floating point, as closely as their bits allow.

use anyhow::Result;
use lava_demos::vectors::{BITS, cosines, energy, inputs, normalised, unit_vectors};
use ndarray::array;

#[test]
fn a_vector_is_most_like_itself() -> Result<()> {
    let vectors = unit_vectors(5, 64);
    for (index, vector) in vectors.rows().into_iter().enumerate() {
        let cosines = cosines(&vectors, &vector.to_owned(), 7)?.fixed;
        assert!((cosines[index] - 1.0).abs() < 0.1, "{cosines}");
        for (other, cosine) in cosines.iter().enumerate() {
            assert!(other == index || *cosine < cosines[index], "{cosines}");
        }
    }
    Ok(())
}

#[test]
fn the_error_is_that_of_the_weights() -> Result<()> {
    let (vectors, vector) = (unit_vectors(4, 50), inputs(50));
    let size: f64 = vector.iter().map(|x| x.abs()).sum();
    for bits in 3..=7 {
        // A weight is off by at most half a unit, and by another one where it has to be even.
        let bound = 1.5 * size / f64::from(1 << bits) + 50.0 / f64::from(1 << BITS);
        let error = cosines(&vectors, &vector, bits)?.error();
        assert!(error < bound, "{error} with {bits} bits, not below {bound}");
    }
    let error = |bits| cosines(&vectors, &vector, bits).map(|cosines| cosines.error());
    assert!(error(7)? < 0.3 * error(3)?);
    Ok(())
}

#[test]
fn sums_of_products_are_near() -> Result<()> {
    let vectors = unit_vectors(8, 32);
    let halves = vectors.view().split_at(ndarray::Axis(0), 4);
    let (even, odd) = (halves.0.to_owned(), halves.1.to_owned());
    let comparison = energy([&even, &odd], &vectors.row(2).to_owned(), 0.1)?;
    assert!(comparison.error() < 0.1, "{}", comparison.error());
    assert!(comparison.fixed[2] > 0.8);
    Ok(())
}

#[test]
fn vectors_have_length_one() -> Result<()> {
    for vector in [
        array![3.0, 4.0],
        array![-120.0, 50.0, 0.0],
        array![300.0, 400.0, -1200.0, 500.0],
    ] {
        let unit = normalised(&vector)?;
        assert!(unit.error() < 0.02, "{}", unit.fixed);
        let length = unit.fixed.dot(&unit.fixed).sqrt();
        assert!((length - 1.0).abs() < 0.03, "{length}");
    }
    Ok(())
}
