//! Rules by which populations are connected.

use rand_distr::{Binomial, Distribution as _};

use super::error::{SynapseError, UnmetRule};
use super::marks::Marks;
use super::random::Random;
use super::synapses::{check_count, check_populations};

/// A rule by which two populations are connected.
///
/// A rule holds exactly or is refused ([`SynapseError::Rule`]): a degree is that of every neuron, with
/// and without autapses and multapses. Partners are drawn among those that are allowed, all equally
/// likely; a total is spread over all pairs that are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// Neuron *i* to neuron *i*.
    OneToOne,
    /// Every neuron to every neuron.
    AllToAll,
    /// Every pair with this probability, independently.
    FixedProbability(f64),
    /// Every target has this number of sources, drawn at random.
    FixedInDegree(usize),
    /// Every source has this number of targets, drawn at random.
    FixedOutDegree(usize),
    /// A total number of synapses, each between a random source and a random target.
    FixedTotal(usize),
}

#[cfg(feature = "store")]
crate::storable!(
    enum Rule {
        OneToOne,
        AllToAll,
        FixedProbability(p),
        FixedInDegree(degree),
        FixedOutDegree(degree),
        FixedTotal(total),
    }
);

/// The pairs of neurons that a projection may connect: a rule and the populations that it is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pairing {
    pub(super) rule: Rule,
    pub(super) sources: usize,
    pub(super) targets: usize,
    pub(super) autapses: bool,
    pub(super) multapses: bool,
}

#[cfg(feature = "store")]
crate::storable!(struct Pairing { rule, sources, targets, autapses, multapses });

impl Pairing {
    /// Fails if the populations cannot meet the rule, or there are too many synapses to be stored.
    pub(super) fn check(&self) -> Result<(), SynapseError> {
        self.check_rule()?;
        self.check_synapses()
    }

    /// Fails if the populations cannot meet the rule.
    pub(super) fn check_rule(&self) -> Result<(), SynapseError> {
        let (sources, targets) = (self.sources, self.targets);
        check_populations(sources, targets)?;
        if let Rule::FixedProbability(p) = self.rule
            && !(0.0..=1.0).contains(&p)
        {
            return Err(SynapseError::Probability(p));
        }
        if let Some(reason) = self.unmet() {
            return Err(SynapseError::Rule {
                rule: self.rule,
                sources,
                targets,
                reason,
            });
        }
        Ok(())
    }

    /// The reason for which the populations cannot meet the rule, if there is one.
    fn unmet(&self) -> Option<UnmetRule> {
        match self.rule {
            Rule::OneToOne if self.sources != self.targets => Some(UnmetRule::Sizes),
            Rule::OneToOne if !self.autapses => Some(UnmetRule::Autapses),
            Rule::FixedTotal(_) if !self.multapses => Some(UnmetRule::Multapses),
            Rule::FixedTotal(total) if total > 0 && self.pairs() == 0 => {
                Some(UnmetRule::Partners(0))
            }
            // The first row always has a partner of its own number.
            Rule::FixedInDegree(degree) | Rule::FixedOutDegree(degree) if degree > 0 => {
                let partners = self.partners(0);
                let enough = match self.multapses {
                    true => partners > 0,
                    false => degree <= partners,
                };
                (!enough).then_some(UnmetRule::Partners(partners))
            }
            _ => None,
        }
    }

    /// Fails if there are, or certainly will be, more synapses than an index can count.
    fn check_synapses(&self) -> Result<(), SynapseError> {
        /// Standard deviations that a count stays within.
        const REACH: f64 = 8.0;
        let (Ok(synapses) | Err(synapses)) = match self.rule {
            Rule::FixedProbability(p) => {
                let mean = p * self.pairs() as f64;
                let least = mean - REACH * (mean * (1.0 - p)).sqrt();
                if least <= f64::from(u32::MAX) {
                    return Ok(());
                }
                Ok(mean as usize)
            }
            _ => usize::try_from(self.exact_synapses()).map_err(|_| usize::MAX),
        };
        check_count(synapses)
    }

    /// The number of rows of the drawing.
    pub(super) fn rows(&self) -> usize {
        match self.by_target() {
            true => self.targets,
            false => self.sources,
        }
    }

    /// The number of neurons that a row's partners are chosen from.
    fn population(&self) -> usize {
        match self.by_target() {
            true => self.sources,
            false => self.targets,
        }
    }

