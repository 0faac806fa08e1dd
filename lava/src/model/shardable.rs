//! Models that can be sharded.

/// A model that can be sharded: marked `#[implements(…, shardable)]`.
///
/// The compiler shards a process that would leave other workers idle. A shard is a model instance
/// that sees its neurons' slice of every port and Var: the leading axes, whose product is the
/// population, become one axis of the shard's length; trailing axes are unchanged. Scalar Vars,
/// parameters, and the members named in [`REPLICATED`](Shardable::REPLICATED) are whole in every
/// shard. The rest of the network does not see the difference.
///
/// The results must not depend on the sharding. That holds if neurons do not depend on each other,
/// and random numbers are functions of a neuron's index in the whole population, which
/// [`Context::neurons`](super::Context::neurons) gives. A model does not change replicated members.
///
/// A process is sharded only if all of its out-ports, and the in-ports that are not replicated, have
/// the same number of elements: its population.
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
    /// The names of the in-ports and Vars that are whole in every shard.
    const REPLICATED: &'static [&'static str] = &[];
}
