//! The place of a model among those that may deliver together.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use lava_core::data::Payload;
use lava_core::transport::{ErasedRing, JointWriter};

use super::binder::Binder;
use super::field::Local;

/// The place of a model among those that may deliver together with it, if there are any. A local
/// field of a model.
#[derive(Debug)]
pub(crate) struct JointPlace(Option<Place>);

impl JointPlace {
    /// The place, if other models have one too.
    #[inline(always)]
    pub(crate) fn place(&self) -> Option<&Place> {
        self.0.as_ref()
    }
}

impl Local for JointPlace {
    fn local(binder: &mut Binder<'_>) -> JointPlace {
        JointPlace(binder.place.take())
    }

    fn reset(&mut self) {}
}

/// The place of a model among models of its type, on one worker, that receive the same messages and
/// only add to what they send. They run one after the other, and share a state of a type that they
/// choose.
#[derive(Clone)]
pub(crate) struct Place {
    row: Arc<Row>,
    number: usize,
}

/// Models that may deliver together.
struct Row {
    /// The ring of the out-port of each.
    rings: Vec<ErasedRing>,
    state: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Place {
    /// The places of models that send to these rings, which were made jointly.
    pub(crate) fn row(rings: Vec<ErasedRing>) -> impl Iterator<Item = Place> {
        let row = Arc::new(Row {
            rings,
            state: Mutex::new(None),
        });
        (0..row.rings.len()).map(move |number| Place {
            row: Arc::clone(&row),
            number,
        })
    }

    /// The place among the models: the first runs first.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// The number of models.
    pub(crate) fn models(&self) -> usize {
        self.row.rings.len()
    }

    /// The writing end of all out-ports together.
    pub(crate) fn writer<T: Payload>(&self) -> Option<JointWriter<T>> {
        JointWriter::new(&self.row.rings)
    }

    /// Calls `act` with the state that all models share.
    #[inline(always)]
    pub(crate) fn with<S: Default + Send + 'static, R>(&self, act: impl FnOnce(&mut S) -> R) -> R {
        let state = self.row.state.lock();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let state = state.get_or_insert_with(|| Box::<S>::default());
        act(state
            .downcast_mut()
            .expect("models of one type share a state"))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "place {} of {}", self.number, self.models())
    }
}
