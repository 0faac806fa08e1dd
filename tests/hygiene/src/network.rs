//! A network of relays, without prelude.

#![no_implicit_prelude]

use crate::relay::Relay;

/// The output of the relays after three steps.
///
/// # Errors
/// None that the library does not have itself.
pub fn run() -> ::neuro::Result<::neuro::prelude::ArrayD<f32>> {
    let net = ::neuro::network! {
        crate = ::neuro;
        ::neuro::network::Loihi1SimCfg;
        input: ::neuro::proc::Source = ::neuro::proc::Source::data([[1.0, 2.0, 3.0]]);
        clock: ::neuro::proc::Source<::neuro::Spike> = ::neuro::proc::Source::data([[true; 3]]);
        relay: Relay = Relay::shape([3]).weights([[1.0]]).label("relay");
        input.s_out -> relay.a_in;
        clock.s_out -> relay.gate;
        relay.a_out -> [relay.a_in, relay.aside];
        [relay.a_out.delayed(1), clock.s_out.cast::<f32>()] -> relay.aside;
    }?;
    net.run(::neuro::RunSteps(3))?;
    let last = net.relay.last.get()?;
    net.network.stop()?;
    ::core::result::Result::Ok(last)
}

#[cfg(test)]
mod tests {
    #[::core::prelude::v1::test]
    fn runs() -> ::neuro::Result<()> {
        let last = super::run()?;
        ::core::assert_eq!(last.as_slice(), ::core::option::Option::Some(&[3.0; 3][..]));
        ::core::result::Result::Ok(())
    }
}