    /// Returns `true` if a partner has the number of the row and is forbidden.
    pub(super) fn excludes_itself(&self, row: usize) -> bool {
        !self.autapses && row < self.population()
    }

    /// The number of neurons that a row may have as partners.
    fn partners(&self, row: usize) -> usize {
        self.population() - usize::from(self.excludes_itself(row))
    }

    /// The number of pairs that may be connected.
    fn pairs(&self) -> u128 {
        let (sources, targets) = (self.sources as u128, self.targets as u128);
        match self.autapses {
            true => sources * targets,
            false => sources * targets - sources.min(targets),
        }
    }

    /// The number of synapses of a rule that fixes it; that of all pairs for
    /// [`Rule::FixedProbability`].
    fn exact_synapses(&self) -> u128 {
        match self.rule {
            Rule::OneToOne => self.sources as u128,
            Rule::AllToAll | Rule::FixedProbability(_) => self.pairs(),
            Rule::FixedInDegree(degree) => degree as u128 * self.targets as u128,
            Rule::FixedOutDegree(degree) => degree as u128 * self.sources as u128,
            Rule::FixedTotal(total) => total as u128,
        }
    }

    /// The mean number of synapses; exact for every rule but [`Rule::FixedProbability`].
    pub(super) fn expected_synapses(&self) -> f64 {
        let synapses = self.exact_synapses() as f64;
        match self.rule {
            Rule::FixedProbability(p) => p * synapses,
            _ => synapses,
        }
    }

    /// Returns `true` if a row of the drawing is a target and not a source.
    pub(super) fn by_target(&self) -> bool {
        matches!(self.rule, Rule::FixedInDegree(_))
    }
}

/// Lists the pairs of a rule row by row. A row is a target for [`Rule::FixedInDegree`] and a source
/// otherwise. Each has random streams of its own, so rows can be listed in any order, on any
/// thread.
#[derive(Debug)]
pub(super) struct PairSampler {
    pub(super) pairing: Pairing,
    seed: u64,
    /// Synapses per source, for [`Rule::FixedTotal`].
    shares: Vec<usize>,
}

/// The streams of random numbers that each row has.
#[derive(Clone, Copy)]
pub(super) enum RowStream {
    Pairs = 0,
    Delays = 1,
    Weights = 2,
}

impl PairSampler {
    /// `pairing` has been checked.
    pub(super) fn new(pairing: Pairing, seed: u64) -> PairSampler {
        let shares = match pairing.rule {
            Rule::FixedTotal(total) => share_out(total, &pairing, seed),
            _ => Vec::new(),
        };
        PairSampler {
            pairing,
            seed,
            shares,
        }
    }

    /// A row's stream of random numbers.
    pub(super) fn stream(&self, row: usize, stream: RowStream) -> Random {
        Random::new(self.seed, 4 * row as u64 + stream as u64)
    }

    /// Lists the partners of a row, ascending; `partners` is a buffer.
    pub(super) fn row(&self, row: usize, partners: &mut Vec<u32>) {
        partners.clear();
        let random = &mut self.stream(row, RowStream::Pairs);
        let all = self.pairing.population();
        match self.pairing.rule {
            Rule::OneToOne => return partners.push(row as u32),
            Rule::AllToAll => partners.extend(0..all as u32),
            Rule::FixedProbability(p) => skip_through(all, p, random, partners),
            Rule::FixedInDegree(degree) | Rule::FixedOutDegree(degree) => {
                return self.draw(row, degree, random, partners);
            }
            Rule::FixedTotal(_) => return self.draw(row, self.shares[row], random, partners),
        }
        if self.pairing.excludes_itself(row) {
            partners.retain(|partner| *partner as usize != row);
        }
    }

    /// Draws `count` partners of a row, ascending.
    fn draw(&self, row: usize, count: usize, random: &mut Random, out: &mut Vec<u32>) {
        let all = self.pairing.population();
        if self.pairing.multapses || 2 * count <= all {
            return self.draw_some(row, count, random, out);
        }
        // More partners than others: draw the others.
        let skip = self.pairing.partners(row) - count;
        let mut left_out = Vec::with_capacity(skip);
        self.draw_some(row, skip, random, &mut left_out);
        let mut left_out = left_out.iter().copied().peekable();
        let excludes_itself = self.pairing.excludes_itself(row);
        for partner in 0..all as u32 {
            let out_now = left_out.next_if_eq(&partner).is_some();
            let itself = excludes_itself && partner as usize == row;
            if !out_now && !itself {
                out.push(partner);
            }
        }
    }

