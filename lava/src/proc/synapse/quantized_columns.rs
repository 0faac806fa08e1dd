//! Fixed-point weights of a matrix: quantized as Loihi stores them, one slice per shard.

use ndarray::{ArcArray, Axis, IxDyn};

use super::weights::{LoihiFormat, WeightError};
use crate::model::{ColumnMajor, Context, FromInit};
use crate::process::{Dims, Init};

/// The weights of a shard's outputs, column by column. The Var holds the weights of all outputs,
/// because together they decide the sign mode.
#[derive(Default)]
pub(super) struct QuantizedColumns(Option<ColumnMajor<i32>>);

impl QuantizedColumns {
    /// The weights of an input.
    #[inline(always)]
    pub(super) fn of(&self, input: usize) -> &[i32] {
        self.0.as_ref().map_or(&[], |columns| columns.column(input))
    }

    /// The weights of all inputs.
    #[inline(always)]
    pub(super) fn all(&self) -> &[i32] {
        self.0.as_ref().map_or(&[], ColumnMajor::as_columns)
    }

    /// Uses the weights of a Var as they are.
    pub(super) fn replace(&mut self, weights: &Init<i32>, inputs: usize, context: &Context) {
        let all = ArcArray::<i32, IxDyn>::from_init(weights, &dims(inputs, context));
        let mine = all.slice_axis(Axis(0), context.neurons().into());
        let dims = Dims::from([context.neurons().len(), inputs]);
        self.0 = Some(ColumnMajor::from_init(&Init::new(&mine), &dims));
    }

    /// Quantizes the weights of a Var, once for all shards, and uses them.
    pub(super) fn quantize(
        &mut self,
        weights: &mut Init<i32>,
        format: LoihiFormat,
        inputs: usize,
        context: &Context,
    ) -> Result<(), WeightError> {
        let quantized = || -> Result<Option<Init<i32>>, WeightError> {
            let given = ArcArray::<i32, IxDyn>::from_init(weights, &dims(inputs, context));
            let quantizer = format.quantizer(given.iter().copied())?;
            let changes = given
                .iter()
                .any(|weight| quantizer.quantize(*weight) != *weight);
            Ok(changes.then(|| Init::new(given.mapv(|weight| quantizer.quantize(weight)))))
        };
        if let Some(quantized) = Result::clone(&weights.derived(quantized))? {
            *weights = quantized;
        }
        self.replace(weights, inputs, context);
        Ok(())
    }
}

/// The shape of the whole matrix.
fn dims(inputs: usize, context: &Context) -> Dims {
    Dims::from([context.population(), inputs])
}
