//! Networks from files: processes whose types are known by their names only.

use std::any::TypeId;
use std::panic::Location;
use std::sync::Arc;

use lava_core::data::SeedSource;

use super::Network;
use super::error::StateError;
use super::slot::Slot;
use crate::Result;
use crate::graph::{Exports, Graph, Implementation, ModelSpec, RunConfig};
use crate::process::error::BuildError;
use crate::process::{Declarations, GivenValues, Owner, ProcessId};

/// A process of a file.
pub(crate) struct StoredProcess<'a> {
    /// The name within the network or composite process around it.
    pub(crate) name: &'a str,
    /// The name of its type.
    pub(crate) kind: &'static str,
    pub(crate) type_id: TypeId,
    /// The composite process around it, and its name.
    pub(crate) parent: Option<(ProcessId, &'a str)>,
    pub(crate) values: GivenValues,
    pub(crate) declare: fn(&mut Declarations) -> Result<(), BuildError>,
    /// `None` for a composite process, whose inside follows.
    pub(crate) model: Option<ModelSpec>,
}

impl<C> Network<C> {
    /// Looks at the graph.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Graph) -> R) -> R {
        look(self.shared.lock().data.graph())
    }

    /// Changes the graph of a network that is being built.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut Graph) -> R) -> Result<R> {
        let building = self.shared.lifecycle.building();
        let mut state = building.map_err(|_| StateError::Compiled)?;
        Ok(change(state.data.graph_mut()))
    }

    /// The seed, and the time step in ms that was set.
    pub(crate) fn seed_and_dt(&self) -> (u64, Option<f64>) {
        (self.shared.seed.get(), self.shared.time_step.set_by_user())
    }

    /// Adds a process of a file.
    pub(crate) fn add_stored(&self, process: StoredProcess<'_>) -> Result<ProcessId>
    where
        C: RunConfig,
    {
        let StoredProcess {
            name, kind, model, ..
        } = process;
        let net = match process.parent {
            None => self.clone(),
            Some((parent, path)) => Network {
                path: format!("{path}.").into(),
                parent: Some(parent),
                ..self.clone()
            },
        };
        let origin = Location::caller();
        if name.is_empty() || name.contains('.') {
            let name = name.to_owned();
            return Err(BuildError::InvalidName { name, origin }.into());
        }
        let slot = Slot::reserve(&net, kind, Some(name), model.as_ref())?;
        slot.of_type(process.type_id)?;
        let owner = Arc::clone(&self.shared) as Arc<dyn Owner>;
        let seed = SeedSource::new(&self.shared.seed, &slot.name);
        let name = Arc::clone(&slot.name);
        let batch = Arc::clone(&self.shared.batch);
        let mut declarations =
            Declarations::new(owner, seed, batch, slot.id, name, origin, process.values);
        let declared = (process.declare)(&mut declarations);
        declared.map_err(|error| error.of(&slot.name))?;
        let exports = Exports::none(
            declarations.in_ports.len(),
            declarations.out_ports.len(),
            declarations.ref_ports.len(),
        );
        let id = slot.id;
        slot.declare(declarations)?;
        slot.implement(match model {
            Some(spec) => Implementation::Model(spec),
            None => Implementation::Composite(exports),
        })?;
        Ok(id)
    }
}
