//! Projections whose synapses learn.

use std::sync::{Arc, Mutex};

use super::error::PlasticityError;
use super::factors::{RuleFactors, has_third_factor};
use super::lists::PlasticLists;
use super::pair::PairStdp;
use super::rule::Plasticity;
use super::shard::PlasticShard;
use super::split::DelaySplit;
use super::structure::ShardUpdates;
use super::update::{Growth, PresentSynapses, SynapticUpdate, SynapticUpdates};
use super::weights::{PlasticWeights, Shards, lock};
use crate::model::{PersistError, StateReader, StateWriter};
use crate::prelude::*;
use crate::proc::synapse::sparse::{check_synapses, put_synapses};
use crate::proc::synapse::{Connectivity, Projection, Synapse, Synapses};
use crate::process::values::Given;
use crate::units::ms;

/// Synapses with a weight and a delay each that change by a [`Plasticity`], delivered by event: a
/// [`Sparse`](crate::proc::Sparse) that learns.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/plastic_sparse.svg"))]
///
/// ```text
/// a_out[i](t) = Σ over synapses j → i of  weight · s_in[j](t − delay)
/// ```
///
/// # Synapses
///
/// [`Projection::plastic`] describes them, or [`PlasticSparse::synapses`] takes those that are in memory.
///
/// # Time
///
/// The delay of a synapse has an axonal and a dendritic part, see [`DelaySplit`]. The weight of a synapse
/// when a spike of its source arrives at it is transmitted, with the changes by that spike. Time constants
/// are in ms; the time step is that of the network ([`set_dt`](crate::Network::set_dt), or of its neurons),
/// and 1 ms in a network without one.
///
/// # Cost
///
/// A step costs what arrives in it: for each spike of a source its synapses are visited once, and spikes
/// of the targets since the visit before are applied then. A synapse takes 6 bytes and those of the rule's
/// variables.
///
/// # Weights
///
/// `weights` that are read have all that has arrived by then; reading changes nothing. Weights that are
/// set count for spikes that arrive at the synapses from then on; what is on its way to the targets is not
/// changed. Contributions of one step are summed before they are added to those of other projections,
/// the earliest spikes first, then by source. The results do not depend on the number of workers.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::plasticity::PairStdp;
/// use lava::proc::synapse::{Distribution, Projection, Rule};
/// use lava::proc::{IafPscDelta, PlasticSparse, PoissonSpikes};
///
/// # fn main() -> lava::Result<()> {
/// let stdp = PairStdp::new().a_plus(0.01).a_minus(0.0105).bounds(0.0, 1.0);
/// let projection = Projection::new(100, 10)
///     .rule(Rule::FixedProbability(0.5))
///     .weights(Distribution::Constant(0.5))
///     .delays(Distribution::Constant(15.0));
/// let net = network! { Loihi1SimCfg;
///     input:   PoissonSpikes = PoissonSpikes::shape([100]).rate(100.0);
///     learn:   PlasticSparse = projection.plastic(stdp);
///     neurons: IafPscDelta   = IafPscDelta::shape([10]).e_l(0.0).v_m(0.0).v_reset(0.0).v_th(5.0);
///     input.s_out   -> learn.s_in;
///     learn.a_out   -> neurons.a_in;
///     neurons.s_out -> learn.s_in_bap;
/// }?;
/// net.run(RunSteps(5000))?;
/// let weights = net.learn.weights.get()?;
/// assert!(weights.iter().any(|weight| *weight > 0.51));
/// # net.stop()
/// # }
/// ```
#[process]
pub struct PlasticSparse<P: Plasticity = PairStdp> {
    /// Spikes of the sources, `[sources]`.
    #[port(
        shape = [connectivity.checked()?.sources()],
        slack = updates.slack(connectivity.shortest_delay()?, *delay_split)
    )]
    s_in: InPort<Spike>,
    /// Spikes of the targets (back-propagating action potentials), `[targets]`.
    #[port(
        required = <P::Factors as RuleFactors<P>>::PostSpikes,
        shape = [connectivity.targets()],
        slack = updates.slack(connectivity.shortest_delay()?, *delay_split)
    )]
    s_in_bap: InPort<Spike>,
    /// The third factor of the rule, if it has one: the signal that all synapses receive.
    #[port(
        required = <P::Factors as RuleFactors<P>>::Third,
        shape = [1],
        slack = updates.slack(connectivity.shortest_delay()?, *delay_split)
    )]
    s_in_third: InPort<f32>,
    /// Weighted sums, `[targets]`.
    #[port(shape = [connectivity.targets()], delay = 1)]
    a_out: OutPort<f32>,
    /// The synapses: in memory, or a projection.
    #[param]
    connectivity: Param<Connectivity<f32>>,
    /// The rule by which they learn.
    #[param]
    plasticity: Param<P>,
    /// The parts of delays; default: all dendritic.
    #[param(default = DelaySplit::default())]
    delay_split: Param<DelaySplit>,
    /// Updates that are repeated, `[SynapticUpdate::Rescale(0.99).every(1000)]`; default none.
    #[param(into, default = SynapticUpdates::default())]
    updates: Param<SynapticUpdates>,
    /// The synapses that [`SynapticUpdate::Grow`] adds; default: none can grow.
    #[param(into, default = None)]
    growth: Param<Option<Growth>>,
    /// Weights, `[synapses]`, in the order of [`Synapses::iter`]; in the unit of the port that
    /// `a_out` feeds. A synapse that is removed has weight 0.
    #[var(shape = _, init = connectivity.clone(), finite)]
    weights: Var<f32>,
    /// `false` if weights stay as they are; default `true`.
    #[var(scalar, init = true)]
    learning: Var<bool>,
    /// The number of updates that were asked for.
    #[var(scalar, init = 0, private)]
    requested: Var<u32>,
}

