//! The weights of a matrix in fixed point: stored as Loihi stores them, and cut for the shards.

use ndarray::{ArcArray, Axis, IxDyn};

use super::weights::{Format, WeightError};
use crate::model::{ColumnMajor, Context, FromInit};
use crate::process::{Dims, Init};

/// The weights of a model's outputs, column by column. The Var has those of all outputs, as they
/// decide together which signs there are.
#[derive(Default)]
pub(super) struct Columns(Option<ColumnMajor<i32>>);

impl Columns {
    /// Column `input`.
    #[inline(always)]
    pub(super) fn of(&self, input: usize) -> &[i32] {
        self.0.as_ref().map_or(&[], |columns| columns.column(input))
    }

    /// Takes over the weights of a Var as they are.
    pub(super) fn replace(&mut self, weights: &Init<i32>, inputs: usize, context: &Context) {
        let all = ArcArray::<i32, IxDyn>::from_init(weights, &dims(inputs, context));
        let mine = all.slice_axis(Axis(0), context.neurons().into());
        let dims = Dims::from([context.neurons().len(), inputs]);
        self.0 = Some(ColumnMajor::from_init(&Init::new(&mine), &dims));
    }

    /// Makes the weights of a Var those that are stored of them, once for all shards, and takes
    /// them over.
    pub(super) fn store(
        &mut self,
        weights: &mut Init<i32>,
        format: Format,
        inputs: usize,
        context: &Context,
    ) -> Result<(), WeightError> {
        let store = || -> Result<Option<Init<i32>>, WeightError> {
            let given = ArcArray::<i32, IxDyn>::from_init(weights, &dims(inputs, context));
            let storage = format.storage(given.iter().copied())?;
            let changes = given.iter().any(|weight| storage.of(*weight) != *weight);
            Ok(changes.then(|| Init::new(given.mapv(|weight| storage.of(weight)))))
        };
        if let Some(stored) = Result::clone(&weights.derived(store))? {
            *weights = stored;
        }
        self.replace(weights, inputs, context);
        Ok(())
    }
}

/// The extents of all weights.
fn dims(inputs: usize, context: &Context) -> Dims {
    Dims::from([context.population(), inputs])
}
