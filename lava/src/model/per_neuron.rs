//! Parameters that are usually the same for all neurons of a population.

use ndarray::{ArrayD, IxDyn};

use lava_core::data::{BLOCK, Dims, Element, FromInit, Init, VarField};

/// A parameter that is usually the same for all neurons of a population: one value, or one per neuron
/// if the user gave an array. The Var has the population's shape either way.
///
/// A kernel processes the population in blocks of [`BLOCK`] neurons, without knowing which case it
/// has: a uniform parameter is served from a block that stays in the cache.
///
/// ```
/// use lava::model::{BLOCK, FromInit, PerNeuron};
/// use lava::process::{Dims, Init};
///
/// let population = Dims::from([3]);
/// let du = PerNeuron::from_init(&Init::new(0.5_f32), &population);
/// assert_eq!(du.uniform(), Some(0.5));
/// assert_eq!(du.block(0, 3), [0.5, 0.5, 0.5]);
/// let du = PerNeuron::from_init(&Init::new([0.1_f32, 0.2, 0.3]), &population);
/// assert_eq!(du.block(1, 2), [0.2, 0.3]);
/// ```
#[derive(Clone, Debug)]
pub struct PerNeuron<T> {
    /// One value per neuron, or `BLOCK` copies of the uniform value.
    values: Vec<T>,
    uniform: Option<T>,
}

impl<T: Element> PerNeuron<T> {
    /// Returns the value that all neurons share, or `None` if each has its own.
    pub fn uniform(&self) -> Option<T> {
        self.uniform
    }

    /// The values of `len` ≤ [`BLOCK`] neurons from `start`, in row-major order.
    ///
    /// # Panics
    /// If the range leaves the population, or the block.
    #[inline(always)]
    pub fn block(&self, start: usize, len: usize) -> &[T] {
        let start = if self.uniform.is_some() { 0 } else { start };
        &self.values[start..start + len]
    }
}

impl<T: Element> FromInit<T> for PerNeuron<T> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        match init.uniform() {
            Some(value) => PerNeuron {
                values: vec![value; BLOCK],
                uniform: Some(value),
            },
            None => PerNeuron {
                values: init.to_shared(dims).iter().copied().collect(),
                uniform: None,
            },
        }
    }
}

impl<T: Element> VarField<T> for PerNeuron<T> {
    fn read(&self, dims: &Dims) -> ArrayD<T> {
        let shape = IxDyn(dims.as_slice());
        match self.uniform {
            Some(value) => ArrayD::from_elem(shape, value),
            None => {
                ArrayD::from_shape_vec(shape, self.values.clone()).expect("one value per neuron")
            }
        }
    }

    fn write(&mut self, value: &Init<T>, dims: &Dims) {
        *self = PerNeuron::from_init(value, dims);
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        match self.uniform {
            Some(value) => out.fill(value),
            None => out.copy_from_slice(&self.values),
        }
    }

    fn copy_from(&mut self, values: &[T], _: &Dims) {
        self.uniform = None;
        self.values.clear();
        self.values.extend_from_slice(values);
    }
}
