//! Output from a running network to user threads.

use crate::channel::{ModelSender, Sender};
use crate::prelude::*;
use crate::process::{Payload, Value};

/// Policy of a step that finds its channel full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Full {
    /// Waits for space, unless all receivers are dropped: a slow receiver slows the network down.
    Wait,
    /// Drops the message; [`Receiver::lost`](crate::channel::Receiver::lost) counts.
    Drop,
}

/// Output channel: sends the input of every step into a [channel](crate::channel), for user
/// threads.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/extractor.svg"))]
///
/// A pause or stop ends a wait for space, and the step is not completed. The port has the shape of
/// the channel.
///
/// ```
/// use lava::channel;
/// use lava::prelude::*;
/// use lava::proc::io::{Extractor, Source};
///
/// # fn main() -> lava::Result<()> {
/// let (target, data) = channel::bounded::<i32>([1], 10);
/// let net = network! { Loihi1SimCfg;
///     input:  Source<i32>    = Source::data([[1], [2], [3]]);
///     output: Extractor<i32> = Extractor::target(target);
///     input.s_out -> output.a_in;
/// }?;
/// net.run(RunSteps(3))?;
/// net.stop()?;
/// let received: Vec<i32> = data.iter().map(|message| message[0]).collect();
/// assert_eq!(received, [1, 2, 3]);
/// # Ok(())
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.extractor`.
#[process]
pub struct Extractor<M: Payload = f32> {
    /// Messages for the channel.
    #[port(shape = target.shape())]
    a_in: InPort<M>,
    /// Sending end of the channel.
    #[param]
    target: Param<Sender<M>>,
    /// Policy of a step that finds the channel full.
    #[param(default = Full::Wait)]
    when_full: Param<Full>,
}

#[implements(proc = Extractor<M>, protocol = Loihi)]
struct ExtractorModel<M: Payload> {
    a_in: In<M>,
    target: ModelSender<M>,
    when_full: Full,
    #[local(rebuilt)]
    row: Vec<M::Record>,
}

impl<M: Payload> LoihiModel for ExtractorModel<M> {
    fn start(&mut self) -> crate::Result<()> {
        self.target.set_waiting(self.when_full == Full::Wait);
        let len = self.a_in.shape().iter().product();
        self.row = vec![M::Record::default(); len];
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_in.record(&mut self.row);
        self.target.send(&self.row);
        Ok(())
    }
}

/// Output channel of a Var: sends the value of another process's Var into a
/// [channel](crate::channel) at the end of every step, in the post-management phase. The port has
/// the shape of the channel.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/var_wire.svg"))]
///
/// ```
/// use lava::channel;
/// use lava::prelude::*;
/// use lava::proc::Lif;
/// use lava::proc::io::VarWire;
///
/// # fn main() -> lava::Result<()> {
/// let (target, voltage) = channel::bounded::<f32>([1], 10);
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([1]).bias_mant(2.0).vth(10.0))?;
/// let wire: VarWire = net.add(VarWire::target(target))?;
/// wire.var.connect(&lif.v)?;
/// net.run(RunSteps(2))?;
/// net.stop()?;
/// let seen: Vec<f32> = voltage.iter().map(|v| v[0]).collect();
/// assert_eq!(seen, [2.0, 4.0]);
/// # Ok(())
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.extractor`.
#[process]
pub struct VarWire<T: Value = f32> {
    /// Reference to the Var.
    #[port(shape = target.shape())]
    var: RefPort<T>,
    /// Sending end of the channel.
    #[param]
    target: Param<Sender<T>>,
    /// Policy of a step that finds the channel full.
    #[param(default = Full::Wait)]
    when_full: Param<Full>,
}

#[implements(proc = VarWire<T>, protocol = Loihi)]
struct VarWireModel<T: Value> {
    var: VarRef<T>,
    target: ModelSender<T>,
    when_full: Full,
}

impl<T: Value> LoihiModel for VarWireModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        self.target.set_waiting(self.when_full == Full::Wait);
        Ok(())
    }

    fn post_guard(&self) -> bool {
        true
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> crate::Result<()> {
        self.target.send(self.var.read_slice(remote));
        Ok(())
    }
}
