//! Event-driven synapses that are drawn again at every spike.

use super::drawing::SourceDrawing;
use super::error::ProceduralError;
use super::projection::ProceduralProjection;
use super::sums::ShardSums;
use super::tree::TargetTree;
use crate::model::FutureSums;
use crate::prelude::*;
use crate::proc::synapse::error::SynapseError;
use crate::proc::synapse::projection::Projection;
use crate::proc::synapse::weights::{Factor, FloatWeight, Message, Weight};
use crate::process::Init;

/// Synapses with a weight and a delay each, none of which is stored: those of a source are drawn again,
/// by the same random numbers, whenever it fires.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/procedural_sparse.svg"))]
///
/// ```text
/// a_out[i](t) = Σ over synapses j → i of  weight · s_in[j](t − delay)
/// ```
///
/// It takes the place of a [`Sparse`](super::super::Sparse) where synapses would take too much memory,
/// or too long to build: a billion synapses take a few kilobytes and no time. A step costs what is
/// delivered in it, and more per synapse than if it were read from memory.
///
/// # Statistics
///
/// Numbers, targets, weights and delays have the distributions that the [`Projection`] describes, which
/// are those of a `Sparse`; the synapses themselves differ. Weights are of `f32` precision, from a table
/// that differs from the distribution by less than 10⁻⁴ standard deviations; of a distribution without
/// bounds, values beyond which 2⁻²⁵ of them lie are not drawn. Delays that occur once in 10⁹ synapses
/// are left out.
///
/// All rules but [`Rule::FixedInDegree`](super::super::Rule::FixedInDegree) can be drawn from the source.
/// [`Projection::threads`] has no effect. There may be more than 2³² synapses.
///
/// # Reproducibility
///
/// A synapse is a function of the seed and its source. The population of targets is halved until a part
/// has about a hundred of a source's synapses; numbers of synapses are drawn for each half, and synapses
/// for each part. A worker thus draws the synapses into its own targets only, and the same synapses
/// whatever the number of workers. Contributions of one step are added in the order of the sources.
///
/// # Messages
///
/// `ProceduralSparse<T>` takes [`Spike`]s, `ProceduralSparse<T, T>` numbers; `T` is `f32` or `f64`. The
/// sums of all delays are in memory, of each target; shorter delays take less.
///
/// Source: the idea is that of Knight & Nowotny (2021), *Larger GPU-accelerated brain simulations with
/// procedural connectivity*, Nat. Comput. Sci. 1, 136–142, and of Izhikevich's simulation of 10¹¹ neurons
/// (2005); random numbers by counter as in Salmon et al. (2011), SC11.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::synapse::{Distribution, Projection, Rule};
/// use lava::proc::{IafPscExp, PoissonInput, ProceduralSparse};
///
/// # fn main() -> lava::Result<()> {
/// let projection = Projection::new(1000, 1000)
///     .rule(Rule::FixedProbability(0.1))
///     .weights(Distribution::Normal { mean: -20.0, sd: 2.0 })
///     .delays(Distribution::Uniform { low: 5.0, high: 20.0 });
/// let net = network! { Loihi1SimCfg;
///     input:   PoissonInput     = PoissonInput::shape([1000]).rate(16_000.0).weight(87.8);
///     neurons: IafPscExp        = IafPscExp::shape([1000]);
///     inhibit: ProceduralSparse = projection.procedural();
///     input.a_out   -> neurons.exc_in;
///     neurons.s_out -> inhibit.s_in;
///     inhibit.a_out -> neurons.inh_in;
/// }?;
/// net.run(RunSteps(100))?;
/// let error = net.inhibit.weights.get().unwrap_err().to_string();
/// assert!(error.contains("none is stored"), "{error}");
/// # net.stop()
/// # }
/// ```
#[doc(alias = "procedural connectivity")]
#[process]
pub struct ProceduralSparse<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the sources, `[sources]`.
    #[port(shape = [projection.checked::<T>()?.sources()], slack = projection.delays()?[0] - 1)]
    s_in: InPort<M>,
    /// Weighted sums, `[targets]`.
    #[port(shape = [projection.targets()], delay = 1, ahead = projection.ahead()?)]
    a_out: OutPort<T>,
    /// The description of the synapses.
    #[param(into)]
    projection: Param<ProceduralProjection>,
    /// Weights, which are not stored: to read, set or probe them is an error that names the ways out.
    #[var(shape = _, init = projection.clone(), finite)]
    weights: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
}

