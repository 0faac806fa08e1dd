//! Cyclic iteration over the samples of a data set.

use super::dataset::{Data, Dataset};
use crate::model::{Persist, PersistError};
use crate::process::{Element, Value};

/// Iterates over the samples of a data set cyclically, and keeps the label of the last.
#[derive(Default)]
pub(super) struct Samples<L> {
    next: usize,
    label: Vec<L>,
    /// Shape of a label.
    labels: Vec<usize>,
}

impl<L: Value> Persist for Samples<L> {
    fn layout() -> String {
        <(usize, Vec<L>, Vec<usize>)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.next.save(bytes);
        self.label.save(bytes);
        self.labels.save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let (next, label, labels) = Persist::load(bytes)?;
        Ok(Samples {
            next,
            label,
            labels,
        })
    }
}

impl<L: Value> Samples<L> {
    /// Starts before the first sample, with a label of 0.
    ///
    /// # Errors
    /// If the data set is empty.
    pub(super) fn start<T: Element>(&mut self, dataset: &dyn Dataset<T, L>) -> crate::Result<()> {
        if dataset.is_empty() {
            return Err(crate::Error::model("the data set has no samples"));
        }
        self.labels = dataset.label_shape();
        self.label = vec![L::ZERO; self.labels.iter().product()];
        Ok(())
    }

    /// Returns the label of the last sample.
    pub(super) fn label(&self) -> &[L] {
        &self.label
    }

    /// Returns the next sample. `fits` checks its shape; `expected` describes the shapes that fit.
    ///
    /// # Errors
    /// If the sample cannot be loaded, or its shape or the shape of its label does not fit.
    pub(super) fn take<'a, T: Element>(
        &mut self,
        dataset: &'a dyn Dataset<T, L>,
        fits: impl FnOnce(&[usize]) -> bool,
        expected: impl FnOnce() -> String,
    ) -> crate::Result<Data<'a, T>> {
        let index = self.next;
        let (sample, label) = dataset.sample(index)?;
        let labels = &self.labels;
        if !fits(sample.shape()) || label.shape() != labels {
            return Err(crate::Error::model(format!(
                "sample {index} has shape {:?} and its label {:?}; expected are {}, and labels of shape {labels:?}, as the data set says",
                sample.shape(),
                label.shape(),
                expected(),
            )));
        }
        self.label.clear();
        self.label.extend(&label);
        let next = index + 1;
        self.next = if next < dataset.len() { next } else { 0 };
        Ok(sample)
    }
}
