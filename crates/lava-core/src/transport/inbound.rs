//! Inbound routes: the connections of an in-port, seen from the receiver.

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::arrivals::Arrivals;
use super::ring::{ErasedRing, MessageRing};
use crate::data::{Converts, IndexMap, Payload};

/// A connection as the compiler laid it out, from the tasks that send to one that receives.
#[derive(Clone, Debug)]
pub struct Route {
    /// The sending tasks, in the order of their elements.
    pub senders: Vec<RouteSender>,
    /// The elements of the in-port that the receiving task has.
    pub elements: Range<usize>,
    /// The delay in steps.
    pub delay: u64,
    /// The element of the in-port for each element of the out-port, where they are not consecutive;
    /// [`IndexMap::DROPPED`] for those that do not arrive.
    pub table: Option<Arc<[u32]>>,
    /// The constructor for the payloads at both ends.
    pub factory: InboundFactory,
}

/// One of the tasks that send through a connection.
#[derive(Clone, Debug)]
pub struct RouteSender {
    /// Its messages.
    pub ring: ErasedRing,
    /// The elements that it sends: of the in-port, or with a `table` of the out-port.
    pub elements: Range<usize>,
}

impl Route {
    /// The offset and the table of a connection: of the two, the other is zero or `None`.
    pub fn split(map: &IndexMap) -> (usize, Option<Arc<[u32]>>) {
        match map {
            IndexMap::Offset(first) => (*first, None),
            IndexMap::Table(table) => (0, Some(Arc::clone(table))),
        }
    }

    /// Returns `true` if `next` continues the message of this connection: one message can be
    /// gathered from both.
    pub fn is_contiguous_with(&self, next: &Route) -> bool {
        let end = self.senders.last().map_or(0, |last| last.elements.end);
        let start = next.senders.first().map_or(0, |first| first.elements.start);
        self.is_identity() && next.is_identity() && self.delay == next.delay && end <= start
    }

    fn is_identity(&self) -> bool {
        self.table.is_none() && self.factory.is_identity()
    }

    /// Appends the senders of `next`.
    pub fn append(&mut self, next: Route) {
        self.senders.extend(next.senders);
    }

    /// The receiving end for an in-port of `T`.
    ///
    /// # Panics
    /// If the route was made for an in-port of another payload.
    pub fn inbound<T: Payload>(&self) -> Inbound<T> {
        *(self.factory.make)(self)
            .downcast()
            .expect("a route carries the payload of its in-port")
    }
}

/// The receiving end of a connection at an in-port of payload `T`.
pub enum Inbound<T: Payload> {
    /// Messages arrive as they were sent.
    Direct {
        /// The messages of the sender.
        ring: Arc<MessageRing<T>>,
        /// The delay in steps.
        delay: u64,
    },
    /// Messages are gathered from slices of others.
    Gathered {
        /// The slices, by ascending element.
        slices: Vec<Slice<T>>,
        /// The delay in steps.
        delay: u64,
    },
    /// Messages are converted or permuted on the way.
    Converted(Box<dyn Accumulate<T>>),
}

impl<T: Payload> fmt::Debug for Inbound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Inbound::Direct { .. } => "Direct",
            Inbound::Gathered { .. } => "Gathered",
            Inbound::Converted(_) => "Converted",
        })
    }
}

/// Elements of a message, and their offset in the one that arrives.
#[derive(Debug)]
pub struct Slice<T: Payload> {
    ring: Arc<MessageRing<T>>,
    elements: Range<usize>,
    offset: usize,
}

impl<T: Payload> Inbound<T> {
    /// The message of `step`, if this is a direct connection and there is one.
    #[inline(always)]
    pub fn direct(&self, step: u64) -> Option<&[T::Item]> {
        match self {
            Inbound::Direct { ring, delay } => ring.message(step.saturating_sub(*delay)),
            Inbound::Gathered { .. } | Inbound::Converted(_) => None,
        }
    }

