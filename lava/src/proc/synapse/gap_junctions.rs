//! Gap junctions: electrical synapses.

use super::connectivity::Connectivity;
use super::projection::Projection;
use super::synapses::Synapses;
use super::weights::Weight;
use crate::prelude::*;
use crate::proc::kernel::real::Real;
use crate::process::Init;
use crate::units::symbol::{mV, pA};

/// Gap junctions, electrical synapses: a current flows from the neuron with the higher voltage to the one
/// with the lower.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/gap_junctions.svg"))]
///
/// ```text
/// i_out of neuron i (t + 1) = Σⱼ gᵢⱼ·(v_pre of j (t) − v_post of i (t))
/// ```
///
/// The voltages are those that neurons send at the end of a step, and the current acts during the next one.
/// That is the form without iteration, of first order in `dt`: the one of a summed variable of Brian2, and of
/// NEST's `gap_junction` with `use_wfr` off and a communication interval of one step.
///
/// A synapse of the [`Projection`], or of the list, is one direction of a junction, with the conductance, in nS,
/// as its weight: a junction that conducts both ways is listed both ways. `v_pre` and `v_post` are the voltages
/// of the two populations, or twice those of one. Delays are one step; no current flows in the first.
///
/// Currents of a neuron are summed in the order of the synapses, by source: they have the same bits on any
/// number of workers.
///
/// Source: Hahne et al. (2015), *A unified framework for spiking and gap-junction interactions in distributed
/// neuronal network simulations*, Front. Neuroinform. 9, 22.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::GapJunctions;
/// use lava::proc::synapse::{Synapse, Synapses};
///
/// neuron! {
///     Cell {
///         dv/dt = -v/(10 ms) + i_gap/(100 pF) : mV;
///         input i_gap: pA;
///         output v_out: mV = v;
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let junction = |source, target| Synapse { source, target, weight: 5.0, delay: 1 };
/// let both_ways = Synapses::from_list(2, 2, &[junction(0, 1), junction(1, 0)])?;
/// let net = network! { Loihi1SimCfg;
///     cells: Cell         = Cell::shape([2]).v([10.0, 0.0]);
///     gaps:  GapJunctions = GapJunctions::synapses(both_ways);
///     cells.v_out -> gaps.v_pre;
///     cells.v_out -> gaps.v_post;
///     gaps.i_out  -> cells.i_gap;
/// }?;
/// net.run(RunSteps(100))?;
/// let v = net.cells.v.get()?;
/// assert!(v[1] > 1.0 && v[0] - v[1] < 2.0, "voltages approach each other: {v}");
/// # net.stop()
/// # }
/// ```
#[doc(alias = "electrical synapse")]
#[process]
pub struct GapJunctions<T: Weight + Real = f32> {
    /// Voltages of the sources, in mV, `[sources]`.
    #[port(shape = [connectivity.checked()?.sources()], unit = mV)]
    v_pre: InPort<T>,
    /// Voltages of the targets, in mV, `[targets]`.
    #[port(shape = [connectivity.targets()], unit = mV)]
    v_post: InPort<T>,
    /// Currents into the targets, in pA, `[targets]`, one step later.
    #[port(shape = [connectivity.targets()], delay = 1, unit = pA)]
    i_out: OutPort<T>,
    /// The junctions: in memory, or a projection.
    #[param]
    connectivity: Param<Connectivity<T>>,
    /// Conductances, in nS, `[synapses]`, in the order of [`Synapses::iter`].
    #[var(shape = _, init = connectivity.clone(), finite)]
    weights: Var<T>,
}

impl<T: Weight + Real> GapJunctions<T> {
    /// Starts building junctions from a description, whose weights are conductances in nS.
    pub fn projection(projection: Projection) -> GapJunctionsBuilder<T> {
        GapJunctions::connectivity(projection.into())
    }

    /// Starts building junctions from a list, whose weights are conductances in nS.
    pub fn synapses(synapses: Synapses<T>) -> GapJunctionsBuilder<T> {
        GapJunctions::connectivity(synapses.into())
    }
}

#[implements(proc = GapJunctions<T>, protocol = Loihi, shardable, replicated(v_pre, weights))]
#[tag(FloatingPt)]
struct GapJunctionsModel<T: Weight + Real> {
    v_pre: In<T>,
    v_post: In<T>,
    i_out: Out<T>,
    connectivity: Param<Connectivity<T>>,
    weights: Init<T>,
    #[local(rebuilt)]
    junctions: Junctions<T>,
    #[local]
    context: Context,
}

/// The junctions of a shard, by target.
struct Junctions<T> {
    /// The first junction of each target; one more at the end.
    first: Vec<u32>,
    /// Source and conductance.
    each: Vec<(u32, T)>,
}

impl<T> Default for Junctions<T> {
    fn default() -> Self {
        Junctions {
            first: vec![0],
            each: Vec::new(),
        }
    }
}

impl<T: Weight + Real> GapJunctionsModel<T> {
    fn collect(&mut self) -> crate::Result<()> {
        let synapses = self.connectivity.synapses()?;
        if *synapses.delays().end() > 1 {
            let message = "a gap junction has no delay but the step in which voltages are sent; give a delay of \
                           one step";
            return Err(crate::Error::model(message));
        }
        let conductances = self.weights.to_vec(synapses.len());
        let targets = self.context.neurons();
        let own = || {
            let all = synapses.iter().zip(&conductances);
            all.filter(|(synapse, _)| targets.contains(&synapse.target))
        };
        let mut first = vec![0; targets.len() + 1];
        own().for_each(|(synapse, _)| first[synapse.target - targets.start + 1] += 1);
        for target in 0..targets.len() {
            first[target + 1] += first[target];
        }
        let mut next = first.clone();
        let mut each = vec![(0, T::ZERO); next[targets.len()] as usize];
        for (synapse, conductance) in own() {
            let place = &mut next[synapse.target - targets.start];
            each[*place as usize] = (synapse.source as u32, *conductance);
            *place += 1;
        }
        self.junctions = Junctions { first, each };
        Ok(())
    }
}

impl<T: Weight + Real> LoihiModel for GapJunctionsModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        self.collect()
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.collect()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let (v_pre, v_post) = (self.v_pre.recv_slice(), self.v_post.recv_slice());
        let i_out = self.i_out.accumulate()?;
        let Junctions { first, each } = &self.junctions;
        for ((i_out, v_post), range) in i_out.iter_mut().zip(v_post).zip(first.windows(2)) {
            for (source, conductance) in &each[range[0] as usize..range[1] as usize] {
                *i_out = *i_out + *conductance * (v_pre[*source as usize] - *v_post);
            }
        }
        Ok(())
    }
}
