//! A process of the runner's own: what reaches a port, added up before it is converted.

use lava::prelude::*;

/// Sends what it receives, in the same step.
#[process]
pub struct Sum {
    /// What is added up.
    a_in: InPort<f64>,
    /// The sum.
    a_out: OutPort<f64>,
}

#[implements(proc = Sum, protocol = Loihi)]
struct SumModel {
    a_in: In<f64>,
    a_out: Out<f64>,
}

impl LoihiModel for SumModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.a_out.send_slice(self.a_in.recv_slice())
    }
}
