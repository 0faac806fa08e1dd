//! What feeds an in-port: one connection, seen from its receiving end.

use std::sync::Arc;

use num_traits::AsPrimitive;

use crate::process::{Payload, Spike, Value};
use crate::runtime::{AnyOutlet, Outlet};

/// A connection's way from an out-port to an in-port of payload `T`.
pub(crate) enum Feed<T: Payload> {
    /// The message arrives as it was sent.
    Direct { outlet: Arc<Outlet<T>>, delay: u64 },
    /// The message is converted or permuted on the way.
    Mapped(Box<dyn Merge<T>>),
}

impl<T: Payload> Feed<T> {
    #[inline(always)]
    pub(crate) fn is_direct(&self) -> bool {
        matches!(self, Feed::Direct { .. })
    }

    /// What arrives in `step`, if this is a direct feed and something does.
    #[inline(always)]
    pub(crate) fn direct(&self, step: u64) -> Option<&[T::Item]> {
        match self {
            Feed::Direct { outlet, delay } => outlet.message(step.saturating_sub(*delay)),
            Feed::Mapped(_) => None,
        }
    }

    /// Adds what arrives in `step` to `sum`.
    pub(crate) fn merge(&self, step: u64, sum: &mut [T::Record])
    where
        T: Payload,
    {
        match self {
            Feed::Direct { outlet, delay } => {
                if let Some(items) = outlet.message(step.saturating_sub(*delay)) {
                    T::add(items, sum);
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
    outlet: Arc<Outlet<A>>,
    delay: u64,
    /// Where element `i` of the sender goes; `None` where elements keep their places.
    scatter: Option<Arc<[u32]>>,
}

impl<A: Payload, T: Converts<A>> Merge<T> for Mapped<A> {
    fn merge(&self, step: u64, sum: &mut [T::Record]) {
        let Some(items) = self.outlet.message(step.saturating_sub(self.delay)) else {
            return;
        };
        match &self.scatter {
            None => T::merge(items, sum, |index| index),
            Some(scatter) => T::merge(items, sum, |index| scatter[index] as usize),
        }
    }
}

/// Makes the feed of a connection whose payloads are known.
#[derive(Clone, Copy)]
pub(crate) struct FeedMaker {
    make: fn(&AnyOutlet, u64, Option<Arc<[u32]>>) -> Box<dyn std::any::Any + Send>,
    plain: bool,
}

impl FeedMaker {
    /// The way from an out-port of `T` to an in-port of `T`.
    pub(crate) fn plain<T: Payload + Converts<T>>() -> FeedMaker {
        let make = |outlet: &AnyOutlet, delay, scatter| -> Box<dyn std::any::Any + Send> {
            let outlet = outlet.of::<T>();
            let feed: Feed<T> = match scatter {
                None => Feed::Direct { outlet, delay },
                scatter => Feed::Mapped(Box::new(Mapped {
                    outlet,
                    delay,
                    scatter,
                })),
            };
            Box::new(feed)
        };
        FeedMaker { make, plain: true }
    }

    /// The way from an out-port of `A` to an in-port of `T`, converting.
    pub(crate) fn converting<A: Payload, T: Converts<A>>() -> FeedMaker {
        let make = |outlet: &AnyOutlet, delay, scatter| -> Box<dyn std::any::Any + Send> {
            let feed: Feed<T> = Feed::Mapped(Box::new(Mapped {
                outlet: outlet.of::<A>(),
                delay,
                scatter,
            }));
            Box::new(feed)
        };
        FeedMaker { make, plain: false }
    }

    /// Whether messages arrive as they were sent.
    pub(crate) fn is_plain(self) -> bool {
        self.plain
    }

    /// The feed of an in-port of `T`.
    pub(crate) fn make<T: Payload>(
        self,
        outlet: &AnyOutlet,
        delay: u64,
        scatter: Option<Arc<[u32]>>,
    ) -> Feed<T> {
        *(self.make)(outlet, delay, scatter)
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
    /// Adds a message to a sum, each element at its place.
    #[doc(hidden)]
    fn merge(items: &[A::Item], sum: &mut [Self::Record], place: impl Fn(usize) -> usize);
}

impl Converts<Spike> for Spike {
    fn merge(items: &[u32], sum: &mut [bool], place: impl Fn(usize) -> usize) {
        for &index in items {
            sum[place(index as usize)] = true;
        }
    }
}

impl<A: Value> Converts<A> for Spike {
    fn merge(items: &[A], sum: &mut [bool], place: impl Fn(usize) -> usize) {
        for (index, value) in items.iter().enumerate() {
            sum[place(index)] |= *value != A::ZERO;
        }
    }
}

impl<B: Value> Converts<Spike> for B {
    fn merge(items: &[u32], sum: &mut [B], place: impl Fn(usize) -> usize) {
        for &index in items {
            let place = place(index as usize);
            sum[place] = sum[place].plus(B::ONE);
        }
    }
}

impl<A: Value + AsPrimitive<B>, B: Value> Converts<A> for B {
    fn merge(items: &[A], sum: &mut [B], place: impl Fn(usize) -> usize) {
        for (index, value) in items.iter().enumerate() {
            let place = place(index);
            sum[place] = sum[place].plus(value.as_());
        }
    }
}
