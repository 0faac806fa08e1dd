//! The value of a Var that a user sets.

use std::any::Any;
use std::collections::VecDeque;

use lava_core::data::{Element, Init, Persist, PersistError, Shard};
use ndarray::ArrayD;

use super::owner::SetVar;
use super::var::VarInner;

/// A Var, its new value, and the old ones of the shards that were written.
pub(super) struct NewValue<'a, T> {
    core: &'a VarInner<T>,
    /// Taken by the only model, if it holds the whole Var.
    value: Option<Init<T>>,
    old: VecDeque<Init<T>>,
}

impl<'a, T> NewValue<'a, T> {
    pub(super) fn new(core: &'a VarInner<T>, value: Init<T>) -> NewValue<'a, T> {
        NewValue {
            core,
            value: Some(value),
            old: VecDeque::new(),
        }
    }
}

impl<'a, T: Element> NewValue<'a, T> {
    /// The value that [`to_bytes`](SetVar::to_bytes) has made bytes of.
    pub(super) fn of_bytes(
        core: &'a VarInner<T>,
        mut bytes: &[u8],
    ) -> Result<NewValue<'a, T>, PersistError> {
        let value = ArrayD::<T>::load(&mut bytes)?;
        Ok(NewValue::new(core, Init::new(value)))
    }
}

impl<T: Element> SetVar for NewValue<'_, T> {
    fn name(&self) -> &'static str {
        self.core.name
    }

    fn to_bytes(&self) -> Vec<u8> {
        let (core, mut bytes) = (self.core, Vec::new());
        if let Some(value) = &self.value {
            // One number stays one.
            let value = match value.uniform() {
                Some(value) => ndarray::arr0(value).into_dyn(),
                None => value.to_shared(core.dims()).into_owned(),
            };
            value.save(&mut bytes);
        }
        bytes
    }

    fn set_initial(&mut self) {
        // The old value may be dropped by code of the user: not under the lock.
        if let Some(value) = self.value.take() {
            drop(self.core.replace_initial(value));
        }
    }

    fn write(&mut self, model: &mut dyn Any, shard: &Shard) {
        let NewValue { core, value, old } = self;
        core.with_field(model, shard, &mut |field, slice| {
            let value = match shard.is_whole() {
                true => value.take(),
                false => value.as_ref().map(|value| value.slice(core.dims(), slice)),
            };
            old.extend(value.map(|value| field.replace(value, &slice.dims)));
        });
    }

    fn restore(&mut self, model: &mut dyn Any, shard: &Shard) {
        let NewValue { core, old, .. } = self;
        core.with_field(model, shard, &mut |field, slice| {
            if let Some(old) = old.pop_front() {
                field.write(&old, &slice.dims);
            }
        });
    }
}