impl<P: Plasticity> PlasticSparse<P> {
    /// Starts building a `PlasticSparse` from synapses that are in memory.
    pub fn synapses(
        synapses: Synapses<f32>,
    ) -> PlasticSparseBuilder<P, Given, PlasticSparseWithout_plasticity> {
        PlasticSparse::connectivity(synapses.into())
    }
}

impl<P: Plasticity> PlasticSparse<P> {
    /// Changes all synapses, between runs. Before the first step the update is made when it begins.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::plasticity::{PairStdp, SynapticUpdate};
    /// use lava::proc::synapse::Projection;
    /// use lava::proc::{PlasticSparse, Source};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     post:  Source<Spike> = Source::data([[false]]);
    ///     learn: PlasticSparse = Projection::new(4, 1).plastic(PairStdp::new());
    ///     post.s_out -> learn.s_in_bap;
    /// }?;
    /// net.run(RunSteps(1))?;
    /// net.learn.update(SynapticUpdate::NormalizeIncoming(2.0))?;
    /// assert_eq!(net.learn.weights.get()?, ndarray::arr1(&[0.5; 4]).into_dyn());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// If a number of the update is out of range, synapses are to grow in a projection without `growth`, delays
    /// are to move whose axonal parts differ, or the network runs.
    pub fn update(&self, update: SynapticUpdate) -> crate::Result<()> {
        update.check(self.growth.as_ref(), *self.delay_split)?;
        self.requested.set(self.updates.request(update))
    }

    /// Returns the synapses by their numbers, those of `weights`, with their weights as they are now; `None` for
    /// one that was removed.
    ///
    /// # Errors
    /// If the synapses cannot be drawn.
    pub fn present_synapses(&self) -> crate::Result<Vec<Option<Synapse>>> {
        if let Some(synapses) = self.updates.present() {
            return Ok(synapses);
        }
        let weights = self.weights.get()?;
        let synapses = self.connectivity.synapses()?;
        let synapses = synapses.iter().zip(weights);
        let synapses = synapses.map(|(synapse, weight)| {
            Some(Synapse {
                weight: f64::from(weight),
                ..synapse
            })
        });
        Ok(synapses.collect())
    }
}

impl Projection {
    /// Starts building a [`PlasticSparse`]: the synapses learn by a rule.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::PlasticSparse;
    /// use lava::proc::plasticity::PairStdp;
    /// use lava::proc::synapse::{Projection, Rule};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let projection = Projection::new(80, 20).rule(Rule::FixedInDegree(10));
    /// let learn: PlasticSparse = net.add(projection.plastic(PairStdp::new()))?;
    /// assert_eq!(learn.weights.get()?.len(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn plastic<P: Plasticity>(self, rule: P) -> PlasticSparseBuilder<P> {
        PlasticSparse::connectivity(self.into()).plasticity(rule)
    }
}

