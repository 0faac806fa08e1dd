//! Brings data of a running network to user threads.

use crate::channel::{ModelSender, Sender};
use crate::prelude::*;
use crate::process::{Payload, Value};

/// What a step does that finds its channel full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// It waits for room, unless all receivers are gone: whoever is slow slows the network down.
    Wait,
    /// Its message is lost; [`Receiver::lost`](crate::channel::Receiver::lost) counts.
    Drop,
}

/// Puts what arrives in every step into a [channel](crate::channel), for user threads.
///
/// A pause or stop ends the waiting for room, and the step is not made.
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
    /// What goes into the channel.
    #[port(shape = target.shape())]
    a_in: InPort<M>,
    /// Where it goes.
    #[param]
    target: Param<Sender<M>>,
    /// What a step does if there is no room.
    #[param(default = Full::Wait)]
    when_full: Param<Full>,
}

#[implements(proc = Extractor<M>, protocol = Loihi)]
struct ExtractorModel<M: Payload> {
    a_in: In<M>,
    target: ModelSender<M>,
    when_full: Full,
    #[local]
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

/// Puts the value of a Var of another process into a [channel](crate::channel) at the end of every
/// step, in the phase after learning.
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
    /// The Var.
    #[port(shape = target.shape())]
    var: RefPort<T>,
    /// Where its values go.
    #[param]
    target: Param<Sender<T>>,
    /// What a step does if there is no room.
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
