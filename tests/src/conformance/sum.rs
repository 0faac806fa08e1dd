//! A process of the runner's own: what reaches a port, added up before it is converted.

use lava::prelude::*;
use lava::process::Payload;

/// Sends what it receives, in the same step: the sum of numbers, or the union of spikes.
#[process]
pub struct Sum<M: Payload = f64> {
    /// The summands.
    a_in: InPort<M>,
    /// The sum.
    a_out: OutPort<M>,
}

#[implements(proc = Sum<M>, protocol = Loihi)]
struct SumModel<M: Payload> {
    a_in: In<M>,
    a_out: Out<M>,
    #[local]
    sum: Vec<M::Record>,
}

impl<M: Payload> LoihiModel for SumModel<M> {
    fn run_spk(&mut self) -> lava::Result<()> {
        let len = self.a_in.shape().iter().product();
        self.sum.resize(len, M::Record::default());
        self.a_in.record(&mut self.sum);
        self.a_out.send_slice(&self.sum)
    }
}
