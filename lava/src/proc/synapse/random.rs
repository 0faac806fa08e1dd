//! Random numbers for connectivity.

use std::convert::Infallible;

use rand_core::TryRng;
use rand_philox::Philox;

/// Numbers that are generated at once: as many as the generator has vectors for.
const BATCH: usize = 64;

/// A stream of random numbers, Philox 4×32-10, generated in batches.
pub(super) struct Random {
    philox: Philox,
    numbers: [u32; BATCH],
    next: usize,
}

impl Random {
    pub(super) fn new(seed: u64, stream: u64) -> Random {
        Random {
            philox: Philox::from_u64_seed_stream(seed, stream),
            numbers: [0; BATCH],
            next: BATCH,
        }
    }

    /// A stream that repeats one number, for tests of rare ones.
    #[cfg(test)]
    pub(super) fn repeating(number: u32) -> Random {
        Random {
            numbers: [number; BATCH],
            next: 0,
            ..Random::new(0, 0)
        }
    }

    /// A number of 32 bits.
    #[inline(always)]
    pub(super) fn number(&mut self) -> u32 {
        if self.next == BATCH {
            self.philox.fill_u32(&mut self.numbers);
            self.next = 0;
        }
        let number = self.numbers[self.next];
        self.next += 1;
        number
    }

    /// A number below `limit`, all equally likely (Lemire 2019).
    #[inline]
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        loop {
            let product = u64::from(self.number()) * u64::from(limit);
            if product as u32 >= limit || product as u32 >= limit.wrapping_neg() % limit {
                return (product >> 32) as u32;
            }
        }
    }

    /// A number of 64 bits.
    pub(super) fn long_number(&mut self) -> u64 {
        let low = u64::from(self.number());
        u64::from(self.number()) << 32 | low
    }

    /// A number above 0 and up to 1, to 2⁻⁶⁴.
    pub(super) fn fine_unit(&mut self) -> f64 {
        (self.long_number() as f64 + 0.5) / 2.0_f64.powi(64)
    }

    /// A number above 0 and up to 1, to 2⁻³².
    pub(super) fn unit(&mut self) -> f64 {
        (f64::from(self.number()) + 1.0) / (1_u64 << 32) as f64
    }
}

impl TryRng for Random {
    type Error = Infallible;

    #[inline(always)]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.number())
    }

    #[inline(always)]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.long_number())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.number().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
