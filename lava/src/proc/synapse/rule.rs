//! Rules by which populations are connected.

use rand_distr::{Binomial, Distribution as _};

use super::error::SynapseError;
use super::random::Random;
use super::synapses::check_count;

/// A rule by which two populations are connected.
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

/// The pairs of neurons that a projection may connect: a rule and the populations that it is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pairing {
    pub(super) rule: Rule,
    pub(super) sources: usize,
    pub(super) targets: usize,
    pub(super) autapses: bool,
    pub(super) multapses: bool,
}

impl Pairing {
    /// Fails if the rule is impossible for the populations.
    pub(super) fn check(&self) -> Result<(), SynapseError> {
        let (sources, targets) = (self.sources, self.targets);
        let counts = 1..=u32::MAX as usize;
        if !counts.contains(&sources) || !counts.contains(&targets) {
            return Err(SynapseError::Populations { sources, targets });
        }
        match self.rule {
            Rule::OneToOne if sources != targets => {
                return Err(SynapseError::OneToOne { sources, targets });
            }
            Rule::FixedProbability(p) if !(0.0..=1.0).contains(&p) => {
                return Err(SynapseError::Probability(p));
            }
            Rule::FixedTotal(_) if !self.multapses => return Err(SynapseError::Multapses),
            Rule::FixedInDegree(degree) => self.check_degree(degree, sources)?,
            Rule::FixedOutDegree(degree) => self.check_degree(degree, targets)?,
            _ => {}
        }
        let expected = self.expected_synapses();
        if expected == 0.0 {
            return Err(SynapseError::Empty);
        }
        if !matches!(self.rule, Rule::FixedProbability(_)) {
            check_count(expected as usize)?;
        }
        Ok(())
    }

    /// Fails if a neuron cannot have `degree` of `population` as partners.
    fn check_degree(&self, degree: usize, population: usize) -> Result<(), SynapseError> {
        let partners = population - usize::from(!self.autapses);
        let enough = if self.multapses {
            partners > 0
        } else {
            degree <= partners
        };
        if enough || degree == 0 {
            Ok(())
        } else {
            Err(SynapseError::Degree { degree, partners })
        }
    }

    /// The mean number of synapses; exact for every rule but [`Rule::FixedProbability`].
    pub(super) fn expected_synapses(&self) -> f64 {
        let (sources, targets) = (self.sources as f64, self.targets as f64);
        let autapses = if self.autapses {
            0.0
        } else {
            sources.min(targets)
        };
        match self.rule {
            Rule::OneToOne => sources - autapses,
            Rule::AllToAll => sources * targets - autapses,
            Rule::FixedProbability(p) => p * (sources * targets - autapses),
            Rule::FixedInDegree(degree) => degree as f64 * targets,
            Rule::FixedOutDegree(degree) => degree as f64 * sources,
            Rule::FixedTotal(total) => total as f64,
        }
    }

    /// `true` if a row of the drawing is a target and not a source.
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
            Rule::FixedTotal(total) => share_out(total, pairing.sources, seed),
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
        let Pairing {
            rule,
            sources,
            targets,
            autapses,
            ..
        } = self.pairing;
        let all = if self.pairing.by_target() {
            sources
        } else {
            targets
        };
        match rule {
            Rule::OneToOne => partners.push(row as u32),
            Rule::AllToAll => partners.extend(0..all as u32),
            Rule::FixedProbability(p) => skip_through(all, p, random, partners),
            Rule::FixedInDegree(degree) | Rule::FixedOutDegree(degree) => {
                self.draw(row, degree, all, random, partners);
            }
            Rule::FixedTotal(_) => self.draw(row, self.shares[row], all, random, partners),
        }
        let chooses = matches!(
            rule,
            Rule::FixedInDegree(_) | Rule::FixedOutDegree(_) | Rule::FixedTotal(_)
        );
        if !autapses && !chooses {
            partners.retain(|partner| *partner as usize != row);
        }
    }

    /// Draws `count` partners of `all`, ascending.
    fn draw(&self, row: usize, count: usize, all: usize, random: &mut Random, out: &mut Vec<u32>) {
        let Pairing {
            autapses,
            multapses,
            ..
        } = self.pairing;
        if !multapses && 2 * count > all {
            // More partners than others: draw the others.
            let skip = all - usize::from(!autapses) - count;
            let mut left_out = Vec::with_capacity(skip);
            self.draw_some(row, skip, all, random, &mut left_out);
            let mut left_out = left_out.iter().copied().peekable();
            for partner in 0..all as u32 {
                let out_now = left_out.next_if_eq(&partner).is_some();
                let itself = !autapses && partner as usize == row;
                if !out_now && !itself {
                    out.push(partner);
                }
            }
            return;
        }
        self.draw_some(row, count, all, random, out);
    }

    /// Draws `count` partners of `all`, ascending, one by one.
    fn draw_some(
        &self,
        row: usize,
        count: usize,
        all: usize,
        random: &mut Random,
        out: &mut Vec<u32>,
    ) {
        let Pairing {
            autapses,
            multapses,
            ..
        } = self.pairing;
        let allowed = |partner: u32| autapses || partner as usize != row;
        loop {
            while out.len() < count {
                let partner = random.below(all as u32);
                if allowed(partner) {
                    out.push(partner);
                }
            }
            out.sort_unstable();
            if multapses {
                return;
            }
            out.dedup();
            if out.len() == count {
                return;
            }
        }
    }
}

/// Draws the number of synapses of each source, `total` together: one multinomial draw.
fn share_out(total: usize, sources: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed, u64::MAX);
    let mut left = total as u64;
    let shares = (0..sources).map(|source| {
        let chance = 1.0 / (sources - source) as f64;
        let share = Binomial::new(left, chance).map_or(0, |draw| draw.sample(&mut random));
        left -= share;
        share as usize
    });
    shares.collect()
}

/// Picks each of `0..all` with probability `p`, by drawing the gaps between them.
fn skip_through(all: usize, p: f64, random: &mut Random, out: &mut Vec<u32>) {
    if p <= 0.0 {
        return;
    }
    if p >= 1.0 {
        out.extend(0..all as u32);
        return;
    }
    let rate = 1.0 / (1.0 - p).ln();
    let mut next = 0_usize;
    loop {
        let skip = (random.unit().ln() * rate) as usize;
        next = next.saturating_add(skip);
        if next >= all {
            return;
        }
        out.push(next as u32);
        next += 1;
    }
}
