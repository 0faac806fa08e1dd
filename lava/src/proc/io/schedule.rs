//! Schedule of periodic processes.

/// Returns `true` if `step` is at `offset` within its interval; the first step, 1, has offset 0.
/// `offset` counts modulo `interval`, which is at least 1.
#[inline]
pub(super) fn due(step: u64, interval: u64, offset: u64) -> bool {
    (step - 1) % interval == offset % interval
}

#[cfg(test)]
mod tests {
    use super::due;

    fn steps(interval: u64, offset: u64) -> Vec<u64> {
        (1..=8)
            .filter(|step| due(*step, interval, offset))
            .collect()
    }

    #[test]
    fn an_offset_counts_from_the_first_step_modulo_the_interval() {
        assert_eq!(steps(3, 0), [1, 4, 7]);
        assert_eq!(steps(3, 1), [2, 5, 8]);
        assert_eq!(steps(3, 5), [3, 6]);
        assert_eq!(steps(1, 7), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(steps(100, 2), [3]);
    }
}
