//! Selections of in-ports: the neurons that a connection leads to.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use lava_core::data::{IntoSelection, Payload, Shape};

use super::edge::PortId;
use super::error::ConnectError;
use crate::process::{InPort, ProcessRef};

/// Some neurons of an in-port, made by [`InPort::select`]. Messages of one axis arrive there.
pub struct InPortSelection<T> {
    pub(crate) process: ProcessRef,
    pub(crate) port: PortId,
    pub(crate) name: &'static str,
    /// The index in the port of each element of a message, or the mistake, reported by `connect`.
    pub(crate) indices: Result<Arc<[u32]>, Box<ConnectError>>,
    payload: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for InPortSelection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InPortSelection")
            .field("port", &format_args!("{}.{}", self.process.name, self.name))
            .field("indices", &self.indices)
            .finish_non_exhaustive()
    }
}

impl<T: Payload, S: Shape, R> InPort<T, S, R> {
    /// Chooses neurons by their row-major indices, a range or a list: element `i` of a message of one
    /// axis arrives at neuron `indices[i]`. The others receive zeros, or no spikes, of the connection.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::{Sink, Source};
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let source: Source = net.add(Source::data([[1.0, 2.0]]))?;
    /// let sink: Sink = net.add(Sink::shape([4]).steps(1))?;
    /// source.s_out.connect(&sink.a_in.select([3, 1]))?;
    /// net.run(RunSteps(1))?;
    /// assert_eq!(sink.data.get()?, ndarray::arr2(&[[0.0, 2.0, 0.0, 1.0]]).into_dyn());
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// A selection that is empty, names a neuron twice, or one that does not exist, is reported by
    /// `connect`, with the location of this call.
    #[track_caller]
    #[must_use]
    pub fn select(&self, neurons: impl IntoSelection) -> InPortSelection<T> {
        let origin = Location::caller();
        let indices = neurons.into_selection().indices(self.dims.len());
        InPortSelection {
            process: self.process.clone(),
            port: PortId::of(&self.process, self.port),
            name: self.name,
            indices: indices.map(Arc::from).map_err(|cause| {
                Box::new(ConnectError::Select {
                    port: format!("{}.{}", self.process.name, self.name),
                    dims: self.dims.clone(),
                    cause,
                    origin,
                })
            }),
            payload: PhantomData,
        }
    }
}
