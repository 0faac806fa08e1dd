//! The in-ports of a lockstep or detached model.

use std::fmt;
use std::sync::Arc;

use lava_core::data::{Dims, Payload, Value};
use lava_core::transport::{Arrivals, Clock, Inbound, MessageRing, PART};

use super::sums::{SumBlocks, Sums};

/// The model's end of an [`InPort<T>`](crate::InPort): a field of the same name in the model.
///
/// The message of a step can be read any number of times in that step, in every phase. The messages of
/// several connections are summed in the order in which the connections were made (spikes are
/// united); a port without a connection reads zeros, or no spikes.
pub struct In<T: Payload> {
    reception: Reception<T>,
    /// The sum of several connections, as of `valid_step`; zeros otherwise.
    sum: Vec<T::Record>,
    /// The assembled message, or silence: its first `len` items.
    buffer: Box<[T::Item]>,
    len: usize,
    /// The step that `sum` and `buffer` belong to.
    valid_step: u64,
    /// The parts of `sum`, or of the gathered message, that can be other than zero.
    summed: SummedParts,
    /// The marks of these parts, one for each part of `sum`.
    marks: Vec<u8>,
    dims: Dims,
    clock: Arc<Clock>,
    /// The steps by which messages arrive late.
    lag: usize,
    /// The last step whose message was taken before it.
    caught_up: u64,
}

/// The parts of a sum that can be other than zero.
#[derive(Clone, Copy, PartialEq)]
enum SummedParts {
    None,
    Marked,
    All,
}

/// The way in which a port receives, chosen when the model is bound.
enum Reception<T: Payload> {
    /// No connection.
    Silent,
    /// One connection whose messages are read in place.
    Direct {
        ring: Arc<MessageRing<T>>,
        delay: u64,
    },
    /// One connection whose messages are gathered from slices of others.
    Gathered(Inbound<T>),
    /// Several connections, or one that converts.
    Summed(Vec<Inbound<T>>),
}

impl<T: Payload> Reception<T> {
    fn new(mut inbound: Vec<Inbound<T>>) -> Reception<T> {
        match (inbound.pop(), inbound.is_empty()) {
            (None, _) => Reception::Silent,
            (Some(Inbound::Direct { ring, delay }), true) => Reception::Direct { ring, delay },
            (Some(gathered @ Inbound::Gathered { .. }), true) => Reception::Gathered(gathered),
            (Some(last), _) => {
                inbound.push(last);
                Reception::Summed(inbound)
            }
        }
    }
}

impl<T: Payload> In<T> {
    pub(crate) fn new(inbound: Vec<Inbound<T>>, dims: Dims, clock: Arc<Clock>) -> In<T> {
        let mut buffer: Box<[T::Item]> = vec![T::Item::default(); dims.len()].into();
        In {
            reception: Reception::new(inbound),
            sum: vec![T::Record::default(); dims.len()],
            len: T::silence(&mut buffer),
            buffer,
            valid_step: 0,
            summed: SummedParts::None,
            marks: Vec::new(),
            dims,
            clock,
            lag: 0,
            caught_up: 0,
        }
    }

    /// The port, whose messages arrive `lag` steps late.
    pub(crate) fn with_lag(self, lag: usize) -> In<T> {
        In { lag, ..self }
    }

    /// The steps by which messages arrive late: at most the `slack` that the port declares, and 0 in one
    /// process. A network on several ranks makes use of it, and exchanges the messages of several steps at once.
    ///
    /// A model with such a port acts as if a message had arrived so many steps before, and implements
    /// [`catch_up`](super::LoihiModel::catch_up).
    ///
    /// ```
    /// # use lava::prelude::*;
    /// /// Sends in each step the number of spikes of five steps before.
    /// #[process]
    /// pub struct Late {
    ///     #[port(slack = 5)]
    ///     s_in: InPort<Spike>,
    ///     #[port(shape = [1])]
    ///     a_out: OutPort<u64>,
    /// }
    ///
    /// #[implements(proc = Late, protocol = Loihi)]
    /// struct LateModel {
    ///     s_in: In<Spike>,
    ///     a_out: Out<u64>,
    ///     /// The numbers of spikes that are still to be sent, the next first.
    ///     #[local]
    ///     waiting: [u64; 6],
    /// }
    ///
    /// impl LoihiModel for LateModel {
    ///     fn run_spk(&mut self) -> lava::Result<()> {
    ///         let spikes = self.s_in.recv().len() as u64;
    ///         self.waiting[5 - self.s_in.lag()] += spikes;
    ///         self.a_out.send_slice(&self.waiting[..1])?;
    ///         self.waiting.rotate_left(1);
    ///         self.waiting[5] = 0;
    ///         Ok(())
    ///     }
    ///
    ///     fn catch_up(&mut self) {
    ///         let waiting = &mut self.waiting;
    ///         self.s_in.catch_up(|s_in, age| waiting[5 - age] += s_in.recv().len() as u64);
    ///     }
    /// }
    /// ```
    pub fn lag(&self) -> usize {
        self.lag
    }

