//! A process with a member of every kind, and its model, without prelude.
//!
//! Without prelude there are no `#[diagnostic]` attributes either, so that inputs that are `required`,
//! and Vars and parameters that must be given, have to be declared elsewhere.

#![no_implicit_prelude]

use ::neuro::process::Value;
use ::neuro::{InPort, OutPort, Param, Spike, Var};

/// Sends on what it receives.
#[::neuro::process(crate = ::neuro)]
pub struct Relay<T: Value = f32, S: ::neuro::process::Shape = ::neuro::process::Dyn> {
    /// Of the population's shape.
    a_in: InPort<T, S>,
    /// Of a shape of its own.
    #[port(shape = [3])]
    gate: InPort<Spike>,
    /// Of no literal shape.
    aside: InPort<T>,
    /// Of a literal shape.
    fixed: InPort<T, ::neuro::process::D2<1, 2>>,
    /// Later by as many steps as the parameter says.
    #[port(delay = *lag)]
    a_out: OutPort<T, S>,
    /// At once.
    #[port(shape = [1, *lag])]
    s_out: OutPort<Spike>,
    /// Of a literal shape.
    #[var(shape = [1, 1], init = T::ONE)]
    weights: Var<T>,
    /// The message.
    #[var(init = T::ZERO)]
    last: Var<T, S>,
    /// One value for all.
    #[var(scalar, init = T::ONE)]
    step: Var<T>,
    /// Within a range.
    #[var(init = 0.5, range = 0.0..=1.0)]
    decay: Var<f64>,
    /// Any number, as many as the parameter says.
    #[var(shape = [*lag], init = 0.0, finite)]
    history: Var<f32>,
    /// Has a default.
    #[param(default = "relay")]
    label: Param<&'static str>,
    /// Has a default.
    #[param(default = 2)]
    lag: Param<usize>,
}

#[::neuro::implements(
    for<S: ::neuro::process::Shape> proc = Relay<T, S>,
    protocol = ::neuro::model::Loihi,
    crate = ::neuro
)]
#[requires(::neuro::network::Cpu)]
#[tag(::neuro::network::FloatingPt, ::neuro::network::FixedPt)]
struct RelayModel<T: Value> {
    a_in: ::neuro::model::In<T>,
    gate: ::neuro::model::In<Spike>,
    aside: ::neuro::model::In<T>,
    fixed: ::neuro::model::In<T>,
    a_out: ::neuro::model::Out<T>,
    s_out: ::neuro::model::Out<Spike>,
    weights: ::neuro::prelude::ArrayD<T>,
    last: ::neuro::prelude::ArrayD<T>,
    step: T,
    decay: ::neuro::model::PerNeuron<f64>,
    history: ::neuro::prelude::ArrayD<f32>,
    label: &'static str,
    lag: Param<usize>,
    #[local]
    context: ::neuro::model::Context,
    #[local]
    steps: u64,
    #[local(init = ::core::option::Option::Some(7))]
    first: ::core::option::Option<u64>,
}

impl<T: Value> ::neuro::model::LoihiModel for RelayModel<T> {
    fn run_spk(&mut self) -> ::neuro::Result<()> {
        self.steps += 1;
        self.last.mapv_inplace(|last| last.plus(self.step));
        self.a_out.send(&self.last)
    }
}
