//! A field: neurons and the synapses within.

use super::kernel::FieldKernel;
use super::map::FieldMap;
use crate::prelude::*;
use crate::proc::{Lif, Sparse};

/// A population over a space, whose neurons act on each other by a kernel.
///
#[cfg_attr(doc, doc = include_str!("../../pictures/field.svg"))]
///
/// A composite process: `neurons`, which are [`Lif`], and `lateral`, [`Sparse`] synapses from each neuron to
/// those that the kernel reaches. Input acts on the current of the neurons in the step in which it arrives, a
/// spike within the field one step later. See [`dnf`](crate::dnf).
#[process]
pub struct Field {
    /// Input to the current of each neuron.
    a_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Weights within the field by distance; a width for each axis.
    #[param]
    kernel: Param<FieldKernel>,
    /// Fraction of the current lost per step.
    #[var(init = 0.2, range = 0.0..=1.0)]
    du: Var<f32>,
    /// Fraction of the voltage lost per step.
    #[var(init = 0.1, range = 0.0..=1.0)]
    dv: Var<f32>,
    /// Voltage above which a neuron spikes.
    #[var(init = 10.0)]
    vth: Var<f32>,
    /// Membrane voltage.
    #[var(init = 0.0, finite)]
    v: Var<f32>,
}

#[implements(proc = Field, protocol = Loihi, sub_model)]
#[tag(FloatingPt)]
struct FieldModel;

impl SubModel for FieldModel {
    type Process = Field;
    type Config = Loihi1SimCfg;

    fn build(field: &Field, net: &Network<Loihi1SimCfg>) -> crate::Result<FieldExports> {
        let shape = field.s_out.shape();
        let lateral = FieldMap::new(shape).convolve(&field.kernel);
        let neurons = Lif::shape(shape)
            .du(field.du.get()?)
            .dv(field.dv.get()?)
            .vth(field.vth.get()?)
            .v(field.v.get()?);
        network! { inside net, field: Field;
            neurons: Lif    = neurons;
            lateral: Sparse = Sparse::synapses(lateral.synapses()?);
            field.a_in     -> neurons.a_in;
            neurons.s_out.flatten()   -> lateral.s_in;
            lateral.a_out.reshape(shape) -> neurons.a_in;
            neurons.s_out  -> field.s_out;
            field.du  = neurons.du;
            field.dv  = neurons.dv;
            field.vth = neurons.vth;
            field.v   = neurons.v;
        }
    }
}
