//! Prototype neurons of continually learning prototypes (CLP).

use std::hint::select_unpredictable;

use super::leaky::leaky;
use super::spike_rule::SpikeRule;
use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::membrane::{Dynamics, Membrane};

/// Prototype neurons: [`Lif<i32>`](crate::proc::Lif) neurons each of which represents a pattern,
/// with a third factor that selects the neuron whose synapses learn.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/prototype_lif.svg"))]
///
/// ```text
/// u, v as Lif<i32>;   u ← 0, v ← 0 where reset_in > 0
/// no third factor:    spikes where v > vth << 6
/// third factor k ≠ 0: neuron k alone spikes; y1 ← 127 for it, 0 for all others
/// v ← 0 where a neuron spikes
/// ```
///
/// The third factor is the first element of `a_third_factor_in`: the number of a neuron, counted
/// from 1, as sent by [`Allocator`](crate::proc::Allocator). A number without a neuron selects
/// none. The selected neuron also sends a spike on `s_out_bap` in the same step, the
/// back-propagating action potential at which its synapses learn. `s_out_y1` sends `y1`, their
/// post-synaptic trace, in every step.
///
/// Ports and Vars have the shape of the population; of `a_third_factor_in` only the first element
/// counts. Lava also declares the traces `y2` and `y3`, and never sends them.
///
/// Source: Intel's Lava, `lava.proc.clp.prototype_lif`; there is a fixed-point model only.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{PrototypeLif, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     select:     Source<i32>  = Source::data([[0, 0], [2, 2], [0, 0]]);
///     prototypes: PrototypeLif = PrototypeLif::shape([2]);
///     select.s_out -> prototypes.a_third_factor_in;
/// }?;
/// let (spikes, learn) = (net.probe(&net.prototypes.s_out)?, net.probe(&net.prototypes.s_out_bap)?);
/// let trace = net.probe(&net.prototypes.s_out_y1)?;
/// net.run(RunSteps(3))?;
/// assert_eq!(spikes.events(), [(2, 1)]); // the second neuron, in step 2
/// assert_eq!(learn.events(), [(2, 1)]);
/// assert_eq!(trace.data(), ndarray::arr2(&[[0, 0], [0, 127], [0, 127]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct PrototypeLif {
    /// Synaptic input, summed over all connections.
    a_in: InPort<i32>,
    /// Third factor: in its first element the number of the neuron that learns, or 0.
    a_third_factor_in: InPort<i32>,
    /// Reset: a neuron with a positive number is set to `u` = 0, `v` = 0.
    reset_in: InPort<i32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Back-propagating action potentials: spikes of selected neurons.
    s_out_bap: OutPort<Spike>,
    /// The trace `y1`.
    s_out_y1: OutPort<i32>,
    /// Synaptic current.
    #[var(init = 0)]
    u: Var<i32>,
    /// Membrane voltage.
    #[var(init = 0)]
    v: Var<i32>,
    /// Fraction of the current lost per step, in units of 1/4096.
    #[var(init = 0, range = <i32 as Membrane>::DECAY)]
    du: Var<i32>,
    /// Fraction of the voltage lost per step, in units of 1/4096.
    #[var(init = 0, range = <i32 as Membrane>::DECAY)]
    dv: Var<i32>,
    /// Mantissa of the constant input to the voltage per step, in units of 1/64 of a weight.
    #[var(init = 0, range = <i32 as Membrane>::BIAS)]
    bias_mant: Var<i32>,
    /// Exponent of the constant input, a power of 2.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// Voltage above which a neuron spikes, in the units of a weight.
    #[var(init = 10, range = <i32 as Membrane>::THRESHOLD)]
    vth: Var<i32>,
    /// Post-synaptic trace for learning: 127 for the neuron selected last, else 0.
    #[var(init = 0, range = 0..=127)]
    y1: Var<i32>,
}

/// Trace of the selected neuron.
const LEARNS: i32 = 127;

/// Fires neurons above the threshold or, if one is selected, this one alone.
struct Prototypes<'a> {
    vth: &'a PerNeuron<i32>,
    reset_in: &'a [i32],
    selected: Option<usize>,
}

impl SpikeRule<i32> for Prototypes<'_> {
    type Spike = bool;

    /// The rule depends on other input.
    fn is_autonomous(&self, _: usize, _: usize) -> bool {
        false
    }

    #[inline(always)]
    fn block<const UNIFORM: bool>(
        &mut self,
        start: usize,
        len: usize,
    ) -> impl FnMut(usize, i32, i32) -> (i32, bool) {
        let (vth, reset_in) = (self.vth.block(start, len), &self.reset_in[start..][..len]);
        let selects = self.selected.is_some();
        let selected = self
            .selected
            .map_or(usize::MAX, |at| at.wrapping_sub(start));
        move |i, _, voltage| {
            let voltage = select_unpredictable(reset_in[i] > 0, 0, voltage);
            let above = voltage > i32::threshold(vth[i]);
            let fires = select_unpredictable(selects, i == selected, above);
            (select_unpredictable(fires, 0, voltage), fires)
        }
    }
}

#[implements(proc = PrototypeLif, protocol = Loihi, shardable, replicated(a_third_factor_in))]
#[tag(FixedPt)]
struct PrototypeLifModel {
    a_in: In<i32>,
    a_third_factor_in: In<i32>,
    reset_in: In<i32>,
    s_out: Out<Spike>,
    s_out_bap: Out<Spike>,
    s_out_y1: Out<i32>,
    u: Vec<i32>,
    v: Vec<i32>,
    du: PerNeuron<i32>,
    dv: PerNeuron<i32>,
    bias_mant: PerNeuron<i32>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<i32>,
    y1: Vec<i32>,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
    #[local(rebuilt)]
    fired: Fired,
}

impl PrototypeLifModel {
    /// Returns the neuron that the third factor selects, as an index into this shard, or `None` if
    /// there is no third factor. An index outside the shard selects none of its neurons.
    fn selected(&mut self) -> Option<usize> {
        let number = self.a_third_factor_in.recv_slice()[0];
        let neuron = |number: usize| number.wrapping_sub(1 + self.context.neurons().start);
        (number != 0).then(|| usize::try_from(number).map_or(usize::MAX, neuron))
    }
}

impl LoihiModel for PrototypeLifModel {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let selected = self.selected();
        let reset_in = self.reset_in.recv_slice();
        let rule = Prototypes {
            vth: &self.vth,
            reset_in,
            selected,
        };
        leaky!(self).step(rule, &mut self.fired);
        for (u, reset_in) in self.u.iter_mut().zip(reset_in) {
            *u = select_unpredictable(*reset_in > 0, 0, *u);
        }
        if let Some(selected) = selected {
            self.y1.fill(0);
            if let Some(y1) = self.y1.get_mut(selected) {
                *y1 = LEARNS;
            }
            self.s_out_bap.send_indices(&self.fired.neurons)?;
        }
        self.s_out_y1.send_slice(&self.y1)?;
        self.s_out.send_indices(&self.fired.neurons)
    }
}
