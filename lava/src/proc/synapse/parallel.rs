//! Work on all cores while a network is built.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::error::SynapseError;

/// Cuts a range into `count` about equal ones, and leaves out empty ones.
pub(super) fn chunks(range: Range<usize>, count: usize) -> Vec<Range<usize>> {
    let cut = |chunk: usize| range.start + range.len() * chunk / count;
    let ranges = (0..count).map(|chunk| cut(chunk)..cut(chunk + 1));
    ranges.filter(|range| !range.is_empty()).collect()
}

/// Runs `work` on each item, on as many as `threads` threads, or on those that can be started; results
/// are in the order of the items.
pub(super) fn on_each<I: Send, R: Send>(
    threads: usize,
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> Result<R, SynapseError> + Sync,
) -> Result<Vec<R>, SynapseError> {
    let items: Vec<I> = items.into_iter().collect();
    let others = items.len().min(threads).saturating_sub(1);
    let items = Mutex::new(items.into_iter().enumerate());
    let take = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work_off = || {
        let mut done = Vec::new();
        while let Some((number, item)) = take() {
            done.push((number, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, work_off).ok();
        let threads: Vec<_> = (0..others).map_while(start).collect();
        let mut done = work_off();
        for thread in threads {
            match thread.join() {
                Ok(results) => done.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}
