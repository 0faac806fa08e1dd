//! The tree of targets: the target population, halved again and again, and the number of a source's
//! synapses in each half.
//!
//! The tree depends on the projection alone. A shard visits the nodes that have targets of its own, so
//! every shard finds the same numbers, and draws no synapse outside of the leaves that it shares with
//! others.

use std::ops::Range;

use rand_distr::{Distribution as _, Hypergeometric};

use super::words::{BATCH, Purpose, RandomWords, WordGenerator};
use crate::model::BLOCK;

/// The mean number of a source's synapses above which a node is halved.
const MOST_SYNAPSES: f64 = 384.0;

/// The tree of targets, as far as a shard needs it.
#[derive(Debug, Default)]
pub(super) struct TargetTree {
    /// The root is the first.
    nodes: Vec<Node>,
}

/// Neighbouring targets.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The number of the node: children have twice their parent's, and one more.
    pub(super) id: u32,
    pub(super) targets: Range<u32>,
    /// The halves, unless the node is a leaf. A half without targets of the shard has no index.
    halves: Option<[TreeHalf; 2]>,
}

#[derive(Debug, Clone)]
struct TreeHalf {
    targets: Range<u32>,
    node: Option<u32>,
}

/// The manner in which a number of synapses is spread over targets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    /// A target may be drawn again.
    pub(super) with_replacement: bool,
    /// A source has no synapse to the target of its own number.
    pub(super) without_autapses: bool,
}

impl Spread {
    /// The targets among `targets` that a source may be connected to.
    #[inline(always)]
    pub(super) fn choices(self, targets: &Range<u32>, source: u32) -> u32 {
        let excluded = self.without_autapses && targets.contains(&source);
        targets.end - targets.start - u32::from(excluded)
    }
}

impl TargetTree {
    /// The nodes that `shard` needs of a tree of `targets` targets, with a mean number of synapses of a
    /// source.
    pub(super) fn new(targets: usize, synapses: f64, shard: Range<usize>) -> TargetTree {
        let mut tree = TargetTree::default();
        let blocks = targets.div_ceil(BLOCK);
        let density = synapses / targets as f64;
        tree.add(1, 0..blocks, targets, density, &shard);
        tree
    }

    /// Adds the node of some blocks and what is below it. Returns its index.
    fn add(
        &mut self,
        id: u32,
        blocks: Range<usize>,
        targets: usize,
        density: f64,
        shard: &Range<usize>,
    ) -> u32 {
        let range = |blocks: &Range<usize>| {
            (blocks.start * BLOCK) as u32..(blocks.end * BLOCK).min(targets) as u32
        };
        let index = self.nodes.len();
        let node = range(&blocks);
        let synapses = density * node.len() as f64;
        self.nodes.push(Node {
            id,
            targets: node,
            halves: None,
        });
        if blocks.len() > 1 && synapses > MOST_SYNAPSES {
            let middle = blocks.start + blocks.len() / 2;
            let halves = [blocks.start..middle, middle..blocks.end];
            let mut number = 2 * id;
            self.nodes[index].halves = Some(halves.map(|blocks| {
                let targets_of_half = range(&blocks);
                let is_in_shard = (targets_of_half.start as usize) < shard.end
                    && shard.start < targets_of_half.end as usize;
                let node = is_in_shard.then(|| self.add(number, blocks, targets, density, shard));
                number += 1;
                TreeHalf {
                    targets: targets_of_half,
                    node,
                }
            }));
        }
        index as u32
    }

    /// The leaves with targets of the shard, in the order of their targets.
    pub(super) fn leaves(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.halves.is_none())
    }

    /// Visits the leaves of the shard with the number of synapses in each, of `count` that a source has.
    #[inline(always)]
    pub(super) fn spread(
        &self,
        generator: WordGenerator,
        source: u32,
        count: u32,
        spread: Spread,
    ) -> NodeVisit<'_> {
        let mut open = [(0, 0); LEVELS];
        open[0] = (0, count);
        NodeVisit {
            tree: self,
            generator,
            source,
            spread,
            open,
            depth: 1,
        }
    }
}

/// More levels than a tree has: populations have less than 2³² neurons.
const LEVELS: usize = 32;

