//! Layer of state-space units.

use super::SigmaS4dDelta;
use crate::prelude::*;
use crate::proc::Sparse;
use crate::proc::kernel::signal::Signal;
use crate::proc::synapse::{Synapse, SynapseError, Synapses};
use crate::proc::weights::Weight;

/// Layer of [`SigmaS4dDelta`] units between two layers of synapses: `d_states` units per input,
/// whose outputs are summed.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/sigma_s4d_delta_layer.svg"))]
///
/// ```text
/// a_in of unit i·d_states + k = s_in of input i              one step later
/// a_out of input i            = Σ s_out of its units         one step later
/// ```
///
/// A composite process: `spread` and `sum`, which are [`Sparse`] synapses of weight 1, and
/// `units`. Input of step *t* acts on the output of step *t* + 2. The ports have one axis, the
/// number of inputs; the Vars have one element per unit, inputs × `d_states`.
///
/// Source: as [`S4d`](super::S4d). There are floating-point models only, as in Lava.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{SigmaS4dDeltaLayer, Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let layer = SigmaS4dDeltaLayer::shape([1]).vth(0.1).a([0.5, 0.0]).b(1.0).c(0.5).d_states(2);
/// let net = network! { Loihi1SimCfg;
///     pulse: Source             = Source::data([[1.0], [0.0], [0.0], [0.0]]);
///     layer: SigmaS4dDeltaLayer = layer;
///     sink:  Sink               = Sink::shape([1]).steps(4);
///     pulse.s_out -> layer.s_in;
///     layer.a_out -> sink.a_in;
/// }?;
/// net.run(RunSteps(4))?;
/// // Changes: both units go to 1 at once, and the one with memory goes on to 1.5.
/// assert_eq!(net.sink.data.get()?.into_raw_vec_and_offset().0, [0.0, 0.0, 2.0, 0.5]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct SigmaS4dDeltaLayer<T: Signal = f32> {
    /// Changes of the inputs.
    s_in: InPort<T>,
    /// Changes of the outputs, two steps later.
    #[port(delay = 1)]
    a_out: OutPort<T>,
    /// Least change that a unit sends.
    #[var(shape = units(shape, *d_states), range = T::THRESHOLD)]
    vth: Var<T>,
    /// State coefficient of a unit: factor of its state per step.
    #[var(shape = units(shape, *d_states), finite)]
    a: Var<T>,
    /// Input coefficient of a unit: factor of its summed input.
    #[var(shape = units(shape, *d_states), finite)]
    b: Var<T>,
    /// Output coefficient of a unit: factor of its state.
    #[var(shape = units(shape, *d_states), finite)]
    c: Var<T>,
    /// States of the units.
    #[var(shape = units(shape, *d_states), init = T::ZERO, finite)]
    s4_state: Var<T>,
    /// Number of units per input.
    #[param(default = 1)]
    d_states: Param<usize>,
    /// Exponent: the threshold is multiplied by 2 to this power.
    #[param(default = 0)]
    state_exp: Param<i32>,
}

/// Returns the shape of the units.
fn units(shape: &[usize], d_states: usize) -> [usize; 1] {
    [shape.iter().product::<usize>().saturating_mul(d_states)]
}

/// Builds synapses of weight 1 from every input to its units, and from the units to the output.
fn synapses<T: Weight>(inputs: usize, d_states: usize) -> Result<[Synapses<T>; 2], SynapseError> {
    let units = inputs * d_states;
    let synapse = |source, target| Synapse {
        source,
        target,
        weight: 1.0,
        delay: 1,
    };
    let spread: Vec<Synapse> = (0..units)
        .map(|unit| synapse(unit / d_states, unit))
        .collect();
    let sum: Vec<Synapse> = (0..units)
        .map(|unit| synapse(unit, unit / d_states))
        .collect();
    Ok([
        Synapses::from_list(inputs, units, &spread)?,
        Synapses::from_list(units, inputs, &sum)?,
    ])
}

/// Defines the sub-model for elements of type `$float`.
macro_rules! sub_model {
    ($model:ident, $float:ty) => {
        #[implements(proc = SigmaS4dDeltaLayer<$float>, protocol = Loihi, sub_model)]
        #[tag(FloatingPt)]
        struct $model;

        impl SubModel for $model {
            type Process = SigmaS4dDeltaLayer<$float>;
            type Config = Loihi1SimCfg;

            fn build(
                layer: &SigmaS4dDeltaLayer<$float>,
                net: &Network<Loihi1SimCfg>,
            ) -> crate::Result<SigmaS4dDeltaLayerExports<$float>> {
                let &[inputs] = layer.s_in.shape() else {
                    return Err(crate::Error::model(format!(
                        "a layer of state-space units has one axis, not {}: give it the number of its inputs and flatten what is connected to it",
                        layer.s_in.shape().len()
                    )));
                };
                let [spread, sum] = synapses::<$float>(inputs, *layer.d_states)?;
                let units = SigmaS4dDelta::<$float>::shape(layer.a.shape())
                    .vth(layer.vth.get()?)
                    .a(layer.a.get()?)
                    .b(layer.b.get()?)
                    .c(layer.c.get()?)
                    .s4_state(layer.s4_state.get()?)
                    .state_exp(*layer.state_exp);
                network! { inside net, layer: SigmaS4dDeltaLayer<$float>;
                    spread: Sparse<$float, $float> = Sparse::synapses(spread);
                    units:  SigmaS4dDelta<$float>  = units;
                    sum:    Sparse<$float, $float> = Sparse::synapses(sum);
                    layer.s_in   -> spread.s_in;
                    spread.a_out -> units.a_in;
                    units.s_out  -> sum.s_in;
                    sum.a_out    -> layer.a_out;
                    layer.vth      = units.vth;
                    layer.a        = units.a;
                    layer.b        = units.b;
                    layer.c        = units.c;
                    layer.s4_state = units.s4_state;
                }
            }
        }
    };
}

sub_model!(SigmaS4dDeltaLayerF32, f32);
sub_model!(SigmaS4dDeltaLayerF64, f64);
