//! The Vars of other processes, as a model reads and writes them.

use std::any::Any;
use std::sync::Arc;

use ndarray::{ArrayBase, ArrayViewD, Data, Dimension, IxDyn};

use super::error::PortError;
use super::protocol::Node;
use crate::network::Places;
use crate::process::{Dims, Element, VarCore};
use crate::{Error, Result};

/// The models of the other processes, while a management phase lasts. A model's
/// [`Ref`]s need it, so that they are used in no other phase.
pub struct Remote<'a> {
    models: &'a dyn Lend,
}

/// Lends out the models of a network.
pub(crate) trait Lend {
    /// Calls `act` with the model of a part.
    fn lend(&self, part: usize, act: &mut dyn FnMut(&mut dyn Node));
}

impl<'a> Remote<'a> {
    pub(crate) fn new(models: &'a dyn Lend) -> Remote<'a> {
        Remote { models }
    }
}

/// The model's end of a [`RefPort<T>`](crate::RefPort): a field of the same name in the model. Reads
/// and writes the Var that the port is connected to, in `run_pre_mgmt` and `run_post_mgmt`.
///
/// Without a connection it reads zeros, and what is written is lost.
pub struct Ref<T> {
    link: Option<Link<T>>,
    dims: Dims,
    label: Arc<str>,
    /// What was read last, in the order of the port's elements.
    values: Vec<T>,
}

/// The Var at the other end.
struct Link<T> {
    part: usize,
    core: Arc<VarCore<T>>,
    /// Where the port's elements are in the Var.
    places: Places,
    /// The elements in the order of the Var, where that is another one.
    ordered: Vec<T>,
}

/// What a ref-port is connected to, as the engine knows it.
pub(crate) struct AnyLink<'a> {
    pub(crate) part: usize,
    pub(crate) core: &'a (dyn Any + Send + Sync),
    pub(crate) places: &'a Places,
}

impl<T: Element> Ref<T> {
    pub(crate) fn new(link: Option<&AnyLink<'_>>, dims: Dims, label: Arc<str>) -> Ref<T> {
        let len = dims.len();
        let link = link.map(|link| Link {
            part: link.part,
            core: link
                .core
                .downcast_ref::<Arc<VarCore<T>>>()
                .map(Arc::clone)
                .expect("a ref-port refers to a Var of its own type"),
            places: link.places.clone(),
            ordered: match link.places {
                Places::From(_) => Vec::new(),
                Places::Each(_) => vec![T::default(); len],
            },
        });
        Ref {
            link,
            label,
            values: vec![T::default(); len],
            dims,
        }
    }

    /// The shape of what is read and written.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Whether there is a Var at the other end.
    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    /// The present value of the Var, as an array of the port's shape.
    pub fn read(&mut self, remote: &mut Remote<'_>) -> ArrayViewD<'_, T> {
        self.fetch(remote);
        ArrayViewD::from_shape(IxDyn(self.dims.as_slice()), &self.values)
            .expect("a port has the elements of its shape")
    }

    /// The present value of the Var in row-major order.
    pub fn read_slice(&mut self, remote: &mut Remote<'_>) -> &[T] {
        self.fetch(remote);
        &self.values
    }

    fn fetch(&mut self, remote: &mut Remote<'_>) {
        let Some(link) = &mut self.link else {
            return self.values.fill(T::default());
        };
        let Link {
            part,
            core,
            places,
            ordered,
        } = link;
        let out = match places {
            Places::From(_) => &mut self.values,
            Places::Each(_) => &mut *ordered,
        };
        remote.models.lend(*part, &mut |node| {
            core.copy_to(node.model(), core.dims(), out);
        });
        if let Places::Each(places) = places {
            for (value, place) in self.values.iter_mut().zip(&places[..]) {
                *value = ordered[*place as usize];
            }
        }
    }

    /// Replaces the value of the Var by an array of the port's shape. Who reads it next, in this
    /// phase or later, reads the new value.
    ///
    /// # Errors
    /// [`PortError::Shape`] where the shapes differ, [`Error::Var`] where the Var does not accept a
    /// value, and whatever the Var's model returns from `on_var_update`.
    pub fn write<S, D>(&mut self, remote: &mut Remote<'_>, values: &ArrayBase<S, D>) -> Result<()>
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

    /// Replaces the value of the Var, given in row-major order.
    ///
    /// # Errors
    /// As [`write`](Ref::write).
    pub fn write_slice(&mut self, remote: &mut Remote<'_>, values: &[T]) -> Result<()> {
        if values.len() != self.values.len() {
            return Err(PortError::shape(&self.label, &[values.len()], &self.dims));
        }
        self.values.copy_from_slice(values);
        self.store(remote)
    }

    /// Gives every element of the Var the same value.
    ///
    /// # Errors
    /// As [`write`](Ref::write).
    pub fn fill(&mut self, remote: &mut Remote<'_>, value: T) -> Result<()> {
        self.values.fill(value);
        self.store(remote)
    }

    fn store(&mut self, remote: &mut Remote<'_>) -> Result<()> {
        let Some(link) = &mut self.link else {
            return Ok(());
        };
        let Link {
            part,
            core,
            places,
            ordered,
        } = link;
        let values = match places {
            Places::From(_) => &self.values,
            Places::Each(places) => {
                for (value, place) in self.values.iter().zip(&places[..]) {
                    ordered[*place as usize] = *value;
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
        let mut result = Ok(());
        remote.models.lend(*part, &mut |node| {
            core.copy_from(node.model(), values);
            result = node.on_var_update(core.name);
        });
        result
    }
}

/// The model's end of a [`VarPort`](crate::VarPort): a field of the same name in the model, which
/// says that the model's Var may be read and written by others.
#[derive(Clone, Copy, Debug)]
pub struct Lent;
