//! What feeds an in-port: one connection, seen from its receiving end.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use num_traits::AsPrimitive;

use crate::process::{Payload, Spike, Value};
use crate::runtime::{AnyOutlet, Outlet};

/// A connection as the compiler laid it out, from the models that send to one that receives.
pub(crate) struct Connection {
    /// The outlets of the sending models, and which elements of the message each has, in order.
    /// With `places` it is the elements of the out-port that are counted, without the in-port's.
    pub(crate) outlets: Vec<(AnyOutlet, Range<usize>)>,
    /// The elements of the in-port that the receiving model has.
    pub(crate) elements: Range<usize>,
    pub(crate) delay: u64,
    /// Where element `i` of the out-port goes.
    pub(crate) places: Option<Arc<[u32]>>,
    pub(crate) feed: FeedMaker,
}

/// A connection's way from an out-port to an in-port of payload `T`.
pub(crate) enum Feed<T: Payload> {
    /// The message arrives as it was sent.
    Direct { outlet: Arc<Outlet<T>>, delay: u64 },
    /// The message is put together from pieces of others.
    Joined { pieces: Vec<Piece<T>>, delay: u64 },
    /// The message is converted or permuted on the way.
    Mapped(Box<dyn Merge<T>>),
}

/// Elements of a message, and where they go.
pub(crate) struct Piece<T: Payload> {
    outlet: Arc<Outlet<T>>,
    elements: Range<usize>,
    at: usize,
}

impl<T: Payload> Feed<T> {
    /// Whether messages arrive unchanged.
    #[inline(always)]
    pub(crate) fn is_direct(&self) -> bool {
        matches!(self, Feed::Direct { .. })
    }

    /// What arrives in `step`, if this is a direct feed and something does.
    #[inline(always)]
    pub(crate) fn direct(&self, step: u64) -> Option<&[T::Item]> {
        match self {
            Feed::Direct { outlet, delay } => outlet.message(step.saturating_sub(*delay)),
            Feed::Joined { .. } | Feed::Mapped(_) => None,
        }
    }

    /// Puts what arrives in `step` together in a row, if this is a joined feed. Returns how many
    /// items the message has.
    pub(crate) fn join(&self, step: u64, row: &mut [T::Item]) -> Option<usize> {
        let Feed::Joined { pieces, delay } = self else {
            return None;
        };
        let mut count = T::silence(row);
        for piece in pieces {
            if let Some(message) = piece.outlet.message(step.saturating_sub(*delay)) {
                count = T::copy(message, piece.elements.clone(), row, piece.at, count);
            }
        }
        Some(count)
    }

    /// Adds what arrives in `step` to `sum`; `row` is a buffer.
    pub(crate) fn merge(&self, step: u64, row: &mut [T::Item], sum: &mut [T::Record]) {
        match self {
            Feed::Direct { outlet, delay } => {
                if let Some(items) = outlet.message(step.saturating_sub(*delay)) {
                    T::add(items, sum);
                }
            }
            Feed::Joined { .. } => {
                if let Some(count) = self.join(step, row) {
                    T::add(&row[..count], sum);
                }
            }
            Feed::Mapped(mapped) => mapped.merge(step, sum),
        }
    }
}

/// A connection that changes what it carries.
pub(crate) trait Merge<T: Payload>: Send {
    fn merge(&self, step: u64, sum: &mut [T::Record]);
}

struct Mapped<A: Payload> {
    /// The senders' outlets, and the number of the first element of each.
    outlets: Vec<(Arc<Outlet<A>>, usize)>,
    delay: u64,
    places: Option<Arc<[u32]>>,
    elements: Range<usize>,
}

impl<A: Payload, T: Converts<A>> Merge<T> for Mapped<A> {
    fn merge(&self, step: u64, sum: &mut [T::Record]) {
        let here = |element: usize| {
            let mine = self.elements.contains(&element);
            mine.then(|| element - self.elements.start)
        };
        for (outlet, first) in &self.outlets {
            let Some(items) = outlet.message(step.saturating_sub(self.delay)) else {
                continue;
            };
            match &self.places {
                None => T::merge(items, sum, |index| here(first + index)),
                Some(places) => {
                    T::merge(items, sum, |index| here(places[first + index] as usize));
                }
            }
        }
    }
}

impl<A: Payload> Mapped<A> {
    fn new(connection: &Connection) -> Mapped<A> {
        let outlets = connection.outlets.iter();
        Mapped {
            outlets: outlets
                .map(|(outlet, elements)| (outlet.of(), elements.start))
                .collect(),
            delay: connection.delay,
            places: connection.places.clone(),
            elements: connection.elements.clone(),
        }
    }
}

