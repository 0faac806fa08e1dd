//! What stands behind the ports and Vars of a hierarchical process.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Network;
use super::connect::VirtualPort;
use super::error::ConnectError;
use super::graph::{PortId, Source};
use super::state::Shared;
use crate::Result;
use crate::model::{Converts, OverrideTable, RunConfig};
use crate::process::{
    AnyShape, Dims, Element, InPort, OutPort, Payload, Process, ProcessRef, RefPort, Var,
};

/// A hierarchical model: a process behaves as the processes inside it do, which it adds to the
/// network and connects. Marked `#[implements(…, sub_model)]`.
///
/// A hierarchical process costs nothing at run time: what is connected to its ports is connected
/// to the ports of the processes inside, and its Vars are theirs. They are named by their path,
/// `layer.dense`, in errors, in [`Network::var`] and in drawings of the network. A process may have
/// a hierarchical model and another one; a configuration chooses.
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
///     fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerInside> {
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
    message = "the model `{Self}` is a `sub_model`, but does not implement `SubModel`",
    label = "not a `SubModel`",
    note = "write `impl SubModel for …`, whose `build` adds the processes inside"
)]
pub trait SubModel: 'static {
    /// The process.
    type Process: Hierarchical;
    /// The run configuration by which the models of the processes inside are chosen. What the
    /// network's own configuration overrides is overridden here too.
    type Config: RunConfig;

    /// Adds the processes inside, connects them, and says what stands behind the ports and Vars of
    /// the process: either with `network!`, or with a literal of the struct that `#[process]` made
    /// for it, `LayerInside { s_in: inner(&dense.s_in), … }`.
    ///
    /// # Errors
    /// Whatever goes wrong; the network is then as it was before the process was added.
    fn build(
        process: &Self::Process,
        net: &Network<Self::Config>,
    ) -> Result<<Self::Process as Hierarchical>::Inside>;
}

/// What stands behind the member `M` of a process `P`; made by [`inner`].
pub struct Within<M, P> {
    put: Put<M>,
    process: PhantomData<fn() -> P>,
}

/// Notes what stands behind a member.
#[doc(hidden)]
pub type Put<M> = Box<dyn FnOnce(&M, &mut Gathered) -> Result<(), ConnectError>>;

/// Says what stands behind a port or Var of a hierarchical process: an in-port, or several, behind
/// an in-port; an out-port or virtual port behind an out-port; a ref-port behind a ref-port; a Var
/// behind a Var.
pub fn inner<M: Admits<I>, P, I>(inner: I) -> Within<M, P> {
    Within {
        put: M::put(inner),
        process: PhantomData,
    }
}

/// What the process receives goes to both.
#[doc(hidden)]
pub fn both<T, S, R, P>(
    first: Within<InPort<T, S, R>, P>,
    second: Within<InPort<T, S, R>, P>,
) -> Within<InPort<T, S, R>, P>
where
    InPort<T, S, R>: 'static,
{
    Within {
        put: Box::new(|outer, gathered| {
            (first.put)(outer, gathered)?;
            (second.put)(outer, gathered)
        }),
        process: PhantomData,
    }
}

/// Says that nothing stands behind a port or Var: what it receives is lost, it sends nothing, and
/// the Var keeps the value that it is given.
pub fn nothing<M, P>() -> Within<M, P> {
    Within {
        put: Box::new(|_, _| Ok(())),
        process: PhantomData,
    }
}

/// An `I` can stand behind a port or Var of type `Self`: see [`inner`].
#[diagnostic::on_unimplemented(
    message = "`{I}` cannot stand behind a `{Self}`",
    label = "cannot stand behind a `{Self}`",
    note = "behind an in-port stand in-ports of the same payload, behind an out-port an out-port of the same payload (`cast` it outside), behind a Var a Var of the same element type"
)]
pub trait Admits<I>: Sized {
    #[doc(hidden)]
    fn put(inner: I) -> Put<Self>;
}

/// A process that can have a hierarchical model, as every `#[process]` can.
pub trait Hierarchical: Process {
    /// What stands behind each of its ports and Vars: a struct with a field for each.
    type Inside;
    #[doc(hidden)]
    fn gather(&self, inside: Self::Inside, gathered: &mut Gathered);
}

/// What is gathered about a hierarchical process.
#[doc(hidden)]
pub struct Gathered {
    process: ProcessRef,
    inside: Inside,
    /// The first export that does not fit.
    error: Option<ConnectError>,
}

/// What stands behind the ports of a hierarchical process, in the order of its ports.
pub(crate) struct Inside {
    pub(crate) in_ports: Vec<Vec<PortId>>,
    pub(crate) out_ports: Vec<Vec<Source>>,
    pub(crate) ref_ports: Vec<Vec<PortId>>,
}

impl Gathered {
    /// Takes what stands behind a member.
    pub fn put<M, P>(&mut self, member: &M, within: Within<M, P>) {
        if self.error.is_none() {
            self.error = (within.put)(member, self).err();
        }
    }