impl Projection {
    /// Starts building a [`ProceduralSparse`]: the synapses are drawn again at every spike, and none is
    /// stored.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::ProceduralSparse;
    /// use lava::proc::synapse::{Projection, Rule};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let projection = Projection::new(1_000_000, 1_000_000).rule(Rule::FixedProbability(0.01));
    /// let sparse: ProceduralSparse = net.add(projection.procedural())?;
    /// assert_eq!(sparse.projection.expected_synapses(), 1e10);
    /// assert!(sparse.projection.bytes()? < 100_000);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Adding it fails with [`ProceduralError`] for [`Rule::FixedInDegree`](super::super::Rule) and for
    /// delays that may be shorter than a step.
    pub fn procedural<T: Weight, M: Message<T>>(self) -> ProceduralSparseBuilder<T, M> {
        ProceduralSparse::projection(self)
    }
}

#[implements(proc = ProceduralSparse<T, M>, protocol = Loihi, shardable, replicated(s_in, weights), adds_to(a_out))]
#[tag(FloatingPt)]
struct ProceduralSparseModel<T: FloatWeight, M: Message<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    projection: Param<ProceduralProjection>,
    weights: Init<T>,
    num_message_bits: i32,
    #[local(rebuilt)]
    drawing: Option<SourceDrawing>,
    /// The active sources of a step.
    #[local(rebuilt)]
    active: Vec<(u32, M::Factor)>,
    #[local]
    context: Context,
}

impl<T: FloatWeight, M: Message<T>> LoihiModel for ProceduralSparseModel<T, M> {
    const USES_AVX512: bool = true;

    fn start(&mut self) -> crate::Result<()> {
        if self.weights.shared::<ProceduralProjection>().is_none() {
            return Err(SynapseError::from(ProceduralError::Weights).into());
        }
        let circuit = self.projection.circuit()?;
        let (targets, delays) = (self.context.neurons().len(), self.projection.ahead()? + 1);
        if u32::try_from(targets.saturating_mul(delays)).is_err() {
            return Err(SynapseError::from(ProceduralError::Sums { targets, delays }).into());
        }
        let tree = TargetTree::new(circuit.targets, circuit.mean, self.context.neurons());
        self.drawing = Some(SourceDrawing::new(circuit, tree));
        // A step rarely has more messages than this; where it has, the list grows once.
        self.active = Vec::with_capacity(self.projection.sources().div_ceil(4));
        Ok(())
    }

    fn catch_up(&mut self) {
        let mut age = None;
        let (s_in, active) = (&mut self.s_in, &mut self.active);
        let binary = self.num_message_bits == 0;
        s_in.catch_up(|s_in, of_message| {
            list_active(s_in, binary, active);
            age = Some(of_message);
        });
        if let Some(age) = age.filter(|_| !self.active.is_empty()) {
            let messages = self.a_out.accumulate_ahead_between_runs();
            deliver(
                &mut self.drawing,
                &self.active,
                messages,
                &self.context,
                age,
            );
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        list_active(&mut self.s_in, self.num_message_bits == 0, &mut self.active);
        if !self.active.is_empty() {
            let messages = self.a_out.accumulate_ahead()?;
            let age = self.s_in.lag();
            deliver(
                &mut self.drawing,
                &self.active,
                messages,
                &self.context,
                age,
            );
        }
        Ok(())
    }
}

/// Lists the active sources of a message.
#[inline(always)]
fn list_active<T: Weight, M: Message<T>>(
    s_in: &mut In<M>,
    binary: bool,
    active: &mut Vec<(u32, M::Factor)>,
) {
    active.clear();
    let sources = M::active(s_in, binary);
    active.extend(sources.map(|(source, factor)| (source as u32, factor)));
}

/// Draws the synapses of sources that were active `age` steps ago, and adds their weights.
#[inline(always)]
fn deliver<T: FloatWeight, F: Factor<T>>(
    drawing: &mut Option<SourceDrawing>,
    active: &[(u32, F)],
    messages: FutureSums<'_, T>,
    context: &Context,
    age: usize,
) {
    let (Some(drawing), Some(&(_, factor))) = (drawing, active.first()) else {
        return;
    };
    let mut sums = ShardSums::new(messages, context.neurons(), age, factor, drawing.delay());
    if drawing.has_independent_leaves() {
        // All sources of a leaf together: its sums stay in the cache.
        for leaf in drawing.leaves() {
            for &(source, factor) in active {
                sums.factor = factor;
                drawing.draw_leaf(source, leaf, &mut sums);
            }
        }
    } else {
        active
            .iter()
            .for_each(|(source, _)| drawing.prefetch(*source));
        for &(source, factor) in active {
            sums.factor = factor;
            drawing.draw(source, &mut sums);
        }
    }
    sums.add_waiting();
}
