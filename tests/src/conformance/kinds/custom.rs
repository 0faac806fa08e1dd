//! Processes that traces define for themselves, in words, about RefPorts and hierarchies.

use anyhow::{Context as _, Result};
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Axis;

use super::super::array::check_size;
use super::super::handle::Handle;
use super::{ANY, Kind, Making, Model};

/// A kind with one model.
const fn kind(name: &'static str, args: &'static [&'static str], models: &'static [Model]) -> Kind {
    Kind { name, args, models }
}

/// The only model of a kind.
const fn model(name: &'static str, build: fn(&Making<'_>) -> Result<Handle>) -> Model {
    Model {
        name,
        tags: ANY,
        build,
    }
}

/// Keeps a state, and offers it.
pub(super) const VAR_HOLDER: Kind = kind(
    "VarHolder",
    &["shape", "init", "gain"],
    &[model("VarHolder", |making| {
        let holder = VarHolder::shape(making.shape("shape")?)
            .state(making.values("init", 0.0)?)
            .gain(number(making, "gain", 1.0)?)
            .name(&making.process.name);
        let holder = making.net.add(holder)?;
        Ok(Handle::new()
            .receives("a_in", &holder.a_in)
            .sends("s_out", &holder.s_out)
            .holds("state", holder.state)
            .holds("gain", holder.gain)
            .offers("state_port", "state"))
    })],
);

/// Reads a Var in every step.
pub(super) const REF_READER: Kind = kind(
    "RefReader",
    &["shape", "steps"],
    &[model("RefReader", |making| {
        let shape = making.shape("shape")?;
        let steps = making.whole("steps")?.context("no argument `steps`")?;
        check_size(&[&[steps], shape.as_slice()].concat())?;
        let reader = RefReader::shape(shape).steps(steps);
        let reader = making.net.add(reader.name(&making.process.name))?;
        Ok(Handle::new()
            .refers("ref", &reader.target)
            .holds("log", reader.log))
    })],
);

/// Writes a Var in some steps.
pub(super) const REF_WRITER: Kind = kind(
    "RefWriter",
    &["shape", "data", "every"],
    &[model("RefWriter", |making| {
        let every = making.whole("every")?.context("no argument `every`")?;
        let writer = RefWriter::shape(making.shape("shape")?)
            .data(making.required::<f64>("data")?)
            .every(every);
        let writer = making.net.add(writer.name(&making.process.name))?;
        Ok(Handle::new()
            .refers("ref", &writer.target)
            .holds("data", writer.data))
    })],
);

/// Adds to a Var in every step.
pub(super) const REF_INCREMENT: Kind = kind(
    "RefIncrement",
    &["shape", "inc"],
    &[model("RefIncrement", |making| {
        let adder = RefIncrement::shape(making.shape("shape")?).inc(making.values("inc", 0.0)?);
        let adder = making.net.add(adder.name(&making.process.name))?;
        Ok(Handle::new()
            .refers("ref", &adder.target)
            .holds("inc", adder.inc)
            .holds("last", adder.last))
    })],
);

/// Synapses and neurons.
pub(super) const DENSE_LIF_LAYER: Kind = kind(
    "DenseLIFLayer",
    &["weights", "vth", "du", "dv", "bias_mant"],
    &[model("DenseLIFLayerModel", |making| {
        let number = |name, default| number(making, name, default);
        let layer = DenseLifLayer::weights(making.required::<f64>("weights")?)
            .vth(number("vth", 10.0)?)
            .du(number("du", 0.0)?)
            .dv(number("dv", 0.0)?)
            .bias_mant(number("bias_mant", 0.0)?)
            .name(&making.process.name);
        let layer = making.net.add(layer)?;
        Ok(Handle::new()
            .receives("s_in", &layer.s_in)
            .sends("s_out", &layer.s_out)
            .holds("u", layer.u)
            .holds("v", layer.v)
            .holds("weights", layer.weights))
    })],
);