#[implements(proc = PlasticSparse<P>, protocol = Loihi, shardable, replicated(s_in, s_in_third, weights), adds_to(a_out))]
#[tag(FloatingPt)]
struct PlasticSparseModel<P: Plasticity> {
    s_in: In<Spike>,
    s_in_bap: In<Spike>,
    s_in_third: In<f32>,
    a_out: Out<f32>,
    connectivity: Param<Connectivity<f32>>,
    plasticity: Param<P>,
    delay_split: DelaySplit,
    updates: Param<SynapticUpdates>,
    growth: Option<Growth>,
    weights: PlasticWeights<P>,
    learning: bool,
    requested: u32,
    #[local(rebuilt)]
    shard: Option<Arc<Mutex<PlasticShard<P>>>>,
    /// Vars are being restored: synapses are not updated.
    #[local(rebuilt)]
    is_restored: bool,
    #[local]
    context: Context,
}

impl<P: Plasticity> PlasticSparseModel<P> {
    /// The parts of the delays of synapses, and the delay of those that grow, for snapshots.
    fn delays(&self) -> String {
        format!(
            "{:?}, {:?}",
            self.delay_split,
            self.growth.map(|growth| growth.delay)
        )
    }

    /// Returns `true` if other ranks compute some of the targets.
    fn is_part(&self) -> bool {
        self.context.is_on_ranks() && self.context.neurons().len() < self.context.population()
    }

    /// Fails if synapses are to change on all ranks at once, or may get delays that are too short for spikes that
    /// arrive late.
    fn check_part(&self) -> Result<(), PlasticityError> {
        let mut requested = self.updates.requested(self.requested).into_iter();
        let is_refused = match self.is_part() {
            true => self.requested > 0 || self.updates.is_structural(),
            false => self.s_in.lag() > 0 && requested.any(SynapticUpdate::is_structural),
        };
        match is_refused {
            true => Err(PlasticityError::OnRanks),
            false => Ok(()),
        }
    }

    /// The synapses to the targets of the model, before the first step.
    fn shard(&self, shards: &Shards<P>) -> crate::Result<PlasticShard<P>> {
        if self.s_in_third.is_connected() && !has_third_factor::<P>() {
            return Err(PlasticityError::NoThirdFactor.into());
        }
        self.check_part()?;
        let mut rule = P::clone(&self.plasticity);
        let dt = self.context.dt().unwrap_or(1.0 * ms).in_ms();
        rule.prepare(dt)?;
        let synapses = self.connectivity.synapses()?;
        self.updates.check(self.growth.as_ref(), self.delay_split)?;
        let shortest = *synapses.delays().start();
        let grown = self.growth.map(|growth| usize::from(growth.delay));
        self.delay_split
            .check(grown.map_or(shortest, |grown| grown.min(shortest)))?;
        let initial = shards.initial(&self.weights.given, synapses.len());
        let targets = self.context.neurons();
        let split = self.delay_split;
        let growth = self.growth.as_ref();
        let is_part = self.is_part();
        let lists = PlasticLists::new(&synapses, initial, &targets, split, growth, is_part);
        if is_part {
            shards.are_on_ranks(synapses.len());
            // They are drawn again where they are asked for.
            self.connectivity.release();
        }
        let updates = ShardUpdates {
            periodic: self.updates.periodic.clone(),
            growth: growth.map(|growth| (*growth, split)),
            first: targets.start,
        };
        let targets = targets.len();
        Ok(PlasticShard::new(
            rule,
            lists,
            targets,
            self.learning,
            updates,
        ))
    }
}

/// In snapshots: the parts of delays.
const SPLIT: &str = "delays";

impl<P: Plasticity> LoihiModel for PlasticSparseModel<P> {
    const USES_AVX512: bool = true;

