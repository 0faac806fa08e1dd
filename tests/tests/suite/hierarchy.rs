//! Processes inside processes.

use lava::network::{AnyTag, Overrides};
use lava::network::{export, unexported};
use lava::prelude::*;
use lava::proc::io::Read;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, arr1};

use crate::support::{fails, loihi};

/// Synapses and the neurons that they lead to.
#[process]
pub struct Layer {
    #[port(required, shape = [weights.shape()[1]])]
    s_in: InPort<Spike>,
    #[port(shape = [weights.shape()[0]])]
    s_out: OutPort<Spike>,
    #[var(rank = 2)]
    weights: Var<f32>,
    #[var(shape = [weights.shape()[0]], init = 0.0)]
    v: Var<f32>,
    #[param(default = 0.5)]
    vth: Param<f32>,
}

#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct LayerModel;

impl SubModel for LayerModel {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
        network! { inside net, layer: Layer;
            dense: Dense = Dense::weights(layer.weights.get()?);
            lif: Lif = Lif::shape(layer.s_out.shape()).du(1.0).v(layer.v.get()?).vth(*layer.vth);
            layer.s_in -> dense.s_in;
            dense.a_out -> lif.a_in;
            lif.s_out -> layer.s_out;
            layer.weights = dense.weights;
            layer.v = lif.v;
        }
    }
}

/// The same in one: a leaf model, used where a configuration asks for it.
#[implements(proc = Layer, protocol = Loihi, alternative)]
struct LayerInOne {
    s_in: In<Spike>,
    s_out: Out<Spike>,
    weights: Array2<f32>,
    v: Vec<f32>,
    vth: f32,
    #[local]
    sums: Vec<f32>,
}

impl LoihiModel for LayerInOne {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.sums.resize(self.v.len(), 0.0);
        let mut fired = Vec::new();
        for (index, (v, sum)) in self.v.iter_mut().zip(&mut self.sums).enumerate() {
            *v += *sum;
            if *v > self.vth {
                *v = 0.0;
                fired.push(index as u32);
            }
            let row = self.weights.row(index);
            *sum = self
                .s_in
                .recv()
                .indices()
                .iter()
                .map(|i| row[*i as usize])
                .sum();
        }
        self.s_out.send_indices(&fired)
    }
}

struct InOneCfg;

impl RunConfig for InOneCfg {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;

    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<Layer, LayerInOne>();
    }
}

/// Two layers.
#[process]
pub struct Stack {
    #[port(shape = [2])]
    s_in: InPort<Spike>,
    #[port(shape = [2])]
    s_out: OutPort<Spike>,
    #[var(shape = [2], init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Stack, protocol = Loihi, sub_model)]
struct StackModel;

impl SubModel for StackModel {
    type Process = Stack;
    type Config = Loihi1SimCfg;

