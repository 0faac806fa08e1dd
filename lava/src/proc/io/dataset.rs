//! Data sets: labelled samples, by index.

use ndarray::{Array, ArrayD, CowArray, Dimension, IxDyn, aview1};

use crate::process::Element;

/// Data set: labelled samples that are accessed by index.
/// [`SpikeDataloader`](super::SpikeDataloader) and [`StateDataloader`](super::StateDataloader) load
/// one after the other.
///
/// A sample of a [`SpikeDataloader`](super::SpikeDataloader) has its time axis first. Samples in
/// memory are borrowed, without a copy; samples that are read or computed on access are owned.
///
/// A `Vec` of pairs of an array and a label is a data set:
///
/// ```
/// use lava::proc::io::Dataset;
/// use ndarray::array;
///
/// let data = vec![(array![[1, 0], [0, 1]], 7), (array![[0, 0], [1, 1]], 8)];
/// assert_eq!(data.sample_shape(), [2, 2]);
/// let (sample, label) = data.sample(1)?;
/// assert_eq!((sample[[1, 0]], label[[0]]), (1, 8));
/// # Ok::<(), lava::Error>(())
/// ```
pub trait Dataset<T, L>: Send + Sync + 'static {
    /// Returns the number of samples.
    fn len(&self) -> usize;

    /// Returns `true` if there are no samples.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the shape of the samples.
    fn sample_shape(&self) -> Vec<usize>;

    /// Returns the shape of the labels; the default is `[1]`, a number.
    fn label_shape(&self) -> Vec<usize> {
        vec![1]
    }

    /// Returns the sample at `index` and its label.
    ///
    /// # Errors
    /// If the sample cannot be loaded; the error ends the run.
    fn sample(&self, index: usize) -> crate::Result<(Data<'_, T>, Data<'_, L>)>;
}

/// A borrowed or owned array.
pub type Data<'a, T> = CowArray<'a, T, IxDyn>;

impl<T: Element, D: Dimension + 'static, L: Element> Dataset<T, L> for Vec<(Array<T, D>, L)> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn sample_shape(&self) -> Vec<usize> {
        let first = self.first().map(|(sample, _)| sample.shape().to_vec());
        first.unwrap_or_default()
    }

    fn sample(&self, index: usize) -> crate::Result<(Data<'_, T>, Data<'_, L>)> {
        let found = self.get(index).ok_or_else(|| missing(index, self.len()))?;
        let (sample, label) = found;
        let label = aview1(std::slice::from_ref(label)).into_dyn();
        Ok((sample.view().into_dyn().into(), label.into()))
    }
}

impl<T: Element, L: Element> Dataset<T, L> for Vec<(ArrayD<T>, ArrayD<L>)> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn sample_shape(&self) -> Vec<usize> {
        let first = self.first().map(|(sample, _)| sample.shape().to_vec());
        first.unwrap_or_default()
    }

    fn label_shape(&self) -> Vec<usize> {
        let first = self.first().map(|(_, label)| label.shape().to_vec());
        first.unwrap_or_default()
    }

    fn sample(&self, index: usize) -> crate::Result<(Data<'_, T>, Data<'_, L>)> {
        let found = self.get(index).ok_or_else(|| missing(index, self.len()))?;
        Ok((found.0.view().into(), found.1.view().into()))
    }
}

fn missing(index: usize, len: usize) -> crate::Error {
    crate::Error::model(format!("there is no sample {index} among {len}"))
}