    /// The parts of the message of `step` that can be other than silent.
    #[inline(always)]
    pub fn arrivals(&self, step: u64) -> Arrivals<'_> {
        let sent = |is_sent| {
            if is_sent {
                Arrivals::All
            } else {
                Arrivals::None
            }
        };
        match self {
            Inbound::Direct { ring, delay } => ring.arrivals(step.saturating_sub(*delay)),
            Inbound::Gathered { slices, delay } => {
                let step = step.saturating_sub(*delay);
                sent(
                    slices
                        .iter()
                        .any(|slice| slice.ring.message(step).is_some()),
                )
            }
            Inbound::Converted(converting) => sent(converting.is_sent(step)),
        }
    }

    /// Gathers the message of `step` in `row`. Returns the number of its items, or `None` if this is
    /// no gathered connection.
    pub fn gather(&self, step: u64, row: &mut [T::Item]) -> Option<usize> {
        let Inbound::Gathered { slices, delay } = self else {
            return None;
        };
        let mut count = T::silence(row);
        for slice in slices {
            if let Some(message) = slice.ring.message(step.saturating_sub(*delay)) {
                count = T::copy(message, slice.elements.clone(), row, slice.offset, count);
            }
        }
        Some(count)
    }

    /// Adds the message of `step` to `sum`; `row` is a buffer.
    pub fn accumulate(&self, step: u64, row: &mut [T::Item], sum: &mut [T::Record]) {
        match self {
            Inbound::Direct { ring, delay } => {
                if let Some(items) = ring.message(step.saturating_sub(*delay)) {
                    T::add(items, sum);
                }
            }
            Inbound::Gathered { .. } => {
                if let Some(count) = self.gather(step, row) {
                    T::add(&row[..count], sum);
                }
            }
            Inbound::Converted(converting) => converting.accumulate(step, sum),
        }
    }
}

/// A connection that changes its messages.
pub trait Accumulate<T: Payload>: Send {
    /// Adds the message of `step` to `sum`.
    fn accumulate(&self, step: u64, sum: &mut [T::Record]);
    /// Returns `true` if there is a message of `step`.
    fn is_sent(&self, step: u64) -> bool;
}

/// A connection from an out-port of `A` that converts or permutes.
struct Converting<A: Payload> {
    /// The senders' rings, and the number of the first element of each.
    senders: Vec<(Arc<MessageRing<A>>, usize)>,
    delay: u64,
    table: Option<Arc<[u32]>>,
    elements: Range<usize>,
}

impl<A: Payload, T: Converts<A>> Accumulate<T> for Converting<A> {
    fn accumulate(&self, step: u64, sum: &mut [T::Record]) {
        let local = |element: usize| {
            let is_local = self.elements.contains(&element);
            is_local.then(|| element - self.elements.start)
        };
        for (ring, first) in &self.senders {
            let Some(items) = ring.message(step.saturating_sub(self.delay)) else {
                continue;
            };
            match &self.table {
                None => T::convert(items, sum, |index| local(first + index)),
                Some(table) => T::convert(items, sum, |index| local(table[first + index] as usize)),
            }
        }
    }

    fn is_sent(&self, step: u64) -> bool {
        let step = step.saturating_sub(self.delay);
        let mut senders = self.senders.iter();
        senders.any(|(ring, _)| ring.message(step).is_some())
    }
}

impl<A: Payload> Converting<A> {
    fn new(route: &Route) -> Converting<A> {
        let senders = route.senders.iter();
        Converting {
            senders: senders
                .map(|sender| (sender.ring.downcast(), sender.elements.start))
                .collect(),
            delay: route.delay,
            table: route.table.clone(),
            elements: route.elements.clone(),
        }
    }
}

/// A connection that changes nothing.
fn identity<T: Payload>(route: &Route) -> Inbound<T> {
    let Route {
        senders,
        elements,
        delay,
        ..
    } = route;
    if let [sender] = &senders[..]
        && sender.elements == *elements
    {
        let (ring, delay) = (sender.ring.downcast(), *delay);
        return Inbound::Direct { ring, delay };
    }
    let slice = |sender: &RouteSender| {
        let sent = &sender.elements;
        let common = sent.start.max(elements.start)..sent.end.min(elements.end);
        (!common.is_empty()).then(|| Slice {
            ring: sender.ring.downcast(),
            offset: common.start - elements.start,
            elements: common.start - sent.start..common.end - sent.start,
        })
    };
    Inbound::Gathered {
        slices: senders.iter().filter_map(slice).collect(),
        delay: *delay,
    }
}

/// The constructor of an [`Inbound`] for known payloads at both ends.
#[derive(Clone, Copy, Debug)]
pub struct InboundFactory {
    make: fn(&Route) -> Box<dyn Any + Send>,
    identity: bool,
}

impl InboundFactory {
    /// The constructor from an out-port of `T` to an in-port of `T`.
    pub fn identity<T: Payload + Converts<T>>() -> InboundFactory {
        InboundFactory {
            make: |route| {
                let inbound: Inbound<T> = match route.table {
                    None => identity(route),
                    Some(_) => Inbound::Converted(Box::new(Converting::<T>::new(route))),
                };
                Box::new(inbound)
            },
            identity: true,
        }
    }

    /// The constructor from an out-port of `A` to an in-port of `T`, with a conversion.
    pub fn converting<A: Payload, T: Converts<A>>() -> InboundFactory {
        InboundFactory {
            make: |route| {
                let inbound: Inbound<T> = Inbound::Converted(Box::new(Converting::<A>::new(route)));
                Box::new(inbound)
            },
            identity: false,
        }
    }

    /// Returns `true` if messages arrive as they were sent.
    pub fn is_identity(self) -> bool {
        self.identity
    }
}