/// A visit to the leaves of a shard.
pub(super) struct NodeVisit<'a> {
    tree: &'a TargetTree,
    generator: WordGenerator,
    source: u32,
    spread: Spread,
    /// The nodes that are still to be visited, the next one last, and the synapses in each.
    open: [(u32, u32); LEVELS],
    depth: usize,
}

impl<'a> NodeVisit<'a> {
    /// The next leaf with synapses, and their number.
    #[inline(always)]
    pub(super) fn next_leaf(&mut self) -> Option<(&'a Node, u32)> {
        while self.depth > 0 {
            self.depth -= 1;
            let (index, count) = self.open[self.depth];
            let node = &self.tree.nodes[index as usize];
            if count == 0 {
                continue;
            }
            let Some([left, right]) = &node.halves else {
                return Some((node, count));
            };
            let in_left = self.in_left(node.id, [left, right], count);
            for (half, count) in [(right, count - in_left), (left, in_left)] {
                if let Some(node) = half.node {
                    self.open[self.depth] = (node, count);
                    self.depth += 1;
                }
            }
        }
        None
    }

    /// The number of synapses in the left half of a node, of `count` in both.
    #[inline(always)]
    fn in_left(&self, id: u32, halves: [&TreeHalf; 2], count: u32) -> u32 {
        let NodeVisit {
            generator,
            source,
            spread,
            ..
        } = *self;
        let choices = [
            spread.choices(&halves[0].targets, source),
            spread.choices(&halves[1].targets, source),
        ];
        let words = generator.words(source, id);
        match spread.with_replacement {
            true => binomial(words, count, choices),
            false => hypergeometric(words, count, choices),
        }
    }
}

/// The number of `count` draws with replacement that are among the first `choices`.
///
/// The bits of random words decide for an even choice. Where the first choices are more, each of the
/// other draws has another chance to be among them, which makes up for the difference.
#[inline(always)]
fn binomial(words: RandomWords, count: u32, choices: [u32; 2]) -> u32 {
    let mut ones = 0;
    for batch in 0..count.div_ceil(32 * BATCH as u32) {
        let bits = words.batch(Purpose::Split, batch);
        let left = count - batch * 32 * BATCH as u32;
        for (word, first) in bits.into_iter().zip((0..).step_by(32)) {
            let used = left.saturating_sub(first).min(32);
            ones += (u64::from(word) & ((1 << used) - 1)).count_ones();
        }
    }
    let [first, second] = choices.map(f64::from);
    let more = (first - second).abs() / (first + second);
    if more == 0.0 {
        return ones;
    }
    let fewer = if first > second { count - ones } else { ones };
    let moved = moved(words, fewer, more);
    if first > second {
        ones + moved
    } else {
        ones - moved
    }
}

/// The number of `count` draws that each happen with probability `chance`, by inversion.
#[inline(never)]
fn moved(words: RandomWords, count: u32, chance: f64) -> u32 {
    /// The mean of a number that is drawn at once: its distribution is added up from 0.
    const MEAN: f64 = 24.0;
    if chance >= 1.0 {
        return count;
    }
    let (mut left, mut moved) = (count, 0);
    let most = (MEAN / chance) as u32;
    let odds = chance / (1.0 - chance);
    for call in 0.. {
        let draws = left.min(most.max(1));
        left -= draws;
        let mut unit = words.unit(Purpose::Targets, call);
        // None is likely where the chance is small, and Bernoulli's inequality says so first.
        if unit < f64::from(draws) * chance {
            let mut probability = (f64::from(draws) * (-chance).ln_1p()).exp();
            let mut number = 0;
            unit = 1.0 - unit;
            while unit > probability && number < draws {
                unit -= probability;
                probability *= odds * f64::from(draws - number) / f64::from(number + 1);
                number += 1;
            }
            moved += number;
        }
        if left == 0 {
            return moved;
        }
    }
    moved
}

/// The number of `count` draws without replacement that are among the first `choices`.
#[inline(never)]
fn hypergeometric(words: RandomWords, count: u32, choices: [u32; 2]) -> u32 {
    let [first, second] = choices.map(u64::from);
    let all = first + second;
    match Hypergeometric::new(all, first, u64::from(count).min(all)) {
        Ok(draw) => draw.sample(&mut words.stream(Purpose::Split)) as u32,
        Err(_) => 0,
    }
}
