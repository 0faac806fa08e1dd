//! Names of the standard library that mean something else, and traits with the methods that
//! expansions might call.

use ::neuro::{InPort, Var};

/// Not the standard one.
#[derive(::core::fmt::Debug)]
pub struct Option;
/// Not the standard one.
#[derive(::core::fmt::Debug)]
pub struct Result;
/// Not the standard one.
#[derive(::core::fmt::Debug)]
pub struct String;
/// Not the standard one.
#[derive(::core::fmt::Debug)]
pub struct Box;
/// Not the standard one.
#[allow(non_snake_case, reason = "hides the standard one")]
pub fn Some() {}
/// Not the standard one.
#[allow(non_snake_case, reason = "hides the standard one")]
pub fn Ok() {}

/// Gives every type the methods that the standard traits have.
pub trait Clone {
    /// Clones nothing.
    fn clone(&self) {}
    /// Converts nothing.
    fn into(&self) {}
    /// Names nothing.
    fn name(&self) {}
    /// Builds nothing.
    fn build(&self) {}
    /// Resets nothing.
    fn reset(&self) {}
}

impl<T> Clone for T {}

/// Keeps the last input.
#[::neuro::process(crate = ::neuro)]
pub struct Keeper {
    /// The value.
    #[port(required)]
    a_in: InPort<f32>,
    /// The value before.
    #[var(init = 0.0)]
    kept: Var<f32>,
}

#[::neuro::implements(crate = ::neuro, proc = Keeper, protocol = ::neuro::model::Loihi)]
struct KeeperModel {
    a_in: ::neuro::model::In<f32>,
    kept: ::neuro::prelude::ArrayD<f32>,
    #[local]
    steps: u32,
}

impl ::neuro::model::LoihiModel for KeeperModel {
    fn run_spk(&mut self) -> ::neuro::Result<()> {
        self.steps += 1;
        self.kept.assign(&self.a_in.recv());
        ::core::result::Result::Ok(())
    }
}

/// Builds a network; nothing in it means what it usually does.
///
/// # Errors
/// None that the library does not have itself.
pub fn run() -> ::neuro::Result<f32> {
    let net = ::neuro::network! {
        crate = ::neuro;
        ::neuro::network::Loihi1SimCfg;
        source: ::neuro::proc::Source = ::neuro::proc::Source::data([[2.5]]);
        keeper: Keeper = Keeper::shape([1]);
        source.s_out -> keeper.a_in;
    }?;
    net.run(::neuro::RunSteps(1))?;
    ::core::result::Result::Ok(net.keeper.kept.get()?[[0]])
}

#[cfg(test)]
mod tests {
    #[::core::prelude::v1::test]
    fn runs() -> ::neuro::Result<()> {
        ::core::assert_eq!(super::run()?, 2.5);
        ::core::result::Result::Ok(())
    }
}
