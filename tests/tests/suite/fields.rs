//! Dynamic neural fields: synapses by operations on axes, kernels, and the peaks that fields keep.

use lava::dnf::{Border, Field, FieldError, FieldKernel, FieldMap, Reduction, bump};
use lava::prelude::*;
use lava::proc::Source;
use ndarray::{Array2, Axis};

use crate::support::{fails, loihi};

/// The weights of a map, `[targets, sources]`.
fn matrix(map: &FieldMap) -> Array2<f64> {
    let synapses = map.synapses::<f32>().expect("the operations fit");
    let mut matrix = Array2::zeros((synapses.targets(), synapses.sources()));
    for synapse in synapses.iter() {
        matrix[[synapse.target, synapse.source]] += synapse.weight;
    }
    matrix
}

#[test]
fn operations_on_axes_are_those_of_arrays() {
    // A field of shape [2, 3], with another number in each place.
    let field = Array2::from_shape_fn((2, 3), |(row, column)| (10 * row + column) as f64);
    let flat = field.flatten().to_owned();
    let map = || FieldMap::new([2, 3]);
    let sent = |map: FieldMap| matrix(&map).dot(&flat).to_vec();

    assert_eq!(sent(map()), flat.to_vec());
    assert_eq!(
        sent(map().reduce([1], Reduction::Sum)),
        field.sum_axis(Axis(1)).to_vec()
    );
    assert_eq!(sent(map().reduce([0], Reduction::Mean)), [5.0, 6.0, 7.0]);
    assert_eq!(sent(map().reduce([0, 1], Reduction::Sum)), [field.sum()]);
    assert_eq!(
        sent(map().reorder([1, 0])),
        field.t().iter().copied().collect::<Vec<_>>()
    );
    assert_eq!(sent(map().flip([1])), [2.0, 1.0, 0.0, 12.0, 11.0, 10.0]);
    assert_eq!(sent(map().scale(2.0)), (2.0 * &flat).to_vec());
    let expanded = map().expand([2]);
    assert_eq!(expanded.shape(), [2, 3, 2]);
    assert_eq!(sent(expanded)[..4], [0.0, 0.0, 1.0, 1.0]);
    let chained = map()
        .reduce([1], Reduction::Sum)
        .expand([4])
        .reorder([1, 0]);
    assert_eq!(chained.shape(), [4, 2]);
    assert_eq!(sent(chained), [3.0, 33.0].repeat(4));
}

#[test]
fn a_kernel_depends_on_the_distance_alone() {
    let kernel = FieldKernel::selective(1.0, [1.0], -0.25);
    let weights = matrix(&FieldMap::new([12]).convolve(&kernel));
    for ((target, source), weight) in weights.indexed_iter() {
        let distance = target.abs_diff(source) as f64;
        let excitation = if distance <= 3.0 {
            (-0.5 * distance * distance).exp()
        } else {
            0.0
        };
        assert!(
            (weight - (excitation - 0.25)).abs() < 1e-6,
            "{target} {source}"
        );
    }
    let ring = FieldKernel::gaussian(1.0, [1.0]).border(Border::Circular);
    let weights = matrix(&FieldMap::new([12]).convolve(&ring));
    assert_eq!(weights[[0, 11]], weights[[0, 1]]);
    assert_eq!(weights[[6, 0]], 0.0);
    // Two kernels after each other add up where they overlap.
    let twice = FieldMap::new([12]).convolve(&ring).convolve(&ring);
    let product = weights.dot(&weights);
    assert!(
        matrix(&twice)
            .iter()
            .zip(&product)
            .all(|(one, other)| (one - other).abs() < 1e-5)
    );
}

/// The numbers of spikes of a field in 400 steps, under bumps of a strength at places.
fn counts(kernel: FieldKernel, bumps: [(f64, f64); 2], workers: usize) -> lava::Result<Vec<u64>> {
    let [one, other] = bumps.map(|(place, strength)| bump(&[40], &[place], 2.0, strength));
    let net = loihi();
    let input: Source = net.add(Source::data((one + other).insert_axis(Axis(0))))?;
    let field: Field = net.add(Field::shape([40]).kernel(kernel))?;
    input.s_out.connect(&field.a_in)?;
    net.set_workers(workers)?;
    net.set_shards(workers)?;
    let spikes = net.probe(&field.s_out)?;
    net.run(RunSteps(400))?;
    net.stop()?;
    Ok(spikes.counts().into_iter().collect())
}

#[test]
fn a_selective_field_keeps_the_stronger_of_two_peaks() -> lava::Result<()> {
    let kernel = || FieldKernel::selective(0.4, [3.0], -0.25);
    let left = counts(kernel(), [(10.0, 0.25), (30.0, 0.22)], 1)?;
    assert!(left[10] > 20 && left[30] < 5, "{left:?}");
    let right = counts(kernel(), [(10.0, 0.22), (30.0, 0.25)], 1)?;
    assert!(right[30] > 20 && right[10] < 5, "{right:?}");
    assert_eq!(counts(kernel(), [(10.0, 0.25), (30.0, 0.22)], 2)?, left);
    Ok(())
}

#[test]
fn a_field_with_local_inhibition_keeps_both() -> lava::Result<()> {
    let kernel = FieldKernel::multi_peak(0.4, [2.0], -0.2, [6.0]);
    let both = counts(kernel, [(10.0, 0.25), (30.0, 0.22)], 1)?;
    assert!(both[10] > 15 && both[30] > 15 && both[20] == 0, "{both:?}");
    Ok(())
}

#[test]
fn operations_that_do_not_fit_are_named() {
    let map = || FieldMap::new([2, 3]);
    let error = |map: FieldMap| map.synapses::<f32>().map(drop).unwrap_err();
    let shape = vec![2, 3];
    assert_eq!(
        error(map().reduce([2], Reduction::Sum)),
        FieldError::Axis {
            axis: 2,
            shape: shape.clone()
        }
    );
    // The first mistake is reported, and later operations do not panic.
    let first = map().flip([5]).reorder([7]).expand([2]);
    assert_eq!(
        error(first),
        FieldError::Axis {
            axis: 5,
            shape: shape.clone()
        }
    );
    let order = vec![0, 0];
    assert_eq!(
        error(map().reorder([0, 0])),
        FieldError::Order {
            order,
            shape: shape.clone()
        }
    );
    let kernel = FieldKernel::gaussian(1.0, [1.0]);
    assert_eq!(
        error(map().convolve(&kernel)),
        FieldError::Kernel { widths: 1, shape }
    );
    let kernel = FieldKernel::gaussian(1.0, [-1.0]);
    assert_eq!(
        error(FieldMap::new([3]).convolve(&kernel)),
        FieldError::Width(-1.0)
    );
    let built = loihi().add(Field::shape([3]).kernel(kernel));
    fails(built, &["width -1.0", "[E1784]"]);
}
