//! The executor and the transport under `shuttle`, which runs threads one at a time, in an order that
//! is drawn for every schedule; a schedule in which no thread can go on fails.
//!
//! In place of models stand tasks whose numbers tell what they have received.

#![cfg(lava_check = "shuttle")]

/// The methods of a [`Task`](lava_core::executor::Task) that these tests do not call.
macro_rules! without_vars {
    () => {
        fn start(&mut self) -> Result<(), lava_core::executor::TaskError> {
            Ok(())
        }

        fn on_var_update(
            &mut self,
            _var: &'static str,
        ) -> Result<(), lava_core::executor::TaskError> {
            Ok(())
        }

        fn reset(&mut self) {}

        fn model(&mut self) -> &mut dyn std::any::Any {
            self
        }
    };
}

mod check;
mod independent;
mod library;
mod life_cycle;
mod lockstep;
mod network;
