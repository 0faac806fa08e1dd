//! The random numbers of stochastic rounding: PCG64 seeded as NumPy's `default_rng` does.
//!
//! Source: O'Neill (2014), *PCG: A Family of Simple Fast Space-Efficient Statistically Good
//! Algorithms for Random Number Generation*; seeding as in NumPy's `SeedSequence`.

use crate::model::{Persist, PersistError};

/// PCG XSL-RR 128/64.
#[derive(Clone, Debug, Default)]
pub(super) struct Pcg64 {
    state: u128,
    increment: u128,
    /// The high half of the last draw, if its low half alone was used.
    half: Option<u32>,
}

impl Pcg64 {
    /// The generator that `numpy.random.default_rng(seed)` is.
    pub(super) fn seeded(seed: u64) -> Pcg64 {
        let words = seed_words(seed);
        let pair = |at: usize| u128::from(words[at]) << 64 | u128::from(words[at + 1]);
        let mut generator = Pcg64 {
            state: 0,
            increment: pair(2) << 1 | 1,
            half: None,
        };
        generator.step();
        generator.state = generator.state.wrapping_add(pair(0));
        generator.step();
        generator
    }

    fn step(&mut self) {
        const MULTIPLIER: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;
        self.state = self
            .state
            .wrapping_mul(MULTIPLIER)
            .wrapping_add(self.increment);
    }

    fn bits(&mut self) -> u64 {
        self.step();
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        folded.rotate_right((self.state >> 122) as u32)
    }

    /// A number in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.bits() >> 11) as f64 * UNIT
    }

    /// A whole number from 0 to 127.
    pub(super) fn seven_bits(&mut self) -> u32 {
        let half = self.half.take().unwrap_or_else(|| {
            let bits = self.bits();
            self.half = Some((bits >> 32) as u32);
            bits as u32
        });
        half >> 25
    }
}

/// Four words of 64 bits from a seed.
fn seed_words(seed: u64) -> [u64; 4] {
    const POOL: usize = 4;
    let mut hash = 0x43b0_d7e5_u32;
    let mut hashed = |value: u32| {
        let mixed = value ^ hash;
        hash = hash.wrapping_mul(0x931e_8875);
        let mixed = mixed.wrapping_mul(hash);
        mixed ^ mixed >> 16
    };
    let entropy = [seed as u32, (seed >> 32) as u32, 0, 0];
    let mut pool = entropy.map(&mut hashed);
    for source in 0..POOL {
        for target in 0..POOL {
            if source != target {
                let right = hashed(pool[source]).wrapping_mul(0x4973_f715);
                let mixed = pool[target].wrapping_mul(0xca01_f9dd).wrapping_sub(right);
                pool[target] = mixed ^ mixed >> 16;
            }
        }
    }
    let mut generation = 0x8b51_f9dd_u32;
    let mut word = |index: usize| {
        let mixed = pool[index % POOL] ^ generation;
        generation = generation.wrapping_mul(0x58f3_8ded);
        let mixed = mixed.wrapping_mul(generation);
        u64::from(mixed ^ mixed >> 16)
    };
    let mut words = [0; 4];
    for (index, pair) in words.iter_mut().enumerate() {
        let low = word(2 * index);
        *pair = low | word(2 * index + 1) << 32;
    }
    words
}

/// The random numbers of the traces of one side.
#[derive(Clone, Debug, Default)]
pub(super) struct TraceRandom {
    decay: Pcg64,
    impulse: Pcg64,
    /// The present number for decay, in [0, 1).
    pub(super) of_decay: f64,
    /// The present number for impulses, 0 to 127.
    pub(super) of_impulse: u32,
}

impl TraceRandom {
    /// Generators for decay, from `seed`, and for impulses, from `seed + 1`.
    pub(super) fn seeded(seed: u64) -> TraceRandom {
        let mut random = TraceRandom {
            decay: Pcg64::seeded(seed),
            impulse: Pcg64::seeded(seed.wrapping_add(1)),
            ..TraceRandom::default()
        };
        random.advance();
        random
    }

    pub(super) fn advance(&mut self) {
        self.of_decay = self.decay.uniform();
        self.of_impulse = self.impulse.seven_bits();
    }
}

impl Persist for Pcg64 {
    fn layout() -> String {
        <(u128, u128, Option<u32>)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        (self.state, self.increment, self.half).save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Pcg64, PersistError> {
        let (state, increment, half) = Persist::load(bytes)?;
        Ok(Pcg64 {
            state,
            increment,
            half,
        })
    }
}

impl Persist for TraceRandom {
    fn layout() -> String {
        <(Pcg64, Pcg64, f64, u32)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.decay.save(bytes);
        self.impulse.save(bytes);
        (self.of_decay, self.of_impulse).save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<TraceRandom, PersistError> {
        let (decay, impulse, of_decay, of_impulse) = Persist::load(bytes)?;
        Ok(TraceRandom {
            decay,
            impulse,
            of_decay,
            of_impulse,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_numpy() {
        let mut generator = Pcg64::seeded(0);
        let uniforms = [0.6369616873214543, 0.2697867137638703, 0.04097352393619469];
        assert_eq!([(); 3].map(|()| generator.uniform()), uniforms);
        let mut generator = Pcg64::seeded(42);
        let whole = [11, 99, 83, 56, 55, 109];
        assert_eq!([(); 6].map(|()| generator.seven_bits()), whole);
    }
}
