//! The recent past of panels: bounded, by the look at the probes that has found it.

use std::collections::VecDeque;

/// The most spikes that a raster keeps.
const SPIKES: usize = 40_000;
/// The most spikes of one look at a raster; of more, every second, third, … is shown.
const NEW_SPIKES: usize = 4_000;
/// The most rows that a trace keeps.
const ROWS: usize = 4_000;
/// The most rows of one look at a trace.
const NEW_ROWS: usize = 200;

/// The spikes of a raster.
#[derive(Default)]
pub(super) struct RecentSpikes(VecDeque<(u64, (u64, u32))>);

/// The rows of a trace.
#[derive(Default)]
pub(super) struct RecentRows(VecDeque<(u64, (u64, Vec<f32>))>);

impl RecentSpikes {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the spikes of a look, in the order of steps.
    pub(super) fn add(&mut self, look: u64, spikes: &[(u64, usize)]) {
        let stride = spikes.len().div_ceil(NEW_SPIKES).max(1);
        let shown = spikes.iter().step_by(stride);
        let shown = shown.map(|(step, neuron)| (look, (*step, *neuron as u32)));
        self.0.extend(shown);
        drop_first(&mut self.0, SPIKES);
    }

    /// The spikes that were found after a look.
    pub(super) fn after(&self, look: u64) -> Vec<(u64, u32)> {
        let first = self.0.partition_point(|(found, _)| *found <= look);
        self.0.range(first..).map(|(_, spike)| *spike).collect()
    }
}

impl RecentRows {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the rows of a look, of `width` values each, in the order of steps.
    pub(super) fn add(&mut self, look: u64, steps: &[u64], values: &[f32], width: usize) {
        let stride = steps.len().div_ceil(NEW_ROWS).max(1);
        let rows = steps.iter().zip(values.chunks(width.max(1)));
        let rows = rows.step_by(stride);
        self.0
            .extend(rows.map(|(step, row)| (look, (*step, row.to_vec()))));
        drop_first(&mut self.0, ROWS);
    }

    /// The rows that were found after a look.
    pub(super) fn after(&self, look: u64) -> (Vec<u64>, Vec<Vec<f32>>) {
        let first = self.0.partition_point(|(found, _)| *found <= look);
        self.0.range(first..).map(|(_, row)| row.clone()).unzip()
    }
}

/// Keeps the last `most` elements.
fn drop_first<T>(queue: &mut VecDeque<T>, most: usize) {
    queue.drain(..queue.len().saturating_sub(most));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_after_a_look_are_those_that_were_not_seen() {
        let mut spikes = RecentSpikes::default();
        spikes.add(1, &[(1, 5), (2, 0)]);
        spikes.add(2, &[(2, 7), (3, 1)]);
        assert_eq!(spikes.after(1), [(2, 7), (3, 1)]);
        assert_eq!(spikes.after(2), []);
    }

    #[test]
    fn many_spikes_are_thinned_and_old_ones_dropped() {
        let mut spikes = RecentSpikes::default();
        for look in 1..=20 {
            let burst: Vec<_> = (0..10_000).map(|neuron| (look, neuron)).collect();
            spikes.add(look, &burst);
        }
        let kept = spikes.after(0);
        assert!(kept.len() <= SPIKES);
        assert_eq!(kept.last().map(|(step, _)| *step), Some(20));
    }

    #[test]
    fn rows_are_thinned_evenly() {
        let mut rows = RecentRows::default();
        let steps: Vec<u64> = (1..=1000).collect();
        let values: Vec<f32> = (0..2000).map(|value| value as f32).collect();
        rows.add(1, &steps, &values, 2);
        let (steps, values) = rows.after(0);
        assert_eq!(steps.len(), NEW_ROWS);
        assert_eq!((steps[1], &values[1][..]), (6, &[10.0, 11.0][..]));
    }
}
