//! Synapses from a field to another, by operations on the axes.

use std::collections::BTreeMap;

use super::error::FieldError;
use super::kernel::FieldKernel;
use crate::proc::synapse::{Synapse, Synapses};
use crate::proc::weights::Weight;

/// The way in which neurons along an axis are reduced to one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reduction {
    /// The sum of what they send.
    #[default]
    Sum,
    /// The mean of what they send.
    Mean,
}

/// A synapse so far: the weight by source, and by the place in the field of targets.
type Weights = BTreeMap<(usize, usize), f64>;

/// Synapses from a field to another: operations on the axes of the first, one after the other.
///
/// | operation | shape `[a, b]` becomes | synapses |
/// |---|---|---|
/// | [`FieldMap::new`] | `[a, b]` | one to one, of weight 1 |
/// | [`reduce`](FieldMap::reduce) axis 1 | `[a]` | those of a row to one neuron |
/// | [`expand`](FieldMap::expand) by c | `[a, b, c]` | a neuron to all c of the new axis |
/// | [`reorder`](FieldMap::reorder) `[1, 0]` | `[b, a]` | one to one |
/// | [`flip`](FieldMap::flip) axis 0 | `[a, b]` | one to one, the last first |
/// | [`convolve`](FieldMap::convolve) | `[a, b]` | each to its surroundings, by a kernel |
/// | [`scale`](FieldMap::scale) | `[a, b]` | times a factor |
///
/// The first mistake in them is the error of [`synapses`](FieldMap::synapses).
///
/// ```
/// use lava::dnf::{FieldMap, Reduction};
/// use lava::prelude::*;
/// use lava::proc::Sparse;
///
/// # fn main() -> lava::Result<()> {
/// // From a field of places and colours to a field of places.
/// let map = FieldMap::new([30, 12]).reduce([1], Reduction::Sum).scale(0.5);
/// assert_eq!(map.shape(), [30]);
/// let synapses = map.synapses::<f32>()?;
/// assert_eq!((synapses.sources(), synapses.targets(), synapses.len()), (360, 30, 360));
///
/// let net = Network::<Loihi1SimCfg>::new();
/// let to_places: Sparse = net.add(Sparse::synapses(synapses))?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FieldMap {
    sources: usize,
    shape: Vec<usize>,
    weights: Result<Weights, FieldError>,
}

impl FieldMap {
    /// One to one, between fields of `shape`.
    pub fn new(shape: impl Into<Vec<usize>>) -> FieldMap {
        let shape = shape.into();
        let sources = shape.iter().product();
        FieldMap {
            sources,
            shape,
            weights: Ok((0..sources).map(|neuron| ((neuron, neuron), 1.0)).collect()),
        }
    }

    /// The shape of the field of targets.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Removes `axes`: neurons along them send to one.
    #[must_use]
    pub fn reduce(self, axes: impl Into<Vec<usize>>, reduction: Reduction) -> FieldMap {
        let axes = axes.into();
        if let Some(&axis) = axes.iter().find(|axis| **axis >= self.shape.len()) {
            return self.refused_axis(axis);
        }
        let kept: Vec<usize> = (0..self.shape.len())
            .filter(|axis| !axes.contains(axis))
            .collect();
        let after: Vec<usize> = kept.iter().map(|axis| self.shape[*axis]).collect();
        let reduced: usize =
            self.shape.iter().product::<usize>() / after.iter().product::<usize>().max(1);
        let factor = match reduction {
            Reduction::Sum => 1.0,
            Reduction::Mean => 1.0 / reduced as f64,
        };
        let pick = |place: &[usize]| kept.iter().map(|axis| place[*axis]).collect::<Vec<_>>();
        self.moved(after.clone(), |place, add| {
            add(index(&after, &pick(place)), factor);
        })
    }

    /// Adds axes of `extents` behind the others: a neuron sends to all along them.
    #[must_use]
    pub fn expand(self, extents: impl Into<Vec<usize>>) -> FieldMap {
        let extents = extents.into();
        let copies: usize = extents.iter().product();
        let before = self.shape.clone();
        let after = [before.clone(), extents].concat();
        self.moved(after, |place, add| {
            let first = index(&before, place) * copies;
            (first..first + copies).for_each(|target| add(target, 1.0));
        })
    }