    fn start(&mut self) -> crate::Result<()> {
        let targets = self.context.neurons();
        let shards = self.weights.given.derived(Shards::default);
        let shard = Arc::new(Mutex::new(self.shard(&shards)?));
        if shards.hold(
            targets.start,
            targets.len(),
            &shard,
            self.context.population(),
        ) {
            // They are drawn again where they are asked for.
            self.connectivity.release();
            if self.updates.is_structural() {
                shards.number_all();
            }
            for update in self.updates.requested(self.requested) {
                shards.update(update);
            }
            self.updates
                .show(Arc::clone(&shards) as Arc<dyn PresentSynapses>);
        }
        self.weights.shards = Some(shards);
        self.shard = Some(shard);
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        let (Some(shard), Some(shards)) = (&self.shard, &self.weights.shards) else {
            return Ok(());
        };
        match var {
            "requested" if !self.is_restored => self.check_part()?,
            _ => {}
        }
        match var {
            "weights" => {
                let numbers = shards.numbers(shard);
                let weights = self.weights.given.to_vec(shards.len());
                lock(shard).set_weights(|number| weights[numbers[number] as usize]);
            }
            "requested" if !self.is_restored && shards.is_first(self.context.neurons().start) => {
                let updates = self.updates.requested(self.requested);
                if let Some(update) = updates.last() {
                    shards.update(*update);
                }
            }
            "learning" => lock(shard).set_learning(self.learning),
            _ => {}
        }
        Ok(())
    }

    fn save_state(&self, to: &mut StateWriter) -> crate::Result<()> {
        if self.is_part() {
            return Err(PlasticityError::OnRanks.into());
        }
        put_synapses(&self.connectivity, to)?;
        to.put(SPLIT, &self.delays())?;
        let shards = self.weights.shards.as_ref();
        if let Some(shards) = shards.filter(|each| each.is_first(self.context.neurons().start)) {
            shards.save(to)?;
        }
        Ok(())
    }

    fn prepare_load(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
        if self.is_part() {
            return Err(PlasticityError::OnRanks.into());
        }
        check_synapses(&self.connectivity, from)?;
        let (saved, own) = (from.get::<String>(SPLIT)?, self.delays());
        if saved != own {
            let what = format!("its delays are `{saved}` there, and `{own}` here");
            return Err(PersistError::Unfit(what).into());
        }
        self.is_restored = true;
        match &self.shard {
            Some(shard) => Ok(lock(shard).load_structure(from)?),
            None => Ok(()),
        }
    }

    fn load_state(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
        if let (Some(shard), Some(shards)) = (&self.shard, &self.weights.shards) {
            let numbers = shards.numbers(shard);
            lock(shard).load(&numbers, self.context.time_step(), from)?;
        }
        self.is_restored = false;
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let Some(shard) = &self.shard else {
            return Ok(());
        };
        let mut shard = lock(shard);
        let now = self.context.time_step() as i64;
        let received = now - self.s_in.lag() as i64;
        if received > 0 && !self.s_in.is_caught_up() {
            let posts = self.s_in_bap.recv().indices();
            let pres = self.s_in.recv().indices();
            let third = match has_third_factor::<P>() {
                true => self.s_in_third.recv_slice()[0],
                false => 0.0,
            };
            shard.receive(received, posts, pres, third);
        }
        shard.send(now, |sums| {
            let messages = self.a_out.accumulate()?;
            for (message, sum) in messages.iter_mut().zip(sums) {
                *message += sum;
            }
            Ok(())
        })
    }

    fn catch_up(&mut self) {
        let Some(shard) = &self.shard else {
            return;
        };
        let (mut posts, mut pres, mut third) = (Vec::new(), Vec::new(), 0.0);
        let (s_in_bap, s_in_third) = (&mut self.s_in_bap, &mut self.s_in_third);
        s_in_bap.catch_up(|port, _| posts.extend_from_slice(port.recv().indices()));
        if has_third_factor::<P>() {
            s_in_third.catch_up(|port, _| third = port.recv_slice()[0]);
        }
        let mut age = None;
        self.s_in.catch_up(|port, of_message| {
            pres.extend_from_slice(port.recv().indices());
            age = Some(of_message);
        });
        let Some(age) = age else {
            return;
        };
        let received = self.context.time_step() as i64 + 1 - age as i64;
        if received > 0 {
            lock(shard).receive(received, &posts, &pres, third);
        }
    }
}