    fn build(stack: &Stack, net: &Network<Loihi1SimCfg>) -> lava::Result<StackExports> {
        let first: Layer = net.add(Layer::weights(WEIGHTS).vth(0.3).name("first"))?;
        let second: Layer = net.add(Layer::weights(WEIGHTS).name("second"))?;
        second.v.set(stack.v.get()?)?;
        first.s_out.connect(&second.s_in)?;
        Ok(StackExports {
            s_in: export(&first.s_in),
            s_out: export(&second.s_out),
            v: export(&second.v),
        })
    }
}

const WEIGHTS: [[f32; 2]; 2] = [[0.2, 0.3], [0.4, 0.1]];

fn spikes() -> Array2<bool> {
    Array2::from_shape_fn((12, 2), |(step, neuron)| {
        (step + 2 * neuron).is_multiple_of(3)
    })
}

/// The output of a network with `process` between input and output, and its last voltages.
fn run<C, P>(
    build: impl FnOnce(&Network<C>) -> lava::Result<P>,
    ends: impl FnOnce(&P) -> (InPort<Spike>, OutPort<Spike>, Var<f32>),
) -> lava::Result<(ndarray::ArrayD<bool>, ndarray::ArrayD<f32>)>
where
    C: RunConfig<Protocol = Loihi, Tag = AnyTag, Resource = Cpu>,
{
    let net = Network::<C>::new();
    let input: Source<Spike> = net.add(Source::data(spikes()))?;
    let output: Sink<Spike> = net.add(Sink::shape([2]).steps(12))?;
    let middle = build(&net)?;
    let (s_in, s_out, v) = ends(&middle);
    input.s_out.connect(&s_in)?;
    s_out.connect(&output.a_in)?;
    v.set([0.1, 0.0])?;
    net.run(RunSteps(12))?;
    Ok((output.data.get()?, v.get()?))
}

fn flat() -> lava::Result<(ndarray::ArrayD<bool>, ndarray::ArrayD<f32>)> {
    run::<Loihi1SimCfg, _>(
        |net| {
            let layer = |vth| -> lava::Result<(Dense, Lif)> {
                let dense: Dense = net.add(Dense::weights(WEIGHTS))?;
                let lif: Lif = net.add(Lif::shape([2]).du(1.0).vth(vth))?;
                dense.a_out.connect(&lif.a_in)?;
                Ok((dense, lif))
            };
            let (first, second) = (layer(0.3)?, layer(0.5)?);
            first.1.s_out.connect(&second.0.s_in)?;
            Ok((first.0, second.1))
        },
        |(dense, lif)| (dense.s_in.clone(), lif.s_out.clone(), lif.v.clone()),
    )
}

#[test]
fn a_hierarchy_does_what_its_processes_would_do_and_costs_no_step() -> lava::Result<()> {
    let nested = run::<Loihi1SimCfg, Stack>(
        |net| net.add(Stack::new()),
        |stack| (stack.s_in.clone(), stack.s_out.clone(), stack.v.clone()),
    )?;
    assert_eq!(nested, flat()?);
    assert!(nested.0.iter().filter(|fired| **fired).count() > 2);
    Ok(())
}

#[test]
fn a_configuration_chooses_a_leaf_model_at_any_depth() -> lava::Result<()> {
    let in_one = run::<InOneCfg, Stack>(
        |net| {
            let stack = net.add(Stack::new().name("stack"))?;
            let missing = net.var::<f32>("stack.first.lif.v").map(drop);
            assert!(missing.is_err(), "a leaf has no processes inside");
            Ok(stack)
        },
        |stack| (stack.s_in.clone(), stack.s_out.clone(), stack.v.clone()),
    )?;
    assert_eq!(in_one, flat()?);
    Ok(())
}

#[test]
fn members_are_found_by_their_path() -> lava::Result<()> {
    let net = loihi();
    let stack = net.add(Stack::new().name("stack"))?;
    let input: Source<Spike> = net.add(Source::data(spikes()))?;
    input.s_out.connect(&stack.s_in)?;
    let v = net.var::<f32>("stack.second.lif.v")?;
    let spikes = net.probe(&net.out_port::<Spike>("stack.second.lif.s_out")?)?;
    let exposed = net.probe(&stack.s_out)?;
    let voltages = net.probe(&stack.v)?;
    stack.v.set([0.25, 0.0])?;
    assert_eq!(v.get()?, arr1(&[0.25, 0.0]).into_dyn());
    net.run(RunSteps(12))?;
    assert_eq!(v.get()?, stack.v.get()?);
    assert_eq!(spikes.events(), exposed.events());
    assert_eq!(voltages.data().shape(), [12, 2]);
    let error = |path: &str| net.var::<f32>(path).map(drop).unwrap_err().to_string();
    assert!(error("stack.third.v").contains("no process `stack.third`"));
    assert!(error("stack.first.lif.w").contains("no Var of this name"));
    assert!(error("v").contains("`v` is no path"));
    let error = net.var::<i32>("stack.first.lif.v").map(drop).unwrap_err();
    assert!(error.to_string().contains("not of `i32`"), "{error}");
    Ok(())
}

#[test]
fn what_an_inner_process_requires_is_named_by_its_path() -> lava::Result<()> {
    let net = loihi();
    let _: Stack = net.add(Stack::new().name("stack"))?;
    let error = net.compile().unwrap_err().to_string();
    assert!(error.contains("`stack.first.s_in`"), "{error}");
    let net = loihi();
    net.add(Pair::new().name("pair"))?;
    let error = net.compile().unwrap_err().to_string();
    assert!(error.contains("`pair.alone.s_in`"), "{error}");
    Ok(())
}

/// One of its processes requires an input that nothing feeds.
#[process]
pub struct Pair {
    #[port(shape = [2])]
    s_in: InPort<Spike>,
    #[var(shape = [2], init = 1.0)]
    v: Var<f32>,
}

/// Requires its input.
#[process]
pub struct Needy {
    #[port(required)]
    s_in: InPort<Spike>,
}

#[implements(proc = Needy, protocol = Loihi)]
struct NeedyModel {
    s_in: In<Spike>,
}

impl LoihiModel for NeedyModel {}

#[implements(proc = Pair, protocol = Loihi, sub_model)]
struct PairModel;

impl SubModel for PairModel {
    type Process = Pair;
    type Config = Loihi1SimCfg;

