//! Models that can be cut into shards.

use std::ops::Range;

use crate::process::Dims;

/// A model that can be cut into shards, each with some of the neurons: marked
/// `#[implements(…, splittable)]`.
///
/// The compiler cuts what would keep one worker busy while others wait. A shard is a model of its
/// own. It has its neurons' elements of every port and Var: of the axes whose product is the
/// population it sees one, as long as its neurons are many, and the axes that follow as they are.
/// It has all of what [`WHOLE`](Splittable::WHOLE) names, of scalar Vars and of parameters. To the
/// rest of the network it looks as if nothing had been cut.
///
/// The results must not depend on the cut. That is so where the neurons do not depend on each
/// other, and where random numbers are a function of the neuron's number in the whole population,
/// which [`Context::neurons`](super::Context::neurons) tells. A model does not change what it
/// shares with the other shards.
///
/// A process is cut only if all of its out-ports, and the in-ports that are not whole, have the
/// same number of elements: its population.
///
/// ```
/// use lava::prelude::*;
///
/// /// Adds what its neurons receive, and a share of the sum over all neurons of `field_in`.
/// #[process]
/// pub struct Pool {
///     a_in: InPort<f32>,
///     field_in: InPort<f32>,
///     #[var(init = 0.0)]
///     v: Var<f32>,
/// }
///
/// #[implements(proc = Pool, protocol = Loihi, splittable)]
/// struct PoolModel {
///     a_in: In<f32>,
///     field_in: In<f32>,
///     v: Vec<f32>,
/// }
///
/// impl Splittable for PoolModel {
///     const WHOLE: &'static [&'static str] = &["field_in"];
/// }
///
/// impl LoihiModel for PoolModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         let field: f32 = self.field_in.recv_slice().iter().sum();
///         let neurons = self.v.iter_mut().zip(self.a_in.recv_slice());
///         neurons.for_each(|(v, a)| *v += a + 0.1 * field);
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` is `splittable`, but does not implement `Splittable`",
    label = "not `Splittable`",
    note = "write `impl Splittable for …`, whose `WHOLE` names the in-ports and Vars that every shard needs whole"
)]
pub trait Splittable {
    /// The in-ports and Vars that every shard has whole, by name.
    const WHOLE: &'static [&'static str] = &[];
}

/// Which of a population's neurons a model computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) neurons: Range<usize>,
    pub(crate) population: usize,
}

impl Shard {
    pub(crate) fn is_whole(&self) -> bool {
        self.neurons.len() == self.population
    }

    /// The shard's piece of a port or Var of these extents.
    pub(crate) fn dims(&self, whole: &Dims) -> Dims {
        match rest(whole, self.population) {
            Some(rest) if !self.is_whole() => [&[self.neurons.len()], rest].concat().into(),
            _ => whole.clone(),
        }
    }

    /// Where that piece lies, in row-major order.
    pub(crate) fn elements(&self, whole: &Dims) -> Range<usize> {
        match rest(whole, self.population) {
            Some(rest) => {
                let each: usize = rest.iter().product();
                self.neurons.start * each..self.neurons.end * each
            }
            None => 0..whole.len(),
        }
    }
}

/// The axes that follow those of the population, if the extents begin with a population's.
pub(crate) fn rest(dims: &Dims, population: usize) -> Option<&[usize]> {
    let mut neurons = 1;
    let axes = dims.as_slice();
    let mut split = 0;
    while neurons < population && split < axes.len() {
        neurons *= axes[split];
        split += 1;
    }
    (neurons == population && split > 0).then(|| &axes[split..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_has_its_neurons_elements() {
        let shard = Shard {
            neurons: 4..6,
            population: 6,
        };
        let cut = |dims: Dims| (shard.dims(&dims), shard.elements(&dims));
        assert_eq!(cut(Dims::from([6])), (Dims::from([2]), 4..6));
        assert_eq!(cut(Dims::from([2, 3])), (Dims::from([2]), 4..6));
        assert_eq!(cut(Dims::from([3, 2, 5])), (Dims::from([2, 5]), 20..30));
        assert_eq!(cut(Dims::from([])), (Dims::from([]), 0..1), "a scalar");
    }

    #[test]
    fn a_whole_population_keeps_its_extents() {
        let shard = Shard {
            neurons: 0..6,
            population: 6,
        };
        assert_eq!(shard.dims(&Dims::from([2, 3])), Dims::from([2, 3]));
    }
}