    /// Calls `act` for the first message that has been sent and would arrive in the next [`lag`](In::lag) steps, with
    /// its age in the next step; the port is silent in the step in which it would. Called between runs, by
    /// [`catch_up`](super::LoihiModel::catch_up), until there is no such message left.
    pub fn catch_up(&mut self, act: impl FnOnce(&mut In<T>, usize)) {
        let last = self.clock.tick();
        let step = last.max(self.caught_up) + 1;
        if step > last + self.lag as u64 {
            return;
        }
        let late = Clock::default();
        late.restore(step);
        let present = std::mem::replace(&mut self.clock, Arc::new(late));
        act(self, self.lag - (step - last - 1) as usize);
        self.clock = present;
        self.caught_up = step;
    }

    /// Returns `true` if [`catch_up`](In::catch_up) has taken the message of this step.
    #[inline(always)]
    pub(crate) fn is_caught_up(&self) -> bool {
        self.clock.tick() <= self.caught_up
    }

    /// The present step, or 0 if its message was taken before.
    #[inline(always)]
    fn step(&self) -> u64 {
        let step = self.clock.tick();
        if step > self.caught_up { step } else { 0 }
    }

    /// The shape of every message.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }

    /// Returns `true` if a connection leads to the port: otherwise it reads zeros in every step.
    pub fn is_connected(&self) -> bool {
        !matches!(self.reception, Reception::Silent)
    }

    /// Copies this step's message to an array of the port's shape.
    ///
    /// # Panics
    /// If `out` has another number of elements.
    pub fn record(&mut self, out: &mut [T::Record]) {
        assert_eq!(
            out.len(),
            self.dims.len(),
            "as many elements as the port has"
        );
        let step = self.step();
        self.assemble(step);
        match &self.reception {
            Reception::Silent => out.fill(T::Record::default()),
            Reception::Direct { ring, delay } => match ring.message(step.saturating_sub(*delay)) {
                Some(items) => T::record(items, out),
                None => out.fill(T::Record::default()),
            },
            Reception::Gathered(_) => T::record(&self.buffer[..self.len], out),
            Reception::Summed(_) => out.copy_from_slice(&self.sum),
        }
    }

    /// Returns this step's message: an array of the port's shape for numbers, the neurons that fired
    /// for spikes ([`Spikes`](super::Spikes)).
    ///
    /// ```
    /// # use lava::prelude::*;
    /// #[process]
    /// pub struct Doubler { a_in: InPort<f32>, a_out: OutPort<f32> }
    ///
    /// #[implements(proc = Doubler, protocol = Loihi)]
    /// struct DoublerModel { a_in: In<f32>, a_out: Out<f32> }
    ///
    /// impl LoihiModel for DoublerModel {
    ///     fn run_spk(&mut self) -> lava::Result<()> {
    ///         let doubled = &self.a_in.recv() * 2.0;
    ///         self.a_out.send(&doubled)
    ///     }
    /// }
    /// ```
    #[inline]
    pub fn recv(&mut self) -> T::Received<'_> {
        let step = self.step();
        let is_new = self.assemble(step);
        if is_new && matches!(self.reception, Reception::Summed(_)) {
            self.len = T::list(&self.sum, &mut self.buffer);
        }
        let assembled = &self.buffer[..self.len];
        let items = match &self.reception {
            Reception::Silent | Reception::Gathered(_) => assembled,
            Reception::Direct { ring, delay } => ring
                .message(step.saturating_sub(*delay))
                .unwrap_or(assembled),
            Reception::Summed(_) => return T::received_sum(&self.sum, assembled, &self.dims),
        };
        T::received(items, &self.dims)
    }

    /// Gathers or sums the message of `step`, once. Returns `true` if it was not valid before.
    #[inline(always)]
    fn assemble(&mut self, step: u64) -> bool {
        let is_assembled = match self.reception {
            Reception::Silent | Reception::Direct { .. } => false,
            Reception::Gathered(_) | Reception::Summed(_) => self.valid_step != step,
        };
        if is_assembled {
            self.assemble_now(step);
        }
        is_assembled
    }

    fn assemble_now(&mut self, step: u64) {
        self.valid_step = step;
        match &self.reception {
            Reception::Silent | Reception::Direct { .. } => {}
            Reception::Gathered(inbound) => {
                let arrives = !inbound.arrivals(step).is_none();
                if arrives || self.summed != SummedParts::None {
                    self.len = inbound.gather(step, &mut self.buffer).unwrap_or(0);
                }
                self.summed = match arrives {
                    true => SummedParts::All,
                    false => SummedParts::None,
                };
            }
            Reception::Summed(inbound) => {
                let arrivals = inbound.iter().map(|inbound| inbound.arrivals(step));
                let summed = arrivals.fold(SummedParts::None, |all, next| match (all, next) {
                    (SummedParts::All, _) | (_, Arrivals::All) => SummedParts::All,
                    (all, Arrivals::None) => all,
                    (_, Arrivals::Parts(_)) => SummedParts::Marked,
                });
                let before = std::mem::replace(&mut self.summed, summed);
                match summed {
                    SummedParts::All => self.sum_all(step),
                    _ => self.sum_parts(step, before),
                }
            }
        }
    }

    fn sum_all(&mut self, step: u64) {
        let Reception::Summed(inbound) = &self.reception else {
            return;
        };
        // The first messages need no zeros to be added to.
        let second = inbound.get(1).and_then(|inbound| inbound.direct(step));
        let rest = match (inbound[0].direct(step), second) {
            (Some(first), Some(second)) => {
                T::record_sum([first, second], &mut self.sum);
                &inbound[2..]
            }
            (Some(first), None) => {
                T::record(first, &mut self.sum);
                &inbound[1..]
            }
            (None, _) => {
                self.sum.fill(T::Record::default());
                &inbound[..]
            }
        };
        for inbound in rest {
            inbound.accumulate(step, &mut self.buffer, &mut self.sum);
        }
    }

    /// Sums the parts that something arrives in, as [`sum_all`](In::sum_all) does; the other parts become
    /// zeros.
    fn sum_parts(&mut self, step: u64, before: SummedParts) {
        let Reception::Summed(inbound) = &self.reception else {
            return;
        };
        let len = self.sum.len();
        match before {
            SummedParts::None => {}
            SummedParts::All => self.sum.fill(T::Record::default()),
            SummedParts::Marked => Arrivals::Parts(&self.marks).for_each_part(len, |part| {
                self.sum[part].fill(T::Record::default());
            }),
        }
        self.marks.clear();
        self.marks.resize(len.div_ceil(PART), 0);
        for (number, inbound) in inbound.iter().enumerate() {
            let Some(items) = inbound.direct(step) else {
                continue;
            };
            inbound.arrivals(step).for_each_part(len, |part| {
                self.marks[part.start / PART] = 1;
                let (items, sum) = (&items[part.clone()], &mut self.sum[part]);
                match number {
                    0 => T::record(items, sum),
                    _ => T::add(items, sum),
                }
            });
        }
    }
}

