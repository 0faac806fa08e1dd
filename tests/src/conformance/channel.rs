//! What the host and a process hand each other between runs: the channel of an Injector or
//! Extractor.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use ndarray::{ArrayD, Axis, IxDyn};

/// A bounded queue of items of one shape. Clones share it.
#[derive(Clone)]
pub struct Channel {
    items: Arc<Mutex<VecDeque<Vec<f64>>>>,
    shape: Vec<usize>,
    room: usize,
    policy: Policy,
}

/// What happens where a queue is full, empty, or neither. By default, whoever finds it full or
/// empty waits; as nobody else acts meanwhile, that is an error.
#[derive(Clone, Copy, Default)]
pub struct Policy {
    /// What finds no room is dropped.
    pub drops: bool,
    /// What finds nothing takes zeros.
    pub zeros: bool,
    /// All items are taken at once, as their sum.
    pub sums: bool,
}

impl Channel {
    /// An empty queue for so many items.
    pub fn new(shape: Vec<usize>, room: usize, policy: Policy) -> Channel {
        Channel {
            items: Arc::default(),
            shape,
            room,
            policy,
        }
    }

    /// How many elements an item has.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    fn items(&self) -> MutexGuard<'_, VecDeque<Vec<f64>>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an item at the end.
    ///
    /// # Errors
    /// Where there is no room, now and for ever.
    pub fn put(&self, item: &[f64]) -> Result<()> {
        let mut items = self.items();
        if items.len() < self.room {
            items.push_back(item.to_vec());
        } else if !self.policy.drops {
            bail!("there is no room for more than {} items", self.room);
        }
        Ok(())
    }

    /// Takes an item, or the sum of all, into `out`.
    ///
    /// # Errors
    /// Where there is none, and none will come.
    pub fn take(&self, out: &mut [f64]) -> Result<()> {
        let mut items = self.items();
        ensure!(
            self.policy.zeros || !items.is_empty(),
            "there is nothing to receive"
        );
        let count = if self.policy.sums {
            items.len()
        } else {
            items.len().min(1)
        };
        out.fill(0.0);
        for item in items.drain(..count) {
            out.iter_mut()
                .zip(item)
                .for_each(|(sum, value)| *sum += value);
        }
        Ok(())
    }

    /// Puts a list of items.
    ///
    /// # Errors
    /// Where they are of another shape, or there is no room.
    pub fn send(&self, items: &ArrayD<f64>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        let inner = items.shape().get(1..).context("not a list of items")?;
        ensure!(
            inner == self.shape,
            "items of shape {inner:?}, not {:?}",
            self.shape
        );
        for item in items.axis_iter(Axis(0)) {
            self.put(&item.iter().copied().collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Takes so many times.
    ///
    /// # Errors
    /// Where there is nothing to take.
    pub fn receive(&self, count: usize) -> Result<ArrayD<f64>> {
        let shape = [&[count], self.shape.as_slice()].concat();
        super::array::check_size(&shape)?;
        let mut received = vec![0.0; count * self.elements()];
        for item in received.chunks_mut(self.elements()) {
            self.take(item)?;
        }
        Ok(ArrayD::from_shape_vec(IxDyn(&shape), received)?)
    }
}
