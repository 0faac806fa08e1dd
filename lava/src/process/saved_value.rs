//! Vars in snapshots: their elements in row-major order.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{Element, Init, PersistError, Shard, VarField, VarSlice};
use ndarray::ArrayD;

use super::any_var::{KeptForm, LoadedValue};
use super::var::VarInner;

impl<T: Element> VarInner<T> {
    /// The form in which a snapshot keeps the value in the model of a shard.
    pub(super) fn kept(&self, model: &mut dyn Any, shard: &Shard) -> KeptForm {
        let init = self.initial();
        let mut is_initial = false;
        let is_bound = self.with_field(model, shard, &mut |field, _| {
            is_initial = field.is_initial(&init);
        });
        match is_initial.then(|| init.fingerprint()).flatten() {
            _ if !is_bound => KeptForm::Nothing,
            Some(fingerprint) => KeptForm::Initial(fingerprint),
            None => KeptForm::Elements,
        }
    }

    /// Writes a shard's slice of the value to its place in the bytes of the whole.
    pub(super) fn save(&self, model: &mut dyn Any, shard: &Shard, whole: &mut Vec<u8>) {
        let element = element_len::<T>();
        let len = self.dims().len();
        self.with_field(model, shard, &mut |field, slice| {
            if slice.elements.len() == len {
                // Each shard has the whole.
                if whole.is_empty() {
                    *whole = bytes(field, slice);
                }
                return;
            }
            whole.resize(len * element, 0);
            let part = bytes(field, slice);
            whole[slice.elements.start * element..][..part.len()].copy_from_slice(&part);
        });
    }
}

/// The bytes of the elements in a field.
fn bytes<T: Element>(field: &dyn VarField<T>, slice: &VarSlice) -> Vec<u8> {
    let mut values = vec![T::default(); slice.elements.len()];
    field.copy_to(&mut values, &slice.dims);
    let mut bytes = Vec::with_capacity(values.len() * element_len::<T>());
    values.iter().for_each(|value| value.save(&mut bytes));
    bytes
}

/// The bytes of an element.
pub(super) fn element_len<T: Element>() -> usize {
    let mut bytes = Vec::new();
    T::default().save(&mut bytes);
    bytes.len()
}

/// A value that was saved.
pub(super) struct SavedValue<T> {
    var: Arc<VarInner<T>>,
    value: Init<T>,
}

impl<T: Element> SavedValue<T> {
    /// The value of a Var from its bytes.
    pub(super) fn new(
        var: &Arc<VarInner<T>>,
        mut bytes: &[u8],
    ) -> Result<SavedValue<T>, PersistError> {
        let expected = var.dims().len() * element_len::<T>();
        match bytes.len().checked_sub(expected) {
            None => return Err(PersistError::Short),
            Some(0) => {}
            Some(rest) => return Err(PersistError::Long { rest }),
        }
        let values = (0..var.dims().len()).map(|_| T::load(&mut bytes));
        let values: Vec<T> = values.collect::<Result<_, _>>()?;
        let value = ArrayD::from_shape_vec(var.dims().as_slice(), values);
        Ok(SavedValue {
            var: Arc::clone(var),
            value: Init::new(value.expect("as many values as the Var has elements")),
        })
    }
}

impl<T: Element> LoadedValue for SavedValue<T> {
    fn differs(&self, model: &mut dyn Any, shard: &Shard) -> bool {
        let mut differs = false;
        self.var.with_field(model, shard, &mut |field, slice| {
            // By their bits: NaN is no other than itself.
            let saved = self.value.slice(self.var.dims(), slice);
            differs = bytes(field, slice) != bytes(&saved, slice);
        });
        differs
    }

    fn write(&self, model: &mut dyn Any, shard: &Shard) {
        self.var.with_field(model, shard, &mut |field, slice| {
            field.write(&self.value.slice(self.var.dims(), slice), &slice.dims);
        });
    }
}