    fn build(_: &Pair, net: &Network<Loihi1SimCfg>) -> lava::Result<PairExports> {
        let fed: Needy = net.add(Needy::shape([2]).name("fed"))?;
        let also_fed: Needy = net.add(Needy::shape([2]).name("also"))?;
        let _: Needy = net.add(Needy::shape([2]).name("alone"))?;
        Ok(PairExports {
            s_in: export([&fed.s_in, &also_fed.s_in]),
            v: unexported(),
        })
    }
}

#[test]
fn what_a_hierarchical_process_requires_must_be_fed_from_outside() -> lava::Result<()> {
    let net = loihi();
    net.add(Layer::weights([[1.0]]).name("layer"))?;
    let error = net.compile().unwrap_err().to_string();
    assert!(error.contains("`layer.s_in`"), "{error}");
    Ok(())
}

#[test]
fn a_var_that_nothing_stands_behind_keeps_its_value() -> lava::Result<()> {
    let net = loihi();
    let pair = net.add(Pair::new().name("pair"))?;
    let input: Source<Spike> = net.add(Source::data(spikes()))?;
    input.s_out.connect(&pair.s_in)?;
    input
        .s_out
        .connect(&Needy::clone(&net.add(Needy::shape([2]))?).s_in)?;
    pair.v.set([2.0, 3.0])?;
    assert_eq!(pair.v.get()?, arr1(&[2.0, 3.0]).into_dyn());
    let error = net.probe(&pair.v).map(drop).unwrap_err().to_string();
    assert!(error.contains("`pair.v`"), "{error}");
    Ok(())
}

/// Its model makes whatever mistake it is told to.
#[process]
pub struct Wrong {
    #[port(shape = [2])]
    s_in: InPort<Spike>,
    #[port(shape = [2])]
    s_out: OutPort<Spike>,
    #[param]
    mistake: Param<Mistake>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mistake {
    Shape,
    Outside,
    Fails,
}

#[implements(proc = Wrong, protocol = Loihi, sub_model)]
struct WrongModel;

impl SubModel for WrongModel {
    type Process = Wrong;
    type Config = Loihi1SimCfg;

    fn build(wrong: &Wrong, net: &Network<Loihi1SimCfg>) -> lava::Result<WrongExports> {
        let extent = if *wrong.mistake == Mistake::Shape {
            3
        } else {
            2
        };
        let lif: Lif = net.add(Lif::shape([extent]).name("lif"))?;
        let dense: Dense = net.add(Dense::weights(WEIGHTS).name("dense"))?;
        let other = loihi();
        let stranger: Lif = other.add(Lif::shape([2]).name("stranger"))?;
        if *wrong.mistake == Mistake::Fails {
            return Err(lava::Error::model("the camera is gone"));
        }
        Ok(WrongExports {
            s_in: export(&dense.s_in),
            s_out: match *wrong.mistake {
                Mistake::Outside => export(&stranger.s_out),
                _ => export(&lif.s_out),
            },
        })
    }
}

#[test]
fn mistakes_inside_leave_the_network_as_it_was() -> lava::Result<()> {
    let net = loihi();
    let error = |mistake| {
        let wrong = Wrong::mistake(mistake).name("wrong");
        net.add(wrong).map(drop).unwrap_err().to_string()
    };
    let message = error(Mistake::Shape);
    assert!(
        message.contains("`wrong.lif.s_out` [3]") && message.contains("`wrong.s_out` [2]"),
        "{message}"
    );
    let message = error(Mistake::Outside);
    assert!(
        message.contains("`stranger.s_out`") && message.contains("not inside"),
        "{message}"
    );
    assert_eq!(error(Mistake::Fails), "the camera is gone");
    let _: Lif = net.add(Lif::shape([2]).name("wrong"))?;
    net.run(RunSteps(1))?;
    Ok(())
}

/// Fails after it has connected processes inside it, of which one pair has failed before.
#[process]
pub struct Abandoned {
    #[port(shape = [1])]
    s_in: InPort<Spike>,
    /// The number of the composite processes inside that fail before it does.
    #[param]
    levels: Param<usize>,
}

#[implements(proc = Abandoned, protocol = Loihi, sub_model)]
struct AbandonedModel;

impl SubModel for AbandonedModel {
    type Process = Abandoned;
    type Config = Loihi1SimCfg;