    /// Fails unless a process is inside the one that this is about, and of extents that fit.
    fn check(
        &self,
        outer: (&str, &Dims),
        process: &ProcessRef,
        (name, dims): (&str, &Dims),
    ) -> Result<(), ConnectError> {
        let outer_label = format!("{}.{}", self.process.name, outer.0);
        let inner_label = format!("{}.{name}", process.name);
        let inside = process.name.strip_prefix(&*self.process.name);
        let inside = inside.is_some_and(|rest| rest.starts_with('.'));
        if !inside || !process.same_network(&self.process) {
            return Err(ConnectError::Outside {
                outer: outer_label,
                inner: inner_label,
            });
        }
        if outer.1 != dims {
            return Err(ConnectError::Inside {
                outer: outer_label,
                outer_dims: outer.1.clone(),
                inner: inner_label,
                inner_dims: dims.clone(),
            });
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T, S, R, D, Q> Admits<&InPort<T, D, Q>> for InPort<T, S, R>
where
    T: 'static,
    D: 'static,
    Q: 'static,
{
    fn put(inner: &InPort<T, D, Q>) -> Put<Self> {
        let port = inner.clone();
        Box::new(move |outer, gathered| {
            let inner = (port.name, &port.dims);
            gathered.check((outer.name, &outer.dims), &port.process, inner)?;
            gathered.inside.in_ports[outer.port].push(PortId {
                process: port.process.index,
                port: port.port,
            });
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T, S, R, I, const N: usize> Admits<[I; N]> for InPort<T, S, R>
where
    InPort<T, S, R>: Admits<I> + 'static,
{
    fn put(inner: [I; N]) -> Put<Self> {
        let all = inner.map(<InPort<T, S, R> as Admits<I>>::put);
        Box::new(|outer, gathered| all.into_iter().try_for_each(|put| put(outer, gathered)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload + Converts<T>, S, L, D: 'static, K> Admits<&OutPort<T, D, K>> for OutPort<T, S, L> {
    fn put(inner: &OutPort<T, D, K>) -> Put<Self> {
        <Self as Admits<&VirtualPort<T, D>>>::put(&VirtualPort::of(inner))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S, L, D: 'static> Admits<&VirtualPort<T, D>> for OutPort<T, S, L> {
    fn put(inner: &VirtualPort<T, D>) -> Put<Self> {
        let port = inner.clone();
        Box::new(move |outer, gathered| {
            port.checked()?;
            for branch in port.branches() {
                let (name, dims) = (branch.name(), port.dims());
                gathered.check((outer.name, &outer.dims), &branch.process, (name, dims))?;
                gathered.inside.out_ports[outer.port].push(branch.source.clone());
            }
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static, S, D: 'static> Admits<&RefPort<T, D>> for RefPort<T, S> {
    fn put(inner: &RefPort<T, D>) -> Put<Self> {
        let port = inner.clone();
        Box::new(move |outer, gathered| {
            let inner = (port.name, &port.dims);
            gathered.check((outer.name, &outer.dims), &port.process, inner)?;
            gathered.inside.ref_ports[outer.port].push(PortId {
                process: port.process.index,
                port: port.port,
            });
            Ok(())
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S, D: AnyShape> Admits<&Var<T, D>> for Var<T, S> {
    fn put(inner: &Var<T, D>) -> Put<Self> {
        let var = inner.clone();
        Box::new(move |outer, gathered| {
            let inner = (var.core.name, &var.core.dims);
            gathered.check((outer.core.name, &outer.core.dims), &var.process, inner)?;
            let core = Arc::clone(&var.core);
            outer.core.stand_for(var.process.index, core);
            Ok(())
        })
    }
}

/// How the network makes what is inside a process.
pub(crate) type MakeInside = dyn Fn(&dyn Any, Nest) -> Result<Inside> + Send + Sync;

/// Where a hierarchical process is: what a [`Network`] of its inside is made from.
pub(crate) struct Nest {
    pub(crate) shared: Arc<Shared>,
    /// The process itself.
    pub(crate) process: ProcessRef,
    /// How many in-, out- and ref-ports it has.
    pub(crate) ports: [usize; 3],
    pub(crate) overrides: OverrideTable,
}

/// Makes what is inside a process of the model `M`.
pub(crate) fn make_inside<M: SubModel>() -> Arc<MakeInside> {
    Arc::new(|process, nest| {
        let process: &M::Process = process
            .downcast_ref()
            .expect("a blueprint is chosen by the type of its process");
        let Nest {
            shared,
            process: this,
            ports: [in_ports, out_ports, ref_ports],
            overrides,
        } = nest;
        let net = Network::<M::Config>::within(shared, &this.name, &overrides);
        let inside = M::build(process, &net)?;
        let mut gathered = Gathered {
            process: this,
            inside: Inside {
                in_ports: vec![Vec::new(); in_ports],
                out_ports: vec![Vec::new(); out_ports],
                ref_ports: vec![Vec::new(); ref_ports],
            },
            error: None,
        };
        process.gather(inside, &mut gathered);
        match gathered.error {
            None => Ok(gathered.inside),
            Some(error) => Err(error.into()),
        }
    })
}
