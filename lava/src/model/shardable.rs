//! Models that can be cut into shards.

/// A model that can be cut into shards, each with some of the neurons: marked
/// `#[implements(…, shardable)]`.
///
/// The compiler cuts what would keep one worker busy while others wait. A shard is a model of its
/// own. It has its neurons' elements of every port and Var: of the axes whose product is the
/// population it sees one, as long as its neurons are many, and the axes that follow as they are.
/// It has all of what [`REPLICATED`](Shardable::REPLICATED) names, of scalar Vars and of parameters. To the
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
/// #[implements(proc = Pool, protocol = Loihi, shardable)]
/// struct PoolModel {
///     a_in: In<f32>,
///     field_in: In<f32>,
///     v: Vec<f32>,
/// }
///
/// impl Shardable for PoolModel {
///     const REPLICATED: &'static [&'static str] = &["field_in"];
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
    message = "the model `{Self}` is `shardable`, but does not implement `Shardable`",
    label = "not `Shardable`",
    note = "write `impl Shardable for …`, whose `REPLICATED` names the in-ports and Vars that every shard needs whole"
)]
pub trait Shardable {
    /// The in-ports and Vars that every shard has whole, by name.
    const REPLICATED: &'static [&'static str] = &[];
}
