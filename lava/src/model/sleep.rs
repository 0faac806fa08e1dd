//! Blocks of neurons that sleep: their state is at a fixed point, and nothing arrives.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use lava_core::data::{BLOCK, Element, Persist};
use lava_core::executor::ModelRequests;

use super::binder::Binder;
use super::field::Local;

/// The blocks of a population that sleep: a local field of a model whose neurons are computed block by
/// block.
///
/// A block of [`BLOCK`] neurons falls asleep after a step in which nothing arrived, none of its neurons
/// sent anything, and its state was after the step, bit for bit, what it had been before. As the step of a
/// neuron is a function of its state, of parameters and of input alone, the following steps would not
/// change it either: they are left out, until input arrives or a Var is set. Results are the same bits.
///
/// [`blocks`](Sleep::blocks) lists the blocks to compute in a step. In one step of 64, in which
/// [`AwakeBlocks::look`] is `true`, [`AwakeBlocks::before`] and [`AwakeBlocks::after`] are given the Vars
/// that a step changes, around the computation of each block: blocks that are awake cost nothing else.
///
/// A model can leave out blocks if this holds for its neurons:
///
/// - A step is a function of the Vars that are named to `before` and `after`, of Vars that only the user
///   sets, and of the ports that are named to `blocks`: not of the time step, or of random numbers. A
///   model for which this holds only sometimes calls [`wake`](Sleep::wake) in steps in which it does not.
///   What it does regularly it does in all steps, or in those that are multiples of 64.
///
/// ```
/// # use lava::prelude::*;
/// use lava::model::Sleep;
///
/// /// Sums its input, and forgets half of it in a step.
/// #[process]
/// pub struct Leak {
///     a_in: InPort<f32>,
///     #[var(init = 0.0)]
///     v: Var<f32>,
/// }
///
/// #[implements(proc = Leak, protocol = Loihi, shardable)]
/// struct LeakModel {
///     a_in: In<f32>,
///     v: Vec<f32>,
///     #[local]
///     context: Context,
///     #[local]
///     sleep: Sleep,
/// }
///
/// impl LoihiModel for LeakModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         let a_in = self.a_in.recv_sums();
///         let step = self.context.time_step();
///         let mut blocks = self.sleep.blocks(self.v.len(), step, &[&a_in]);
///         while let Some((start, len)) = blocks.next() {
///             if blocks.look() {
///                 blocks.before(&[&self.v]);
///             }
///             let neurons = self.v[start..][..len].iter_mut().zip(a_in.block(start, len));
///             neurons.for_each(|(v, a)| *v = *v / 2.0 + a);
///             if blocks.look() {
///                 blocks.after(&[&self.v], false);
///             }
///         }
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Sleep {
    /// The neurons.
    neurons: usize,
    /// A bit for each block: it is awake.
    awake: Vec<u64>,
    /// The number of blocks that sleep.
    asleep: usize,
    /// A bit for each block: input arrives in this step. Made where it matters.
    arrived: Vec<u64>,
    /// The blocks that are watched.
    watch: Vec<Watch>,
    /// The state before the step of the block that is looked at.
    state: Vec<u8>,
    /// The state after it.
    state_after: Vec<u8>,
    requests: Arc<ModelRequests>,
    is_enabled: bool,
}

/// The attention that a block which is awake gets: first one of its neurons is looked at, and all of them
/// once that one rests.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    neuron: u8,
    is_close: bool,
}

/// Steps between two in which blocks are looked at. In these, models of the library set subnormal numbers
/// to zero.
const INTERVAL: u64 = 64;

thread_local! {
    static IS_ENABLED: Cell<bool> = const { Cell::new(true) };
}

/// Calls `act`; networks that this thread compiles meanwhile let no neurons sleep. The results are the
/// same bits, which is what this function is for.
#[doc(hidden)]
pub fn without_sleep<R>(act: impl FnOnce() -> R) -> R {
    let before = IS_ENABLED.replace(false);
    let result = act();
    IS_ENABLED.set(before);
    result
}

impl Local for Sleep {
    fn local(binder: &mut Binder<'_>) -> Sleep {
        Sleep {
            neurons: 0,
            awake: Vec::new(),
            asleep: 0,
            arrived: Vec::new(),
            watch: Vec::new(),
            state: Vec::new(),
            state_after: Vec::new(),
            requests: Arc::clone(&binder.requests),
            is_enabled: IS_ENABLED.get(),
        }
    }

