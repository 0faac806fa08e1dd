//! References to the Vars of other processes.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use ndarray::{ArrayBase, ArrayViewD, Data, Dimension, IxDyn};

use lava_core::data::{Dims, Element, IndexMap};
use lava_core::executor::{RemoteVars, TaskId};

use super::error::PortError;
use crate::process::VarInner;
use crate::{Error, Result};

/// The model's end of a [`RefPort<T>`](crate::RefPort): a field of the same name in the model. Reads
/// and writes the Var that the port is connected to, in `run_pre_mgmt` and `run_post_mgmt`.
///
/// Without a connection it reads zeros, and writing has no effect.
pub struct VarRef<T> {
    link: Option<VarLink<T>>,
    dims: Dims,
    label: Arc<str>,
    /// The last value, in the order of the port's elements.
    values: Vec<T>,
}

/// A link to a Var.
struct VarLink<T> {
    task: TaskId,
    core: Arc<VarInner<T>>,
    /// The position in the Var of each element of the port.
    map: IndexMap,
    /// The elements in the order of the Var, if it differs from that of the port.
    ordered: Vec<T>,
}

/// A [`VarLink`] whose element type is forgotten.
pub(crate) struct ErasedVarLink<'a> {
    pub(crate) task: TaskId,
    pub(crate) core: &'a (dyn Any + Send + Sync),
    pub(crate) map: &'a IndexMap,
}

impl<T: Element> VarRef<T> {
    pub(crate) fn new(link: Option<&ErasedVarLink<'_>>, dims: Dims, label: Arc<str>) -> VarRef<T> {
        let len = dims.len();
        let link = link.map(|link| VarLink {
            task: link.task,
            core: link
                .core
                .downcast_ref::<Arc<VarInner<T>>>()
                .map(Arc::clone)
                .expect("a ref-port refers to a Var of its own type"),
            map: link.map.clone(),
            ordered: match link.map {
                IndexMap::Offset(_) => Vec::new(),
                IndexMap::Table(_) => vec![T::default(); len],
            },
        });
        VarRef {
            link,
            label,
            values: vec![T::default(); len],
            dims,
        }
    }

    /// The shape of the values that are read and written.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Returns `true` if the port is connected to a Var.
    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    /// Reads the present value of the Var, as an array of the port's shape.
    pub fn read(&mut self, remote: &mut RemoteVars<'_>) -> ArrayViewD<'_, T> {
        self.fetch(remote);
        ArrayViewD::from_shape(IxDyn(self.dims.as_slice()), &self.values)
            .expect("a port has the elements of its shape")
    }

    /// Reads the present value of the Var, in row-major order.
    pub fn read_slice(&mut self, remote: &mut RemoteVars<'_>) -> &[T] {
        self.fetch(remote);
        &self.values
    }

    fn fetch(&mut self, remote: &mut RemoteVars<'_>) {
        let Some(link) = &mut self.link else {
            return self.values.fill(T::default());
        };
        let VarLink {
            task,
            core,
            map,
            ordered,
        } = link;
        let out = match map {
            IndexMap::Offset(_) => &mut self.values,
            IndexMap::Table(_) => &mut *ordered,
        };
        remote.with_task(*task, |task| {
            core.copy_to(task.model(), core.dims(), out);
        });
        if let IndexMap::Table(table) = map {
            for (value, position) in self.values.iter_mut().zip(&table[..]) {
                *value = ordered[*position as usize];
            }
        }
    }

    /// Replaces the value of the Var by an array of the port's shape. The next read, in this phase or
    /// later, returns the new value.
    ///
    /// # Errors
    /// [`PortError::Shape`] if the shapes differ, [`Error::Var`] if the Var does not accept a value, and
    /// the error of the `on_var_update` of the Var's model.
    pub fn write<S, D>(
        &mut self,
        remote: &mut RemoteVars<'_>,
        values: &ArrayBase<S, D>,
    ) -> Result<()>
    where
        S: Data<Elem = T>,
        D: Dimension,
    {
        if values.shape() != self.dims.as_slice() {
            return Err(PortError::shape(&self.label, values.shape(), &self.dims));
        }
        let to = self.values.iter_mut().zip(values);
        to.for_each(|(to, value)| *to = *value);
        self.store(remote)
    }

    /// Replaces the value of the Var by `values`, in row-major order.
    ///
    /// # Errors
    /// As [`write`](VarRef::write).
    pub fn write_slice(&mut self, remote: &mut RemoteVars<'_>, values: &[T]) -> Result<()> {
        if values.len() != self.values.len() {
            return Err(PortError::shape(&self.label, &[values.len()], &self.dims));
        }
        self.values.copy_from_slice(values);
        self.store(remote)
    }

    /// Sets every element of the port's shape to `value`.
    ///
    /// # Errors
    /// As [`write`](VarRef::write).
    pub fn fill(&mut self, remote: &mut RemoteVars<'_>, value: T) -> Result<()> {
        self.values.fill(value);
        self.store(remote)
    }

    fn store(&mut self, remote: &mut RemoteVars<'_>) -> Result<()> {
        let Some(link) = &mut self.link else {
            return Ok(());
        };
        let VarLink {
            task,
            core,
            map,
            ordered,
        } = link;
        let values = match map {
            IndexMap::Offset(_) => &self.values,
            IndexMap::Table(table) => {
                for (value, position) in self.values.iter().zip(&table[..]) {
                    ordered[*position as usize] = *value;
                }
                &*ordered
            }
        };
        if let Err(cause) = core.accepts(values) {
            return Err(Error::Var {
                process: self.label.to_string(),
                var: core.name,
                cause,
            });
        }
        remote
            .with_task(*task, |task| {
                core.copy_from(task.model(), values);
                task.on_var_update(core.name)
            })
            .map_err(Error::from_task)
    }
}

impl<T> fmt::Debug for VarRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VarRef")
            .field("port", &self.label)
            .field("shape", &self.dims)
            .finish_non_exhaustive()
    }
}

/// The model's end of a [`VarPort`](crate::VarPort): a field of the same name in the model, without a
/// value. The model's Var may be read and written by other processes.
#[derive(Clone, Copy, Debug)]
pub struct Exposed;