    fn build(me: &Abandoned, net: &Network<Loihi1SimCfg>) -> lava::Result<AbandonedExports> {
        let connected = || -> lava::Result<()> {
            let lif: Lif = net.add(Lif::shape([1]))?;
            let dense: Dense = net.add(Dense::weights([[1.0]]))?;
            lif.s_out.connect(&dense.s_in)?;
            let read: Read = net.add(Read::shape([1]).buffer(1))?;
            read.state.connect_var(&lif.v)
        };
        connected()?;
        if *me.levels > 0 {
            fails(
                net.add(Abandoned::levels(*me.levels - 1).name("next")),
                &["abandoned"],
            );
            connected()?;
        }
        Err(lava::Error::model("abandoned"))
    }
}

#[test]
fn processes_that_fail_take_their_own_connections_along_and_no_others() -> lava::Result<()> {
    let net = loihi();
    let weights = || Dense::weights([[1.0]]);
    let lif: Lif = net.add(Lif::shape([1]).bias_mant(1.0).vth(0.5).name("lif"))?;
    let (before, after): (Dense, Dense) = (net.add(weights())?, net.add(weights())?);
    let read: Read = net.add(Read::shape([1]).buffer(1))?;
    lif.s_out.connect(&before.s_in)?;
    for _ in 0..2 {
        fails(
            net.add(Abandoned::levels(2_usize).name("twice")),
            &["abandoned"],
        );
    }
    lif.s_out.connect(&after.s_in)?;
    read.state.connect_var(&lif.v)?;
    fails(
        net.add(Abandoned::levels(0_usize).name("twice")),
        &["abandoned"],
    );
    fails(lif.s_out.connect(&before.s_in), &["connected", "already"]);
    fails(lif.s_out.connect(&after.s_in), &["connected", "already"]);
    fails(read.state.connect_var(&lif.v), &["connected already"]);
    assert!(format!("{net:?}").contains("connections: 2,"), "{net:?}");
    let sums = (net.probe(&before.a_out)?, net.probe(&after.a_out)?);
    net.run(RunSteps(2))?;
    assert_eq!(sums.0.data(), ndarray::arr2(&[[0.0], [1.0]]).into_dyn());
    assert_eq!(sums.1.data(), sums.0.data());
    Ok(())
}

#[test]
fn reshapes_and_joins_pass_through_a_hierarchy() -> lava::Result<()> {
    /// Two rows of numbers, the second reversed in time.
    #[process]
    pub struct Rows {
        #[port(shape = [4])]
        a_out: OutPort<f32>,
    }

    #[implements(proc = Rows, protocol = Loihi, sub_model)]
    struct RowsModel;

    impl SubModel for RowsModel {
        type Process = Rows;
        type Config = Loihi1SimCfg;

        fn build(_: &Rows, net: &Network<Loihi1SimCfg>) -> lava::Result<RowsExports> {
            let first: Source = net.add(Source::data([[1.0, 2.0]]))?;
            let second: Source = net.add(Source::data([[3.0, 4.0]]))?;
            let joined = first.s_out.concat_with([&second.s_out], 0);
            Ok(RowsExports {
                a_out: export(&joined),
            })
        }
    }

    let net = loihi();
    let rows: Rows = net.add(Rows::new())?;
    let sink: Sink = net.add(Sink::shape([2, 2]).steps(2))?;
    rows.a_out
        .reshape([2, 2])
        .transpose([1, 0])
        .delayed(1)
        .connect(&sink.a_in)?;
    net.run(RunSteps(2))?;
    let arrived = ndarray::arr3(&[[[0.0, 0.0], [0.0, 0.0]], [[1.0, 3.0], [2.0, 4.0]]]);
    assert_eq!(sink.data.get()?, arrived.into_dyn());
    Ok(())
}

#[test]
fn one_process_can_have_a_model_of_its_own() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(spikes());
        nested: Layer = Layer::weights(WEIGHTS);
        leaf: Layer = Layer::weights(WEIGHTS).with_model::<LayerInOne>();
        input.s_out -> [nested.s_in, leaf.s_in];
    }?;
    net.run(RunSteps(12))?;
    assert_eq!(net.nested.v.get()?, net.leaf.v.get()?);
    assert!(net.var::<f32>("nested.lif.v").is_ok());
    assert!(net.var::<f32>("leaf.lif.v").is_err());
    Ok(())
}