    fn reset(&mut self) {
        self.wake();
    }
}

impl Sleep {
    /// The blocks of a population of `neurons` neurons to compute in time step `step`, if only what
    /// arrives at `inputs` acts on them.
    #[inline(always)]
    pub fn blocks<'s>(
        &'s mut self,
        neurons: usize,
        step: u64,
        inputs: &[&dyn Arrive],
    ) -> AwakeBlocks<'s> {
        let looks = self.is_enabled & step.is_multiple_of(INTERVAL);
        if looks | (self.asleep != 0) {
            self.prepare(neurons, inputs);
        }
        AwakeBlocks {
            are_all_awake: self.asleep == 0,
            neurons,
            next: 0,
            start: 0,
            looks,
            is_looked_at: false,
            source: BlockSource::Sleep(self),
        }
    }

    /// Wakes all blocks.
    #[inline]
    pub fn wake(&mut self) {
        if self.asleep != 0 {
            self.awake.fill(u64::MAX);
            self.asleep = 0;
        }
        self.watch.fill(Watch::default());
    }

    /// The number of blocks that sleep.
    #[inline]
    pub fn asleep(&self) -> usize {
        self.asleep
    }

    /// Notes the blocks in which input arrives, and wakes those that sleep.
    #[inline(never)]
    fn prepare(&mut self, neurons: usize, inputs: &[&dyn Arrive]) {
        let words = neurons.div_ceil(BLOCK).div_ceil(64);
        if self.neurons != neurons {
            self.neurons = neurons;
            self.asleep = 0;
            self.awake = vec![u64::MAX; words];
            self.arrived = vec![0; words];
            self.watch = vec![Watch::default(); neurons.div_ceil(BLOCK)];
        }
        if self.requests.take_update() {
            self.wake();
        }
        self.arrived.fill(0);
        for input in inputs {
            input.add_blocks(&mut self.arrived);
        }
        if self.asleep != 0 {
            for (awake, arrived) in self.awake.iter_mut().zip(&self.arrived) {
                self.asleep -= (*arrived & !*awake).count_ones() as usize;
                *awake |= arrived;
            }
        }
    }
}

/// The blocks of a step that are awake, or that input wakes: see [`Sleep::blocks`]. Of event-driven neurons,
/// single ones: see [`EventDriven::blocks`](super::EventDriven::blocks).
#[derive(Debug)]
pub struct AwakeBlocks<'a> {
    source: BlockSource<'a>,
    are_all_awake: bool,
    neurons: usize,
    /// The first neuron after the present block.
    next: usize,
    /// The first neuron of the present block.
    start: usize,
    /// Blocks are looked at in this step.
    looks: bool,
    /// The state of the present block was noted.
    is_looked_at: bool,
}

#[derive(Debug)]
enum BlockSource<'a> {
    Sleep(&'a mut Sleep),
    /// The neurons that are left.
    Neurons(std::slice::Iter<'a, u32>),
}

impl<'a> AwakeBlocks<'a> {
    /// Blocks of one neuron each.
    pub(super) fn single(neurons: &'a [u32]) -> AwakeBlocks<'a> {
        AwakeBlocks {
            source: BlockSource::Neurons(neurons.iter()),
            are_all_awake: false,
            neurons: 0,
            next: 0,
            start: 0,
            looks: false,
            is_looked_at: false,
        }
    }

    /// Goes on to the next block. Returns its first neuron and their number, or `None` after the last.
    #[inline(always)]
    #[allow(
        clippy::should_implement_trait,
        reason = "blocks are used while they are listed"
    )]
    pub fn next(&mut self) -> Option<(usize, usize)> {
        if !self.are_all_awake {
            match &mut self.source {
                BlockSource::Sleep(sleep) => self.next = sleep.next_awake(self.next),
                BlockSource::Neurons(neurons) => return Some((*neurons.next()? as usize, 1)),
            }
        }
        if self.next >= self.neurons {
            return None;
        }
        self.start = self.next;
        self.next += BLOCK;
        Some((self.start, BLOCK.min(self.neurons - self.start)))
    }

    /// Returns `true` if blocks are looked at in this step: then [`before`](AwakeBlocks::before) and
    /// [`after`](AwakeBlocks::after) are to be called.
    #[inline(always)]
    pub fn look(&self) -> bool {
        self.looks
    }

    /// Notes the state of the block: of `state`, the Vars that a step changes.
    #[inline]
    pub fn before(&mut self, state: &[&dyn StepState]) {
        if let BlockSource::Sleep(sleep) = &mut self.source {
            let range = self.start..self.neurons.min(self.start + BLOCK);
            self.is_looked_at = sleep.note(range, self.neurons, state);
        }
    }

    /// Lets the block fall asleep if its state is what it was before, and `acts` is `false`: it is `true`
    /// if the block has sent anything in this step, or would do something else in the next one though its
    /// state is the same.
    #[inline]
    pub fn after(&mut self, state: &[&dyn StepState], acts: bool) {
        if let (true, BlockSource::Sleep(sleep)) = (self.is_looked_at, &mut self.source) {
            let range = self.start..self.neurons.min(self.start + BLOCK);
            sleep.compare(range, self.neurons, state, acts);
        }
    }
}

