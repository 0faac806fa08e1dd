//! The local fields of a model: their first values, and their values in snapshots.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use lava_core::data::{Persist, PersistError, StateReader, StateWriter};

use super::context::Context;
use super::joint::JointPlace;
use super::sleep::Sleep;

/// Access to the local fields of a model, written by `#[implements]`.
#[doc(hidden)]
pub struct Locals<M> {
    reset: fn(&mut M),
    visit: fn(&mut M, &mut LocalVisit<'_, '_>) -> Result<(), PersistError>,
}

impl<M> Locals<M> {
    /// `reset` gives the fields their first values, `visit` visits those that snapshots keep.
    pub fn new(
        reset: fn(&mut M),
        visit: fn(&mut M, &mut LocalVisit<'_, '_>) -> Result<(), PersistError>,
    ) -> Locals<M> {
        Locals { reset, visit }
    }

    /// A model without local fields.
    pub fn none() -> Locals<M> {
        Locals::new(|_| {}, |_, _| Ok(()))
    }

    pub(super) fn reset(&self, model: &mut M) {
        (self.reset)(model);
    }

    pub(super) fn save(&self, model: &mut M, to: &mut StateWriter) -> Result<(), PersistError> {
        (self.visit)(model, &mut LocalVisit::Save(to))
    }

    pub(super) fn load(&self, model: &mut M, from: &StateReader<'_>) -> Result<(), PersistError> {
        (self.visit)(model, &mut LocalVisit::Load(from))
    }
}

impl<M> Clone for Locals<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Locals<M> {}

impl<M> fmt::Debug for Locals<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Locals")
    }
}

/// The purpose of a visit of local fields.
#[doc(hidden)]
#[derive(Debug)]
pub enum LocalVisit<'v, 'r> {
    /// Their values are put.
    Save(&'v mut StateWriter),
    /// They get the values that were put.
    Load(&'v StateReader<'r>),
}

/// A witness of the type of a local field. Of the traits below, the first that the type allows is
/// chosen where `visit` is called on `&&LocalProbe`.
#[doc(hidden)]
pub struct LocalProbe<T>(PhantomData<fn() -> T>);

impl<T> LocalProbe<T> {
    pub const PROBE: LocalProbe<T> = LocalProbe(PhantomData);
}

impl<T> fmt::Debug for LocalProbe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalProbe")
    }
}

/// A field that snapshots keep.
#[doc(hidden)]
pub trait SavedLocal<T> {
    fn visit(
        &self,
        name: &'static str,
        field: &mut T,
        visit: &mut LocalVisit<'_, '_>,
    ) -> Result<(), PersistError>;
}

impl<T: Persist> SavedLocal<T> for &LocalProbe<T> {
    fn visit(
        &self,
        name: &'static str,
        field: &mut T,
        visit: &mut LocalVisit<'_, '_>,
    ) -> Result<(), PersistError> {
        match visit {
            LocalVisit::Save(to) => to.put(name, field)?,
            LocalVisit::Load(from) => *field = from.get(name)?,
        }
        Ok(())
    }
}

/// A field that is no part of a model's state, or whose type cannot be saved.
#[doc(hidden)]
pub trait UnsavedLocal<T> {
    fn visit(
        &self,
        name: &'static str,
        field: &mut T,
        visit: &mut LocalVisit<'_, '_>,
    ) -> Result<(), PersistError>;
}

impl<T: 'static> UnsavedLocal<T> for LocalProbe<T> {
    fn visit(
        &self,
        field: &'static str,
        value: &mut T,
        _: &mut LocalVisit<'_, '_>,
    ) -> Result<(), PersistError> {
        let value: &mut dyn std::any::Any = value;
        if value.is::<Context>() || value.is::<JointPlace>() || value.is::<Sleep>() {
            return Ok(());
        }
        Err(PersistError::Unsupported {
            field,
            type_name: type_name::<T>(),
        })
    }
}
