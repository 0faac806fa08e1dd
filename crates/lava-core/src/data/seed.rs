//! Seeds: one for the network, from which every process has its own.

use std::sync::Arc;

use crate::sync::{Mutex, lock};

/// The seed of a network: 0 unless it is set before it is first used.
#[derive(Debug, Default)]
pub struct NetworkSeed(Mutex<SeedState>);

#[derive(Debug, Default)]
struct SeedState {
    seed: u64,
    used: bool,
}

impl NetworkSeed {
    /// Sets the seed. Returns `false`, and changes nothing, if the seed has been used.
    pub fn set(&self, seed: u64) -> bool {
        let mut state = lock(&self.0);
        if !state.used {
            state.seed = seed;
        }
        !state.used
    }

    /// The seed, which can still be changed if it has not been used.
    pub fn get(&self) -> u64 {
        lock(&self.0).seed
    }

    /// Takes the seed, which cannot be changed from now on.
    fn take(&self) -> u64 {
        let mut state = lock(&self.0);
        state.used = true;
        state.seed
    }
}

/// The source of a process's seed: the seed of its network and the name of the process.
///
/// A process gets the source when it is added, and takes the seed when it needs it, so that the
/// network's seed can be set in between.
#[derive(Clone, Debug)]
pub struct SeedSource {
    network: Arc<NetworkSeed>,
    process: Arc<str>,
}

impl SeedSource {
    /// The source for the process named `process`.
    pub fn new(network: &Arc<NetworkSeed>, process: &Arc<str>) -> SeedSource {
        SeedSource {
            network: Arc::clone(network),
            process: Arc::clone(process),
        }
    }

    /// The process.
    pub fn process(&self) -> &str {
        &self.process
    }

    /// The source for another process of the network.
    #[must_use]
    pub fn of_process(&self, process: &str) -> SeedSource {
        SeedSource::new(&self.network, &process.into())
    }

    /// Takes the seed of the process. The network's seed cannot be changed from now on.
    pub fn seed(&self) -> u64 {
        mixed(self.network.take(), &self.process)
    }
}

/// A seed that follows from another one and a name: the name's hash (FNV-1a), added to the seed and
/// mixed so that neighbouring seeds and similar names have nothing in common (SplitMix64).
fn mixed(seed: u64, name: &str) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = name.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    let mut bits = hash.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_differ_by_network_and_process() {
        let mut seeds = Vec::new();
        for network in [0, 1, 2, u64::MAX] {
            for process in 0..100 {
                seeds.push(mixed(network, &format!("Sparse_{process}")));
            }
        }
        let all = seeds.len();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), all);
    }

    #[test]
    fn a_seed_that_was_used_stays() {
        let network = Arc::default();
        let source = SeedSource::new(&network, &"a".into());
        assert!(network.set(7));
        assert!(network.set(8));
        let seed = source.seed();
        assert!(!network.set(7));
        assert_eq!(source.seed(), seed);
        assert_eq!(seed, mixed(8, "a"));
    }
}