/// A connection that changes nothing.
fn plain<T: Payload>(connection: &Connection) -> Feed<T> {
    let Connection {
        outlets,
        elements,
        delay,
        ..
    } = connection;
    if let [(outlet, sent)] = &outlets[..]
        && sent == elements
    {
        let (outlet, delay) = (outlet.of(), *delay);
        return Feed::Direct { outlet, delay };
    }
    let piece = |(outlet, sent): &(AnyOutlet, Range<usize>)| {
        let common = sent.start.max(elements.start)..sent.end.min(elements.end);
        (!common.is_empty()).then(|| Piece {
            outlet: outlet.of(),
            at: common.start - elements.start,
            elements: common.start - sent.start..common.end - sent.start,
        })
    };
    Feed::Joined {
        pieces: outlets.iter().filter_map(piece).collect(),
        delay: *delay,
    }
}

/// Makes the feed of a connection whose payloads are known.
#[derive(Clone, Copy)]
pub(crate) struct FeedMaker {
    make: fn(&Connection) -> Box<dyn Any + Send>,
    plain: bool,
}

impl FeedMaker {
    /// The way from an out-port of `T` to an in-port of `T`.
    pub(crate) fn plain<T: Payload + Converts<T>>() -> FeedMaker {
        FeedMaker {
            make: |connection| {
                let feed: Feed<T> = match connection.places {
                    None => plain(connection),
                    Some(_) => Feed::Mapped(Box::new(Mapped::<T>::new(connection))),
                };
                Box::new(feed)
            },
            plain: true,
        }
    }

    /// The way from an out-port of `A` to an in-port of `T`, converting.
    pub(crate) fn converting<A: Payload, T: Converts<A>>() -> FeedMaker {
        FeedMaker {
            make: |connection| {
                let feed: Feed<T> = Feed::Mapped(Box::new(Mapped::<A>::new(connection)));
                Box::new(feed)
            },
            plain: false,
        }
    }

    /// Whether messages arrive as they were sent.
    pub(crate) fn is_plain(self) -> bool {
        self.plain
    }
}

impl Connection {
    /// Whether this connection and `next` bring parts of one message, none of which overlap.
    pub(crate) fn can_be_joined(&self, next: &Connection) -> bool {
        let ends = |connection: &Connection| {
            let start = connection.outlets.first().map_or(0, |(_, sent)| sent.start);
            let end = connection.outlets.last().map_or(0, |(_, sent)| sent.end);
            start..end
        };
        let (first, second) = (ends(self), ends(next));
        let plain =
            |connection: &Connection| connection.places.is_none() && connection.feed.is_plain();
        plain(self) && plain(next) && self.delay == next.delay && first.end <= second.start
    }

    /// Makes one message of both.
    pub(crate) fn join(&mut self, next: Connection) {
        self.outlets.extend(next.outlets);
    }

    /// The feed of an in-port of `T`.
    pub(crate) fn feed<T: Payload>(&self) -> Feed<T> {
        *(self.feed.make)(self)
            .downcast()
            .expect("a connection carries the payload of its in-port")
    }
}

/// A message of `A` can be converted into one of `Self`: numbers by Rust's `as`, spikes into 1
/// and 0, non-zero numbers into spikes.
#[diagnostic::on_unimplemented(
    message = "`{A}` cannot be converted into `{Self}` on its way through a port",
    label = "no such conversion"
)]
pub trait Converts<A: Payload>: Payload {
    /// Adds a message to a sum, each element at its place, if it has one.
    #[doc(hidden)]
    fn merge(items: &[A::Item], sum: &mut [Self::Record], place: impl Fn(usize) -> Option<usize>);
}

impl Converts<Spike> for Spike {
    fn merge(items: &[u32], sum: &mut [bool], place: impl Fn(usize) -> Option<usize>) {
        for place in items.iter().filter_map(|index| place(*index as usize)) {
            sum[place] = true;
        }
    }
}

impl<A: Value> Converts<A> for Spike {
    fn merge(items: &[A], sum: &mut [bool], place: impl Fn(usize) -> Option<usize>) {
        for (index, value) in items.iter().enumerate() {
            if let Some(place) = place(index) {
                sum[place] |= *value != A::ZERO;
            }
        }
    }
}

impl<B: Value> Converts<Spike> for B {
    fn merge(items: &[u32], sum: &mut [B], place: impl Fn(usize) -> Option<usize>) {
        for place in items.iter().filter_map(|index| place(*index as usize)) {
            sum[place] = sum[place].plus(B::ONE);
        }
    }
}

impl<A: Value + AsPrimitive<B>, B: Value> Converts<A> for B {
    fn merge(items: &[A], sum: &mut [B], place: impl Fn(usize) -> Option<usize>) {
        for (index, value) in items.iter().enumerate() {
            if let Some(place) = place(index) {
                sum[place] = sum[place].plus(value.as_());
            }
        }
    }
}