    /// Puts the axes into another order: axis *k* afterwards is axis `order[k]` before.
    #[must_use]
    pub fn reorder(self, order: impl Into<Vec<usize>>) -> FieldMap {
        let order = order.into();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..self.shape.len()) {
            let shape = self.shape.clone();
            return self.refused(FieldError::Order { order, shape });
        }
        let after: Vec<usize> = order.iter().map(|axis| self.shape[*axis]).collect();
        self.moved(after.clone(), |place, add| {
            let place: Vec<usize> = order.iter().map(|axis| place[*axis]).collect();
            add(index(&after, &place), 1.0);
        })
    }

    /// Turns `axes` round: the last neuron along them becomes the first.
    #[must_use]
    pub fn flip(self, axes: impl Into<Vec<usize>>) -> FieldMap {
        let axes = axes.into();
        if let Some(&axis) = axes.iter().find(|axis| **axis >= self.shape.len()) {
            return self.refused_axis(axis);
        }
        let shape = self.shape.clone();
        self.moved(shape.clone(), |place, add| {
            let mut place = place.to_vec();
            for &axis in &axes {
                place[axis] = shape[axis] - 1 - place[axis];
            }
            add(index(&shape, &place), 1.0);
        })
    }

    /// Spreads by a kernel: a neuron sends to all that the kernel reaches.
    #[must_use]
    pub fn convolve(self, kernel: &FieldKernel) -> FieldMap {
        if let Err(error) = kernel.check(&self.shape) {
            return self.refused(error);
        }
        let shape = self.shape.clone();
        let size: usize = shape.iter().product();
        self.moved(shape.clone(), |from, add| {
            for target in 0..size {
                let weight = kernel.weight(&shape, from, &place(&shape, target));
                if weight != 0.0 {
                    add(target, weight);
                }
            }
        })
    }

    /// Multiplies all weights by `factor`.
    #[must_use]
    pub fn scale(mut self, factor: f64) -> FieldMap {
        if let Ok(weights) = &mut self.weights {
            weights.values_mut().for_each(|weight| *weight *= factor);
        }
        self
    }

    /// The synapses, of one step of delay, for [`Sparse::synapses`](crate::proc::Sparse::synapses).
    ///
    /// # Errors
    /// [`FieldError`] if an operation does not fit the shape that the ones before it have made, or if the
    /// synapses cannot be stored.
    pub fn synapses<T: Weight>(&self) -> Result<Synapses<T>, FieldError> {
        let weights = self.weights.as_ref().map_err(Clone::clone)?;
        let list: Vec<Synapse> = weights
            .iter()
            .map(|(&(source, target), &weight)| Synapse {
                source,
                target,
                weight,
                delay: 1,
            })
            .collect();
        let targets = self.shape.iter().product();
        Ok(Synapses::from_list(self.sources, targets, &list)?)
    }

    /// Moves each target by `spread`, which adds its new targets with their factors.
    fn moved(
        mut self,
        shape: Vec<usize>,
        spread: impl Fn(&[usize], &mut dyn FnMut(usize, f64)),
    ) -> FieldMap {
        if let Ok(before) = &self.weights {
            let mut after = Weights::new();
            for (&(source, target), weight) in before {
                spread(&place(&self.shape, target), &mut |target, factor| {
                    *after.entry((source, target)).or_insert(0.0) += weight * factor;
                });
            }
            self.weights = Ok(after);
        }
        self.shape = shape;
        self
    }

    /// Keeps the first mistake.
    fn refused(mut self, error: FieldError) -> FieldMap {
        self.weights = self.weights.and(Err(error));
        self
    }

    fn refused_axis(self, axis: usize) -> FieldMap {
        let shape = self.shape.clone();
        self.refused(FieldError::Axis { axis, shape })
    }
}

/// The row-major number of a place.
fn index(shape: &[usize], place: &[usize]) -> usize {
    let axes = shape.iter().zip(place);
    axes.fold(0, |index, (extent, at)| index * extent + at)
}

/// The place of a row-major number.
fn place(shape: &[usize], mut index: usize) -> Vec<usize> {
    let mut place = vec![0; shape.len()];
    for (at, extent) in place.iter_mut().zip(shape).rev() {
        *at = index % extent;
        index /= extent;
    }
    place
}
