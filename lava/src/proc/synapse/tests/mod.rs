//! Properties of connections: what arrives is what a plain sum in wide integers says.

mod conv;
mod golden;
mod matrix;
mod rules;

use ndarray::{Array, ArrayD, Axis, Dimension};
use proptest::prelude::*;

use crate::prelude::*;
use crate::proc::{Sink, Source};
use crate::process::Converts;
use crate::process::{AcceptsPayload, Delayed, Payload};

/// Messages that can be played: numbers as they are, or spikes where they are not 0.
trait Played: Payload + Converts<Self> + AcceptsPayload<Self> {
    fn data<D: Dimension>(messages: &Array<i32, D>) -> Array<Self::Record, D>;
}

impl Played for i32 {
    fn data<D: Dimension>(messages: &Array<i32, D>) -> Array<i32, D> {
        messages.clone()
    }
}

impl Played for Spike {
    fn data<D: Dimension>(messages: &Array<i32, D>) -> Array<bool, D> {
        messages.mapv(|message| message != 0)
    }
}

/// Plays messages, one row a step, into the connection that `add` makes and feeds. Returns what
/// leaves it.
fn play<M: Played, D: Dimension>(
    messages: &Array<i32, D>,
    add: impl FnOnce(&Network<Loihi1SimCfg>, &OutPort<M>) -> crate::Result<Leaves>,
) -> crate::Result<ArrayD<i32>> {
    let steps = messages.len_of(Axis(0));
    let net = Network::<Loihi1SimCfg>::new();
    let source: Source<M> = net.add(Source::data(M::data(messages)))?;
    let a_out = add(&net, &source.s_out)?;
    let sink: Sink<i32> = net.add(Sink::shape(a_out.shape()).steps(steps))?;
    a_out.connect(&sink.a_in)?;
    net.run(RunSteps(steps as u64))?;
    sink.data.get()
}

/// The messages that a connection sends.
type Leaves = OutPort<i32, Dyn, Delayed>;

/// Messages of which some are 0, at most as large as this.
fn messages(len: usize, most: i32) -> impl Strategy<Value = Vec<i32>> {
    let message = prop_oneof![Just(0), -20..20_i32, -most..most];
    prop::collection::vec(message, len)
}