/// Two layers of synapses and neurons.
pub(super) const TWO_LAYER_NET: Kind = kind(
    "TwoLayerNet",
    &["w1", "w2", "vth1", "vth2", "du", "dv"],
    &[model("TwoLayerNetModel", |making| {
        let number = |name, default| number(making, name, default);
        let net = TwoLayerNet::w1(making.required::<f64>("w1")?)
            .w2(making.required::<f64>("w2")?)
            .vth1(number("vth1", 10.0)?)
            .vth2(number("vth2", 10.0)?)
            .du(number("du", 0.0)?)
            .dv(number("dv", 0.0)?)
            .name(&making.process.name);
        let net = making.net.add(net)?;
        Ok(Handle::new()
            .receives("s_in", &net.s_in)
            .sends("s_out", &net.s_out)
            .holds("v1", net.v1)
            .holds("v2", net.v2))
    })],
);

fn number(making: &Making<'_>, name: &str, default: f64) -> Result<f64> {
    Ok(making.number(name)?.unwrap_or(default))
}

/// `s_out = state`, then `state = gain·state + a_in`.
#[process]
pub struct VarHolder {
    a_in: InPort<f64>,
    s_out: OutPort<f64>,
    #[var(init = 0.0)]
    state: Var<f64>,
    #[port(var = state)]
    state_port: VarPort<f64>,
    #[var(scalar, init = 1.0)]
    gain: Var<f64>,
}

#[implements(proc = VarHolder, protocol = Loihi)]
struct VarHolderModel {
    a_in: In<f64>,
    s_out: Out<f64>,
    state: ArrayD<f64>,
    state_port: Exposed,
    gain: f64,
}

impl LoihiModel for VarHolderModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.s_out.send(&self.state)?;
        self.state *= self.gain;
        self.state += &self.a_in.recv();
        Ok(())
    }
}

/// `log[step − 1] = target`, in the post-management phase.
#[process]
pub struct RefReader {
    target: RefPort<f64>,
    #[param]
    steps: Param<usize>,
    #[var(shape = [&[*steps], shape].concat(), init = 0.0)]
    log: Var<f64>,
}

#[implements(proc = RefReader, protocol = Loihi)]
struct RefReaderModel {
    target: VarRef<f64>,
    steps: usize,
    log: ArrayD<f64>,
    #[local]
    context: Context,
}

impl LoihiModel for RefReaderModel {
    fn post_guard(&self) -> bool {
        true
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        let row = (self.context.time_step() - 1) as usize;
        if row >= self.steps {
            return Err(lava::Error::model("no room for more steps"));
        }
        let read = self.target.read(remote);
        self.log.index_axis_mut(Axis(0), row).assign(&read);
        Ok(())
    }
}

/// `target = data[(step − 1) mod rows]` where `every` divides the step, in the post-management
/// phase.
#[process]
pub struct RefWriter {
    target: RefPort<f64>,
    #[var]
    data: Var<f64>,
    #[param]
    every: Param<u64>,
}

#[implements(proc = RefWriter, protocol = Loihi)]
struct RefWriterModel {
    target: VarRef<f64>,
    data: ArrayD<f64>,
    every: u64,
    #[local]
    context: Context,
}

impl LoihiModel for RefWriterModel {
    fn post_guard(&self) -> bool {
        self.context.time_step().is_multiple_of(self.every)
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        let Some(rows) = self.data.shape().first() else {
            return self.target.write(remote, &self.data);
        };
        let row = (self.context.time_step() - 1) as usize % rows;
        let value = self.data.index_axis(Axis(0), row);
        self.target.write(remote, &value)
    }
}

/// `last = target`, then `target = last + inc`, in the post-management phase.
#[process]
pub struct RefIncrement {
    target: RefPort<f64>,
    #[var(init = 0.0)]
    inc: Var<f64>,
    #[var(init = 0.0)]
    last: Var<f64>,
}

#[implements(proc = RefIncrement, protocol = Loihi)]
struct RefIncrementModel {
    target: VarRef<f64>,
    inc: ArrayD<f64>,
    last: ArrayD<f64>,
}