impl Sleep {
    /// The first neuron of the next block that is awake, from that at `neuron` on.
    #[inline]
    fn next_awake(&self, neuron: usize) -> usize {
        let block = neuron / BLOCK;
        let mut word = block / 64;
        let Some(first) = self.awake.get(word) else {
            return usize::MAX;
        };
        let mut bits = first & u64::MAX << (block % 64);
        while bits == 0 {
            word += 1;
            match self.awake.get(word) {
                Some(next) => bits = *next,
                None => return usize::MAX,
            }
        }
        (word * 64 + bits.trailing_zeros() as usize) * BLOCK
    }

    /// Notes the state of a block, or of one of its neurons. Returns `false` if input arrives.
    #[inline(never)]
    fn note(&mut self, block: Range<usize>, neurons: usize, state: &[&dyn StepState]) -> bool {
        let number = block.start / BLOCK;
        if self.arrived[number / 64] >> (number % 64) & 1 != 0 {
            self.watch[number].is_close = false;
            return false;
        }
        let range = self.watch[number].range(block);
        self.state.clear();
        for values in state {
            values.append(range.clone(), neurons, &mut self.state);
        }
        // The first look, at one neuron, reserves for looks at whole blocks.
        let most = self.state.len() / range.len() * BLOCK.min(neurons);
        self.state.reserve(most.saturating_sub(self.state.len()));
        self.state_after.clear();
        self.state_after.reserve(most);
        true
    }

    #[inline(never)]
    fn compare(
        &mut self,
        block: Range<usize>,
        neurons: usize,
        state: &[&dyn StepState],
        acts: bool,
    ) {
        let number = block.start / BLOCK;
        let range = self.watch[number].range(block.clone());
        let mut after = std::mem::take(&mut self.state_after);
        after.clear();
        for values in state {
            values.append(range.clone(), neurons, &mut after);
        }
        let watch = &mut self.watch[number];
        match (after == self.state && !acts, watch.is_close) {
            (true, false) => watch.is_close = true,
            (true, true) => {
                watch.is_close = false;
                self.awake[number / 64] &= !(1 << (number % 64));
                self.asleep += 1;
            }
            (false, false) => watch.neuron = watch.neuron.wrapping_add(97),
            (false, true) => watch.is_close = false,
        }
        self.state_after = after;
    }
}

impl Watch {
    /// The neurons of a block that are looked at.
    fn range(self, block: Range<usize>) -> Range<usize> {
        match self.is_close {
            true => block,
            false => {
                let neuron = block.start + usize::from(self.neuron) % block.len();
                neuron..neuron + 1
            }
        }
    }
}

/// A Var that a step changes, in row-major order: a `Vec` with some values for each neuron.
pub trait StepState {
    /// Appends the bytes of the values of a range of neurons, of `neurons` in all.
    #[doc(hidden)]
    fn append(&self, range: Range<usize>, neurons: usize, bytes: &mut Vec<u8>);
}

impl<T: Element> StepState for Vec<T> {
    fn append(&self, range: Range<usize>, neurons: usize, bytes: &mut Vec<u8>) {
        let each = self.len() / neurons.max(1);
        for value in &self[range.start * each..range.end * each] {
            Persist::save(value, bytes);
        }
    }
}

/// This step's input of a port: [`Sums`](super::Sums) or [`SumBlocks`](super::SumBlocks).
pub trait Arrive {
    /// Adds the bits of the blocks in which something may have arrived.
    #[doc(hidden)]
    fn add_blocks(&self, blocks: &mut [u64]);
}
