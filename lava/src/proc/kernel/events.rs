//! The event-driven update of the models of the library and of `neuron!`.

use super::real::Real;
use crate::model::Update;
use crate::process::Element;

/// Number type of a state that may be advanced over many steps at once.
pub(in crate::proc) trait ClosedNumber: Element {
    /// Returns `true` if a step differs from its equations by rounding alone.
    const HAS_CLOSED_FORM: bool;
    /// The distance from 1 to the next number.
    const EPSILON: f64;

    fn real(self) -> f64;

    /// Rounds to the nearest number; subnormal ones become 0.
    fn rounded(value: f64) -> Self;
}

impl<T: Real> ClosedNumber for T {
    const HAS_CLOSED_FORM: bool = true;
    const EPSILON: f64 = T::PRECISION;

    #[inline(always)]
    fn real(self) -> f64 {
        self.double()
    }

    #[inline(always)]
    fn rounded(value: f64) -> T {
        T::of(value).settled()
    }
}

/// Products are rounded towards zero in each step.
impl ClosedNumber for i32 {
    const HAS_CLOSED_FORM: bool = false;
    const EPSILON: f64 = 1.0;

    fn real(self) -> f64 {
        f64::from(self)
    }

    fn rounded(value: f64) -> i32 {
        value as i32
    }
}

/// Checks that neurons of this number type can be event-driven, if they are to be.
///
/// # Errors
/// If they cannot.
pub(in crate::proc) fn check_update<T: ClosedNumber>(update: Update) -> crate::Result<()> {
    match update {
        Update::EventDriven if !T::HAS_CLOSED_FORM => Err(crate::Error::model(
            "`Update::EventDriven` is for neurons that are integrated exactly; in fixed point each step \
             rounds: take `Update::ClockDriven`, in which neurons at rest are left out too",
        )),
        _ => Ok(()),
    }
}

/// Begins the step of a model's event-driven neurons, with the ports at which input arrives.
#[doc(hidden)]
#[macro_export]
macro_rules! __begin_events {
    ($model:ident, $neurons:expr $(, $input:ident)*) => {{
        let (step, neurons) = ($model.context.time_step(), $neurons);
        $crate::model::ClosedForm::with_events($model, |model, events| {
            events.begin(model, neurons);
            $(events.wake(&model.$input.recv_sums());)*
            events.catch_up(model, step);
        });
    }};
}

/// Ends the step of a model's event-driven neurons, and sorts the lists of those that have fired, by default
/// `fired`. Nothing if they are clock-driven.
#[doc(hidden)]
#[macro_export]
macro_rules! __end_events {
    ($model:ident) => {
        $crate::__end_events!($model; fired)
    };
    ($model:ident; $($fired:ident),*) => {
        if $model.update == $crate::model::Update::EventDriven {
            let step = $model.context.time_step();
            $crate::model::ClosedForm::with_events($model, |model, events| {
                events.rest(model, step);
            });
            $($model.$fired.neurons.sort_unstable();)*
        }
    };
}

/// The methods of [`LoihiModel`](crate::model::LoihiModel) of a model with event-driven neurons.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_methods {
    () => {
        fn before_access(&mut self) {
            let step = self.context.time_step();
            $crate::model::ClosedForm::with_events(self, |model, events| {
                events.present(model, step);
            });
        }

        fn save_state(&self, to: &mut $crate::model::StateWriter) -> $crate::Result<()> {
            ::core::result::Result::Ok(self.events.save_state(to)?)
        }

        fn load_state(&mut self, from: &$crate::model::StateReader<'_>) -> $crate::Result<()> {
            ::core::result::Result::Ok(self.events.load_state(self.context.neurons(), from)?)
        }
    };
}

pub use crate::{
    __begin_events as begin_events, __end_events as end_events, __event_methods as event_methods,
};