impl<T: Value> In<T> {
    /// Returns this step's values in row-major order, without a copy if one connection leads to the
    /// port.
    #[inline]
    pub fn recv_slice(&mut self) -> &[T] {
        let step = self.step();
        self.assemble(step);
        match &self.reception {
            Reception::Silent | Reception::Summed(_) => &self.sum,
            Reception::Direct { ring, delay } => ring
                .message(step.saturating_sub(*delay))
                .unwrap_or(&self.sum),
            Reception::Gathered(_) => &self.buffer,
        }
    }

    /// Returns this step's values as [`recv_slice`](In::recv_slice), and the places in which something
    /// arrived.
    #[inline]
    pub fn recv_sums(&mut self) -> Sums<'_, T> {
        let step = self.step();
        self.assemble(step);
        let zeros = Sums::new(&self.sum, Arrivals::None);
        match &self.reception {
            Reception::Silent => zeros,
            Reception::Direct { ring, delay } => {
                let step = step.saturating_sub(*delay);
                match ring.message(step) {
                    Some(values) => Sums::new(values, ring.arrivals(step)),
                    None => zeros,
                }
            }
            Reception::Gathered(inbound) => Sums::new(&self.buffer, inbound.arrivals(step)),
            Reception::Summed(_) => {
                let arrivals = match self.summed {
                    SummedParts::None => Arrivals::None,
                    SummedParts::Marked => Arrivals::Parts(&self.marks),
                    SummedParts::All => Arrivals::All,
                };
                Sums::new(&self.sum, arrivals)
            }
        }
    }

    /// Returns this step's values as [`recv_sums`](In::recv_sums), to be read a block at a time, each once: the
    /// messages of two connections are summed then, and not written as a whole before.
    #[inline]
    pub fn recv_blocks(&mut self) -> SumBlocks<'_, T> {
        let step = self.step();
        if self.valid_step == step || self.reception.pair(step).is_none() {
            return SumBlocks::new(self.recv_sums(), None);
        }
        // A block is summed in the first elements.
        self.summed = SummedParts::All;
        let [first, second] = self.reception.pair(step).unwrap_or_default();
        let first = Sums::new(first, Arrivals::All);
        SumBlocks::new(first, Some((second, &mut self.sum)))
    }
}

impl<T: Value> Reception<T> {
    /// The messages of two connections, if some number can arrive anywhere.
    #[inline(always)]
    fn pair(&self, step: u64) -> Option<[&[T]; 2]> {
        let Reception::Summed(inbound) = self else {
            return None;
        };
        let [first, second] = inbound.as_slice() else {
            return None;
        };
        let are_all = |inbound: &Inbound<T>| matches!(inbound.arrivals(step), Arrivals::All);
        let arrives = are_all(first) || are_all(second);
        arrives.then_some([first.direct(step)?, second.direct(step)?])
    }
}

impl<T: Payload> fmt::Debug for In<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("In")
            .field("shape", &self.dims)
            .finish_non_exhaustive()
    }
}
