//! Ring buffer as a source.

use ndarray::{ArcArray, Axis, IxDyn};

use super::finite::check_finite;
use crate::prelude::*;
use crate::process::Payload;

/// Ring buffer that plays an array cyclically, one row per step: the row sent in step *t* is
/// `data[(t − 1) mod n]` for *n* rows.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/source.svg"))]
///
/// `data` has the time axis first; the port has the shape of a row. A scalar is sent in every step.
/// For spikes, `Source<Spike>`, the data are `bool`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Lif, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source = Source::data([[1.0, 0.0], [0.0, 2.0]]);
///     lif:   Lif    = Lif::shape([2]).vth(10.0);
///     input.s_out -> lif.a_in;
/// }?;
/// net.run(RunSteps(2))?;
/// assert_eq!(net.lif.u.get()?, ndarray::arr1(&[1.0, 2.0]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Source<M: Payload = f32> {
    /// One row per step.
    #[port(shape = data.shape().get(1..).unwrap_or_default())]
    s_out: OutPort<M>,
    /// Rows, time axis first.
    #[var(per_sample)]
    data: Var<M::Record>,
    /// Accepts infinite numbers and NaN, which are an error otherwise.
    #[param(default = false)]
    non_finite: Param<bool>,
}

#[implements(proc = Source<M>, protocol = Loihi, per_sample)]
struct SourceModel<M: Payload> {
    s_out: Out<M>,
    data: ArcArray<M::Record, IxDyn>,
    non_finite: bool,
    #[local]
    context: Context,
}

impl<M: Payload> LoihiModel for SourceModel<M> {
    fn start(&mut self) -> crate::Result<()> {
        check_finite("`data`", &self.data, self.non_finite)
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let Some(steps) = self.data.shape().first() else {
            return self.s_out.send(&self.data);
        };
        let row = (self.context.time_step() - 1) as usize % steps;
        self.s_out.send(&self.data.index_axis(Axis(0), row))
    }
}
