//! The value of a Var that a user sets.

use std::any::Any;
use std::collections::VecDeque;

use lava_core::data::{Element, Init, Shard};

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

impl<T: Element> SetVar for NewValue<'_, T> {
    fn name(&self) -> &'static str {
        self.core.name
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
