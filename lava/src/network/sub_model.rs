//! Hierarchical models: models made of processes.

use std::any::Any;
use std::any::TypeId;
use std::sync::Arc;

use super::Network;
use crate::Result;
use crate::graph::{
    Composite, CompositeScope, ExportBinder, Exports, Factory, Graph, ModelSpec, RunConfig,
};
use crate::model::Timing;
use crate::process::error::BuildError;

/// A hierarchical model: adds processes to the network, connects them, and exports their ports and
/// Vars as those of its own process, the *composite* process. Marked `#[implements(…, sub_model)]`.
///
/// A composite process costs nothing at run time: a connection to its port is a connection to the
/// exported ports inside, and its Vars are the exported Vars. The processes inside are named by
/// their path, `layer.dense`, in errors, in [`Network::var`] and in diagrams. A process may have
/// hierarchical and other models; the run configuration chooses.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Dense, Lif};
///
/// /// Neurons and the synapses that lead to them.
/// #[process]
/// pub struct Layer {
///     /// Spikes of the layer before.
///     #[port(shape = [weights.shape()[1]])]
///     s_in: InPort<Spike>,
///     /// Spikes.
///     #[port(shape = [weights.shape()[0]])]
///     s_out: OutPort<Spike>,
///     /// Synaptic weights.
///     #[var(rank = 2)]
///     weights: Var<f32>,
///     /// Membrane voltage.
///     #[var(shape = [weights.shape()[0]], init = 0.0)]
///     v: Var<f32>,
///     /// Voltage above which a neuron spikes.
///     #[param(default = 1.0)]
///     vth: Param<f32>,
/// }
///
/// #[implements(proc = Layer, protocol = Loihi, sub_model)]
/// struct LayerModel;
///
/// impl SubModel for LayerModel {
///     type Process = Layer;
///     type Config = Loihi1SimCfg;
///
///     fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
///         network! { inside net, layer: Layer;
///             dense: Dense = Dense::weights(layer.weights.get()?);
///             lif:   Lif   = Lif::shape(layer.s_out.shape()).v(layer.v.get()?).vth(*layer.vth);
///             layer.s_in  -> dense.s_in;
///             dense.a_out -> lif.a_in;
///             lif.s_out   -> layer.s_out;
///             layer.weights = dense.weights;
///             layer.v       = lif.v;
///         }
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let layer = net.add(Layer::weights([[0.6, 0.6]]).name("layer"))?;
/// layer.v.set(0.5)?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.var::<f32>("layer.lif.v")?.get()?[0], 0.5);
/// # net.stop()
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` is a `sub_model`, but does not implement `SubModel` [E3104]",
    label = "not a `SubModel`",
    note = "write `impl SubModel for …`, whose `build` adds the processes inside"
)]
pub trait SubModel: 'static {
    /// The process.
    type Process: Composite;
    /// The run configuration by which the models of the processes inside are chosen. What the
    /// network's own configuration overrides is overridden here too.
    type Config: RunConfig;

    /// Adds the processes inside, connects them, and exports their ports and Vars: either with
    /// `network!`, or with a literal of the struct that `#[process]` has made,
    /// `LayerExports { s_in: export(&dense.s_in), … }`.
    ///
    /// # Errors
    /// Any error; the network is then as it was before the process was added.
    fn build(
        process: &Self::Process,
        net: &Network<Self::Config>,
    ) -> Result<<Self::Process as Composite>::Exports>;
}

impl ModelSpec {
    /// The specification of a hierarchical model.
    pub fn sub_model<M: SubModel>(name: &'static str) -> ModelSpec {
        ModelSpec {
            model: name,
            type_id: TypeId::of::<M>(),
            adds_to: Vec::new(),
            sharding: None,
            batching: None,
            timing: Timing::Lockstep,
            make: Factory::Composite(Arc::new(move |process, scope| {
                expand::<M>(name, process, scope)
            })),
        }
    }
}

/// Adds the processes inside a composite process with the model `M`.
fn expand<M: SubModel>(
    model: &'static str,
    process: &dyn Any,
    scope: CompositeScope,
) -> Result<Exports> {
    if let (Some(config), Some(network)) = (M::Config::CHIP, scope.chip)
        && config != network
    {
        let process = scope.process.name.to_string();
        return Err(BuildError::OtherConfig {
            process,
            model,
            config,
            network,
        }
        .into());
    }
    let process: &M::Process = process
        .downcast_ref()
        .expect("a model is chosen by the type of its process");
    let net = Network::<M::Config>::inside(&scope);
    let exports = M::build(process, &net)?;
    let mut binder = ExportBinder::new(scope.process, scope.exports);
    process.bind(exports, &mut binder);
    Ok(binder.finish()?)
}

/// The depth of nesting that no hierarchy of processes reaches unless it is endless.
const MAX_DEPTH: usize = 64;

impl<C> Network<C> {
    /// Fails if a process of type `kind` and this name would be nested too deep.
    pub(super) fn check_depth(
        &self,
        graph: &Graph,
        name: &str,
        kind: &'static str,
    ) -> Result<(), BuildError> {
        let mut kinds: Vec<&'static str> =
            graph.ancestors(self.parent).map(|decl| decl.kind).collect();
        if kinds.len() < MAX_DEPTH {
            return Ok(());
        }
        kinds.reverse();
        kinds.push(kind);
        let path: Vec<&str> = name.split('.').take(3).collect();
        Err(BuildError::Recursion {
            process: format!("{}…", path.join(".")),
            depth: MAX_DEPTH,
            kinds,
        })
    }
}