    /// Draws `count` partners of a row, ascending, one by one. There are as many.
    fn draw_some(&self, row: usize, count: usize, random: &mut Random, out: &mut Vec<u32>) {
        let all = self.pairing.population() as u32;
        let excludes_itself = self.pairing.excludes_itself(row);
        let mut draw = || loop {
            let partner = random.below(all);
            if !excludes_itself || partner as usize != row {
                return partner;
            }
        };
        if count >= Marks::words(all) {
            let mut marks = Marks::new(all);
            while marks.len() < count {
                marks.add(draw(), self.pairing.multapses);
            }
            return marks.list(out);
        }
        loop {
            while out.len() < count {
                out.push(draw());
            }
            out.sort_unstable();
            if self.pairing.multapses {
                return;
            }
            out.dedup();
            if out.len() == count {
                return;
            }
        }
    }
}

/// Draws the number of synapses of each source, `total` together: one multinomial draw, in which
/// every pair that may be connected is equally likely.
pub(super) fn share_out(total: usize, pairing: &Pairing, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed, u64::MAX);
    let (mut left, mut pairs) = (total as u64, pairing.pairs());
    let shares = (0..pairing.sources).map(|source| {
        let partners = pairing.partners(source);
        let chance = match pairs {
            0 => 0.0,
            _ => partners as f64 / pairs as f64,
        };
        pairs -= partners as u128;
        let draw = Binomial::new(left, chance).expect("a chance lies between 0 and 1");
        let share = draw.sample(&mut random);
        left -= share;
        share as usize
    });
    shares.collect()
}

/// Picks each of `0..all` with probability `p`, by drawing the gaps between them.
fn skip_through(all: usize, p: f64, random: &mut Random, out: &mut Vec<u32>) {
    /// The probability below which 32 bits of a number are too coarse.
    const SMALL: f64 = 1.0 / 65_536.0;
    if p <= 0.0 {
        return;
    }
    if p >= 1.0 {
        out.extend(0..all as u32);
        return;
    }
    let rate = 1.0 / (-p).ln_1p();
    let mut next = 0_usize;
    loop {
        let logarithm = match p < SMALL {
            true => (-random.fine_unit()).ln_1p(),
            false => random.unit().ln(),
        };
        next = next.saturating_add((logarithm * rate) as usize);
        if next >= all {
            return;
        }
        out.push(next as u32);
        next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_the_probability_however_small_it_is() {
        for p in [0.9, 0.3, 0.01, 1e-4, 2e-5, 1e-5, 1e-7, 1e-9, 3e-10] {
            let all = ((20.0 / p) as usize).clamp(1000, u32::MAX as usize);
            let mut random = Random::new(5, 0);
            let (mut picked, calls) = (Vec::new(), 500);
            let mut counts = Vec::new();
            for _ in 0..calls {
                picked.clear();
                skip_through(all, p, &mut random, &mut picked);
                assert!(picked.windows(2).all(|pair| pair[0] < pair[1]));
                assert!(picked.iter().all(|number| (*number as usize) < all));
                counts.push(picked.len() as f64);
            }
            let mean = counts.iter().sum::<f64>() / f64::from(calls);
            let (expected, variance) = (all as f64 * p, all as f64 * p * (1.0 - p));
            let error = (variance / f64::from(calls)).sqrt();
            assert!(
                (mean - expected).abs() < 4.0 * error,
                "{p}: {mean}, not {expected}"
            );
            let spread = counts
                .iter()
                .map(|count| (count - mean).powi(2))
                .sum::<f64>();
            let ratio = spread / f64::from(calls) / variance;
            assert!((0.7..1.35).contains(&ratio), "{p}: {ratio} of the variance");
        }
    }

    #[test]
    fn a_probability_near_0_picks_nothing() {
        let mut random = Random::new(0, 0);
        let mut picked = Vec::new();
        for p in [
            0.0,
            f64::MIN_POSITIVE,
            1e-300,
            1e-30,
            1e-17,
            2.0_f64.powi(-54),
        ] {
            for _ in 0..1000 {
                skip_through(100, p, &mut random, &mut picked);
            }
            assert!(picked.is_empty(), "{p}");
        }
        // Numbers that occur once in 2³² draws pick nothing either.
        for rare in [1, 1 << 31, u32::MAX] {
            skip_through(100, 1e-17, &mut Random::repeating(rare), &mut picked);
            assert!(picked.is_empty(), "{rare}");
        }
    }
}
