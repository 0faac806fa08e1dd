//! Data sets: samples with labels, by number.

use ndarray::{Array, ArrayD, CowArray, Dimension, IxDyn, aview1};

use crate::process::Element;

/// A set of samples with labels that can be taken by their number, for a process that loads one
/// after the other, such as [`SpikeDataloader`](super::SpikeDataloader).
///
/// A sample of a [`SpikeDataloader`](super::SpikeDataloader) has its time axis first. What lies in
/// memory is lent, without a copy; what is read or computed when it is asked for is given away.
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
    /// How many samples there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of the samples.
    fn sample_shape(&self) -> Vec<usize>;

    /// The shape of the labels: `[1]`, a number, unless it says otherwise.
    fn label_shape(&self) -> Vec<usize> {
        vec![1]
    }

    /// The sample of this number and its label.
    ///
    /// # Errors
    /// Where the sample cannot be had; the network that loads it then stops.
    fn sample(&self, index: usize) -> crate::Result<(Data<'_, T>, Data<'_, L>)>;
}

/// An array that is lent, or given away.
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
