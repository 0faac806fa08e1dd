//! The process.

use ndarray::{ArcArray, IxDyn};

use super::kernel::MapKernel;
use super::operator::Operator;
use crate::prelude::*;
use crate::proc::kernel::real::Real;

/// A linear map of numbers, with a bias, that leaves in the step in which its input arrives: a matrix,
/// factors, a convolution or pooling, see [`Operator`].
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/linear_map.svg"))]
///
/// ```text
/// a_out = weight · a_in + bias
/// ```
///
/// [`Dense`](super::super::Dense), [`Conv`](super::super::Conv) and [`SumPool`](super::super::SumPool) take
/// a step, as synapses on Loihi; networks of deep learning have layers that take none. Channels come first,
/// and kernels are not flipped, as those networks have it. Inputs that are zero cost nothing; products are
/// added in the order of the inputs, then the bias.
///
/// Source: the primitives Affine, Linear, Scale, Conv1d, Conv2d, SumPool2d and AvgPool2d of the neuromorphic
/// intermediate representation (Pedersen et al. 2024, Nature Communications 15, 8122).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::synapse::Operator;
/// use lava::proc::{LinearMap, Sink, Source};
/// use ndarray::arr2;
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source    = Source::data([[1.0, 2.0]]);
///     map:    LinearMap = LinearMap::weight(arr2(&[[3.0, 4.0]])).operator(Operator::Product).bias(0.5);
///     output: Sink      = Sink::shape([1]).steps(1);
///     input.s_out -> map.a_in;
///     map.a_out -> output.a_in;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.output.data.get()?, arr2(&[[11.5]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LinearMap<T: Real = f32> {
    /// Numbers.
    #[port(shape = operator.input(weight.shape())?)]
    a_in: InPort<T>,
    /// The map of the input of the same step.
    #[port(shape = operator.output(weight.shape())?)]
    a_out: OutPort<T>,
    /// The weights, of the shape that `operator` states; finite.
    #[var(finite)]
    weight: Var<T>,
    /// Added to every output, of the shape of `a_out`.
    #[var(shape = operator.output(weight.shape())?, init = T::ZERO, finite)]
    bias: Var<T>,
    /// The kind of the map.
    #[param]
    operator: Param<Operator>,
}

#[implements(proc = LinearMap<T>, protocol = Loihi)]
struct LinearMapModel<T: Real> {
    a_in: In<T>,
    a_out: Out<T>,
    weight: ArcArray<T, IxDyn>,
    bias: Vec<T>,
    operator: Param<Operator>,
    #[local(rebuilt)]
    kernel: Option<MapKernel<T>>,
    #[local(rebuilt)]
    sums: Vec<T>,
}

impl<T: Real> LoihiModel for LinearMapModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        let kernel = MapKernel::new(&self.operator, &self.weight);
        self.kernel = Some(kernel.map_err(crate::Error::model)?);
        self.sums = vec![T::ZERO; self.bias.len()];
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "weight" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        if let Some(kernel) = &mut self.kernel {
            kernel.apply(self.a_in.recv_slice(), &mut self.sums);
        }
        for (sum, bias) in self.sums.iter_mut().zip(&self.bias) {
            *sum = *sum + *bias;
        }
        self.a_out.send_slice(&self.sums)
    }
}
