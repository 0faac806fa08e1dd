//! Which neurons are connected.

use rand_distr::{Binomial, Distribution as _};

use super::error::SynapseError;
use super::random::Random;

/// A rule by which two populations are connected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Neuron *i* to neuron *i*.
    OneToOne,
    /// Every neuron to every neuron.
    AllToAll,
    /// Every pair with this probability, independently.
    FixedProbability(f64),
    /// Every target has this many sources, drawn at random.
    FixedInDegree(usize),
    /// Every source has this many targets, drawn at random.
    FixedOutDegree(usize),
    /// This many synapses, each between a random source and a random target.
    FixedTotal(usize),
}

/// A rule with everything that it needs to list its pairs row by row. A row is a target for
/// [`Rule::FixedInDegree`] and a source otherwise; each has a stream of random numbers of its own,
/// so rows can be listed in any order, by anybody.
#[derive(Debug)]
pub(super) struct Pairs {
    rule: Rule,
    pub(super) sources: usize,
    pub(super) targets: usize,
    autapses: bool,
    multapses: bool,
    seed: u64,
    /// Synapses per source, for [`Rule::FixedTotal`].
    shares: Vec<usize>,
}

/// What the streams of a row are for.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Pairs = 0,
    Delays = 1,
    Weights = 2,
}

impl Pairs {
    pub(super) fn new(
        rule: Rule,
        (sources, targets): (usize, usize),
        autapses: bool,
        multapses: bool,
        seed: u64,
    ) -> Result<Pairs, SynapseError> {
        let counts = 1..=u32::MAX as usize;
        if !counts.contains(&sources) || !counts.contains(&targets) {
            return Err(SynapseError::Populations { sources, targets });
        }
        let mut pairs = Pairs {
            rule,
            sources,
            targets,
            autapses,
            multapses,
            seed,
            shares: Vec::new(),
        };
        let degree = |degree: usize, partners: usize| {
            let partners = partners - usize::from(!autapses);
            let enough = if multapses {
                partners > 0
            } else {
                degree <= partners
            };
            match enough || degree == 0 {
                true => Ok(()),
                false => Err(SynapseError::Degree { degree, partners }),
            }
        };
        match rule {
            Rule::OneToOne if sources != targets => {
                return Err(SynapseError::OneToOne { sources, targets });
            }
            Rule::FixedProbability(p) if !(0.0..=1.0).contains(&p) => {
                return Err(SynapseError::Probability(p));
            }
            Rule::FixedInDegree(sources_each) => degree(sources_each, sources)?,
            Rule::FixedOutDegree(targets_each) => degree(targets_each, targets)?,
            Rule::FixedTotal(_) if !multapses => return Err(SynapseError::Multapses),
            Rule::FixedTotal(total) => pairs.shares = pairs.share_out(total),
            _ => {}
        }
        Ok(pairs)
    }

    /// Whether rows are targets.
    pub(super) fn by_target(&self) -> bool {
        matches!(self.rule, Rule::FixedInDegree(_))
    }

    /// The random numbers of a row.
    pub(super) fn stream(&self, row: usize, stream: Stream) -> Random {
        Random::new(self.seed, 4 * row as u64 + stream as u64)
    }

    /// How many of `total` synapses fall to each source, by one multinomial draw.
    fn share_out(&self, total: usize) -> Vec<usize> {
        let mut random = Random::new(self.seed, u64::MAX);
        let mut left = total as u64;
        let shares = (0..self.sources).map(|source| {
            let chance = 1.0 / (self.sources - source) as f64;
            let share = Binomial::new(left, chance).map_or(0, |draw| draw.sample(&mut random));
            left -= share;
            share as usize
        });
        shares.collect()
    }

    /// Lists the partners of a row, ascending; `partners` is a buffer.
    pub(super) fn row(&self, row: usize, partners: &mut Vec<u32>) {
        partners.clear();
        let random = &mut self.stream(row, Stream::Pairs);
        let all = if self.by_target() {
            self.sources
        } else {
            self.targets
        };
        match self.rule {
            Rule::OneToOne => partners.push(row as u32),
            Rule::AllToAll => partners.extend(0..all as u32),
            Rule::FixedProbability(p) => skip_through(all, p, random, partners),
            Rule::FixedInDegree(degree) | Rule::FixedOutDegree(degree) => {
                self.draw(row, degree, all, random, partners);
            }
            Rule::FixedTotal(_) => self.draw(row, self.shares[row], all, random, partners),
        }
        let chooses = matches!(
            self.rule,
            Rule::FixedInDegree(_) | Rule::FixedOutDegree(_) | Rule::FixedTotal(_)
        );
        if !self.autapses && !chooses {
            partners.retain(|partner| *partner as usize != row);
        }
    }

    /// Draws `count` partners of `all`.
    fn draw(&self, row: usize, count: usize, all: usize, random: &mut Random, out: &mut Vec<u32>) {
        let dense = !self.multapses && 2 * count > all;
        if dense {
            // More in than out: draw those that are left out.
            let skip = all - usize::from(!self.autapses) - count;
            let mut left_out = Vec::with_capacity(skip);
            self.draw_some(row, skip, all, random, &mut left_out);
            let mut left_out = left_out.iter().copied().peekable();
            for partner in 0..all as u32 {
                let out_now = left_out.next_if_eq(&partner).is_some();
                let itself = !self.autapses && partner as usize == row;
                if !out_now && !itself {
                    out.push(partner);
                }
            }
            return;
        }
        self.draw_some(row, count, all, random, out);
    }

    fn draw_some(
        &self,
        row: usize,
        count: usize,
        all: usize,
        random: &mut Random,
        out: &mut Vec<u32>,
    ) {
        let allowed = |partner: u32| self.autapses || partner as usize != row;
        loop {
            while out.len() < count {
                let partner = random.below(all as u32);
                if allowed(partner) {
                    out.push(partner);
                }
            }
            out.sort_unstable();
            if self.multapses {
                return;
            }
            out.dedup();
            if out.len() == count {
                return;
            }
        }
    }
}

/// Picks each of `0..all` with probability `p`, by drawing how many to skip.
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