impl LoihiModel for RefIncrementModel {
    fn post_guard(&self) -> bool {
        true
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.last.assign(&self.target.read(remote));
        self.target.write(remote, &(&self.last + &self.inc))
    }
}

/// Synapses and the neurons that they lead to.
#[process]
pub struct DenseLifLayer {
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<Spike>,
    #[port(shape = [weights.shape()[0]])]
    s_out: OutPort<Spike>,
    #[var(rank = 2)]
    weights: Var<f64>,
    #[var(shape = [weights.shape()[0]], init = 0.0)]
    u: Var<f64>,
    #[var(shape = [weights.shape()[0]], init = 0.0)]
    v: Var<f64>,
    #[param(default = 10.0)]
    vth: Param<f64>,
    #[param(default = 0.0)]
    du: Param<f64>,
    #[param(default = 0.0)]
    dv: Param<f64>,
    #[param(default = 0.0)]
    bias_mant: Param<f64>,
}

#[implements(proc = DenseLifLayer, protocol = Loihi, sub_model)]
struct DenseLifLayerModel;

impl SubModel for DenseLifLayerModel {
    type Process = DenseLifLayer;
    type Config = Loihi1SimCfg;

    fn build(
        layer: &DenseLifLayer,
        net: &Network<Loihi1SimCfg>,
    ) -> lava::Result<DenseLifLayerExports> {
        let neurons = Lif::shape(layer.s_out.shape())
            .vth(*layer.vth)
            .du(*layer.du)
            .dv(*layer.dv)
            .bias_mant(*layer.bias_mant);
        network! { inside net, layer: DenseLifLayer;
            dense: Dense<f64> = Dense::weights(layer.weights.get()?);
            lif:   Lif<f64>   = neurons;
            layer.s_in  -> dense.s_in;
            dense.a_out -> lif.a_in;
            lif.s_out   -> layer.s_out;
            layer.weights = dense.weights;
            layer.u       = lif.u;
            layer.v       = lif.v;
        }
    }
}

/// A layer after another one.
#[process]
pub struct TwoLayerNet {
    #[port(shape = [w1.shape()[1]])]
    s_in: InPort<Spike>,
    #[port(shape = [w2.shape()[0]])]
    s_out: OutPort<Spike>,
    #[var(rank = 2)]
    w1: Var<f64>,
    #[var(rank = 2)]
    w2: Var<f64>,
    #[var(shape = [w1.shape()[0]], init = 0.0)]
    v1: Var<f64>,
    #[var(shape = [w2.shape()[0]], init = 0.0)]
    v2: Var<f64>,
    #[param(default = 10.0)]
    vth1: Param<f64>,
    #[param(default = 10.0)]
    vth2: Param<f64>,
    #[param(default = 0.0)]
    du: Param<f64>,
    #[param(default = 0.0)]
    dv: Param<f64>,
}

#[implements(proc = TwoLayerNet, protocol = Loihi, sub_model)]
struct TwoLayerNetModel;

impl SubModel for TwoLayerNetModel {
    type Process = TwoLayerNet;
    type Config = Loihi1SimCfg;

    fn build(two: &TwoLayerNet, net: &Network<Loihi1SimCfg>) -> lava::Result<TwoLayerNetExports> {
        let layer = |weights, vth: f64| {
            let layer = DenseLifLayer::weights(weights).vth(vth);
            layer.du(*two.du).dv(*two.dv)
        };
        network! { inside net, two: TwoLayerNet;
            first:  DenseLifLayer = layer(two.w1.get()?, *two.vth1);
            second: DenseLifLayer = layer(two.w2.get()?, *two.vth2);
            two.s_in     -> first.s_in;
            first.s_out  -> second.s_in;
            second.s_out -> two.s_out;
            two.w1 = first.weights;
            two.w2 = second.weights;
            two.v1 = first.v;
            two.v2 = second.v;
        }
    }
}
